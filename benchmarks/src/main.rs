//! Measures mikro-orm beside hand-written driver code. `benchmarks/run` calls it; see `README.md` there.

mod allocations;
mod database;
mod entities;
mod managed;
mod measure;
mod rows;
mod scenario;
mod scenarios;

use database::{Database, Outcome, postgres, sqlite};
use scenario::Side;

/// What was asked for: names of databases, scenarios or `flush` and `memory`; all when nothing was.
struct Asked {
    names: Vec<String>,
    seconds: f64,
    /// One side only and so many operations, without a table: for a profiler.
    alone: Option<(Side, u32)>,
}

impl Asked {
    fn from_args() -> Outcome<Self> {
        let mut asked = Asked { names: Vec::new(), seconds: 1.5, alone: None };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--raw" | "--orm" => {
                    let operations = args.next().ok_or("--raw and --orm take a number of operations")?.parse()?;
                    asked.alone = Some((if arg == "--raw" { Side::Raw } else { Side::Orm }, operations));
                }
                "--seconds" => asked.seconds = args.next().ok_or("--seconds takes a number")?.parse()?,
                known
                    if DATABASES.contains(&known) || PARTS.contains(&known) || scenarios::ALL.iter().any(|s| s.name == known) =>
                {
                    asked.names.push(arg);
                }
                other => return Err(format!("{other} is no database, no scenario, and none of {PARTS:?}").into()),
            }
        }
        Ok(asked)
    }
    /// Whether it is one of `kind` that was asked for, or none of that kind was.
    fn wants(&self, name: &str, kind: &[&str]) -> bool {
        self.names.iter().any(|asked| asked == name) || !self.names.iter().any(|asked| kind.contains(&asked.as_str()))
    }
}

const DATABASES: [&str; 2] = ["sqlite", "postgres"];
const PARTS: [&str; 2] = ["flush", "memory"];

#[tokio::main]
async fn main() -> Outcome<()> {
    let asked = Asked::from_args()?;
    // work in a spawned task, as in a server
    tokio::spawn(run(asked)).await?
}

async fn run(asked: Asked) -> Outcome<()> {
    let kinds: Vec<&str> = PARTS.into_iter().chain(scenarios::ALL.iter().map(|scenario| scenario.name)).collect();
    let wanted: Vec<_> = scenarios::ALL.iter().copied().filter(|scenario| asked.wants(scenario.name, &kinds)).collect();
    if !wanted.is_empty() {
        if allocations::COUNTED {
            println!("Allocations per row:\n\n| scenario | database | raw | mikro-orm |\n|---|---|---:|---:|");
        } else {
            println!("| scenario | database | raw | mikro-orm | ratio |\n|---|---|---:|---:|---:|");
        }
        let all = async |mut database: Database| -> Outcome<()> {
            for scenario in &wanted {
                match asked.alone {
                    Some((side, operations)) => scenario.run_alone(&mut database, side, operations).await?,
                    None => scenario.run(&mut database, asked.seconds).await?,
                }
            }
            database.orm.close().await;
            Ok(())
        };
        if asked.wants("sqlite", &DATABASES) {
            let folder = sqlite::Folder::new()?;
            all(sqlite::open(&folder).await?).await?;
        }
        if asked.wants("postgres", &DATABASES) {
            match std::env::var("TEST_POSTGRES_URL") {
                Err(_) => println!("\nPostgreSQL: not measured, because TEST_POSTGRES_URL is not set."),
                Ok(url) => {
                    let (database, databases) = postgres::open(&url).await?;
                    let done = all(database).await;
                    databases.drop().await?;
                    done?;
                }
            }
        }
    }
    if asked.wants("flush", &kinds) && !allocations::COUNTED {
        managed::flush().await?;
    }
    if asked.wants("memory", &kinds) && allocations::COUNTED {
        managed::memory().await?;
    }
    Ok(())
}
