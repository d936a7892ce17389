//! Collections as users see them.

use super::{RawCollection, state};
use crate::entity::{Entity, EntityDescriptor, Target};
use crate::error::{Error, Result};
use crate::field::{Field, FieldKind, FieldVTable};
use crate::heap::Loaded;
use crate::heap::any_ref::AnyRef;
use crate::heap::reference::ToManyField;
use crate::populate::{PopulatableField, RelationField};
use crate::value::{Value, ValueError};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A to-many relation of an entity.
///
/// The field is a handle; its items live in the identity map. Three ways in: `author[Author::books]` when the
/// compiler knows that they are loaded, [`Collection::get`] at run time, [`Collection::load`] when needed.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let jon = em.find_one_or_fail::<Author>(1).await?;
/// assert!(jon.books.get().is_err());
/// for book in jon.books.load().await? {
///     println!("{}", book.title);
/// }
/// jon.books.add(Book::builder().title("Vows").text("..").author(&jon))?;
/// em.flush().await?;
/// assert_eq!(jon.books.get()?.len(), 3);
///
/// let authors = em.find::<Author>().populate(Author::books).order_by(Author::id.asc()).await?;
/// assert_eq!(authors[0][Author::books][2].title, "Vows");
/// # Ok(())
/// # }
/// ```
#[repr(transparent)]
pub struct Collection<T: Entity> {
    pub(super) raw: RawCollection,
    target: PhantomData<fn() -> T>,
}

impl<T: Entity> Collection<T> {
    /// An empty collection, for an entity that is made as a struct.
    pub fn new() -> Self {
        Collection { raw: RawCollection::detached(), target: PhantomData }
    }

    pub(super) fn owner(&self) -> Result<&AnyRef> {
        self.raw.owner.as_ref().ok_or_else(|| Error::NotInitialized { what: self.raw.describe() })
    }

    /// Whether all items are known: the collection was loaded, or its owner is new.
    pub fn is_initialized(&self) -> bool {
        self.raw.state().is_some_and(state::CollectionState::is_initialized)
    }

    /// The items.
    ///
    /// # Errors
    /// [`Error::NotInitialized`] when they are not loaded.
    pub fn get(&self) -> Result<&LoadedCollection<T>> {
        match self.raw.state().filter(|state| state.is_initialized()) {
            None => Err(Error::NotInitialized { what: self.raw.describe() }),
            Some(state) => match state.loaded_items() {
                Err(item) => Err(Error::NotInitialized { what: format!("{} in {}", item.describe(), self.raw.describe()) }),
                Ok(_) => Ok(LoadedCollection::view(self)),
            },
        }
    }
}

/// "The items are loaded", which the type of a collection never says: the name is for the compiler to say what to do.
#[doc(hidden)]
pub trait GetOrLoadFirst {}

/// Never: items may not be loaded. Iterate `author[Author::books]`, `author.books.get()?` or `author.books.load().await?`.
impl<'a, T: Entity> IntoIterator for &'a Collection<T>
where
    Collection<T>: GetOrLoadFirst,
{
    type Item = &'a Loaded<T>;
    type IntoIter = std::slice::Iter<'a, Loaded<T>>;
    fn into_iter(self) -> Self::IntoIter {
        LoadedCollection::<T>::view(self).iter()
    }
}

impl<T: Entity> Default for Collection<T> {
    fn default() -> Self {
        Collection::new()
    }
}
impl<T: Entity> Clone for Collection<T> {
    /// The same collection: a handle, not a copy.
    fn clone(&self) -> Self {
        Collection { raw: self.raw.clone(), target: PhantomData }
    }
}
impl<T: Entity> fmt::Debug for Collection<T> {
    /// `Collection<Book> { 0: Book { .. }, initialized: true, dirty: false }`; items are not loaded for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.raw.owner.as_ref().map(|owner| (owner, self.raw.field));
        crate::heap::debug::collection(place, Some(Target::Type(T::descriptor)), f)
    }
}

/// A to-many relation whose items are loaded: a slice of handles.
#[repr(transparent)]
pub struct LoadedCollection<T: Entity, P = <T as Entity>::Unpopulated>(Collection<T>, PhantomData<fn() -> P>);

impl<T: Entity, P> LoadedCollection<T, P> {
    #[cfg(feature = "serde")]
    pub(crate) fn as_collection(&self) -> &Collection<T> {
        &self.0
    }
    pub(super) fn view(collection: &Collection<T>) -> &Self {
        // SAFETY: transparent over a collection
        unsafe { &*std::ptr::from_ref(collection).cast() }
    }
}
impl<T: Entity, P> Deref for LoadedCollection<T, P> {
    type Target = [Loaded<T, P>];
    /// The items as they are now; iterating goes over these even when items are added or removed meanwhile.
    ///
    /// # Panics
    /// When an item was added by key since, and its row is not loaded.
    fn deref(&self) -> &[Loaded<T, P>] {
        let Some(state) = self.0.raw.state() else { return &[] };
        let items = state.loaded_items().unwrap_or_else(|item| {
            panic!("{} is in {} but is not loaded: load it, or use `.get()?`", item.describe(), self.0.raw.describe())
        });
        // SAFETY: a `Loaded<T, P>` is an `AnyRef` to a cell of `T`'s arena that is initialized, as these all are
        unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), items.len()) }
    }
}

impl<'a, T: Entity, P> IntoIterator for &'a LoadedCollection<T, P> {
    type Item = &'a Loaded<T, P>;
    type IntoIter = std::slice::Iter<'a, Loaded<T, P>>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
impl<T: Entity, P> fmt::Debug for LoadedCollection<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

unsafe fn clone(value: *const u8, place: *mut u8) {
    // SAFETY: the table's contract: a valid collection, and room for one
    unsafe { place.cast::<RawCollection>().write((*value.cast::<RawCollection>()).clone()) }
}
unsafe fn drop_in_place(value: *mut u8) {
    // SAFETY: the table's contract: a valid collection that nobody uses afterwards
    unsafe { value.cast::<RawCollection>().drop_in_place() }
}
unsafe fn init(_: *mut u8, _: Value<'_>) -> Result<(), ValueError> {
    Err(ValueError::new("a collection has no column"))
}
unsafe fn init_default(place: *mut u8) {
    // SAFETY: the table's contract: room for a collection
    unsafe { place.cast::<RawCollection>().write(RawCollection::detached()) }
}
/// The table of collections, whatever their items.
pub(in crate::heap) static TABLE: FieldVTable = FieldVTable {
    kind: FieldKind::ToMany,
    nullable: false,
    items: None,
    embedded: None,
    objects: None,
    column_type: |_| None,
    sql: |_| crate::field::InSql { written: None, read: None },
    clone,
    drop: drop_in_place,
    needs_drop: true,
    // (in the heap it is a cell's address, which is not counted, and a field)
    plain: || true,
    size: size_of::<RawCollection>(),
    align: align_of::<RawCollection>(),
    // what is in a collection is not part of the owner's row; but a field that is another's handle must be noticed
    same: same_handle,
    read: |_, _| Value::Null,
    init,
    init_default: Some(init_default),
};
unsafe fn same_handle(a: *const u8, b: *const u8) -> bool {
    // SAFETY: the table's contract: both are valid collections
    let (a, b) = unsafe { (&*a.cast::<RawCollection>(), &*b.cast::<RawCollection>()) };
    match (&a.owner, &b.owner) {
        (Some(x), Some(y)) => x == y && a.field == b.field,
        _ => true,
    }
}
// SAFETY: a `Collection<T>` is a `RawCollection`, whose functions these are
unsafe impl<T: Entity> Field for Collection<T> {
    const VTABLE: &'static FieldVTable = &TABLE;
    const TARGET: Option<fn() -> &'static EntityDescriptor> = Some(T::descriptor);
}
impl<T: Entity> RelationField for Collection<T> {
    type Target = T;
}
impl<T: Entity> ToManyField for Collection<T> {}
impl<T: Entity> PopulatableField for Collection<T> {
    type View<S: 'static> = LoadedCollection<T, S>;
    fn view<'a, S: 'static>(&'a self, _: &'static str, _: &'static str) -> &'a LoadedCollection<T, S> {
        LoadedCollection::view(self)
    }
}
