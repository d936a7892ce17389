// spec: S026
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn f(tag: &Loaded<Tag>) {
    Book::builder().title(5);
    Author::builder().age("old");
    Book::builder().author(tag);
    Book::builder().author("7");
    Book::builder().tags([tag.book.clone()]);
}

fn main() {}
