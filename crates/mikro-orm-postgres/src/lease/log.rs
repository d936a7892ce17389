//! Reports what was sent.

use crate::encode::{Param, Source, array_literal};
use crate::request::Request;
use mikro_orm_core::driver::{QueryLog, Statement};
use mikro_orm_core::value::Value;
use mikro_orm_sql::{origin::MASK, reborrow};
use std::convert::Infallible;
use std::time::Instant;

/// A request on its way. Reported when it ends, or, as failed, when its future is dropped: it was sent.
pub(super) struct Sent<'a> {
    log: &'a QueryLog,
    begin: Option<&'a str>,
    sql: &'a str,
    params: Vec<Value<'a>>,
    since: Option<Instant>,
    reported: bool,
}

impl<'a> Sent<'a> {
    /// A statement. `begin` is what goes before it.
    pub(super) fn statement(log: &'a QueryLog, begin: Option<&'a str>, request: Request<'a>) -> Self {
        let mut params = Vec::new();
        if log.enabled() {
            let origins = if request.params.is_empty() { Vec::new() } else { (request.origins)() };
            // what nobody knows the origin of is not shown
            let hidden = |at: usize| origins.get(at).is_none_or(|origin| origin.hidden);
            params.extend(request.params.iter().enumerate().map(|(at, param)| shown(param, hidden(at))));
        }
        let mut sent = Self::control(log, begin, request.sql);
        sent.params = params;
        sent.since = log.enabled().then(Instant::now);
        sent
    }

    /// `commit` and the like.
    pub(super) fn control(log: &'a QueryLog, begin: Option<&'a str>, sql: &'a str) -> Self {
        Sent { log, begin, sql, params: Vec::new(), since: None, reported: !log.enabled() }
    }

    /// Its end; `begun` says whether `begin` succeeded.
    pub(super) fn end(mut self, begun: bool, failed: bool) {
        self.report(begun, failed, true);
    }

    /// The end of a statement that could not be sent, because of its parameters.
    pub(super) fn not_sent(mut self, begun: bool) {
        self.report(begun, true, false);
    }

    fn report(&mut self, begun: bool, failed: bool, sent: bool) {
        if std::mem::replace(&mut self.reported, true) {
            return;
        }
        if let Some(begin) = self.begin {
            self.log.report(&Statement { sql: begin, params: &[], runs: 1, took: None, failed: !begun });
        }
        if sent {
            let took = self.since.map(|since| since.elapsed());
            self.log.report(&Statement { sql: self.sql, params: &self.params, runs: 1, took, failed });
        }
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        self.report(true, true, true);
    }
}

/// A parameter as it is shown: a list as the array literal that the server would read.
fn shown<'a>(param: &'a Param<'a>, hidden: bool) -> Value<'a> {
    match &param.source {
        Source::One(Value::Null) => Value::Null,
        _ if hidden => Value::Text(MASK.into()),
        Source::One(value) => reborrow(value),
        list => {
            let mut literal = String::new();
            let Ok(()) = array_literal(&mut literal, |each| {
                list.each(|value| {
                    match value {
                        // nobody reads them, and there may be megabytes
                        Value::Bytes(bytes) => each(&Value::Text(format!("<{} bytes>", bytes.len()).into())),
                        value => each(value),
                    }
                    Ok::<(), Infallible>(())
                })
            });
            Value::Text(literal.into())
        }
    }
}
