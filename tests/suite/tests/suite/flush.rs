//! Flushing: what is written, in which order, in how many statements.

use super::entities::*;

suite! {
    /// spec: S138, S139, S203, S205, U32, U37, U46, U47, U48, U58, U61, Y134
    async fn a_flush_is_one_transaction_inserts_first_and_deletes_last(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let (jon, bran) = (em.find_one_or_fail::<Author>(1).await?, em.find_one_or_fail::<Author>(3).await?);
        let books = em.find::<Book>().order_by(Book::id.asc()).await?;
        t.forget();
        em.remove(&bran)?;
        em.remove(&books[0])?;
        books[1].edit().price = 20.0;
        jon.edit().age = Some(18);
        em.create(Book::builder().title("New").author(Author::builder().name("Sam").email("sam@north")));
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            insert into `author` (`name`, `email`, `age`) values ('Sam', 'sam@north', null)
            insert into `book` (`title`, `price`, `text`, `author_id`, `editor_id`) values ('New', 10, '..', 4, null)
            update `author` set `age` = 18 where `id` = 1
            update `book` set `price` = 20 where `id` = 2
            delete from `book` where `id` in (1)
            delete from `author` where `id` in (3)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            insert into "author" ("name", "email", "age") values ('Sam', 'sam@north', null) returning "id"
            insert into "book" ("title", "price", "text", "author_id", "editor_id") values ('New', 10, '..', 4, null) returning "id"
            update "author" set "age" = 18 where "id" = 1
            update "book" set "price" = 20 where "id" = 2
            delete from "book" where "id" = any('{1}')
            delete from "author" where "id" = any('{3}')
            commit
            "#);
        }
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S138, U03, U32, Y134
    async fn nothing_to_do_is_no_statement_at_all(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.flush().await?;
        t.expect(0);
        let books = em.find::<Book>().populate((Book::author, Book::text)).await?;
        em.reference::<Author>(99);
        t.forget();
        em.flush().await?;
        t.expect(0);
        // there and back
        books[0].edit().title = "Vows".into();
        books[0].edit().title = "Oaths".into();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U34, U56, U58
    async fn many_changes_of_a_kind_are_one_statement(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        let books: Vec<_> = (0..100).map(|i| book(&em, &i.to_string(), &jon)).collect();
        em.flush().await?;
        t.expect(4);
        // keys in the order of creation
        assert!(books.windows(2).all(|pair| pair[0].id < pair[1].id));
        for (i, book) in books.iter().enumerate() {
            book.edit().price = i as f64;
        }
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from book where price = cast(title as integer)").await, 100);
        // two sets of columns are two statements
        books[0].edit().title = "x".into();
        books[1].edit().title = "y".into();
        books[2].edit().price = 0.5;
        em.flush().await?;
        t.expect(4);
        for book in &books {
            em.remove(book)?;
        }
        em.remove(&jon)?;
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from book").await + t.number("select count(*) from author").await, 0);
    }

    /// spec: U55, U56, U57, U58, U61
    async fn batches_of_any_size_come_out_right(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        for size in [1, 2, 15, 16, 17, 127, 128, 129, 1000] {
            let books: Vec<_> = (0..size).map(|i| book(&em, &format!("{size}-{i}"), &jon)).collect();
            em.flush().await?;
            for (i, book) in books.iter().enumerate() {
                let title = t.em().find_one_or_fail::<Book>(book.id).await?;
                assert_eq!(title.title, format!("{size}-{i}"));
                if size > 200 && i > 20 {
                    break;
                }
            }
            for book in &books {
                book.edit().price = f64::from(size);
            }
            em.flush().await?;
            assert_eq!(em.count::<Book>(Book::price.eq(f64::from(size))).await?, u64::try_from(size).unwrap());
            for book in &books {
                em.remove(book)?;
            }
            em.flush().await?;
            assert_eq!(em.count::<Book>(Condition::all()).await?, 0);
        }
    }

    /// spec: S150, U37, U58
    async fn an_update_names_what_changed_and_nothing_else(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).await?;
        t.forget();
        book.edit_with(|book| {
            book.title = "Faces".into();
            book.price = 8.0;
            book.editor = None;
        });
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `book` set `price` = 8, `editor_id` = null where `id` = 3
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "book" set "price" = 8, "editor_id" = null where "id" = 3
            commit
            "#);
        }
    }

    /// spec: U42
    async fn floats_compare_by_their_bits(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        t.forget();
        book.edit().price = 0.1 + 0.2;
        em.flush().await?;
        t.expect(3);
        book.edit().price = 0.3;
        em.flush().await?;
        t.expect(3);
        book.edit().price = 0.3;
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U37, U56, S041
    async fn a_null_is_written_as_one(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.find_one_or_fail::<Author>(1).await?.edit().age = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author where age is null").await, 2);
    }

    /// spec: U39, U51
    async fn an_update_can_refer_to_what_the_same_flush_inserts(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        let sam = author(&em, "Sam");
        book.edit().author = sam.to_ref();
        book.edit().editor = Some(sam.to_ref());
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select author_id + editor_id from book where id = 1").await, 8);
        assert_eq!(sam.books.get()?.len(), 1);
    }

    /// spec: U56
    async fn values_are_never_part_of_the_text(t: &Test<Blog>) {
        let em = t.em();
        let name = "'); drop table author; -- ? $1 \u{0}".replace('\u{0}', "");
        let jon = em.create(Author::builder().name(name.as_str()).email("\\\"'"));
        em.flush().await?;
        assert!(!t.sql().contains("drop"));
        em.clear();
        assert_eq!(em.find_one_or_fail::<Author>(Author::name.eq(&name)).await?.id, jon.id);
    }

    /// spec: U02, U42
    async fn what_was_loaded_is_not_written_again(t: &Test<Blog>) {
        let em = t.em();
        author(&em, "Jon");
        em.flush().await?;
        em.clear();
        let jon = em.find_one_or_fail::<Author>(Author::name.eq("Jon")).await?;
        book(&em, "Oaths", &jon);
        em.flush().await?;
        let sent = t.sent();
        let kinds: Vec<_> = sent.iter().map(|sql| sql.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(kinds, ["begin", "insert", "commit", "select", "begin", "insert", "commit"]);
    }

    /// spec: U11, U38
    async fn an_edit_that_is_pending_outlives_loading_its_row(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let reference = em.reference::<Author>(1);
        em.flush().await?;
        t.expect(0);
        reference.assign(Author::name.set("Snow"))?;
        let found = em.find_one_or_fail(Author::email.eq("jon@north")).await?;
        assert_eq!(found.to_ref(), reference);
        assert_eq!((&*found.name, &*found.email), ("Snow", "jon@north"));
        em.flush().await?;
        assert_eq!(t.text("select name from author where id = 1").await.as_deref(), Some("Snow"));
        em.reference::<Author>(2).assign((Author::name.set("Nobody"), Author::email.set("no@one")))?;
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.text("select name from author where email = 'no@one'").await.as_deref(), Some("Nobody"));
    }
}
