//! Safe code that claims what is not so: it gets an error or a panic, never another type's memory.

use super::database::block_on;
use super::entities::{Author, Book, shelf};
use mikro_orm_core::create::Creation;
use mikro_orm_core::em::{HandleShape, Handles, Single};
use mikro_orm_core::input::{Build, Input};
use mikro_orm_core::{Collection, Lazy, Loaded, Ref};

#[test]
fn a_handle_is_not_taken_for_another_entitys() {
    let (_, em) = shelf();
    let jon = block_on(async { em.find_one_or_fail::<Author>(1).await }).unwrap();
    let forged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let erased = Handles::<Author>::to_any(&&jon);
        let book: Loaded<Book> = <Single as HandleShape>::from_any(erased);
        book.title.len()
    }));
    assert!(forged.is_err());
}

/// Builders written by hand, which name fields that are not theirs.
struct WrongCollection;
impl Build<Author> for WrongCollection {
    fn build(self, creation: &mut Creation<'_>) -> Author {
        // `Author.books` is a collection of books
        let _: Collection<Author> = creation.to_many(3, vec![Input::Key(2)]);
        Author { id: 0, name: "forged".into(), friend: None, books: Collection::new() }
    }
}
#[test]
fn a_collection_holds_its_own_entities_only() {
    let (_, em) = shelf();
    let forged = em.create(WrongCollection);
    assert!(forged.books.get().unwrap().is_empty());
    let error = block_on(em.flush()).unwrap_err();
    assert!(error.to_string().contains("no collection of Author"), "{error}");
}

struct WrongOwner(std::sync::mpsc::Sender<Ref<Book>>);
impl mikro_orm_core::input::New<Book> for WrongOwner {
    fn build(self: Box<Self>, creation: &mut Creation<'_>) -> Book {
        // `Book.author` is what the collection implies here: an author, not a book
        let _ = self.0.send(creation.to_one::<Book>(4, None));
        Book { id: 0, title: "t".into(), pages: 1, text: Lazy::default(), author: None, editor: None }
    }
}
struct HasWrongOwner(WrongOwner);
impl Build<Author> for HasWrongOwner {
    fn build(self, creation: &mut Creation<'_>) -> Author {
        let books = creation.to_many(3, vec![Input::New(Box::new(self.0))]);
        Author { id: 0, name: "forged".into(), friend: None, books }
    }
}
#[test]
fn an_implied_owner_is_of_the_relations_type() {
    let (_, em) = shelf();
    let (sender, receiver) = std::sync::mpsc::channel();
    em.create(HasWrongOwner(WrongOwner(sender)));
    let forged = receiver.recv().unwrap();
    assert!(forged.get().is_err());
    assert!(block_on(em.flush()).is_err());
}
