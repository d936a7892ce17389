//! Entities whose rows are those of views and queries.

use super::{Author, Book, world};
use mikro_orm::prelude::*;

world!(Statistics: Author, AuthorWorks, BusyAuthor, LateAuthor, AuthorCount, Shouted);

/// How much an author has written.
#[derive(Entity)]
#[orm(view = "select a.id, a.name, a.id as author_id, count(b.id) as works, max(b.id) as latest_id
    from author a left join book b on b.author_id = a.id group by a.id, a.name;")]
pub struct AuthorWorks {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub works: i64,
    pub author: Ref<Author>,
    pub latest: Option<Ref<Book>>,
}

/// (A view of a view, whose rows are stored where that can be.)
#[derive(Entity)]
#[orm(view = "select id, name, works from author_works where works > 1", materialized, table = "a_busy_author")]
pub struct BusyAuthor {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub works: i64,
}

#[derive(Entity)]
#[orm(view = "select id, name from author", materialized, with_data = false)]
pub struct LateAuthor {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

/// What authors have, without a key.
#[derive(Debug, Clone, Entity)]
#[orm(
    query = "select a.name, a.id as author_id, count(*) as works from author a join book b on b.author_id = a.id group by a.id, a.name"
)]
#[orm(order_by = AuthorCount::name.asc())]
pub struct AuthorCount {
    #[orm(name = "name")]
    pub name: String,
    pub works: i64,
    pub author: Ref<Author>,
    #[orm(persist = false)]
    pub seen: bool,
}

#[derive(Entity)]
#[orm(query = "select upper(name) as name from author")]
pub struct Shouted {
    pub name: String,
}
