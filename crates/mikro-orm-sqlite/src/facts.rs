//! What must be known about a table before keys of inserted rows may be computed.

use mikro_orm_core::metadata::{EntityId, EntityMetadata};
use rusqlite::Connection;
use std::collections::HashMap;

/// What was found out about tables, for one version of the schema.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    schema_version: i64,
    /// Whether the version was compared in this transaction.
    checked: bool,
    consecutive_keys: HashMap<EntityId, bool>,
}

impl Facts {
    /// To be called when others may have changed the schema: at the start of a transaction.
    pub(crate) fn recheck(&mut self) {
        self.checked = false;
    }

    /// To be called when a statement of the user's may have changed the schema (temporary triggers do not
    /// change its version).
    pub(crate) fn forget(&mut self) {
        self.consecutive_keys.clear();
        self.checked = false;
    }

    /// Whether the keys of rows that one statement inserts are consecutive, and the last is `last_insert_rowid`.
    ///
    /// So it is where the key was declared `autoincrement` (without it, keys are chosen at random once the
    /// largest was used) and no trigger inserts rows in between (any trigger counts).
    pub(crate) fn consecutive_keys(&mut self, connection: &Connection, entity: &EntityMetadata) -> rusqlite::Result<bool> {
        if !self.checked {
            let version = connection.prepare_cached("pragma schema_version")?.query_row([], |row| row.get(0))?;
            if version != self.schema_version {
                self.consecutive_keys.clear();
                self.schema_version = version;
            }
            self.checked = true;
        }
        if let Some(known) = self.consecutive_keys.get(&entity.id) {
            return Ok(*known);
        }
        let found = look(connection, &entity.qualified_table())?;
        self.consecutive_keys.insert(entity.id, found);
        Ok(found)
    }
}

fn look(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(
        "select (select sql from main.sqlite_master where type = 'table' and name = ?1 collate nocase), \
         exists (select 1 from main.sqlite_master where type = 'trigger' and tbl_name = ?1 collate nocase) \
         or exists (select 1 from temp.sqlite_master where tbl_name = ?1 collate nocase)",
    )?;
    statement.query_row([table], |row| {
        let sql: Option<String> = row.get(0)?;
        let trigger_or_temporary: bool = row.get(1)?;
        Ok(!trigger_or_temporary && sql.is_some_and(|sql| declares_autoincrement(&sql)))
    })
}

/// Whether `autoincrement` (a reserved word) is in the text, outside of quotes and comments.
fn declares_autoincrement(sql: &str) -> bool {
    let mut rest = sql;
    loop {
        let Some(first) = rest.chars().next() else { return false };
        let skipped = match rest.as_bytes() {
            [b'-', b'-', ..] => rest.find('\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            [quote @ (b'\'' | b'"' | b'`'), ..] => rest[1..].find(char::from(*quote)).map_or(rest.len(), |end| end + 2),
            [b'[', ..] => rest.find(']').map_or(rest.len(), |end| end + 1),
            _ if first.is_alphanumeric() || first == '_' => {
                let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                if rest[..word].eq_ignore_ascii_case("autoincrement") {
                    return true;
                }
                word
            }
            _ => first.len_utf8(),
        };
        rest = &rest[skipped..];
    }
}

#[cfg(test)]
mod tests {
    use super::declares_autoincrement;

    #[test]
    fn the_word_counts_only_outside_of_quotes_and_comments() {
        for sql in [
            "create table `a` (`id` integer not null primary key autoincrement, `b` text)",
            "CREATE TABLE a(id INTEGER PRIMARY KEY/* */AUTOINCREMENT)",
            "create table 'it''s' (id integer primary key autoincrement)",
        ] {
            assert!(declares_autoincrement(sql), "{sql}");
        }
        for sql in [
            "create table a (id integer primary key)",
            "create table autoincrements (id integer primary key)",
            "create table `autoincrement` (id integer primary key, \"autoincrement\" text default 'autoincrement')",
            "create table a (id integer primary key, [autoincrement] text) -- autoincrement",
            "create table a (id integer /* autoincrement */ primary key)",
            "create table a (b text default 'unterminated autoincrement",
            "é",
            "",
        ] {
            assert!(!declares_autoincrement(sql), "{sql}");
        }
    }
}
