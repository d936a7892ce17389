//! What the tests work on.

use super::database::Database;
use mikro_orm_core::value::Value;
use mikro_orm_core::{Collection, EntityManager, Lazy, Orm, Ref, entities};
use mikro_orm_macros::Entity;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Author {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub friend: Option<Ref<Author>>,
    #[orm(mapped_by = author)]
    pub books: Collection<Book>,
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Book {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(default = 100)]
    pub pages: i32,
    pub text: Lazy<String>,
    pub author: Option<Ref<Author>>,
    pub editor: Option<Ref<Author>>,
}

/// An ORM with two authors and three books: 10 and 11 are by author 1, 20 by author 2.
pub fn library() -> (Database, Orm) {
    let database = Database::default();
    let orm = database.orm(entities![Author]);
    for (id, name) in [(1, "Jon"), (2, "Arya")] {
        database.put(&orm, "Author", &[("id", Value::Int(id)), ("name", Value::Text(name.into()))]);
    }
    for (id, author) in [(10, 1), (11, 1), (20, 2)] {
        put_book(&database, &orm, id, author, "a title that is longer than what fits without allocating");
    }
    (database, orm)
}

pub fn put_book(database: &Database, orm: &Orm, id: i64, author: i64, title: &str) {
    let fields = [
        ("id", Value::Int(id)),
        ("title", Value::Text(title.to_owned().into())),
        ("pages", Value::Int(100)),
        ("text", Value::Text(format!("the text of {id}").into())),
        ("author", Value::Int(author)),
    ];
    database.put(orm, "Book", &fields);
}

/// As [`library`], with an entity manager.
pub fn shelf() -> (Database, EntityManager) {
    let (database, orm) = library();
    let em = orm.em();
    (database, em)
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Post {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many)]
    pub tags: Collection<Tag>,
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Tag {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many, mapped_by = tags)]
    pub posts: Collection<Post>,
}
