//! What is done to related entities, too: each relation says it otherwise.

use super::world;
use mikro_orm::prelude::*;

world!(Gardens: Garden);
world! {
    /// What an item owns goes with it.
    Kennels: Kennel
}

#[derive(Entity)]
pub struct Garden {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(cascade(all))]
    pub fence: Option<Ref<Fence>>,
    #[orm(mapped_by = garden, cascade(persist, remove))]
    pub beds: Collection<Bed>,
    #[orm(mapped_by = garden, cascade())]
    pub visitors: Collection<Visitor>,
}

#[derive(Entity)]
pub struct Fence {
    #[orm(primary)]
    pub id: i64,
    pub color: String,
}

#[derive(Entity)]
pub struct Bed {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub garden: Ref<Garden>,
    #[orm(mapped_by = bed, cascade(remove))]
    pub plants: Collection<Plant>,
}

#[derive(Entity)]
pub struct Plant {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub bed: Ref<Bed>,
    #[orm(cascade())]
    pub seed: Option<Ref<Seed>>,
}

#[derive(Entity)]
pub struct Seed {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

#[derive(Entity)]
pub struct Visitor {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub garden: Option<Ref<Garden>>,
}

#[derive(Entity)]
pub struct Kennel {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = kennel)]
    pub dogs: Collection<Dog>,
}

#[derive(Entity)]
pub struct Dog {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub kennel: Option<Ref<Kennel>>,
    #[orm(cascade(persist, remove))]
    pub leash: Option<Ref<Leash>>,
}

#[derive(Entity)]
pub struct Leash {
    #[orm(primary)]
    pub id: i64,
    pub color: String,
}
