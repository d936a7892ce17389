//! A base with timestamps, and entities that extend it.

use super::world;
use chrono::{DateTime, Utc};
use mikro_orm::prelude::*;

world!(People: User, Pet);

#[derive(BaseEntity)]
pub struct Base {
    #[orm(primary)]
    pub id: i64,
    #[orm(on_create = Utc::now)]
    pub created_at: DateTime<Utc>,
    #[orm(on_create = Utc::now, on_update = Utc::now)]
    pub updated_at: DateTime<Utc>,
}

#[derive(Entity)]
pub struct User {
    #[orm(extends)]
    pub base: Base,
    pub name: String,
    #[orm(mapped_by = owner)]
    pub pets: Collection<Pet>,
}

#[derive(Entity)]
pub struct Pet {
    #[orm(extends)]
    pub base: Base,
    pub name: String,
    pub owner: Option<Ref<User>>,
}
