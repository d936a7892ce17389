// spec: S184
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn f(author: &Loaded<Author>) {
    for book in &author.books {
        println!("{}", book.title);
    }
}

fn main() {}
