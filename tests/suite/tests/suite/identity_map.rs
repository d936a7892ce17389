//! One row, one entity; and merging what is fetched again.

use super::entities::*;
use std::future::{Future, IntoFuture};
use std::task::Poll;
use std::time::Duration;

suite! {
    /// spec: S134, S160, U05, U08, S157
    async fn the_same_row_is_the_same_entity(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().populate(Book::author).order_by(Book::id.asc()).await?;
        t.expect(1);
        assert!(books[0][Book::author].is_same(&books[1][Book::author]));
        let jon = em.find_one_or_fail::<Author>(Author::name.eq("Jon")).await?;
        assert!(jon.is_same(&books[0][Book::author]));
        t.expect(1);
        assert_eq!(jon, books[0][Book::author]);
        assert_eq!(&jon.to_ref(), &books[0].author);
        let other = t.em().find_one_or_fail::<Author>(1).await?;
        assert_ne!(jon, other);
    }

    /// spec: U15, Y022
    async fn a_loaded_entity_is_found_by_its_key_without_a_query(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.expect(1);
        assert!(em.find_one::<Author>(1).await?.unwrap().is_same(&jon));
        assert!(em.find_one::<Author>(Author::id.eq(1)).await?.unwrap().is_same(&jon));
        t.expect(0);
        // what is missing is loaded, and only that
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        assert_eq!(jon[Author::books].len(), 2);
        t.expect(1);
        // other conditions ask the database
        em.find_one::<Author>(Author::id.eq(1) & Author::name.eq("Jon")).await?;
        t.expect(1);
        em.find_one::<Author>(1).refresh().await?;
        t.expect(1);
        // a reference is not loaded
        em.reference::<Author>(2);
        em.find_one::<Author>(2).await?;
        t.expect(1);
    }

    /// spec: U09
    async fn fetching_again_takes_what_others_wrote_and_keeps_edits(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().name = "Jon Snow".into();
        t.run("update author set name = 'John', email = 'john@north', age = 18 where id = 1").await;
        em.find::<Author>().await?;
        assert_eq!((&*jon.name, &*jon.email, jon.age), ("Jon Snow", "john@north", Some(18)));
        t.forget();
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `author` set `name` = 'Jon Snow' where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "author" set "name" = 'Jon Snow' where "id" = 1
            commit
            "#);
        }
        assert_eq!(t.text("select name from author where id = 1").await.as_deref(), Some("Jon Snow"));
    }

    /// spec: U09
    async fn null_that_others_wrote_replaces_an_unedited_value(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let faces = em.find_one_or_fail::<Book>(3).await?;
        t.run("update author set age = null where id = 1").await;
        t.run("update book set editor_id = null where id = 3").await;
        t.forget();
        em.find::<Author>().await?;
        em.find::<Book>().await?;
        assert_eq!(jon.age, None);
        assert!(faces.editor.is_none());
        t.expect(2);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U09
    async fn an_edit_to_what_others_wrote_meanwhile_is_nothing_to_flush(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().age = Some(18);
        t.run("update author set age = 18 where id = 1").await;
        em.find::<Author>().await?;
        t.forget();
        em.flush().await?;
        t.expect(0);
        // and back: the snapshot is what the database has now
        jon.edit().age = Some(17);
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select age from author where id = 1").await, 17);
    }

    /// spec: U13, U24
    async fn rows_that_are_joined_merge_by_the_same_rules(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().name = "Jon Snow".into();
        t.run("update author set name = 'John', age = 18 where id = 1").await;
        let oaths = em.find_one_or_fail::<Book>(1).populate(Book::author).await?;
        assert_eq!((&*oaths[Book::author].name, oaths[Book::author].age), ("Jon Snow", Some(18)));
    }

    /// spec: U09, S172
    async fn a_populated_relation_that_a_row_moves_is_loaded_with_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let oaths = em.find_one_or_fail::<Book>(1).populate(Book::author).await?;
        t.run("update book set author_id = 3 where id = 1").await;
        t.forget();
        em.find::<Book>().filter(Book::id.eq(1) & Book::title.eq("Oaths")).await?;
        t.expect(2);
        assert_eq!(oaths[Book::author].name, "Bran");
    }

    /// spec: U12, U16, S162, Y033, Y052
    async fn a_refresh_overwrites_edits_and_keeps_the_identity(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().name = "Jon Snow".into();
        t.run("update author set age = 18 where id = 1").await;
        t.forget();
        em.refresh(&jon).await?;
        t.expect(1);
        assert_eq!((&*jon.name, jon.age), ("Jon", Some(18)));
        em.flush().await?;
        t.expect(0);
        jon.edit().name = "Jon Snow".into();
        let again = em.find::<Author>().filter(Author::id.eq(1)).refresh().await?;
        assert!(again[0].is_same(&jon));
        assert_eq!(jon.name, "Jon");
    }

    /// spec: U12, Y033
    async fn a_refresh_reads_loaded_lazy_scalars_too(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        em.refresh(&book).await?;
        assert!(!book.text.is_loaded());
        book.text.load().await?;
        t.run("update book set text = 'new' where id = 1").await;
        em.refresh(&book).await?;
        assert_eq!(book.text.get()?, "new");
    }

    /// spec: U16, Y033
    async fn refreshing_a_row_that_is_gone_is_an_error_that_names_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        t.run("delete from author where id = 3").await;
        let error = em.refresh(&bran).await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.to_string(), "Author not found (3)");
        assert_eq!(bran.name, "Bran");
    }

    /// spec: U03, U09
    async fn two_drafts_of_different_fields_both_last(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let mut first = jon.edit();
        let mut second = jon.edit();
        first.name = "Jon Snow".into();
        second.age = Some(18);
        assert_eq!(jon.name, "Jon");
        drop(first);
        assert_eq!(jon.name, "Jon Snow");
        drop(second);
        assert_eq!((&*jon.name, jon.age), ("Jon Snow", Some(18)));
        t.forget();
        em.flush().await?;
        t.expect(3);
    }

    /// spec: U03
    async fn a_draft_that_fails_or_is_discarded_publishes_nothing(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let failed: std::result::Result<(), &str> = jon.edit_with(|jon| {
            jon.name = "Jon Snow".into();
            Err("no")
        });
        assert_eq!(failed, Err("no"));
        let mut draft = jon.edit();
        draft.name = "Jon Snow".into();
        draft.discard();
        assert_eq!(jon.name, "Jon");
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U09, U37
    async fn nothing_is_updated_after_a_mere_load(t: &Test<Blog>) {
        let em = t.em();
        author(&em, "Jon");
        em.flush().await?;
        em.clear();
        t.forget();
        let jon = em.find_one_or_fail::<Author>(Author::name.eq("Jon")).await?;
        em.create(Book::builder().title("Oaths").author(jon.id));
        em.flush().await?;
        // select, begin, insert, commit
        t.expect(4);
    }

    /// spec: U09
    async fn an_edited_value_survives_loading_relations(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().name = "Updated".into();
        jon.books.load().await?;
        em.populate(&jon, Author::edited.with(Book::editor)).await?;
        assert_eq!(jon.name, "Updated");
        em.flush().await?;
        assert_eq!(t.text("select name from author where id = 1").await.as_deref(), Some("Updated"));
    }

    /// spec: U09, S172
    async fn an_edited_relation_survives_loading_and_is_loaded_itself(t: &Test<Blog>) {
        library(t).await?;
        for strategy in [Strategy::Balanced, Strategy::Joined, Strategy::SelectIn] {
            let em = t.em();
            let book = em.find_one_or_fail::<Book>(1).await?;
            book.edit().author = em.reference(2);
            let books = em.find::<Book>().populate(Book::author).order_by(Book::id.asc()).strategy(strategy).await?;
            assert_eq!(books[0][Book::author].name, "Arya", "{strategy:?}");
            assert_eq!(books[1][Book::author].name, "Jon", "{strategy:?}");
        }
    }

    /// spec: U09, U77
    async fn an_item_that_was_moved_stays_moved_when_either_side_is_loaded(t: &Test<Blog>) {
        library(t).await?;
        for strategy in [Strategy::Balanced, Strategy::Joined, Strategy::SelectIn] {
            let em = t.em();
            let oaths = em.find_one_or_fail::<Book>(1).await?;
            oaths.edit().author = em.reference(2);
            let authors = em.find::<Author>().populate(Author::books).order_by(Author::id.asc()).strategy(strategy).await?;
            let counts: Vec<_> = authors.iter().map(|author| author[Author::books].len()).collect();
            assert_eq!(counts, [1, 2, 0], "{strategy:?}");
        }
    }

    /// spec: U42
    async fn what_the_database_rounds_is_no_edit(t: &Test<People>) {
        let em = t.em();
        // a clock with nanoseconds, a column with microseconds
        let moment = chrono::DateTime::from_timestamp_nanos(1_662_908_804_371_001_234);
        em.create(User::builder().name("Jon").created_at(moment));
        em.flush().await?;
        t.forget();
        em.find::<User>().await?;
        em.flush().await?;
        t.expect(1);
        em.clear();
        let jon = em.find_one_or_fail::<User>(1).await?;
        jon.edit().created_at = moment;
        em.flush().await?;
        t.expect(1);
    }

    /// spec: U09
    async fn a_row_that_was_sent_before_a_flush_is_no_news_after_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em.find::<Author>().order_by(Author::id.asc()).await?;
        let (jon, arya) = (&authors[0], &authors[1]);
        t.run("update author set name = 'Stark' where id = 2").await;
        let mut late = std::pin::pin!(em.find::<Author>().order_by(Author::id.asc()).into_future());
        // the statement is sent, and its rows wait
        let answered = std::future::poll_fn(|context| Poll::Ready(late.as_mut().poll(context).is_ready())).await;
        assert_eq!(answered, t.is_sqlite());
        tokio::time::sleep(Duration::from_millis(50)).await;
        jon.edit().name = "Snow".into();
        em.flush().await?;
        if !answered {
            late.await?;
        }
        assert_eq!((&*jon.name, &*arya.name), ("Snow", "Stark"));
        t.forget();
        em.flush().await?;
        t.expect(0);
        // what comes later is news
        t.run("update author set name = 'Jon' where id = 1").await;
        em.find::<Author>().await?;
        assert_eq!(jon.name, "Jon");
    }
}
