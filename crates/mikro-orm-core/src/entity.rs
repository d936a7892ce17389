//! What the derive says about an entity.

mod column;
mod identity;
mod output;
mod relation;
mod table;

pub use column::{ColumnAttributes, Identity, IgnoredChange};
pub(crate) use identity::IdentityKey;
pub use identity::{EntityIdentity, Target};
pub use output::{Computed, SerializeField};
pub use relation::{Cascade, Deferral, ReferentialAction, RelationAttributes, Strategy};
pub use table::{CheckDef, IndexDef, IndexField, IndexStep, Source, TableAttributes, TriggerDef, TriggerEvent, TriggerTiming};

use crate::em::Repository;
use crate::embeddable::EmbeddedAttributes;
use crate::events::HookTable;
use crate::field::{FieldVTable, Scalar};
use crate::value::Value;
use std::alloc::Layout;

/// A plain struct whose instances are rows. Written by `#[derive(Entity)]`.
///
/// # Safety
/// The heap works on entities through the table that [`Entity::descriptor`] gives, by offset: every field of
/// the struct must be in it, exactly once, with its own offset and type, and the type must not implement
/// `Drop` (relations inside the heap must not be followed while it goes down). Only the derive writes this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    note = "add `#[derive(Entity)]` to the struct, and `#[orm(primary)]` to its key"
)]
pub unsafe trait Entity: Sized + Send + Sync + 'static {
    /// The entity's name, as written.
    const NAME: &'static str;
    /// The type of its primary key.
    type Key: Scalar;
    /// The populate state in which nothing is known to be loaded.
    type Unpopulated: 'static;
    /// What [`EntityManager::repo`](crate::EntityManager::repo) gives: `#[orm(repository = ..)]`, or the plain
    /// [`Repository`].
    type Repository: From<Repository<Self>>;
    /// Its fields and how to handle them.
    fn descriptor() -> &'static EntityDescriptor;
}

/// An entity's fields, with its type erased.
pub struct EntityDescriptor {
    /// The struct's name.
    pub name: &'static str,
    /// The table, when it is not the name in snake case.
    pub table: Option<&'static str>,
    /// What is said about the table.
    pub options: &'static TableAttributes,
    /// Which entity this describes.
    pub identity: EntityIdentity,
    /// The struct's size and alignment.
    pub layout: Layout,
    /// Drops an instance in place; field by field when there is no such function.
    pub drop: Option<unsafe fn(*mut u8)>,
    /// All fields, base fields first, then in the order of declaration.
    pub fields: &'static [FieldDef],
    /// Values that are in serialized output only: `#[orm(virtual(full_name = Author::full_name))]`.
    pub computed: &'static [Computed],
    /// What it does on lifecycle events: its base's hooks, then its own.
    pub hooks: &'static [HookTable],
    /// `readonly`: its rows are read, and never written by a flush.
    pub readonly: bool,
}

/// One field of an entity: where it is in the struct, and what is known about it.
pub struct FieldDef {
    /// The field's name.
    pub name: &'static str,
    /// Its offset in the struct, in bytes (through the base, for a base field).
    pub offset: usize,
    /// Operations on its type.
    pub vtable: &'static FieldVTable,
    /// The target, for a relation.
    pub target: Option<Target>,
    /// What its attributes say.
    pub attributes: FieldAttributes,
}

/// What `#[orm(...)]` on a field says.
pub struct FieldAttributes {
    /// `primary`
    pub primary: bool,
    /// `unique` or `unique = "name"`: the constraint's name, `""` for a generated one.
    pub unique: Option<&'static str>,
    /// `index` or `index = "name"`: the index's name, `""` for a generated one.
    pub index: Option<&'static str>,
    /// `length = 255`
    pub length: Option<u32>,
    /// `text`: unbounded text instead of `varchar`.
    pub text: bool,
    /// `column_type = ".."`: the column's type as the database spells it.
    pub column_type: Option<&'static str>,
    /// `name = ".."`: the column's name.
    pub column: Option<&'static str>,
    /// `default = ..`: the value of an instance that does not set the field, and of the column.
    pub default: Option<DefaultValue>,
    /// `default_raw = ".."`: an SQL expression; the database fills the field and the flush reads it back.
    pub default_raw: Option<&'static str>,
    /// `hidden`: left out of serialized output, masked in logs.
    pub hidden: bool,
    /// `on_create = ..`: whether a callback gives the first value.
    pub on_create: bool,
    /// `on_update = ..`: what a flush that finds the entity changed makes of the field.
    pub on_update: Option<OnUpdate>,
    /// `version`: counts the flushes that changed the row; guards against lost updates.
    pub version: bool,
    /// `mapped_by = ..`: the owning side's field, for the inverse side of a relation.
    pub mapped_by: Option<&'static str>,
    /// `persist = false`: no column, or one that is somebody else's to write.
    pub persist: bool,
    /// `concurrency_check`: an update finds the row only when the column is as it was read.
    pub concurrency_check: bool,
    /// `serialized_name = ".."`: the name in serialized output.
    pub serialized_name: Option<&'static str>,
    /// `groups("..")`: in which groups of output the field is; in all when it is in none.
    pub groups: &'static [&'static str],
    /// `serializer = ..`: what is in serialized output instead of the value.
    pub serializer: Option<SerializeField>,
    /// `check = ".."`: a condition that the column satisfies, with `{property}` for columns.
    pub check: Option<&'static str>,
    /// `comment = ".."`: what the database says about the column.
    pub comment: Option<&'static str>,
    /// What is rarely said about the column.
    pub details: &'static ColumnAttributes,
    /// `embedded`: how the columns of what is embedded are named.
    pub embedded: Option<&'static EmbeddedAttributes>,
    /// What the attributes of relations say.
    pub relation: &'static RelationAttributes,
}

/// The value of an instance that does not set a field.
#[derive(Clone, Copy)]
pub enum DefaultValue {
    /// What this gives.
    Computed(fn() -> Value<'static>),
    /// This one.
    Known(&'static Value<'static>),
}

impl DefaultValue {
    /// The value.
    pub fn get(self) -> Value<'static> {
        match self {
            DefaultValue::Computed(value) => value(),
            DefaultValue::Known(value) => value.clone(),
        }
    }
}

/// A callback that gives a field its value when a flush finds the entity changed.
#[derive(Clone, Copy)]
pub enum OnUpdate {
    /// One that knows the entity's type.
    Typed {
        /// Replaces the field of `*entity`.
        ///
        /// Called with a valid, owned instance of the entity that nobody else refers to.
        in_place: unsafe fn(entity: *mut u8),
        /// The value for a row that is not loaded: none when the callback takes the entity.
        value: fn() -> Option<Value<'static>>,
    },
    /// One that gives a value for the field.
    Value(&'static (dyn Fn() -> Value<'static> + Send + Sync)),
}

impl OnUpdate {
    /// The value for a row that is not loaded.
    pub(crate) fn value(self) -> Option<Value<'static>> {
        match self {
            OnUpdate::Typed { value, .. } => value(),
            OnUpdate::Value(value) => Some(value()),
        }
    }
}

impl FieldAttributes {
    /// Nothing said.
    pub const NONE: FieldAttributes = FieldAttributes {
        primary: false,
        unique: None,
        index: None,
        length: None,
        text: false,
        column_type: None,
        column: None,
        default: None,
        default_raw: None,
        hidden: false,
        on_create: false,
        on_update: None,
        version: false,
        mapped_by: None,
        persist: true,
        concurrency_check: false,
        serialized_name: None,
        groups: &[],
        serializer: None,
        check: None,
        comment: None,
        details: &ColumnAttributes::NONE,
        embedded: None,
        relation: &RelationAttributes::NONE,
    };
}

/// Drops a `T` in place; what [`EntityDescriptor::drop`] is.
///
/// # Safety
/// `entity` is a valid `T` that nobody uses afterwards.
pub unsafe fn drop_entity<T: Entity>(entity: *mut u8) {
    // SAFETY: as above
    unsafe { entity.cast::<T>().drop_in_place() }
}

/// A struct whose fields other entities share through `#[orm(extends)]`. Written by `#[derive(BaseEntity)]`.
pub trait BaseEntity: Sized + Send + Sync + 'static {}
