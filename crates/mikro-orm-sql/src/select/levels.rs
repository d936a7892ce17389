//! The tables of an entity's kinds, as sources of a query.
//!
//! They are joined where a query reads what they have. Rows of the entity stay, of whatever kind they are; only where the condition asks
//! for some kinds, the tables that all of these have are joined such that others go, and those that none of them has are left out.

use crate::kinds::{Asked, possible};
use crate::template::push_property;
use crate::writer::Writer;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityMetadata, Metadata, PropertyMetadata};
use mikro_orm_core::query::Expr;
use std::cell::RefCell;

/// What a source reads from the tables of its kinds.
#[derive(Default)]
pub(super) struct Levels {
    /// Those that are read from. (Known once all but the joins is written.)
    used: RefCell<Vec<u16>>,
    /// Those that every row has that is asked for.
    always: Vec<u16>,
    /// Those that none has, whatever says that it has not.
    never: Vec<u16>,
}

impl Levels {
    /// Of a source whose rows satisfy a condition.
    pub(super) fn narrowed(entity: &EntityMetadata, filter: Option<&Expr>) -> Self {
        let Some(kinds) = possible(entity, filter).filter(|kinds| !kinds.is_empty()) else { return Levels::default() };
        let paths: Vec<Vec<u16>> = kinds.iter().map(|kind| entity.down_to(*kind)).collect();
        let levels = || (0_u16..).zip(&entity.levels).map(|(level, _)| level);
        let always = levels().filter(|level| paths.iter().all(|path| path.contains(level))).collect();
        // (those below are what tells that a row is of no kind below)
        let is_apart = |level: &u16| {
            let own = entity.down_to(*level);
            !paths.iter().any(|path| path.contains(level)) && !kinds.iter().any(|kind| own.contains(kind))
        };
        let never = levels().filter(is_apart).collect();
        Levels { used: RefCell::default(), always, never }
    }

    /// Whether any is read from.
    pub(super) fn are_used(&self) -> bool {
        !self.used.borrow().is_empty()
    }

    fn alias(&self, alias: &str, level: u16) -> String {
        let mut used = self.used.borrow_mut();
        if !used.contains(&level) {
            used.push(level);
        }
        name(alias, level)
    }

    /// Appends a property of the source that is selected: null, where no row that is asked for has it.
    pub(super) fn push_selected(&self, w: &mut Writer<'_>, entity: &EntityMetadata, property: &PropertyMetadata, alias: &str) {
        if !property.levels.is_empty() && property.levels.iter().all(|level| self.never.contains(level)) {
            w.push("null");
            return;
        }
        self.push(w, entity, property, alias);
    }

    /// Appends a property of the source, wherever it is.
    pub(super) fn push(&self, w: &mut Writer<'_>, entity: &EntityMetadata, property: &PropertyMetadata, alias: &str) {
        if !entity.is_elsewhere(property) {
            return push_property(w, entity, property, alias);
        }
        if entity.discriminator == Some(property.index) {
            return self.push_kind(w, entity, alias);
        }
        let possible = property.levels.iter().copied().filter(|level| !self.never.contains(level));
        let possible: Vec<u16> = possible.collect();
        let levels = if possible.is_empty() { &property.levels } else { &possible };
        let one = |w: &mut Writer<'_>, level: u16| push_property(w, entity, property, &self.alias(alias, level));
        match levels[..] {
            [level] => one(w, level),
            _ => {
                w.push("coalesce(");
                for (i, level) in levels.iter().copied().enumerate() {
                    w.push(if i == 0 { "" } else { ", " });
                    one(w, level);
                }
                w.push(")");
            }
        }
    }

    /// Appends what says which kind a row is of: the lowest level that has it. (Those above come before those below.)
    fn push_kind(&self, w: &mut Writer<'_>, entity: &EntityMetadata, alias: &str) {
        w.push("case");
        let levels: Vec<_> = (0_u16..).zip(&entity.levels).filter(|(at, _)| !self.never.contains(at)).collect();
        for (at, level) in levels.into_iter().rev() {
            w.push(" when ");
            self.push_key(w, entity, alias, at);
            w.push(" is not null then ");
            let dialect = w.dialect();
            dialect.push_text(&mut w.sql, level.stored);
        }
        w.push(" end");
    }

    fn push_key(&self, w: &mut Writer<'_>, entity: &EntityMetadata, alias: &str, level: u16) {
        w.identifier(&self.alias(alias, level)).push(".").identifier(entity.key().column());
    }

    /// Appends the condition that a row is of some kinds, or of others.
    pub(super) fn push_asked(&self, w: &mut Writer<'_>, entity: &EntityMetadata, alias: &str, asked: &Asked) {
        if asked.kinds.is_empty() {
            w.push("1 = 0");
            return;
        }
        // (all that it is joined to is what is asked for)
        let is_whole = |level: &u16| {
            let below = (0_u16..).zip(&entity.levels).map(|(at, _)| at).filter(|at| entity.down_to(*at).contains(level));
            below.eq(asked.kinds.iter().copied())
        };
        if let Some(level) = self.always.iter().copied().find(is_whole).filter(|_| !asked.negated) {
            self.push_key(w, entity, alias, level);
            w.push(" is not null");
            return;
        }
        self.push_kind(w, entity, alias);
        w.push(if asked.negated { " not in (" } else { " in (" });
        for (i, kind) in asked.kinds.iter().enumerate() {
            w.push(if i == 0 { "" } else { ", " });
            let dialect = w.dialect();
            dialect.push_text(&mut w.sql, entity.levels[usize::from(*kind)].stored);
        }
        w.push(")");
    }

    /// Appends the joins.
    pub(super) fn push_joins(&self, w: &mut Writer<'_>, metadata: &Metadata, entity: &EntityMetadata, alias: &str) {
        let used = self.used.borrow();
        for (at, level) in (0_u16..).zip(&entity.levels) {
            let always = self.always.contains(&at);
            if !always && !used.contains(&at) {
                continue;
            }
            let name = name(alias, at);
            let table = metadata.entity(level.entity);
            w.push(if always { " inner join " } else { " left join " }).source(table).push(" as ").identifier(&name).push(" on ");
            for (i, (own, there)) in entity.key_columns.iter().zip(&table.key_columns).enumerate() {
                w.push(if i == 0 { "" } else { " and " });
                w.identifier(alias).push(".").identifier(entity.property(*own).column()).push(" = ");
                w.identifier(&name).push(".").identifier(table.property(*there).column());
            }
        }
    }

    /// The alias that has the column of a property, where one has.
    ///
    /// # Errors
    /// When several have.
    pub(super) fn alias_of(&self, entity: &EntityMetadata, property: &PropertyMetadata, alias: &str) -> Result<String> {
        match property.levels[..] {
            [] => Ok(alias.to_owned()),
            [level] => Ok(self.alias(alias, level)),
            _ => Err(Error::validation(
                entity.name,
                property.name,
                "is in the tables of several kinds, so nobody can ask for a place in it: name it differently in each",
            )),
        }
    }
}

/// The alias of a level.
fn name(alias: &str, level: u16) -> String {
    format!("{alias}_{}", level + 1)
}
