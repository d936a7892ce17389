//! From entities to output, by their descriptors: this code is compiled once for a format, whatever the entities.

use super::options::Flags;
use super::paths::PathNode;
use super::scalar::Scalar;
use super::trail::{self, Behind};
#[cfg(feature = "json")]
use crate::embeddable::object::structs;
use crate::embeddable::{EmbeddableDef, FieldValue};
use crate::entity::{EntityDescriptor, FieldDef};
#[cfg(feature = "json")]
use crate::field::Objects;
use crate::field::{ColumnType, FieldKind};
use crate::heap::{AnyRef, EntityView};
use crate::key::Key;
use crate::populate::PopulateNode;
use crate::value::Value;
use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

/// Which relations are nested.
#[derive(Clone, Copy)]
pub(super) enum Follow<'a> {
    /// Those that were populated.
    Populated,
    /// These.
    Hinted(&'a [PopulateNode]),
    /// Those that are loaded.
    Everything,
}

/// What goes into the output at one place.
#[derive(Clone, Copy)]
pub(super) struct Level<'a> {
    pub flags: Flags,
    pub groups: &'a [String],
    pub follow: Follow<'a>,
    /// Only these properties.
    pub fields: Option<&'a [PathNode]>,
    /// None of these.
    pub exclude: &'a [PathNode],
}

impl Level<'static> {
    /// What was populated, as the entity's ORM says.
    pub fn populated(entity: &AnyRef) -> Self {
        Level { flags: entity.output().into(), groups: &[], follow: Follow::Populated, fields: None, exclude: &[] }
    }
}

impl<'a> Level<'a> {
    /// The level behind a property (what its nested entities are at), when the property is in the output.
    fn of(&self, place: u16, hidden: bool, groups: &[&str]) -> Option<Level<'a>> {
        let mut inner = *self;
        if let Some(fields) = self.fields {
            let node = fields.iter().find(|node| node.place == place)?;
            inner.fields = (!node.whole).then_some(&*node.nested);
        }
        inner.exclude = match self.exclude.iter().find(|node| node.place == place) {
            Some(node) if node.whole => return None,
            Some(node) => &node.nested,
            None => &[],
        };
        let in_groups = groups.is_empty() || groups.iter().any(|group| self.groups.iter().any(|asked| asked == group));
        let shown = (!hidden || self.flags.include_hidden) && (!self.flags.grouped || in_groups);
        shown.then_some(inner)
    }

    /// Goes behind a relation, when its entities are to be nested. (`self` is the level of the relation.)
    fn nest(self, owner: &AnyRef, field: u16) -> Option<(Level<'a>, Behind)> {
        let follow = match self.follow {
            Follow::Populated if owner.is_populated(field) => Follow::Populated,
            Follow::Populated => return None,
            Follow::Hinted(nodes) => Follow::Hinted(&nodes.iter().find(|node| node.field == field)?.nested),
            Follow::Everything => Follow::Everything,
        };
        // hints end by themselves; what else is loaded may lead anywhere and back: each relation once, but for those
        // that a tree is made of
        let again = matches!(follow, Follow::Hinted(_)) || is_of_a_tree(owner.descriptor(), field);
        let behind = trail::follow((std::ptr::from_ref(owner.descriptor()).addr(), field), again)?;
        Some((Level { follow, ..self }, behind))
    }
}

/// Whether the relation leads from parents to children of the same entity, or back.
fn is_of_a_tree(descriptor: &'static EntityDescriptor, field: u16) -> bool {
    let def = &descriptor.fields[usize::from(field)];
    let is_own = def.target.is_some_and(|target| std::ptr::eq(target.descriptor(), descriptor));
    is_own && !def.attributes.relation.many_to_many
}

/// An entity as an object, or as its key when it is not loaded or within itself.
pub(super) struct Output<'a> {
    pub entity: &'a AnyRef,
    pub level: Level<'a>,
}

impl Serialize for Output<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Output { entity, level } = self;
        let within = trail::enter(entity).map_err(S::Error::custom)?;
        let (Some(view), Some(_within)) = (entity.view(), within) else {
            return KeyOf { entity, as_object: level.flags.force_object }.serialize(serializer);
        };
        let descriptor = entity.descriptor();
        let mut map = serializer.serialize_map(None)?;
        let fields = |primary: bool| {
            let fields = (0_u16..).zip(descriptor.fields);
            fields.filter(move |(_, def)| def.attributes.primary == primary)
        };
        let keys = fields(true).filter(|_| !level.flags.without_keys);
        for (field, def) in keys.chain(fields(false)) {
            self.property(view, field, def, &mut map)?;
        }
        for (place, property) in (descriptor.fields.len()..).zip(descriptor.computed) {
            let place = u16::try_from(place).unwrap_or(u16::MAX);
            if level.of(place, false, &[]).is_some() {
                map.serialize_entry(property.name, &view.computed(property))?;
            }
        }
        map.end()
    }
}

impl Output<'_> {
    fn property<M: SerializeMap>(&self, view: EntityView<'_>, field: u16, def: &FieldDef, map: &mut M) -> Result<(), M::Error> {
        let Output { entity, level } = self;
        let Some(level) = level.of(field, def.attributes.hidden, def.attributes.groups) else { return Ok(()) };
        let name = output_name(def);
        let flags = level.flags;
        if matches!(def.vtable.kind, FieldKind::Lazy(_)) && !view.is_lazy_loaded(field) {
            return Ok(());
        }
        if !flags.ignore_serializers
            && let Some(output) = view.output(field)
        {
            return map.serialize_entry(name, &output);
        }
        if let Some(embedded) = def.vtable.embedded {
            return match view.value(field) {
                Value::Row(parts) => map.serialize_entry(name, &Embedded { def: embedded, parts: &parts, flags }),
                _ if flags.skip_null => Ok(()),
                _ => map.serialize_entry(name, &()),
            };
        }
        #[cfg(feature = "json")]
        if let Some(objects) = def.vtable.objects {
            let value = view.value(field);
            return match structs(&value, objects) {
                Some(structs) => map.serialize_entry(name, &Documents { objects, structs: &structs, flags }),
                None if flags.skip_null => Ok(()),
                None => map.serialize_entry(name, &()),
            };
        }
        match def.vtable.kind {
            FieldKind::Scalar(column) | FieldKind::Lazy(column) => {
                let is_to_come = def.attributes.primary && entity.key().is_none() && view.is_unset(field);
                if is_to_come {
                    return Ok(());
                }
                let value = view.value(field);
                if !(value.is_null() && flags.skip_null) {
                    map.serialize_entry(name, &Scalar(value, column))?;
                }
            }
            FieldKind::ToOne => match view.to_one(field) {
                Some(target) => {
                    let nested = level.nest(entity, field);
                    let level = nested.as_ref().map(|(level, _)| *level);
                    map.serialize_entry(name, &Related { entity: target, level, flags })?;
                }
                None if flags.skip_null => {}
                None => map.serialize_entry(name, &())?,
            },
            FieldKind::ToMany if entity.is_collection_initialized(field) => {
                let nested = level.nest(entity, field);
                let level = nested.as_ref().map(|(level, _)| *level);
                map.serialize_entry(name, &Items { items: entity.collection_items(field), level, flags })?;
            }
            FieldKind::ToMany => {}
        }
        Ok(())
    }
}

/// An embedded struct as an object.
struct Embedded<'a> {
    def: &'static EmbeddableDef,
    parts: &'a [Value<'a>],
    flags: Flags,
}

impl Serialize for Embedded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Embedded { def, parts, flags } = self;
        let mut map = serializer.serialize_map(None)?;
        for (field, value) in def.split(parts).filter(|(field, _)| !field.attributes.hidden || flags.include_hidden) {
            let name = output_name(field);
            #[cfg(feature = "json")]
            if let (FieldValue::Value(value), Some(objects)) = (&value, field.vtable.objects) {
                match structs(value, objects) {
                    Some(structs) => map.serialize_entry(name, &Documents { objects, structs: &structs, flags: *flags })?,
                    None if flags.skip_null => {}
                    None => map.serialize_entry(name, &())?,
                }
                continue;
            }
            match (value, field.vtable.kind) {
                (FieldValue::Missing, _) if flags.skip_null => {}
                (FieldValue::Missing, _) => map.serialize_entry(name, &())?,
                (FieldValue::Struct(def, parts), _) => map.serialize_entry(name, &Embedded { def, parts, flags: *flags })?,
                (FieldValue::Value(value), FieldKind::Scalar(column)) if !(value.is_null() && flags.skip_null) => {
                    map.serialize_entry(name, &Scalar(value.clone(), column))?;
                }
                (FieldValue::Value(_), _) => {}
            }
        }
        map.end()
    }
}

/// Embedded structs that are JSON: an object, or an array of them.
#[cfg(feature = "json")]
struct Documents<'a> {
    objects: Objects,
    structs: &'a [Vec<Value<'static>>],
    flags: Flags,
}

#[cfg(feature = "json")]
impl Serialize for Documents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Documents { objects, structs, flags } = self;
        let def = (objects.def)();
        let embedded = |parts| Embedded { def, parts, flags: *flags };
        match structs {
            [one] if !objects.list => embedded(one).serialize(serializer),
            _ => serializer.collect_seq(structs.iter().map(|parts| embedded(parts))),
        }
    }
}

/// A property's name in the output.
fn output_name(def: &FieldDef) -> &'static str {
    def.attributes.serialized_name.unwrap_or_else(|| def.name.trim_start_matches("r#"))
}

/// What a relation leads to: nested where there is a level, else the key.
struct Related<'a> {
    entity: &'a AnyRef,
    level: Option<Level<'a>>,
    flags: Flags,
}

impl Serialize for Related<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.level {
            Some(level) => Output { entity: self.entity, level }.serialize(serializer),
            None => KeyOf { entity: self.entity, as_object: self.flags.force_object }.serialize(serializer),
        }
    }
}

struct Items<'a> {
    items: &'a [AnyRef],
    level: Option<Level<'a>>,
    flags: Flags,
}

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.items.len()))?;
        for entity in self.items {
            seq.serialize_element(&Related { entity, level: self.level, flags: self.flags })?;
        }
        seq.end()
    }
}

/// An entity's key: null while it has none, an array when it has several columns, and `{"id": 1}` as an object.
pub(super) struct KeyOf<'a> {
    pub entity: &'a AnyRef,
    pub as_object: bool,
}

impl Serialize for KeyOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(key) = self.entity.key() else { return serializer.serialize_none() };
        let mut columns = Vec::with_capacity(1);
        key_columns(self.entity.descriptor(), &mut columns);
        let part = |place: usize| KeyPart(key.parts().get(place), columns.get(place).copied());
        if !self.as_object {
            return if key.parts().len() == 1 {
                part(0).serialize(serializer)
            } else {
                serializer.collect_seq((0..key.parts().len()).map(part))
            };
        }
        let mut map = serializer.serialize_map(None)?;
        let mut place = 0;
        for def in self.entity.descriptor().fields.iter().filter(|def| def.attributes.primary) {
            let width = width(def);
            if width == 1 {
                map.serialize_entry(output_name(def), &part(place))?;
            } else {
                let parts: Vec<_> = (place..place + width).map(part).collect();
                map.serialize_entry(output_name(def), &parts)?;
            }
            place += width;
        }
        map.end()
    }
}

struct KeyPart<'a>(Option<&'a Key>, Option<ColumnType>);

impl Serialize for KeyPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            KeyPart(Some(key), column) => Scalar(key.to_value(), column.unwrap_or(ColumnType::String)).serialize(serializer),
            KeyPart(None, _) => serializer.serialize_none(),
        }
    }
}

/// The types of a key's columns; those of a relation in it are the types of its target's key.
fn key_columns(descriptor: &'static EntityDescriptor, into: &mut Vec<ColumnType>) {
    for def in descriptor.fields.iter().filter(|def| def.attributes.primary) {
        match (def.vtable.kind, def.target) {
            (FieldKind::Scalar(column), _) => into.push(column),
            (_, Some(target)) => key_columns(target.descriptor(), into),
            _ => {}
        }
    }
}

/// How many columns a part of a key has.
fn width(def: &FieldDef) -> usize {
    let mut columns = Vec::new();
    match def.target {
        Some(target) if def.vtable.kind == FieldKind::ToOne => key_columns(target.descriptor(), &mut columns),
        _ => return 1,
    }
    columns.len()
}
