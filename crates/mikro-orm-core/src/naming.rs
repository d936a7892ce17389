//! How names in the database come from names in Rust.

/// `AuthorDetail` -> `author_detail`, `HTTPServer` -> `http_server`.
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if c.is_uppercase() {
            let after_lower = i > 0 && !chars[i - 1].is_uppercase() && chars[i - 1] != '_';
            let before_lower = i > 0 && chars[i - 1] != '_' && chars.get(i + 1).is_some_and(|next| next.is_lowercase());
            if after_lower || before_lower {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// The foreign key column of a to-one relation: `author` -> `author_id`.
pub fn join_column(property: &str, target_key_column: &str) -> String {
    format!("{property}_{target_key_column}")
}

/// The name of a unique constraint over a column: `author_email_unique`.
pub fn unique(table: &str, column: &str) -> String {
    bounded(format!("{table}_{column}_unique"))
}

/// The name of an index over a column: `book_title_index`.
pub fn index(table: &str, column: &str) -> String {
    bounded(format!("{table}_{column}_index"))
}

/// The name of a check constraint: `book_price_check`, or `book_check` when it is the whole table's.
pub fn check(table: &str, column: Option<&str>) -> String {
    bounded(column.map_or_else(|| format!("{table}_check"), |column| format!("{table}_{column}_check")))
}

/// The name of a foreign key constraint: `book_author_id_foreign`.
pub fn foreign_key(table: &str, column: &str) -> String {
    bounded(format!("{table}_{column}_foreign"))
}

/// The table between both sides of a many-to-many relation: `book_tags`.
pub fn pivot(owner_table: &str, property: &str) -> String {
    bounded(format!("{owner_table}_{}", property.trim_start_matches("r#")))
}

/// A name that is made at run time, as one that lasts: each is kept once, and there are as many as a model has.
pub(crate) fn intern(name: &str) -> &'static str {
    static NAMES: std::sync::Mutex<std::collections::BTreeSet<&'static str>> =
        std::sync::Mutex::new(std::collections::BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    kept
}

/// The longest name that every database keeps as it is (PostgreSQL: 63 bytes, MySQL: 64 characters).
const LONGEST: usize = 63;

/// A name that is short enough: a longer one ends in a hash of all of it, so that two long names stay two.
pub(crate) fn bounded(name: String) -> String {
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
    use super::{snake_case, unique};

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let (a, b) = (unique(&"t".repeat(60), "first"), unique(&"t".repeat(60), "second"));
        assert!(a.len() <= 63 && b.len() <= 63 && a != b, "{a} {b}");
        assert!(unique(&"ü".repeat(60), "x").len() <= 63);
    }

    #[test]
    fn snake_case_splits_words_and_keeps_acronyms_together() {
        for (name, expected) in [
            ("Author", "author"),
            ("AuthorDetail", "author_detail"),
            ("HTTPServer", "http_server"),
            ("Book2", "book2"),
            ("A", "a"),
            ("already_snake", "already_snake"),
        ] {
            assert_eq!(snake_case(name), expected);
        }
    }
}
