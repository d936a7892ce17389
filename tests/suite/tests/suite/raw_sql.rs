//! Statements in the database's own language.

use super::entities::*;

suite! {
    /// spec: Y038, Y124
    async fn rows_come_as_tuples(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let rows = em.raw("select title, price, editor_id from book where price > ? order by id").bind(6.0).rows::<(String, f64, Option<i64>)>().await?;
        assert_eq!(rows, [("Snow".to_owned(), 15.0, None), ("Faces".to_owned(), 7.5, Some(1))]);
        let none = em.raw("select 1 from book where title = ?").bind("'; drop table book; --".to_owned()).rows::<(i64,)>().await?;
        assert!(none.is_empty());
        t.expect(2);
        let escaped = em.raw("select count(*) from book where title <> '??'").rows::<(i64,)>().await?;
        assert_eq!(escaped, [(3,)]);
    }

    /// spec: Y038
    async fn a_column_that_does_not_fit_is_an_error_that_names_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let error = em.raw("select title from book").rows::<(i64,)>().await.unwrap_err();
        assert!(matches!(error, Error::Mapping { .. }));
        assert!(error.to_string().starts_with("row.column 1: the database's value does not fit:"), "{error}");
        let error = em.raw("select title from book").rows::<(String, String)>().await.unwrap_err().to_string();
        assert!(error.contains("column 2") && error.contains("selects 1 columns only"), "{error}");
        let error = em.raw("select age from author").rows::<(i32,)>().await.unwrap_err().to_string();
        assert!(error.contains("column 1") && error.contains("null"), "{error}");
    }

    /// spec: Y038
    async fn executing_gives_the_number_of_rows(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.raw("update book set price = price + ?").bind(1.0).execute().await?, 3);
        assert_eq!(em.raw("delete from book where id = ?").bind(99).execute().await?, 0);
        assert_eq!(em.raw("delete from book where id in (?, ?)").bind(1).bind(2).execute().await?, 2);
        t.expect(3);
    }

    /// spec: Y034, Y038, U09
    async fn rows_become_managed_entities_whatever_the_order_of_columns(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let oaths = em.find_one_or_fail::<Book>(1).await?;
        oaths.edit().title = "Vows".into();
        t.run("update book set price = 6.0 where id = 1").await;
        let books = em.raw("select * from book order by id").entities::<Book>().await?;
        assert_eq!(books.len(), 3);
        assert!(books[0].is_same(&oaths));
        assert_eq!((&*oaths.title, oaths.price), ("Vows", 6.0));
        // a lazy column that the statement has is read
        assert_eq!(books[1].text.get()?, "falls");
        let author = em.raw("select email, 1 as extra, age, name, id from author where id = 1").entities::<Author>().await?;
        assert_eq!(author[0].name, "Jon");
        assert!(books[1].author.get()?.is_same(&author[0]));
        let without = em.raw("select id, title, price, author_id, editor_id from book where id = 3").entities::<Book>().await?;
        assert_eq!(without[0].title, "Faces");
    }

    /// spec: Y034
    async fn a_missing_column_is_an_error_that_names_it(t: &Test<Blog>) {
        library(t).await?;
        let error = t.em().raw("select id, name from author").entities::<Author>().await.unwrap_err().to_string();
        assert_eq!(error, "Author.email: the database's value does not fit: the statement does not select its column `email`");
    }

    /// spec: Y038
    async fn a_statement_that_is_refused_shows_itself_but_no_values(t: &Test<Blog>) {
        let error = t.em().raw("select * from nothing where x = ?").bind("hunter2".to_owned()).rows::<(i64,)>().await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(matches!(error, Error::Query { .. }) && text.contains("nothing") && !text.contains("hunter2"), "{text}");
        assert!(t.em().raw("select ?").rows::<(i64,)>().await.is_err());
        assert!(t.em().raw("select 1; select 2").rows::<(i64,)>().await.is_err());
    }

    /// spec: Y038
    async fn raw_statements_do_not_flush_and_are_part_of_the_transaction(t: &Test<Blog>) {
        let em = t.em();
        author(&em, "Jon");
        assert_eq!(em.raw("select count(*) from author").rows::<(i64,)>().await?, [(0,)]);
        em.begin().await?;
        em.flush().await?;
        assert_eq!(em.raw("select count(*) from author").rows::<(i64,)>().await?, [(1,)]);
        em.rollback().await?;
        assert_eq!(em.raw("select count(*) from author").rows::<(i64,)>().await?, [(0,)]);
    }
}
