//! Everything can be awaited in a spawned task.
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
    name: String,
    #[orm(one_to_many, mapped_by = author)]
    books: Collection<Book>,
}
#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    title: String,
    author: Ref<Author>,
}

async fn work(orm: Orm) -> mikro_orm::Result<u64> {
    let em = orm.em();
    let author = em.create(Author::builder().name("Jon"));
    let title = String::from("Oaths");
    let id = em
        .transactional(async |em| {
            let book = em.create(Book::builder().title(title.as_str()).author(&author));
            em.flush().await?;
            em.transactional(async |em| {
                em.create(Book::builder().title("x").author(&author));
                em.flush().await
            })
            .await?;
            Ok::<_, mikro_orm::Error>(book.id())
        })
        .await?;
    assert_eq!(id, Some(1));
    let failed: mikro_orm::Result<()> = em
        .transactional(async |em| {
            em.create(Book::builder().title("lost").author(&author));
            em.flush().await?;
            Err(mikro_orm::Error::Closed)
        })
        .await;
    assert!(failed.is_err());
    em.flush().await?;
    author.books.load().await?;
    let books = em.find::<Book>().populate(Book::author).await?;
    let books = em.populate(&books, Book::author.with(Author::books)).await?;
    assert_eq!(books[0][Book::author][Author::books].len(), 2);
    em.raw("select 1").rows::<(i64,)>().await?;
    em.count::<Book>(Book::author.eq(&author)).await
}

/// spec: Y135
#[tokio::test]
async fn every_operation_is_send() {
    let orm = Orm::builder("sqlite::memory:").entities(entities![Author]).build().await.unwrap();
    orm.schema().create().await.unwrap();
    let count = tokio::spawn(work(orm)).await.unwrap().unwrap();
    assert_eq!(count, 2);
}
