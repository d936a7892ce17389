//! Descriptions of entities that have no type: their memory is laid out here.

use super::{collection, reference};
use crate::entity::{EntityDescriptor, EntityIdentity, FieldAttributes, FieldDef, OnUpdate, TableAttributes, Target};
use crate::entity_schema::SchemaParts;
use crate::events::HookTable;
use crate::field::{EnumItem, Field, FieldKind, FieldVTable, Scalar};
use crate::heap::Lazy;
use crate::metadata::EntityType;
use std::alloc::Layout;
use std::any::TypeId;
use std::fmt;

/// How values of a scalar's type are handled, by themselves and read when asked for.
#[derive(Clone, Copy)]
pub(crate) struct ScalarTables {
    id: TypeId,
    name: &'static str,
    plain: &'static FieldVTable,
    lazy: &'static FieldVTable,
}

impl ScalarTables {
    pub fn of<V: Scalar + Field>() -> Self {
        let (plain, lazy) = (<V as Field>::VTABLE, <Lazy<V> as Field>::VTABLE);
        ScalarTables { id: TypeId::of::<V>(), name: std::any::type_name::<V>(), plain, lazy }
    }
    /// What a field of the type holds.
    pub fn kind(&self) -> FieldKind {
        self.plain.kind
    }
    /// Whether it is an enum.
    pub fn has_items(&self) -> bool {
        self.plain.items.is_some()
    }
}
impl fmt::Debug for ScalarTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name, self.id)
    }
}

/// What a field of such an entity holds.
pub(crate) enum Holds {
    /// A value, which may be read only when asked for, and be one of a list.
    Scalar { tables: ScalarTables, lazy: bool, items: Option<&'static [EnumItem]> },
    /// A reference to such an entity.
    ToOne { target: Target, nullable: bool },
    /// A collection of such entities.
    ToMany(Target),
}

impl Holds {
    fn table(&self) -> &'static FieldVTable {
        match self {
            Holds::Scalar { tables, lazy, items } => {
                let table = if *lazy { tables.lazy } else { tables.plain };
                match items {
                    None => table,
                    items => Box::leak(Box::new(FieldVTable { items: *items, ..*table })),
                }
            }
            Holds::ToOne { nullable, .. } => reference::table_of(*nullable),
            Holds::ToMany(_) => &collection::TABLE,
        }
    }
    fn target(&self) -> Option<Target> {
        match self {
            Holds::Scalar { .. } => None,
            Holds::ToOne { target, .. } | Holds::ToMany(target) => Some(*target),
        }
    }
}

/// An entity without a type, before it is described.
pub(crate) struct Undescribed {
    pub name: &'static str,
    pub table: Option<&'static str>,
    pub options: &'static TableAttributes,
    pub fields: Vec<(&'static str, Holds, FieldAttributes)>,
    pub hooks: &'static [HookTable],
    pub readonly: bool,
    pub parts: &'static SchemaParts,
}

impl Undescribed {
    /// Describes the entity: lays its memory out, field by field. `None` when it would have no size, or more than there is.
    ///
    /// Descriptions are never freed.
    pub fn describe(self) -> Option<EntityType> {
        let mut layout = Layout::new::<()>();
        let mut fields = Vec::with_capacity(self.fields.len());
        for (name, holds, attributes) in self.fields {
            let vtable = holds.table();
            let (extended, offset) = layout.extend(Layout::from_size_align(vtable.size, vtable.align).ok()?).ok()?;
            layout = extended;
            // (callbacks that know a type would be given an entity that is none)
            let on_update = attributes.on_update.filter(|callback| matches!(callback, OnUpdate::Value(_)));
            let attributes = FieldAttributes { on_update, serializer: None, ..attributes };
            fields.push(FieldDef { name, offset, vtable, target: holds.target(), attributes });
        }
        let layout = layout.pad_to_align();
        if layout.size() == 0 {
            return None;
        }
        let descriptor: &'static EntityDescriptor = Box::leak(Box::new(EntityDescriptor {
            name: self.name,
            table: self.table,
            options: self.options,
            identity: EntityIdentity::Schema(self.parts),
            layout,
            drop: None,
            fields: fields.leak(),
            computed: &[],
            hooks: self.hooks,
            readonly: self.readonly,
        }));
        // SAFETY: I6: such an entity is its fields, at offsets that are aligned for their tables' types and do not overlap; the
        // tables are those of the types (`Field` is unsafe to implement), and no code knows of another form of it
        Some(unsafe { EntityType::described_as(descriptor) })
    }
}
