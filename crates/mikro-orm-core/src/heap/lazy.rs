//! Scalars that a query reads only when asked for.

use super::any_ref::AnyRef;
use super::cell::CellPtr;
use crate::error::{Error, Result};
use crate::field::{Field, FieldKind, FieldVTable, IntoField, Scalar};
use crate::populate::{PopulatableField, PopulateNode};
use crate::value::{Value, ValueError};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// What a lazy field of any type begins with: where it belongs, and whether its value is there.
#[repr(C)]
#[derive(Clone)]
pub(super) struct Anchor {
    owner: Option<AnyRef>,
    field: u16,
    loaded: bool,
}

impl Anchor {
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }
    /// Makes the field that of this owner, whatever it was.
    ///
    /// # Safety
    /// As [`super::values::settle`].
    pub unsafe fn settle(&mut self, owner: CellPtr, field: u16) {
        self.owner = Some(AnyRef::uncounted(owner));
        self.field = field;
    }
    fn is_hidden(&self) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.descriptor().fields[usize::from(self.field)].attributes.hidden)
    }
    fn describe(&self) -> String {
        match &self.owner {
            Some(owner) => {
                format!("{}.{} of {}", owner.name(), owner.descriptor().fields[usize::from(self.field)].name, owner.describe())
            }
            None => "a lazy property of an entity that no entity manager knows".to_owned(),
        }
    }
}

/// A scalar that a query reads only when asked for (`.populate(Book::text)`): large text, documents.
///
/// Three ways in: `book[Book::text]` when the compiler knows that it is loaded, [`Lazy::get`] at run time,
/// [`Lazy::load`] when needed. Drafts share the value: an edit of another field does not copy it.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let book = em.find_one_or_fail::<Book>(1).await?;
/// assert!(book.text.get().is_err());
/// assert_eq!(book.text.load().await?, "Winter was coming.");
///
/// let book = em.find_one_or_fail::<Book>(2).populate(Book::text).await?;
/// assert_eq!(book[Book::text].len(), 18);
/// book.edit().text.set("Winter is here.");
/// em.flush().await?;
/// # Ok(())
/// # }
/// ```
#[repr(C)]
#[derive(Clone)]
pub struct Lazy<T: Scalar> {
    anchor: Anchor,
    value: Option<Arc<T>>,
}

impl<T: Scalar> Lazy<T> {
    /// A value, for a new entity or for a draft: `book.edit().text = Lazy::new("..".into())`.
    pub fn new(value: T) -> Self {
        Lazy { anchor: Anchor { owner: None, field: 0, loaded: true }, value: Some(Arc::new(value)) }
    }
    fn unloaded() -> Self {
        Lazy { anchor: Anchor { owner: None, field: 0, loaded: false }, value: None }
    }

    /// Replaces the value (of a draft).
    pub fn set(&mut self, value: impl IntoField<T>) {
        self.value = Some(Arc::new(value.into_field()));
        self.anchor.loaded = true;
    }

    /// Whether the value is there.
    pub fn is_loaded(&self) -> bool {
        self.value().is_some()
    }

    #[cfg(feature = "serde")]
    pub(crate) fn is_hidden(&self) -> bool {
        self.anchor.is_hidden()
    }

    fn value(&self) -> Option<&T> {
        if let Some(value) = &self.value {
            return Some(value);
        }
        // loaded after the version that this field is of was published: the current version has it
        let owner = self.anchor.owner.as_ref()?;
        let def = &owner.descriptor().fields[usize::from(self.anchor.field)];
        let current = owner.view()?.ptr();
        // SAFETY: I6: the field at this offset is a `Lazy<T>`: this one was settled as that field. The version
        // lives while the owner's heap is held, which `self` (or what it was reached through) does
        let current = unsafe { &*current.as_ptr().add(def.offset).cast::<Lazy<T>>() };
        current.value.as_deref()
    }

    /// The value.
    ///
    /// # Errors
    /// [`Error::NotInitialized`] when it was not read.
    pub fn get(&self) -> Result<&T> {
        self.value().ok_or_else(|| Error::NotInitialized { what: self.anchor.describe() })
    }

    /// The value, read when it was not yet (and only then).
    ///
    /// # Errors
    /// [`Error::Detached`] when the entity manager is gone; what the query may give.
    pub async fn load(&self) -> Result<&T> {
        if !self.is_loaded() {
            let Some(owner) = &self.anchor.owner else {
                return Err(Error::NotInitialized { what: self.anchor.describe() });
            };
            let context = owner.heap().context(|| self.anchor.describe())?;
            context.load(owner.clone(), Some(PopulateNode::new(self.anchor.field)), None).await?;
        }
        self.get()
    }
}

impl<T: Scalar> Default for Lazy<T> {
    /// Not loaded: in a draft, "as it is in the database".
    fn default() -> Self {
        Lazy::unloaded()
    }
}
impl<T: Scalar> From<T> for Lazy<T> {
    fn from(value: T) -> Self {
        Lazy::new(value)
    }
}
impl From<&str> for Lazy<String> {
    fn from(value: &str) -> Self {
        Lazy::new(value.to_owned())
    }
}
impl<T: Scalar + fmt::Debug> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(_) if self.anchor.is_hidden() => f.write_str("***"),
            Some(value) => value.fmt(f),
            None => f.write_str("<not loaded>"),
        }
    }
}

/// A lazy scalar whose value is there.
#[repr(transparent)]
pub struct LoadedLazy<T: Scalar>(Lazy<T>);
#[cfg(feature = "serde")]
impl<T: Scalar> LoadedLazy<T> {
    pub(crate) fn as_lazy(&self) -> &Lazy<T> {
        &self.0
    }
}
impl<T: Scalar> Deref for LoadedLazy<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.value().expect("a lazy scalar that was loaded stays loaded")
    }
}
impl<T: Scalar + fmt::Debug> fmt::Debug for LoadedLazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T: Scalar + fmt::Display> fmt::Display for LoadedLazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
impl<T: Scalar + PartialEq<U>, U: ?Sized> PartialEq<U> for LoadedLazy<T> {
    fn eq(&self, other: &U) -> bool {
        **self == *other
    }
}

unsafe fn clone<T: Scalar>(value: *const u8, place: *mut u8) {
    // SAFETY: the table's contract: a valid `Lazy<T>`, and room for one
    unsafe { place.cast::<Lazy<T>>().write((*value.cast::<Lazy<T>>()).clone()) }
}
unsafe fn drop_in_place<T: Scalar>(value: *mut u8) {
    // SAFETY: the table's contract: a valid `Lazy<T>` that nobody uses afterwards
    unsafe { value.cast::<Lazy<T>>().drop_in_place() }
}
/// A value that was not loaded changes nothing.
unsafe fn same<T: Scalar>(value: *const u8, base: *const u8) -> bool {
    // SAFETY: the table's contract: both are valid
    let (value, base) = unsafe { (&*value.cast::<Lazy<T>>(), &*base.cast::<Lazy<T>>()) };
    match (&value.value, &base.value) {
        (Some(value), Some(base)) => Arc::ptr_eq(value, base) || value.same(base),
        (value, _) => value.is_none(),
    }
}
unsafe fn read<T: Scalar>(value: *const u8, _: PhantomData<&()>) -> Value<'_> {
    // SAFETY: the table's contract: a valid `Lazy<T>` that lives for 'a
    unsafe { (*value.cast::<Lazy<T>>()).value.as_ref().map_or(Value::Null, |value| value.to_value()) }
}
unsafe fn init<T: Scalar>(place: *mut u8, value: Value<'_>) -> Result<(), ValueError> {
    let value = T::from_value(value)?;
    // SAFETY: the table's contract: room for a `Lazy<T>`
    unsafe { place.cast::<Lazy<T>>().write(Lazy::new(value)) };
    Ok(())
}
unsafe fn init_default<T: Scalar>(place: *mut u8) {
    // SAFETY: the table's contract: room for a `Lazy<T>`
    unsafe { place.cast::<Lazy<T>>().write(Lazy::unloaded()) }
}
struct Table<T>(PhantomData<T>);
impl<T: Scalar> Table<T> {
    const TABLE: FieldVTable = FieldVTable {
        kind: FieldKind::Lazy(T::COLUMN),
        nullable: T::NULLABLE,
        items: T::ITEMS,
        embedded: None,
        objects: None,
        column_type: T::column_type,
        sql: T::sql,
        clone: clone::<T>,
        drop: drop_in_place::<T>,
        needs_drop: true,
        // (it is loaded in place)
        plain: || false,
        size: size_of::<Lazy<T>>(),
        align: align_of::<Lazy<T>>(),
        same: same::<T>,
        read: read::<T>,
        init: init::<T>,
        init_default: Some(init_default::<T>),
    };
}
// SAFETY: the table's functions are those of `Lazy<T>`
unsafe impl<T: Scalar> Field for Lazy<T> {
    const VTABLE: &'static FieldVTable = &Table::<T>::TABLE;
}
impl<T: Scalar> PopulatableField for Lazy<T> {
    type View<S: 'static> = LoadedLazy<T>;
    fn view<'a, S: 'static>(&'a self, entity: &'static str, property: &'static str) -> &'a LoadedLazy<T> {
        assert!(
            self.is_loaded(),
            "{entity}.{property} is not loaded: a draft or an assignment replaced it by one that is not; use `.get()?` or `.load().await?`"
        );
        // SAFETY: transparent over a `Lazy<T>`
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
}
