// spec: S169
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn index(book: &LoadedWith<Book, book::author>) -> usize {
    book[Author::books].len()
}
fn hint(em: &EntityManager) {
    let _ = em.find::<Book>().populate((Book::author, Author::books));
}
fn nested_hint(em: &EntityManager) {
    let _ = em.find::<Book>().populate(Book::author.with(Book::tags));
}
fn column(em: &EntityManager) {
    let _ = em.find::<Book>().populate(Book::title);
}

fn main() {}
