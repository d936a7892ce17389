//! Graphs with cycles: printed, and dropped.

use super::database::block_on;
use super::entities::{Author, Book, shelf};

#[test]
fn a_cycle_is_printed_once_around() {
    let (_, em) = shelf();
    let jon = block_on(async { em.find_one_or_fail::<Author>(1).populate(Author::books).await }).unwrap();
    jon.edit().friend = Some(jon.to_ref());
    let text = format!("{jon:?}");
    assert!(text.contains("friend: (Author) { id: 1 }"), "{text}");
    assert!(text.contains("author: (Author) { id: 1 }"), "{text}");
    assert_eq!(text, format!("{:?}", jon.reference()));
    assert_eq!(text, format!("{:?}", jon.friend.as_ref().unwrap()));
}

/// A chain as long as a table is printed to some depth, not to the end of the stack.
#[test]
fn a_long_chain_is_printed_to_some_depth() {
    let (_, em) = shelf();
    let mut last = em.create_detached(Author::builder().name("0"));
    for n in 1..if cfg!(miri) { 200 } else { 20_000 } {
        last = em.create_detached(Author::builder().name(n.to_string()).friend(&last));
    }
    let text = format!("{last:?}");
    assert!(text.len() < 1 << 20, "{}", text.len());
    drop(em);
    drop(last);
}

#[test]
fn a_self_referring_new_entity_is_dropped_with_its_entity_manager() {
    let before = super::process::allocated();
    {
        let (_, em) = shelf();
        let author = em.create(Author::builder().name("loop").books([Book::builder().title("t").text("x")]));
        author.edit().friend = Some(author.to_ref());
        author.books.get().unwrap()[0].edit().editor = Some(author.to_ref());
    }
    assert!(super::process::allocated() - before < 4096);
}
