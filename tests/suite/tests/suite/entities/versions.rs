//! Entities under optimistic locks.

use super::world;
use chrono::{DateTime, Utc};
use mikro_orm::prelude::*;

world!(Versions: Draft, Stamped);

#[derive(Entity)]
pub struct Draft {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(version)]
    pub version: i32,
    pub sequel: Option<Ref<Draft>>,
}

#[derive(Entity)]
pub struct Stamped {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(version)]
    pub version: DateTime<Utc>,
}
