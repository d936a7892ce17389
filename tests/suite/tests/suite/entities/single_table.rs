//! Entities of several kinds in one table: the shared properties in the entity, the rest in an enum.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Colleague of several kinds, what they drive, and who has which badge.
    Colleagues: Colleague, Keycard, Conveyance, Trawler
}

#[derive(Entity, Debug)]
#[orm(hooks)]
pub struct Colleague {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub name: String,
    #[orm(embedded, prefix = false)]
    pub role: ColleagueRole,
    pub favorite: Option<Ref<Colleague>>,
    #[orm(mapped_by = holder)]
    pub keycards: Collection<Keycard>,
    #[orm(persist = false)]
    pub updates: Option<i32>,
}

impl Hooks for Colleague {
    async fn after_update(event: EventArgs<'_, Self>) -> mikro_orm::Result<()> {
        let entity = event.entity;
        entity.edit().updates = Some(entity.updates.unwrap_or_default() + 1);
        Ok(())
    }
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub enum ColleagueRole {
    Employee {
        salary: i64,
    },
    Manager {
        budget: Option<i64>,
    },
    #[orm(name = "owner", below = Manager)]
    CompanyOwner {
        budget: Option<i64>,
        #[orm(length = 40)]
        firm: String,
    },
}

#[derive(Entity, Debug)]
pub struct Keycard {
    #[orm(primary)]
    pub id: i64,
    pub holder: Ref<Colleague>,
}

#[derive(Entity, Debug)]
pub struct Conveyance {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded, prefix = false)]
    pub kind: ConveyanceKind,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub enum ConveyanceKind {
    Car { doors: i32 },
    Bike { gears: i32 },
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Sail {
    pub masts: i32,
    #[orm(serialized_name = "cloth")]
    pub canvas: Option<String>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Steam {
    pub power: i32,
    pub fuel: Option<String>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub enum Drive {
    Sail(Sail),
    #[orm(name = "engine")]
    Steam(#[orm(prefix = "steam_")] Steam),
    Oars,
}

#[derive(Entity, Debug)]
pub struct Trawler {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded, prefix = false)]
    pub drive: Drive,
}
