//! What the tables have, asked behind the ORM's back by one statement.

use super::entities::TABLES;
use super::run::{Outcome, Run};
use super::state::{Id, State};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::OnceLock;

/// All rows of all tables, as texts.
fn statement() -> &'static str {
    static STATEMENT: OnceLock<String> = OnceLock::new();
    STATEMENT.get_or_init(|| {
        let text = |column: &&str| format!("coalesce(cast({column} as varchar(99)), '-')");
        let mut tables: Vec<_> = TABLES
            .iter()
            .map(|(table, columns)| {
                let columns: Vec<_> = columns.iter().map(text).collect();
                format!("select '{table} ' || {} from {table}", columns.join(" || ' ' || "))
            })
            .collect();
        let before = "(select count(*) from team_drills b where b.team_id = a.team_id and b.id < a.id)";
        let drills = ["team_id", "skill_id", before].map(|column| text(&column)).join(" || ' ' || ");
        tables.push(format!("select 'drill ' || {drills} from team_drills a"));
        tables.join(" union all ")
    })
}

/// Whether the tables have what the model has.
pub async fn check(run: &Run<'_>) -> Outcome {
    let found = run.test.em().raw(statement()).rows::<(String,)>().await.map_err(|error| format!("reading failed: {error}"))?;
    let mut found: Vec<String> = found.into_iter().map(|(row,)| row).collect();
    let mut expected = expected(&run.stored, &run.keys);
    found.sort_unstable();
    expected.sort_unstable();
    if found == expected {
        return Ok(());
    }
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|row| !those.contains(row)).cloned().collect()
    };
    Err(format!("the tables have {:?}, and don't have {:?}", only(&found, &expected), only(&expected, &found)))
}

fn expected(state: &State, keys: &BTreeMap<Id, i64>) -> Vec<String> {
    let key = |id: &Id| keys.get(id).copied().unwrap_or(-1);
    let maybe = |id: &Option<Id>| or_null(id.as_ref().map(key));
    let mut rows = Vec::new();
    let named = [
        ("team", &state.teams),
        ("skill", &state.skills),
        ("course", &state.courses),
        ("locker", &state.lockers),
        ("whistle", &state.whistles),
    ];
    for (table, names) in named {
        rows.extend(names.iter().map(|(id, name)| format!("{table} {} {name}", key(id))));
    }
    rows.extend(state.badges.iter().map(|(id, badge)| format!("badge {} {} {}", key(id), badge.name, key(&badge.team))));
    for (id, player) in &state.players {
        let (number, team) = (or_null(player.number), maybe(&player.team));
        let (mentor, locker) = (maybe(&player.mentor), maybe(&player.locker));
        rows.push(format!("player {} {} {number} {team} {mentor} {locker}", key(id), player.name));
    }
    for (id, passport) in &state.passports {
        rows.push(format!("passport {} {} {}", key(id), passport.name, key(&passport.player)));
    }
    for (id, coach) in &state.coaches {
        rows.push(format!("coach {} {} {} {}", key(id), coach.name, maybe(&coach.team), maybe(&coach.whistle)));
    }
    for fixture in state.fixtures.values() {
        rows.push(format!("fixture {} {} {} {}", key(&fixture.team), fixture.round, fixture.name, maybe(&fixture.referee)));
    }
    for (id, ticket) in &state.tickets {
        let fixture = ticket.fixture.map(|fixture| &state.fixtures[&fixture]);
        let (team, round) = (fixture.map(|fixture| key(&fixture.team)), fixture.map(|fixture| fixture.round));
        rows.push(format!("ticket {} {} {} {}", key(id), ticket.name, or_null(team), or_null(round)));
    }
    rows.extend(state.skilled.iter().map(|(player, skill)| format!("player_skills {} {}", key(player), key(skill))));
    rows.extend(state.friends.iter().map(|(player, friend)| format!("player_friends {} {}", key(player), key(friend))));
    for ((player, course), grade) in &state.enrolled {
        rows.push(format!("enrolment {} {} {grade}", key(player), key(course)));
    }
    for (team, drills) in &state.drills {
        for (place, skill) in drills.iter().enumerate() {
            rows.push(format!("team_drills {} {}", key(team), key(skill)));
            rows.push(format!("drill {} {} {place}", key(team), key(skill)));
        }
    }
    rows
}

fn or_null(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
