//! Entities whose tables are in several schemas.

use crate::suite::harness::World;
use mikro_orm::metadata::EntityList;
use mikro_orm::prelude::*;

/// A shop and its stock, each in a schema of its own; people are in the one that connections work in.
pub enum Schemas {}
impl World for Schemas {
    fn entities() -> EntityList {
        entities![Sale, StockItem]
    }
    const APART: bool = true;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum SaleState {
    Open,
    Paid,
}

#[derive(Entity)]
#[orm(
    schema = "shop",
    table = "item",
    index(note, name = "notes"),
    unique(number, where = "{number} > 0"),
    comment = "what is sold"
)]
pub struct Sale {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub code: String,
    pub number: i32,
    #[orm(check = "{note} <> ''")]
    pub note: Option<String>,
    #[orm(default = SaleState::Open)]
    pub state: SaleState,
    pub buyer: Option<Ref<Buyer>>,
    #[orm(many_to_many)]
    pub items: Collection<StockItem>,
}

/// Its table has the name of another schema's, and so do its indexes.
#[derive(Entity)]
#[orm(schema = "The stock", table = "item")]
pub struct StockItem {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub code: String,
    #[orm(many_to_many, mapped_by = items)]
    pub sales: Collection<Sale>,
    pub reserved_by: Option<Ref<Sale>>,
}

#[derive(Entity)]
pub struct Buyer {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = buyer)]
    pub sales: Collection<Sale>,
}
