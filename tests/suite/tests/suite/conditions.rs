//! Conditions.

use super::entities::*;

/// The keys of the books for which a condition holds.
async fn books(em: &EntityManager, condition: Condition<Book>) -> Result<Vec<i64>> {
    let counted = em.count::<Book>(condition.clone()).await?;
    let found = em.find::<Book>().filter(condition).order_by(Book::id.asc()).await?;
    assert_eq!(counted, found.len() as u64);
    Ok(found.iter().map(|book| book.id).collect())
}

async fn authors(em: &EntityManager, condition: Condition<Author>) -> Result<Vec<i64>> {
    let counted = em.count::<Author>(condition.clone()).await?;
    let found = em.find::<Author>().filter(condition).order_by(Author::id.asc()).await?;
    assert_eq!(counted, found.len() as u64);
    Ok(found.iter().map(|author| author.id).collect())
}

suite! {
    /// spec: Y085
    async fn comparisons(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(books(&em, Book::price.eq(7.5)).await?, [3]);
        assert_eq!(books(&em, Book::price.ne(7.5)).await?, [1, 2]);
        assert_eq!(books(&em, Book::price.gt(7.5)).await?, [2]);
        assert_eq!(books(&em, Book::price.gte(7.5)).await?, [2, 3]);
        assert_eq!(books(&em, Book::price.lt(7.5)).await?, [1]);
        assert_eq!(books(&em, Book::price.lte(7.5)).await?, [1, 3]);
        assert_eq!(books(&em, Book::title.like("%a%")).await?, [1, 3]);
        assert_eq!(books(&em, Book::title.like("_now")).await?, [2]);
        assert_eq!(books(&em, Book::title.not_like("%a%")).await?, [2]);
        assert_eq!(books(&em, Book::title.in_(["Oaths", "Faces"])).await?, [1, 3]);
        assert_eq!(books(&em, Book::title.not_in(["Oaths", "Faces"])).await?, [2]);
        assert_eq!(books(&em, Book::title.eq("oaths")).await?, Vec::<i64>::new());
        t.expect(24);
    }

    /// spec: Y085
    async fn null_compares_as_null(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(authors(&em, Author::age.is_null()).await?, [3]);
        assert_eq!(authors(&em, Author::age.is_not_null()).await?, [1, 2]);
        assert_eq!(authors(&em, Author::age.eq(17)).await?, [1]);
        // as SQL has it
        assert_eq!(authors(&em, Author::age.ne(17)).await?, [2]);
        assert_eq!(authors(&em, Author::age.not_in([17])).await?, [2]);
        assert_eq!(authors(&em, !Author::age.eq(17)).await?, [2]);
    }

    /// spec: Y085
    async fn an_empty_list_matches_nothing_and_its_negation_all(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let none: [i32; 0] = [];
        assert_eq!(authors(&em, Author::age.in_(none)).await?, Vec::<i64>::new());
        assert_eq!(authors(&em, Author::age.not_in(none)).await?, [1, 2, 3]);
        assert_eq!(authors(&em, !Author::age.in_(none)).await?, [1, 2, 3]);
        assert_eq!(authors(&em, Condition::any_of([])).await?, Vec::<i64>::new());
        assert_eq!(authors(&em, Condition::all_of([])).await?, [1, 2, 3]);
        assert_eq!(authors(&em, !Condition::all()).await?, Vec::<i64>::new());
    }

    /// spec: Y085
    async fn long_lists_are_no_matter(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        for length in [2, 7, 100, 5000, 30_000] {
            assert_eq!(books(&em, Book::id.in_(2..2 + length)).await?, [2, 3], "{length}");
            assert_eq!(books(&em, Book::id.not_in(2..2 + length)).await?, [1], "{length}");
        }
    }

    /// spec: Y086
    async fn and_or_and_not_nest_anywhere(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let cheap = || Book::price.lt(6.0);
        let jon = || Book::author.is(Author::name.eq("Jon"));
        assert_eq!(books(&em, cheap() & jon()).await?, [1]);
        assert_eq!(books(&em, cheap() | Book::title.eq("Faces")).await?, [1, 3]);
        assert_eq!(books(&em, !(cheap() | Book::title.eq("Faces"))).await?, [2]);
        assert_eq!(books(&em, !cheap() & jon()).await?, [2]);
        assert_eq!(books(&em, !!cheap()).await?, [1]);
        assert_eq!(books(&em, (cheap() | Book::price.gt(10.0)) & (jon() | Book::id.eq(3)) & !Book::id.eq(2)).await?, [1]);
        assert_eq!(books(&em, Condition::any_of([cheap(), Book::id.eq(2)]) & Condition::all_of([jon()])).await?, [1, 2]);
    }

    /// spec: Y091, U79
    async fn a_condition_through_a_to_one_relation_joins_it_and_one_on_its_key_does_not(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.find::<Book>().filter(Book::author.is(Author::name.like("J%")) & Book::author.is(Author::age.gt(3))).await?;
        em.find::<Book>().filter(Book::author.is(Author::id.eq(1))).await?;
        em.find::<Book>().filter(Book::author.is(1)).await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` where `a1`.`name` like ? and `a1`.`age` > ?
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id` from `book` as `b0` where `b0`.`author_id` = ?
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id` from `book` as `b0` where `b0`.`author_id` = ?
            ");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id" from "book" as "b0" inner join "author" as "a1" on "b0"."author_id" = "a1"."id" where "a1"."name" like $1 and "a1"."age" > $2
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id" from "book" as "b0" where "b0"."author_id" = $1
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id" from "book" as "b0" where "b0"."author_id" = $1
            "#);
        }
        assert_eq!(books(&em, Book::author.is(Author::id.eq(1))).await?, [1, 2]);
        assert_eq!(books(&em, Book::author.is(2)).await?, [3]);
    }

    /// spec: Y091, Y085
    async fn conditions_through_a_nullable_relation_are_true_and_false_where_there_is_something(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(books(&em, Book::editor.is_null()).await?, [1, 2]);
        assert_eq!(books(&em, Book::editor.is_not_null()).await?, [3]);
        assert_eq!(books(&em, Book::editor.is(Author::name.eq("Jon"))).await?, [3]);
        assert_eq!(books(&em, Book::editor.is(Author::name.ne("Jon"))).await?, Vec::<i64>::new());
        assert_eq!(books(&em, Book::editor.is(Author::age.is_null())).await?, Vec::<i64>::new());
        // a branch that fails does not take the other with it
        assert_eq!(books(&em, Book::editor.is(Author::name.eq("Jon")) | Book::title.eq("Snow")).await?, [2, 3]);
    }

    /// spec: Y086, Y091
    async fn not_over_a_nullable_relation_is_as_sql_has_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(books(&em, !Book::editor.is(Author::name.eq("Jon"))).await?, Vec::<i64>::new());
        assert_eq!(books(&em, !Book::editor.is(Author::name.eq("Arya"))).await?, [3]);
        assert_eq!(books(&em, !Book::editor.is(Author::name.eq("Arya")) | Book::editor.is_null()).await?, [1, 2, 3]);
    }

    /// spec: Y089
    async fn collections_can_be_asked_for_some_none_and_every_item(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(authors(&em, Author::books.some(Book::price.gt(10.0))).await?, [1]);
        assert_eq!(authors(&em, Author::books.none(Book::price.gt(10.0))).await?, [2, 3]);
        assert_eq!(authors(&em, Author::books.every(Book::price.gt(10.0))).await?, [3]);
        assert_eq!(authors(&em, Author::books.every(Book::price.gt(1.0))).await?, [1, 2, 3]);
        assert_eq!(authors(&em, Author::books.some(Condition::all())).await?, [1, 2]);
        assert_eq!(authors(&em, Author::books.none(Condition::all())).await?, [3]);
        assert_eq!(authors(&em, !Author::books.some(Book::price.gt(10.0))).await?, [2, 3]);
        // two conditions on one item, and on two
        assert_eq!(authors(&em, Author::books.some(Book::price.gt(10.0) & Book::title.eq("Oaths"))).await?, Vec::<i64>::new());
        assert_eq!(authors(&em, Author::books.some(Book::price.gt(10.0)) & Author::books.some(Book::title.eq("Oaths"))).await?, [1]);
        em.find::<Author>().filter(Author::books.some(Book::price.gt(1.0))).await?;
        t.forget();
        em.find::<Author>().filter(Author::books.some(Book::editor.is(Author::name.eq("Jon")))).await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @"select `a0`.`id`, `a0`.`name`, `a0`.`email`, `a0`.`age` from `author` as `a0` where `a0`.`id` in (select `b1`.`author_id` from `book` as `b1` left join `author` as `a2` on `b1`.`editor_id` = `a2`.`id` where `a2`.`name` = ?)");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"select "a0"."id", "a0"."name", "a0"."email", "a0"."age" from "author" as "a0" where "a0"."id" in (select "b1"."author_id" from "book" as "b1" left join "author" as "a2" on "b1"."editor_id" = "a2"."id" where "a2"."name" = $1)"#);
        }
    }

    /// spec: Y089, Y085
    async fn an_item_whose_value_is_null_is_no_proof_of_every(t: &Test<Tree>) {
        let em = t.em();
        let named = em.create(Node::builder().name("named"));
        em.create(Node::builder().name("a").parent(&named));
        let other = em.create(Node::builder().name("b").parent(&named).children([Node::builder().name("c")]));
        em.flush().await?;
        let nodes = async |condition: Condition<Node>| -> Result<Vec<String>> {
            Ok(em.find::<Node>().filter(condition).order_by(Node::name.asc()).await?.iter().map(|node| node.name.clone()).collect())
        };
        // the roots' parents are null: their names are neither like nor unlike anything
        let every = Node::children.every(Node::parent.is(Node::parent.is(Node::name.like("n%"))));
        assert_eq!(nodes(every & Node::children.some(Condition::all())).await?, ["b"]);
        let none = Node::children.none(Node::parent.is(Node::parent.is(Node::name.like("n%"))));
        assert_eq!(nodes(none & Node::children.some(Condition::all())).await?, ["named"]);
        assert_eq!(other.children.get()?.len(), 1);
    }

    /// spec: Y092, S178
    async fn a_relation_compares_with_a_handle_a_reference_and_a_key(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        assert_eq!(books(&em, Book::author.eq(&jon)).await?, [1, 2]);
        assert_eq!(books(&em, Book::author.eq(&jon.to_ref())).await?, [1, 2]);
        assert_eq!(books(&em, Book::author.eq(1)).await?, [1, 2]);
        assert_eq!(books(&em, Book::author.ne(&jon)).await?, [3]);
        assert_eq!(books(&em, Book::author.in_([1, 2])).await?, [1, 2, 3]);
        assert_eq!(books(&em, Book::author.in_([&jon])).await?, [1, 2]);
        assert_eq!(books(&em, Book::editor.eq(&jon)).await?, [3]);
        assert_eq!(books(&em, Book::author.in_(Vec::<i64>::new())).await?, Vec::<i64>::new());
        // nobody refers to what is not stored
        let sam = em.create_detached(Author::builder().name("Sam").email("sam@north"));
        assert_eq!(books(&em, Book::author.eq(&sam)).await?, Vec::<i64>::new());
        assert_eq!(books(&em, Book::author.ne(&sam)).await?, [1, 2, 3]);
    }

    /// spec: Y094, Y124
    async fn raw_conditions_bind_values_and_name_columns_by_their_property(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let lower = |title: &str| raw("lower({title}) = ?").bind(title.to_owned());
        assert_eq!(em.find::<Book>().filter(lower("oaths")).await?.len(), 1);
        assert_eq!(em.count::<Book>(lower("'; drop table book; --")).await?, 0);
        assert_eq!(em.count::<Author>(Author::books.some(lower("snow"))).await?, 1);
        assert_eq!(em.count::<Book>(Book::author.is(raw("{age} between ? and ?").bind(16).bind(18))).await?, 2);
        assert_eq!(em.count::<Book>(raw("{author} = 1 and {title} <> '{{??'")).await?, 2);
        assert_eq!(em.count::<Book>(raw("{price} > ? or {price} < ?").bind(14.0).bind(6.0) & Book::title.like("S%")).await?, 1);
        assert_eq!(books(&em, Book::title.like("S%") | lower("oaths")).await?, [1, 2]);
        assert!(em.find::<Book>().filter(raw("{nothing} = 1")).await.unwrap_err().to_string().contains("nothing"));
        assert!(em.find::<Book>().filter(raw("{title} = ?")).await.is_err());
    }

    /// spec: S089, Y091
    async fn a_lazy_scalar_can_be_asked_for_without_being_read(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let found = em.find::<Book>().filter(Book::text.like("%sha%")).await?;
        assert_eq!((found.len(), found[0].text.is_loaded()), (1, false));
    }

    /// spec: Y091, U77
    async fn conditions_go_as_deep_as_relations_do(t: &Test<Tree>) {
        let em = t.em();
        em.create(Node::builder().name("1").children([Node::builder().name("2").children([Node::builder().name("3")])]));
        em.flush().await?;
        let third = em.find::<Node>().filter(Node::parent.is(Node::parent.is(Node::name.eq("1")))).await?;
        assert_eq!((third.len(), &*third[0].name), (1, "3"));
        let first = em.find::<Node>().filter(Node::children.some(Node::children.some(Node::name.eq("3")))).await?;
        assert_eq!((first.len(), &*first[0].name), (1, "1"));
        let mixed = em.find::<Node>().filter(Node::parent.is(Node::children.some(Node::children.none(Node::name.eq("x"))))).await?;
        assert_eq!(mixed.len(), 2);
    }

    /// spec: Y089
    async fn collections_can_be_asked_for_their_size(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(authors(&em, Author::books.size().eq(2)).await?, [1]);
        assert_eq!(authors(&em, Author::books.size().eq(0)).await?, [3]);
        assert_eq!(authors(&em, Author::books.size().gte(1)).await?, [1, 2]);
        assert_eq!(books(&em, Book::author.is(Author::books.size().gt(1))).await?, [1, 2]);
    }
}
