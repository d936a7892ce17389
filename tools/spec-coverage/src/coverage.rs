//! Rows and spec lines brought together: for each row and database, the tests.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::{DATABASES, Database};
use crate::error::SourceError;
use crate::mention::Mention;
use crate::row::RowId;
use crate::spec::{Applies, Rows};

/// What one cell of the table holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Cell {
    Tests(Vec<String>),
    Missing,
    NotApplicable(String),
}

pub struct Coverage {
    tests: BTreeMap<(RowId, Database), BTreeSet<String>>,
    /// Every row of the documents, and the options that tests name.
    pub ids: BTreeSet<RowId>,
}

impl Coverage {
    pub fn new(rows: &Rows, mentions: &[Mention]) -> Result<Self, Vec<SourceError>> {
        let mut errors = Vec::new();
        let mut ids: BTreeSet<RowId> = rows.keys().cloned().collect();
        let mut tests = BTreeMap::<_, BTreeSet<String>>::new();
        let paths = paths_by_name(mentions);
        for mention in mentions {
            if !rows.contains_key(&mention.row.whole()) {
                errors.push(SourceError {
                    path: mention.path.clone(),
                    line: mention.line,
                    message: format!("row {} is not in docs/spec", mention.row.whole()),
                });
                continue;
            }
            ids.insert(mention.row.clone());
            let name = if paths[mention.test.as_str()].len() > 1 {
                format!("{}::{}", mention.stem, mention.test)
            } else {
                mention.test.clone()
            };
            for &database in &mention.databases {
                tests.entry((mention.row.clone(), database)).or_default().insert(name.clone());
            }
        }
        if errors.is_empty() { Ok(Self { tests, ids }) } else { Err(errors) }
    }

    pub fn cell(&self, rows: &Rows, id: &RowId, database: Database) -> Cell {
        if let Some(tests) = self.tests.get(&(id.clone(), database)) {
            return Cell::Tests(tests.iter().cloned().collect());
        }
        // an option without a line of its own applies where its row does
        match rows.get(id).or_else(|| rows.get(&id.whole())) {
            Some(Applies::Nowhere(reason)) => Cell::NotApplicable(reason.clone()),
            Some(Applies::Only(databases)) if !databases.contains(&database) => {
                let names: Vec<_> = databases.iter().map(|database| database.name()).collect();
                Cell::NotApplicable(format!("{} only", names.join(", ")))
            }
            _ => Cell::Missing,
        }
    }

    /// How many whole rows have a test, and how many could have one.
    fn count(&self, rows: &Rows, database: Database) -> (usize, usize) {
        let mut covered = 0;
        let mut all = 0;
        for id in rows.keys().filter(|id| id.is_whole()) {
            covered += match self.cell(rows, id, database) {
                Cell::NotApplicable(_) => continue,
                Cell::Tests(_) => 1,
                Cell::Missing => usize::from(self.by_options(rows, id, database)),
            };
            all += 1;
        }
        (covered, all)
    }

    /// A row whose options are listed is held when all of them are; options that only tests name prove no whole.
    fn by_options(&self, rows: &Rows, id: &RowId, database: Database) -> bool {
        let mut cells = rows
            .keys()
            .filter(|option| !option.is_whole() && option.whole() == *id)
            .map(|option| self.cell(rows, option, database))
            .filter(|cell| !matches!(cell, Cell::NotApplicable(_)))
            .peekable();
        cells.peek().is_some() && cells.all(|cell| cell != Cell::Missing)
    }

    pub fn counts<'a>(&'a self, rows: &'a Rows) -> impl Iterator<Item = (Database, usize, usize)> + 'a {
        DATABASES.into_iter().map(|database| {
            let (covered, all) = self.count(rows, database);
            (database, covered, all)
        })
    }
}

fn paths_by_name(mentions: &[Mention]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut paths = BTreeMap::<_, BTreeSet<_>>::new();
    for mention in mentions {
        paths.entry(mention.test.as_str()).or_default().insert(mention.path.as_str());
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> RowId {
        RowId::parse(text).expect("an id")
    }

    fn mention(row: &str, test: &str, stem: &str) -> Mention {
        Mention {
            row: id(row),
            test: test.to_owned(),
            databases: vec![Database::Sqlite],
            path: format!("tests/suite/{stem}.rs"),
            line: 3,
            stem: stem.to_owned(),
        }
    }

    fn rows() -> Rows {
        Rows::from([
            (id("S001"), Applies::Everywhere),
            (id("S017"), Applies::Nowhere("no exports".to_owned())),
            (id("Y004"), Applies::Everywhere),
            (id("Y004[size]"), Applies::Everywhere),
            (id("Y004[none]"), Applies::Nowhere("no such option".to_owned())),
            (id("Y005"), Applies::Everywhere),
            (id("Y289"), Applies::Only(vec![Database::Mongodb])),
        ])
    }

    #[test]
    fn a_cell_says_what_is_known() {
        let rows = rows();
        let mentions = [
            mention("S001", "b", "x"),
            mention("S001", "a", "x"),
            mention("Y004[size]", "a", "x"),
            mention("Y005[unlisted]", "a", "x"),
        ];
        let coverage = Coverage::new(&rows, &mentions).expect("coverage");
        let cell = |row, database| coverage.cell(&rows, &id(row), database);
        assert_eq!(cell("S001", Database::Sqlite), Cell::Tests(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(cell("S001", Database::Mysql), Cell::Missing);
        assert_eq!(cell("S017", Database::Sqlite), Cell::NotApplicable("no exports".to_owned()));
        assert_eq!(cell("Y289", Database::Sqlite), Cell::NotApplicable("mongodb only".to_owned()));
        assert_eq!(cell("Y289", Database::Mongodb), Cell::Missing);
        assert_eq!(cell("Y004[size]", Database::Sqlite), Cell::Tests(vec!["a".to_owned()]));
        assert_eq!(coverage.count(&rows, Database::Sqlite), (2, 3));
        assert_eq!(coverage.count(&rows, Database::Mongodb), (0, 4));
    }

    #[test]
    fn tests_of_the_same_name_are_told_apart_by_file() {
        let rows = rows();
        let coverage = Coverage::new(&rows, &[mention("S001", "a", "x"), mention("S001", "a", "y")]).expect("coverage");
        assert_eq!(coverage.cell(&rows, &id("S001"), Database::Sqlite), Cell::Tests(vec!["x::a".to_owned(), "y::a".to_owned()]));
    }

    #[test]
    fn a_row_that_is_not_in_the_documents_is_an_error() {
        let Err(errors) = Coverage::new(&rows(), &[mention("S222[a]", "a", "x")]) else {
            panic!("an error");
        };
        assert_eq!(errors[0].to_string(), "tests/suite/x.rs:3: row S222 is not in docs/spec");
    }
}
