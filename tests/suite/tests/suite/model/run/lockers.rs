//! Lockers, which have one player at most.

use super::{Outcome, Run, nth};
use crate::suite::model::entities::{Locker, Player};
use crate::suite::model::operation::LockerOperation;

impl Run<'_> {
    pub(super) async fn locker(&mut self, what: &LockerOperation) -> Outcome {
        match what {
            LockerOperation::New { player } => {
                let player = player.and_then(|at| nth(&self.current.players, at));
                let mut builder = Locker::builder().name("locker");
                if let Some(player) = player {
                    builder = builder.player(&self.get::<Player>(player).await?);
                }
                let locker = self.em.create(builder);
                let id = self.created(locker);
                self.current.lockers.insert(id, "locker".to_owned());
                self.current.give_locker(id, player);
            }
            LockerOperation::Rename { locker, name } => {
                let Some(id) = nth(&self.current.lockers, *locker) else { return Ok(()) };
                let name = format!("locker {name}");
                self.get::<Locker>(id).await?.edit().name.clone_from(&name);
                self.current.lockers.insert(id, name);
            }
            LockerOperation::Give { player, locker } => {
                let Some(player) = nth(&self.current.players, *player) else { return Ok(()) };
                let locker = locker.and_then(|at| nth(&self.current.lockers, at));
                let locker_ref = self.get_maybe::<Locker>(locker).await?;
                self.get::<Player>(player).await?.edit().locker = locker_ref;
                match locker {
                    Some(locker) => self.current.give_locker(locker, Some(player)),
                    None => self.current.players.get_mut(&player).unwrap().locker = None,
                }
            }
            LockerOperation::Assign { locker, player } => {
                let Some(locker) = nth(&self.current.lockers, *locker) else { return Ok(()) };
                let player = player.and_then(|at| nth(&self.current.players, at));
                let player_ref = self.get_maybe::<Player>(player).await?;
                self.get::<Locker>(locker).await?.edit().player = player_ref;
                self.current.give_locker(locker, player);
            }
            LockerOperation::Remove { locker } => {
                let Some(id) = nth(&self.current.lockers, *locker) else { return Ok(()) };
                self.remove::<Locker>(id).await?;
                self.current.remove_locker(id);
            }
        }
        Ok(())
    }
}
