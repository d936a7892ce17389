//! Foreign keys with options, keys in the place of relations, and columns that several relations have.

use super::world;
use mikro_orm::prelude::*;

world!(Crews: Mission, Pilot, Crew, Sortie);
world!(Constraints: Harbour, Ship, Cabin, Passenger);
world!(Organizations: Organization, Board, Topic, Card);

#[derive(Entity)]
pub struct Mission {
    #[orm(primary)]
    pub id: String,
    pub status: Option<String>,
}

#[derive(Entity)]
pub struct Pilot {
    #[orm(primary)]
    pub first_name: String,
    #[orm(primary)]
    pub last_name: String,
}

/// Knows others by their keys alone.
#[derive(Entity)]
pub struct Crew {
    #[orm(primary)]
    pub id: String,
    #[orm(one_to_one, map_to_pk = Mission)]
    pub current_mission: Option<String>,
    #[orm(map_to_pk = Pilot)]
    pub manager: Option<(String, String)>,
    pub status: Option<String>,
}

/// Has those in it whose key is two columns.
#[derive(Entity)]
pub struct Sortie {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many, pivot_table = "sortie_seat", join_column = "sortie", inverse_join_columns("given", "family"))]
    pub pilots: Collection<Pilot>,
}

#[derive(Entity)]
pub struct Harbour {
    #[orm(primary)]
    pub id: i64,
    #[orm(default = "somewhere")]
    pub name: String,
}

#[derive(Entity)]
pub struct Ship {
    #[orm(primary)]
    pub id: i64,
    /// Goes with it.
    #[orm(delete_rule = cascade, update_rule = no_action, fk_name = "ship_built_in")]
    pub built_in: Ref<Harbour>,
    /// Without a constraint.
    #[orm(fk_constraint = false)]
    pub last_seen: Option<Ref<Harbour>>,
    #[orm(fk_constraint = false, join_column = "flag")]
    pub registered: Ref<Harbour>,
}

/// Two refer to each other, and both must.
#[derive(Entity)]
pub struct Cabin {
    #[orm(primary)]
    pub number: String,
    #[orm(defer = deferred)]
    pub guest: Ref<Passenger>,
}

#[derive(Entity)]
pub struct Passenger {
    #[orm(primary)]
    pub name: String,
    #[orm(defer = deferred)]
    pub cabin: Ref<Cabin>,
    #[orm(defer = immediate)]
    pub friend: Option<Ref<Passenger>>,
}

#[derive(Entity)]
pub struct Organization {
    #[orm(primary)]
    pub id: i64,
}

#[derive(Entity)]
pub struct Board {
    #[orm(primary)]
    pub id: i64,
    #[orm(primary)]
    pub organization: Ref<Organization>,
}

#[derive(Entity)]
pub struct Topic {
    #[orm(primary)]
    pub id: i64,
    #[orm(primary)]
    pub organization: Ref<Organization>,
}

/// A board and a topic of one organization, whose column both relations have.
#[derive(Entity)]
pub struct Card {
    #[orm(primary)]
    pub id: i64,
    #[orm(join_columns("board_id", "organization_id"))]
    pub board: Ref<Board>,
    #[orm(join_columns("topic_id", "organization_id"))]
    pub topic: Option<Ref<Topic>>,
    /// The column once more, not written through this.
    #[orm(persist = false, join_column = "organization_id")]
    pub organization: Option<Ref<Organization>>,
}
