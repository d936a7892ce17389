//! SQLite in a file, WAL, synchronous NORMAL.

use super::{Database, Outcome, Raw, orm};
use crate::rows::{AUTHORS, BOOKS_EACH, TAGS, WITH_BOOKS, author, book, tag, tags_of};
use mikro_orm::SqliteOptions;
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};

/// A folder that goes when the program ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("mikro-orm-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub async fn open(folder: &Folder) -> Outcome<Database> {
    let [raw_path, orm_path] = ["raw.db", "orm.db"].map(|name| folder.path().join(name));
    let orm = orm(SqliteOptions::new(&orm_path)).await?;
    orm.schema().create().await?;
    let mut raw = connect(&raw_path)?;
    for sql in orm.driver().schema().create().iter() {
        raw.execute_batch(&sql)?;
    }
    fill(&mut raw)?;
    fill(&mut connect(&orm_path)?)?;
    Ok(Database { name: "SQLite", raw: Raw::Sqlite(raw), orm })
}

fn connect(path: &Path) -> Outcome<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn fill(connection: &mut Connection) -> Outcome<()> {
    let transaction = connection.transaction()?;
    for author in (1..=AUTHORS).map(author) {
        transaction.prepare_cached("insert into author (id, name, email, age, bio) values (?, ?, ?, ?, ?)")?.execute(params![
            author.id,
            author.name,
            author.email,
            author.age,
            author.bio
        ])?;
    }
    for tag in (1..=TAGS).map(tag) {
        transaction.prepare_cached("insert into tag (id, name) values (?, ?)")?.execute(params![tag.id, tag.name])?;
    }
    for book in (1..=WITH_BOOKS * BOOKS_EACH).map(book) {
        let published_at = book.published_at.map(|at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
        transaction
            .prepare_cached("insert into book (id, title, author_id, price, published_at, pages) values (?, ?, ?, ?, ?, ?)")?
            .execute(params![book.id, book.title, book.author_id, book.price, published_at, book.pages])?;
        for tag in tags_of(book.id) {
            transaction
                .prepare_cached("insert into book_tags (book_id, tag_id) values (?, ?)")?
                .execute(params![book.id, tag])?;
        }
    }
    transaction.commit()?;
    connection.execute_batch("analyze; pragma wal_checkpoint(truncate)")?;
    Ok(())
}
