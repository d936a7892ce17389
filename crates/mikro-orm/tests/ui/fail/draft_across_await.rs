// spec: S001
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

async fn flush() {}

fn f(book: Loaded<Book>) {
    tokio::spawn(async move {
        let mut draft = book.edit();
        draft.title = "Vows".into();
        flush().await;
    });
}

fn main() {}
