// spec: S171
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

fn plain(_: &Loaded<Book>) {}
fn f(book: &LoadedWith<Book, book::author>) {
    plain(book);
}

fn main() {}
