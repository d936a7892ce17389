//! Columns instead of entities.

use super::entities::*;
use mikro_orm::FromRow;

#[derive(FromRow, Debug, PartialEq)]
struct Card {
    title: String,
    author_name: String,
    by: Option<String>,
}

suite! {
    /// spec: Y049, Y166, Y050
    async fn columns_are_read_in_one_query_and_nothing_is_managed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let rows = em
            .find::<Book>()
            .order_by((Book::author.order(Author::name.desc()), Book::price.desc()))
            .select((Book::title, Book::price, Book::author.get(Author::name), Book::editor.get(Author::age), Book::editor))
            .await?;
        assert_eq!(rows, [
            ("Snow".into(), 15.0, "Jon".to_owned(), None, None),
            ("Oaths".into(), 5.0, "Jon".to_owned(), None, None),
            ("Faces".into(), 7.5, "Arya".to_owned(), Some(17), Some(1)),
        ]);
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"select `b0`.`title`, `b0`.`price`, `b0`.`editor_id`, `a1`.`name` as `a1__name`, `a2`.`age` as `a2__age` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` left join `author` as `a2` on `b0`.`editor_id` = `a2`.`id` order by `a1`.`name` desc, `b0`.`price` desc");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"select "b0"."title", "b0"."price", "b0"."editor_id", "a1"."name" as "a1__name", "a2"."age" as "a2__age" from "book" as "b0" inner join "author" as "a1" on "b0"."author_id" = "a1"."id" left join "author" as "a2" on "b0"."editor_id" = "a2"."id" order by "a1"."name" desc, "b0"."price" desc"#);
        }
        assert!(em.reference::<Author>(1).get().is_err());
        // one column is no tuple; lazy ones are columns
        let texts: Vec<String> = em.find::<Book>().filter(Book::author.is(Author::name.eq("Jon"))).select(Book::text).order_by(Book::id.asc()).await?;
        assert_eq!(texts, ["I shall", "falls"]);
        t.forget();
        let authors: Vec<(i64,)> = em.find::<Book>().select((Book::author,)).distinct().filter(Book::price.lt(10.0)).limit(5).await?;
        assert_eq!(authors.len(), 2);
        t.expect(1);
    }

    /// spec: Y049
    async fn rows_become_structs_by_name(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let columns = || (Book::author.get(Author::name), Book::title, Book::editor.get(Author::name).named("by"));
        let card = em.find_one_or_fail::<Book>(3).select(columns()).rows::<Card>().await?;
        assert_eq!(card, Card { title: "Faces".into(), author_name: "Arya".into(), by: Some("Jon".into()) });
        t.expect(1);
        assert_eq!(em.find_one::<Book>(99).select(columns()).rows::<Card>().await?, None);
        let error = em.find_one_or_fail::<Book>(99).select(Book::title).await.unwrap_err();
        assert_eq!(error.to_string(), "Book not found (id 99)");
        let page = em.find::<Book>().select(columns()).order_by(Book::title.asc()).limit(1).offset(1).rows::<Card>().await?;
        assert_eq!(page[0].title, "Oaths");
        let error = em.find::<Book>().select(Book::title).rows::<Card>().await.unwrap_err().to_string();
        assert!(error.contains("author_name"), "{error}");
        let error = em.find::<Book>().populate_paths(["author"]).select(Book::title).await.unwrap_err().to_string();
        assert!(error.contains("no entities"), "{error}");
    }

    /// spec: Y049
    async fn what_is_pending_is_stored_before_columns_are_read(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        book(&em, "Vows", &em.find_one_or_fail::<Author>(1).await?);
        assert_eq!(em.find::<Book>().select(Book::title).await?.len(), 4);
        // within a transaction, too
        em.transactional(async |em| {
            em.remove::<Book>(1)?;
            assert_eq!(em.find::<Book>().select(Book::id).await?.len(), 3);
            Ok::<_, Error>(())
        })
        .await?;
    }

    /// spec: Y049
    async fn what_a_column_holds_that_its_property_can_t_is_an_error_that_names_both(t: &Test<Blog>) {
        library(t).await?;
        if t.is_sqlite() {
            t.run("update author set age = 'old' where id = 1").await;
            let error = t.em().find::<Book>().select(Book::editor.get(Author::age)).await.unwrap_err().to_string();
            assert!(error.contains("Author") && error.contains("age"), "{error}");
        }
    }

    /// spec: Y049, Y166
    async fn columns_are_read_from_both_sides_of_one_to_one_relations(t: &Test<Citizens>) {
        let em = t.em();
        let ann = em.create(Citizen::builder().name("Ann"));
        em.create(Citizen::builder().name("Bob"));
        em.create(Passport::builder().number("A1").citizen(&ann));
        em.flush().await?;
        t.forget();
        let rows = em
            .find::<Citizen>()
            .order_by(Citizen::name.asc())
            .select((Citizen::name, Citizen::passport, Citizen::passport.get(Passport::number), Citizen::passport.get(Passport::citizen.get(Citizen::name))))
            .await?;
        assert_eq!(rows, [("Ann".to_owned(), Some(1), Some("A1".to_owned()), Some("Ann".to_owned())), ("Bob".into(), None, None, None)]);
        assert_eq!(em.find::<Passport>().select(Passport::citizen.get(Citizen::name)).await?, ["Ann"]);
        t.expect(2);
    }
}
