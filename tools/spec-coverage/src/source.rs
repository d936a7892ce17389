//! A text file, read whole, with its path from the workspace's root.

use crate::error::SourceError;

#[derive(Debug)]
pub struct Source {
    /// With `/` between its parts on every system.
    pub path: String,
    pub text: String,
}

impl Source {
    /// A mistake at `line`, counted from 1.
    pub fn error(&self, line: usize, message: impl Into<String>) -> SourceError {
        SourceError { path: self.path.clone(), line, message: message.into() }
    }

    /// The file's name without folders and ending.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".rs").unwrap_or(name)
    }
}
