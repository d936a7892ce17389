//! The spec lines of the tests: `/// spec: S134, U09 @sqlite` above a test, `// spec: ..` at the top of a UI file.

use crate::database::Database;
use crate::error::SourceError;
use crate::row::RowId;
use crate::source::Source;
use crate::test_name;

/// One test that says to hold one row.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention {
    pub row: RowId,
    pub test: String,
    pub databases: Vec<Database>,
    pub path: String,
    pub line: usize,
    /// Of the file, for telling apart tests of the same name.
    pub stem: String,
}

pub fn all(files: &[Source]) -> Result<Vec<Mention>, Vec<SourceError>> {
    let mut mentions = Vec::new();
    let mut errors = Vec::new();
    for file in files {
        for found in in_file(file) {
            match found {
                Ok(found) => mentions.extend(found),
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(mentions) } else { Err(errors) }
}

/// A UI test is a file that a test hands to the compiler: the file is the test.
fn is_ui_file(path: &str) -> bool {
    path.starts_with("tests/ui/") || path.contains("/tests/ui/")
}

fn in_file(file: &Source) -> Vec<Result<Vec<Mention>, SourceError>> {
    let ui = is_ui_file(&file.path);
    let marker = if ui { "// spec:" } else { "/// spec:" };
    let mut found = Vec::new();
    let mut rest = file.text.as_str();
    let mut line = 0;
    while !rest.is_empty() {
        let (text, below) = rest.split_once('\n').unwrap_or((rest, ""));
        line += 1;
        rest = below;
        let text = text.trim();
        if ui && !text.is_empty() && !text.starts_with("//") {
            break;
        }
        let Some(list) = text.strip_prefix(marker) else {
            continue;
        };
        let test = if ui { Some(file.stem()) } else { test_name::following(below) };
        found.push(match test {
            Some(test) => one_line(file, line, list, test),
            None => Err(file.error(line, "no test function stands below this spec line")),
        });
    }
    found
}

fn one_line(file: &Source, line: usize, list: &str, test: &str) -> Result<Vec<Mention>, SourceError> {
    let mut rows = Vec::new();
    let mut databases = Vec::new();
    for word in list.split([',', ' ']).filter(|word| !word.is_empty()) {
        if let Some(name) = word.strip_prefix('@') {
            databases.push(
                Database::parse(name).ok_or_else(|| file.error(line, format!("`@{name}` names no database of the table")))?,
            );
        } else {
            rows.push(RowId::parse(word).ok_or_else(|| file.error(line, format!("`{word}` is not a row id")))?);
        }
    }
    if rows.is_empty() {
        return Err(file.error(line, "this spec line names no row"));
    }
    if databases.is_empty() {
        databases = Database::of_file(&file.path);
    }
    let mention = |row| Mention {
        row,
        test: test.to_owned(),
        databases: databases.clone(),
        path: file.path.clone(),
        line,
        stem: file.stem().to_owned(),
    };
    Ok(rows.into_iter().map(mention).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Result<Vec<Mention>, Vec<SourceError>> {
        all(&[Source { path: path.to_owned(), text: text.to_owned() }])
    }

    fn shown(mentions: &[Mention]) -> Vec<String> {
        let one = |mention: &Mention| {
            let databases: Vec<_> = mention.databases.iter().map(|database| database.name()).collect();
            format!("{} {} {}", mention.row, mention.test, databases.join("+"))
        };
        mentions.iter().map(one).collect()
    }

    #[test]
    fn a_test_names_its_rows() {
        let text = "/// A fork is empty.\n/// spec: S134, Y077[clear]\n/// spec: U05 @sqlite\n#[suite_test]\nasync fn a_fork_is_empty() {}\n\n\
                    /// spec: S001\n#[test]\nfn other() {}\n";
        assert_eq!(
            shown(&read("tests/suite/src/fork.rs", text).expect("mentions")),
            [
                "S134 a_fork_is_empty sqlite+postgres",
                "Y077[clear] a_fork_is_empty sqlite+postgres",
                "U05 a_fork_is_empty sqlite",
                "S001 other sqlite+postgres",
            ]
        );
    }

    #[test]
    fn a_ui_file_is_a_test() {
        let text = "// spec: S168, S169\n// Not populated.\nfn main() {}\n// spec: S001\n";
        assert_eq!(
            shown(&read("crates/mikro-orm/tests/ui/unpopulated.rs", text).expect("mentions")),
            ["S168 unpopulated sqlite+postgres+mysql+mongodb", "S169 unpopulated sqlite+postgres+mysql+mongodb",]
        );
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let text =
            "/// spec: S01\nfn a() {}\n/// spec: S001 @oracle\nfn b() {}\n/// spec:\nfn c() {}\n/// spec: S001\nstruct D;\n";
        let errors = read("tests/suite/src/x.rs", text).expect_err("mistakes");
        assert_eq!(
            errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "tests/suite/src/x.rs:1: `S01` is not a row id",
                "tests/suite/src/x.rs:3: `@oracle` names no database of the table",
                "tests/suite/src/x.rs:5: this spec line names no row",
                "tests/suite/src/x.rs:7: no test function stands below this spec line",
            ]
        );
    }
}
