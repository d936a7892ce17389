// spec: S168
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn reference(book: &Loaded<Book>) -> &str {
    &book.author.name
}
fn collection(author: &Loaded<Author>) -> usize {
    author.books.len()
}
fn lazy(book: &Loaded<Book>) -> usize {
    book.text.len()
}

fn main() {}
