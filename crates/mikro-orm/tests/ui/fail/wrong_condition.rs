// spec: S003
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn f(em: &EntityManager) {
    let _ = em.find::<Book>().filter(Book::title.eq(5));
    let _ = em.find::<Book>().filter(Author::name.eq("Jon"));
    let _ = em.find_one::<Book>("Oaths");
    let _ = em.find::<Book>().filter(Book::author.is(Tag::name.eq("new")));
    let _ = em.find::<Book>().filter(Book::author.eq("Jon"));
    let _ = em.find::<Book>().order_by(Author::name.asc());
}

fn main() {}
