//! A folder of articles, as authors with what they wrote.

use crate::front_matter::{self, Draft};
use std::fs;
use std::path::{Path, PathBuf};

/// An author with articles, in the order of their file names.
#[derive(Debug)]
pub struct Author {
    pub name: String,
    pub email: String,
    pub articles: Vec<Draft>,
}

/// Reads all `.md` files of a folder. An author is known by the email.
pub fn read(folder: &Path) -> Result<Vec<Author>, String> {
    let mut authors: Vec<Author> = Vec::new();
    for file in files(folder)? {
        let fail = |problem: String| format!("{} {problem}", file.display());
        let text = fs::read_to_string(&file).map_err(|error| fail(format!("can't be read: {error}")))?;
        let draft = front_matter::parse(&text).map_err(|problem| fail(problem.to_string()))?;
        match authors.iter_mut().find(|author| author.email == draft.email) {
            Some(author) if author.name != draft.author => {
                return Err(fail(format!(
                    "says that {} is {}, but another file says {}",
                    draft.email, draft.author, author.name
                )));
            }
            Some(author) => author.articles.push(draft),
            None => authors.push(Author { name: draft.author.clone(), email: draft.email.clone(), articles: vec![draft] }),
        }
    }
    if authors.is_empty() {
        return Err(format!("{} has no articles: there is no `.md` file in it", folder.display()));
    }
    Ok(authors)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let fail = |error: std::io::Error| format!("the folder {} can't be read: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(fail)?.collect::<Result<Vec<_>, _>>().map_err(fail)?;
    let mut files: Vec<_> =
        entries.into_iter().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    files.sort();
    Ok(files)
}
