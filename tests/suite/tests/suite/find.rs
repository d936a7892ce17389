//! Finding: many, one, one or an error, counting, pages.

use super::entities::*;

fn titles(books: &[Loaded<Book, impl Sized>]) -> Vec<&str> {
    books.iter().map(|book| &*book.title).collect()
}

suite! {
    /// spec: S143, S152, S153, S089, Y020, Y021
    async fn find_gives_all_entities_or_those_of_a_condition(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.find::<Book>().await?.len(), 3);
        let cheap = em.find::<Book>().filter(Book::price.lt(10.0)).filter(Book::title.like("%s")).order_by(Book::title.desc()).await?;
        assert_eq!(titles(&cheap), ["Oaths", "Faces"]);
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id` from `book` as `b0`
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id` from `book` as `b0` where `b0`.`price` < ? and `b0`.`title` like ? order by `b0`.`title` desc
            ");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id" from "book" as "b0"
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id" from "book" as "b0" where "b0"."price" < $1 and "b0"."title" like $2 order by "b0"."title" desc
            "#);
        }
        assert_eq!(titles(&em.find::<Book>().filter(2).await?), ["Snow"]);
        assert_eq!(em.find::<Book>().filter(Book::id.in_([1, 3])).await?.len(), 2);
    }

    /// spec: S141, Y022
    async fn finding_one_gives_it_or_none(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.find_one::<Author>(1).await?.unwrap().name, "Jon");
        assert_eq!(em.find_one::<Author>(Author::email.eq("arya@north")).await?.unwrap().name, "Arya");
        assert!(em.find_one::<Author>(99).await?.is_none());
        assert!(em.find_one::<Author>(Author::name.eq("Ned")).await?.is_none());
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            select `a0`.`id`, `a0`.`name`, `a0`.`email`, `a0`.`age` from `author` as `a0` where `a0`.`id` = 1 limit 1
            select `a0`.`id`, `a0`.`name`, `a0`.`email`, `a0`.`age` from `author` as `a0` where `a0`.`email` = 'arya@north' limit 1
            select `a0`.`id`, `a0`.`name`, `a0`.`email`, `a0`.`age` from `author` as `a0` where `a0`.`id` = 99 limit 1
            select `a0`.`id`, `a0`.`name`, `a0`.`email`, `a0`.`age` from `author` as `a0` where `a0`.`name` = 'Ned' limit 1
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            select "a0"."id", "a0"."name", "a0"."email", "a0"."age" from "author" as "a0" where "a0"."id" = 1 limit 1
            select "a0"."id", "a0"."name", "a0"."email", "a0"."age" from "author" as "a0" where "a0"."email" = 'arya@north' limit 1
            select "a0"."id", "a0"."name", "a0"."email", "a0"."age" from "author" as "a0" where "a0"."id" = 99 limit 1
            select "a0"."id", "a0"."name", "a0"."email", "a0"."age" from "author" as "a0" where "a0"."name" = 'Ned' limit 1
            "#);
        }
        // the first in the order
        let last = em.find_one::<Book>(Book::price.gt(0.0)).order_by(Book::title.desc()).await?.unwrap();
        assert_eq!(last.title, "Snow");
    }

    /// spec: Y025
    async fn finding_one_without_a_condition_is_refused(t: &Test<Blog>) {
        let em = t.em();
        let message = "Book: one entity can't be found without a condition: give one, or use `find().limit(1)` for any";
        assert_eq!(em.find_one::<Book>(Condition::all()).await.unwrap_err().to_string(), message);
        assert_eq!(em.find_one_or_fail::<Book>(Condition::all()).await.unwrap_err().to_string(), message);
        t.expect(0);
    }

    /// spec: S142, Y024
    async fn finding_none_or_failing_names_the_entity_and_what_was_asked_but_no_values(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.find_one_or_fail::<Author>(1).await?.name, "Jon");
        let error = em.find_one_or_fail::<Author>(99).await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.to_string(), "Author not found (id 99)");
        let error = em.find_one_or_fail::<Author>(Author::email.eq("secret@north") & Author::age.gt(3)).await.unwrap_err();
        assert_eq!(error.to_string(), "Author not found (by email, age)");
        t.expect(3);
    }

    /// spec: Y028
    async fn counting_takes_what_finding_takes(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.count::<Book>(Condition::all()).await?, 3);
        assert_eq!(em.count::<Book>(Book::author.is(Author::name.eq("Jon"))).await?, 2);
        assert_eq!(em.count::<Author>(Author::books.some(Book::price.gt(1.0))).await?, 2);
        assert_eq!(em.count::<Author>(99).await?, 0);
        t.expect(4);
    }

    /// spec: Y026, Y051
    async fn a_page_comes_with_the_number_of_all(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let (page, total) = em.find_and_count::<Book>().filter(Book::price.gt(6.0)).order_by(Book::price.asc()).limit(1).offset(1).await?;
        assert_eq!((titles(&page), total), (vec!["Snow"], 2));
        t.expect(2);
        let (none, total) = em.find_and_count::<Book>().filter(Book::price.gt(600.0)).await?;
        assert_eq!((none.len(), total), (0, 0));
    }

    /// spec: Y050, Y099
    async fn relations_order_by_the_key_that_they_refer_to(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().order_by((Book::author.desc(), Book::editor.asc().nulls_first(), Book::title.asc())).await?;
        assert_eq!(titles(&books), ["Faces", "Oaths", "Snow"]);
        // without a join
        assert!(!t.sent()[0].contains("join"));
        t.forget();
        assert_eq!(titles(&em.find::<Book>().order_by(Book::id.desc()).order_by(Book::author.asc()).await?), ["Faces", "Snow", "Oaths"]);
        let authors = em.find::<Author>().populate(Author::books.order_by((Book::editor.desc(), Book::title.desc()))).await?;
        assert_eq!(titles(&authors[0][Author::books]), ["Snow", "Oaths"]);
    }

    /// spec: Y051
    async fn limit_and_offset_cut_the_result(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = || em.find::<Book>().order_by(Book::id.asc());
        assert_eq!(titles(&books().limit(2).await?), ["Oaths", "Snow"]);
        assert_eq!(titles(&books().limit(2).offset(2).await?), ["Faces"]);
        assert_eq!(titles(&books().offset(1).await?), ["Snow", "Faces"]);
        assert!(books().limit(0).await?.is_empty());
        assert!(books().offset(5).await?.is_empty());
        t.expect(5);
    }

    /// spec: Y051, Y103
    async fn limit_counts_roots_when_a_to_many_relation_is_joined(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em
            .find::<Author>()
            .populate(Author::books)
            .strategy(Strategy::Joined)
            .order_by(Author::name.desc())
            .limit(1)
            .await?;
        t.expect(1);
        assert_eq!((authors.len(), &*authors[0].name, authors[0][Author::books].len()), (1, "Jon", 2));
        em.clear();
        let authors = em
            .find::<Author>()
            .populate(Author::books)
            .strategy(Strategy::Joined)
            .order_by(Author::name.desc())
            .limit(2)
            .offset(1)
            .await?;
        t.expect(1);
        let seen: Vec<_> = authors.iter().map(|a| (&*a.name, a[Author::books].len())).collect();
        assert_eq!(seen, [("Bran", 0), ("Arya", 1)]);
    }

    /// spec: Y099, Y050
    async fn order_takes_several_terms_nulls_and_relations(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = async |order: mikro_orm::query::Order<Author>| -> Result<String> {
            let found = em.find::<Author>().order_by(order).await?;
            Ok(found.iter().map(|author| &author.name[..1]).collect())
        };
        assert_eq!(authors(Author::age.asc().nulls_first()).await?, "BAJ");
        assert_eq!(authors(Author::age.asc().nulls_last()).await?, "AJB");
        assert_eq!(authors(Author::age.desc().nulls_first()).await?, "BJA");
        assert_eq!(authors(Author::age.desc().nulls_last()).await?, "JAB");
        let books = em.find::<Book>().order_by((Book::author.order(Author::name.asc()), Book::price.desc())).await?;
        assert_eq!(titles(&books), ["Faces", "Snow", "Oaths"]);
        // through a relation that may be null, with its nulls where one wants them
        let books = em.find::<Book>().order_by([Book::editor.order(Author::name.asc()).nulls_last(), Book::id.desc()]).await?;
        assert_eq!(titles(&books), ["Faces", "Snow", "Oaths"]);
        // one order after the other
        let books = em.find::<Book>().order_by(Book::author.order(Author::age.desc())).order_by(Book::title.desc()).await?;
        assert_eq!(titles(&books), ["Snow", "Oaths", "Faces"]);
        t.expect(7);
    }

    /// spec: Y099, Y100
    async fn nulls_sort_as_each_database_has_them_when_nothing_is_said(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let found = em.find::<Author>().order_by(Author::age.asc()).await?;
        let first = found[0].age;
        assert_eq!(first, if t.is_sqlite() { None } else { Some(11) });
    }

    /// spec: U17, Y020, Y134
    async fn a_query_flushes_first_when_its_entity_is_scheduled(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        assert_eq!(em.find::<Author>().await?.len(), 1);
        // begin, insert, commit, select
        t.expect(4);
        book(&em, "Oaths", &jon);
        em.find::<Author>().await?;
        t.expect(1);
        assert_eq!(em.count::<Book>(Condition::all()).await?, 1);
        t.expect(4);
        // a plain edit does not
        jon.edit().name = "Jon Snow".into();
        em.find::<Author>().await?;
        t.expect(1);
        em.remove(&jon.books.get()?[0])?;
        assert!(em.find_one::<Book>(Book::title.eq("Oaths")).await?.is_none());
        // begin, update, delete, commit, select
        t.expect(5);
    }

    /// spec: S147, Y084
    async fn a_repository_is_an_entity_manager_for_one_entity(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em.repo::<Author>();
        let jon = authors.find_one_or_fail(Author::name.eq("Jon")).populate(Author::books).await?;
        assert_eq!(jon[Author::books].len(), 2);
        assert!(authors.find_one(1).await?.unwrap().is_same(&jon));
        assert_eq!(authors.find().await?.len(), 3);
        assert_eq!(authors.count(Author::age.is_null()).await?, 1);
        assert_eq!(authors.find_and_count().limit(1).await?.1, 3);
        assert_eq!(authors.reference(1), jon.to_ref());
        let sam = authors.clone().create(Author::builder().name("Sam").email("sam@north"));
        authors.em().flush().await?;
        assert!(em.find_one_or_fail::<Author>(sam.id).await?.is_same(&sam));
    }

    /// spec: Y028, Y026
    async fn finding_and_counting_flushes_once(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        author(&em, "Sam");
        let (found, total) = em.find_and_count::<Author>().await?;
        assert_eq!((found.len(), total), (4, 4));
        t.expect(5);
    }

    /// spec: Y024
    async fn exactly_one_is_neither_none_nor_two(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.find_exactly_one::<Author>(Author::name.eq("Jon")).await?.id, 1);
        assert!(em.find_exactly_one::<Author>(Author::name.eq("Ned")).await.unwrap_err().is_not_found());
        let error = em.find_exactly_one::<Book>(Book::author.eq(1)).await.unwrap_err().to_string();
        assert!(error.contains("Book"), "{error}");
        t.expect(3);
    }
}
