//! The schema as entities. Both sides use the tables that these declare.

use chrono::{DateTime, Utc};
use mikro_orm::prelude::*;

#[derive(Entity)]
pub struct Author {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(unique)]
    pub email: String,
    pub age: Option<i32>,
    #[orm(text)]
    pub bio: Option<String>,
    #[orm(one_to_many, mapped_by = author)]
    pub books: Collection<Book>,
}

#[derive(Entity)]
pub struct Book {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    pub author: Ref<Author>,
    pub price: f64,
    pub published_at: Option<DateTime<Utc>>,
    pub pages: i32,
    #[orm(many_to_many)]
    pub tags: Collection<Tag>,
}

#[derive(Entity)]
pub struct Tag {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

/// A small table for what flushes and managed entities cost.
#[derive(Entity)]
pub struct Counter {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub count: i32,
}
