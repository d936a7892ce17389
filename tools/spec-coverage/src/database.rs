//! The databases of the table, and for which of them a test counts.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Database {
    Sqlite,
    Postgres,
    Mysql,
    Mongodb,
}

/// The columns of the table, in order.
pub const DATABASES: [Database; 4] = [Database::Sqlite, Database::Postgres, Database::Mysql, Database::Mongodb];

/// What `tests/suite` runs on. A driver that joins the suite is added here.
pub const SUITE_DATABASES: &[Database] = &[Database::Sqlite, Database::Postgres];

/// What the examples run on when nothing else is asked for.
pub const EXAMPLE_DATABASES: &[Database] = &[Database::Sqlite];

impl Database {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mongodb => "mongodb",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        DATABASES.into_iter().find(|database| database.name() == name)
    }

    /// The databases that a test in this file counts for, unless its spec line names others.
    pub fn of_file(path: &str) -> Vec<Self> {
        if path.starts_with("tests/suite/") {
            return SUITE_DATABASES.to_vec();
        }
        if path.starts_with("examples/") {
            return EXAMPLE_DATABASES.to_vec();
        }
        let driver = path.strip_prefix("crates/mikro-orm-").and_then(|rest| rest.split('/').next()).and_then(Self::parse);
        match driver {
            Some(database) => vec![database],
            // the heap, the macros, what does not compile: no database is involved
            None => DATABASES.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_says_the_database() {
        assert_eq!(Database::of_file("tests/suite/src/find.rs"), SUITE_DATABASES);
        assert_eq!(Database::of_file("examples/blog/src/main.rs"), EXAMPLE_DATABASES);
        assert_eq!(Database::of_file("crates/mikro-orm-sqlite/src/value.rs"), [Database::Sqlite]);
        assert_eq!(Database::of_file("crates/mikro-orm-postgres/tests/pool.rs"), [Database::Postgres]);
        assert_eq!(Database::of_file("crates/mikro-orm-core/tests/heap.rs"), DATABASES);
        assert_eq!(Database::of_file("crates/mikro-orm/tests/ui/unpopulated.rs"), DATABASES);
    }
}
