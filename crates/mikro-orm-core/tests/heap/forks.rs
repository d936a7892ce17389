//! Identity maps that are copied: each has memory of its own, whatever becomes of the other.

use super::database::block_on;
use super::entities::{Author, Book, library};
use mikro_orm_core::Loaded;
use mikro_orm_core::em::ForkOptions;
use mikro_orm_core::populate::Relation;

fn titles(author: &Loaded<Author>) -> Vec<String> {
    author.books.get().unwrap().iter().map(|book| book.title.clone()).collect()
}

/// spec: Y077
#[test]
fn a_copied_identity_map_outlives_the_one_that_it_was_copied_from() {
    let (_, orm) = library();
    let em = orm.em();
    let jon = block_on(async { em.find_one_or_fail::<Author>(1).populate(Author::books.with(Book::text)).await }).unwrap();
    jon.edit().name = "a name that is longer than what fits without allocating".into();
    jon.books.get().unwrap()[0].edit().text.set("another text, which is allocated as well");
    let new = em.create(Book::builder().title("new").text("..").author(jon.plain()));
    em.remove(&jon.books.get().unwrap()[1]).unwrap();
    let fork = em.fork_with(ForkOptions::new().keep_entities());
    drop((jon, new, em));
    let copy = block_on(async { fork.find_one_or_fail::<Author>(1).await }).unwrap();
    assert_eq!((copy.name.len(), titles(&copy).len()), (55, 3));
    let book = copy.books.get().unwrap()[0].clone();
    assert_eq!(book.text.get().unwrap(), "another text, which is allocated as well");
    assert!(book.author.as_ref().unwrap().get().unwrap().is_same(&copy));
    copy.edit().name = "short".into();
    block_on(fork.flush()).unwrap();
    assert_eq!(titles(&copy).len(), 2);
    drop(fork);
    assert_eq!((copy.name.as_str(), book.author.as_ref().unwrap().get().unwrap().name.as_str()), ("short", "short"));
}

/// spec: Y077
#[test]
fn a_copied_identity_map_is_not_touched_by_what_becomes_of_the_first() {
    let (_, orm) = library();
    let em = orm.em();
    let jon = block_on(async { em.find_one_or_fail::<Author>(1).populate(Author::books).await }).unwrap();
    jon.edit().friend = Some(em.reference(2));
    let fork = em.fork_with(ForkOptions::new().keep_entities());
    let copy = block_on(async { fork.find_one_or_fail::<Author>(1).await }).unwrap();
    let name = &copy.name;
    jon.edit().name = "x".into();
    em.remove(&jon).unwrap();
    em.clear();
    drop((jon, em));
    assert_eq!((name.as_str(), copy.friend.as_ref().unwrap().id(), titles(&copy).len()), ("Jon", Some(2), 2));
    // a fork of a fork, and of nothing
    let again = fork.fork_with(ForkOptions::new().keep_entities());
    drop((copy, fork));
    let copy = block_on(async { again.find_one_or_fail::<Author>(1).await }).unwrap();
    assert_eq!(copy.friend.as_ref().unwrap().id(), Some(2));
    let empty = orm.em().fork_with(ForkOptions::new().keep_entities());
    assert_eq!(block_on(async { empty.find::<Author>().await }).unwrap().len(), 2);
}
