//! A database in memory, with just what these tests ask for: rows by key, conditions on columns, generated keys,
//! transactions, and failures on demand.

use mikro_orm_core::driver::{
    BoxFuture, Capabilities, ChangeWhere, Connection, Connector, DeleteBatch, Driver, InsertBatch, QueryLog, Row, RowSink,
    TransactionOptions, UpdateBatch, UpdatedSink,
};
use mikro_orm_core::metadata::{EntityId, EntityList, Metadata};
use mikro_orm_core::query::{CompareOp, Expr, Select};
use mikro_orm_core::value::{Value, ValueError};
use mikro_orm_core::{EntitySchema, Error, Orm, Result, Strategy};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

/// A row, by field.
type Fields = BTreeMap<u16, Value<'static>>;
type Tables = HashMap<EntityId, Vec<Fields>>;

#[derive(Default)]
struct State {
    tables: Tables,
    /// What the next statement of this kind fails with.
    failing: Option<&'static str>,
    /// Kinds of statements that ran, with how many rows they had.
    log: Vec<(&'static str, usize)>,
    next_key: i64,
}

/// The database; clones are the same one.
#[derive(Clone, Default)]
pub struct Database(Arc<Mutex<State>>);

impl Database {
    /// An ORM on an empty database.
    pub fn orm(&self, entities: EntityList) -> Orm {
        let building = Orm::builder(Connect(self.clone())).entities(entities).strategy(Strategy::SelectIn).build();
        block_on(building).expect("the entities of tests fit")
    }
    /// An ORM on an empty database, of entities that are described at run time.
    pub fn described(&self, schemas: impl IntoIterator<Item = EntitySchema>) -> Orm {
        let building = Orm::builder(Connect(self.clone())).entity_schemas(schemas).strategy(Strategy::SelectIn).build();
        block_on(building).expect("the entities of tests fit")
    }
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
    /// Puts a row in, by the properties' names; what is not named is null.
    pub fn put(&self, orm: &Orm, entity: &str, fields: &[(&str, Value<'static>)]) {
        let entity = orm.metadata().entities().iter().find(|known| known.name == entity).expect("a known entity");
        let field = |name: &str| entity.by_name(name).expect("a known property").index;
        let row: Fields = fields.iter().map(|(name, value)| (field(name), value.clone())).collect();
        let mut state = self.state();
        if let Some(Value::Int(key)) = row.get(&entity.key) {
            state.next_key = state.next_key.max(*key);
        }
        let table = state.tables.entry(entity.id).or_default();
        table.retain(|known| known.get(&entity.key) != row.get(&entity.key));
        table.push(row);
    }
    /// The rows of a table between two sides: owners and items.
    pub fn links(&self, orm: &Orm, name: &str) -> std::collections::BTreeSet<(i64, i64)> {
        let entity = orm.metadata().entities().iter().find(|known| known.name == name).expect("a known relation");
        let key = |row: &Fields, field: u16| match row.get(&field) {
            Some(Value::Int(key)) => *key,
            other => panic!("a link to {other:?}"),
        };
        let state = self.state();
        let rows = state.tables.get(&entity.id).into_iter().flatten();
        rows.map(|row| (key(row, 0), key(row, 1))).collect()
    }
    /// The next statement of this kind fails: `insert`, `update`, `delete`, `commit`, `find`.
    pub fn fail_next(&self, kind: &'static str) {
        self.state().failing = Some(kind);
    }
    /// What ran since the last call.
    pub fn log(&self) -> Vec<(&'static str, usize)> {
        std::mem::take(&mut self.state().log)
    }
}

/// Runs a future on this thread.
pub fn block_on<T>(future: impl IntoFuture<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future.into_future())
}

struct Connect(Database);
impl Connector for Connect {
    fn connect(self: Box<Self>, metadata: Arc<Metadata>, _: QueryLog) -> BoxFuture<'static, Result<Arc<dyn Driver>>> {
        Box::pin(async move { Ok(Arc::new(Memory { database: self.0, metadata }) as Arc<dyn Driver>) })
    }
}

struct Memory {
    database: Database,
    metadata: Arc<Metadata>,
}
impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}
impl Driver for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities::embedded(1000)
    }
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        let connection = Session { database: self.database.clone(), metadata: self.metadata.clone(), saved: Vec::new() };
        Box::pin(async move { Ok(Box::new(connection) as Box<dyn Connection>) })
    }
    fn schema(&self) -> &dyn mikro_orm_core::driver::SchemaDriver {
        &mikro_orm_core::driver::Schemaless
    }
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// A connection. A transaction keeps what the tables were.
struct Session {
    database: Database,
    metadata: Arc<Metadata>,
    saved: Vec<Tables>,
}

impl Session {
    fn ran(&self, kind: &'static str, rows: usize) -> Result<MutexGuard<'_, State>> {
        let mut state = self.database.state();
        if state.failing == Some(kind) {
            state.failing = None;
            return Err(Error::Connection { message: format!("{kind} failed, as the test asked"), source: None });
        }
        state.log.push((kind, rows));
        Ok(state)
    }
    fn save(&mut self) -> Result<()> {
        let tables = self.database.state().tables.clone();
        self.saved.push(tables);
        Ok(())
    }
    fn restore(&mut self) -> Result<()> {
        if let Some(saved) = self.saved.pop() {
            self.database.state().tables = saved;
        }
        Ok(())
    }
}

fn done<'a, T: Send + 'a>(result: Result<T>) -> BoxFuture<'a, Result<T>> {
    Box::pin(std::future::ready(result))
}

fn matches(row: &Fields, filter: &Expr) -> bool {
    let value = |field: &u16| row.get(field).unwrap_or(&Value::Null);
    match filter {
        Expr::And(all) => all.iter().all(|expr| matches(row, expr)),
        Expr::Compare { field, op: CompareOp::Eq, value: wanted } => value(field) == wanted,
        Expr::In { field, values, negated: false } => values.contains(value(field)),
        other => panic!("these tests do not ask for {other:?}"),
    }
}

struct Columns(Vec<Value<'static>>);
impl Row for Columns {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, index: usize) -> Result<Value<'_>, ValueError> {
        Ok(match &self.0[index] {
            Value::Text(text) => Value::Text(std::borrow::Cow::Borrowed(text)),
            other => other.clone(),
        })
    }
}

impl Connection for Session {
    fn begin(&mut self, _: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        done(self.save())
    }
    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        let result = self.ran("commit", 0).map(drop);
        if result.is_ok() {
            self.saved.clear();
        }
        done(result)
    }
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        self.saved.truncate(1);
        done(self.restore())
    }
    fn savepoint(&mut self, _: u32) -> BoxFuture<'_, Result<()>> {
        done(self.save())
    }
    fn release(&mut self, _: u32) -> BoxFuture<'_, Result<()>> {
        self.saved.pop();
        done(Ok(()))
    }
    fn rollback_to(&mut self, _: u32) -> BoxFuture<'_, Result<()>> {
        done(self.restore())
    }
    fn find<'a>(&'a mut self, select: &'a Select, sink: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>> {
        let rows = self.ran("find", 0).map(|state| {
            let table = state.tables.get(&select.entity).cloned().unwrap_or_default();
            let found = table.into_iter().filter(|row| select.filter.as_ref().is_none_or(|filter| matches(row, filter)));
            found.take(select.limit.map_or(usize::MAX, |limit| limit as usize)).collect::<Vec<_>>()
        });
        // as a server does, rows come after the query was sent
        Box::pin(async move {
            let rows = rows?;
            tokio::task::yield_now().await;
            for row in rows {
                let values = select.columns.iter().map(|field| row.get(field).cloned().unwrap_or_default()).collect();
                sink.row(&Columns(values))?;
            }
            Ok(())
        })
    }
    fn count<'a>(&'a mut self, entity: EntityId, _: Option<&'a Expr>) -> BoxFuture<'a, Result<u64>> {
        done(Ok(self.database.state().tables.get(&entity).map_or(0, Vec::len) as u64))
    }
    fn insert<'a>(&'a mut self, batch: InsertBatch<'a>, returned: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>> {
        let inserted = self.ran("insert", batch.rows.len()).map(|mut state| {
            let key = self.metadata.entity(batch.entity).key;
            let mut inserted = Vec::new();
            for row in 0..batch.rows.len() {
                let values = batch.columns.iter().enumerate();
                let mut fields: Fields = values.map(|(at, field)| (*field, batch.rows.value(row, at).into_owned())).collect();
                if batch.returning.contains(&key) {
                    state.next_key += 1;
                    fields.insert(key, Value::Int(state.next_key));
                }
                let table = state.tables.entry(batch.entity).or_default();
                let there = table.contains(&fields);
                assert!(batch.skip_existing || !there || fields.contains_key(&key), "a row is there already: {fields:?}");
                if !there {
                    table.push(fields.clone());
                }
                inserted.push(fields);
            }
            inserted
        });
        done(inserted.and_then(|inserted| {
            for row in inserted.iter().filter(|_| !batch.returning.is_empty()) {
                let values = batch.returning.iter().map(|field| row.get(field).cloned().unwrap_or_default()).collect();
                returned.row(&Columns(values))?;
            }
            Ok(())
        }))
    }
    fn update<'a>(&'a mut self, batch: UpdateBatch<'a>, _: &'a mut UpdatedSink<'a>) -> BoxFuture<'a, Result<Vec<bool>>> {
        let found = self.ran("update", batch.rows.len()).map(|mut state| {
            let key = self.metadata.entity(batch.entity).key;
            let table = state.tables.entry(batch.entity).or_default();
            let mut found = Vec::new();
            for row in 0..batch.rows.len() {
                let wanted = batch.rows.key(row, 0).into_owned();
                let checks = batch.checks.iter().enumerate();
                let expected: Vec<_> = checks.map(|(at, field)| (*field, batch.rows.expected(row, at).into_owned())).collect();
                let known = table.iter_mut().find(|known| {
                    known.get(&key) == Some(&wanted) && expected.iter().all(|(field, value)| known.get(field) == Some(value))
                });
                found.push(known.is_some());
                if let Some(known) = known {
                    let values = batch.columns.iter().enumerate();
                    known.extend(values.map(|(at, field)| (*field, batch.rows.value(row, at).into_owned())));
                }
            }
            found
        });
        // as a server does: others may run while the answer is on its way
        Box::pin(async move {
            tokio::task::yield_now().await;
            found
        })
    }
    fn delete<'a>(&'a mut self, batch: DeleteBatch<'a>) -> BoxFuture<'a, Result<u64>> {
        let deleted = self.ran("delete", batch.rows.len()).map(|mut state| {
            let values = |row| (0..batch.by.len()).map(move |part| batch.rows.key(row, part).into_owned());
            let wanted: Vec<Vec<Value<'static>>> = (0..batch.rows.len()).map(|row| values(row).collect()).collect();
            let table = state.tables.entry(batch.entity).or_default();
            let before = table.len();
            table.retain(|row| {
                !wanted.iter().any(|key| batch.by.iter().zip(key).all(|(field, value)| row.get(field) == Some(value)))
            });
            (before - table.len()) as u64
        });
        done(deleted)
    }
    fn change_where<'a>(&'a mut self, _: ChangeWhere<'a>) -> BoxFuture<'a, Result<u64>> {
        panic!("the tests change rows one by one")
    }
    fn execute<'a>(&'a mut self, _: &'a str, _: &'a [Value<'a>], _: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<u64>> {
        panic!("there is no SQL here")
    }
}
