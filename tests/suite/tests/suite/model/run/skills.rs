//! Many-to-many relations: skills from both sides, friends from one.

use super::{Outcome, Run, nth, nth_of, said, several};
use crate::suite::model::entities::{Player, Skill};
use crate::suite::model::operation::{FriendOperation, SkillOperation};
use mikro_orm::prelude::*;

impl Run<'_> {
    pub(super) async fn skill(&mut self, what: &SkillOperation) -> Outcome {
        use SkillOperation::*;
        match what {
            New => {
                let skill = self.em.create(Skill::builder().name("skill"));
                let id = self.created(skill);
                self.current.skills.insert(id, "skill".to_owned());
                Ok(())
            }
            NewApart { players, joins } => {
                let players = several(&self.current.players, players);
                let builder = Skill::builder().name("skill").players(&self.refer_all::<Player>(&players).await?);
                let skill = self.em.create_detached(builder);
                if *joins {
                    self.em.persist(&skill).map_err(said)?;
                    let id = self.created(skill);
                    self.current.skills.insert(id, "skill".to_owned());
                    self.current.skilled.extend(players.into_iter().map(|player| (player, id)));
                }
                Ok(())
            }
            Add { player, .. } | TakeOut { player, .. } | Replace { player, .. } | TakeOutAll { player } | Load { player } => {
                match nth(&self.current.players, *player) {
                    Some(player) => self.skills_of(player, what).await,
                    None => Ok(()),
                }
            }
            Rename { skill, .. }
            | AddPlayer { skill, .. }
            | TakeOutPlayer { skill, .. }
            | TakeOutAllPlayers { skill }
            | LoadPlayers { skill }
            | Remove { skill } => match nth(&self.current.skills, *skill) {
                Some(skill) => self.players_of(skill, what).await,
                None => Ok(()),
            },
        }
    }

    /// From the owning side.
    async fn skills_of(&mut self, id: u32, what: &SkillOperation) -> Outcome {
        let player = self.get::<Player>(id).await?;
        match what {
            SkillOperation::Add { skill, .. } => {
                let Some(skill) = nth(&self.current.skills, *skill) else { return Ok(()) };
                player.skills.add(&self.refer::<Skill>(skill).await?).map_err(said)?;
                self.current.skilled.insert((id, skill));
            }
            SkillOperation::TakeOut { which, .. } => {
                if self.load(&player.skills).await?
                    && let Some(skill) = nth_of(&self.current.skills_of(id), *which)
                {
                    player.skills.remove(&self.get::<Skill>(skill).await?).map_err(said)?;
                    self.current.skilled.remove(&(id, skill));
                }
            }
            SkillOperation::Replace { skills, .. } => {
                let skills = several(&self.current.skills, skills);
                player.skills.set(&self.refer_all::<Skill>(&skills).await?).map_err(said)?;
                self.current.skilled.retain(|(player, _)| *player != id);
                self.current.skilled.extend(skills.into_iter().map(|skill| (id, skill)));
            }
            SkillOperation::TakeOutAll { .. } => {
                player.skills.remove_all().map_err(said)?;
                self.current.skilled.retain(|(player, _)| *player != id);
            }
            _ => {
                self.load(&player.skills).await?;
            }
        }
        Ok(())
    }

    /// From the inverse side.
    async fn players_of(&mut self, id: u32, what: &SkillOperation) -> Outcome {
        match what {
            SkillOperation::Rename { name, .. } => {
                let name = format!("skill {name}");
                match self.unloaded::<Skill>(id)? {
                    Some(skill) => skill.assign(Skill::name.set(&*name)).map_err(said)?,
                    None => self.get::<Skill>(id).await?.edit().name.clone_from(&name),
                }
                self.current.skills.insert(id, name);
                return Ok(());
            }
            SkillOperation::Remove { .. } => {
                self.remove::<Skill>(id).await?;
                self.current.remove_skill(id);
                return Ok(());
            }
            _ => {}
        }
        let skill = self.get::<Skill>(id).await?;
        match what {
            SkillOperation::AddPlayer { player, .. } => {
                let Some(player) = nth(&self.current.players, *player) else { return Ok(()) };
                skill.players.add(&self.refer::<Player>(player).await?).map_err(said)?;
                self.current.skilled.insert((player, id));
            }
            SkillOperation::TakeOutPlayer { which, .. } => {
                if self.load(&skill.players).await?
                    && let Some(player) = nth_of(&self.current.skilled_in(id), *which)
                {
                    skill.players.remove(&self.get::<Player>(player).await?).map_err(said)?;
                    self.current.skilled.remove(&(player, id));
                }
            }
            SkillOperation::TakeOutAllPlayers { .. } => {
                skill.players.remove_all().map_err(said)?;
                self.current.skilled.retain(|(_, skill)| *skill != id);
            }
            _ => {
                self.load(&skill.players).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn friend(&mut self, what: &FriendOperation) -> Outcome {
        use FriendOperation::*;
        let (Add { player, .. } | TakeOut { player, .. } | Replace { player, .. } | Load { player }) = what;
        let Some(id) = nth(&self.current.players, *player) else { return Ok(()) };
        let player = self.get::<Player>(id).await?;
        match what {
            Add { friend, .. } => {
                let Some(friend) = nth(&self.current.players, *friend) else { return Ok(()) };
                player.friends.add(&self.refer::<Player>(friend).await?).map_err(said)?;
                self.current.friends.insert((id, friend));
            }
            TakeOut { which, .. } => {
                if self.load(&player.friends).await?
                    && let Some(friend) = nth_of(&self.current.friends_of(id), *which)
                {
                    player.friends.remove(&self.get::<Player>(friend).await?).map_err(said)?;
                    self.current.friends.remove(&(id, friend));
                }
            }
            Replace { friends, .. } => {
                let friends = several(&self.current.players, friends);
                player.friends.set(&self.refer_all::<Player>(&friends).await?).map_err(said)?;
                self.current.friends.retain(|(player, _)| *player != id);
                self.current.friends.extend(friends.into_iter().map(|friend| (id, friend)));
            }
            Load { .. } => {
                self.load(&player.friends).await?;
            }
        }
        Ok(())
    }
}
