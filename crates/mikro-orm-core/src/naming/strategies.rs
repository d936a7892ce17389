//! The strategies that come with the ORM.

use super::NamingStrategy;

/// Snake case, and foreign keys with the name of the target's key: `book_tag`, `author_id`. What is used when nothing else is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Underscore;

impl NamingStrategy for Underscore {}

/// Names as they are in Rust: the table `BookTag`, and the column `author` for a relation of that name.
#[derive(Debug, Clone, Copy, Default)]
pub struct EntityCase;

impl NamingStrategy for EntityCase {
    fn table(&self, entity: &str) -> String {
        entity.to_owned()
    }
    fn column(&self, property: &str) -> String {
        property.to_owned()
    }
    fn join_column(&self, property: &str, key_column: &str, composite: bool) -> String {
        joined(property.to_owned(), key_column, composite)
    }
    fn pivot_table(&self, owner_table: &str, property: &str) -> String {
        format!("{owner_table}_{property}")
    }
    /// `Article` -> `article`
    fn pivot_column(&self, table: &str, key_column: &str, composite: bool) -> String {
        let mut chars = table.chars();
        let name = chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect());
        joined(name, key_column, composite)
    }
}

/// Names as they are usual in MongoDB: the collection `book-tag`, and properties as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mongo;

impl NamingStrategy for Mongo {
    fn table(&self, entity: &str) -> String {
        super::snake_case(entity).replace('_', "-")
    }
    fn column(&self, property: &str) -> String {
        property.to_owned()
    }
    fn join_column(&self, property: &str, key_column: &str, composite: bool) -> String {
        joined(property.to_owned(), key_column, composite)
    }
    fn pivot_table(&self, owner_table: &str, property: &str) -> String {
        format!("{owner_table}-{}", self.table(property))
    }
    fn pivot_column(&self, table: &str, key_column: &str, composite: bool) -> String {
        joined(table.to_owned(), key_column, composite)
    }
}

/// The columns of a key with several need names of their own.
fn joined(name: String, key_column: &str, composite: bool) -> String {
    if composite { format!("{name}_{key_column}") } else { name }
}
