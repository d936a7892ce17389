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
        entities![Team, Player, Ticket]
    }
    // what is read again and again is not worth noting
    const RECORDED: bool = false;
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
    /// They go with the team.
    #[orm(mapped_by = team, cascade(persist, remove))]
    pub coaches: Collection<Coach>,
    /// In an order.
    #[orm(many_to_many, fixed_order)]
    pub drills: Collection<Skill>,
    #[orm(mapped_by = team, orphan_removal)]
    pub fixtures: Collection<Fixture>,
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
    #[orm(many_to_many, pivot_entity = Enrolment)]
    pub courses: Collection<Course>,
    /// What is lost is deleted.
    #[orm(one_to_one, mapped_by = player, orphan_removal)]
    pub passport: Option<Ref<Passport>>,
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
    #[orm(many_to_many, mapped_by = drills)]
    pub teams: Collection<Team>,
}

#[derive(Entity)]
pub struct Course {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, mapped_by = courses)]
    pub players: Collection<Player>,
}

/// The table between players and courses, with a column of its own.
#[derive(Entity)]
pub struct Enrolment {
    #[orm(primary)]
    pub player: Ref<Player>,
    #[orm(primary)]
    pub course: Ref<Course>,
    #[orm(default = 1)]
    pub grade: i64,
}

/// One for a player, and never without one.
#[derive(Entity)]
pub struct Passport {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one)]
    pub player: Ref<Player>,
}

#[derive(Entity)]
pub struct Coach {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub team: Option<Ref<Team>>,
    /// It goes with the coach, whoever else has it.
    #[orm(cascade(persist, remove))]
    pub whistle: Option<Ref<Whistle>>,
}

#[derive(Entity)]
pub struct Whistle {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

/// A relation is a part of its key.
#[derive(Entity)]
pub struct Fixture {
    #[orm(primary)]
    pub team: Ref<Team>,
    #[orm(primary)]
    pub round: i64,
    pub name: String,
    pub referee: Option<Ref<Player>>,
    #[orm(mapped_by = fixture)]
    pub tickets: Collection<Ticket>,
}

#[derive(Entity)]
pub struct Ticket {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub fixture: Option<Ref<Fixture>>,
}

/// The tables, such that each can be emptied before those behind it; and their columns.
pub const TABLES: &[(&str, &[&str])] = &[
    ("player_skills", &["player_id", "skill_id"]),
    ("player_friends", &["player_1_id", "player_2_id"]),
    ("enrolment", &["player_id", "course_id", "grade"]),
    ("team_drills", &["team_id", "skill_id"]),
    ("ticket", &["id", "name", "fixture_team_id", "fixture_round"]),
    ("fixture", &["team_id", "round", "name", "referee_id"]),
    ("passport", &["id", "name", "player_id"]),
    ("player", &["id", "name", "number", "team_id", "mentor_id", "locker_id"]),
    ("skill", &["id", "name"]),
    ("course", &["id", "name"]),
    ("locker", &["id", "name"]),
    ("coach", &["id", "name", "team_id", "whistle_id"]),
    ("whistle", &["id", "name"]),
    ("badge", &["id", "name", "team_id"]),
    ("team", &["id", "name"]),
];
