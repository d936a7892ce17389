//! Drafts: the next version of an entity, while it is written.

use super::any_ref::AnyRef;
use super::reference::Ref;
use super::{Heap, values};
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
    /// An owned `T` from `values::allocate`; null when it was published or discarded.
    draft: Pointer<*mut T>,
    _not_send: PhantomData<dyn DraftHeldAcrossAwait>,
}

thread_local! {
    /// The drafts that are open on this thread: whose heap, and the entity's name.
    static OPEN: RefCell<Vec<(*const Heap, &'static str)>> = const { RefCell::new(Vec::new()) };
}

/// The name of an entity of this heap that has a draft open on this thread.
pub(crate) fn open_draft(heap: &Heap) -> Option<&'static str> {
    OPEN.with_borrow(|open| open.iter().find(|(of, _)| std::ptr::eq(*of, heap)).map(|(_, name)| *name))
}

impl<'a, T: Entity> Edit<'a, T> {
    pub(super) fn new(handle: &'a Ref<T>) -> Self {
        let handle = handle.as_any();
        let base = handle.view().expect("a handle is made of loaded entities").ptr();
        let room = values::allocate(T::descriptor());
        let room_guard = Room { room, descriptor: T::descriptor() };
        // SAFETY: a published version of a `T` into room for one; should a `clone` panic, the guard frees the room
        unsafe { values::fork(T::descriptor(), base.as_ptr(), room) };
        std::mem::forget(room_guard);
        OPEN.with_borrow_mut(|open| open.push((handle.heap_ptr(), T::NAME)));
        Edit { handle, base: Pointer(base), draft: Pointer(room.cast()), _not_send: PhantomData }
    }

    /// Lets the draft go without publishing it.
    pub fn discard(mut self) {
        self.discard_now();
    }

    fn discard_now(&mut self) {
        let draft = std::mem::replace(&mut self.draft.0, std::ptr::null_mut());
        if !draft.is_null() {
            // SAFETY: an owned `T` from `allocate`
            unsafe { values::discard(T::descriptor(), draft.cast()) };
        }
    }

    fn close(&self) {
        OPEN.with_borrow_mut(|open| {
            if let Some(at) = open.iter().rposition(|(of, name)| std::ptr::eq(*of, self.handle.heap_ptr()) && *name == T::NAME) {
                open.remove(at);
            }
        });
    }
}

/// Frees room whose value could not be completed.
struct Room {
    room: *mut u8,
    descriptor: &'static crate::entity::EntityDescriptor,
}
impl Drop for Room {
    fn drop(&mut self) {
        // SAFETY: from `allocate`, with nothing in it that needs dropping
        unsafe { values::deallocate(self.descriptor, self.room) };
    }
}

impl<T: Entity> Deref for Edit<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: an owned `T`; only `discard` and `drop` take it, and nobody calls this after them
        unsafe { &*self.draft.0 }
    }
}
impl<T: Entity> DerefMut for Edit<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and `&mut self`
        unsafe { &mut *self.draft.0 }
    }
}

impl<T: Entity> Drop for Edit<'_, T> {
    /// Publishes the draft, or discards it when the thread panics: half an edit is none.
    fn drop(&mut self) {
        self.close();
        if std::thread::panicking() {
            self.discard_now();
            return;
        }
        let draft = std::mem::replace(&mut self.draft.0, std::ptr::null_mut());
        if !draft.is_null() {
            // SAFETY: an owned `T` from `allocate`; `base` is a version of the handle's cell
            unsafe { self.handle.publish(draft.cast(), self.base.0) };
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
