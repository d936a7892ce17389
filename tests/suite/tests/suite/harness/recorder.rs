//! What was sent to the database, and how it is counted.

use mikro_orm::driver::Statement;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// One statement.
#[derive(Clone)]
pub struct Line {
    /// With placeholders.
    pub sql: String,
    /// With values in their place.
    pub inlined: String,
    /// As the log prints it.
    pub printed: String,
}

/// The statements since they were last asked for.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Line>>>);

impl Recorder {
    pub fn record(&self, statement: &Statement<'_>) {
        let mut inlined = statement.inlined();
        if statement.failed {
            inlined.push_str(" [failed]");
        }
        self.lines().push(Line { sql: statement.sql.to_owned(), inlined, printed: statement.to_string() });
    }
    pub fn take(&self) -> Vec<Line> {
        std::mem::take(&mut self.lines())
    }
    /// Statements that were taken, and are not to be lost.
    pub fn put_back(&self, lines: Vec<Line>) {
        self.lines().splice(..0, lines);
    }
    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// On a server every statement counts. SQLite is called, not sent to: in a transaction each text counts once,
/// however often and in whatever groups of rows it ran; what is outside of one, and selects, count each.
pub fn count(lines: &[Line], embedded: bool) -> usize {
    if !embedded {
        return lines.len();
    }
    let mut texts = HashSet::new();
    lines
        .iter()
        .filter(|line| {
            if line.sql.starts_with("begin") {
                texts.clear();
            }
            line.sql.starts_with("select") || texts.insert(without_groups(&line.sql))
        })
        .count()
}

/// `values (?, ?), (?, ?)` as `values (?, ?)`.
fn without_groups(sql: &str) -> String {
    match sql.split_once(" values (") {
        Some((before, rows)) if before.starts_with("insert") => {
            let end = rows.rfind(')').map_or("", |end| &rows[end + 1..]);
            format!("{before} values ..{end}")
        }
        _ => sql.to_owned(),
    }
}
