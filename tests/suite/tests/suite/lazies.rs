//! Lazy scalars.

use super::entities::*;

suite! {
    /// spec: S089, S091, S153, S213
    async fn a_lazy_scalar_is_not_read_by_a_plain_find(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        assert!(!book.text.is_loaded());
        assert_eq!(
            book.text.get().unwrap_err().to_string(),
            "Book.text of Book 1 is not initialized: populate it in the query, or call `.load().await?` first"
        );
        assert!(format!("{book:?}").contains("text: <not loaded>"));
        assert!(!t.sql().contains("text"));
    }

    /// spec: S092, S093, S089
    async fn a_lazy_scalar_is_loaded_when_asked_for_and_queries_once(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        t.forget();
        assert_eq!(book.text.load().await?, "I shall");
        t.expect(1);
        assert_eq!((book.text.load().await?.as_str(), book.text.is_loaded()), ("I shall", true));
        assert_eq!(book.text.get()?, "I shall");
        t.expect(0);
    }

    /// spec: S089, S090, S197
    async fn a_lazy_scalar_can_be_populated_with_the_query_and_later(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).populate(Book::text).await?;
        t.expect(1);
        assert_eq!(&*book[Book::text], "I shall");
        let books = em.find::<Book>().order_by(Book::id.asc()).await?;
        t.expect(1);
        // the first is loaded already
        let books = em.populate(&books, Book::text).await?;
        t.expect(1);
        assert_eq!(books.iter().map(|book| book[Book::text].as_str()).collect::<Vec<_>>(), ["I shall", "falls", "many"]);
    }

    /// spec: S092, U37
    async fn a_lazy_scalar_can_be_set_without_being_read(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        t.forget();
        book.edit().text.set("new");
        assert_eq!(book.text.get()?, "new");
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.text("select text from book where id = 1").await.as_deref(), Some("new"));
        // an edit of something else leaves the text alone
        em.clear();
        let book = em.find_one_or_fail::<Book>(1).await?;
        t.forget();
        book.edit().title = "Vows".into();
        em.flush().await?;
        assert!(!t.sql().contains("text"));
        assert!(!book.text.is_loaded());
        assert_eq!(book.text.load().await?, "new");
    }

    /// spec: S092, U09
    async fn a_lazy_scalar_that_was_edited_survives_loading(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        book.edit().text = Lazy::new("mine".into());
        em.find::<Book>().populate(Book::text).await?;
        assert_eq!(book.text.get()?, "mine");
        em.flush().await?;
        assert_eq!(t.text("select text from book where id = 1").await.as_deref(), Some("mine"));
        assert_eq!(t.text("select text from book where id = 2").await.as_deref(), Some("falls"));
    }

    /// spec: S092
    async fn a_new_entity_has_its_lazy_scalars(t: &Test<Blog>) {
        let em = t.em();
        let oaths = em.create(Book::builder().title("Oaths").author(Author::builder().name("Jon").email("j")));
        assert_eq!(oaths.text.get()?, "..");
        em.flush().await?;
        assert_eq!(oaths.text.load().await?, "..");
        t.expect(4);
    }
}
