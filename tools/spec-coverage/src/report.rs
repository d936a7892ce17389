//! `docs/spec-coverage.md`.

use std::fmt::Write;

use crate::coverage::{Cell, Coverage};
use crate::database::DATABASES;
use crate::spec::Rows;

const HEAD: &str = "\
# Spec coverage

Which tests hold which rows of [the specification](spec.md). Written by `cargo run -p spec-coverage`; do not edit.
A `-` is a row without a test, `n/a` a row that does not apply.

";

pub fn render(rows: &Rows, coverage: &Coverage) -> String {
    let mut out = HEAD.to_owned();
    out.push_str("| database | rows with a test | rows that apply |\n| --- | ---: | ---: |\n");
    for (database, covered, all) in coverage.counts(rows) {
        line(&mut out, &[database.name(), &covered.to_string(), &all.to_string()]);
    }
    out.push('\n');

    let mut header = vec!["row"];
    header.extend(DATABASES.map(|database| database.name()));
    line(&mut out, &header);
    line(&mut out, &["---"; DATABASES.len() + 1]);
    for id in &coverage.ids {
        let mut cells = vec![id.to_string()];
        cells.extend(DATABASES.map(|database| shown(&coverage.cell(rows, id, database))));
        let cells: Vec<_> = cells.iter().map(String::as_str).collect();
        line(&mut out, &cells);
    }
    out
}

/// One line for people.
pub fn summary(rows: &Rows, coverage: &Coverage) -> String {
    let counts: Vec<_> =
        coverage.counts(rows).map(|(database, covered, all)| format!("{} {covered}/{all}", database.name())).collect();
    counts.join(", ")
}

fn line(out: &mut String, cells: &[&str]) {
    writeln!(out, "| {} |", cells.join(" | ")).expect("a String takes all");
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Tests(tests) => tests.join(", "),
        Cell::Missing => "-".to_owned(),
        Cell::NotApplicable(reason) => format!("n/a: {}", reason.replace('|', "\\|")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention;
    use crate::source::Source;
    use crate::spec;

    #[test]
    fn the_table_has_a_line_for_every_row_and_option() {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let rows =
            spec::rows(&[source("docs/spec.md", "- **S001** One.\n- **S002** n/a: a | b.\n- **U01** Two.\n")]).expect("rows");
        let test = "/// spec: S001, U01[x]\n#[test]\nfn holds() {}\n";
        let mentions = mention::all(&[source("tests/suite/a.rs", test)]).expect("mentions");
        let coverage = Coverage::new(&rows, &mentions).expect("coverage");
        let text = render(&rows, &coverage);
        let table = text.split("| row ").nth(1).expect("a table");
        assert_eq!(
            table,
            "| sqlite | postgres | mysql | mongodb |\n\
             | --- | --- | --- | --- | --- |\n\
             | S001 | holds | holds | - | - |\n\
             | S002 | n/a: a \\| b | n/a: a \\| b | n/a: a \\| b | n/a: a \\| b |\n\
             | U01 | - | - | - | - |\n\
             | U01[x] | holds | holds | - | - |\n"
        );
        assert_eq!(summary(&rows, &coverage), "sqlite 1/2, postgres 1/2, mysql 0/2, mongodb 0/2");
    }
}
