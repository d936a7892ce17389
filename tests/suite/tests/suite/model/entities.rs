//! A graph with relations of all kinds.

use super::events::{Refusing, is_watched};
use crate::suite::harness::World;
use mikro_orm::OrmBuilder;
use mikro_orm::metadata::EntityList;
use mikro_orm::prelude::*;

/// Everything that sequences work on.
pub struct Club;
impl World for Club {
    fn entities() -> EntityList {
        entities![Team, Player]
    }
    fn configure(builder: OrmBuilder<Orm>) -> OrmBuilder<Orm> {
        if is_watched() { builder.subscriber(Refusing) } else { builder }
    }
}

#[derive(Entity)]
pub struct Team {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = team)]
    pub players: Collection<Player>,
    /// What is taken out is deleted.
    #[orm(mapped_by = team, orphan_removal)]
    pub badges: Collection<Badge>,
}

#[derive(Entity)]
pub struct Badge {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(delete_rule = cascade)]
    pub team: Ref<Team>,
}

#[derive(Entity)]
pub struct Player {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(unique)]
    pub number: Option<i64>,
    #[orm(version)]
    pub version: i32,
    pub team: Option<Ref<Team>>,
    pub mentor: Option<Ref<Player>>,
    #[orm(mapped_by = mentor)]
    pub pupils: Collection<Player>,
    #[orm(one_to_one)]
    pub locker: Option<Ref<Locker>>,
    #[orm(many_to_many)]
    pub skills: Collection<Skill>,
    /// From one side only.
    #[orm(many_to_many)]
    pub friends: Collection<Player>,
}

#[derive(Entity)]
pub struct Locker {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one, mapped_by = locker)]
    pub player: Option<Ref<Player>>,
}

#[derive(Entity)]
pub struct Skill {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, mapped_by = skills)]
    pub players: Collection<Player>,
}

/// The tables, such that each can be emptied before those behind it.
pub const TABLES: &[&str] = &["player_skills", "player_friends", "player", "skill", "locker", "badge", "team"];
