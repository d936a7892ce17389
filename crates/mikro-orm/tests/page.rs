//! The README's page, run.
use mikro_orm::prelude::*;

#[derive(Entity)]
pub struct Author {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(unique)]
    pub email: String,
    #[orm(one_to_many, mapped_by = author)]
    pub books: Collection<Book>,
}

#[derive(Entity)]
pub struct Book {
    #[orm(primary)]
    pub id: i64,
    #[orm(index)]
    pub title: String,
    #[orm(lazy)]
    pub text: Lazy<String>,
    pub author: Ref<Author>,
    pub editor: Option<Ref<Author>>,
}

#[tokio::test]
async fn page() -> mikro_orm::Result<()> {
    let orm = Orm::builder("sqlite::memory:").entities(entities![Author]).debug(true).build().await?;
    orm.schema().create().await?;
    let em = orm.em();
    let jon = em.create(Author::builder().name("Jon Snow").email("jon@wall.north"));
    em.create(Book::builder().title("Oaths").text("...").author(&jon));
    em.create(Author::builder().name("Arya").email("arya@north").books([Book::builder().title("Faces").text("x"), Book::builder().title("Needle").text("y")]));
    em.flush().await?;
    assert_eq!(jon.id(), Some(1));
    assert_eq!(jon.id, 1);
    drop(jon);
    em.clear();
    let books = em
        .find::<Book>()
        .filter(Book::author.is(Author::name.like("Jon%")))
        .populate(Book::author.with(Author::books))
        .order_by(Book::title.asc())
        .await?;
    for book in &books {
        println!("{} by {} of {}", book.title, book[Book::author].name, book[Book::author][Author::books].len());
        println!("{book:#?}");
    }
    books[0].edit().title = "Vows".into();
    em.flush().await?;
    em.flush().await?;
    assert!(books[0].text.get().is_err());
    assert_eq!(books[0].text.load().await?, "...");
    let authors = em.find::<Author>().populate(Author::books.with(Book::text)).await?;
    for a in &authors {
        for b in &a[Author::books] {
            println!("{} {}", a.name, &*b[Book::text]);
        }
    }
    em.remove(&authors[0][Author::books][0])?;
    em.flush().await?;
    assert_eq!(authors[0][Author::books].len(), 0);
    Ok(())
}
