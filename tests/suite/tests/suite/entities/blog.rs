//! Authors, books, and who edits them.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Authors and books; books are discovered.
    Blog: Author
}

#[derive(Entity)]
pub struct Author {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(unique)]
    pub email: String,
    pub age: Option<i32>,
    #[orm(mapped_by = author)]
    pub books: Collection<Book>,
    #[orm(mapped_by = editor)]
    pub edited: Collection<Book>,
}

#[derive(Entity)]
pub struct Book {
    #[orm(primary)]
    pub id: i64,
    #[orm(index)]
    pub title: String,
    #[orm(default = 10.0)]
    pub price: f64,
    #[orm(lazy, default = "..")]
    pub text: Lazy<String>,
    pub author: Ref<Author>,
    pub editor: Option<Ref<Author>>,
}

/// An author with an address made of the name.
pub fn author(em: &EntityManager, name: &str) -> Loaded<Author> {
    em.create(Author::builder().name(name).email(format!("{}@north", name.to_lowercase())))
}

/// A book.
pub fn book(em: &EntityManager, title: &str, author: &Loaded<Author>) -> Loaded<Book> {
    em.create(Book::builder().title(title).author(author))
}

/// Jon (1) with Oaths (1) and Snow (2), Arya (2) with Faces (3), which Jon edits, and Bran (3) with nothing.
pub async fn library(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    let jon = em.create(Author::builder().name("Jon").email("jon@north").age(17));
    em.create(Author::builder().name("Arya").email("arya@north").age(11));
    em.create(Author::builder().name("Bran").email("bran@north"));
    em.flush().await?;
    em.create(Book::builder().title("Oaths").price(5.0).text("I shall").author(&jon));
    em.create(Book::builder().title("Snow").price(15.0).text("falls").author(&jon));
    em.create(Book::builder().title("Faces").price(7.5).text("many").author(2).editor(&jon));
    em.flush().await?;
    t.forget();
    Ok(())
}
