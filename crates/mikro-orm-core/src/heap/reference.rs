//! To-one relations.

mod load;

pub use load::{LoadReference, LoadingReference};

use super::any_ref::AnyRef;
use super::{Computed, FieldSet, Heap, Loaded, sum};
use crate::entity::{Entity, EntityDescriptor};
use crate::error::{Error, Result};
use crate::field::{Field, FieldKind, FieldVTable, Scalar};
use crate::key::Key;
use crate::populate::{PopulatableField, RelationField};
use crate::query::{Assigned, IntoAssigns};
use crate::value::{Value, ValueError};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A reference to an entity: its key is known (once it has one), its row may not be loaded.
///
/// Three ways in: `book[Book::author]` when the compiler knows that it is loaded, [`Ref::get`] at run time,
/// [`Ref::load`] when needed. One word; it keeps what it refers to in memory.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let book = em.find_one_or_fail::<Book>(1).await?;
/// assert_eq!(book.author.id(), Some(1)); // without a query
/// assert!(book.author.get().is_err());
/// assert_eq!(book.author.load().await?.name, "Jon Snow");
/// assert_eq!(book.author.get()?.name, "Jon Snow");
///
/// let book = em.populate(&book, Book::author).await?;
/// assert_eq!(book[Book::author].name, "Jon Snow");
///
/// // a relation to a key, without loading anything
/// book.edit().editor = Some(em.reference(2));
/// em.flush().await?;
/// # Ok(())
/// # }
/// ```
#[repr(transparent)]
pub struct Ref<T: Entity> {
    any: AnyRef,
    target: PhantomData<fn() -> T>,
}

impl<T: Entity> Ref<T> {
    /// The typed form of an erased reference.
    ///
    /// # Panics
    /// When it refers to another entity: what is read through it is read as a `T`.
    pub(crate) fn from_any(any: AnyRef) -> Self {
        assert!(any.is_a(T::descriptor()), "a reference to {} was taken for one to {}", any.name(), T::NAME);
        Ref { any, target: PhantomData }
    }
    pub(crate) fn as_any(&self) -> &AnyRef {
        &self.any
    }
    pub(crate) fn into_any(self) -> AnyRef {
        self.any
    }

    /// A reference without an entity manager, by key. It becomes a managed one when an entity that holds it is
    /// persisted; until then it can't be loaded.
    pub fn from_key(key: T::Key) -> Self {
        let heap = Heap::shared(None);
        let key = Key::from_value(&key.to_value()).unwrap_or(Key::Int(0));
        Ref::from_any(heap.reference(T::descriptor(), key))
    }

    /// The key; `None` while the entity was not flushed and the database generates it.
    pub fn id(&self) -> Option<T::Key> {
        T::Key::from_value(self.any.key()?.to_value()).ok()
    }
    pub(crate) fn key(&self) -> Option<Key> {
        self.any.key()
    }

    /// Whether the row is loaded (or the entity is new).
    pub fn is_initialized(&self) -> bool {
        self.any.is_initialized()
    }

    /// The entity.
    ///
    /// # Errors
    /// [`Error::NotInitialized`] when its row is not loaded.
    pub fn get(&self) -> Result<&Loaded<T>> {
        if self.is_initialized() {
            // SAFETY: a `Loaded` is a `Ref` that is initialized
            Ok(unsafe { &*std::ptr::from_ref(self).cast() })
        } else {
            Err(Error::NotInitialized { what: format!("Reference<{}> {}", T::NAME, self.any.describe()) })
        }
    }

    /// Sets properties, whether the row is loaded or not: `author.assign(Author::name.set("Jon"))`. What is set
    /// on a row that is not loaded is merged when it is loaded, and flushed when it is not. What the database is to
    /// compute ([`set_raw`](crate::query::ScalarProperty::set_raw)) is so when the row is updated.
    ///
    /// # Errors
    /// When a value does not fit its property, or the database can't compute it, or nothing would store it since the entity
    /// manager is gone or was cleared; then nothing is set.
    pub fn assign(&self, values: impl IntoAssigns<T>) -> Result<()> {
        self.any.check_attended()?;
        let mut fields: Vec<(u16, Value<'static>)> = Vec::new();
        let mut computed = Computed::new();
        for assign in values.into_assigns() {
            let field = assign.field;
            match assign.value {
                // (the last word on a field counts, and what is added to it)
                Assigned::Value(value) => {
                    computed.retain(|(known, _)| *known != field);
                    fields.push((field, value));
                }
                Assigned::Computed(step) => {
                    self.any.check_computed(field)?;
                    if !step.is_add() {
                        computed.retain(|(known, _)| *known != field);
                    } else if let Some(value) = self.value_to_add_to(field, &fields, &computed) {
                        fields.push((field, sum(T::NAME, self.any.column_def(field), value, [&step])?));
                        continue;
                    }
                    computed.push((field, Arc::new(step)));
                }
            }
        }
        if !fields.is_empty() {
            let set: FieldSet = fields.iter().map(|(field, _)| *field).collect();
            self.any.assign_fields(fields)?;
            // (also where the value is what the field reads as until then)
            self.any.compute_no_more(&set);
        }
        if !computed.is_empty() {
            self.any.compute_fields(computed);
        }
        Ok(())
    }

    /// What a field was set to, now or before the last flush; `None` when it is as the database has it or computes it.
    fn value_to_add_to(&self, field: u16, set: &[(u16, Value<'static>)], computed: &Computed) -> Option<Value<'static>> {
        if computed.iter().any(|(known, _)| *known == field) {
            return None;
        }
        let now = self.any.value_among(set, field);
        now.or_else(|| if self.any.computes(field) { None } else { self.any.set_to(field) })
    }
}

impl<T: Entity> Clone for Ref<T> {
    fn clone(&self) -> Self {
        Ref { any: self.any.clone(), target: PhantomData }
    }
}
impl<T: Entity> PartialEq for Ref<T> {
    /// Whether both refer to the same entity of the same entity manager.
    fn eq(&self, other: &Self) -> bool {
        self.any == other.any
    }
}
impl<T: Entity> Eq for Ref<T> {}
impl<T: Entity> std::hash::Hash for Ref<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.any.hash(state);
    }
}
impl<T: Entity> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::debug::reference(&self.any, f)
    }
}
impl<T: Entity, P> From<&Loaded<T, P>> for Ref<T> {
    fn from(entity: &Loaded<T, P>) -> Self {
        entity.to_ref()
    }
}

/// `Ref` and `Option<Ref>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no to-one relation",
    label = "this is for a `Ref<_>`",
    note = "ask about the items of a collection with `.some(..)`, `.none(..)`, `.every(..)`, `.contains(..)` or `.size()`"
)]
pub trait ToOneField: Field {}
/// `Collection`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no collection",
    label = "this is for a `Collection<_>`",
    note = "ask about the one entity that a relation refers to with `.is(..)`, or which one it is with `.eq(..)`"
)]
pub trait ToManyField: Field {}

unsafe fn clone(value: *const u8, place: *mut u8) {
    // SAFETY: the table's contract; a `Ref` and an `Option<Ref>` are both an `Option<AnyRef>` (null is none)
    unsafe { place.cast::<Option<AnyRef>>().write((*value.cast::<Option<AnyRef>>()).clone()) }
}
unsafe fn drop_in_place(value: *mut u8) {
    // SAFETY: as above
    unsafe { value.cast::<Option<AnyRef>>().drop_in_place() }
}
unsafe fn same(a: *const u8, b: *const u8) -> bool {
    // SAFETY: as above
    unsafe { *a.cast::<Option<AnyRef>>() == *b.cast::<Option<AnyRef>>() }
}
unsafe fn init(_: *mut u8, _: Value<'_>) -> Result<(), ValueError> {
    Err(ValueError::new("a reference is made by the heap"))
}
unsafe fn init_none(place: *mut u8) {
    // SAFETY: the table's contract: room for an `Option<Ref>`
    unsafe { place.cast::<Option<AnyRef>>().write(None) }
}
const fn table(nullable: bool) -> FieldVTable {
    FieldVTable {
        kind: FieldKind::ToOne,
        nullable,
        items: None,
        embedded: None,
        objects: None,
        column_type: |_| None,
        sql: |_| crate::field::InSql { written: None, read: None },
        clone,
        drop: drop_in_place,
        needs_drop: true,
        // (in the heap it is a cell's address, which is not counted)
        plain: || true,
        size: size_of::<Option<AnyRef>>(),
        align: align_of::<Option<AnyRef>>(),
        same,
        read: |_, _| Value::Null,
        init,
        init_default: if nullable { Some(init_none) } else { None },
    }
}
static TABLE: FieldVTable = table(false);
static NULLABLE_TABLE: FieldVTable = table(true);

/// The table of references to entities of whatever type.
pub(super) fn table_of(nullable: bool) -> &'static FieldVTable {
    if nullable { &NULLABLE_TABLE } else { &TABLE }
}

// SAFETY: a `Ref<T>` is an `AnyRef`, and never null
unsafe impl<T: Entity> Field for Ref<T> {
    const VTABLE: &'static FieldVTable = &TABLE;
    const TARGET: Option<fn() -> &'static EntityDescriptor> = Some(T::descriptor);
}
// SAFETY: an `Option<Ref<T>>` is an `Option<AnyRef>`
unsafe impl<T: Entity> Field for Option<Ref<T>> {
    const VTABLE: &'static FieldVTable = &NULLABLE_TABLE;
    const TARGET: Option<fn() -> &'static EntityDescriptor> = Some(T::descriptor);
}
impl<T: Entity> ToOneField for Ref<T> {}
impl<T: Entity> ToOneField for Option<Ref<T>> {}
impl<T: Entity> RelationField for Ref<T> {
    type Target = T;
}
impl<T: Entity> RelationField for Option<Ref<T>> {
    type Target = T;
}

#[cold]
fn not_loaded(entity: &str, property: &str, target: &AnyRef) -> ! {
    panic!(
        "{entity}.{property} was populated, but has since been pointed at {}, which is not loaded: \
         use `.get()?` or `.load().await?`, or populate it again",
        target.describe()
    )
}

impl<T: Entity> PopulatableField for Ref<T> {
    type View<S: 'static> = Loaded<T, S>;
    fn view<'a, S: 'static>(&'a self, entity: &'static str, property: &'static str) -> &'a Loaded<T, S> {
        if !self.is_initialized() {
            not_loaded(entity, property, &self.any);
        }
        // SAFETY: a `Loaded` is a `Ref` that is initialized
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
}
impl<T: Entity> PopulatableField for Option<Ref<T>> {
    type View<S: 'static> = Option<Loaded<T, S>>;
    fn view<'a, S: 'static>(&'a self, entity: &'static str, property: &'static str) -> &'a Option<Loaded<T, S>> {
        if let Some(reference) = self
            && !reference.is_initialized()
        {
            if reference.any.is_absent() {
                // it was asked for: there is no such row, or the hint's condition has left it out
                return &None;
            }
            not_loaded(entity, property, &reference.any);
        }
        // SAFETY: both are one word with null for none, and what is there is initialized
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
}
