//! Texts by shape.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// The most texts that are kept. A program has as many shapes as it has queries in its source, times the few
/// list sizes; more means that shapes are made at run time, and then old ones are as good as new ones.
const CAPACITY: usize = 4096;

type Texts = HashMap<Box<[u8]>, Arc<str>, BuildHasherDefault<ShapeHasher>>;

/// Multiplies eight bytes at a time. Shapes come from programs and not from their users' input, so nobody chooses
/// them to collide.
#[derive(Default)]
struct ShapeHasher(u64);

impl Hasher for ShapeHasher {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            let mixed = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            self.0 = mixed ^ (mixed >> 32);
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// Statement texts by the bytes that describe their shape.
#[derive(Debug, Default)]
pub(crate) struct TextCache {
    texts: Mutex<Texts>,
}

impl TextCache {
    /// The text of a shape, built when it is not known yet.
    pub(crate) fn get_or_build<E>(&self, shape: &[u8], build: impl FnOnce() -> Result<String, E>) -> Result<Arc<str>, E> {
        if let Some(text) = self.lock().get(shape) {
            return Ok(Arc::clone(text));
        }
        // built without the lock: two tasks may build the same text, which is cheaper than having one wait
        let text: Arc<str> = build()?.into();
        let mut texts = self.lock();
        if texts.len() >= CAPACITY {
            texts.clear();
        }
        texts.insert(shape.into(), Arc::clone(&text));
        Ok(text)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Texts> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_built_once_and_errors_are_not_kept() {
        let cache = TextCache::default();
        let ok = |text: &str| Ok::<_, ()>(text.to_owned());
        assert_eq!(&*cache.get_or_build(b"a", || ok("one")).unwrap(), "one");
        assert_eq!(&*cache.get_or_build(b"a", || ok("two")).unwrap(), "one");
        assert!(cache.get_or_build(b"b", || Err(())).is_err());
        assert_eq!(&*cache.get_or_build(b"b", || ok("three")).unwrap(), "three");
    }

    #[test]
    fn shapes_made_at_run_time_do_not_fill_the_memory() {
        let cache = TextCache::default();
        for i in 0..2 * CAPACITY {
            cache.get_or_build(&i.to_le_bytes(), || Ok::<_, ()>(String::new())).unwrap();
        }
        assert!(cache.lock().len() <= CAPACITY);
    }
}
