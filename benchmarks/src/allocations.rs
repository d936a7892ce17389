//! Counting what is allocated, with the feature `count`.

#[cfg(feature = "count")]
mod counting {
    use std::alloc::{GlobalAlloc, Layout, System};
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    pub static CALLS: AtomicU64 = AtomicU64::new(0);
    pub static BYTES: AtomicU64 = AtomicU64::new(0);

    struct Counting;

    // SAFETY: the system's allocator, with counters
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            CALLS.fetch_add(1, Relaxed);
            BYTES.fetch_add(layout.size() as u64, Relaxed);
            // SAFETY: the caller's
            unsafe { System.alloc(layout) }
        }
        unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
            BYTES.fetch_sub(layout.size() as u64, Relaxed);
            // SAFETY: the caller's
            unsafe { System.dealloc(memory, layout) }
        }
        unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            CALLS.fetch_add(1, Relaxed);
            BYTES.fetch_add(size as u64, Relaxed);
            BYTES.fetch_sub(layout.size() as u64, Relaxed);
            // SAFETY: the caller's
            unsafe { System.realloc(memory, layout, size) }
        }
    }

    #[global_allocator]
    static ALLOCATOR: Counting = Counting;
}

/// Whether this program counts.
pub const COUNTED: bool = cfg!(feature = "count");

/// How often memory was allocated.
pub fn calls() -> u64 {
    #[cfg(feature = "count")]
    return counting::CALLS.load(std::sync::atomic::Ordering::Relaxed);
    #[cfg(not(feature = "count"))]
    return 0;
}

/// How many bytes are allocated now.
pub fn bytes() -> u64 {
    #[cfg(feature = "count")]
    return counting::BYTES.load(std::sync::atomic::Ordering::Relaxed);
    #[cfg(not(feature = "count"))]
    return 0;
}
