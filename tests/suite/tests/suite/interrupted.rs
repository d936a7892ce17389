//! Futures that are dropped half-way, and databases that refuse writes.

use super::entities::*;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Polls a future once, and drops it.
fn poll_once(future: impl Future<Output = Result<()>>) -> bool {
    let mut future = pin!(future);
    matches!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending)
}

/// Polls a future so many times, lets others run in between, and drops it. Says whether it was ready.
async fn poll(future: impl Future<Output = Result<()>>, times: usize) -> bool {
    let mut future = Box::pin(future);
    for _ in 0..times {
        if poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await.is_ready() {
            return true;
        }
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    false
}

suite! {
    /// spec: Y069, U32
    async fn a_flush_that_is_dropped_anywhere_writes_everything_once(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        let mut ended = 0;
        for times in 0..40 {
            let name = format!("n{times}");
            let new = author(&em, &name);
            let first = book(&em, &name, &new);
            let second = new.add_to(Author::books, Book::builder().title(&name))?;
            jon.edit().name = name.clone();
            jon.assign(Author::age.increment(1))?;
            em.reference::<Author>(2).assign(Author::age.increment(1))?;
            let dropped = async { if times % 2 == 0 { em.flush().await } else { em.find::<Book>().await.map(drop) } };
            ended += usize::from(poll(dropped, times).await);
            em.flush().await?;
            assert!(!new.is_new() && first.id().is_some() && second.id() != first.id());
            assert_eq!((&*jon.name, jon.age), (&*name, Some(18 + times as i32)));
            em.remove(&first)?;
            poll(em.flush(), times).await;
            em.flush().await?;
            let of = |table: &str, column: &str| format!("select count(*) from {table} where {column} = '{name}'");
            assert_eq!(t.number(&of("book", "title")).await, 1);
            assert_eq!(t.number(&of("author", "name")).await, 2);
            assert_eq!(t.number("select age from author where id = 2").await, 12 + times as i64);
            second.get()?.edit().title = "done".into();
            em.flush().await?;
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
        assert!(ended > 0, "some futures were polled to their end");
        assert_eq!(t.number("select count(*) from author").await, 43);
    }

    /// spec: Y069, U32, Y082
    async fn a_flush_that_fails_after_it_was_dropped_fails_again(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let em = t.em();
        for times in 0..12 {
            let sam = em.create(Author::builder().name("Sam").email("jon@north"));
            let healing = book(&em, "Healing", &sam);
            poll(em.flush(), times).await;
            assert!(em.flush().await.unwrap_err().is_unique_violation());
            assert_eq!((sam.id(), healing.id()), (None, None));
            sam.edit().email = format!("sam{times}@north");
            em.flush().await?;
            assert_eq!(t.number("select count(*) from book where title = 'Healing'").await, times as i64 + 1);
        }
    }

    /// spec: S140, Y069
    async fn clearing_while_a_flush_is_under_way_leaves_it_be(t: &Test<Shared<Blog>>) {
        library(t).await?;
        for times in 0..12 {
            let em = t.em();
            let name = format!("n{times}");
            let new = author(&em, &name);
            let mut flush = Box::pin(em.flush());
            for _ in 0..times {
                if poll_fn(|context| Poll::Ready(flush.as_mut().poll(context))).await.is_ready() {
                    break;
                }
                tokio::time::sleep(Duration::from_micros(300)).await;
            }
            em.clear();
            drop(flush);
            em.flush().await?;
            // (nobody waits for what is finished without its entity manager)
            let expected = i64::from(times > 0);
            let count = format!("select count(*) from author where name = '{name}'");
            for _ in 0..500 {
                if t.number(&count).await == expected {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let stored = t.number(&count).await;
            assert_eq!(stored, expected, "a flush that began ends, and one that did not is forgotten");
            assert_eq!(new.name, name);
            assert_eq!(em.count(Author::name.eq(&name)).await? as i64, stored);
        }
    }

    /// spec: Y075, S140
    async fn clearing_forgets_what_the_database_was_to_compute(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.assign(Author::age.increment(1))?;
        em.reference::<Author>(2).assign(Author::age.set_raw("{age} * 2"))?;
        let fork = em.fork();
        em.clear();
        t.forget();
        em.flush().await?;
        fork.flush().await?;
        t.expect(0);
        // nobody's any more
        assert!(jon.assign(Author::age.increment(1)).is_err());
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select sum(age) from author").await, 28);
    }

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
