//! Relations of every kind with both sides, and a row between two one-to-one sides.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// The side that owns all relations; the other is discovered.
    FromOwners: Sailor
}
world! {
    /// The side that owns none of them; the other is discovered.
    FromInverses: Vessel
}
world! {
    /// Clubs, and who they belong to.
    Clubs: Club, Fan, Membership, Visit
}

#[derive(Entity)]
pub struct Sailor {
    #[orm(primary)]
    pub id: i64,
    #[orm(inversed_by = crew)]
    pub ship: Option<Ref<Vessel>>,
    #[orm(one_to_one, inversed_by = captain)]
    pub commands: Option<Ref<Vessel>>,
    #[orm(many_to_many, inversed_by = veterans)]
    pub served: Collection<Vessel>,
    /// (says nothing of the other side)
    #[orm(many_to_many)]
    pub feared: Collection<Vessel>,
}

#[derive(Entity)]
pub struct Vessel {
    #[orm(primary)]
    pub id: i64,
    #[orm(mapped_by = ship, orphan_removal)]
    pub crew: Collection<Sailor>,
    #[orm(one_to_one, mapped_by = commands)]
    pub captain: Option<Ref<Sailor>>,
    #[orm(many_to_many, mapped_by = served)]
    pub veterans: Collection<Sailor>,
    #[orm(many_to_many, mapped_by = feared)]
    pub enemies: Collection<Sailor>,
}

#[derive(Entity)]
pub struct Club {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one, mapped_by = club, eager, orphan_removal)]
    pub membership: Option<Ref<Membership>>,
    #[orm(mapped_by = club, eager, orphan_removal)]
    pub visits: Collection<Visit>,
}

#[derive(Entity)]
pub struct Fan {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one, mapped_by = fan, eager, orphan_removal)]
    pub membership: Option<Ref<Membership>>,
    #[orm(mapped_by = fan, eager, orphan_removal)]
    pub visits: Collection<Visit>,
}

/// Its key is both of its one-to-one relations.
#[derive(Entity)]
pub struct Membership {
    #[orm(primary, one_to_one)]
    pub fan: Ref<Fan>,
    #[orm(primary, one_to_one)]
    pub club: Ref<Club>,
}

/// Its key is both of its relations, and both sides' collections own it.
#[derive(Entity)]
pub struct Visit {
    #[orm(primary)]
    pub fan: Ref<Fan>,
    #[orm(primary)]
    pub club: Ref<Club>,
}
