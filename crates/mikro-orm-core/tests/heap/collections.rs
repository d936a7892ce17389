//! Collections: their state lives with their owner, whatever becomes of handles, items and buffers.

use super::database::block_on;
use super::entities::{Author, Book, shelf};
use mikro_orm_core::EntityManager;

fn jon(em: &EntityManager) -> mikro_orm_core::LoadedWith<Author, super::entities::author::books> {
    block_on(async { em.find_one_or_fail::<Author>(1).populate(Author::books).await }).unwrap()
}

/// spec: U27
#[test]
fn an_item_is_removed_while_a_handle_into_the_collection_lives() {
    let (_, em) = shelf();
    let jon = jon(&em);
    let items = &jon[Author::books][..];
    let first = &items[0];
    assert!(jon.books.remove(first).unwrap());
    assert_eq!(jon[Author::books].len(), 1);
    block_on(em.flush()).unwrap();
    assert_eq!(items.len(), 2);
    assert!(first.title.starts_with("a title"));
    assert!(first.author.is_none());
}

#[test]
fn items_come_and_go_while_the_collection_is_walked() {
    let (_, em) = shelf();
    let jon = jon(&em);
    let mut walked = 0;
    for (index, book) in (&jon[Author::books]).into_iter().enumerate() {
        jon.books.remove(book).unwrap();
        for more in 0..20 {
            jon.books.add(Book::builder().title(format!("{index} {more}")).text("t")).unwrap();
        }
        walked += 1;
    }
    assert_eq!(walked, 2);
    assert_eq!(jon[Author::books].len(), 40);
    block_on(em.flush()).unwrap();
    assert!(jon[Author::books].iter().all(|book| book.id() == Some(book.id) && book.author == Some(jon.to_ref())));
}

#[test]
fn a_predicate_may_change_the_collection_or_panic() {
    let (_, em) = shelf();
    let jon = jon(&em);
    let removed = jon.books.remove_where(|book| {
        jon.books.add(Book::builder().title(format!("beside {}", book.id)).text("t")).unwrap();
        book.id == 10
    });
    assert_eq!(removed.unwrap(), 1);
    assert_eq!(jon[Author::books].len(), 3);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| jon.books.remove_where(|_| panic!("no"))));
    assert!(panic.is_err());
    assert_eq!(jon[Author::books].len(), 3);
    block_on(em.flush()).unwrap();
}

/// spec: U24
#[test]
fn items_that_are_moved_by_their_relation_change_collections() {
    let (_, em) = shelf();
    let authors = block_on(async { em.find::<Author>().populate(Author::books).await }).unwrap();
    let moved: Vec<_> = authors[0][Author::books].iter().cloned().collect();
    for round in 0..if cfg!(miri) { 6 } else { 200 } {
        for book in &moved {
            book.edit().author = Some(authors[(round + 1) % 2].to_ref());
        }
    }
    assert_eq!((authors[0][Author::books].len(), authors[1][Author::books].len()), (2, 1));
    block_on(em.flush()).unwrap();
}

/// An item that was added by key is not loaded: `get` is an error, the view panics, and loading it mends both.
#[test]
fn an_unloaded_item_is_never_read_as_a_loaded_one() {
    let (_, em) = shelf();
    let jon = jon(&em);
    let view = &jon[Author::books];
    jon.books.add(20).unwrap();
    let error = jon.books.get().unwrap_err();
    assert!(error.to_string().contains("Book 20"), "{error}");
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| view.len())).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("Book 20"));
    block_on(em.reference::<Book>(20).load()).unwrap();
    assert_eq!(view.len(), 3);
    assert_eq!(view[2].author, Some(jon.to_ref()));
}
