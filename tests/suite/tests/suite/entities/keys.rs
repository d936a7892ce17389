//! Keys that the application gives, and keys that are made on creation.

use super::world;
use mikro_orm::prelude::*;
use uuid::Uuid;

world!(Keys: Tag, Token);

#[derive(Entity)]
pub struct Tag {
    #[orm(primary)]
    pub name: String,
    #[orm(default = "value1")]
    pub label: String,
    #[orm(mapped_by = tag)]
    pub tokens: Collection<Token>,
}

#[derive(Entity)]
pub struct Token {
    #[orm(primary, on_create = Uuid::new_v4)]
    pub id: Uuid,
    pub text: String,
    pub tag: Option<Ref<Tag>>,
}

/// Its key is made by PostgreSQL.
#[derive(Entity)]
pub struct Voucher {
    #[orm(primary, default_raw = "gen_random_uuid()")]
    pub id: Uuid,
    pub text: String,
}

#[derive(Entity)]
pub struct Redemption {
    #[orm(primary)]
    pub id: i64,
    pub voucher: Ref<Voucher>,
}
