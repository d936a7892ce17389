//! Entities as discovery leaves them.

use super::by_type::ByType;
use crate::entity::{
    Cascade, ColumnAttributes, Deferral, EntityDescriptor, IdentityKey, IndexDef, IndexField, ReferentialAction, Source,
    Strategy, TriggerDef,
};
use crate::field::{ColumnType, EnumItem, InSql};
use crate::heap::Shape;
use crate::query::{Expr, JsonPlace, JsonStep, OrderTerm};
use crate::value::Value;
use std::any::TypeId;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// An entity's place in [`Metadata`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(pub u32);

/// All entities that discovery found, validated and wired.
#[derive(Debug)]
pub struct Metadata {
    pub(crate) entities: Vec<EntityMetadata>,
    pub(crate) by_type: ByType,
    pub(crate) by_name: HashMap<&'static str, EntityId>,
    pub(crate) commit_order: Vec<EntityId>,
    /// Whether any entity has eager relations.
    pub(crate) has_eager: bool,
    /// Set when the database that this is for lets deferred unique constraints wait.
    pub(crate) waits: OnceLock<()>,
}

impl Metadata {
    /// The entity with this id.
    ///
    /// # Panics
    /// When the id is of other metadata.
    pub fn entity(&self, id: EntityId) -> &EntityMetadata {
        &self.entities[id.0 as usize]
    }
    /// All entities, in the order in which they were found.
    pub fn entities(&self) -> &[EntityMetadata] {
        &self.entities
    }
    /// The entity of a Rust type.
    pub fn by_type(&self, type_id: TypeId) -> Option<&EntityMetadata> {
        self.by_type.get(&IdentityKey::Type(type_id)).map(|id| self.entity(*id))
    }
    /// The entity that this describes.
    pub(crate) fn described_by(&self, descriptor: &'static EntityDescriptor) -> Option<&EntityMetadata> {
        self.by_type.get(&descriptor.key()).map(|id| self.entity(*id))
    }
    /// The entity with this name.
    pub fn by_name(&self, name: &str) -> Option<&EntityMetadata> {
        self.by_name.get(name).map(|id| self.entity(*id))
    }
    /// All entities, such that the target of a foreign key that can't be null comes before its owner (as far
    /// as there is such an order). Inserts follow it, deletes its reverse.
    pub fn commit_order(&self) -> &[EntityId] {
        &self.commit_order
    }
    /// Says that the database that this is for lets deferred unique constraints wait for the end of the transaction: what a flush
    /// exchanges needs no order then. For drivers.
    pub fn unique_constraints_wait(&self) {
        let _ = self.waits.set(());
    }
    /// Takes all foreign key constraints out.
    pub(crate) fn drop_constraints(&mut self) {
        let relations = self.entities.iter_mut().flat_map(|entity| &mut entity.properties);
        relations.filter_map(|property| property.relation.as_mut()).for_each(|relation| relation.foreign_key = None);
    }
    /// The entity of a table, whose schema may be before it: `shop.book`.
    pub fn by_table(&self, table: &str) -> Option<&EntityMetadata> {
        let exact = self.entities.iter().find(|entity| entity.qualified_table() == table);
        exact.or_else(|| self.entities.iter().find(|entity| entity.table == table))
    }
    /// The schemas that tables are in, but for the one that connections work in; each once, in alphabetical order.
    pub fn schemas(&self) -> Vec<&'static str> {
        let found: std::collections::BTreeSet<_> = self.entities.iter().filter_map(|entity| entity.schema).collect();
        found.into_iter().collect()
    }
}

/// In the place of a property: the entity's key, when it is more than one property.
pub const KEY: u16 = u16::MAX;

/// One entity.
pub struct EntityMetadata {
    /// Its place.
    pub id: EntityId,
    /// Its name.
    pub name: &'static str,
    /// Its table, or its view; for a query, a name for it.
    pub table: String,
    /// Where its rows come from.
    pub source: Source,
    /// The schema that the table is in, when it is not the one that connections work in.
    pub schema: Option<&'static str>,
    /// What its alias in a query begins with.
    pub alias: String,
    /// Its properties; a property's place here is its field's place in the descriptor. Behind them are the columns
    /// of properties that have several.
    pub properties: Vec<PropertyMetadata>,
    /// The primary key's property; [`KEY`] when there are several.
    pub key: u16,
    /// The primary key's columns, in order: the keys of relations that are part of it are among them.
    pub key_columns: Vec<u16>,
    /// The name of the primary key's constraint, when it is not the one that a database gives it.
    pub key_name: Option<String>,
    /// The version property.
    pub version: Option<u16>,
    /// The columns that an update expects to be as they were read: the version, and those with `concurrency_check`.
    pub checks: Vec<u16>,
    /// The columns that a query reads by default: all but lazy ones, key first.
    pub selected: Vec<u16>,
    /// The to-many relations, in order; a collection's slot is its place here.
    pub collections: Vec<u16>,
    /// The properties that flushes never write: those without a column, and those that the database computes.
    pub unwritten: Vec<u16>,
    /// The properties that are read back after each write.
    pub read_back: Vec<u16>,
    /// The relations that are loaded with every query.
    pub eager: Vec<u16>,
    /// Its indexes, unique ones among them; not the primary key's.
    pub indexes: Vec<IndexMetadata>,
    /// The conditions that its rows satisfy.
    pub constraints: Vec<CheckMetadata>,
    /// What its database does when rows change.
    pub triggers: &'static [TriggerDef],
    /// How its rows are in partitions, with `{property}` for columns.
    pub partition_by: Option<&'static str>,
    /// Its partitions: names and bounds.
    pub partitions: &'static [(&'static str, &'static str)],
    /// The order of its rows where a query says no other.
    pub order: Vec<OrderTerm>,
    /// What the database says about its table.
    pub comment: Option<&'static str>,
    /// Whether it is the table between both sides of a many-to-many relation, and no entity of the user's.
    pub is_pivot: bool,
    /// The tables that its rows go on in, where each kind of it has one.
    pub levels: Vec<Level>,
    /// The property that says which kind a row is of, and so which of these tables have it; there is no column of it.
    pub discriminator: Option<u16>,
    /// For such a table: the entity that it goes on, and no entity of the user's.
    pub level_of: Option<EntityId>,
    /// The many-to-many relations whose table an entity of the user's is: the relation's owning field, and this entity's
    /// fields that refer to its owner and to its item.
    pub pivot_of: Vec<(u16, u16, u16)>,
    pub(crate) descriptor: &'static EntityDescriptor,
    /// What identity maps derive from all this, once one needs it.
    pub(crate) shape: OnceLock<Arc<Shape>>,
}

impl EntityMetadata {
    /// Its table, with its schema before it when it has one: `shop.book`.
    pub fn qualified_table(&self) -> Cow<'_, str> {
        match self.schema {
            Some(schema) => Cow::Owned(format!("{schema}.{}", self.table)),
            None => Cow::Borrowed(&self.table),
        }
    }
    /// The property with this place.
    pub fn property(&self, index: u16) -> &PropertyMetadata {
        &self.properties[index as usize]
    }
    /// The property with this name.
    pub fn by_name(&self, name: &str) -> Option<&PropertyMetadata> {
        self.properties.iter().find(|property| property.name == name)
    }
    /// The sides of one-to-one relations without a column.
    pub fn inverse_one_to_ones(&self) -> impl Iterator<Item = &PropertyMetadata> {
        self.properties.iter().filter(|property| property.kind == PropertyKind::OneToOne && property.column.is_none())
    }
    /// The property of this column.
    pub fn by_column(&self, column: &str) -> Option<&PropertyMetadata> {
        self.properties.iter().find(|property| property.column.as_deref() == Some(column))
    }
    /// The primary key's column; the first one, when it has several.
    ///
    /// # Panics
    /// For a query, which has none.
    pub fn key(&self) -> &PropertyMetadata {
        self.property(self.key_columns[0])
    }
    /// Whether its rows are those of a table.
    pub fn is_table(&self) -> bool {
        self.source == Source::Table
    }
    /// Whether its rows are what a query finds, which have no key and are not managed.
    pub fn is_query(&self) -> bool {
        matches!(self.source, Source::Query(_))
    }
    /// Whether flushes write nothing of it: `#[orm(readonly)]`, a view or a query.
    pub fn is_readonly(&self) -> bool {
        self.descriptor.readonly
    }
    /// Whether the primary key is more than one column.
    pub fn has_composite_key(&self) -> bool {
        self.key_columns.len() > 1
    }
    /// Whether the database generates the key when it is not set: a single integer key without a default.
    pub fn has_generated_key(&self) -> bool {
        if self.key_columns.len() != 1 {
            return false;
        }
        let key = self.key();
        self.is_table()
            && key.relation.is_none()
            && key.column_type.is_some_and(ColumnType::is_integer)
            && key.default.is_none()
            && key.default_raw.is_none()
            && !key.on_create
    }
    /// The columns of a property (or of [`KEY`]): itself, the parts that it has, or none.
    pub fn columns_of(&self, property: u16) -> &[u16] {
        if property == KEY {
            return &self.key_columns;
        }
        let property = self.property(property);
        match property.column {
            Some(_) => std::slice::from_ref(&property.index),
            None => &property.parts,
        }
    }
    /// The properties whose columns refer to other entities.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&PropertyMetadata, &RelationMetadata)> {
        let owning = self.properties.iter().filter(|property| !self.columns_of(property.index).is_empty());
        let owning = owning.filter(|property| property.formula().is_none());
        owning.filter_map(|property| Some((property, property.relation.as_ref()?)))
    }
    /// Adds the entity's own order to what a query says, behind a path of relations: terms that were said come first.
    pub(crate) fn order_last(&self, order: &mut Vec<OrderTerm>, path: &[u16]) {
        for term in &self.order {
            let term = OrderTerm { path: [path, &term.path].concat(), ..term.clone() };
            if !order.iter().any(|said| said.path == term.path && said.field == term.field) {
                order.push(term);
            }
        }
    }
    /// The indexes over columns of which no two rows have the same values, but for the primary key: where null is one of them, rows may.
    pub fn uniques(&self) -> impl Iterator<Item = &IndexMetadata> {
        self.indexes.iter().filter(|index| index.unique && index.condition.is_none() && !index.columns.is_empty())
    }
    /// The properties that have a column in the table, in the order in which they are declared: in place of a property of
    /// several columns, these.
    pub fn columns(&self) -> impl Iterator<Item = &PropertyMetadata> {
        let declared = self.properties.iter().filter(|property| property.part_of.is_none() && property.formula().is_none());
        declared.flat_map(|property| {
            let columns = self.columns_of(property.index).iter().map(|column| self.property(*column));
            // (a column of several properties is that of the first)
            let own = columns.filter(|column| column.part_of.unwrap_or(column.index) == property.index);
            own.filter(|column| !self.is_elsewhere(column))
        })
    }
    /// Whether a column is in the tables of kinds, or what says which of them have a row.
    pub fn is_elsewhere(&self, column: &PropertyMetadata) -> bool {
        !column.levels.is_empty() || self.discriminator == Some(column.index)
    }
    /// A level and those above it, from the top.
    pub fn down_to(&self, level: u16) -> Vec<u16> {
        let above = |level: &u16| self.levels.get(usize::from(*level)).and_then(|level| level.above);
        let mut path: Vec<u16> = std::iter::successors(Some(level), above).collect();
        path.reverse();
        path
    }
    /// The level of what the discriminator says.
    pub fn level_of_kind(&self, stored: &str) -> Option<u16> {
        (0_u16..).zip(&self.levels).find(|(_, level)| level.stored == stored).map(|(at, _)| at)
    }
    /// What the tables of its kinds say of its rows: the discriminator, and their columns.
    pub fn elsewhere(&self) -> impl Iterator<Item = &PropertyMetadata> {
        let columns = self.properties.iter().filter(|property| self.is_elsewhere(property) && property.json.is_none());
        columns.filter(|_| self.discriminator.is_some())
    }
}

impl fmt::Debug for EntityMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityMetadata")
            .field("name", &self.name)
            .field("table", &self.table)
            .field("properties", &self.properties)
            .finish()
    }
}

/// What kind of property it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PropertyKind {
    /// A column.
    Scalar,
    /// A column that is read only when asked for.
    Lazy,
    /// No column: the program fills it.
    Virtual,
    /// A struct with columns of its own.
    Embedded,
    /// A foreign key.
    ManyToOne,
    /// A unique foreign key, or the other side of one.
    OneToOne,
    /// The inverse side of a many-to-one.
    OneToMany,
    /// A table between both sides.
    ManyToMany,
}

impl PropertyKind {
    /// Whether it refers to other entities.
    pub fn is_relation(self) -> bool {
        self.is_to_one() || self.is_to_many()
    }
    /// Whether it refers to one other entity.
    pub fn is_to_one(self) -> bool {
        matches!(self, PropertyKind::ManyToOne | PropertyKind::OneToOne)
    }
    /// Whether it refers to many other entities.
    pub fn is_to_many(self) -> bool {
        matches!(self, PropertyKind::OneToMany | PropertyKind::ManyToMany)
    }
}

/// One property of an entity.
#[derive(Debug, Clone)]
pub struct PropertyMetadata {
    /// Its place in the entity.
    pub index: u16,
    /// Its name.
    pub name: &'static str,
    /// What kind it is.
    pub kind: PropertyKind,
    /// Its column; none for relations whose foreign key is elsewhere, for what has several, and for what the program fills. For a
    /// formula, the name that queries give it.
    pub column: Option<String>,
    /// Its columns, when it has several: what refers to an entity with such a key, and what is embedded. They are properties
    /// behind those that are declared.
    pub parts: Vec<u16>,
    /// For a column of such a property: the property. It has the property's name, or within an embedded struct a name of its
    /// own: `home.city`.
    pub part_of: Option<u16>,
    /// Whether it is a field of an embedded struct.
    pub leaf: bool,
    /// The tables of kinds that have the column, as places in [`EntityMetadata::levels`]; none, when the entity's own has it.
    pub levels: Vec<u16>,
    /// Where in a JSON column it is, for a field of a struct that is embedded as JSON. (Its own column is a name for queries.)
    pub json: Option<JsonPath>,
    /// Whether the column is one of several properties: of a relation that is not written, or of several relations.
    pub shared: bool,
    /// The column's type; for a foreign key the type of the target's key.
    pub column_type: Option<ColumnType>,
    /// The column's type as the database spells it, when the user chose it.
    pub custom_type: Option<&'static str>,
    /// The same for some databases, each with its name.
    pub custom_types: Vec<(&'static str, &'static str)>,
    /// All values that there are, when it is an enum.
    pub items: Option<&'static [EnumItem]>,
    /// The type that the database has for the enum, where there are such types (PostgreSQL).
    pub native_enum: Option<NativeEnum>,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether it is the primary key.
    pub primary: bool,
    /// The unique constraint over it.
    pub unique: Option<String>,
    /// The index over it.
    pub index_name: Option<String>,
    /// The longest text.
    pub length: Option<u32>,
    /// Whether it is unbounded text.
    pub text: bool,
    /// The column's default.
    pub default: Option<Value<'static>>,
    /// The column's default as an SQL expression.
    pub default_raw: Option<&'static str>,
    /// Whether it is left out of output and masked in logs.
    pub hidden: bool,
    /// Whether a callback gives its first value.
    pub on_create: bool,
    /// Whether it is the version.
    pub version: bool,
    /// Whether an update asks for the value that was read.
    pub concurrency_check: bool,
    /// Whether the column is written.
    pub persist: bool,
    /// What the database computes it from.
    pub generated: Option<Generated>,
    /// What else is said about it.
    pub details: &'static ColumnAttributes,
    /// The name in serialized output.
    pub serialized_name: &'static str,
    /// What the database says about the column.
    pub comment: Option<&'static str>,
    /// The groups of output that it is in; all when there are none.
    pub groups: &'static [&'static str],
    /// For relations: to where.
    pub relation: Option<RelationMetadata>,
    /// A condition that the column satisfies, with `{property}` for columns.
    pub(crate) check: Option<Cow<'static, str>>,
    /// The column's type on a database, when the field's type chooses that.
    pub(crate) type_on: fn(&str) -> Option<&'static str>,
    /// The SQL around a value and around the column, on the database of this name.
    pub(crate) sql_on: fn(&str) -> InSql,
    /// The names that were chosen for the columns of a foreign key.
    pub(crate) join_columns: Vec<String>,
}

impl PropertyMetadata {
    /// The SQL that queries compute it from, when it is no column.
    pub fn formula(&self) -> Option<&'static str> {
        self.details.formula
    }
    /// Whether it is one that no flush writes: it has no column, or the database computes it.
    pub(crate) fn is_unwritten(&self) -> bool {
        self.kind == PropertyKind::Virtual || self.generated.is_some() || self.formula().is_some()
    }
    /// Whether queries read it, where nobody asks for something else.
    pub(crate) fn is_read(&self) -> bool {
        !matches!(self.kind, PropertyKind::Lazy | PropertyKind::Virtual) && self.details.hydrate
    }
    /// The SQL around a value and around the column, on the database of this name.
    pub fn sql_on(&self, database: &str) -> InSql {
        (self.sql_on)(database)
    }
    /// The column's type as the database of this name spells it, when the user chose it: for the field, or for its type.
    pub fn custom_type_on(&self, database: &str) -> Option<&str> {
        let native = || self.native_enum.as_ref().filter(|_| database == "postgres").map(|native| native.spelled.as_str());
        let own = self.custom_types.iter().find(|(name, _)| *name == database).map(|(_, said)| *said);
        own.or(self.custom_type).or_else(native).or_else(|| (self.type_on)(database))
    }
    /// The column's name.
    ///
    /// # Panics
    /// For a relation whose foreign key is elsewhere and for what the program fills, which have none, and for what has several.
    pub fn column(&self) -> &str {
        self.column.as_deref().expect("only relations and what the program fills have no column, or several")
    }
    /// The related entities' property that has the foreign key, when this side does not.
    pub fn mapped_by(&self) -> Option<u16> {
        self.relation.as_ref().filter(|relation| !relation.owner).and_then(|relation| relation.other_side)
    }
    /// What happens to the row when what it refers to is deleted. Where nothing is said, a row whose key is the relation
    /// goes with it, one that may refer to nothing does so then, and any other keeps it from going.
    pub fn on_delete(&self) -> Option<ReferentialAction> {
        let said = self.relation.as_ref().and_then(|relation| relation.delete_rule);
        let kind = if self.primary { Some(ReferentialAction::Cascade) } else { None };
        said.or(kind).or(self.nullable.then_some(ReferentialAction::SetNull))
    }
    /// Whether the database deletes the row with what this relation refers to.
    pub fn goes_along(&self) -> bool {
        let has_constraint = self.relation.as_ref().is_some_and(|relation| relation.owner && relation.foreign_key.is_some());
        has_constraint && self.kind.is_to_one() && self.on_delete() == Some(ReferentialAction::Cascade)
    }
    /// What happens to the row when the key that it refers to changes: where nothing is said, it follows.
    pub fn on_update(&self) -> ReferentialAction {
        let said = self.relation.as_ref().and_then(|relation| relation.update_rule);
        said.unwrap_or(ReferentialAction::Cascade)
    }
    /// Whether it is declared: a field, or a field of an embedded struct, and not a column of a foreign key.
    pub(crate) fn is_declared(&self) -> bool {
        self.part_of.is_none() || self.leaf
    }
    /// Whether other columns refer to it, or it refers to another: its type must be that of the other side.
    pub fn is_reference(&self) -> bool {
        self.primary || self.relation.is_some() || (self.part_of.is_some() && !self.leaf)
    }
}

/// An enum that is a type of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeEnum {
    /// The type's name.
    pub name: String,
    /// How a column of it is declared.
    pub(crate) spelled: String,
}

impl NativeEnum {
    pub(crate) fn new(name: String, is_list: bool) -> Self {
        let spelled = format!("\"{}\"{}", name.replace('"', "\"\""), if is_list { "[]" } else { "" });
        NativeEnum { name, spelled }
    }
}

/// What the database computes a column from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// The expression, with `{property}` for columns, without the parentheses around it.
    pub expression: &'static str,
    /// Whether the row has the value; else each query computes it, where the database can.
    pub stored: bool,
}

/// The table of a kind of an entity: what the rows of that kind, and of those below it, have beside the entity's own columns.
/// (The pattern Class Table Inheritance.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The table as an entity: its key refers to the table above it, and goes with that row.
    pub entity: EntityId,
    /// The kind's name.
    pub name: &'static str,
    /// What the discriminator says.
    pub stored: &'static str,
    /// The level above; `None`: the entity's own table. It comes before this one.
    pub above: Option<u16>,
    /// The entity's columns that are in the table, each with its place there.
    pub columns: Vec<(u16, u16)>,
}

impl Level {
    /// The entity's column that a column of the table is.
    pub fn column_of_entity(&self, there: u16) -> Option<u16> {
        self.columns.iter().find(|(_, column)| *column == there).map(|(own, _)| *own)
    }
}

/// A place in a JSON column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath {
    /// The property that has the column.
    pub column: u16,
    /// The keys that lead there.
    pub keys: Vec<JsonStep>,
}

/// An index of an entity's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexMetadata {
    /// Its name.
    pub name: String,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// Its columns, in order; none, when it is not over columns alone.
    pub columns: Vec<u16>,
    /// What it is over, in order; nothing, when it is by an expression.
    pub keys: Vec<IndexKey>,
    /// How each of them is in it.
    pub fields: Vec<IndexField>,
    /// The columns that it has besides.
    pub include: Vec<u16>,
    /// What the struct says of it.
    pub said: IndexDef,
    /// The condition of the rows that are in it, with `{property}` for columns.
    pub condition: Option<&'static str>,
    /// Its method, where the database has several.
    pub method: Option<&'static str>,
    /// What stands in place of the columns, with `{property}` for columns.
    pub expression: Option<&'static str>,
}

/// What an index is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexKey {
    /// A column.
    Column(u16),
    /// A property that is in a JSON column.
    InJson(u16),
    /// A place in the JSON document of a column.
    Place(u16, JsonPlace),
}

/// A condition that every row satisfies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckMetadata {
    /// Its name.
    pub name: String,
    /// The condition, with `{property}` for columns.
    pub expression: Cow<'static, str>,
    /// The property that it was said at.
    pub property: Option<u16>,
    /// Whether it is the list of an enum's items, which the type has already where there are such types.
    pub of_items: bool,
}

/// Where a relation leads.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationMetadata {
    /// The entity at the other end.
    pub target: EntityId,
    /// The property at the other end, when both sides are declared: for the owning side the inverse
    /// property, for the inverse side the owning one.
    pub other_side: Option<u16>,
    /// Whether this side has the foreign key, or owns the table between both.
    pub owner: bool,
    /// The name of the foreign key constraint (owning side); none when there is to be no constraint.
    pub foreign_key: Option<String>,
    /// A collection's slot.
    pub slot: Option<u16>,
    /// The table between both sides, as this side sees it.
    pub pivot: Option<Pivot>,
    /// What is done to the related entities, too.
    pub cascade: Cascade,
    /// Whether what is taken out is deleted.
    pub orphan_removal: bool,
    /// The condition that a collection's items satisfy, where it has one of its own.
    pub condition: Option<Expr>,
    /// For such a collection: the one without a condition over the same foreign key or table, when there is one.
    pub full: Option<u16>,
    /// Whether it is loaded with every query.
    pub eager: bool,
    /// How it is loaded, whatever the query says.
    pub strategy: Option<Strategy>,
    /// Whether the order of a collection's items is kept.
    pub fixed_order: bool,
    /// What happens to the row when what it refers to is deleted.
    pub delete_rule: Option<ReferentialAction>,
    /// What happens to the row when the key that it refers to changes.
    pub update_rule: Option<ReferentialAction>,
    /// When the constraint is checked.
    pub defer: Option<Deferral>,
}

impl RelationMetadata {
    /// What the items of a collection satisfy that is loaded with a condition, or with none.
    pub(crate) fn narrowed(&self, filter: Option<&Expr>) -> Option<Expr> {
        match (&self.condition, filter) {
            (Some(own), Some(filter)) => Some(Expr::And(vec![own.clone(), filter.clone()])),
            (own, filter) => own.as_ref().or(filter).cloned(),
        }
    }
}

/// The table between both sides of a many-to-many relation, as one side sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pivot {
    /// Its entity.
    pub entity: EntityId,
    /// Its property that refers to this side.
    pub own: u16,
    /// Its property that refers to the items.
    pub item: u16,
    /// Its property that keeps the items' order.
    pub order: Option<u16>,
}
