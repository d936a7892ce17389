//! Futures that are dropped half-way, and databases that refuse writes.

use super::entities::*;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Polls a future once, and drops it.
fn poll_once(future: impl Future<Output = Result<()>>) -> bool {
    let mut future = pin!(future);
    matches!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending)
}

suite! {
    /// spec: Y069, U32
    async fn a_flush_runs_to_its_end_when_its_future_is_dropped(t: &Test<Shared<Blog>>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        book(&em, "Oaths", &jon);
        poll_once(em.flush());
        // whatever of it was left runs before the next one
        em.flush().await?;
        assert_eq!((jon.is_new(), jon.id()), (false, Some(1)));
        assert_eq!(t.number("select count(*) from author").await, 1);
        assert_eq!(t.number("select count(*) from book").await, 1);
        jon.edit().name = "Jon Snow".into();
        em.flush().await?;
        assert_eq!(t.text("select name from author").await.as_deref(), Some("Jon Snow"));
    }

    /// spec: Y069
    async fn a_flush_that_was_never_polled_does_nothing(t: &Test<Shared<Blog>>) {
        let em = t.em();
        author(&em, "Jon");
        drop(em.flush());
        assert_eq!(t.number("select count(*) from author").await, 0);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 1);
    }

    /// spec: Y020
    async fn a_query_whose_future_is_dropped_leaves_everything_usable(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let em = t.em();
        for _ in 0..20 {
            poll_once(async { em.find::<Book>().populate((Book::author, Book::editor)).await.map(drop) });
            poll_once(async { em.count::<Book>(Condition::all()).await.map(drop) });
        }
        assert_eq!(em.find::<Book>().await?.len(), 3);
        let book = em.find_one_or_fail::<Book>(1).await?;
        for _ in 0..20 {
            poll_once(async { book.author.load().await.map(drop) });
        }
        assert_eq!(book.author.load().await?.name, "Jon");
    }

    /// spec: Y138, Y002 @sqlite
    async fn a_read_only_file_can_be_read_and_nothing_is_lost_by_trying_to_write(t: &Test<Shared<Blog>>) {
        library(t).await?;
        if !t.is_sqlite() {
            return Ok(());
        }
        let options = mikro_orm::SqliteOptions::new(t.file()).read_only(true);
        let orm = Orm::builder(options).entities(entities![Author]).build().await?;
        let em = orm.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().name = "Jon Snow".into();
        let error = em.flush().await.unwrap_err();
        assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
        assert_eq!(jon.name, "Jon Snow");
        assert!(matches!(em.flush().await, Err(Error::ReadOnly { .. })));
        em.refresh(&jon).await?;
        em.flush().await?;
        orm.close().await;
    }
}
