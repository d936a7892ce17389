//! The heap's counted pointer, and all that is done with its count.

use super::Heap;
use super::sync::Arc;
use std::ops::Deref;

/// A heap, counted. References hold the same count without holding one of these: one word for the cell is all
/// that they have.
#[derive(Clone)]
pub(crate) struct HeapArc(Arc<Heap>);

impl HeapArc {
    pub(super) fn new(heap: Heap) -> Self {
        HeapArc(Arc::new(heap))
    }
    /// Whether both are the same heap.
    pub(crate) fn is(&self, other: &HeapArc) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
    /// The heap, as cells and arenas know it.
    pub(super) fn as_ptr(&self) -> *const Heap {
        Arc::as_ptr(&self.0)
    }
    /// The heap behind a pointer, counted.
    ///
    /// # Safety
    /// `heap` is from [`HeapArc::as_ptr`], and the heap is alive.
    pub(super) unsafe fn of(heap: *const Heap) -> Self {
        // SAFETY: as the caller says; the count that `from_raw` takes over is added here
        unsafe {
            Arc::increment_strong_count(heap);
            HeapArc(Arc::from_raw(heap))
        }
    }
    /// Adds a count that no `HeapArc` stands for.
    ///
    /// # Safety
    /// As [`HeapArc::of`].
    pub(super) unsafe fn count(heap: *const Heap) {
        // SAFETY: as the caller says
        unsafe { Arc::increment_strong_count(heap) }
    }
    /// Takes such a count away; with the last one the heap goes.
    ///
    /// # Safety
    /// As [`HeapArc::of`], and the caller gives up a count that it had.
    pub(super) unsafe fn discount(heap: *const Heap) {
        // SAFETY: as the caller says
        unsafe { Arc::decrement_strong_count(heap) }
    }
    /// The heap for the caller alone, when nobody else counts it. (There are no weak pointers to heaps.)
    pub(super) fn sole(&mut self) -> Option<&mut Heap> {
        Arc::get_mut(&mut self.0)
    }
}

impl Deref for HeapArc {
    type Target = Heap;
    fn deref(&self) -> &Heap {
        &self.0
    }
}
