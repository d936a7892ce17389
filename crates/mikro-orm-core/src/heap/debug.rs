//! Entities for people to read: hidden values masked, cycles cut, collections with what is pending of them.

use super::any_ref::AnyRef;
use super::cell::CellPtr;
use crate::embeddable::{EmbeddableDef, FieldValue};
use crate::entity::Target;
use crate::field::{FieldKind, Objects};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::fmt;

/// Entities are printed within entities so deep; what is deeper is printed as a reference.
const DEPTH: usize = 32;
/// So many entities are printed for one; the rest are printed as references.
const ENTITIES: usize = 1000;

thread_local! {
    /// What is being printed: an entity within itself is printed as a reference.
    static PRINTING: RefCell<Vec<CellPtr>> = const { RefCell::new(Vec::new()) };
    /// How many entities were printed since the outermost one.
    static PRINTED: Cell<usize> = const { Cell::new(0) };
}

/// Takes the entity off the list, also when a formatter fails or panics.
struct Printing;
impl Printing {
    fn start(cell: CellPtr) -> Option<Printing> {
        PRINTING.with_borrow_mut(|printing| {
            if printing.is_empty() {
                PRINTED.set(0);
            }
            let printed = PRINTED.get();
            if printing.len() >= DEPTH || printed >= ENTITIES || printing.contains(&cell) {
                return None;
            }
            PRINTED.set(printed + 1);
            printing.push(cell);
            Some(Printing)
        })
    }
}
impl Drop for Printing {
    fn drop(&mut self) {
        PRINTING.with_borrow_mut(|printing| printing.pop());
    }
}

struct KeyOf<'a>(&'a AnyRef);
impl fmt::Debug for KeyOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.key() {
            Some(key) => key.fmt(f),
            None => f.write_str("None"),
        }
    }
}

/// `(Author) { id: 1 }`
fn unloaded(entity: &AnyRef, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let descriptor = entity.descriptor();
    write!(f, "({}) {{ {}: {:?} }}", descriptor.name, entity.key_names(), KeyOf(entity))
}

/// A reference: as an entity when it is loaded.
pub(super) fn reference(target: &AnyRef, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if target.is_initialized() { entity(target, f) } else { unloaded(target, f) }
}

/// An entity, with what it refers to.
pub(super) fn entity(entity: &AnyRef, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(view) = entity.view() else { return unloaded(entity, f) };
    let Some(_printing) = Printing::start(entity.ptr()) else { return unloaded(entity, f) };
    let descriptor = entity.descriptor();
    let mut out = f.debug_struct(descriptor.name);
    for (field, def) in (0_u16..).zip(descriptor.fields) {
        match def.vtable.kind {
            FieldKind::ToMany | FieldKind::ToOne if def.attributes.hidden => out.field(def.name, &Plain("***")),
            FieldKind::ToMany => out.field(def.name, &Items(entity, field)),
            FieldKind::ToOne => match view.to_one(field) {
                Some(target) => out.field(def.name, &Reference(target)),
                None => out.field(def.name, &Plain("None")),
            },
            FieldKind::Lazy(_) if !view.is_lazy_loaded(field) => out.field(def.name, &Plain("<not loaded>")),
            FieldKind::Scalar(_) | FieldKind::Lazy(_) => {
                if def.attributes.hidden {
                    out.field(def.name, &Plain("***"))
                } else if def.attributes.primary && entity.key().is_none() && view.is_unset(field) {
                    out.field(def.name, &Plain("None"))
                } else if let Some(embedded) = def.vtable.embedded {
                    match view.value(field) {
                        Value::Row(parts) => out.field(def.name, &Embedded(embedded, &parts)),
                        _ => out.field(def.name, &Plain("None")),
                    }
                } else if let Some(objects) = def.vtable.objects {
                    out.field(def.name, &Documents(objects, view.value(field)))
                } else {
                    out.field(def.name, &Scalar(view.value(field)))
                }
            }
        };
    }
    out.finish()
}

/// An embedded struct, by its columns.
struct Embedded<'a>(&'static EmbeddableDef, &'a [Value<'a>]);
impl fmt::Debug for Embedded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(self.0.name);
        for (field, value) in self.0.split(self.1) {
            match value {
                _ if field.attributes.hidden => out.field(field.name, &Plain("***")),
                FieldValue::Value(value) => match field.vtable.objects {
                    Some(objects) => out.field(field.name, &Documents(objects, value.clone())),
                    None => out.field(field.name, &Scalar(value.clone())),
                },
                FieldValue::Struct(def, parts) => out.field(field.name, &Embedded(def, parts)),
                FieldValue::Missing => out.field(field.name, &Plain("None")),
            };
        }
        out.finish()
    }
}

/// Embedded structs that are JSON.
#[cfg_attr(not(feature = "json"), allow(dead_code))]
struct Documents<'a>(Objects, Value<'a>);
impl fmt::Debug for Documents<'_> {
    #[cfg(feature = "json")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (def, list) = ((self.0.def)(), self.0.list);
        match crate::embeddable::object::structs(&self.1, self.0) {
            None => f.write_str("None"),
            Some(structs) if list => f.debug_list().entries(structs.iter().map(|parts| Embedded(def, parts))).finish(),
            Some(structs) => structs.iter().try_for_each(|parts| Embedded(def, parts).fmt(f)),
        }
    }
    #[cfg(not(feature = "json"))]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str((self.0.def)().name)
    }
}

struct Reference<'a>(&'a AnyRef);
impl fmt::Debug for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reference(self.0, f)
    }
}

struct Plain(&'static str);
impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

struct Items<'a>(&'a AnyRef, u16);
impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        collection(Some((self.0, self.1)), self.0.descriptor().fields[usize::from(self.1)].target, f)
    }
}

/// `Collection<Book> { 0: Book { .. }, initialized: true, dirty: false }`; without an owner there is nothing in it.
pub(super) fn collection(place: Option<(&AnyRef, u16)>, target: Option<Target>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = format!("Collection<{}>", target.map_or("", |target| target.descriptor().name));
    let mut out = f.debug_struct(&name);
    let initialized = place.is_some_and(|(owner, field)| owner.is_collection_initialized(field));
    if let Some((owner, field)) = place.filter(|_| initialized) {
        for (at, item) in owner.collection_items(field).iter().enumerate() {
            out.field(&at.to_string(), &Reference(item));
        }
    }
    let dirty = place.is_some_and(|(owner, field)| owner.is_collection_dirty(field));
    out.field("initialized", &initialized).field("dirty", &dirty).finish()
}

struct Scalar<'a>(Value<'a>);
impl fmt::Debug for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Null => f.write_str("None"),
            Value::Bool(v) => v.fmt(f),
            Value::Int(v) => v.fmt(f),
            Value::UInt(v) => v.fmt(f),
            Value::Float(v) => v.fmt(f),
            Value::Double(v) => v.fmt(f),
            Value::Text(v) => v.fmt(f),
            Value::Decimal(v) | Value::Json(v) => f.write_str(v),
            Value::Bytes(v) => write!(f, "<{} bytes>", v.len()),
            Value::Uuid(v) => crate::key::Key::Uuid(*v).fmt(f),
            Value::DateTime(v) => f.write_str(&crate::time::date_time(*v)),
            Value::Date(v) => f.write_str(&crate::time::date(*v)),
            Value::Time(v) => f.write_str(&crate::time::time(*v)),
            Value::Array(items) => f.debug_list().entries(items.iter().map(|item| Scalar(item.clone()))).finish(),
            Value::Row(parts) => {
                let mut tuple = f.debug_tuple("");
                for part in parts {
                    tuple.field(&Scalar(part.clone()));
                }
                tuple.finish()
            }
        }
    }
}
