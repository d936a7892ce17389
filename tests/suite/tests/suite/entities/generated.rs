//! Fields that no flush writes: generated columns, formulas, and fields without a column.

use super::world;
use mikro_orm::prelude::*;

world!(Register: Hamlet, Resident, Bundle);
world!(Ledgers: Ledger, Entry, Depot);

#[derive(Entity)]
pub struct Hamlet {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = hamlet)]
    pub residents: Collection<Resident>,
}

#[derive(Entity)]
pub struct Resident {
    #[orm(primary)]
    pub id: i64,
    #[orm(name = "given_name")]
    pub first_name: String,
    #[orm(index)]
    pub last_name: String,
    #[orm(generated = "({first_name} || ' ' || {last_name}) stored", unique)]
    pub full_name: String,
    #[orm(column_type = "varchar(100) generated always as (lower({last_name})) virtual")]
    pub sort_name: Option<String>,
    #[orm(generated = "length({last_name})")]
    pub letters: Lazy<i32>,
    pub hamlet: Option<Ref<Hamlet>>,
    /// The column of `hamlet` once more.
    #[orm(persist = false, name = "hamlet_id")]
    pub hamlet_key: Option<i64>,
    /// Counted by the program.
    #[orm(persist = false)]
    pub visits: i64,
    #[orm(persist = false, default = "stranger")]
    pub called: String,
    #[orm(persist = false)]
    pub note: Option<String>,
    #[orm(on_update = || Some(7_i32))]
    pub changed: Option<i32>,
}

/// Its code may be another one once it is stored.
#[derive(Entity)]
pub struct Bundle {
    #[orm(primary)]
    pub id: i64,
    #[orm(returning)]
    pub code: String,
    /// Looked for, and never read.
    #[orm(hydrate = false)]
    pub words: String,
    #[orm(hydrate = false, default = 3)]
    pub weight: i32,
}

#[derive(Entity)]
pub struct Ledger {
    #[orm(primary, identity = always)]
    pub id: i32,
    pub name: String,
}

#[derive(Entity)]
pub struct Entry {
    #[orm(primary, identity = by_default)]
    pub id: i64,
    pub ledger: Ref<Ledger>,
}

/// Whose column somebody else has made.
#[derive(Entity)]
pub struct Depot {
    #[orm(primary)]
    pub id: i64,
    #[orm(default = 1, ignore_schema_changes(type, default, comment))]
    pub size: i32,
}
