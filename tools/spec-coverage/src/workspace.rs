//! The files of the workspace: what is read and what is written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::Source;

const REPORT: &str = "docs/spec-coverage.md";

pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The nearest folder upwards that has the specification.
    pub fn find() -> Result<Self, String> {
        let here = std::env::current_dir().map_err(|error| format!("no current folder: {error}"))?;
        here.ancestors()
            .find(|folder| folder.join("docs/spec.md").is_file())
            .map(|root| Self { root: root.to_path_buf() })
            .ok_or_else(|| format!("no docs/spec.md in {} or above", here.display()))
    }

    /// `docs/spec.md` and what is in `docs/spec/`.
    pub fn spec_files(&self) -> Result<Vec<Source>, String> {
        let mut paths = vec!["docs/spec.md".to_owned()];
        self.walk("docs/spec", ".md", &mut paths)?;
        self.read_all(paths)
    }

    /// Where tests may stand.
    pub fn source_files(&self) -> Result<Vec<Source>, String> {
        let mut paths = Vec::new();
        for folder in ["tests", "examples", "crates"] {
            self.walk(folder, ".rs", &mut paths)?;
        }
        paths.retain(|path| match path.strip_prefix("crates/") {
            Some(in_crates) => matches!(in_crates.split('/').nth(1), Some("src" | "tests")),
            None => true,
        });
        self.read_all(paths)
    }

    pub fn read_report(&self) -> Result<String, String> {
        let path = self.root.join(REPORT);
        if path.exists() { read(&path) } else { Ok(String::new()) }
    }

    pub fn write_report(&self, text: &str) -> Result<(), String> {
        fs::write(self.root.join(REPORT), text).map_err(|error| format!("{REPORT}: {error}"))
    }

    /// Sorted, so that the report does not depend on the file system's order.
    fn walk(&self, folder: &str, ending: &str, paths: &mut Vec<String>) -> Result<(), String> {
        let full = self.root.join(folder);
        if !full.is_dir() {
            return Ok(());
        }
        let failed = |error| format!("{folder}: {error}");
        let mut names = Vec::new();
        for entry in fs::read_dir(&full).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            names.push((entry.file_name().to_string_lossy().into_owned(), entry.file_type().map_err(failed)?.is_dir()));
        }
        names.sort();
        for (name, is_folder) in names {
            let path = format!("{folder}/{name}");
            if is_folder && name != "target" && !name.starts_with('.') {
                self.walk(&path, ending, paths)?;
            } else if !is_folder && name.ends_with(ending) {
                paths.push(path);
            }
        }
        Ok(())
    }

    fn read_all(&self, paths: Vec<String>) -> Result<Vec<Source>, String> {
        let one = |path: String| read(&self.root.join(&path)).map(|text| Source { path, text });
        paths.into_iter().map(one).collect()
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
