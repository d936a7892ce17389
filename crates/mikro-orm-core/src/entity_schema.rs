//! Entities that are described at run time: [`EntitySchema`].

mod build;
mod callback;
mod check;
mod column;
pub(crate) mod conditions;
mod hooks;
pub mod p;
mod parts;
mod relation;
mod target;

pub(crate) use build::build;
pub use column::Column;
pub use hooks::{DynamicEvent, SchemaHooks};
pub use parts::SchemaParts;
pub(crate) use parts::is_item;
pub use relation::{ManyToMany, ManyToOne, OneToMany, OneToOne};
pub use target::TargetName;

use crate::dynamic::DynamicEntity;
use crate::error::Result;
use crate::events::Moment;
use column::ColumnSaid;
use hooks::{Hook, When};
use relation::RelationSaid;
use std::fmt;

/// An entity that is described by a value, for what a program learns only when it runs: a table that a configuration or its
/// users define, fields that a plugin adds, definitions that are shared among entities.
///
/// It says what `#[derive(Entity)]` and `#[orm(..)]` say, by methods of the same names, and becomes the same metadata: the
/// schema generator, the identity map, flushes and loading make no difference. Since it has no Rust type, entities are
/// handled as [`DynamicEntity`]s, by the names of their properties.
///
/// ```
/// use mikro_orm::entity_schema::{EntitySchema, p};
/// use mikro_orm::prelude::*;
/// use mikro_orm::data;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// let base = EntitySchema::new("Base").property("id", p::i64().primary());
/// let author = EntitySchema::new("Author")
///     .extends(&base)
///     .property("name", p::string().length(80))
///     .property("books", p::one_to_many("Book").mapped_by("author"));
/// let book = EntitySchema::new("Book")
///     .extends(&base)
///     .property("title", p::string().unique())
///     .property("pages", p::i32().default(0))
///     .property("author", p::many_to_one("Author"));
///
/// let orm = Orm::builder("sqlite::memory:").entity_schemas([author, book]).build().await?;
/// orm.schema().create().await?;
///
/// let em = orm.em();
/// let jon = em.dynamic("Author")?.create(data! { "name": "Jon Snow" })?;
/// em.dynamic("Book")?.create(data! { "title": "Oaths", "author": &jon })?;
/// em.flush().await?;
///
/// let books = em.dynamic("Book")?.find().filter(field("author.name").eq("Jon Snow")).await?;
/// assert_eq!(books[0].get::<String>("title")?, "Oaths");
/// books[0].set("pages", 300)?;
/// em.flush().await?; // update book set pages = 300 where id = 1
/// # Ok(())
/// # }
/// # use mikro_orm::dynamic::field;
/// ```
///
/// Schemas may refer to each other, and to entities that are types, by name; a type's `Ref` can't refer to a schema, which
/// has no type. What is built of a schema lives as long as the program, once for all ORMs with the same schemas: closures are
/// the same when they capture nothing, so give those that do to schemas that are made once.
///
/// Not there: serializers and virtual output, and structs as JSON (`object`).
#[derive(Clone, Debug)]
#[must_use = "a schema describes an entity for an ORM: give it to `.entity_schemas([..])`"]
pub struct EntitySchema {
    name: String,
    is_abstract: bool,
    bases: Vec<Base>,
    table: Option<String>,
    schema: Option<String>,
    comment: Option<String>,
    view: Option<ViewSaid>,
    readonly: bool,
    properties: Vec<(String, PropertySaid)>,
    indexes: Vec<Index>,
    checks: Vec<(Option<String>, String)>,
    partition_by: Option<String>,
    partitions: Vec<(String, String)>,
    order: Vec<(String, bool)>,
    hooks: Vec<Hook>,
}

/// What a schema extends.
#[derive(Clone, Debug)]
enum Base {
    Schema(Box<EntitySchema>),
    Named(String),
}

#[derive(Clone, Debug)]
struct ViewSaid {
    sql: String,
    materialized: bool,
}

/// A property: a column or a relation.
#[derive(Clone, Debug)]
enum PropertySaid {
    Column(Box<ColumnSaid>),
    Relation(Box<RelationSaid>),
}

/// What [`EntitySchema::property`] takes: what the functions of [`p`] make.
#[derive(Clone)]
pub struct PropertyOf(PropertySaid);
impl fmt::Debug for PropertyOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<V> From<Column<V>> for PropertyOf {
    fn from(column: Column<V>) -> Self {
        PropertyOf(PropertySaid::Column(Box::new(column.said)))
    }
}
macro_rules! relations {
    ($($kind:ident)*) => {$(
        impl From<$kind> for PropertyOf {
            fn from(relation: $kind) -> Self {
                PropertyOf(PropertySaid::Relation(Box::new(relation.said)))
            }
        }
    )*};
}
relations!(ManyToOne OneToOne OneToMany ManyToMany);

/// What [`EntitySchema::extends`] takes: a schema, or the name of one that is given to the same ORM.
#[derive(Clone, Debug)]
pub struct BaseOf(Base);
impl From<&EntitySchema> for BaseOf {
    fn from(schema: &EntitySchema) -> Self {
        BaseOf(Base::Schema(Box::new(schema.clone())))
    }
}
impl From<&str> for BaseOf {
    fn from(name: &str) -> Self {
        BaseOf(Base::Named(name.to_owned()))
    }
}

/// An index, or a unique constraint, over properties or an expression: `Index::on(["name", "born"]).unique()`.
#[derive(Clone, Debug, Default)]
#[must_use = "an index belongs to a schema: give it to `.index(..)`"]
pub struct Index {
    fields: Vec<String>,
    name: Option<String>,
    unique: bool,
    condition: Option<String>,
    method: Option<String>,
    expression: Option<String>,
}

impl Index {
    /// Over these properties; with dots, over what is in them: `address.town`, or a text in a document, `meta.title`.
    pub fn on<S: Into<String>>(properties: impl IntoIterator<Item = S>) -> Self {
        Index { fields: properties.into_iter().map(Into::into).collect(), ..Index::default() }
    }
    /// By an expression, with `{property}` for columns. It needs a name.
    pub fn by(name: impl Into<String>, expression: impl Into<String>) -> Self {
        Index { name: Some(name.into()), expression: Some(expression.into()), ..Index::default() }
    }
    /// No two rows have the same values.
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }
    /// Its name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
    /// The condition of the rows that are in it, with `{property}` for columns.
    pub fn condition(mut self, sql: impl Into<String>) -> Self {
        self.condition = Some(sql.into());
        self
    }
    /// Its method (`gin`, `hash`), where the database has several.
    pub fn using(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }
}

impl EntitySchema {
    /// A schema of this name, with nothing in it.
    pub fn new(name: impl Into<String>) -> Self {
        EntitySchema {
            name: name.into(),
            is_abstract: false,
            bases: Vec::new(),
            table: None,
            schema: None,
            comment: None,
            view: None,
            readonly: false,
            properties: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            partition_by: None,
            partitions: Vec::new(),
            order: Vec::new(),
            hooks: Vec::new(),
        }
    }

    /// The entity's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Another property.
    pub fn property(mut self, name: impl Into<String>, property: impl Into<PropertyOf>) -> Self {
        self.properties.push((name.into(), property.into().0));
        self
    }

    /// Has the properties, indexes, checks and hooks of this schema, too, before its own: a schema, or the name of one. It may
    /// extend several.
    pub fn extends(mut self, base: impl Into<BaseOf>) -> Self {
        self.bases.push(base.into().0);
        self
    }

    /// There are no such entities: others extend it, by its name.
    pub fn is_abstract(mut self) -> Self {
        self.is_abstract = true;
        self
    }

    /// The table, when it is not the name as the naming strategy has it.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = Some(name.into());
        self
    }

    /// The schema that the table is in.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = Some(name.into());
        self
    }

    /// What the database says about the table.
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.comment = Some(text.into());
        self
    }

    /// It is this view, which is part of the schema; its rows are only read.
    pub fn view(mut self, sql: impl Into<String>) -> Self {
        self.view = Some(ViewSaid { sql: sql.into(), materialized: false });
        self.readonly()
    }

    /// It is this view, whose rows are stored where the database can (PostgreSQL).
    pub fn materialized_view(mut self, sql: impl Into<String>) -> Self {
        self.view = Some(ViewSaid { sql: sql.into(), materialized: true });
        self.readonly()
    }

    /// Its rows are read, and never written by a flush.
    pub fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    /// An index over several properties, one with a condition, or one by an expression.
    pub fn index(mut self, index: Index) -> Self {
        self.indexes.push(index);
        self
    }

    /// No two rows have the same values in these properties.
    pub fn unique<S: Into<String>>(self, properties: impl IntoIterator<Item = S>) -> Self {
        self.index(Index::on(properties).unique())
    }

    /// A condition that every row satisfies, with `{property}` for columns.
    pub fn check(mut self, sql: impl Into<String>) -> Self {
        self.checks.push((None, sql.into()));
        self
    }

    /// The same, of this name.
    pub fn check_named(mut self, name: impl Into<String>, sql: impl Into<String>) -> Self {
        self.checks.push((Some(name.into()), sql.into()));
        self
    }

    /// How its rows are in partitions (PostgreSQL): `range ({year})`, with `{property}` for columns.
    pub fn partition_by(mut self, sql: impl Into<String>) -> Self {
        self.partition_by = Some(sql.into());
        self
    }

    /// One of its partitions, and which rows it has: `from (0) to (2000)`, or `default`.
    pub fn partition(mut self, name: impl Into<String>, bounds: impl Into<String>) -> Self {
        self.partitions.push((name.into(), bounds.into()));
        self
    }

    /// The order of its rows where a query says no other, by this column of its own; those that were given before come first.
    pub fn order_by(mut self, property: impl Into<String>) -> Self {
        self.order.push((property.into(), false));
        self
    }

    /// The same, largest first.
    pub fn order_by_desc(mut self, property: impl Into<String>) -> Self {
        self.order.push((property.into(), true));
        self
    }

    /// An entity exists in memory: it was created, or its row was loaded (once for each).
    pub fn on_init(mut self, hook: impl Fn(&DynamicEntity) + Send + Sync + 'static) -> Self {
        self.hooks.push(Hook::init(hook));
        self
    }
}

macro_rules! hooks {
    ($($(#[$meta:meta])* $name:ident = $when:expr;)*) => {
        impl EntitySchema {$(
            $(#[$meta])*
            pub fn $name<F>(mut self, hook: impl Fn(DynamicEvent) -> F + Send + Sync + 'static) -> Self
            where
                F: Future<Output = Result<()>> + Send + 'static,
            {
                self.hooks.push(Hook::at($when, hook));
                self
            }
        )*}
    };
}
hooks! {
    /// An entity's row was loaded.
    on_load = When::Load;
    /// An entity is about to be inserted; see [`Hooks`](crate::Hooks) for this and those below.
    before_create = When::At(Moment::BeforeCreate);
    /// An entity was inserted, and has its key.
    after_create = When::At(Moment::AfterCreate);
    /// An entity is about to be updated.
    before_update = When::At(Moment::BeforeUpdate);
    /// An entity was updated.
    after_update = When::At(Moment::AfterUpdate);
    /// An entity is about to be deleted.
    before_delete = When::At(Moment::BeforeDelete);
    /// An entity was deleted.
    after_delete = When::At(Moment::AfterDelete);
}
