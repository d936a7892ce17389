//! Entities by what they are known by: mostly their Rust types.

use super::types::EntityId;
use crate::entity::IdentityKey;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Takes a type's id as it is: the compiler made it by hashing.
#[derive(Default)]
pub(crate) struct TypeHasher(u64);

impl Hasher for TypeHasher {
    fn write_u64(&mut self, part: u64) {
        self.0 ^= part;
    }
    fn write(&mut self, bytes: &[u8]) {
        // (should an id be hashed in another way some day)
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) type ByType = HashMap<IdentityKey, EntityId, BuildHasherDefault<TypeHasher>>;
