//! Columns of entities that are described at run time.

use super::callback::Giver;
use super::target::TargetName;
use crate::embeddable::EmbeddedField;
use crate::entity::{Identity, IgnoredChange};
use crate::field::{Field, IntoField, Scalar};
use crate::heap::ScalarTables;
use crate::value::Value;
use std::fmt;
use std::marker::PhantomData;

/// A column with values of type `V`, as [`p`](super::p) makes it: `p::string().length(80).unique()`.
///
/// Its methods are named as the attributes of `#[orm(..)]` and mean the same. What can't be null and has no default is
/// required when an entity is created.
#[derive(Clone)]
#[must_use = "a column belongs to a schema: give it to `.property(name, ..)`"]
pub struct Column<V> {
    pub(super) said: ColumnSaid,
    value: PhantomData<fn() -> V>,
}

/// What is said about a column.
#[derive(Clone, Debug)]
pub(super) struct ColumnSaid {
    pub tables: ScalarTables,
    pub lazy: bool,
    pub nullable: bool,
    /// An enum's items.
    pub items: Vec<String>,
    pub attributes: ColumnWords,
    pub default: Option<Value<'static>>,
    pub on_create: Option<Giver>,
    pub on_update: Option<Giver>,
    pub map_to_pk: Option<TargetName>,
    pub embedded: Option<PrefixSaid>,
    /// A table for each variant of what is embedded.
    pub table_per_type: bool,
}

/// How the columns of an embedded struct are named.
#[derive(Clone, Debug)]
pub(super) enum PrefixSaid {
    Named,
    Text(String),
    None,
}

/// The words among it.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is an attribute of its own
pub(super) struct ColumnWords {
    pub primary: bool,
    pub unique: Option<String>,
    pub index: Option<String>,
    pub length: Option<u32>,
    pub text: bool,
    pub column_type: Option<String>,
    pub column_types: Vec<(String, String)>,
    pub column: Option<String>,
    pub default_raw: Option<String>,
    pub hidden: bool,
    pub version: bool,
    pub persist: bool,
    pub concurrency_check: bool,
    pub serialized_name: Option<String>,
    pub groups: Vec<String>,
    pub check: Option<String>,
    pub comment: Option<String>,
    pub formula: Option<String>,
    pub generated: Option<String>,
    pub identity: Option<Identity>,
    pub collation: Option<String>,
    pub native_enum: Option<String>,
    pub precision: Option<u32>,
    pub scale: Option<u32>,
    pub hydrate: bool,
    pub returning: bool,
    pub ignored_changes: Vec<IgnoredChange>,
}

impl<V: Scalar + Field> Column<V> {
    pub(super) fn new() -> Self {
        let attributes = ColumnWords {
            primary: false,
            unique: None,
            index: None,
            length: None,
            text: false,
            column_type: None,
            column_types: Vec::new(),
            column: None,
            default_raw: None,
            hidden: false,
            version: false,
            persist: true,
            concurrency_check: false,
            serialized_name: None,
            groups: Vec::new(),
            check: None,
            comment: None,
            formula: None,
            generated: None,
            identity: None,
            collation: None,
            native_enum: None,
            precision: None,
            scale: None,
            hydrate: true,
            returning: false,
            ignored_changes: Vec::new(),
        };
        let said = ColumnSaid {
            tables: ScalarTables::of::<V>(),
            lazy: false,
            nullable: V::NULLABLE,
            items: Vec::new(),
            attributes,
            default: None,
            on_create: None,
            on_update: None,
            map_to_pk: None,
            embedded: None,
            table_per_type: false,
        };
        Column { said, value: PhantomData }
    }
    pub(super) fn with_items(mut self, items: Vec<String>) -> Self {
        self.said.items = items;
        self
    }

    /// The value of an entity that is created without one, and the column's default.
    pub fn default(mut self, value: impl IntoField<V>) -> Self {
        self.said.default = Some(value.into_field().to_value().into_owned());
        self
    }
    /// Gives the value of an entity that is created without one.
    pub fn on_create(mut self, value: impl Fn() -> V + Send + Sync + 'static) -> Self {
        self.said.on_create = Some(Giver::of(value));
        self
    }
    /// Gives the value whenever a flush finds the entity changed, and the first one.
    pub fn on_update(mut self, value: impl Fn() -> V + Send + Sync + 'static) -> Self {
        self.said.on_update = Some(Giver::of(value));
        self
    }
}

impl<E: EmbeddedField> Column<E> {
    pub(super) fn embedded() -> Self {
        let mut column = Column::new();
        column.said.embedded = Some(PrefixSaid::Named);
        column
    }
    /// What the names of an embedded struct's columns begin with, in place of the property's name; without anything when it is
    /// empty.
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.said.embedded = Some(if prefix.is_empty() { PrefixSaid::None } else { PrefixSaid::Text(prefix.to_owned()) });
        self
    }
    /// Of an enum, each variant is in a table of its own.
    pub fn table_per_type(mut self) -> Self {
        self.said.table_per_type = true;
        self
    }
}

impl<V: crate::query::BareScalar + Field> Column<V> {
    /// It may be null: its values are `Option<V>`.
    pub fn nullable(self) -> Column<Option<V>> {
        let said = ColumnSaid { tables: ScalarTables::of::<Option<V>>(), nullable: true, ..self.said };
        Column { said, value: PhantomData }
    }
}

/// Methods that set one word.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident($($argument:ident: $type:ty)?) $place:ident = $value:expr;)*) => {
        impl<V> Column<V> {$(
            $(#[$meta])*
            pub fn $name(mut self $(, $argument: $type)?) -> Self {
                self.said.attributes.$place = $value;
                self
            }
        )*}
    };
}
words! {
    /// The primary key, or a part of it.
    primary() primary = true;
    /// No two rows have the same value.
    unique() unique = Some(String::new());
    /// The same, by a constraint of this name.
    unique_named(name: impl Into<String>) unique = Some(name.into());
    /// It has an index.
    index() index = Some(String::new());
    /// The same, of this name.
    index_named(name: impl Into<String>) index = Some(name.into());
    /// The longest text.
    length(characters: u32) length = Some(characters);
    /// The column's type as the database spells it.
    column_type(spelled: impl Into<String>) column_type = Some(spelled.into());
    /// The column's name.
    column(name: impl Into<String>) column = Some(name.into());
    /// SQL that the database fills the column with when an entity is created without a value; the flush reads it back.
    default_raw(sql: impl Into<String>) default_raw = Some(sql.into());
    /// Left out of output, and masked in logs.
    hidden() hidden = true;
    /// Counts the flushes that changed the row, and guards against lost updates.
    version() version = true;
    /// It has no column: the program fills it.
    virtual_property() persist = false;
    /// An update finds the row only when the column is as it was read.
    concurrency_check() concurrency_check = true;
    /// The name in serialized output.
    serialized_name(name: impl Into<String>) serialized_name = Some(name.into());
    /// A condition that the column satisfies, with `{property}` for columns.
    check(sql: impl Into<String>) check = Some(sql.into());
    /// What the database says about the column.
    comment(text: impl Into<String>) comment = Some(text.into());
    /// SQL that queries compute it from, with `{property}` for columns and `{alias}` for the table.
    formula(sql: impl Into<String>) formula = Some(sql.into());
    /// What the database computes the column from: `"({price} * {amount}) stored"`.
    generated(sql: impl Into<String>) generated = Some(sql.into());
    /// How the database numbers the key (PostgreSQL).
    identity(identity: Identity) identity = Some(identity);
    /// How texts are compared.
    collation(name: impl Into<String>) collation = Some(name.into());
    /// The database has a type for the enum, where there are such types (PostgreSQL).
    native_enum() native_enum = Some(String::new());
    /// The same, of this name.
    native_enum_named(name: impl Into<String>) native_enum = Some(name.into());
    /// How many digits a decimal number has.
    precision(digits: u32) precision = Some(digits);
    /// How many of them are behind the point.
    scale(digits: u32) scale = Some(digits);
    /// The column is written, and not read.
    unread() hydrate = false;
    /// What is stored is read back after each write, since the database may change it.
    returning() returning = true;
    /// What an update of the schema leaves as it is.
    ignore_schema_changes(changes: impl Into<Vec<IgnoredChange>>) ignored_changes = changes.into();
}

impl<V> Column<V> {
    /// Unbounded text.
    pub(super) fn unbounded(mut self) -> Self {
        self.said.attributes.text = true;
        self
    }
    /// The column's type on the database of this name, where it is another one there.
    pub fn column_type_on(mut self, database: impl Into<String>, spelled: impl Into<String>) -> Self {
        self.said.attributes.column_types.push((database.into(), spelled.into()));
        self
    }
    /// The groups of output that it is in.
    pub fn groups<S: Into<String>>(mut self, groups: impl IntoIterator<Item = S>) -> Self {
        self.said.attributes.groups = groups.into_iter().map(Into::into).collect();
        self
    }
    /// Read only when asked for.
    pub fn lazy(mut self) -> Self {
        self.said.lazy = true;
        self
    }
    /// It holds the key of such an entity.
    pub fn map_to_pk(mut self, target: impl Into<TargetName>) -> Self {
        self.said.map_to_pk = Some(target.into());
        self
    }
}

impl<V> fmt::Debug for Column<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said.fmt(f)
    }
}
