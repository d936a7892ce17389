//! From the query model to statements.

use crate::cache::TextCache;
use crate::dialect::Dialect;
use crate::dml::{self, Insert, Update};
use crate::origin::Origin;
use crate::param::Param;
use crate::select;
use crate::shape::Walk;
use mikro_orm_core::driver::ChangeWhere;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityId, EntityMetadata, Metadata};
use mikro_orm_core::query::{Expr, Select};
use std::convert::Infallible;
use std::sync::Arc;

/// A statement that is ready to run.
#[derive(Debug, Clone)]
pub struct Compiled<'a> {
    /// The text, shared by all statements of this shape.
    pub sql: Arc<str>,
    /// What to bind, in the order of the placeholders.
    pub params: Vec<Param<'a>>,
}

/// Compiles queries for one dialect and keeps the texts.
#[derive(Debug)]
pub struct Compiler {
    metadata: Arc<Metadata>,
    dialect: &'static dyn Dialect,
    texts: TextCache,
}

/// What kind of statement a shape is of; the first byte of its key.
mod tag {
    pub(super) const INSERT: u8 = b'i';
    pub(super) const INSERT_MANY: u8 = b'n';
    pub(super) const UPDATE: u8 = b'u';
    pub(super) const UPDATE_MANY: u8 = b'm';
    pub(super) const DELETE: u8 = b'd';
    pub(super) const CUSTOM: u8 = b'x';
}

impl Compiler {
    /// A compiler without any texts yet.
    pub fn new(metadata: Arc<Metadata>, dialect: &'static dyn Dialect) -> Self {
        Compiler { metadata, dialect, texts: TextCache::default() }
    }
    /// The entities.
    pub fn metadata(&self) -> &Arc<Metadata> {
        &self.metadata
    }
    /// The dialect.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }
    /// One entity.
    pub fn entity(&self, id: EntityId) -> &EntityMetadata {
        self.metadata.entity(id)
    }

    /// The statement for a query.
    ///
    /// # Errors
    /// When a condition can't be said in SQL, or a raw one names what the entity does not have.
    pub fn select<'a>(&'a self, select: &'a Select) -> Result<Compiled<'a>> {
        let mut walk = Walk::new(&self.metadata, self.dialect.lists());
        walk.select(select)?;
        self.check_number(&walk.params)?;
        let sql = self.texts.get_or_build(&walk.key, || select::select(&self.metadata, self.dialect, select))?;
        Ok(Compiled { sql, params: walk.params })
    }

    /// The statement that counts the rows of an entity.
    ///
    /// # Errors
    /// As [`Compiler::select`].
    pub fn count<'a>(&'a self, entity: EntityId, filter: Option<&'a Expr>) -> Result<Compiled<'a>> {
        let mut walk = Walk::new(&self.metadata, self.dialect.lists());
        walk.count(entity, filter)?;
        self.check_number(&walk.params)?;
        let sql = self.texts.get_or_build(&walk.key, || select::count(&self.metadata, self.dialect, entity, filter))?;
        Ok(Compiled { sql, params: walk.params })
    }

    /// Which property each parameter of [`Compiler::select`] belongs to: for logs and for messages, not for
    /// every query.
    ///
    /// # Errors
    /// As [`Compiler::select`].
    pub fn select_origins(&self, select: &Select) -> Result<Vec<Origin>> {
        let mut walk = Walk::with_origins(&self.metadata, self.dialect.lists());
        walk.select(select)?;
        Ok(walk.into_origins())
    }

    /// Which property each parameter of [`Compiler::count`] belongs to.
    ///
    /// # Errors
    /// As [`Compiler::count`].
    pub fn count_origins(&self, entity: EntityId, filter: Option<&Expr>) -> Result<Vec<Origin>> {
        let mut walk = Walk::with_origins(&self.metadata, self.dialect.lists());
        walk.count(entity, filter)?;
        Ok(walk.into_origins())
    }

    /// The text that inserts `rows` rows with values for `columns`, and gives `returning` back. Without
    /// columns it inserts one row of defaults, whatever `rows` is. What is there already is an error, or skipped.
    ///
    /// # Errors
    /// When an expression names a column: there is no row yet.
    pub fn insert(&self, entity: EntityId, insert: Insert<'_>, rows: usize) -> Result<Arc<str>> {
        let mut key = Vec::with_capacity(24 + 2 * (insert.columns.len() + insert.returning.len()));
        head(&mut key, tag::INSERT, entity);
        key.extend((rows as u64).to_le_bytes());
        insert.push_shape(&mut key);
        self.texts.get_or_build(&key, || dml::insert(self.dialect, self.entity(entity), insert, rows))
    }

    /// As [`Compiler::insert`], but of as many rows as its arrays have; see [`dml::unnest::insert`].
    ///
    /// # Errors
    /// As there.
    pub fn insert_many(&self, entity: EntityId, insert: Insert<'_>) -> Result<Arc<str>> {
        let mut key = Vec::with_capacity(24 + 2 * (insert.columns.len() + insert.returning.len()));
        head(&mut key, tag::INSERT_MANY, entity);
        insert.push_shape(&mut key);
        self.texts.get_or_build(&key, || dml::unnest::insert(self.dialect, self.entity(entity), insert))
    }

    /// The text that updates one row's `columns` by key: the values, what expressions bind,
    /// then the key, then what is expected in the columns that are checked.
    ///
    /// # Errors
    /// When an expression names what the entity does not have.
    pub fn update(&self, entity: EntityId, update: Update<'_>) -> Result<Arc<str>> {
        let mut key = Vec::with_capacity(24 + 2 * (update.columns.len() + update.checks.len()));
        head(&mut key, tag::UPDATE, entity);
        update.push_shape(&mut key);
        self.texts.get_or_build(&key, || dml::update(self.dialect, self.entity(entity), update))
    }

    /// As [`Compiler::update`], but of as many rows as its arrays have; see [`dml::unnest::update`].
    ///
    /// # Errors
    /// As there.
    pub fn update_many(&self, entity: EntityId, update: Update<'_>) -> Result<Arc<str>> {
        let mut key = Vec::with_capacity(24 + 2 * (update.columns.len() + update.checks.len()));
        head(&mut key, tag::UPDATE_MANY, entity);
        update.push_shape(&mut key);
        self.texts.get_or_build(&key, || dml::unnest::update(self.dialect, self.entity(entity), update))
    }

    /// The text that deletes the rows with `rows` values for the columns `by`; with
    /// [`Lists::Array`](crate::Lists::Array) they are one parameter for each column.
    pub fn delete(&self, entity: EntityId, by: &[u16], rows: usize) -> Arc<str> {
        let mut key = Vec::with_capacity(16 + 2 * by.len());
        head(&mut key, tag::DELETE, entity);
        fields(&mut key, by);
        key.extend((rows as u64).to_le_bytes());
        self.built(&key, || dml::delete(self.dialect, self.entity(entity), by, rows))
    }

    /// The statement that changes the rows that satisfy a condition.
    ///
    /// # Errors
    /// As [`Compiler::select`].
    pub fn change_where<'a>(&'a self, change: ChangeWhere<'a>) -> Result<Compiled<'a>> {
        let mut walk = Walk::new(&self.metadata, self.dialect.lists());
        walk.change_where(change)?;
        self.check_number(&walk.params)?;
        let sql = self.texts.get_or_build(&walk.key, || select::change_where(&self.metadata, self.dialect, change))?;
        Ok(Compiled { sql, params: walk.params })
    }

    /// Which property each parameter of [`Compiler::change_where`] belongs to.
    ///
    /// # Errors
    /// As [`Compiler::change_where`].
    pub fn change_where_origins(&self, change: ChangeWhere<'_>) -> Result<Vec<Origin>> {
        let mut walk = Walk::with_origins(&self.metadata, self.dialect.lists());
        walk.change_where(change)?;
        Ok(walk.into_origins())
    }

    /// A text of a driver's own, by whatever bytes tell its shapes apart.
    pub fn cached(&self, shape: &[u8], build: impl FnOnce() -> String) -> Arc<str> {
        let mut key = Vec::with_capacity(1 + shape.len());
        key.push(tag::CUSTOM);
        key.extend(shape);
        self.built(&key, build)
    }

    /// Databases say it with the whole text, which is long then.
    fn check_number(&self, params: &[Param<'_>]) -> Result<()> {
        let (places, most) = (params.iter().map(Param::places).sum::<usize>(), self.dialect.max_params());
        if places <= most {
            return Ok(());
        }
        let message =
            format!("the query has {places} parameters, and {} takes {most} at most: ask in parts", self.dialect.name());
        Err(Error::refused(message))
    }

    fn built(&self, key: &[u8], build: impl FnOnce() -> String) -> Arc<str> {
        let Ok(text) = self.texts.get_or_build(key, || Ok::<_, Infallible>(build()));
        text
    }
}

fn head(key: &mut Vec<u8>, tag: u8, entity: EntityId) {
    key.push(tag);
    key.extend(entity.0.to_le_bytes());
}

pub(crate) fn fields(key: &mut Vec<u8>, fields: &[u16]) {
    key.extend((fields.len() as u32).to_le_bytes());
    for field in fields {
        key.extend(field.to_le_bytes());
    }
}

#[cfg(test)]
mod tests;
