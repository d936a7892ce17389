//! An entity that flushes write nothing of.

use super::world;
use mikro_orm::prelude::*;

world!(Coins: Currency, Coin);

#[derive(Entity)]
#[orm(readonly)]
pub struct Currency {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

#[derive(Entity)]
pub struct Coin {
    #[orm(primary)]
    pub id: i64,
    pub worth: i32,
    pub currency: Ref<Currency>,
}
