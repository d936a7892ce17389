//! A place for tables, which several ORMs open one after the other.

use super::database::{Kind, execute, open, unique};
use mikro_orm::Orm;
use mikro_orm::metadata::EntityList;

/// A schema on a server, or a file of SQLite, without tables.
pub struct Place {
    /// Which driver.
    pub kind: Kind,
    name: String,
}

impl Place {
    pub async fn new(kind: Kind) -> Self {
        let name = match kind {
            Kind::Sqlite => std::env::temp_dir().join(unique() + ".db").to_str().expect("a name in UTF-8").to_owned(),
            Kind::Postgres => unique(),
        };
        let place = Place { kind, name };
        if kind == Kind::Postgres {
            place.run("create schema").await;
        }
        place
    }

    /// An ORM on it.
    pub async fn open(&self, entities: EntityList) -> Orm {
        open(self.kind, &self.name).entities(entities).build().await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub async fn end(self) {
        match self.kind {
            Kind::Sqlite => ["", "-wal", "-shm"].iter().for_each(|end| drop(std::fs::remove_file(format!("{}{end}", self.name)))),
            Kind::Postgres => self.run("drop schema if exists").await,
        }
    }

    async fn run(&self, what: &str) {
        let orm = self.open(mikro_orm::entities![super::super::entities::Author]).await;
        let after = if what.starts_with("drop") { " cascade" } else { "" };
        execute(&orm, &format!("{what} {}{after}", self.name)).await.unwrap();
        orm.close().await;
    }
}
