//! Entities that refer to each other in circles.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// A circle that can be broken.
    Teams: Team
}
world! {
    /// A circle that can't.
    Coop: Hen
}

#[derive(Entity)]
pub struct Team {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub lead: Option<Ref<Member>>,
    #[orm(mapped_by = team)]
    pub members: Collection<Member>,
}

#[derive(Entity)]
pub struct Member {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub team: Ref<Team>,
}

#[derive(Entity)]
pub struct Hen {
    #[orm(primary)]
    pub id: i64,
    pub from: Ref<Egg>,
}

#[derive(Entity)]
pub struct Egg {
    #[orm(primary)]
    pub id: i64,
    pub by: Ref<Hen>,
}
