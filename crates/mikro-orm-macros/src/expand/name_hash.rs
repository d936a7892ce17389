//! A field's name as a number, to be a const parameter: one entity's derive asks another's for a field by name.

/// FNV-1a. The same in every build.
pub fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
