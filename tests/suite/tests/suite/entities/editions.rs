//! Documents.

use super::world;
use mikro_orm::Json;
use mikro_orm::prelude::*;
use std::collections::BTreeMap;

world! {
    /// Editions, with documents about them.
    Editions: Edition
}

#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Details {
    pub pages: u32,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub weight: Option<f64>,
}

#[derive(Entity)]
pub struct Edition {
    #[orm(primary)]
    pub id: i64,
    pub details: Json<Details>,
    pub further: Option<Json<BTreeMap<String, i64>>>,
    pub raw: Option<serde_json::Value>,
    pub by_number: Option<Json<BTreeMap<(i32, i32), i64>>>,
}
