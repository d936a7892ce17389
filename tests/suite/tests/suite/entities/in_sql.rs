//! Types that are wrapped in SQL.

use super::world;
use mikro_orm::prelude::*;
use mikro_orm::value::ValueError;

world! {
    /// Words that the database keeps backwards.
    Mirrors: Mirror, Sash
}

/// Stored backwards, and in capitals: the database does both. (PostgreSQL has `reverse`; SQLite gets by with capitals.)
#[derive(Debug, Clone, PartialEq, DbType)]
pub struct Loud(pub String);

impl CustomType for Loud {
    type Database = String;
    fn to_database(&self) -> String {
        self.0.clone()
    }
    fn from_database(value: String) -> Result<Self, ValueError> {
        Ok(Loud(value))
    }
    fn to_sql(database: &str) -> Option<&'static str> {
        Some(if database == "postgres" { "reverse(upper({}))" } else { "upper({})" })
    }
    fn from_sql(database: &str) -> Option<&'static str> {
        Some(if database == "postgres" { "lower(reverse({}))" } else { "lower({})" })
    }
}

#[derive(Entity, Debug)]
pub struct Mirror {
    #[orm(primary)]
    pub id: i64,
    pub word: Loud,
    #[orm(default_raw = "'NONE'")]
    pub other: Option<Loud>,
    pub frame: Option<Ref<Sash>>,
}

#[derive(Entity, Debug)]
pub struct Sash {
    #[orm(primary)]
    pub id: i64,
    pub mark: Loud,
}
