//! One sequence, on the ORM and on the model.

mod badges;
mod coaches;
mod courses;
mod drills;
mod fixtures;
mod lockers;
mod passports;
mod players;
mod skills;
mod teams;
mod tickets;

use super::entities::{Club, Coach, Fixture, Locker, Player, Skill, TABLES, Team};
use super::events::{REFUSED, fail_at};
use super::handles::{Handles, Modelled};
use super::operation::{At, Operation};
use super::state::{Id, State};
use super::{check, rows};
use crate::suite::harness::{Kind, Test};
use mikro_orm::Error;
use mikro_orm::prelude::*;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

/// What differs, in words.
pub type Outcome<T = ()> = Result<T, String>;

/// What a sequence has at hand.
pub struct Run<'t> {
    pub test: &'t Test<Club>,
    pub em: EntityManager,
    /// What the database has.
    pub stored: State,
    /// What it is to have after the next flush.
    pub current: State,
    pub handles: Handles,
    /// The keys of what is stored.
    pub keys: BTreeMap<Id, i64>,
    next: Id,
    /// Those from before the last clear.
    stale: Handles,
    /// How often there was a choice.
    turn: u32,
}

/// Runs a sequence.
pub async fn all(test: &Test<Club>, operations: &[Operation]) -> Outcome {
    empty(test).await;
    let mut run = Run {
        test,
        em: test.em(),
        stored: State::default(),
        current: State::default(),
        handles: Handles::default(),
        keys: BTreeMap::new(),
        next: 0,
        stale: Handles::default(),
        turn: 0,
    };
    let outcome = async {
        for (number, operation) in operations.iter().enumerate() {
            run.step(operation).await.map_err(|message| format!("operation {number}, {operation:?}: {message}"))?;
        }
        run.flush().await?;
        if run.current.is_refused() { Ok(()) } else { check::read(&run).await }
    }
    .await;
    test.forget();
    outcome
}

async fn empty(test: &Test<Club>) {
    match test.kind {
        Kind::Sqlite => {
            for (table, _) in TABLES {
                test.run(&format!("delete from {table}")).await;
            }
        }
        // one statement, whose foreign keys are checked at its end
        Kind::Postgres => {
            let ((last, _), others) = TABLES.split_last().unwrap();
            let others: Vec<_> = others.iter().map(|(table, _)| format!("d_{table} as (delete from {table})")).collect();
            test.run(&format!("with {} delete from {last}", others.join(", "))).await;
        }
    }
}

fn said(error: Error) -> String {
    format!("{error} ({error:?})")
}

/// The one at a place, counted among what there is.
fn nth<V>(map: &BTreeMap<Id, V>, at: At) -> Option<Id> {
    if map.is_empty() { None } else { map.keys().nth(usize::from(at) % map.len()).copied() }
}
fn nth_of(ids: &[Id], at: At) -> Option<Id> {
    if ids.is_empty() { None } else { Some(ids[usize::from(at) % ids.len()]) }
}
/// Those at some places, each once.
fn several<V>(map: &BTreeMap<Id, V>, at: &[At]) -> Vec<Id> {
    let mut ids: Vec<Id> = at.iter().filter_map(|at| nth(map, *at)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

impl Run<'_> {
    fn created<T: Modelled>(&mut self, handle: Loaded<T>) -> Id {
        self.next += 1;
        self.handles.insert(self.next, handle);
        self.next
    }

    /// A handle, loaded when there is none.
    pub async fn get<T: Modelled>(&mut self, id: Id) -> Outcome<Loaded<T>> {
        if let Some(known) = self.handles.get::<T>(id) {
            return Ok(known.clone());
        }
        let loaded = self.em.reference::<T>(self.key::<T>(id)?).load().await.map_err(said)?.clone();
        self.handles.insert(id, loaded.clone());
        Ok(loaded)
    }
    fn key<T: Modelled>(&self, id: Id) -> Outcome<T::Key> {
        self.keys.get(&id).map(|key| T::key(*key)).ok_or_else(|| format!("{} {id} was never stored", T::NAME))
    }
    /// A reference: of what is loaded; or of what is not, by key, or by a handle from before the last clear.
    async fn refer<T: Modelled>(&mut self, id: Id) -> Outcome<Ref<T>> {
        self.turn += 1;
        if self.handles.get::<T>(id).is_some() || self.turn.is_multiple_of(3) {
            return Ok(self.get::<T>(id).await?.to_ref());
        }
        Ok(match self.stale.get::<T>(id) {
            Some(stale) if self.turn % 3 == 1 => stale.to_ref(),
            _ => self.em.reference(self.key::<T>(id)?),
        })
    }
    /// Whether a relation says already what it is to be set to, although the next flush lets go of it: its collection was
    /// replaced without loading it. Setting it is no edit then.
    fn is_let_go(&self, says: Option<i64>, current: Option<Id>, to: Option<Id>) -> bool {
        to != current && says.is_some() && says == to.and_then(|to| self.keys.get(&to).copied())
    }
    /// An item for a collection. What is not loaded can't refer to an owner that has no key yet.
    async fn item<T: Modelled>(&mut self, id: Id, owner_is_stored: bool) -> Outcome<Ref<T>> {
        if owner_is_stored { self.refer(id).await } else { Ok(self.get::<T>(id).await?.to_ref()) }
    }
    async fn items<T: Modelled>(&mut self, ids: &[Id], owner_is_stored: bool) -> Outcome<Vec<Ref<T>>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.push(self.item::<T>(*id, owner_is_stored).await?);
        }
        Ok(found)
    }
    async fn refer_all<T: Modelled>(&mut self, ids: &[Id]) -> Outcome<Vec<Ref<T>>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.push(self.refer::<T>(*id).await?);
        }
        Ok(found)
    }
    async fn get_every<T: Modelled>(&mut self, ids: &[Id]) -> Outcome<Vec<Loaded<T>>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.push(self.get::<T>(*id).await?);
        }
        Ok(found)
    }
    async fn get_maybe<T: Modelled>(&mut self, id: Option<Id>) -> Outcome<Option<Ref<T>>> {
        Ok(match id {
            Some(id) => Some(self.get::<T>(id).await?.to_ref()),
            None => None,
        })
    }
    async fn maybe<T: Modelled>(&mut self, id: Option<Id>) -> Outcome<Option<Ref<T>>> {
        Ok(match id {
            Some(id) => Some(self.refer::<T>(id).await?),
            None => None,
        })
    }
    /// Every other time, a reference by key to what nobody holds.
    fn unloaded<T: Modelled>(&mut self, id: Id) -> Outcome<Option<Ref<T>>> {
        self.turn += 1;
        let held = self.handles.get::<T>(id).is_some() || self.turn.is_multiple_of(2);
        Ok(if held { None } else { Some(self.em.reference(self.key::<T>(id)?)) })
    }
    /// Removes an entity, loaded or not.
    async fn remove<T: Modelled>(&mut self, id: Id) -> Outcome {
        let entity = match self.unloaded::<T>(id)? {
            Some(reference) => reference,
            None => self.get::<T>(id).await?.to_ref(),
        };
        self.em.remove(&entity).map_err(said)
    }

    fn step<'a>(&'a mut self, operation: &'a Operation) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async move {
            self.apply(operation).await?;
            check::scalars(self)
        })
    }

    async fn apply(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::Team(of) => self.team(of.at, &of.what).await,
            Operation::Badge(what) => self.badge(what).await,
            Operation::Player(of) => self.player(of.at, &of.what).await,
            Operation::Locker(what) => self.locker(what).await,
            Operation::Skill(what) => self.skill(what).await,
            Operation::Friend(what) => self.friend(what).await,
            Operation::Drill(what) => self.drill(what).await,
            Operation::Course(what) => self.course(what).await,
            Operation::Passport(what) => self.passport(what).await,
            Operation::Coach(what) => self.coach(what).await,
            Operation::Fixture(what) => self.fixture(what).await,
            Operation::Ticket(what) => self.ticket(what).await,
            Operation::Flush => self.flush().await,
            Operation::DropFlush { polls } => {
                drop_after(self.em.flush(), *polls);
                self.flush().await
            }
            Operation::FailFlush { event } => {
                fail_at(Some(*event));
                let outcome = self.em.flush().await;
                let failed = fail_at(None);
                match outcome {
                    Err(error) if failed && error.to_string().contains(REFUSED) => {
                        check::scalars(self)?;
                        self.check_database().await?;
                    }
                    Err(error) if failed => return Err(format!("another error than the subscriber's: {}", said(error))),
                    Ok(()) if failed => return Err("the flush went on after an error".to_owned()),
                    _ => {}
                }
                self.flush().await
            }
            Operation::Clear => {
                self.clear();
                Ok(())
            }
            Operation::Refetch => {
                if self.settle().await? {
                    self.refetch().await?;
                }
                Ok(())
            }
            Operation::Transaction { operations, commit } => self.transaction(operations, *commit).await,
        }
    }

    /// Flushes, so that a query does not; when a flush would be refused, nothing.
    pub async fn settle(&mut self) -> Outcome<bool> {
        if self.current.is_refused() {
            return Ok(false);
        }
        self.flush().await?;
        Ok(true)
    }

    /// Loads a collection that is not loaded. Says whether it is then.
    async fn load<T: Modelled>(&mut self, collection: &Collection<T>) -> Outcome<bool> {
        if collection.is_initialized() {
            return Ok(collection.get().is_ok());
        }
        let settled = self.settle().await?;
        if settled {
            collection.load().await.map_err(said)?;
        }
        Ok(settled)
    }

    fn clear(&mut self) {
        self.em.clear();
        self.stale = std::mem::take(&mut self.handles);
        self.current = self.stored.clone();
    }

    /// Flushes, and checks that what had to fail failed, and that all agree.
    pub async fn flush(&mut self) -> Outcome {
        let outcome = self.em.flush().await;
        match (outcome, self.current.is_refused()) {
            (Ok(()), false) => {
                self.current.rewritten.clear();
                self.stored = self.current.clone();
                self.keys.extend(self.handles.keys());
                self.handles.keep(&self.stored);
                check::handles(self)?;
                self.check_database().await
            }
            (Err(Error::UniqueViolation { .. }), true) => self.check_database().await,
            (Ok(()), true) => Err("the flush stored what must be unique twice".to_owned()),
            (Err(error), _) => Err(format!("the flush failed: {}", said(error))),
        }
    }

    async fn refetch(&mut self) -> Outcome {
        let hints = (
            (Player::team, Player::pupils, Player::locker, Player::passport),
            (Player::skills.with(Skill::players), Player::friends, Player::courses),
        );
        self.em.find::<Player>().populate(hints).await.map_err(said)?;
        let hints = (Team::players, Team::badges, Team::coaches.with(Coach::whistle), Team::drills, Team::fixtures);
        self.em.find::<Team>().populate(hints).await.map_err(said)?;
        self.em.find::<Fixture>().populate((Fixture::team, Fixture::tickets)).await.map_err(said)?;
        self.em.find::<Locker>().populate(Locker::player).await.map_err(said)?;
        check::handles(self)
    }

    async fn transaction(&mut self, operations: &[Operation], commit: bool) -> Outcome {
        if !self.settle().await? {
            return Ok(());
        }
        let before = self.stored.clone();
        self.em.begin().await.map_err(said)?;
        for operation in operations {
            // a flush that fails makes the transaction one that can only be rolled back
            let fails = matches!(operation, Operation::Flush | Operation::DropFlush { .. }) && self.current.is_refused()
                || matches!(operation, Operation::FailFlush { .. });
            if !fails && !matches!(operation, Operation::Clear) {
                self.step(operation).await?;
            }
        }
        if commit && self.settle().await? {
            self.em.commit().await.map_err(said)?;
            return self.check_database().await;
        }
        self.em.rollback().await.map_err(said)?;
        self.stored = before;
        self.clear();
        self.check_database().await
    }

    /// Whether the database has what it is to have.
    async fn check_database(&self) -> Outcome {
        // within a transaction others don't see what it wrote
        if self.em.is_in_transaction().await { Ok(()) } else { rows::check(self).await }
    }
}

/// Polls a future so often, and drops it.
fn drop_after(future: impl Future<Output = mikro_orm::Result<()>>, polls: u8) {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return;
        }
    }
}
