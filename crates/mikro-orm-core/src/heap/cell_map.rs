//! Maps and sets of entities, by where their cells are.

use super::any_ref::AnyRef;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes where a cell is: cells do not move, and nobody outside chooses their addresses.
#[derive(Default)]
pub(crate) struct CellHasher(u64);

impl Hasher for CellHasher {
    fn write_usize(&mut self, address: usize) {
        // Fibonacci hashing: tables take their bits from both ends
        let mixed = (address as u64 ^ self.0).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) type CellMap<V> = HashMap<AnyRef, V, BuildHasherDefault<CellHasher>>;
pub(crate) type CellSet = HashSet<AnyRef, BuildHasherDefault<CellHasher>>;
