//! Drafts: merged by field, published whole or not at all, and never across a flush.

use super::database::block_on;
use super::entities::{Author, Book, shelf};
use super::process::alone_and_leaking;
use mikro_orm_core::Error;

#[test]
fn two_drafts_of_different_fields_both_last_and_of_one_field_the_later() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let (mut one, mut two) = (book.edit(), book.edit());
    one.title = "one".into();
    one.pages = 1;
    two.pages = 2;
    two.author = None;
    drop(one);
    drop(two);
    assert_eq!((book.title.as_str(), book.pages, book.author.is_none()), ("one", 2, true));
}

/// Identities can't be swapped: the cell keeps its key, and the flush says what was tried.
#[test]
fn swapped_identities_keep_their_keys_and_are_an_error_of_the_flush() {
    let (database, em) = shelf();
    let (a, b) =
        block_on(async { (em.find_one_or_fail::<Book>(10).await.unwrap(), em.find_one_or_fail::<Book>(20).await.unwrap()) });
    std::mem::swap(&mut *a.edit(), &mut *b.edit());
    assert_eq!((a.id, a.author.as_ref().unwrap().id(), a.id()), (10, Some(2), Some(10)));
    assert_eq!((b.id, b.author.as_ref().unwrap().id(), b.id()), (20, Some(1), Some(20)));
    database.log();
    for _ in 0..2 {
        let error = block_on(em.flush()).unwrap_err();
        assert!(error.to_string().contains("the primary key of Book"), "{error}");
    }
    assert_eq!(database.log(), []);
    block_on(em.flush()).unwrap();
}

#[test]
fn the_collections_of_swapped_entities_stay_where_they_are() {
    let (_, em) = shelf();
    let authors = block_on(async { em.find::<Author>().populate(Author::books).await }).unwrap();
    std::mem::swap(&mut authors[0].edit().books, &mut authors[1].edit().books);
    let lengths: Vec<_> = authors.iter().map(|author| author[Author::books].len()).collect();
    assert_eq!(lengths, [2, 1]);
    let error = block_on(em.flush()).unwrap_err();
    assert!(error.to_string().contains("can't be replaced by another entity's"), "{error}");
}

#[test]
fn lazy_scalars_of_two_entities_can_be_swapped() {
    let (_, em) = shelf();
    let books = block_on(async {
        let one = em.find_one_or_fail::<Book>(10).populate(Book::text).await.unwrap().into_plain();
        let two = em.find_one_or_fail::<Book>(20).await.unwrap();
        [one, two]
    });
    std::mem::swap(&mut books[0].edit().text, &mut books[1].edit().text);
    assert_eq!(books[1].text.get().unwrap(), "the text of 10");
    // the other one got what is not loaded: its own stays
    assert_eq!(books[0].text.get().unwrap(), "the text of 10");
    block_on(em.flush()).unwrap();
    em.clear();
    let book = block_on(async { em.find_one_or_fail::<Book>(20).populate(Book::text).await }).unwrap();
    assert_eq!(book[Book::text].as_str(), "the text of 10");
}

#[test]
fn a_flush_beside_an_open_draft_is_an_error_that_names_the_entity() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let mut draft = book.edit();
    draft.pages = 5;
    let error = block_on(em.flush()).unwrap_err();
    assert!(error.to_string().starts_with("Book") && error.to_string().contains("draft open"), "{error}");
    // another entity manager's flush is no concern of this draft
    block_on(em.fork().flush()).unwrap();
    drop(draft);
    block_on(em.flush()).unwrap();
}

#[test]
fn what_an_edit_gives_up_is_not_published() {
    let (database, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let result: Result<(), &str> = book.edit_with(|b| {
        b.pages = 5;
        Err("no")
    });
    assert!(result.is_err());
    let mut draft = book.edit();
    draft.author = Some(em.reference(2));
    draft.discard();
    // nothing differs: nothing is published
    book.edit().pages = 100;
    assert_eq!((book.pages, book.author.as_ref().unwrap().id()), (100, Some(1)));
    database.log();
    block_on(em.flush()).unwrap();
    assert_eq!(database.log(), []);
}

/// Leaks what it holds, its heap included; nothing dangles, and only that heap's flushes are refused for ever.
#[test]
fn a_forgotten_draft_leaks_and_is_sound() {
    if !alone_and_leaking("heap::drafts::a_forgotten_draft_leaks_and_is_sound") {
        return;
    }
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let mut draft = book.edit();
    draft.pages = 5;
    std::mem::forget(draft);
    assert_eq!(book.pages, 100);
    assert!(matches!(block_on(em.flush()), Err(Error::Validation { .. })));
    drop((em, book));
    // many heaps later, one may be where that one was: it has no draft open
    for _ in 0..1000 {
        let (_, em) = shelf();
        let author = block_on(async { em.find_one_or_fail::<Author>(1).await }).unwrap();
        author.edit().name = "x".into();
        block_on(em.flush()).unwrap();
        std::mem::forget(author.edit());
    }
}

/// A draft that is made and dropped by a destructor, while its thread panics about something else, is no half edit.
#[test]
fn a_draft_in_a_destructor_is_published_though_the_thread_panics() {
    struct Ends<'a>(&'a mikro_orm_core::Loaded<Book>);
    impl Drop for Ends<'_> {
        fn drop(&mut self) {
            self.0.edit().pages = 3;
        }
    }
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ends = Ends(&book);
        panic!("about something else");
    }));
    assert!(panic.is_err());
    assert_eq!(book.pages, 3);
}
