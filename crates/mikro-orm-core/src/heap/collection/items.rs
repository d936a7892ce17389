//! A collection's buffer: read without a lock while items are appended.

use crate::heap::any_ref::AnyRef;
use crate::heap::sync::{Acquire, AtomicUsize, Release};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// The header of a buffer; the items follow it. Items below `len` are never written (I3): an item is appended
/// behind them, or the whole buffer is replaced.
pub(super) struct Items {
    len: AtomicUsize,
    capacity: usize,
}

/// Where a buffer is.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::heap) struct ItemsPtr(pub(super) NonNull<Items>);

impl ItemsPtr {
    fn layout(capacity: usize) -> (Layout, usize) {
        let items = Layout::array::<AnyRef>(capacity).expect("a collection is far smaller than the address space");
        let (layout, offset) = Layout::new::<Items>().extend(items).expect("as above");
        (layout.pad_to_align(), offset)
    }
    /// A buffer with these items, and room for more.
    pub(super) fn new(items: impl ExactSizeIterator<Item = AnyRef>, capacity: usize) -> Self {
        let len = items.len();
        let capacity = capacity.max(len);
        let (layout, offset) = Self::layout(capacity);
        // SAFETY: the size is not zero: there is a header
        let memory = NonNull::new(unsafe { alloc(layout) }).unwrap_or_else(|| handle_alloc_error(layout));
        // SAFETY: room for a header, and for `capacity` items behind it
        unsafe {
            memory.cast::<Items>().write(Items { len: AtomicUsize::new(0), capacity });
            let first = memory.add(offset).cast::<AnyRef>();
            let mut written = 0;
            for (i, item) in items.take(capacity).enumerate() {
                first.add(i).write(item);
                written = i + 1;
            }
            memory.cast::<Items>().as_ref().len.store(written, Release);
        }
        ItemsPtr(memory.cast())
    }
    fn first(self) -> NonNull<AnyRef> {
        let offset = Self::layout(0).1;
        // SAFETY: the items follow the header within the same allocation
        unsafe { self.0.cast::<u8>().add(offset).cast() }
    }
    /// The items.
    ///
    /// # Safety
    /// The buffer lives for `'a`.
    pub(super) unsafe fn slice<'a>(self) -> &'a [AnyRef] {
        // SAFETY: items below `len` are initialized and never written
        unsafe { std::slice::from_raw_parts(self.first().as_ptr(), self.0.as_ref().len.load(Acquire)) }
    }
    /// Appends an item when there is room.
    ///
    /// # Safety
    /// The buffer lives, and nobody else appends.
    pub(super) unsafe fn push(self, item: AnyRef) -> Result<(), AnyRef> {
        // SAFETY: as the caller says
        unsafe {
            let header = self.0.as_ref();
            let len = header.len.load(Acquire);
            if len == header.capacity {
                return Err(item);
            }
            self.first().add(len).write(item);
            header.len.store(len + 1, Release);
        }
        Ok(())
    }
    /// Frees the buffer. Its items are uncounted (I2), so there is nothing in it to drop.
    ///
    /// # Safety
    /// Nobody reads it any more.
    pub(in crate::heap) unsafe fn free(self) {
        // SAFETY: allocated with this layout
        unsafe { dealloc(self.0.as_ptr().cast(), Self::layout(self.0.as_ref().capacity).0) };
    }
}
