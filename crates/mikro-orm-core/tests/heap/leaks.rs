//! Identity maps go when the last handle goes.

use super::database::block_on;
use super::entities::{Author, Book, library};
use super::process::{allocated_by_all as allocated, alone};
use mikro_orm_core::heap::live_heaps;

#[test]
fn ten_thousand_entity_managers_with_cyclic_graphs_leave_nothing() {
    if !alone("heap::leaks::ten_thousand_entity_managers_with_cyclic_graphs_leave_nothing") {
        return;
    }
    let (database, orm) = library();
    let heaps = live_heaps();
    let mut bytes = 0;
    let rounds = if cfg!(miri) { 5 } else { 10_000 };
    for round in 0..rounds {
        if round == 2 {
            // (what is made once per process and per thread is made by now)
            bytes = allocated();
        }
        let em = orm.em();
        let authors = block_on(async { em.find::<Author>().populate(Author::books).await }).unwrap();
        for author in &authors {
            author.edit().friend = Some(authors[0].to_ref());
            for book in author[Author::books].iter() {
                book.edit_with(|b| {
                    b.editor = Some(author.to_ref());
                    b.text = "some text".into();
                });
            }
        }
        let new = em.create(Author::builder().name("new").friend(&authors[1]).books([Book::builder().title("t").text("t")]));
        database.log();
        match round % 4 {
            0 => drop(em),
            1 => em.clear(),
            2 => drop(std::thread::spawn(move || drop((em, authors))).join()),
            _ => {
                new.edit().friend = Some(new.to_ref());
                drop(em.fork());
            }
        }
    }
    assert_eq!(live_heaps(), heaps);
    assert!((allocated() - bytes).abs() < 4096, "{} bytes are left", allocated() - bytes);
}

#[test]
fn a_failed_flush_and_a_rolled_back_transaction_leave_nothing() {
    if !alone("heap::leaks::a_failed_flush_and_a_rolled_back_transaction_leave_nothing") {
        return;
    }
    let heaps = live_heaps();
    let mut bytes = 0;
    for round in 0..if cfg!(miri) { 4 } else { 500 } {
        if round == 2 {
            bytes = allocated();
        }
        let (database, orm) = library();
        let em = orm.em();
        let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
        book.edit().title = "edited".into();
        em.create(Author::builder().name("new"));
        database.fail_next(["insert", "update", "commit"][round % 3]);
        block_on(em.flush()).unwrap_err();
        let _: Result<(), _> = block_on(em.transactional(async |em| {
            em.flush().await?;
            em.remove(&book)?;
            em.flush().await?;
            Err::<(), mikro_orm_core::Error>(mikro_orm_core::Error::Closed)
        }));
        assert_eq!(book.id(), Some(10));
        block_on(em.flush()).unwrap();
    }
    assert_eq!(live_heaps(), heaps);
    assert!((allocated() - bytes).abs() < 4096, "{} bytes are left", allocated() - bytes);
}
