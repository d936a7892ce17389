// The entities that most of the programs use.
use mikro_orm::prelude::*;

#[derive(Entity)]
pub struct Author {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub email: String,
    pub age: Option<i32>,
    #[orm(mapped_by = author)]
    pub books: Collection<Book>,
}

#[derive(Entity)]
pub struct Book {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(default = "")]
    pub text: Lazy<String>,
    pub author: Ref<Author>,
    pub editor: Option<Ref<Author>>,
    #[orm(mapped_by = book)]
    pub tags: Collection<Tag>,
}

#[derive(Entity)]
pub struct Tag {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub book: Ref<Book>,
}
