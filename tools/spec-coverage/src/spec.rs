//! The rows of `docs/spec`: `- **S001** text`, `- **S017** n/a: reason`, `- **Y289** (mongodb) text`.

use std::collections::BTreeMap;

use crate::database::Database;
use crate::error::SourceError;
use crate::row::RowId;
use crate::source::Source;

/// What a row says about where it applies.
#[derive(Debug, PartialEq, Eq)]
pub enum Applies {
    Everywhere,
    /// Only to these databases: their names in brackets before the text.
    Only(Vec<Database>),
    /// Nowhere, because Rust has no such thing; with the reason.
    Nowhere(String),
}

pub type Rows = BTreeMap<RowId, Applies>;

pub fn rows(files: &[Source]) -> Result<Rows, Vec<SourceError>> {
    let mut rows = Rows::new();
    let mut errors = Vec::new();
    for file in files {
        for (line, text) in (1..).zip(file.text.lines()) {
            let Some(row) = text.strip_prefix("- **") else {
                continue;
            };
            match parse(row) {
                None => errors.push(file.error(line, "a row is written `- **S001** text`")),
                Some((id, _)) if rows.contains_key(&id) => {
                    errors.push(file.error(line, format!("row {id} is there already")));
                }
                Some((id, applies)) => {
                    rows.insert(id, applies);
                }
            }
        }
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

/// What stands after `- **`.
fn parse(row: &str) -> Option<(RowId, Applies)> {
    let (id, text) = row.split_once("** ")?;
    let id = RowId::parse(id)?;
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some(reason) = text.strip_prefix("n/a:") {
        return Some((id, Applies::Nowhere(reason.trim().trim_end_matches('.').to_owned())));
    }
    Some((id, only(text).map_or(Applies::Everywhere, Applies::Only)))
}

/// The databases in brackets at the start; other brackets belong to the text.
fn only(text: &str) -> Option<Vec<Database>> {
    let (names, _) = text.strip_prefix('(')?.split_once(')')?;
    names.split(',').map(|name| Database::parse(name.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Rows, Vec<SourceError>> {
        rows(&[Source { path: "docs/spec.md".to_owned(), text: text.to_owned() }])
    }

    fn id(text: &str) -> RowId {
        RowId::parse(text).expect("an id")
    }

    #[test]
    fn a_row_applies_everywhere_unless_it_says_otherwise() {
        let rows = read(
            "# Heading\n\n- **S001** Entities are structs.\n- **S017** n/a: Rust has no default exports.\n\
             - **Y289** (mongodb) The key is `_id`.\n- **Y087** (postgres, mysql) Operators.\n\
             - **Y004[batch_size]** (default 300) Rows a statement.\n- a list item\n",
        )
        .expect("rows");
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[&id("S001")], Applies::Everywhere);
        assert_eq!(rows[&id("S017")], Applies::Nowhere("Rust has no default exports".to_owned()));
        assert_eq!(rows[&id("Y289")], Applies::Only(vec![Database::Mongodb]));
        assert_eq!(rows[&id("Y087")], Applies::Only(vec![Database::Postgres, Database::Mysql]));
        assert_eq!(rows[&id("Y004[batch_size]")], Applies::Everywhere);
    }

    #[test]
    fn a_row_stands_once() {
        let errors = read("- **S001** One.\n- **S001** Two.\n").expect_err("twice");
        assert_eq!(errors[0].to_string(), "docs/spec.md:2: row S001 is there already");
    }

    #[test]
    fn a_misspelt_row_is_not_passed_over() {
        let errors = read("- **S01** One.\n- **S002**Two.\n- **S003** \n").expect_err("misspelt");
        assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
