//! The query log.

use crate::value::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One statement that was run.
#[derive(Debug)]
pub struct Statement<'a> {
    /// The statement's text, with placeholders.
    pub sql: &'a str,
    /// What was bound, in order; values of hidden properties are already replaced by `***`. For a statement
    /// that ran several times in a row, the first run's.
    pub params: &'a [Value<'a>],
    /// How often it ran in a row.
    pub runs: usize,
    /// How long it took, all runs together; `None` for `begin`, `commit` and the like.
    pub took: Option<Duration>,
    /// Whether it failed.
    pub failed: bool,
}

impl Statement<'_> {
    /// The statement with its parameters in place of the placeholders, for people to read (never to run).
    pub fn inlined(&self) -> String {
        let mut out = String::with_capacity(self.sql.len() + 16 * self.params.len());
        let (mut next, mut quote) = (0, None);
        let mut chars = self.sql.chars().peekable();
        while let Some(c) = chars.next() {
            match (quote, c) {
                (None, '\'' | '"' | '`') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                (None, '?') => {
                    match self.params.get(next) {
                        Some(value) => push_literal(&mut out, value),
                        None => out.push('?'),
                    }
                    next += 1;
                    continue;
                }
                (None, '$') if chars.peek().is_some_and(char::is_ascii_digit) => {
                    let mut number = 0_usize;
                    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                        number = number.saturating_mul(10).saturating_add(digit as usize);
                        chars.next();
                    }
                    match number.checked_sub(1).and_then(|i| self.params.get(i)) {
                        Some(value) => push_literal(&mut out, value),
                        None => out.push_str(&format!("${number}")),
                    }
                    continue;
                }
                _ => {}
            }
            out.push(c);
        }
        out
    }
}

impl fmt::Display for Statement<'_> {
    /// `[query] select ... [took 1 ms]`, the line that `.debug(true)` prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[query] {}", self.inlined())?;
        if self.runs > 1 {
            write!(f, " [x{}]", self.runs)?;
        }
        if let Some(took) = self.took {
            write!(f, " [took {} ms]", took.as_millis())?;
        }
        if self.failed { f.write_str(" [failed]") } else { Ok(()) }
    }
}

fn push_literal(out: &mut String, value: &Value<'_>) {
    use fmt::Write;
    let result = match value {
        Value::Null => write!(out, "null"),
        Value::Bool(v) => write!(out, "{v}"),
        Value::Int(v) => write!(out, "{v}"),
        Value::UInt(v) => write!(out, "{v}"),
        Value::Float(v) => write!(out, "{v}"),
        Value::Double(v) => write!(out, "{v}"),
        Value::Text(v) | Value::Decimal(v) | Value::Json(v) => write!(out, "'{}'", v.replace('\'', "''")),
        Value::Bytes(v) => write!(out, "<{} bytes>", v.len()),
        Value::Uuid(v) => write!(out, "'{}'", crate::key::Key::Uuid(*v)),
        Value::DateTime(v) => write!(out, "'{}'", crate::time::date_time(*v)),
        Value::Date(v) => write!(out, "'{}'", crate::time::date(*v)),
        Value::Time(v) => write!(out, "'{}'", crate::time::time(*v)),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                push_literal(out, item);
            }
            write!(out, "]")
        }
        Value::Row(parts) => {
            for (i, part) in parts.iter().enumerate() {
                out.push_str(if i == 0 { "(" } else { ", " });
                push_literal(out, part);
            }
            write!(out, ")")
        }
    };
    debug_assert!(result.is_ok(), "writing to a String does not fail");
}

/// Takes every statement that was run.
pub type QueryLogger = Arc<dyn Fn(&Statement<'_>) + Send + Sync>;

/// Where a driver reports statements: to `tracing` (target `mikro_orm::query`), and to the loggers that the
/// builder was given.
#[derive(Clone, Default)]
pub struct QueryLog {
    loggers: Vec<QueryLogger>,
}

impl QueryLog {
    /// A log that also reports to these.
    pub fn new(loggers: Vec<QueryLogger>) -> Self {
        QueryLog { loggers }
    }

    /// Whether anybody listens. When not, a driver saves itself the clock and the copies.
    pub fn enabled(&self) -> bool {
        !self.loggers.is_empty() || tracing::enabled!(target: "mikro_orm::query", tracing::Level::DEBUG)
    }

    /// Reports a statement.
    pub fn report(&self, statement: &Statement<'_>) {
        for logger in &self.loggers {
            logger(statement);
        }
        if tracing::enabled!(target: "mikro_orm::query", tracing::Level::DEBUG) {
            let took = statement.took.map(|took| took.as_micros());
            tracing::debug!(target: "mikro_orm::query", sql = statement.sql, params = ?statement.params, runs = statement.runs, took_us = ?took, failed = statement.failed);
        }
    }
}

impl fmt::Debug for QueryLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryLog").field("loggers", &self.loggers.len()).finish()
    }
}
