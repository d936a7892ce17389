//! Statements in the user's words.

use super::SqliteConnection;
use crate::bind;
use crate::busy::patiently;
use crate::driver::Shared;
use crate::error::About;
use crate::raw::Raw;
use crate::report::Report;
use crate::row::SqliteRow;
use mikro_orm_core::driver::RowSink;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::value::Value;
use mikro_orm_sql::origin::logged_statement;

/// What came of an attempt.
enum Outcome {
    Done(Result<u64>),
    /// It writes, and somebody else has the right to.
    NeedsTurn,
}

impl SqliteConnection {
    pub(super) async fn statement(&mut self, sql: &str, params: &[Value<'_>], sink: &mut (dyn RowSink + '_)) -> Result<u64> {
        let mut may_write = self.open;
        let mut turn = None;
        let (shared, raw) = self.ready()?;
        let report = Report::start(&shared.log);
        let mut delivered = false;
        let done = loop {
            let outcome = patiently(shared.pool.options.busy_timeout, || {
                match attempt(shared, raw, sql, params, sink, &mut delivered, may_write) {
                    Outcome::Done(Err(error @ Error::Busy { .. })) if !delivered => Err(error),
                    outcome => Ok(outcome),
                }
            })
            .await;
            match outcome {
                Ok(Outcome::Done(done)) => break done,
                Ok(Outcome::NeedsTurn) => match shared.pool.write_turn().await {
                    Ok(taken) => {
                        turn = Some(taken);
                        may_write = true;
                    }
                    Err(error) => break Err(error),
                },
                Err(error) => break Err(error),
            }
        };
        report.finish(sql, 1, done.is_err(), || logged_statement(shared.metadata(), sql, params));
        // `begin` and `commit` in the user's words are as good as ours; but a transaction that an error ended
        // is still the user's to roll back, and nothing must be written outside of it meanwhile
        let in_transaction = raw.in_transaction();
        let open = in_transaction || (self.open && done.is_err());
        self.open = open;
        if !open {
            self.turn = None;
        } else if self.turn.is_none() {
            self.turn = turn;
        }
        done
    }
}

fn attempt(
    shared: &Shared,
    raw: &mut Raw,
    sql: &str,
    params: &[Value<'_>],
    sink: &mut (dyn RowSink + '_),
    delivered: &mut bool,
    may_write: bool,
) -> Outcome {
    let about = About::new(shared, sql);
    let failed = |error| Outcome::Done(Err(about.error(error)));
    let mut statement = match raw.connection.prepare_cached(sql) {
        Ok(statement) => statement,
        Err(error) => return failed(error),
    };
    let writes = !statement.readonly();
    if writes && !may_write {
        return Outcome::NeedsTurn;
    }
    let expected = statement.parameter_count();
    if expected != params.len() {
        let message = format!("the statement has {expected} parameters and {} values: bind one for each `?`", params.len());
        return Outcome::Done(Err(Error::refused(message)));
    }
    for (place, value) in params.iter().enumerate() {
        if let Err(error) = bind::value(&mut statement, place + 1, value, None) {
            return Outcome::Done(Err(about.bind_error(error, None, None)));
        }
    }
    let before = raw.connection.total_changes();
    let mut rows = statement.raw_query();
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                *delivered = true;
                if let Err(error) = sink.row(&SqliteRow(row)) {
                    return Outcome::Done(Err(error));
                }
            }
            Ok(None) => break,
            Err(error) => return failed(error),
        }
    }
    drop(rows);
    drop(statement);
    if writes {
        raw.facts.forget();
    }
    if sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("pragma")) {
        raw.pragmas_changed = true;
    }
    // `changes` keeps the last count when a statement changes no rows
    let changed = if raw.connection.total_changes() == before { 0 } else { raw.connection.changes() };
    Outcome::Done(Ok(changed))
}
