// What is asked of one entity and what of many, and null.
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn f(em: &EntityManager) {
    let _ = em.find::<Author>().filter(Author::books.is(Book::title.eq("Oaths")));
    let _ = em.find::<Book>().filter(Book::author.some(Author::name.eq("Jon")));
    let _ = em.find::<Author>().order_by(Author::books.asc());
    let _ = em.find::<Author>().filter(Author::age.eq(None));
    let _ = em.find::<Book>().filter(Book::editor.eq(None));
}

fn main() {}
