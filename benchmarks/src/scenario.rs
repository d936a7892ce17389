//! What a scenario is, and running one: rounds of both sides in turn.

use crate::allocations::COUNTED;
use crate::database::{Database, Outcome, Raw, RawPostgres};
use crate::measure::{Measured, median, time};
use mikro_orm::prelude::Orm;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

pub type Round<'a> = Pin<Box<dyn Future<Output = Outcome<Measured>> + Send + 'a>>;

/// One scenario. Each side does the operation so many times and says what that took.
pub struct Scenario {
    pub name: &'static str,
    /// Rows per operation.
    pub rows: u32,
    /// Whether the rows of a round go before the next.
    pub inserts: bool,
    pub raw_sqlite: fn(&mut rusqlite::Connection, u32) -> Outcome<Measured>,
    pub raw_postgres: for<'a> fn(&'a mut RawPostgres, u32) -> Round<'a>,
    pub orm: for<'a> fn(&'a Orm, u32) -> Round<'a>,
}

#[derive(Clone, Copy)]
pub enum Side {
    Raw,
    Orm,
}

/// How long one side's round takes, about.
const ROUND: Duration = Duration::from_millis(25);

impl Scenario {
    async fn raw(&self, database: &mut Database, operations: u32) -> Outcome<Measured> {
        match &mut database.raw {
            Raw::Sqlite(connection) => (self.raw_sqlite)(connection, operations),
            Raw::Postgres(raw) => (self.raw_postgres)(raw, operations).await,
        }
    }

    /// Runs one side alone, so many operations, for a profiler.
    pub async fn run_alone(&self, database: &mut Database, side: Side, operations: u32) -> Outcome<()> {
        match side {
            Side::Raw => self.raw(database, operations).await?,
            Side::Orm => (self.orm)(&database.orm, operations).await?,
        };
        if self.inserts {
            database.clean().await?;
        }
        Ok(())
    }

    /// Runs rounds of both sides in turn, for `seconds` or at least 15, and prints a line of the table.
    pub async fn run(&self, database: &mut Database, seconds: f64) -> Outcome<()> {
        // warm up, and find out how many operations make a round
        let mut operations = 1;
        loop {
            if self.inserts {
                database.clean().await?;
            }
            let took = self.raw(database, operations).await?.took;
            (self.orm)(&database.orm, operations).await?;
            if took >= ROUND / 2 || operations >= 1 << 20 {
                operations = ((f64::from(operations) * ROUND.as_secs_f64() / took.as_secs_f64()) as u32).max(1);
                break;
            }
            operations *= 2;
        }
        let (mut raws, mut orms) = (Vec::new(), Vec::new());
        let began = Instant::now();
        while began.elapsed().as_secs_f64() < seconds || raws.len() < 15 {
            if self.inserts {
                database.clean().await?;
            }
            // who is first has the colder caches: it is the other side every time
            if raws.len() % 2 == 0 {
                raws.push(self.raw(database, operations).await?);
                orms.push((self.orm)(&database.orm, operations).await?);
            } else {
                orms.push((self.orm)(&database.orm, operations).await?);
                raws.push(self.raw(database, operations).await?);
            }
        }
        if self.inserts {
            database.clean().await?;
        }
        let per_operation = |rounds: &[Measured]| {
            median(&mut rounds.iter().map(|round| round.took.as_nanos() as f64 / f64::from(operations)).collect::<Vec<_>>())
        };
        if COUNTED {
            let per_row = |rounds: &[Measured]| {
                let rows = f64::from(operations) * f64::from(self.rows);
                median(&mut rounds.iter().map(|round| round.allocations as f64 / rows).collect::<Vec<_>>())
            };
            println!("| {} | {} | {:.2} | {:.2} |", self.name, database.name, per_row(&raws), per_row(&orms));
        } else {
            let mut ratios: Vec<f64> =
                raws.iter().zip(&orms).map(|(raw, orm)| orm.took.as_secs_f64() / raw.took.as_secs_f64()).collect();
            let (raw, orm, ratio) = (per_operation(&raws), per_operation(&orms), median(&mut ratios));
            println!("| {} | {} | {} | {} | {ratio:.2} |", self.name, database.name, time(raw), time(orm));
        }
        Ok(())
    }
}
