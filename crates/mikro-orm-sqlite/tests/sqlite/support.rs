//! A database with the schema of the fixture, and rows as plain values.

use crate::fixture;
use mikro_orm_core::driver::{
    Connection, Connector, DeleteBatch, Driver, InsertBatch, QueryLog, Row, RowValues, Statement, UpdateBatch,
};
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::EntityId;
use mikro_orm_core::query::{Expr, Select};
use mikro_orm_core::value::Value;
use mikro_orm_sqlite::SqliteOptions;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) type Values = Vec<Value<'static>>;

/// A driver, and the statements that it reported.
pub(crate) struct Db {
    pub(crate) driver: Arc<dyn Driver>,
    log: Arc<Mutex<Vec<String>>>,
}

/// A directory that goes with the test.
pub(crate) struct Dir(PathBuf);

impl Dir {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mikro-orm-sqlite-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Dir(path)
    }
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}
impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Db {
    pub(crate) async fn open(options: SqliteOptions) -> Result<Db> {
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&log);
        let logger = move |statement: &Statement<'_>| {
            let mut line = statement.inlined();
            if statement.runs > 1 {
                line += &format!(" [x{}]", statement.runs);
            }
            if statement.failed {
                line += " [failed]";
            }
            if statement.took.is_none() {
                assert!(
                    ["begin", "commit", "rollback", "savepoint", "release"].iter().any(|word| line.starts_with(word)),
                    "{line}"
                );
            }
            lines.lock().unwrap().push(line);
        };
        let log_to = QueryLog::new(vec![Arc::new(logger)]);
        let driver = Box::new(options).connect(fixture::metadata(), log_to).await?;
        Ok(Db { driver, log })
    }

    /// A database in memory with all tables.
    pub(crate) async fn memory() -> Db {
        let db = Db::open(SqliteOptions::memory()).await.unwrap();
        db.create().await;
        db
    }

    /// A database file with all tables.
    pub(crate) async fn file(options: SqliteOptions) -> Db {
        let db = Db::open(options).await.unwrap();
        db.create().await;
        db
    }

    async fn create(&self) {
        let mut connection = self.acquire().await;
        for statement in self.driver.schema().create().iter() {
            run(&mut *connection, statement).await.unwrap();
        }
        self.logged();
    }

    pub(crate) async fn acquire(&self) -> Box<dyn Connection> {
        self.driver.acquire().await.unwrap()
    }

    /// What was reported since the last call.
    pub(crate) fn logged(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }
}

pub(crate) fn id(name: &str) -> EntityId {
    fixture::metadata().by_name(name).unwrap().id
}

pub(crate) fn text(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().into())
}

/// Keys and values by row.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) keys: Values,
    pub(crate) values: Vec<Values>,
    pub(crate) versions: Values,
}

impl RowValues for Rows {
    fn len(&self) -> usize {
        self.values.len().max(self.keys.len())
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        self.values[row][column].clone()
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        self.keys[row].clone().into_parts().remove(part)
    }
    fn expected(&self, row: usize, _: usize) -> Value<'_> {
        self.versions[row].clone()
    }
}

/// Keeps rows as values.
fn keep(rows: &mut Vec<Values>) -> impl FnMut(&dyn Row) -> Result<()> + Send {
    |row: &dyn Row| {
        rows.push((0..row.len()).map(|column| row.get(column).unwrap().into_owned()).collect());
        Ok(())
    }
}

pub(crate) async fn insert(
    connection: &mut dyn Connection,
    entity: &str,
    columns: &[u16],
    values: Vec<Values>,
    returning: &[u16],
) -> Result<Vec<Values>> {
    let rows = Rows { values, ..Rows::default() };
    let mut returned = Vec::new();
    connection
        .insert(
            InsertBatch { entity: id(entity), columns, rows: &rows, returning, computed: &[], skip_existing: false },
            &mut keep(&mut returned),
        )
        .await?;
    Ok(returned)
}

/// Inserts authors with generated mail addresses; gives their keys.
pub(crate) async fn authors(connection: &mut dyn Connection, names: &[&str]) -> Vec<i64> {
    use fixture::author::{EMAIL, ID, NAME};
    let values = names.iter().map(|name| vec![text(name), text(&format!("{name}@wall.north"))]).collect();
    let returned = insert(connection, "Author", &[NAME, EMAIL], values, &[ID]).await.unwrap();
    returned.iter().map(|row| integer(&row[0])).collect()
}

/// Inserts books: title, author, editor; gives their keys.
pub(crate) async fn books(connection: &mut dyn Connection, books: &[(&str, i64, Option<i64>)]) -> Vec<i64> {
    use fixture::book::{AUTHOR, EDITOR, ID, TITLE};
    let values = books
        .iter()
        .map(|(title, author, editor)| vec![text(title), Value::Int(*author), editor.map_or(Value::Null, Value::Int)])
        .collect();
    let returned = insert(connection, "Book", &[TITLE, AUTHOR, EDITOR], values, &[ID]).await.unwrap();
    returned.iter().map(|row| integer(&row[0])).collect()
}

pub(crate) fn integer(value: &Value<'_>) -> i64 {
    match value {
        Value::Int(v) => *v,
        other => panic!("no integer: {other:?}"),
    }
}

pub(crate) async fn update(
    connection: &mut dyn Connection,
    entity: &str,
    columns: &[u16],
    rows: Vec<(Value<'static>, Values)>,
    version: Option<(u16, Values)>,
) -> Result<Vec<bool>> {
    let (keys, values) = rows.into_iter().unzip();
    let (checks, versions) = match version {
        Some((field, versions)) => (vec![field], versions),
        None => (Vec::new(), Vec::new()),
    };
    let rows = Rows { keys, values, versions };
    let entity = id(entity);
    let batch = UpdateBatch { entity, columns, rows: &rows, checks: &checks, counted: None, computed: &[], returning: &[] };
    connection.update(batch, &mut |_, _: &dyn Row| Ok(())).await
}

pub(crate) async fn delete(connection: &mut dyn Connection, entity: &str, keys: Values) -> Result<u64> {
    let rows = Rows { keys, ..Rows::default() };
    connection.delete(DeleteBatch { entity: id(entity), by: &[0], rows: &rows }).await
}

pub(crate) async fn find(connection: &mut dyn Connection, select: &Select) -> Result<Vec<Values>> {
    let mut rows = Vec::new();
    connection.find(select, &mut keep(&mut rows)).await?;
    Ok(rows)
}

/// The keys of the rows that satisfy a condition, in order.
pub(crate) async fn keys(connection: &mut dyn Connection, entity: &str, filter: Expr) -> Vec<i64> {
    let mut select = Select::new(id(entity), vec![0]);
    select.filter = Some(filter);
    let mut keys: Vec<_> = find(connection, &select).await.unwrap().iter().map(|row| integer(&row[0])).collect();
    keys.sort_unstable();
    let counted = connection.count(id(entity), select.filter.as_ref()).await.unwrap();
    assert_eq!(counted, keys.len() as u64);
    keys
}

pub(crate) async fn query(connection: &mut dyn Connection, sql: &str, params: &[Value<'_>]) -> Result<Vec<Values>> {
    let mut rows = Vec::new();
    connection.execute(sql, params, &mut keep(&mut rows)).await?;
    Ok(rows)
}

pub(crate) async fn run(connection: &mut dyn Connection, sql: &str) -> Result<u64> {
    connection.execute(sql, &[], &mut |_: &dyn Row| Ok(())).await
}
