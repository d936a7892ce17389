//! A database for one test.

use super::Counts;
use super::recorder::{Line, Recorder, count};
use mikro_orm::driver::Row;
use mikro_orm::metadata::EntityList;
use mikro_orm::prelude::*;
use mikro_orm::{OrmBuilder, PostgresOptions, Result, SqliteOptions};
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Which driver.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The entities that a test's database has tables for.
pub trait World {
    /// As for [`OrmBuilder::entities`].
    fn entities() -> EntityList;
    /// Whether the test needs several connections at once: on SQLite the database is then a file.
    const SHARED: bool = false;
    /// Whether the test needs a database of its own on a server: it has several schemas.
    const APART: bool = false;
    /// Whether the statements that are sent are noted.
    const RECORDED: bool = true;
    /// What the ORM is built with beside them.
    fn configure(builder: OrmBuilder<Orm>) -> OrmBuilder<Orm> {
        builder
    }
}

/// The same entities, in a database that several connections can use at once.
pub struct Shared<W>(PhantomData<W>);
impl<W: World> World for Shared<W> {
    fn entities() -> EntityList {
        W::entities()
    }
    const SHARED: bool = true;
    const APART: bool = W::APART;
    const RECORDED: bool = W::RECORDED;
    fn configure(builder: OrmBuilder<Orm>) -> OrmBuilder<Orm> {
        W::configure(builder)
    }
}

/// A database with the tables of `W`'s entities, and the statements that were sent to it.
pub struct Test<W> {
    /// The ORM on it.
    pub orm: Orm,
    /// Which driver.
    pub kind: Kind,
    /// The schema on a server, the file of SQLite; empty for SQLite in memory.
    place: String,
    recorder: Recorder,
    world: PhantomData<fn() -> W>,
}

pub(in super::super) fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("suite_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Checks that what was created needs no update: once for each world and driver.
async fn assert_stays<W: World>(orm: &Orm, kind: Kind) {
    static CHECKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let is_new = CHECKED.lock().unwrap().insert(format!("{kind:?} {}", std::any::type_name::<W>()));
    if is_new {
        let update = orm.schema().update_sql().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        assert!(update.is_empty(), "{kind:?}: a schema that was just created needs an update:\n{update}");
    }
}

impl<W: World> Test<W> {
    pub async fn new(kind: Kind) -> Self {
        let place = match kind {
            Kind::Sqlite if !W::SHARED => String::new(),
            Kind::Sqlite => {
                let file = std::env::temp_dir().join(unique() + ".db");
                file.to_str().expect("the folder for temporary files has a name in UTF-8").to_owned()
            }
            Kind::Postgres => unique(),
        };
        let recorder = Recorder::default();
        let open = if W::APART { open_apart } else { open };
        let mut builder = W::configure(open(kind, &place)).ensure_database(W::APART).entities(W::entities());
        if W::RECORDED {
            let into = recorder.clone();
            builder = builder.logger(move |statement| into.record(statement));
        }
        let orm = builder.build().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        match kind {
            _ if W::APART => orm.schema().create().await.unwrap(),
            Kind::Sqlite => orm.schema().create().await.unwrap(),
            Kind::Postgres => {
                // one statement instead of ten: there is a schema per test
                let tables = orm.schema().create_sql().to_string();
                let all = format!("do $tables$ begin create schema {place};\n{tables}end $tables$");
                execute(&orm, &all).await.unwrap_or_else(|error| panic!("{all}: {error}"));
            }
        }
        assert_stays::<W>(&orm, kind).await;
        recorder.take();
        Test { orm, kind, place, recorder, world: PhantomData }
    }

    pub async fn end(self) {
        if self.kind == Kind::Postgres && W::APART {
            self.orm.schema().drop_database(&self.place).await.unwrap();
            return;
        }
        let drop_schema = format!("drop schema {} cascade", self.place);
        if self.kind == Kind::Postgres && execute(&self.orm, &drop_schema).await.is_err() {
            // the test may have closed it
            let orm = open(self.kind, &self.place).entities(W::entities()).build().await.unwrap();
            execute(&orm, &drop_schema).await.unwrap();
            orm.close().await;
        }
        self.orm.close().await;
        if self.kind == Kind::Sqlite && !self.place.is_empty() {
            for ending in ["", "-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(format!("{}{ending}", self.place));
            }
        }
    }
}

impl<W> Test<W> {
    pub fn is_sqlite(&self) -> bool {
        self.kind == Kind::Sqlite
    }
    /// An entity manager.
    pub fn em(&self) -> EntityManager {
        self.orm.em()
    }
    /// A builder for another ORM on the same database.
    ///
    /// # Panics
    /// When the database is in memory, where nobody else can go: ask for a [`Shared`] one.
    pub fn builder(&self) -> OrmBuilder<Orm>
    where
        W: World,
    {
        assert!(!self.place.is_empty(), "another ORM needs `Test<Shared<..>>`");
        if W::APART { open_apart(self.kind, &self.place) } else { open(self.kind, &self.place) }
    }
    /// The database's file.
    pub fn file(&self) -> PathBuf {
        self.place.clone().into()
    }

    fn lines(&self) -> Vec<Line> {
        self.recorder.take()
    }
    /// As if nothing had been sent since these.
    fn restore(&self, lines: Vec<Line>) {
        self.recorder.take();
        self.recorder.put_back(lines);
    }
    /// What was sent since this was asked last, with values in place of placeholders.
    pub fn sent(&self) -> Vec<String> {
        self.lines().into_iter().map(|line| line.inlined).collect()
    }
    /// What was sent since this was asked last, with placeholders, one statement a line.
    pub fn sql(&self) -> String {
        self.lines().into_iter().map(|line| line.sql).collect::<Vec<_>>().join("\n")
    }
    /// What was sent since this was asked last, as `.debug(true)` prints it.
    pub fn printed(&self) -> Vec<String> {
        self.lines().into_iter().map(|line| line.printed).collect()
    }
    /// Forgets what was sent so far.
    pub fn forget(&self) {
        self.lines();
    }
    /// That so many statements were sent since this was asked last: a number, or `(sqlite, postgres)`.
    #[track_caller]
    pub fn expect(&self, counts: impl Into<Counts>) {
        let lines = self.lines();
        let (expected, found) = (counts.into().of(self.kind), count(&lines, self.is_sqlite()));
        let list: Vec<_> = lines.iter().map(|line| line.inlined.as_str()).collect();
        assert!(found == expected, "expected {expected} statements, found {found}:\n{}", list.join("\n"));
    }

    /// Runs a statement behind the ORM's back: on a connection of its own, and not recorded.
    ///
    /// # Panics
    /// When the database rejects it.
    pub async fn run(&self, sql: &str) {
        let before = self.lines();
        execute(&self.orm, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        self.restore(before);
    }
    /// A number from the database, behind the ORM's back.
    ///
    /// # Panics
    /// When the statement gives none.
    pub async fn number(&self, sql: &str) -> i64 {
        let before = self.lines();
        let rows = self.em().raw(sql).rows::<(i64,)>().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        self.restore(before);
        rows[0].0
    }
    /// A text from the database, behind the ORM's back.
    ///
    /// # Panics
    /// When the statement gives none.
    pub async fn text(&self, sql: &str) -> Option<String> {
        let before = self.lines();
        let rows = self.em().raw(sql).rows::<(Option<String>,)>().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        self.restore(before);
        rows.into_iter().next().unwrap_or_else(|| panic!("{sql}: no row")).0
    }
}

pub(super) fn open(kind: Kind, place: &str) -> OrmBuilder<Orm> {
    match kind {
        Kind::Sqlite if place.is_empty() => Orm::builder(SqliteOptions::memory()),
        Kind::Sqlite => Orm::builder(SqliteOptions::new(place)),
        Kind::Postgres => Orm::builder(server().schema(place)),
    }
}

/// The server of the tests.
pub(in super::super) fn server() -> PostgresOptions {
    let url = std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!("TEST_POSTGRES_URL must name a PostgreSQL server: run `tools/with-servers.sh cargo test -p mikro-orm-suite`")
    });
    PostgresOptions::new(&url).unwrap()
}

/// The same with a database of its own on a server.
fn open_apart(kind: Kind, place: &str) -> OrmBuilder<Orm> {
    match kind {
        Kind::Sqlite => open(kind, place),
        Kind::Postgres => Orm::builder(server().database(place)),
    }
}

pub(super) async fn execute(orm: &Orm, sql: &str) -> Result<u64> {
    let mut connection = orm.driver().acquire().await?;
    connection.execute(sql, &[], &mut |_: &dyn Row| Ok(())).await
}
