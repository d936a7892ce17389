// What the examples of the documentation work on.
use mikro_orm::prelude::*;

#[derive(Entity)]
pub struct Author {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(unique)]
    pub email: String,
    #[orm(mapped_by = author)]
    pub books: Collection<Book>,
}

#[derive(Entity)]
pub struct Book {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(default = 100)]
    pub pages: i32,
    pub text: Lazy<String>,
    pub author: Ref<Author>,
    pub editor: Option<Ref<Author>>,
}

/// An entity manager with nothing loaded; in the database are Jon, with two books, and Arya.
pub async fn library() -> mikro_orm::Result<EntityManager> {
    let orm = Orm::builder("sqlite::memory:").entities(entities![Author]).build().await?;
    orm.schema().create().await?;
    let em = orm.em();
    let books = ["Oaths", "Walls"].map(|title| Book::builder().title(title).text("Winter was coming."));
    em.create(Author::builder().name("Jon Snow").email("jon@wall.north").books(books));
    em.create(Author::builder().name("Arya Stark").email("arya@winter.north"));
    em.flush().await?;
    em.clear();
    Ok(em)
}
