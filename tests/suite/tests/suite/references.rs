//! References: by key, loading, reading, patching.

use super::entities::*;

fn sendable<F: Send>(future: F) -> F {
    future
}

suite! {
    /// spec: S144, S161, S163, S178, Y036
    async fn a_reference_needs_no_query_and_knows_its_key(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.reference::<Author>(1);
        assert_eq!((jon.id(), jon.is_initialized()), (Some(1), false));
        assert_eq!(jon, em.reference::<Author>(1));
        assert_eq!(format!("{jon:?}"), "(Author) { id: 1 }");
        t.expect(0);
        let loaded = em.find_one_or_fail::<Author>(1).await?;
        assert!(jon.is_initialized());
        assert_eq!(jon, loaded.to_ref());
        assert_eq!(jon.get()?.name, "Jon");
    }

    /// spec: S166, S167
    async fn reading_a_reference_that_is_not_loaded_is_an_error_that_names_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        let error = book.author.get().unwrap_err();
        assert!(matches!(error, Error::NotInitialized { .. }));
        let message = error.to_string();
        assert!(message.contains("Author 1") && message.contains("populate") && message.contains(".load()"), "{message}");
    }

    /// spec: S163, S164, S165
    async fn a_reference_loads_when_asked_and_only_then(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        t.expect(1);
        assert_eq!(book.author.load().await?.name, "Jon");
        t.expect(1);
        assert_eq!(book.author.load().await?.age, Some(17));
        t.expect(0);
        let error = em.reference::<Author>(99).load().await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.to_string(), "Author not found (99)");
    }

    /// spec: S176
    async fn a_reference_without_an_entity_manager_joins_the_one_it_is_given_to(t: &Test<Blog>) {
        library(t).await?;
        let free = Ref::<Author>::from_key(1);
        assert_eq!((free.id(), free.is_initialized()), (Some(1), false));
        assert!(matches!(free.load().await, Err(Error::Detached { .. })));
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let book = em.create(Book::builder().title("x").author(free));
        assert!(book.author.get()?.is_same(&jon));
    }

    /// spec: U11, U38, Y074, S163
    async fn setting_fields_of_an_unloaded_reference_updates_only_these(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.reference::<Author>(1);
        em.flush().await?;
        t.expect(0);
        jon.assign((Author::name.set("Jon Snow"), Author::age.set(18)))?;
        assert!(!jon.is_initialized());
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `author` set `name` = 'Jon Snow', `age` = 18 where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "author" set "name" = 'Jon Snow', "age" = 18 where "id" = 1
            commit
            "#);
        }
        assert_eq!(t.text("select name from author where id = 1").await.as_deref(), Some("Jon Snow"));
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U11, Y074
    async fn what_was_set_on_a_reference_survives_its_loading_and_is_flushed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.reference::<Author>(1);
        em.assign(&jon, Author::name.set("Jon Snow"))?;
        let found = em.find_one_or_fail::<Author>(1).await?;
        assert_eq!((&*found.name, &*found.email), ("Jon Snow", "jon@north"));
        assert_eq!(jon.get()?.name, "Jon Snow");
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.text("select name from author where id = 1").await.as_deref(), Some("Jon Snow"));
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U38, Y074
    async fn many_unloaded_references_are_updated_together(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        for key in 1..=3 {
            em.assign(em.reference::<Author>(key), Author::age.set(key as i32 * 10))?;
        }
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select sum(age) from author").await, 60);
    }

    /// spec: U38, Y074
    async fn a_patch_of_a_row_that_is_not_there_is_an_error_that_names_it(t: &Test<Blog>) {
        let em = t.em();
        em.assign(em.reference::<Author>(99), Author::name.set("x"))?;
        let error = em.flush().await.unwrap_err();
        assert!(error.is_not_found());
        assert!(error.to_string().contains("Author") && error.to_string().contains("99"), "{error}");
    }

    /// spec: S175, S177, U24
    async fn a_relation_is_moved_by_assigning_a_reference(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).populate(Book::author).await?;
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.forget();
        book.edit().author = jon.to_ref();
        assert_eq!(book[Book::author].name, "Jon");
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `book` set `author_id` = 1 where `id` = 3
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "book" set "author_id" = 1 where "id" = 3
            commit
            "#);
        }
        book.edit().editor = None;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from book where author_id = 1 and editor_id is null").await, 3);
    }

    /// spec: S172
    async fn a_populated_relation_that_is_pointed_at_something_unloaded_panics_like_an_index(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).populate(Book::author).await?;
        book.edit().author = em.reference(2);
        assert!(book.author.get().is_err());
        let reading = std::panic::AssertUnwindSafe(|| book[Book::author].name.clone());
        let panic = std::panic::catch_unwind(reading).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.contains("Book.author") && message.contains("Author 2") && message.contains(".load().await?"), "{message}");
        assert_eq!(book.author.load().await?.name, "Arya");
        assert_eq!(book[Book::author].name, "Arya");
    }

    /// spec: S178, Y082
    async fn a_patch_that_was_rolled_back_stays_pending_when_its_row_was_loaded_meanwhile(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        for key in 1..=3 {
            em.reference::<Author>(key).assign((Author::name.set("patched"), Author::age.set(50)))?;
        }
        em.begin().await?;
        em.flush().await?;
        let authors = em.find::<Author>().order_by(Author::id.asc()).await?;
        em.rollback().await?;
        assert_eq!(t.number("select count(*) from author where age = 50").await, 0);
        // one is edited on, one read again, one left alone
        authors[0].edit().name = "edited".into();
        em.find::<Author>().filter(Author::id.eq(2)).await?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author where age = 50").await, 3);
        assert_eq!(t.number("select count(*) from author where name = 'patched'").await, 2);
        assert_eq!(t.text("select name from author where id = 1").await.as_deref(), Some("edited"));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S178, Y082
    async fn what_was_set_after_a_patch_that_was_rolled_back_stays_set(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let [first, second, third] = [1, 2, 3].map(|key| em.reference::<Author>(key));
        em.begin().await?;
        first.assign(Author::name.set("flushed"))?;
        second.assign(Author::name.set("older"))?;
        em.flush().await?;
        third.assign(Author::name.set("older"))?;
        em.flush().await?;
        first.assign(Author::age.set(50))?;
        second.assign(Author::name.set("newer"))?;
        third.assign(Author::name.set("newer"))?;
        em.flush().await?;
        em.rollback().await?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author where id = 1 and name = 'flushed' and age = 50").await, 1);
        assert_eq!(t.number("select count(*) from author where name = 'newer'").await, 2);
    }

    /// spec: S178, U71
    async fn a_relation_that_was_set_after_one_that_was_rolled_back_stays_set(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let [first, second] = ["first", "second"].map(|name| em.create(Author::builder().name(name).email(format!("{name}@x"))));
        let [one, two] = [1, 2].map(|key| em.reference::<Book>(key));
        em.begin().await?;
        first.books.extend([&one, &two])?;
        em.flush().await?;
        em.find_one_or_fail::<Author>(3).await?.books.add(&one)?;
        em.rollback().await?;
        second.books.add(&two)?;
        em.flush().await?;
        assert_eq!(t.number("select author_id from book where id = 1").await, 3);
        assert_eq!(t.number("select author_id from book where id = 2").await, second.id);
        // nothing of the first is left
        let two = two.load().await?;
        sendable(em.refresh(two)).await?;
        two.edit().title.push('!');
        em.flush().await?;
        assert_eq!(t.number("select author_id from book where id = 2").await, second.id);
    }

    /// spec: S178, U32
    async fn a_patch_of_a_row_that_is_deleted_goes_with_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.reference::<Author>(3);
        em.remove(&bran)?;
        bran.assign(Author::name.set("Brandon"))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 2);
        author(&em, "Sam");
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 3);
    }

    /// spec: Y180, S164
    async fn a_reference_loads_what_is_behind_it_in_the_same_query(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let faces = em.reference::<Book>(3);
        let book = faces.load().populate((Book::author, Book::editor, Book::text)).await?;
        t.expect(1);
        assert_eq!((&*book[Book::author].name, book[Book::text].as_str()), ("Arya", "many"));
        assert_eq!(book[Book::editor].as_ref().unwrap().name, "Jon");
        // what is loaded is not read again, unless it is asked for
        let author = book.author.load().populate(Author::books).await?;
        t.expect(1);
        assert_eq!(author[Author::books].len(), 1);
        book.author.load().populate(Author::books).await?;
        t.expect(0);
        t.run("update author set name = 'A' where id = 2").await;
        author.edit().name = "edited".into();
        assert_eq!(book.author.load().refresh().await?.name, "A");
        t.expect(1);
    }

    /// spec: Y180
    async fn a_reference_to_a_row_that_is_not_there_is_an_error_or_none(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let nobody = em.reference::<Author>(99);
        assert!(nobody.try_load().await?.is_none());
        assert!(nobody.load().populate(Author::books).await.unwrap_err().is_not_found());
        assert!(em.reference::<Author>(1).try_load().await?.is_some());
        assert!(matches!(Ref::<Author>::from_key(1).try_load().await, Err(Error::Detached { .. })));
    }
}
