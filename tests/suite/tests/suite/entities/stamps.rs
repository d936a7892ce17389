//! What changes with every update: by callbacks that need no entity, and by one that does.

use super::world;
use mikro_orm::prelude::*;

world!(Stamps: Sender, Letter);

#[derive(BaseEntity)]
pub struct Touched {
    #[orm(primary)]
    pub id: i64,
    #[orm(on_create = || 0, on_update = || 7)]
    pub touched: i32,
}

#[derive(Entity)]
pub struct Sender {
    #[orm(extends)]
    pub base: Touched,
    pub name: String,
    #[orm(mapped_by = sender)]
    pub letters: Collection<Letter>,
}

#[derive(Entity)]
pub struct Letter {
    #[orm(extends)]
    pub base: Touched,
    #[orm(unique)]
    pub subject: String,
    #[orm(default = 0)]
    pub opened: i32,
    #[orm(on_create = || None::<String>, on_update = || "edited")]
    pub state: Option<String>,
    #[orm(on_update = |letter| letter.subject.len() as i32)]
    pub length: i32,
    pub sender: Option<Ref<Sender>>,
}
