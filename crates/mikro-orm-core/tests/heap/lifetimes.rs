//! What is owned keeps what it refers to; what is borrowed stays as it was.

use super::database::block_on;
use super::entities::{Author, Book, library, shelf};
use mikro_orm_core::query::ScalarProperty;
use mikro_orm_core::{Collection, Error, Lazy, Loaded, LoadedWith, Ref};

#[test]
fn a_collection_taken_out_of_a_draft_outlives_everything() {
    let (_, em) = shelf();
    let jon = block_on(async { em.find_one_or_fail::<Author>(1).populate(Author::books).await }).unwrap();
    let cloned = jon.books.clone();
    let taken: Collection<Book> = std::mem::take(&mut jon.edit().books);
    drop((jon, em));
    for collection in [&cloned, &taken] {
        let titles: Vec<_> = collection.get().unwrap().iter().map(|book| book.title.len()).collect();
        assert_eq!(titles.len(), 2);
    }
    drop(cloned);
    assert!(taken.get().unwrap()[0].title.starts_with("a title"));
}

#[test]
fn a_lazy_scalar_taken_out_of_a_draft_outlives_everything() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::text).await }).unwrap();
    let unloaded = block_on(async { em.find_one_or_fail::<Book>(20).await }).unwrap();
    let cloned = book.text.clone();
    let taken: Lazy<String> = std::mem::take(&mut book.edit().text);
    let later = unloaded.text.clone();
    block_on(unloaded.text.load()).unwrap();
    drop((book, unloaded, em));
    assert_eq!(cloned.get().unwrap(), "the text of 10");
    assert_eq!(taken.get().unwrap(), "the text of 10");
    // it was loaded after the copy was made: the copy knows whose it is
    assert_eq!(later.get().unwrap(), "the text of 20");
}

#[test]
fn references_taken_out_of_entities_and_drafts_outlive_everything() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::author).await }).unwrap();
    let cloned: Ref<Author> = book.author.clone().unwrap();
    let taken = book.edit().author.take().unwrap();
    drop((book, em));
    assert_eq!(cloned, taken);
    drop(cloned);
    assert_eq!(taken.get().unwrap().name, "Jon");
}

#[test]
fn what_was_read_stays_as_it_was_while_it_is_borrowed() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let title: &str = &book.title;
    for round in 0..if cfg!(miri) { 5 } else { 100 } {
        book.edit().title = format!("title number {round}");
        block_on(em.flush()).unwrap();
    }
    assert!(title.starts_with("a title"));
    assert!(book.title.starts_with("title number"));
}

/// A version that gets its key from the database takes over the texts of the one before.
#[test]
fn what_was_read_before_an_insert_stays_as_it_was_while_it_is_borrowed() {
    let (_, em) = shelf();
    let name = "a name that is longer than what fits without allocating";
    let author = em.create(Author::builder().name(name));
    let (before, handle) = (&author.name, author.clone());
    assert!(
        block_on(em.transactional(async |em| {
            em.flush().await?;
            Err::<(), _>(Error::refused("no"))
        }))
        .is_err()
    );
    let rolled_back = &author.name;
    em.persist(&handle).unwrap();
    block_on(em.flush()).unwrap();
    let stored = &author.name;
    for round in 0..10 {
        handle.edit().name = format!("{name}, {round}");
        block_on(em.flush()).unwrap();
    }
    em.remove(&handle).unwrap();
    block_on(em.flush()).unwrap();
    em.persist(&handle).unwrap();
    block_on(em.flush()).unwrap();
    drop((handle, em));
    assert_eq!([before, rolled_back, stored], [name; 3]);
    assert_eq!(author.name, format!("{name}, 9"));
}

/// With nobody who reads, what the insert wrote is freed by the next flush, and the texts are not.
#[test]
fn a_row_that_was_inserted_keeps_its_texts() {
    let (_, em) = shelf();
    for round in 0..5 {
        let name = format!("a name that is longer than what fits without allocating, number {round}");
        em.create(Author::builder().name(&*name));
        block_on(em.flush()).unwrap();
        block_on(em.flush()).unwrap();
        let author = block_on(async { em.find_one_or_fail(Author::name.eq(&*name)).await }).unwrap();
        assert_eq!(author.name, name);
        author.edit().name.push('!');
        drop(author);
        block_on(em.flush()).unwrap();
        block_on(em.flush()).unwrap();
    }
}

/// Handles stay readable and editable without their entity manager; what needs a database says why it can't.
#[test]
fn a_handle_outlives_its_entity_manager() {
    let (_, orm) = library();
    let em = orm.em();
    let (book, with_author): (Loaded<Book>, LoadedWith<Book, super::entities::book::author>) = block_on(async {
        let book = em.find_one_or_fail::<Book>(20).await.unwrap();
        (book, em.find_one_or_fail::<Book>(10).populate(Book::author).await.unwrap())
    });
    drop((em, orm));
    assert_eq!(with_author[Book::author].as_ref().unwrap().name, "Jon");
    book.edit().pages = 7;
    assert_eq!(book.pages, 7);
    assert!(matches!(block_on(book.text.load()), Err(Error::Detached { .. })));
    assert!(matches!(block_on(book.author.as_ref().unwrap().load()), Err(Error::Detached { .. })));
    assert!(matches!(block_on(with_author[Book::author].as_ref().unwrap().books.load()), Err(Error::Detached { .. })));
}

/// spec: U23
#[test]
fn handles_from_before_a_clear_are_readable_and_belong_to_nobody() {
    let (_, em) = shelf();
    let old = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::author).await }).unwrap();
    em.clear();
    let new = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    assert!(!old.is_same(&new));
    old.edit().pages = 1;
    block_on(em.flush()).unwrap();
    assert_eq!((old.pages, new.pages), (1, 100));
    assert!(matches!(block_on(old.text.load()), Err(Error::Detached { .. } | Error::Validation { .. })));
    // a handle from before is a foreign one: its key counts
    new.edit().editor = old.author.clone();
    let editor = new.editor.clone().unwrap();
    assert_ne!(Some(&editor), old.author.as_ref());
    drop(old);
    assert!(editor.get().is_err());
    assert_eq!(block_on(editor.load()).unwrap().name, "Jon");
}

#[test]
fn handles_are_dropped_and_read_on_any_thread() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).populate(Book::author).await }).unwrap();
    let author = book.author.clone().unwrap();
    drop(em);
    let reader = std::thread::spawn(move || book.author.as_ref().unwrap().get().unwrap().name.clone());
    let last = std::thread::spawn(move || author.get().unwrap().name.len());
    assert_eq!(reader.join().unwrap(), "Jon");
    assert_eq!(last.join().unwrap(), 3);
}
