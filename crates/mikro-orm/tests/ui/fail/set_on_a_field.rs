// A relation is set by an edit of its entity, and is no column.
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn f(book: &Loaded<Book>) {
    book.editor.set(Author::builder().name("Arya").email("arya@winter.north"));
    book.author.set(7);
}

fn main() {}
