//! How names in the database come from names in Rust.
//!
//! What an attribute says (`table = ".."`, `name = ".."`) is taken as it is; a [`NamingStrategy`] makes all others:
//! [`Underscore`] unless the builder of the ORM was given another one.
//!
//! ```no_run
//! use mikro_orm::naming::{NamingStrategy, snake_case};
//!
//! /// Tables of several applications in one database.
//! struct Prefixed;
//!
//! impl NamingStrategy for Prefixed {
//!     fn table(&self, entity: &str) -> String {
//!         format!("shop_{}", snake_case(entity))
//!     }
//! }
//! # use mikro_orm::prelude::*;
//! # #[derive(Entity)]
//! # pub struct BookTag { #[orm(primary)] pub id: i64 }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> mikro_orm::Result<()> {
//!
//! let orm = Orm::builder("sqlite::memory:").entities(entities![BookTag]).naming(Prefixed).build().await?;
//! assert!(orm.schema().create_sql().to_string().starts_with("create table `shop_book_tag`"));
//! # Ok(())
//! # }
//! ```

mod names;
mod strategies;

pub(crate) use names::Names;
pub use strategies::{EntityCase, Mongo, Underscore};

/// What a constraint or an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameKind {
    /// An index.
    Index,
    /// An index in which no two rows are equal.
    Unique,
    /// What refers to another table.
    ForeignKey,
    /// A condition that rows satisfy.
    Check,
    /// The primary key. (PostgreSQL's have a name.)
    PrimaryKey,
    /// The type of an enum's column. (PostgreSQL.)
    EnumType,
}

/// Makes the names that no attribute gives. Each method has what [`Underscore`] does as its default, so a strategy of an
/// application's own says what it does in another way, and nothing else.
///
/// Two entities that get one table, or two properties that get one column, are an error when the ORM is built. A name that
/// is longer than databases keep (63 bytes) is cut, and ends in a hash of the whole, so it does not have to be cut here.
pub trait NamingStrategy: Send + Sync {
    /// The table of an entity: `BookTag` -> `book_tag`.
    fn table(&self, entity: &str) -> String {
        snake_case(entity)
    }
    /// The column of a property: `title` -> `title`.
    fn column(&self, property: &str) -> String {
        snake_case(property)
    }
    /// The column of a relation that refers to this column of its target's key: `author`, `id` -> `author_id`. Where the key
    /// has several columns (`composite`), each needs a name of its own.
    fn join_column(&self, property: &str, key_column: &str, composite: bool) -> String {
        let _ = composite;
        format!("{}_{key_column}", snake_case(property))
    }
    /// The table between both sides of a many-to-many relation: `article`, `tags` -> `article_tags`.
    fn pivot_table(&self, owner_table: &str, property: &str) -> String {
        format!("{owner_table}_{}", snake_case(property))
    }
    /// The column of such a table that refers to this column of a side's key: `article`, `id` -> `article_id`. Where both sides
    /// are one entity, their tables come with a number: `person_1`, `person_2`.
    fn pivot_column(&self, table: &str, key_column: &str, composite: bool) -> String {
        let _ = composite;
        format!("{table}_{key_column}")
    }
    /// An index or a constraint of a table: `book_title_index`, `book_title_unique`, `book_author_id_foreign`,
    /// `book_price_check`, `book_pkey`; for the type of an enum, `book_genre`. A check of the whole table has no columns.
    fn constraint(&self, table: &str, columns: &[&str], kind: NameKind) -> String {
        let kind = match kind {
            NameKind::Index => "index",
            NameKind::Unique => "unique",
            NameKind::ForeignKey => "foreign",
            NameKind::Check => "check",
            // (whatever its columns: there is one)
            NameKind::PrimaryKey => return format!("{table}_pkey"),
            NameKind::EnumType => return format!("{table}_{}", columns.join("_")),
        };
        let mut parts = vec![table];
        parts.extend(columns);
        parts.push(kind);
        parts.join("_")
    }
    /// What a table's alias in a query begins with, before a number: `book` -> `b`.
    fn alias(&self, table: &str) -> String {
        table.chars().find(char::is_ascii_alphabetic).map_or('e', |c| c.to_ascii_lowercase()).to_string()
    }
}

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

#[cfg(test)]
mod tests {
    use super::snake_case;

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
