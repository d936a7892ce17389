//! Passports: each has a player, and a player has one at most.

use super::{Outcome, Run, nth, said};
use crate::suite::model::entities::{Passport, Player};
use crate::suite::model::operation::PassportOperation;
use crate::suite::model::state;

impl Run<'_> {
    pub(super) async fn passport(&mut self, what: &PassportOperation) -> Outcome {
        match what {
            PassportOperation::New { player } => {
                let Some(player) = nth(&self.current.players, *player) else { return Ok(()) };
                let builder = Passport::builder().name("passport").player(&self.get::<Player>(player).await?);
                let passport = self.em.create(builder);
                let id = self.created(passport);
                self.current.passports.insert(id, state::Passport { name: "passport".to_owned(), player });
                self.current.give_passport(id, player);
            }
            PassportOperation::Rename { passport, name } => {
                let Some(id) = nth(&self.current.passports, *passport) else { return Ok(()) };
                let name = format!("passport {name}");
                self.get::<Passport>(id).await?.edit().name.clone_from(&name);
                self.current.passports.get_mut(&id).unwrap().name = name;
            }
            PassportOperation::Set { passport, player } => {
                let (Some(id), Some(player)) = (nth(&self.current.passports, *passport), nth(&self.current.players, *player))
                else {
                    return Ok(());
                };
                if self.is_stuck(Some(id), player) {
                    return Ok(());
                }
                let player_ref = self.get::<Player>(player).await?.to_ref();
                self.get::<Passport>(id).await?.edit().player = player_ref;
                self.current.give_passport(id, player);
            }
            PassportOperation::Assign { player, passport } => {
                let Some(player) = nth(&self.current.players, *player) else { return Ok(()) };
                let passport = passport.and_then(|at| nth(&self.current.passports, at));
                if self.is_stuck(passport, player) {
                    return Ok(());
                }
                let passport_ref = self.get_maybe::<Passport>(passport).await?;
                self.get::<Player>(player).await?.edit().passport = passport_ref;
                match passport {
                    Some(passport) => self.current.give_passport(passport, player),
                    None => self.current.passports.retain(|_, passport| passport.player != player),
                }
            }
            PassportOperation::Remove { passport } => {
                let Some(id) = nth(&self.current.passports, *passport) else { return Ok(()) };
                let passport = self.get::<Passport>(id).await?;
                self.em.remove(&passport).map_err(said)?;
                self.current.passports.remove(&id);
            }
        }
        Ok(())
    }

    /// A row can't wait for a new player and make way for a new passport at once: a flush says so.
    fn is_stuck(&self, passport: Option<u32>, player: u32) -> bool {
        passport.is_some_and(|id| self.stored.passports.contains_key(&id)) && !self.stored.players.contains_key(&player)
    }
}
