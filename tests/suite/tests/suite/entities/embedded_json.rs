//! Structs within entities, as JSON.

use super::{Cents, Role, world};
use chrono::{DateTime, Utc};
use mikro_orm::prelude::*;
use uuid::Uuid;

world! {
    /// Browsers with what they remember.
    Browsers: Browser
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Colors {
    pub accent: String,
    #[orm(name = "bg")]
    pub background: Option<String>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Settings {
    pub theme: String,
    pub font_size: i32,
    pub zoom: f64,
    #[orm(hidden)]
    pub token: Option<String>,
    pub role: Option<Role>,
    pub limit: Option<Cents>,
    pub seen: Option<DateTime<Utc>>,
    pub serial: Option<Uuid>,
    pub key: Option<Vec<u8>>,
    pub tags: Option<Vec<String>>,
    #[orm(embedded)]
    pub colors: Colors,
    #[orm(embedded)]
    pub history: Vec<Click>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Click {
    #[orm(serialized_name = "address")]
    pub url: String,
    pub seconds: i64,
    /// What was opened from there.
    #[orm(embedded)]
    pub opened: Vec<Click>,
}

/// Columns, of which one is JSON.
#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Profile {
    pub nick: String,
    #[orm(embedded, object)]
    pub colors: Option<Colors>,
    pub age: Option<i32>,
}

#[derive(Entity, Debug)]
pub struct Browser {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(embedded, object)]
    pub settings: Settings,
    #[orm(embedded, object, name = "spare")]
    pub other: Option<Colors>,
    #[orm(embedded)]
    pub profile: Option<Profile>,
    #[orm(embedded, default = Vec::new())]
    pub visits: Vec<Click>,
    #[orm(embedded)]
    pub planned: Option<Vec<Click>>,
}

pub fn settings(theme: &str) -> Settings {
    Settings {
        theme: theme.into(),
        font_size: 12,
        zoom: 1.5,
        token: None,
        role: None,
        limit: None,
        seen: None,
        serial: None,
        key: None,
        tags: None,
        colors: Colors { accent: "red".into(), background: None },
        history: Vec::new(),
    }
}

pub fn click(url: &str, seconds: i64) -> Click {
    Click { url: url.into(), seconds, opened: Vec::new() }
}
