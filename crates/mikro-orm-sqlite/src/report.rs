//! Reports to the query log. When nobody listens, no clock is read and nothing is copied.

use mikro_orm_core::driver::{QueryLog, Statement};
use mikro_orm_core::value::Value;
use std::time::Instant;

/// One distinct statement of a call.
pub(crate) struct Report<'l> {
    log: &'l QueryLog,
    started: Option<Instant>,
}

impl<'l> Report<'l> {
    /// To be called before the statement runs.
    pub(crate) fn start(log: &'l QueryLog) -> Self {
        Report { log, started: log.enabled().then(Instant::now) }
    }

    /// Reports the statement, all of its runs together.
    pub(crate) fn finish<'v>(self, sql: &str, runs: usize, failed: bool, params: impl FnOnce() -> Vec<Value<'v>>) {
        if let Some(started) = self.started {
            let params = params();
            self.log.report(&Statement { sql, params: &params, runs, took: Some(started.elapsed()), failed });
        }
    }
}

/// Reports `begin` and the like, which have neither parameters nor a time.
pub(crate) fn demarcation(log: &QueryLog, sql: &str, failed: bool) {
    if log.enabled() {
        log.report(&Statement { sql, params: &[], runs: 1, took: None, failed });
    }
}
