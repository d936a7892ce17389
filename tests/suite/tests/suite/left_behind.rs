//! Transactions whose futures are dropped, that run side by side, or that are not ended: what is stored is what
//! was said to be stored.

use super::entities::*;
use std::future::{Future, pending, poll_fn};
use std::task::Poll;
use std::time::Duration;

/// Polls a future so many times, lets others run in between, and drops it.
async fn poll(future: impl Future<Output = Result<()>>, times: usize) {
    let mut future = Box::pin(future);
    for _ in 0..times {
        if poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await.is_ready() {
            return;
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
}

/// A transaction that stores an author and goes on for ever, dropped.
async fn left_behind(em: &EntityManager) {
    let transaction = em.transactional(async |em| {
        author(&em, "inner");
        em.flush().await?;
        author(&em, "never flushed");
        pending::<()>().await;
        Ok::<_, Error>(())
    });
    assert!(tokio::time::timeout(Duration::from_millis(50), transaction).await.is_err());
}

suite! {
    /// spec: Y135, Y139
    async fn a_transaction_commits_though_one_within_it_was_dropped(t: &Test<Shared<Blog>>) {
        let em = t.em();
        em.transactional(async |em| {
            author(&em, "before");
            em.flush().await?;
            left_behind(&em).await;
            author(&em, "after");
            left_behind(&em).await;
            Ok::<_, Error>(())
        })
        .await?;
        assert!(!em.is_in_transaction().await);
        let names: Vec<_> = t.em().find::<Author>().order_by(Author::id.asc()).await?.iter().map(|author| author.name.clone()).collect();
        assert_eq!(names, ["before", "after"]);
    }

    /// spec: Y136, Y139
    async fn a_rollback_means_the_transaction_that_is_left(t: &Test<Shared<Blog>>) {
        let em = t.em();
        em.begin().await?;
        author(&em, "before");
        em.flush().await?;
        left_behind(&em).await;
        em.rollback().await?;
        assert!(!em.is_in_transaction().await);
        assert_eq!(t.number("select count(*) from author").await, 0);
    }

    /// spec: Y135, Y069
    async fn what_is_created_after_a_transaction_was_dropped_is_not_part_of_it(t: &Test<Shared<Blog>>) {
        for times in 0..20 {
            let em = t.em();
            let transaction = em.transactional(async |em| {
                author(&em, &format!("inside {times}"));
                em.flush().await?;
                pending::<()>().await;
                Ok::<_, Error>(())
            });
            poll(transaction, times).await;
            author(&em, &format!("outside {times}"));
            em.flush().await?;
        }
        assert_eq!(t.number("select count(*) from author where name like 'outside%'").await, 20);
        assert_eq!(t.number("select count(*) from author").await, 20);
    }

    /// spec: Y136, Y069
    async fn a_commit_or_rollback_runs_to_its_end_when_its_future_is_dropped(t: &Test<Shared<Blog>>) {
        for times in 1..15 {
            let em = t.em();
            em.begin().await?;
            let jon = author(&em, &format!("commit {times}"));
            em.flush().await?;
            poll(em.commit(), times).await;
            em.begin().await?;
            let arya = author(&em, &format!("rollback {times}"));
            em.flush().await?;
            poll(em.rollback(), times).await;
            let sam = author(&em, &format!("after {times}"));
            em.flush().await?;
            assert_eq!((jon.is_new(), arya.is_new(), sam.is_new()), (false, true, false), "{times}");
            assert!(!em.is_in_transaction().await);
        }
        assert_eq!(t.number("select count(*) from author").await, 28);
    }

    /// spec: Y135, Y139
    async fn of_transactions_side_by_side_none_reports_what_is_not_stored(t: &Test<Shared<Blog>>) {
        let em = t.em();
        let (first, second) = tokio::join!(
            em.transactional(async |em| {
                author(&em, "first");
                em.flush().await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok::<_, Error>(())
            }),
            em.transactional(async |em| {
                author(&em, "second");
                em.flush().await?;
                tokio::time::sleep(Duration::from_millis(60)).await;
                Ok::<_, Error>(())
            })
        );
        assert!(first.unwrap_err().to_string().contains("`fork` the entity manager"));
        assert!(second.is_err());
        assert!(!em.is_in_transaction().await);
        assert_eq!(t.number("select count(*) from author").await, 0);
    }

    /// spec: Y135, Y136
    async fn a_transaction_that_was_begun_in_a_closure_has_to_be_ended_there(t: &Test<Shared<Blog>>) {
        let em = t.em();
        let result = em
            .transactional(async |em| {
                em.begin().await?;
                author(&em, "Jon");
                Ok::<_, Error>(())
            })
            .await;
        assert!(result.unwrap_err().to_string().contains("is still open: commit it or roll it back first"));
        assert!(!em.is_in_transaction().await);
        assert_eq!(t.number("select count(*) from author").await, 0);
    }

    /// spec: Y135, Y081
    async fn a_rollback_forgets_what_was_scheduled_after_clearing(t: &Test<Blog>) {
        let em = t.em();
        let result = em
            .transactional(async |em| {
                em.clear();
                author(&em, "Jon");
                em.flush().await?;
                author(&em, "Sam");
                Err::<(), _>(Error::Closed)
            })
            .await;
        assert!(result.is_err());
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 0);
    }
}
