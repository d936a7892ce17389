//! Articles with an author and tags: what other ORMs are compared by.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Articles; authors and tags are discovered.
    Showcase: Article
}

#[derive(Entity)]
pub struct User {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

#[derive(Entity)]
pub struct Article {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    pub author: Ref<User>,
    #[orm(many_to_many)]
    pub tags: Collection<Tag>,
}

#[derive(Entity)]
pub struct Tag {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, mapped_by = tags)]
    pub articles: Collection<Article>,
}
