//! Fields that no flush writes: generated columns, formulas, and fields without a column.

use super::world;
use mikro_orm::prelude::*;

world!(Register: Hamlet, Resident, Bundle);
world!(Ledgers: Ledger, Entry, Depot);
world!(Knots: Knot, Bow);
world!(Stickers: Sticker);
world!(Pins: Pin, PinCount, PinView);

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

/// Of a circle.
#[derive(Entity)]
pub struct Knot {
    #[orm(primary)]
    pub id: i64,
    pub next: Option<Ref<Knot>>,
    #[orm(generated = "coalesce({next}, 0) * 10")]
    pub tension: i64,
    #[orm(version)]
    pub version: i32,
}

/// The same, and somebody listens.
#[derive(Entity)]
#[orm(hooks)]
pub struct Bow {
    #[orm(primary)]
    pub id: i64,
    pub next: Option<Ref<Bow>>,
    #[orm(generated = "coalesce({next}, 0) * 10")]
    pub tension: i64,
    #[orm(returning, default = 1)]
    pub ends: i32,
    #[orm(persist = false)]
    pub seen: i32,
}

impl Hooks for Bow {
    async fn before_update(args: EventArgs<'_, Bow>) -> mikro_orm::Result<()> {
        args.entity.edit().seen += 1;
        Ok(())
    }
    async fn after_create(args: EventArgs<'_, Bow>) -> mikro_orm::Result<()> {
        args.entity.edit().seen = 100;
        Ok(())
    }
}

/// What is computed and what is filled, of a base.
#[derive(BaseEntity)]
pub struct Shown {
    #[orm(primary)]
    pub id: i64,
    pub label: String,
    #[orm(generated = "upper({label})")]
    pub loud: String,
    #[orm(formula = "{alias}.label || {loud}")]
    pub both: String,
    #[orm(persist = false, default = "nobody")]
    pub seen_by: String,
    #[orm(hydrate = false)]
    pub secret: Option<String>,
}

#[derive(Entity)]
pub struct Sticker {
    #[orm(extends)]
    pub base: Shown,
    #[orm(generated = "length({label}) * {width}")]
    pub area: i32,
    pub width: i32,
    /// The column once more, as another type.
    #[orm(persist = false, name = "width")]
    pub width_again: i64,
}

#[derive(Debug, Clone, PartialEq, Embeddable)]
pub struct Spot {
    pub x: i32,
    #[orm(name = "down")]
    pub y: i32,
}

/// What is computed of embedded values.
#[derive(Entity)]
pub struct Pin {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded)]
    pub spot: Spot,
    #[orm(generated = "{spot.x} * {spot.y}", index)]
    pub area: i32,
    #[orm(formula = "{spot.x} + {alias}.spot_down")]
    pub sum: i32,
}

#[derive(Entity)]
#[orm(query = "select spot_x, spot_down, count(*) as many from pin group by spot_x, spot_down")]
pub struct PinCount {
    #[orm(embedded)]
    pub spot: Spot,
    pub many: i64,
}

#[derive(Entity)]
#[orm(view = "select id, spot_x as at_x, spot_down as at_down, null as far_x, null as far_down, 5 as five from pin")]
pub struct PinView {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded)]
    pub at: Spot,
    #[orm(embedded)]
    pub far: Option<Spot>,
    #[orm(formula = "{five} * {at.x}")]
    pub sixth: i32,
    pub five: i32,
}
