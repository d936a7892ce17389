// spec: S169, S171
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn plain(book: &Loaded<Book>) -> &str {
    &book[Book::author].name
}
fn nested(book: &LoadedWith<Book, (book::author, book::tags)>) -> usize {
    book[Book::author][Author::books].len()
}
fn lazy(book: &LoadedWith<Book, book::author>) -> &str {
    &book[Book::text]
}
fn generic<P>(book: &Loaded<Book, P>) -> &str {
    &book[Book::author].name
}

fn needs_two(_: &Loaded<Book, impl Has<book::author> + Has<book::tags>>) {}
fn has_one(book: &LoadedWith<Book, book::author>) {
    needs_two(book);
}

fn main() {}
