//! Readers, editors and queries on several threads.

use super::database::block_on;
use super::entities::{Author, Book, library, put_book};
use std::sync::Barrier;

/// The first edit of an entity, beside its readers: they see the version before or the one after.
#[test]
fn readers_beside_the_first_edit() {
    let rounds = if cfg!(miri) { 5 } else { 500 };
    for _ in 0..rounds {
        let (_, orm) = library();
        let em = orm.em();
        let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
        let barrier = Barrier::new(3);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    barrier.wait();
                    for _ in 0..50 {
                        let book = &*book;
                        assert!((book.pages == 100) == book.title.starts_with("a title"));
                    }
                });
            }
            barrier.wait();
            book.edit_with(|b| {
                b.title = "edited".into();
                b.pages = 7;
            });
        });
    }
}

#[test]
fn editors_of_different_fields_on_different_threads_all_last() {
    let rounds = if cfg!(miri) { 10 } else { 2000 };
    let (_, orm) = library();
    let em = orm.em();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::author).await }).unwrap();
    let references = [em.reference::<Author>(1), em.reference::<Author>(2)];
    std::thread::scope(|scope| {
        scope.spawn(|| (0..rounds).for_each(|round| book.edit().pages = round));
        scope.spawn(|| (0..rounds).for_each(|round| book.edit().title = round.to_string()));
        scope.spawn(|| (0..rounds).for_each(|round| book.edit().editor = Some(references[round as usize % 2].clone())));
        for _ in 0..rounds {
            let book = book.clone();
            assert!(!book.title.is_empty());
            assert!(matches!(book.editor.as_ref().map(|editor| editor.id()), None | Some(Some(1 | 2))));
            assert_eq!(book[Book::author].as_ref().unwrap().name, "Jon");
        }
    });
    assert_eq!((book.pages, book.title.clone()), (rounds - 1, (rounds - 1).to_string()));
}

#[test]
fn items_are_added_and_removed_beside_readers() {
    let rounds = if cfg!(miri) { 5 } else { 500 };
    let (_, orm) = library();
    let em = orm.em();
    let jon = block_on(async { em.find_one_or_fail::<Author>(1).populate(Author::books).await }).unwrap();
    let book = block_on(async { em.find_one_or_fail::<Book>(20).await }).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..rounds {
                jon.books.add(Book::builder().title(round.to_string()).text("t")).unwrap();
            }
        });
        scope.spawn(|| {
            for round in 0..rounds {
                book.edit().author = (round % 2 == 0).then(|| jon.to_ref());
            }
        });
        for _ in 0..rounds {
            let items = &jon[Author::books];
            assert!(items.iter().all(|book| !book.title.is_empty()));
            assert!(items.len() >= 2);
        }
    });
    let expected = rounds as usize + 2 + usize::from(book.author.is_some());
    assert_eq!(jon[Author::books].len(), expected);
}

/// Queries of the same rows at once, with rows that move, while they are edited.
#[test]
fn rows_are_read_by_several_queries_at_once() {
    let rounds = if cfg!(miri) { 2 } else { 100 };
    for round in 0..rounds {
        let (database, orm) = library();
        let em = orm.em();
        std::thread::scope(|scope| {
            for thread in 0..3 {
                let (em, database, orm) = (&em, &database, &orm);
                scope.spawn(move || {
                    if thread == 2 {
                        put_book(database, orm, 10, 2, "moved");
                    }
                    let books = block_on(async { em.find::<Book>().populate(Book::author).await }).unwrap();
                    for book in &books {
                        assert!(["Jon", "Arya"].contains(&book[Book::author].as_ref().unwrap().name.as_str()));
                        book.edit().pages = round;
                    }
                    let em = em.clone();
                    em.reference::<Author>(1 + i64::from(thread % 2))
                });
            }
        });
        let books = block_on(async { em.find::<Book>().await }).unwrap();
        assert_eq!(books.iter().map(|book| (book.id, book.pages)).collect::<Vec<_>>().len(), 3);
        assert!(books.iter().all(|book| book.pages == round));
    }
}
