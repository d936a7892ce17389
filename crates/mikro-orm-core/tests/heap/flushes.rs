//! What a flush stores, and what it leaves pending, when edits come beside it.

use super::database::block_on;
use super::entities::{Author, Book, library, shelf};
use super::process::alone;
use mikro_orm_core::query::ScalarProperty;

/// A million edits of one row, flushed now and then: what newer versions have replaced is freed.
#[test]
fn memory_is_bounded_by_what_is_edited_between_flushes() {
    if !alone("heap::flushes::memory_is_bounded_by_what_is_edited_between_flushes") {
        return;
    }
    // (a sanitizer makes each of them ten times as slow)
    let rounds = if std::env::var("ASAN_OPTIONS").is_ok_and(|options| !options.is_empty()) { 50 } else { 1000 };
    let edits = 1000;
    let (_, em) = shelf();
    let mut high = 0;
    for round in 0..rounds {
        // (the handle goes before the flush: while one is out, somebody may be reading an old version)
        let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
        for edit in 0..edits {
            book.edit().pages = round * edits + edit + 1;
        }
        drop(book);
        block_on(em.flush()).unwrap();
        if round == 1 {
            high = super::process::allocated();
        }
    }
    assert!(super::process::allocated() <= high + (64 << 10), "{} after {high}", super::process::allocated());
}

#[test]
fn edits_that_come_while_a_flush_runs_are_stored_by_the_next_one() {
    let (database, orm) = library();
    let em = orm.em();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let new = em.create(Author::builder().name("new"));
    block_on(async {
        book.edit().pages = 1;
        let flush = em.flush();
        let edit = async {
            // (the flush has sent its statements by now, and waits for answers)
            book.edit().title = "beside".into();
            new.edit().name = "beside".into();
        };
        let (flushed, ()) = join(flush, edit).await;
        flushed.unwrap();
        assert_eq!(book.title, "beside");
        em.flush().await.unwrap();
        em.clear();
        let again = em.find_one_or_fail::<Book>(10).await.unwrap();
        assert_eq!((again.pages, again.title.as_str()), (1, "beside"));
        assert_eq!(em.find_one_or_fail::<Author>(new.id).await.unwrap().name, "beside");
    });
    assert!(database.log().iter().filter(|(kind, _)| *kind == "update").count() >= 2);
}

async fn join<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (mut a, mut b) = (Box::pin(a), Box::pin(b));
    let (mut done_a, mut done_b) = (None, None);
    std::future::poll_fn(|context| {
        if done_a.is_none()
            && let std::task::Poll::Ready(value) = a.as_mut().poll(context)
        {
            done_a = Some(value);
        }
        if done_b.is_none()
            && let std::task::Poll::Ready(value) = b.as_mut().poll(context)
        {
            done_b = Some(value);
        }
        if done_a.is_some() && done_b.is_some() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    (done_a.unwrap(), done_b.unwrap())
}

/// Editors and a flusher on several threads: whatever the order, in the end the database has the last edits.
#[test]
fn no_edit_is_lost_between_flushes_on_another_thread() {
    let rounds = if cfg!(miri) { 5 } else { 300 };
    for _ in 0..3 {
        let (_, orm) = library();
        let em = orm.em();
        let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
        let new = em.create(Author::builder().name("new"));
        std::thread::scope(|scope| {
            scope.spawn(|| (0..rounds).for_each(|round| book.edit().pages = round));
            scope.spawn(|| (0..rounds).for_each(|round| book.edit().title = round.to_string()));
            scope.spawn(|| (0..rounds).for_each(|round| new.edit().name = round.to_string()));
            scope.spawn(|| (0..rounds / 10).for_each(|_| block_on(em.flush()).unwrap()));
            scope.spawn(|| (0..rounds / 10).for_each(|_| drop(block_on(async { em.find::<Book>().await }).unwrap())));
        });
        block_on(em.flush()).unwrap();
        let last = rounds - 1;
        let other = orm.em();
        block_on(async {
            let stored = other.find_one_or_fail::<Book>(10).await.unwrap();
            assert_eq!((stored.pages, stored.title.clone()), (last, last.to_string()));
            let stored = other.find_one_or_fail::<Author>(new.id).await.unwrap();
            assert_eq!(stored.name, last.to_string());
        });
    }
}

/// spec: U11, U38
#[test]
fn what_is_assigned_beside_the_loading_of_a_row_is_stored() {
    let rounds = if cfg!(miri) { 3 } else { 200 };
    for _ in 0..rounds {
        let (_, orm) = library();
        let em = orm.em();
        let author = em.reference::<Author>(1);
        std::thread::scope(|scope| {
            scope.spawn(|| author.assign(Author::name.set("assigned")).unwrap());
            scope.spawn(|| drop(block_on(async { em.find::<Author>().await }).unwrap()));
        });
        assert_eq!(author.get().unwrap().name, "assigned");
        block_on(em.flush()).unwrap();
        let stored = block_on(async { orm.em().find_one_or_fail::<Author>(1).await }).unwrap();
        assert_eq!(stored.name, "assigned");
    }
}
