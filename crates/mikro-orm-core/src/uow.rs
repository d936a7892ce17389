//! The unit of work: from what changed in the identity map to statements, and back.
//!
//! After Fowler's pattern, with MikroORM's flush order. Changes are known, not searched for: the first version
//! published since the snapshot, `persist` and `remove` register a cell with the heap. A flush computes change
//! sets from these, orders them, runs them in one transaction, and tells the heap what the database has now.
//! Until then the heap is not touched: keys that the database gives live in the flush, so that a failed one has
//! nothing to take back.

mod apply;
mod awaited;
mod change;
mod delete;
mod events;
mod finish;
mod insert;
mod levels;
mod links;
mod order;
mod plan;
mod readonly;
mod schedule;
mod undo;
mod update;
mod work;

pub(crate) use events::change_sets;
pub(crate) use finish::FinishOnDrop;
pub(crate) use readonly::check_written;
pub(crate) use schedule::{persist, remove};
pub(crate) use undo::Undo;

use crate::context::Context;
use crate::driver::BoxFuture;
use crate::error::{Error, Result};
use crate::heap::{HeapArc, open_draft};
use order::Turn;
use plan::Plan;
use std::sync::Arc;
use work::Work;

/// Stores what is pending; see [`EntityManager::flush`](crate::EntityManager::flush).
pub(crate) async fn flush(context: &Arc<Context>) -> Result<()> {
    context.check_outcome()?;
    if context.in_hook() {
        return Err(Error::refused(
            "`em.flush()` can't be called inside a hook or subscriber: a flush is on the way. What is edited before the \
             entity's own statement is part of it; what else is created or edited belongs into `before_flush` or `on_flush`",
        ));
    }
    context.reclaim();
    let heap = context.heap();
    if let Some(entity) = open_draft(&heap) {
        return Err(Error::invalid(
            entity,
            "has a draft open on this thread: let the guard of `.edit()` go before flushing, or use `.edit_with(..)`",
        ));
    }
    if !heap.has_work() && !context.events.has_subscribers() {
        return Ok(());
    }
    let result = FinishOnDrop::new(run(context.clone(), heap)).await;
    context.reclaim();
    result
}

/// Flushes before a query whose answer must have what is pending. Not inside a hook: its flush is on the way.
///
/// (Boxed: a flush may query, too.)
pub(crate) fn flush_before_query(context: &Arc<Context>) -> BoxFuture<'_, Result<()>> {
    if context.in_hook() { Box::pin(std::future::ready(Ok(()))) } else { Box::pin(flush(context)) }
}

async fn run(context: Arc<Context>, heap: HeapArc) -> Result<()> {
    let session = context.session().await?;
    let mut work = Work::new(&context, &heap, session);
    let result = store(&mut work).await;
    work.end();
    result
}

async fn store(work: &mut Work<'_>) -> Result<()> {
    let mut plan = match prepare(work).await {
        Ok(plan) => plan,
        Err(error) => {
            work.take_back();
            return Err(error);
        }
    };
    if plan.is_empty() {
        work.heap.settle_schedule();
        work.keep_undo();
        return work.after_flush().await;
    }
    if let Err(error) = execute(&mut plan, work).await {
        work.fail().await;
        return Err(error);
    }
    work.heap.note_flush();
    let mut undo = std::mem::take(&mut work.undo);
    if work.keeps_undo() {
        undo.reserve(plan.inserts.len() + plan.updates.len() + plan.links.len() + plan.deletes.len());
        apply::stored(plan, |step| undo.push(step))?;
        work.undo = undo;
    } else {
        apply::stored(plan, drop)?;
    }
    work.heap.settle_schedule();
    work.committed().await?;
    work.after_flush().await
}

/// What is to be written, once subscribers have had their say.
async fn prepare(work: &mut Work<'_>) -> Result<Plan> {
    work.before_flush().await?;
    work.plan().await
}

/// Runs a plan: what has to go or to change before others can take its place; inserts, targets first; updates; what
/// cycles left open; collections; deletes, owners first.
async fn execute(plan: &mut Plan, work: &mut Work<'_>) -> Result<()> {
    work.begin().await?;
    update::run(plan, Turn::First, work).await?;
    if !plan.order.early_deletes.is_empty() {
        delete::run(plan, true, work).await?;
    }
    if !plan.order.early_orphans.is_empty() {
        links::run_early(plan, work.connection()?).await?;
    }
    update::run(plan, Turn::Early, work).await?;
    insert::run(plan, work).await?;
    update::run(plan, Turn::Usual, work).await?;
    awaited::run(plan, work).await?;
    if work.is_observed() {
        links::renew(plan);
    }
    links::run(plan, work.connection()?).await?;
    delete::run(plan, false, work).await?;
    work.note_done(plan);
    work.commit().await
}
