//! Handles to entities that are loaded.

use super::any_ref::AnyRef;
use super::edit::{Edit, EditOutcome};
use super::reference::Ref;
use crate::entity::{Entity, EntityDescriptor};
use crate::key::Key;
use crate::query::IntoAssigns;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A handle to an entity whose row is loaded (or that is new). It derefs to the entity: no lock, no guard.
///
/// `P` says which of its relations are known to be loaded; `Loaded<Book>` knows of none. Handles with
/// different states do not coerce: take `&Loaded<Book, impl Has<book::author>>`, or [`Loaded::plain`].
///
/// Clones are handles to the same entity. What is read through a handle stays valid while it is borrowed, and
/// is the version that was current then; the next deref sees edits that were made since.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let book: Loaded<Book> = em.find_one_or_fail::<Book>(1).await?;
/// let with_author: LoadedWith<Book, book::author> = em.populate(&book, Book::author).await?;
/// assert_eq!(byline(&with_author), "Oaths by Jon Snow");
/// assert_eq!(book, with_author); // the same entity
/// assert_eq!(with_author.plain().title, "Oaths");
///
/// // a function says what it needs, and takes handles that know at least that
/// fn byline(book: &Loaded<Book, impl Has<book::author>>) -> String {
///     format!("{} by {}", book.title, book[Book::author].name)
/// }
/// # Ok(())
/// # }
/// ```
#[repr(transparent)]
pub struct Loaded<T: Entity, P = <T as Entity>::Unpopulated> {
    reference: Ref<T>,
    state: PhantomData<fn() -> P>,
}

/// Panics unless all can be handles to such entities. (Once for all entities: what is generic is compiled for each.)
fn check_all(found: &[AnyRef], descriptor: &'static EntityDescriptor) {
    for any in found {
        assert!(any.is_a(descriptor), "a reference to {} was taken for one to {}", any.name(), descriptor.name);
        assert!(any.is_initialized(), "a handle is made of loaded entities");
    }
}

impl<T: Entity, P> Loaded<T, P> {
    /// A handle with a state; the caller has loaded what the state says.
    ///
    /// # Panics
    /// When the entity is not loaded.
    pub(crate) fn from_any(any: AnyRef) -> Self {
        assert!(any.is_initialized(), "a handle is made of loaded entities");
        Loaded { reference: Ref::from_any(any), state: PhantomData }
    }
    /// As [`Loaded::from_any`], for each: the list itself becomes one of handles.
    ///
    /// # Panics
    /// When an entity is not loaded.
    pub(crate) fn from_all(found: Vec<AnyRef>) -> Vec<Self> {
        check_all(&found, T::descriptor());
        let mut found = std::mem::ManuallyDrop::new(found);
        // SAFETY: a handle is transparent over a `Ref`, and that over an `AnyRef`; they are of loaded `T`s; the list is
        // taken over
        unsafe { Vec::from_raw_parts(found.as_mut_ptr().cast(), found.len(), found.capacity()) }
    }
    /// The handle that a reference is, when it is one to a loaded `T`.
    pub(crate) fn of_any(any: &AnyRef) -> Option<&Self> {
        let is_handle = any.is_a(T::descriptor()) && any.is_initialized();
        // SAFETY: a handle is transparent over a `Ref`, and that over an `AnyRef`; this one is of a loaded `T`
        is_handle.then(|| unsafe { &*std::ptr::from_ref(any).cast() })
    }
    /// The version that the database has.
    pub(crate) fn stored(&self) -> Option<&T> {
        let version = self.as_ref_any().snapshot_view()?.ptr();
        // SAFETY: as for `deref`: a published version, which lives while the heap is held
        Some(unsafe { version.cast::<T>().as_ref() })
    }
    pub(crate) fn as_ref_any(&self) -> &AnyRef {
        self.reference.as_any()
    }

    /// The entity as a reference.
    pub fn to_ref(&self) -> Ref<T> {
        self.reference.clone()
    }
    /// The entity as a reference, borrowed.
    pub fn reference(&self) -> &Ref<T> {
        &self.reference
    }

    /// The same handle, with nothing known about its relations: the common type of handles in different states.
    pub fn plain(&self) -> &Loaded<T> {
        // SAFETY: transparent over a `Ref` whatever the state
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
    /// The same handle, owned, with nothing known about its relations.
    pub fn into_plain(self) -> Loaded<T> {
        Loaded { reference: self.reference, state: PhantomData }
    }

    /// The key; `None` while the entity was not flushed and the database generates it.
    pub fn id(&self) -> Option<T::Key> {
        self.reference.id()
    }
    pub(crate) fn key(&self) -> Option<Key> {
        self.reference.key()
    }

    /// Whether the entity has no row in the database yet.
    pub fn is_new(&self) -> bool {
        self.as_ref_any().is_new()
    }

    /// Whether both handles are of the same entity of the same entity manager.
    pub fn is_same<Q>(&self, other: &Loaded<T, Q>) -> bool {
        self.as_ref_any() == other.as_ref_any()
    }

    /// A draft of the entity's next version: `book.edit().title = "Vows".into()`.
    ///
    /// When the guard goes, the fields that differ from what the draft was made of become the entity's, and the
    /// next flush stores them. Edits of other fields that were published meanwhile stay; of two drafts of the
    /// same field the later wins. Readers see the version before until then. A draft can't be held across
    /// `.await` in a spawned task, and a flush while one is open on the same thread is an error.
    ///
    /// For several fields, [`Loaded::edit_with`] copies the entity once.
    ///
    /// A relation takes a reference: `book.edit().editor = Some(arya.to_ref())`, `em.reference(2)`, or that of a new entity,
    /// `em.create(Author::builder()..).to_ref()` (a builder's setters take builders, a draft's fields are what the struct says).
    /// It takes an entity of another entity manager by its key: what it was changed to there is that one's to store. One
    /// that is new there is an error of the next flush. When this entity's own entity manager is gone or was cleared, nothing
    /// stores the edit, which is logged as a warning ([`Loaded::assign`] gives an error).
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let book = em.find_one_or_fail::<Book>(1).await?;
    /// book.edit().title = "Vows".into();
    /// assert_eq!(book.title, "Vows");
    ///
    /// let refused = book.edit_with(|draft| {
    ///     draft.pages += 1000;
    ///     draft.title = "A long book".into();
    ///     if draft.pages > 900 { Err("too long") } else { Ok(()) }
    /// });
    /// assert_eq!((refused, book.title.as_str()), (Err("too long"), "Vows"));
    /// em.flush().await?; // update `book` set `title` = 'Vows' where `id` = 1
    /// # Ok(())
    /// # }
    /// ```
    pub fn edit(&self) -> Edit<'_, T> {
        Edit::new(&self.reference)
    }

    /// Edits several fields at once: `book.edit_with(|b| { b.title = "Vows".into(); b.pages = 300; })`.
    ///
    /// When the closure gives an `Err`, or panics, nothing is published.
    pub fn edit_with<R: EditOutcome>(&self, edit: impl FnOnce(&mut T) -> R) -> R {
        let mut draft = self.edit();
        let outcome = edit(&mut draft);
        if !outcome.publishes() {
            draft.discard();
        }
        outcome
    }

    /// Sets properties by typed assignments: `book.assign((Book::title.set("Vows"), Book::pages.set(300)))`.
    ///
    /// # Errors
    /// As [`Ref::assign`].
    pub fn assign(&self, values: impl IntoAssigns<T>) -> crate::Result<()> {
        self.reference.assign(values)
    }
}

impl<T: Entity, P> Deref for Loaded<T, P> {
    type Target = T;
    fn deref(&self) -> &T {
        let version = self.as_ref_any().view().expect("a handle is made of loaded entities").ptr();
        // SAFETY: the cell's versions are `T`s; a published one is never written (I3), and lives while the heap is
        // held, which this handle does (I1, or I2 through whoever lends it)
        unsafe { version.cast::<T>().as_ref() }
    }
}
impl<T: Entity, P> Clone for Loaded<T, P> {
    fn clone(&self) -> Self {
        Loaded { reference: self.reference.clone(), state: PhantomData }
    }
}
impl<T: Entity, P> AsRef<Loaded<T>> for Loaded<T, P> {
    fn as_ref(&self) -> &Loaded<T> {
        self.plain()
    }
}
impl<T: Entity, P, Q> PartialEq<Loaded<T, Q>> for Loaded<T, P> {
    /// Whether both are of the same entity of the same entity manager (not whether their fields are equal).
    fn eq(&self, other: &Loaded<T, Q>) -> bool {
        self.is_same(other)
    }
}
impl<T: Entity, P> Eq for Loaded<T, P> {}
impl<T: Entity, P> std::hash::Hash for Loaded<T, P> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.reference.hash(state);
    }
}
impl<T: Entity, P> fmt::Debug for Loaded<T, P> {
    /// The entity as the log shows it: hidden values masked, references as `(Author) { id: 1 }`, cycles cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::debug::entity(self.as_ref_any(), f)
    }
}
