//! Collections hear of what happened to their items before they were loaded, and of many items at once.

use super::entities::*;

suite! {
    /// spec: S209, U24
    async fn a_collection_loaded_after_its_item_was_created_has_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        em.create(Book::builder().title("New").author(&jon));
        let faces = em.find_one_or_fail::<Book>(3).await?;
        faces.edit().author = jon.to_ref();
        let mut titles: Vec<String> = jon.books.load().await?.iter().map(|book| book.title.clone()).collect();
        titles.sort();
        assert_eq!(titles, ["Faces", "New", "Oaths", "Snow"]);
        em.flush().await?;
        assert_eq!(jon.books.load().await?.len(), 4);
        let again = em.fork().find_one_or_fail::<Author>(1).populate(Author::books).await?;
        assert_eq!(again[Author::books].len(), 4);
    }

    /// spec: S209, U24
    async fn a_collection_that_is_not_loaded_loses_what_was_moved_away(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let (jon, arya) = (em.find_one_or_fail::<Author>(1).await?, em.find_one_or_fail::<Author>(2).await?);
        let oaths = em.find_one_or_fail::<Book>(1).await?;
        oaths.edit().author = arya.to_ref();
        assert!(!jon.books.load().await?.iter().any(|book| book.is_same(&oaths)));
        assert!(arya.books.load().await?.iter().any(|book| book.is_same(&oaths)));
        oaths.edit().author = jon.to_ref();
        assert!(jon.books.get()?.iter().any(|book| book.is_same(&oaths)));
        assert!(!arya.books.get()?.iter().any(|book| book.is_same(&oaths)));
        em.flush().await?;
        t.forget();
    }

    /// spec: U22
    async fn many_items_come_and_go_at_once(t: &Test<Blog>) {
        let em = t.em();
        let books = (0..3000).map(|i| Book::builder().title(format!("b{i}")));
        let author = em.create(Author::builder().name("A").email("a@b.c").books(books));
        assert_eq!(author.books.get()?.len(), 3000);
        em.flush().await?;
        for book in &em.find::<Book>().await? {
            em.remove(book)?;
        }
        em.flush().await?;
        assert_eq!(author.books.get()?.len(), 0);
        assert_eq!(t.number("select count(*) from book").await, 0);
    }

    /// spec: U59
    async fn a_version_goes_back_with_its_transaction(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        em.flush().await?;
        let failed: Result<()> = em
            .transactional(async |em| {
                draft.edit().title = "1".into();
                em.flush().await?;
                assert_eq!(draft.version, 2);
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!((draft.version, &*draft.title), (1, "1"));
        em.flush().await?;
        assert_eq!(draft.version, 2);
        assert_eq!(t.number("select version from draft").await, 2);
    }
}
