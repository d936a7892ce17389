//! What the database does itself when rows change, and constraints that wait.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Orders, whose lines are counted by the database.
    Counted: Purchase, PurchaseLine
}

#[derive(Entity)]
#[orm(unique(number, defer = deferred))]
pub struct Purchase {
    #[orm(primary)]
    pub id: i64,
    pub number: i32,
    #[orm(default = 0)]
    pub lines: i32,
}

#[derive(Entity)]
#[orm(
    index(amount(desc), purchase),
    trigger(
        "counted",
        after(insert, delete),
        body = "update purchase set lines = (select count(*) from purchase_line where purchase_id = purchase.id)"
    ),
    trigger(
        "small",
        after(update),
        when = "new.{amount} > 99",
        body(
            postgres = "update purchase_line set {amount} = 99 where id = new.id; return null",
            sqlite = "update purchase_line set {amount} = 99 where id = new.id"
        )
    )
)]
pub struct PurchaseLine {
    #[orm(primary)]
    pub id: i64,
    pub purchase: Ref<Purchase>,
    #[orm(default = 1)]
    pub amount: i32,
}
