// spec: S026
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn f(em: &EntityManager) {
    em.create(Book::builder().author(7));
    em.create(Book::builder());
    // in a relation
    em.create(Book::builder().title("Oaths").author(Author::builder().name("Jon")));
}

fn main() {}
