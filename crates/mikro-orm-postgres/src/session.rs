//! A connection to the server with what belongs to it.

mod statements;

pub(crate) use statements::Statements;

use crate::error::{PostgresError, source};
use crate::options::PostgresOptions;
use mikro_orm_core::error::{Error, Result};
use std::error::Error as _;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

/// A connection to the server, its prepared statements, and the task that moves its bytes.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) statements: Statements,
    /// For which schema they are prepared.
    epoch: u64,
    task: JoinHandle<()>,
}

impl Session {
    /// Connects and logs in.
    pub(crate) async fn open(options: &PostgresOptions) -> Result<Self> {
        let connecting = tokio::time::timeout(options.connect_timeout, options.config.connect(NoTls)).await;
        let (client, connection) = match connecting {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => {
                let reason = match error.as_db_error() {
                    Some(db) => PostgresError::new(db).to_string(),
                    None => error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}")),
                };
                let message = format!("connecting to PostgreSQL at {} failed: {reason}", options.address());
                return Err(Error::Connection { message, source: Some(source(error)) });
            }
            Err(_) => {
                let message =
                    format!("connecting to PostgreSQL at {} took longer than {:?}", options.address(), options.connect_timeout);
                return Err(Error::Connection { message, source: None });
            }
        };
        // what breaks the connection is reported by the request that it breaks
        let task = tokio::spawn(async move { drop(connection.await) });
        Ok(Session { client, statements: Statements::new(options.statement_cache), epoch: 0, task })
    }

    /// Forgets what was prepared before the schema had changed so often.
    pub(crate) fn renew(&mut self, epoch: u64, statement_cache: usize) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.statements = Statements::new(statement_cache);
        }
    }

    /// Takes leave of the server, and waits until it is gone.
    pub(crate) async fn close(self) {
        let Session { client, statements, epoch: _, task } = self;
        drop((client, statements));
        // it ends when the last request of the client is answered; an error means that it is gone already
        let _ = task.await;
    }
}
