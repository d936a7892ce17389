//! Documents that conditions ask about.

use super::world;
use mikro_orm::Json;
use mikro_orm::prelude::*;
use serde::{Deserialize, Serialize};

world! {
    /// Dossiers with documents of any form, and of one.
    Dossiers: Dossier
}
world! {
    /// Binders, with indexes over what is in their documents.
    Binders: Binder
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

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Clasp {
    pub color: String,
    #[orm(name = "kg")]
    pub weight: Option<i32>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Cranny {
    pub shelf: i32,
    pub notes: serde_json::Value,
}

#[derive(Entity)]
#[orm(
    index(meta.title, name),
    index(meta.pages(number, desc)),
    index(meta.rank(json)),
    index(meta["it's"].tags[0]),
    index(meta.open(boolean), where = "{name} <> ''"),
    unique(meta.isbn),
    index(label.color),
    index(label.weight(desc)),
    index(spot.shelf, name = "{table}_shelves"),
    index(spot.notes.by)
)]
pub struct Binder {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub meta: serde_json::Value,
    #[orm(embedded, object)]
    pub label: Clasp,
    #[orm(embedded)]
    pub spot: Cranny,
}
