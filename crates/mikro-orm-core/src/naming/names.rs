//! What a strategy says, in names that databases keep.

use super::{NameKind, NamingStrategy};

/// A strategy, whose names are cut where they are too long. Names of properties come as they are written in Rust.
#[derive(Clone, Copy)]
pub(crate) struct Names<'s>(pub &'s dyn NamingStrategy);

impl Names<'_> {
    pub fn table(self, entity: &str) -> String {
        bounded(self.0.table(plain(entity)))
    }
    pub fn column(self, property: &str) -> String {
        bounded(self.0.column(plain(property)))
    }
    pub fn join_column(self, property: &str, key_column: &str, composite: bool) -> String {
        bounded(self.0.join_column(plain(property), key_column, composite))
    }
    pub fn pivot_table(self, owner_table: &str, property: &str) -> String {
        bounded(self.0.pivot_table(owner_table, plain(property)))
    }
    pub fn pivot_column(self, table: &str, key_column: &str, composite: bool) -> String {
        bounded(self.0.pivot_column(table, key_column, composite))
    }
    pub fn constraint(self, table: &str, columns: &[&str], kind: NameKind) -> String {
        bounded(self.0.constraint(table, columns, kind))
    }
    pub fn alias(self, table: &str) -> String {
        let alias = self.0.alias(table);
        // (a number follows)
        if alias.is_empty() || alias.ends_with(|c: char| c.is_ascii_digit()) { format!("{alias}_") } else { alias }
    }
}

/// Without what makes a keyword a name.
fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}

/// The longest name that every database keeps as it is (PostgreSQL: 63 bytes, MySQL: 64 characters).
const LONGEST: usize = 63;

/// A name that is short enough: a longer one ends in a hash of all of it, so that two long names stay two.
fn bounded(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    // FNV-1a: names must not change from build to build, as std's hasher might
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mut end = LONGEST - 9;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash:08x}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::{NameKind, Names};
    use crate::naming::Underscore;

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let unique = |table: &str, column: &str| Names(&Underscore).constraint(table, &[column], NameKind::Unique);
        let (a, b) = (unique(&"t".repeat(60), "first"), unique(&"t".repeat(60), "second"));
        assert!(a.len() <= 63 && b.len() <= 63 && a != b, "{a} {b}");
        assert!(unique(&"ü".repeat(60), "x").len() <= 63);
        assert!(Names(&Underscore).table(&"Table".repeat(20)).len() <= 63);
    }
}
