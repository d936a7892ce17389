//! A mistake in a file, with its place.

use std::fmt;

#[derive(Debug, PartialEq, Eq)]
pub struct SourceError {
    pub path: String,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// All mistakes at once, one a line: nobody wants to find them one run at a time.
pub fn listed(errors: Vec<SourceError>) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
