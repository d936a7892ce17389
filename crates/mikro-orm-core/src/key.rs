//! Primary keys in database form: what identity maps hash and compare.

use crate::value::Value;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// A primary key, in the form in which the identity map knows it.
///
/// Keys are compared in database form, never by the user's `Eq` or `Hash`: user code must not run while
/// the identity map is locked.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// An integer.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// A UUID.
    Uuid([u8; 16]),
    /// Text.
    Text(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A key of several columns, in their order; none of them is a row.
    Row(Box<[Key]>),
}

impl Key {
    /// The key that a database value stands for; `None` for null and for kinds that can't be keys (floats, JSON).
    pub fn from_value(value: &Value<'_>) -> Option<Key> {
        Some(match value {
            Value::Int(v) => Key::Int(*v),
            Value::UInt(v) => i64::try_from(*v).map_or(Key::UInt(*v), Key::Int),
            Value::Uuid(v) => Key::Uuid(*v),
            Value::Text(v) => Key::Text(v.as_ref().into()),
            Value::Bytes(v) => Key::Bytes(v.as_ref().into()),
            Value::Decimal(v) => Key::Text(v.as_ref().into()),
            Value::Bool(v) => Key::Int(i64::from(*v)),
            Value::DateTime(v) | Value::Time(v) => Key::Int(*v),
            Value::Date(v) => Key::Int(i64::from(*v)),
            Value::Row(parts) => Key::from_parts(parts.iter().map(Key::from_value))?,
            Value::Null | Value::Float(_) | Value::Double(_) | Value::Json(_) | Value::Array(_) => return None,
        })
    }

    /// The key as a parameter.
    pub fn to_value(&self) -> Value<'_> {
        match self {
            Key::Int(v) => Value::Int(*v),
            Key::UInt(v) => Value::UInt(*v),
            Key::Uuid(v) => Value::Uuid(*v),
            Key::Text(v) => Value::Text((&**v).into()),
            Key::Bytes(v) => Value::Bytes((&**v).into()),
            Key::Row(parts) => Value::Row(parts.iter().map(Key::to_value).collect()),
        }
    }

    /// The key of these parts, which may be keys of several columns themselves; `None` when one of them is missing.
    pub fn from_parts(parts: impl Iterator<Item = Option<Key>>) -> Option<Key> {
        let mut row = Vec::with_capacity(parts.size_hint().0);
        for part in parts {
            match part? {
                Key::Row(parts) => row.extend(parts),
                part => row.push(part),
            }
        }
        Some(if row.len() == 1 { row.remove(0) } else { Key::Row(row.into()) })
    }

    /// The key's columns.
    pub fn parts(&self) -> &[Key] {
        match self {
            Key::Row(parts) => parts,
            key => std::slice::from_ref(key),
        }
    }

    /// The value of one of the key's columns; null when it has fewer.
    pub fn part(&self, part: usize) -> Value<'_> {
        self.parts().get(part).map_or(Value::Null, Key::to_value)
    }

    /// A hash that is cheap for integers (a multiplication), where most keys are.
    pub fn fast_hash(&self) -> u64 {
        match self {
            Key::Int(v) => mix(*v as u64),
            Key::UInt(v) => mix(*v),
            other => {
                let mut hasher = std::hash::DefaultHasher::new();
                match other {
                    Key::Uuid(v) => v.hash(&mut hasher),
                    Key::Text(v) => v.hash(&mut hasher),
                    Key::Bytes(v) => v.hash(&mut hasher),
                    Key::Row(parts) => {
                        return parts.iter().fold(0, |hash: u64, part| mix(hash.rotate_left(5) ^ part.fast_hash()));
                    }
                    Key::Int(_) | Key::UInt(_) => {}
                }
                hasher.finish()
            }
        }
    }
}

/// Fibonacci hashing with a fold, so that the high bits (which `hashbrown` tags with) depend on all bits.
fn mix(v: u64) -> u64 {
    let h = v.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    h ^ (h >> 32)
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.fast_hash());
    }
}

/// Takes the hash that a key has of itself: what identity maps find rows by is good enough for other tables of keys.
#[derive(Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) type KeyMap<V> = HashMap<Key, V, BuildHasherDefault<KeyHasher>>;
pub(crate) type KeySet = HashSet<Key, BuildHasherDefault<KeyHasher>>;

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Int(v) => v.fmt(f),
            Key::UInt(v) => v.fmt(f),
            Key::Text(v) => write!(f, "'{v}'"),
            Key::Uuid(v) => {
                for (i, byte) in v.iter().enumerate() {
                    if matches!(i, 4 | 6 | 8 | 10) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
            Key::Row(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    write!(f, "{}{part}", if i == 0 { "(" } else { ", " })?;
                }
                f.write_str(")")
            }
            Key::Bytes(v) => v.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
