// spec: S026
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn f(em: &EntityManager) {
    // the author is this one, but the title is nobody's business but the user's
    em.create(Author::builder().name("Jon").email("jon@wall.north").books([Book::builder()]));
    // nobody sets the tag's book: a tag is no item of an author's collection
    em.create(Author::builder().name("Jon").email("jon@wall.north").books([Tag::builder().name("new")]));
}

fn main() {}
