//! The synchronization primitives of the heap, in one place, so that a model checker's can take their place.

#[cfg(mikro_loom)]
pub use loom::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize};
#[cfg(mikro_loom)]
pub use loom::sync::{Arc, Mutex, MutexGuard};
#[cfg(not(mikro_loom))]
pub use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize};
#[cfg(not(mikro_loom))]
pub use std::sync::{Arc, Mutex, MutexGuard};

pub use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

/// Locks; a panic of another holder is no reason to fail, since no user code runs under the heap's locks.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The value of an atomic pointer that nobody else can reach.
pub fn owned<T>(pointer: &mut AtomicPtr<T>) -> *mut T {
    #[cfg(mikro_loom)]
    return pointer.with_mut(|p| *p);
    #[cfg(not(mikro_loom))]
    return *pointer.get_mut();
}
