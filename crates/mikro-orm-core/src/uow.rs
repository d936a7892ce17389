//! The unit of work: from what changed in the identity map to statements, and back.
//!
//! After Fowler's pattern, with MikroORM's flush order. Changes are known, not searched for: the first version
//! published since the snapshot, `persist` and `remove` register a cell with the heap. A flush computes change
//! sets from these, orders them, runs them in one transaction, and tells the heap what the database has now.
//! Until then the heap is not touched: keys that the database gives live in the flush, so that a failed one has
//! nothing to take back.

mod apply;
mod change;
mod delete;
mod finish;
mod insert;
mod links;
mod plan;
mod schedule;
mod undo;
mod update;

pub(crate) use finish::FinishOnDrop;
pub(crate) use schedule::{persist, remove};
pub(crate) use undo::Undo;

use crate::context::Context;
use crate::driver::{Connection, TransactionOptions};
use crate::error::{Error, Result};
use crate::heap::{HeapArc, open_draft};
use plan::Plan;
use std::sync::Arc;

/// Stores what is pending; see [`EntityManager::flush`](crate::EntityManager::flush).
pub(crate) async fn flush(context: &Arc<Context>) -> Result<()> {
    context.check_outcome()?;
    context.reclaim();
    let heap = context.heap();
    if let Some(entity) = open_draft(&heap) {
        return Err(Error::invalid(
            entity,
            "has a draft open on this thread: let the guard of `.edit()` go before flushing, or use `.edit_with(..)`",
        ));
    }
    if !heap.has_work() {
        return Ok(());
    }
    let result = FinishOnDrop::new(run(context.clone(), heap)).await;
    context.reclaim();
    result
}

async fn run(context: Arc<Context>, heap: HeapArc) -> Result<()> {
    let mut session = context.session().await?;
    let in_transaction = session.is_open();
    if let Some(error) = heap.take_error() {
        return Err(error);
    }
    let metadata = context.shared.metadata.clone();
    let mut plan = plan::compute(&heap, &metadata)?;
    if plan.is_empty() {
        heap.settle_schedule();
        return Ok(());
    }
    if in_transaction {
        let Some(connection) = session.connection() else { return Err(Error::Closed) };
        if let Err(error) = execute(&mut plan, connection).await {
            session.flush_failed();
            return Err(error);
        }
        let mut undo = Vec::with_capacity(plan.inserts.len() + plan.updates.len() + plan.links.len() + plan.deletes.len());
        apply::stored(plan, |step| undo.push(step))?;
        session.flushed(undo);
    } else if context.settings.without_transactions() {
        let mut connection = context.shared.driver.acquire().await?;
        if let Err(error) = execute(&mut plan, connection.as_mut()).await {
            // what came before the statement that failed is stored
            context.set_outcome_unknown();
            return Err(error);
        }
        apply::stored(plan, drop)?;
    } else {
        let mut connection = context.shared.driver.acquire().await?;
        connection.begin(TransactionOptions::default()).await?;
        if let Err(error) = execute(&mut plan, connection.as_mut()).await {
            // the first error counts; a connection that can't roll back is not returned to its pool
            let _ = connection.rollback().await;
            return Err(error);
        }
        match connection.commit().await {
            Ok(()) => apply::stored(plan, drop)?,
            Err(error @ Error::OutcomeUnknown { .. }) => {
                context.set_outcome_unknown();
                return Err(error);
            }
            Err(error) => {
                let _ = connection.rollback().await;
                return Err(error);
            }
        }
    }
    heap.settle_schedule();
    Ok(())
}

/// Runs a plan: inserts, targets first; updates; what cycles left open; collections; deletes, owners first.
async fn execute(plan: &mut Plan, connection: &mut dyn Connection) -> Result<()> {
    insert::run(plan, connection).await?;
    update::run(plan, connection).await?;
    links::run(plan, connection).await?;
    delete::run(plan, connection).await
}
