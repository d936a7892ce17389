//! What fields can be: hidden, with defaults, computed on creation and on updates, checked by the database.

use super::world;
use mikro_orm::prelude::*;

world!(Fields: Account);

fn slug(account: &Account) -> String {
    account.name.to_lowercase()
}

#[derive(Entity)]
pub struct Account {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(hidden)]
    pub password: String,
    #[orm(default = "active")]
    pub status: String,
    #[orm(default_raw = "1 + 6")]
    pub rank: i32,
    #[orm(on_create = slug)]
    pub slug: String,
    #[orm(on_create = || 0, on_update = |account| account.changes + 1)]
    pub changes: i32,
    #[orm(name = "stock_of", column_type = "smallint", default = 1)]
    pub stock: i32,
    #[orm(text)]
    pub note: Option<String>,
}

/// A builder's required fields.
pub fn account(em: &EntityManager, name: &str) -> Loaded<Account> {
    em.create(Account::builder().name(name).password("hunter2"))
}
