//! Courses, which players are in by a table with a column of its own.

use super::{Outcome, Run, nth, nth_of, said, several};
use crate::suite::model::entities::{Course, Enrolment, Player};
use crate::suite::model::operation::CourseOperation;
use mikro_orm::prelude::*;

/// The grade of a row that the relation makes.
const FIRST: i64 = 1;

impl Run<'_> {
    pub(super) async fn course(&mut self, what: &CourseOperation) -> Outcome {
        use CourseOperation::*;
        match what {
            New { players } => {
                let players = several(&self.current.players, players);
                let builder = Course::builder().name("course").players(&self.refer_all::<Player>(&players).await?);
                let course = self.em.create(builder);
                let id = self.created(course);
                self.current.courses.insert(id, "course".to_owned());
                players.into_iter().for_each(|player| self.enrol(player, id));
                Ok(())
            }
            Grade { which, grade } => self.grade(usize::from(*which), i64::from(*grade)).await,
            Add { player, .. } | TakeOut { player, .. } | Replace { player, .. } | Load { player } => {
                match nth(&self.current.players, *player) {
                    Some(player) => self.courses_of(player, what).await,
                    None => Ok(()),
                }
            }
            Rename { course, .. }
            | AddPlayer { course, .. }
            | TakeOutPlayer { course, .. }
            | ReplacePlayers { course, .. }
            | LoadPlayers { course }
            | Remove { course } => match nth(&self.current.courses, *course) {
                Some(course) => self.enrolled_in(course, what).await,
                None => Ok(()),
            },
        }
    }

    /// From the owning side.
    async fn courses_of(&mut self, id: u32, what: &CourseOperation) -> Outcome {
        let player = self.get::<Player>(id).await?;
        match what {
            CourseOperation::Add { course, .. } => {
                let Some(course) = nth(&self.current.courses, *course) else { return Ok(()) };
                player.courses.add(&self.refer::<Course>(course).await?).map_err(said)?;
                self.enrol(id, course);
            }
            CourseOperation::TakeOut { which, .. } => {
                if self.load(&player.courses).await?
                    && let Some(course) = nth_of(&self.current.courses_of(id), *which)
                {
                    player.courses.remove(&self.get::<Course>(course).await?).map_err(said)?;
                    self.current.enrolled.remove(&(id, course));
                }
            }
            CourseOperation::Replace { courses, .. } => {
                let courses = several(&self.current.courses, courses);
                let loaded = player.courses.is_initialized();
                player.courses.set(&self.refer_all::<Course>(&courses).await?).map_err(said)?;
                self.replaced(loaded, |(player, course)| player != id || courses.contains(&course), |(player, _)| player == id);
                courses.into_iter().for_each(|course| self.enrol(id, course));
            }
            _ => {
                self.load(&player.courses).await?;
            }
        }
        Ok(())
    }

    /// From the inverse side.
    async fn enrolled_in(&mut self, id: u32, what: &CourseOperation) -> Outcome {
        if let CourseOperation::Remove { .. } = what {
            self.remove::<Course>(id).await?;
            self.current.remove_course(id);
            return Ok(());
        }
        let course = self.get::<Course>(id).await?;
        match what {
            CourseOperation::Rename { name, .. } => {
                let name = format!("course {name}");
                course.edit().name.clone_from(&name);
                self.current.courses.insert(id, name);
            }
            CourseOperation::AddPlayer { player, .. } => {
                let Some(player) = nth(&self.current.players, *player) else { return Ok(()) };
                course.players.add(&self.refer::<Player>(player).await?).map_err(said)?;
                self.enrol(player, id);
            }
            CourseOperation::TakeOutPlayer { which, .. } => {
                if self.load(&course.players).await?
                    && let Some(player) = nth_of(&self.current.enrolled_in(id), *which)
                {
                    course.players.remove(&self.get::<Player>(player).await?).map_err(said)?;
                    self.current.enrolled.remove(&(player, id));
                }
            }
            CourseOperation::ReplacePlayers { players, .. } => {
                let players = several(&self.current.players, players);
                let loaded = course.players.is_initialized();
                course.players.set(&self.refer_all::<Player>(&players).await?).map_err(said)?;
                self.replaced(loaded, |(player, course)| course != id || players.contains(&player), |(_, course)| course == id);
                players.into_iter().for_each(|player| self.enrol(player, id));
            }
            _ => {
                self.load(&course.players).await?;
            }
        }
        Ok(())
    }

    /// The column of a row, by the key of both.
    async fn grade(&mut self, which: usize, grade: i64) -> Outcome {
        if self.current.enrolled.is_empty() || !self.settle().await? {
            return Ok(());
        }
        let Some(pair) = self.current.enrolled.keys().nth(which % self.current.enrolled.len()).copied() else { return Ok(()) };
        let row = self.em.reference::<Enrolment>((self.keys[&pair.0], self.keys[&pair.1]));
        row.assign(Enrolment::grade.set(grade)).map_err(said)?;
        self.current.enrolled.insert(pair, grade);
        self.flush().await
    }

    /// A row that is there is kept as it is, unless its relation is written anew.
    fn enrol(&mut self, player: u32, course: u32) {
        let pair = (player, course);
        let kept = self.stored.enrolled.get(&pair).filter(|_| !self.current.rewritten.contains(&pair));
        let grade = kept.copied().unwrap_or(FIRST);
        self.current.enrolled.entry(pair).or_insert(grade);
    }
    /// What is not loaded is deleted and written anew.
    fn replaced(&mut self, loaded: bool, stays: impl Fn((u32, u32)) -> bool, of: impl Fn((u32, u32)) -> bool) {
        if loaded {
            self.current.enrolled.retain(|pair, _| stays(*pair));
        } else {
            self.current.rewritten.extend(self.stored.enrolled.keys().copied().filter(|pair| of(*pair)));
            self.current.enrolled.retain(|pair, _| !of(*pair));
        }
    }
}
