//! An entity that flushes write nothing of.

use super::world;
use mikro_orm::prelude::*;

world!(Coins: Currency, Coin, Mint);

#[derive(Entity)]
#[orm(readonly)]
pub struct Currency {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many)]
    pub realms: Collection<Realm>,
    #[orm(many_to_many, mapped_by = accepts)]
    pub accepted_by: Collection<Mint>,
    pub mint: Option<Ref<Mint>>,
}

#[derive(Entity)]
pub struct Realm {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many, mapped_by = realms)]
    pub currencies: Collection<Currency>,
}

#[derive(Entity)]
pub struct Mint {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many)]
    pub accepts: Collection<Currency>,
    #[orm(mapped_by = mint)]
    pub makes: Collection<Currency>,
}

#[derive(Entity)]
pub struct Coin {
    #[orm(primary)]
    pub id: i64,
    pub worth: i32,
    pub currency: Ref<Currency>,
}
