//! Badges, which are deleted when a team loses them.

use super::{Outcome, Run, nth, said, several};
use crate::suite::model::entities::{Badge, Team};
use crate::suite::model::operation::BadgeOperation;
use crate::suite::model::state;

impl Run<'_> {
    pub(super) async fn badge(&mut self, what: &BadgeOperation) -> Outcome {
        match what {
            BadgeOperation::New { team } => {
                let Some(team) = nth(&self.current.teams, *team) else { return Ok(()) };
                let badge = Badge::builder().name("badge").team(&self.refer::<Team>(team).await?);
                let badge = self.em.create(badge);
                let id = self.created(badge);
                self.current.badges.insert(id, state::Badge { name: "badge".to_owned(), team });
            }
            BadgeOperation::Rename { badge, name } => {
                let Some(id) = nth(&self.current.badges, *badge) else { return Ok(()) };
                let name = format!("badge {name}");
                self.get::<Badge>(id).await?.edit().name.clone_from(&name);
                self.current.badges.get_mut(&id).unwrap().name = name;
            }
            BadgeOperation::Move { badge, team } => {
                let (Some(id), Some(team)) = (nth(&self.current.badges, *badge), nth(&self.current.teams, *team)) else {
                    return Ok(());
                };
                let badge = self.get::<Badge>(id).await?;
                let from = self.get::<Team>(self.current.badges[&id].team).await?;
                if self.load(&from.badges).await? && self.current.badges.contains_key(&id) {
                    from.badges.remove(&badge).map_err(said)?;
                    self.get::<Team>(team).await?.badges.add(&badge).map_err(said)?;
                    self.current.badges.get_mut(&id).unwrap().team = team;
                }
            }
            BadgeOperation::Set { badge, team } => {
                let (Some(id), Some(team)) = (nth(&self.current.badges, *badge), nth(&self.current.teams, *team)) else {
                    return Ok(());
                };
                let team_ref = self.refer::<Team>(team).await?;
                self.get::<Badge>(id).await?.edit().team = team_ref;
                self.current.badges.get_mut(&id).unwrap().team = team;
            }
            BadgeOperation::TakeOut { badge } => {
                let Some(id) = nth(&self.current.badges, *badge) else { return Ok(()) };
                let badge = self.get::<Badge>(id).await?;
                let team = self.get::<Team>(self.current.badges[&id].team).await?;
                if self.load(&team.badges).await? {
                    team.badges.remove(&badge).map_err(said)?;
                    self.current.badges.remove(&id);
                }
            }
            BadgeOperation::TakeOutAll { team } => {
                let Some(id) = nth(&self.current.teams, *team) else { return Ok(()) };
                self.get::<Team>(id).await?.badges.remove_all().map_err(said)?;
                self.current.badges.retain(|_, badge| badge.team != id);
            }
            BadgeOperation::Replace { team, badges } => {
                let Some(id) = nth(&self.current.teams, *team) else { return Ok(()) };
                let badges = several(&self.current.badges, badges);
                let items = self.get_every::<Badge>(&badges).await?;
                self.get::<Team>(id).await?.badges.set(&items).map_err(said)?;
                self.current.badges.retain(|known, badge| badge.team != id || badges.contains(known));
                badges.iter().for_each(|badge| self.current.badges.get_mut(badge).unwrap().team = id);
            }
            BadgeOperation::Load { team } => {
                let Some(id) = nth(&self.current.teams, *team) else { return Ok(()) };
                let team = self.get::<Team>(id).await?;
                self.load(&team.badges).await?;
            }
            BadgeOperation::Remove { badge } => {
                let Some(id) = nth(&self.current.badges, *badge) else { return Ok(()) };
                self.remove::<Badge>(id).await?;
                self.current.badges.remove(&id);
            }
        }
        Ok(())
    }
}
