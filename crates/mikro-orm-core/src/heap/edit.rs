//! Drafts: the next version of an entity, while it is written.

use super::Heap;
use super::any_ref::AnyRef;
use super::reference::Ref;
use super::values::Draft;
use crate::entity::Entity;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// What makes a draft not `Send`: a type whose name is in the compiler's message when a draft is held across
/// an `.await` of a spawned task.
trait DraftHeldAcrossAwait {}

/// A pointer that is no reason against `Send`, so that the reason above is the only one.
struct Pointer<P>(P);
// SAFETY: `Edit` is not `Send`, and nobody else has these
unsafe impl<P> Send for Pointer<P> {}

/// A draft of an entity's next version; see [`Loaded::edit`](crate::Loaded::edit).
pub struct Edit<'a, T: Entity> {
    handle: &'a AnyRef,
    base: Pointer<NonNull<u8>>,
    /// A `T`, until it is published or discarded.
    draft: Pointer<Option<Draft>>,
    /// The thread was panicking when the draft was made: then a panic says nothing about the draft.
    in_panic: bool,
    entity: PhantomData<T>,
    _not_send: PhantomData<dyn DraftHeldAcrossAwait>,
}

thread_local! {
    /// The drafts that are open on this thread: whose heap (by its id, since a draft that is forgotten stays here
    /// and its heap's address may be another's by then), and the entity's name.
    static OPEN: RefCell<Vec<(u64, &'static str)>> = const { RefCell::new(Vec::new()) };
}

/// The name of an entity of this heap that has a draft open on this thread.
pub(crate) fn open_draft(heap: &Heap) -> Option<&'static str> {
    OPEN.with_borrow(|open| open.iter().find(|(of, _)| *of == heap.id).map(|(_, name)| *name))
}

impl<'a, T: Entity> Edit<'a, T> {
    pub(super) fn new(handle: &'a Ref<T>) -> Self {
        let handle = handle.as_any();
        let (base, draft) = open(handle);
        Edit {
            handle,
            base: Pointer(base),
            draft: Pointer(Some(draft)),
            in_panic: std::thread::panicking(),
            entity: PhantomData,
            _not_send: PhantomData,
        }
    }

    /// Lets the draft go without publishing it.
    pub fn discard(mut self) {
        self.draft.0 = None;
    }

    fn value(&self) -> *mut T {
        self.draft.0.as_ref().expect("a draft is there until its guard goes").as_ptr().cast()
    }
}

// what does not need the type is compiled once, and not for every entity

/// A draft of an entity's current version, noted as open.
fn open(handle: &AnyRef) -> (NonNull<u8>, Draft) {
    let base = handle.view().expect("a handle is made of loaded entities").ptr();
    // SAFETY: a published version of an entity of this type
    let draft = unsafe { Draft::fork(handle.descriptor(), base.as_ptr()) };
    OPEN.with_borrow_mut(|open| open.push((handle.heap().id, handle.name())));
    (base, draft)
}

/// Notes that a draft is no longer open.
fn close(handle: &AnyRef) {
    // (an edit may outlive this thread's locals: then nobody asks for open drafts any more)
    let _ = OPEN.try_with(|open| {
        let mut open = open.borrow_mut();
        if let Some(at) = open.iter().rposition(|(of, name)| *of == handle.heap().id && *name == handle.name()) {
            open.remove(at);
        }
    });
}

impl<T: Entity> Deref for Edit<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: an owned `T`
        unsafe { &*self.value() }
    }
}
impl<T: Entity> DerefMut for Edit<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: an owned `T`, and `&mut self`
        unsafe { &mut *self.value() }
    }
}

impl<T: Entity> Drop for Edit<'_, T> {
    /// Publishes the draft, or discards it when the thread panics: half an edit is none.
    fn drop(&mut self) {
        close(self.handle);
        let draft = self.draft.0.take();
        if std::thread::panicking() && !self.in_panic {
            return;
        }
        if let Some(draft) = draft {
            // SAFETY: a draft of a `T`; `base` is a version of the handle's cell
            unsafe { self.handle.publish(draft, self.base.0) };
        }
    }
}

/// What the closure of [`Loaded::edit_with`](crate::Loaded::edit_with) may give: nothing, or a `Result`.
pub trait EditOutcome {
    /// Whether the edit is published.
    fn publishes(&self) -> bool;
}
impl EditOutcome for () {
    fn publishes(&self) -> bool {
        true
    }
}
impl<T, E> EditOutcome for Result<T, E> {
    fn publishes(&self) -> bool {
        self.is_ok()
    }
}
