//! Entities of two identity maps in one program: each keeps to its own.

use super::database::block_on;
use super::entities::{Author, Book, library};
use mikro_orm_core::{Error, Ref};

/// spec: U23
#[test]
fn an_entity_of_another_entity_manager_becomes_the_own_one_for_its_key() {
    let (_, orm) = library();
    let (first, second) = (orm.em(), orm.em());
    let (jon, book) = block_on(async {
        (first.find_one_or_fail::<Author>(1).await.unwrap(), second.find_one_or_fail::<Book>(20).await.unwrap())
    });
    book.edit().author = Some(jon.to_ref());
    drop((jon, first));
    let author = book.author.as_ref().unwrap();
    assert_eq!(author.id(), Some(1));
    assert!(author.get().is_err());
    assert_eq!(block_on(author.load()).unwrap().name, "Jon");
    block_on(second.flush()).unwrap();
}

#[test]
fn drafts_of_two_entity_managers_can_be_swapped() {
    let (_, orm) = library();
    let (first, second) = (orm.em(), orm.em());
    let (one, two) = block_on(async {
        let one = first.find_one_or_fail::<Book>(10).populate((Book::author, Book::text)).await.unwrap();
        let two = second.find_one_or_fail::<Book>(10).await.unwrap();
        (one, two)
    });
    one.edit().pages = 1;
    two.edit().author = Some(second.reference(2));
    std::mem::swap(&mut *one.edit(), &mut *two.edit());
    assert_eq!((one.pages, two.pages), (100, 1));
    drop((one, first));
    let author = two.author.as_ref().unwrap();
    assert_eq!(author.id(), Some(1));
    assert_eq!(two.text.get().unwrap(), "the text of 10");
    assert!(author.get().is_err());
    assert!(two.books_of_author().is_err());
}

impl Book {
    fn books_of_author(&self) -> mikro_orm_core::Result<usize> {
        Ok(self.author.as_ref().unwrap().get()?.books.get()?.len())
    }
}

#[test]
fn whole_entities_are_moved_between_entity_managers() {
    let (_, orm) = library();
    let (first, second) = (orm.em(), orm.em());
    let jon = block_on(async { first.find_one_or_fail::<Author>(1).populate(Author::books).await }).unwrap();
    // an entity made by hand of another's parts: the collection is a handle to Jon's
    let made = second.create(Author { id: 9, name: "Aemon".into(), friend: Some(jon.to_ref()), books: jon.books.clone() });
    drop((jon, first));
    assert_eq!(made.friend.as_ref().unwrap().id(), Some(1));
    assert!(made.books.get().unwrap().is_empty());
    let error = block_on(second.flush()).unwrap_err();
    assert!(error.to_string().contains("can't be replaced by another entity's"), "{error}");
}

/// spec: U23
#[test]
fn a_new_entity_of_another_entity_manager_is_an_error_of_the_flush() {
    let (_, orm) = library();
    let (first, second) = (orm.em(), orm.em());
    let new = first.create(Author::builder().name("Sam"));
    let book = block_on(async { second.find_one_or_fail::<Book>(10).await }).unwrap();
    book.edit().editor = Some(new.to_ref());
    drop((new, first));
    assert!(book.editor.as_ref().unwrap().get().is_err());
    let error = block_on(second.flush()).unwrap_err();
    assert!(error.to_string().contains("refers to a new Author of another entity manager"), "{error}");
    assert!(matches!(error, Error::Validation { entity: Some(_), property: Some(_), .. }));
    // it is said until it is mended
    let error = block_on(second.flush()).unwrap_err();
    assert!(error.to_string().contains("can't be stored"), "{error}");
    book.edit().editor = None;
    block_on(second.flush()).unwrap();
}

#[test]
fn a_reference_without_an_entity_manager_becomes_a_managed_one() {
    let (database, orm) = library();
    let em = orm.em();
    let private: Ref<Author> = Ref::from_key(2);
    assert_eq!(private.id(), Some(2));
    assert!(matches!(block_on(private.load()), Err(Error::Detached { .. })));
    let made = em.create(Book::builder().title("new").text("t").author(&private).editor(private.clone()));
    drop(private);
    block_on(em.flush()).unwrap();
    assert_eq!(made.author, Some(em.reference(2)));
    assert_eq!(block_on(made.author.as_ref().unwrap().load()).unwrap().name, "Arya");
    assert!(database.log().contains(&("insert", 1)));
}

#[test]
fn two_entity_managers_that_point_at_each_other_both_go() {
    let before = super::process::allocated();
    {
        let (_, orm) = library();
        let (first, second) = (orm.em(), orm.em());
        let (one, two) = block_on(async {
            (first.find_one_or_fail::<Author>(1).await.unwrap(), second.find_one_or_fail::<Author>(2).await.unwrap())
        });
        for _ in 0..if cfg!(miri) { 5 } else { 100 } {
            one.edit().friend = Some(two.to_ref());
            two.edit().friend = Some(one.to_ref());
            std::mem::swap(&mut one.edit().friend, &mut two.edit().friend);
        }
    }
    assert!(super::process::allocated() - before < 4096);
}
