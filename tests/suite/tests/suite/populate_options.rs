//! What a query says about everything that it populates, and about where its entities go.

use super::entities::*;
use mikro_orm::PopulateWhere;

suite! {
    /// spec: Y044, U79, U78
    async fn the_filter_restricts_collections_only_when_asked_to(t: &Test<Blog>) {
        library(t).await?;
        let filter = || Author::books.some(Book::title.eq("Snow")) & Author::name.ne("Bran");
        for strategy in [Strategy::Balanced, Strategy::Joined, Strategy::SelectIn] {
            let em = t.em();
            let authors = em.find::<Author>().filter(filter()).populate(Author::books).strategy(strategy).await?;
            assert_eq!((authors.len(), authors[0][Author::books].len(), authors[0].books.is_partial()), (1, 2, false));
            let em = t.em();
            let authors = em
                .find::<Author>()
                .filter(filter())
                .populate((Author::books, Author::edited))
                .populate_where(PopulateWhere::Infer)
                .strategy(strategy)
                .await?;
            assert_eq!((authors.len(), authors[0][Author::books].len(), authors[0].books.is_partial()), (1, 1, true));
            assert_eq!((authors[0][Author::edited].len(), authors[0].edited.is_partial()), (1, false));
        }
        // what different items may satisfy asks for any of them, behind other relations, too
        let em = t.em();
        let of_author = Author::books.some(Book::title.eq("Snow")) & Author::books.some(Book::title.like("O%"));
        let faces = em
            .find::<Book>()
            .filter(Book::editor.is(of_author))
            .populate(Book::editor.with(Author::books))
            .populate_where(PopulateWhere::Infer)
            .await?;
        let editor = faces[0][Book::editor].as_ref().unwrap();
        assert_eq!((editor[Author::books].len(), editor.books.is_partial()), (2, true));
        // a condition that holds without the relation asks nothing of it
        let em = t.em();
        let authors = em
            .find::<Author>()
            .filter(Author::books.some(Book::title.eq("Snow")) | Author::name.eq("Arya"))
            .populate(Author::books)
            .populate_where(PopulateWhere::Infer)
            .order_by(Author::id.asc())
            .await?;
        assert_eq!(authors.iter().map(|author| author[Author::books].len()).collect::<Vec<_>>(), [2, 1]);
    }

    /// spec: Y043
    async fn what_a_query_goes_through_can_be_populated(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em
            .find::<Book>()
            .filter(Book::author.is(Author::books.some(Book::price.gt(1.0))))
            .order_by((Book::editor.order(Author::name.asc().nulls_last()), Book::id.asc()))
            .populate_inferred()
            .await?;
        t.expect(2);
        assert_eq!(books[0].editor.as_ref().unwrap().get()?.name, "Jon");
        assert_eq!(books[1].author.get()?.books.get()?.len(), 2);
        em.clear();
        let books = em.find::<Book>().order_by(Book::author.order(Author::name.asc())).populate_paths(["$infer"]).await?;
        t.expect(1);
        assert_eq!(books[0].author.get()?.name, "Arya");
    }

    /// spec: Y043
    async fn everything_that_can_be_reached_is_loaded_once(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let oaths = em.find_one_or_fail::<Book>(1).populate_all().await?;
        // the book, its author, the books of that and those edited, the author of these, and of that the same
        t.expect(7);
        let jon = oaths.author.get()?;
        assert_eq!(jon.books.get()?.len(), 2);
        let arya = jon.edited.get()?[0].author.get()?;
        assert_eq!((arya.books.get()?.len(), arya.edited.get()?.len()), (1, 0));
        em.find_one_or_fail::<Book>(1).populate_paths(["*"]).await?;
        t.expect(0);
    }

    /// spec: Y043
    async fn paths_that_lead_nowhere_say_so(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        for (path, part) in [("text:ref", "has no references"), ("author:ref.books", "not a relation"), ("authors:ref", "not a relation")] {
            let error = em.find::<Book>().populate_paths([path]).await.unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("Book."), "{error}");
        }
        t.expect(0);
    }

    /// spec: Y053
    async fn entities_can_stay_out_of_the_identity_map(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let managed = em.find_one_or_fail::<Author>(1).await?;
        managed.edit().name = "John".into();
        let authors = em.find::<Author>().populate(Author::books).order_by(Author::id.asc()).disable_identity_map().await?;
        t.expect(3);
        let jon = &authors[0];
        assert_eq!((jon.name.as_str(), jon[Author::books].len()), ("Jon", 2));
        assert!(!jon.is_same(&managed));
        assert!(jon[Author::books][0].author.get()?.is_same(jon));
        // they load nothing, and nothing is stored of them
        assert!(matches!(jon.edited.load().await, Err(Error::Detached { .. })));
        jon.edit().name = "Aegon".into();
        assert!(matches!(em.reference::<Book>(3).get(), Err(Error::NotInitialized { .. })));
        let again = em.find_one_or_fail::<Author>(1).disable_identity_map().await?;
        assert_eq!(again.name, "Jon");
        t.forget();
        em.flush().await?;
        assert_eq!(t.sent().iter().filter(|sql| sql.starts_with("update")).count(), 1);
        assert_eq!(em.fork().find_one_or_fail::<Author>(1).await?.name, "John");
        // within a transaction they are what it sees
        em.transactional(async |em| {
            em.create(Author::builder().name("Sansa").email("sansa@north"));
            assert_eq!(em.find::<Author>().disable_identity_map().await?.len(), 4);
            Ok::<_, Error>(())
        })
        .await?;
    }
}
