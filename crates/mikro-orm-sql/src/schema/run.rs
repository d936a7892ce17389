//! Running statements on a schema.

use mikro_orm_core::driver::{BoxFuture, Connection, Row, TransactionOptions};
use mikro_orm_core::error::Result;
use mikro_orm_core::schema::SchemaScript;

/// What is checked before what was changed is committed.
pub type Check = fn(&mut dyn Connection) -> BoxFuture<'_, Result<()>>;

/// Runs a script, the statements of its transaction all or none; `check` comes before they are committed.
///
/// # Errors
/// The first statement's that the database refuses, or the check's.
pub async fn run(connection: &mut dyn Connection, script: &SchemaScript, check: Option<Check>) -> Result<()> {
    let done = within(connection, script, check).await;
    for statement in &script.after {
        let after = execute(connection, statement).await;
        // (what failed first is what is told)
        if done.is_ok() {
            after?;
        }
    }
    done
}

async fn within(connection: &mut dyn Connection, script: &SchemaScript, check: Option<Check>) -> Result<()> {
    for statement in &script.before {
        execute(connection, statement).await?;
    }
    if script.statements.is_empty() {
        return later(connection, script).await;
    }
    connection.begin(TransactionOptions::new()).await?;
    let done = in_transaction(connection, script, check).await;
    match done {
        Ok(()) => {
            connection.commit().await?;
            later(connection, script).await
        }
        Err(error) => {
            // (the connection rolls back by itself when it can't be told to)
            let _ = connection.rollback().await;
            Err(error)
        }
    }
}

async fn later(connection: &mut dyn Connection, script: &SchemaScript) -> Result<()> {
    for statement in &script.later {
        execute(connection, statement).await?;
    }
    Ok(())
}

async fn in_transaction(connection: &mut dyn Connection, script: &SchemaScript, check: Option<Check>) -> Result<()> {
    for statement in &script.statements {
        execute(connection, statement).await?;
    }
    match check {
        Some(check) => check(connection).await,
        None => Ok(()),
    }
}

async fn execute(connection: &mut dyn Connection, statement: &str) -> Result<()> {
    connection.execute(statement, &[], &mut |_: &dyn Row| Ok(())).await.map(|_| ())
}
