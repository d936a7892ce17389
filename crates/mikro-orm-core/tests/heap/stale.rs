//! What a handle's type says about loaded relations, when edits and other transactions make it untrue.

use super::database::block_on;
use super::entities::{Author, Book, library, put_book, shelf};
use mikro_orm_core::value::Value;

#[test]
fn a_populated_relation_that_an_edit_has_moved_panics_with_a_remedy() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::author).await }).unwrap();
    assert_eq!(book[Book::author].as_ref().unwrap().name, "Jon");
    book.edit().author = Some(em.reference(2));
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| book[Book::author].is_some())).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    for part in ["Book.author", "Author 2", "not loaded", ".get()?", ".load().await?"] {
        assert!(message.contains(part), "{message}");
    }
    let error = book.author.as_ref().unwrap().get().unwrap_err();
    assert!(error.to_string().contains("Author"), "{error}");
    block_on(book.author.as_ref().unwrap().load()).unwrap();
    assert_eq!(book[Book::author].as_ref().unwrap().name, "Arya");
}

#[test]
fn a_populated_relation_that_a_row_has_moved_is_loaded_with_the_row() {
    let (database, orm) = library();
    let em = orm.em();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::author).await }).unwrap();
    // another transaction gives the book to an author whom this entity manager has not seen
    put_book(&database, &orm, 10, 2, "moved");
    block_on(async { em.find::<Book>().await }).unwrap();
    assert_eq!(book.title, "moved");
    assert_eq!(book[Book::author].as_ref().unwrap().name, "Arya");
}

/// spec: U09
#[test]
fn a_row_merges_into_edits_and_a_refresh_drops_them() {
    let (database, orm) = library();
    let em = orm.em();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::text).await }).unwrap();
    let text = &book[Book::text];
    book.edit().title = "mine".into();
    put_book(&database, &orm, 10, 2, "theirs");
    block_on(async { em.find::<Book>().await }).unwrap();
    assert_eq!((book.title.as_str(), book.author.as_ref().unwrap().id()), ("mine", Some(2)));
    block_on(em.refresh(&book)).unwrap();
    assert_eq!(book.title, "theirs");
    // what was loaded lazily stays loaded, for the reader from before and for the handle
    assert_eq!((text.as_str(), book[Book::text].as_str()), ("the text of 10", "the text of 10"));
    database.log();
    block_on(em.flush()).unwrap();
    assert_eq!(database.log(), []);
}

/// A change after a refresh is one change: the entity is among the changed ones once.
#[test]
fn an_edit_after_a_refresh_is_flushed_once() {
    let (database, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    for round in 0..3 {
        book.edit().pages = round;
        block_on(em.refresh(&book)).unwrap();
    }
    book.edit().pages = 7;
    database.log();
    block_on(em.flush()).unwrap();
    assert_eq!(database.log(), [("update", 1), ("commit", 0)]);
    block_on(em.flush()).unwrap();
    assert_eq!(database.log(), []);
}

#[test]
fn a_draft_without_its_lazy_scalar_leaves_what_is_loaded() {
    let (database, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::text).await }).unwrap();
    book.edit_with(|b| {
        b.text = Default::default();
        b.pages = 3;
    });
    assert_eq!(book[Book::text].as_str(), "the text of 10");
    database.log();
    block_on(em.flush()).unwrap();
    assert_eq!(database.log(), [("update", 1), ("commit", 0)]);
    assert_eq!(book[Book::text].as_str(), "the text of 10");
}

#[test]
fn an_entity_whose_row_can_not_be_read_stays_as_it_is() {
    let (database, orm) = library();
    let em = orm.em();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let broken = |id| {
        let fields = [("id", Value::Int(id)), ("title", Value::Text("broken".into())), ("pages", Value::Text("many".into()))];
        database.put(&orm, "Book", &fields);
    };
    broken(10);
    broken(30);
    let error = block_on(async { em.find::<Book>().await }).unwrap_err();
    assert!(error.to_string().contains("Book.pages"), "{error}");
    assert!(book.title.starts_with("a title"));
    let error = block_on(async { em.find_one::<Book>(30).await }).unwrap_err();
    assert!(error.to_string().contains("Book.pages"), "{error}");
    // the room of the row that could not be read is used by the one that can
    put_book(&database, &orm, 30, 1, "whole");
    put_book(&database, &orm, 10, 1, "whole");
    assert_eq!(block_on(async { em.find_one_or_fail::<Book>(30).await }).unwrap().title, "whole");
    block_on(em.refresh(&book)).unwrap();
    assert_eq!(book.title, "whole");
    let _: Vec<_> = block_on(async { em.find::<Author>().await }).unwrap();
}
