//! Statements.

use super::log::Sent;
use super::{InFlight, Lease, Transaction};
use crate::error::{Context, classify, is_unsent};
use crate::request::Request;
use crate::row::PostgresRow;
use crate::session::Statements;
use futures_util::TryStreamExt;
use futures_util::future::join;
use mikro_orm_core::driver::RowSink;
use mikro_orm_core::error::{Error, Result};
use std::pin::pin;
use tokio_postgres::Client;

/// Why a statement did not come to its end.
enum Failure {
    /// The server or the connection.
    Database(tokio_postgres::Error),
    /// Who takes the rows.
    Sink(Error),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Failure::Database(error)
    }
}

impl Lease {
    /// Runs a statement, gives its rows to `sink`, and gives the number of rows that it affected.
    ///
    /// A pending `begin` is sent in front of it without waiting for the answer. It can't fail where the
    /// statement could then do harm: what makes `begin` fail, a lost connection or a standby that is asked
    /// for `serializable`, takes no writes either.
    pub(crate) async fn run(&mut self, request: Request<'_>, sink: &mut (dyn RowSink + '_)) -> Result<u64> {
        let begin = self.take_begin();
        let in_transaction = self.transaction != Transaction::None;
        self.in_flight = InFlight::Statement;
        let sent = Sent::statement(&self.pool.log, begin.as_deref(), request);
        let (client, statements) = (&self.session.client, &mut self.session.statements);
        let (begun, result) = match &begin {
            Some(begin) => join(client.batch_execute(begin), attempt(client, statements, request, sink)).await,
            None => {
                let mut result = attempt(client, statements, request, sink).await;
                // the schema has changed since it was prepared. In a transaction it can't be tried again
                if matches!(&result, Err(Failure::Database(error)) if is_stale(error)) && !in_transaction {
                    statements.forget(request.sql);
                    result = attempt(client, statements, request, sink).await;
                }
                (Ok(()), result)
            }
        };
        let failure = match &result {
            Err(Failure::Database(error)) => Some(error),
            _ => None,
        };
        if failure.is_some_and(is_stale) {
            statements.forget(request.sql);
        }
        let unsent = failure.is_some_and(is_unsent);
        if unsent {
            sent.not_sent(begun.is_ok());
        } else {
            sent.end(begun.is_ok(), result.is_err());
        }

        // rows that the sink did not want may still be on the way
        self.in_flight = if matches!(result, Err(Failure::Sink(_))) { InFlight::Statement } else { InFlight::Nothing };
        if let Err(error) = begun {
            self.transaction = Transaction::None;
            return Err(self.explain(error, begin.as_deref().unwrap_or_default()));
        }
        match result {
            Ok(affected) => Ok(affected),
            Err(Failure::Sink(error)) => Err(error),
            Err(Failure::Database(error)) => {
                if self.transaction == Transaction::Open && error.as_db_error().is_some() {
                    self.transaction = Transaction::Aborted;
                }
                let Request { sql, params, origins } = request;
                Err(classify(error, Context { metadata: &self.pool.metadata, sql, params, origins }))
            }
        }
    }
}

async fn attempt(
    client: &Client,
    statements: &mut Statements,
    request: Request<'_>,
    sink: &mut (dyn RowSink + '_),
) -> Result<u64, Failure> {
    let statement = match statements.get(request.sql) {
        Some(statement) => statement,
        None => {
            let statement = client.prepare(request.sql).await?;
            statements.insert(request.sql, statement.clone());
            statement
        }
    };
    let mut rows = pin!(client.query_raw(&statement, request.params).await?);
    while let Some(row) = rows.try_next().await? {
        sink.row(&PostgresRow(&row)).map_err(Failure::Sink)?;
    }
    Ok(rows.rows_affected().unwrap_or(0))
}

/// Whether a prepared statement no longer fits the schema (`cached plan must not change result type`), or is
/// gone (`deallocate all`).
fn is_stale(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|db| match db.code().code() {
        // the message is in the server's language; the routine is not
        "0A000" => db.routine() == Some("RevalidateCachedQuery"),
        "26000" => true,
        _ => false,
    })
}
