//! Documents that conditions ask about.

use super::world;
use mikro_orm::Json;
use mikro_orm::prelude::*;
use serde::{Deserialize, Serialize};

world! {
    /// Dossiers with documents of any form, and of one.
    Dossiers: Dossier
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    pub text: String,
    pub stars: Vec<i32>,
}

#[derive(Entity)]
pub struct Dossier {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub meta: serde_json::Value,
    pub remark: Option<Json<Remark>>,
    #[orm(hidden)]
    pub secrets: Option<serde_json::Value>,
    pub parent: Option<Ref<Dossier>>,
}
