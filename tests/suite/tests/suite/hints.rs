//! Hints that say which entities of a relation are loaded, in which order, and how.

use super::entities::*;

/// The names of a node's children, in the order in which they are.
fn children(node: &Loaded<Node, impl Has<node::children>>) -> Vec<&str> {
    node[Node::children].iter().map(|node| &*node.name).collect()
}

/// Two roots, `a` and `b`, each with three children `a1` .. `a3`, each of which has two: `a11`, `a12`.
async fn forest(t: &Test<impl Sized>) -> Result<()> {
    let em = t.em();
    for root in ["a", "b"] {
        em.create(Node::builder().name(root).children((1..=3).map(|child| {
            let name = format!("{root}{child}");
            let children: Vec<_> = (1..=2).map(|i| Node::builder().name(format!("{name}{i}"))).collect();
            Node::builder().name(name).children(children)
        })));
    }
    em.flush().await?;
    t.forget();
    Ok(())
}

suite! {
    /// spec: Y044, Y046, Y047, U76
    async fn a_hint_says_which_items_and_in_which_order(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        for strategy in [Strategy::Balanced, Strategy::Joined] {
            em.clear();
            let authors = em
                .find::<Author>()
                .populate((Author::books.filter(Book::price.gt(5.0)).order_by(Book::title.desc()), Author::edited.order_by(Book::id.asc())))
                .order_by(Author::id.asc())
                .strategy(strategy)
                .await?;
            t.expect(if strategy == Strategy::Joined { 1 } else { 3 });
            let titles: Vec<Vec<_>> =
                authors.iter().map(|author| author[Author::books].iter().map(|book| &*book.title).collect()).collect();
            assert_eq!(titles, [vec!["Snow"], vec!["Faces"], vec![]]);
            assert!(authors[0].books.is_partial() && authors[2].books.is_partial() && !authors[0].edited.is_partial());
        }
    }

    /// spec: Y047, U76
    async fn a_limit_is_for_each_owner_on_every_level(t: &Test<Tree>) {
        forest(t).await?;
        let em = t.em();
        let level = Node::children.order_by(Node::name.desc()).limit(1);
        let roots = em
            .find::<Node>()
            .filter(Node::parent.is_null())
            .populate(Node::children.order_by(Node::name.desc()).limit(2).with(level))
            .order_by(Node::name.asc())
            // pages of collections can't be joined
            .strategy(Strategy::Joined)
            .await?;
        assert_eq!(roots.iter().map(children).collect::<Vec<_>>(), [["a3", "a2"], ["b3", "b2"]]);
        let nested: Vec<_> = roots.iter().flat_map(|root| root[Node::children].iter()).flat_map(children).collect();
        assert_eq!(nested, ["a32", "a22", "b32", "b22"]);
        let sql = t.sql();
        assert_eq!(sql.lines().count(), 3);
        assert_eq!(sql.matches("row_number() over (partition by").count(), 2);
        assert!(roots[0].children.is_partial() && roots[0].children.is_readonly());
    }

    /// spec: Y047
    async fn a_page_of_each_collection_can_be_skipped_to(t: &Test<Tree>) {
        forest(t).await?;
        let em = t.em();
        // by key, when no order is given
        let page = |offset| {
            em.find::<Node>()
                .filter(Node::parent.is_null())
                .populate(Node::children.filter(Node::name.ne("a1")).limit(1).offset(offset))
                .order_by(Node::id.asc())
                .into_future()
        };
        assert_eq!(page(0).await?.iter().map(children).collect::<Vec<_>>(), [["a2"], ["b1"]]);
        assert_eq!(page(1).await?.iter().map(children).collect::<Vec<_>>(), [["a3"], ["b2"]]);
        assert_eq!(page(2).await?.iter().map(children).collect::<Vec<_>>(), [vec![], vec!["b3"]]);
        t.forget();
        let rest = em.find::<Node>().filter(Node::name.eq("b")).populate(Node::children.order_by(Node::name.asc()).offset(1)).await?;
        assert_eq!(children(&rest[0]), ["b2", "b3"]);
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"
            select `n0`.`id`, `n0`.`name`, `n0`.`parent_id` from `node` as `n0` where `n0`.`name` = ?
            select `n0`.`id`, `n0`.`name`, `n0`.`parent_id` from `node` as `n0` where `n0`.`id` in (select `n1`.`id` from (select `n1`.`id`, row_number() over (partition by `n1`.`parent_id` order by `n1`.`name` asc) as `row_number` from `node` as `n1` where `n1`.`parent_id` in (?)) as `n1` where `n1`.`row_number` > ?) order by `n0`.`name` asc
            ");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"
            select "n0"."id", "n0"."name", "n0"."parent_id" from "node" as "n0" where "n0"."name" = $1
            select "n0"."id", "n0"."name", "n0"."parent_id" from "node" as "n0" where "n0"."id" in (select "n1"."id" from (select "n1"."id", row_number() over (partition by "n1"."parent_id" order by "n1"."name" asc) as "row_number" from "node" as "n1" where "n1"."parent_id" = any($1)) as "n1" where "n1"."row_number" > $2) order by "n0"."name" asc
            "#);
        }
    }

    /// spec: Y172, U76
    async fn a_collection_that_was_loaded_with_a_limit_can_not_be_changed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books.limit(1)).await?;
        let oaths = jon[Author::books][0].clone();
        for error in [
            jon.books.add(Book::builder().title("Vows").author(&jon)).unwrap_err(),
            jon.books.remove(&oaths).unwrap_err(),
            jon.books.remove_where(|_| true).unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(text.contains("Author.books") && text.contains("marked as readonly") && text.contains(".load()"), "{text}");
        }
        t.forget();
        em.flush().await?;
        t.expect(0);
        // loaded whole it is as any other
        assert_eq!(jon.books.load().await?.len(), 2);
        assert!(!jon.books.is_partial() && !jon.books.is_readonly());
        jon.books.add(Book::builder().title("Vows").author(&jon))?;
        em.flush().await?;
        assert_eq!(em.count(Book::author.eq(&jon)).await?, 3);
    }

    /// spec: Y044, U76, U75
    async fn a_flush_leaves_alone_what_a_partial_collection_does_not_show(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books.filter(Book::title.eq("Snow"))).await?;
        assert_eq!(jon[Author::books].len(), 1);
        jon.books.add(Book::builder().title("Vows").author(&jon))?;
        em.flush().await?;
        assert_eq!(em.count(Book::author.eq(&jon)).await?, 3);
        t.forget();
        // a hint without a condition promises the whole; what is whole is not read again
        let jon = em.populate(&jon, Author::books).await?;
        assert_eq!(jon[Author::books].len(), 3);
        let jon = em.populate(&jon, Author::books).await?;
        t.expect(1);
        // one with a condition shows what it finds
        let jon = em.populate(&jon, Author::books.filter(Book::title.eq("Oaths"))).await?;
        t.expect(1);
        assert_eq!(jon[Author::books].len(), 1);
    }

    /// spec: Y044, Y045, Y165
    async fn a_nullable_relation_is_none_where_the_hint_leaves_it_out(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.find_one_or_fail::<Book>(1).await?.edit().editor = Some(em.reference(2));
        em.flush().await?;
        t.forget();
        for strategy in [Strategy::Balanced, Strategy::SelectIn] {
            let em = t.em();
            let books = em
                .find::<Book>()
                .populate(Book::editor.filter(Author::name.eq("Jon")))
                .order_by(Book::id.asc())
                .strategy(strategy)
                .await?;
            t.expect(if strategy == Strategy::Balanced { 1 } else { 2 });
            let editors: Vec<_> = books.iter().map(|book| book[Book::editor].as_ref().map(|editor| &*editor.name)).collect();
            assert_eq!(editors, [None, None, Some("Jon")]);
            // what it refers to is as it was
            assert_eq!(books[0].editor.as_ref().unwrap().id(), Some(2));
            em.flush().await?;
            t.expect(0);
            assert_eq!(books[0].editor.as_ref().unwrap().load().await?.name, "Arya");
            assert_eq!(books[0][Book::editor].as_ref().unwrap().name, "Arya");
            t.forget();
        }
    }

    /// spec: Y044, U78
    async fn a_condition_may_go_through_relations(t: &Test<Blog>) {
        library(t).await?;
        for (strategy, statements) in [(Strategy::Balanced, 2), (Strategy::Joined, 1)] {
            let em = t.em();
            let authors = em
                .find::<Author>()
                .filter(Author::name.ne("Bran"))
                .populate(Author::books.filter(Book::editor.is(Author::name.eq("Jon")) & Book::price.lt(100.0)))
                .order_by(Author::id.asc())
                .strategy(strategy)
                .await?;
            t.expect(statements);
            assert_eq!(authors.iter().map(|author| author[Author::books].len()).collect::<Vec<_>>(), [0, 1]);
        }
    }

    /// spec: Y162, Y047
    async fn joins_are_inner_where_a_relation_is_required_and_can_be_chosen(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.find::<Book>().populate((Book::author, Book::editor)).await?.len(), 3);
        assert_eq!(em.find::<Book>().populate((Book::author.join(JoinType::Left), Book::editor.join(JoinType::Inner))).await?.len(), 1);
        let sql = t.sql();
        let joins: Vec<Vec<_>> = sql
            .lines()
            .map(|line| line.match_indices(" join").map(|(at, _)| line[..at].rsplit(' ').next().unwrap()).collect())
            .collect();
        assert_eq!(joins, [["inner", "left"], ["left", "inner"]]);
        // a hint that says how a relation is joined joins it
        let authors = em.find::<Author>().populate(Author::books.join(JoinType::Inner)).await?;
        t.expect(1);
        assert_eq!(authors.len(), 2);
    }

    /// spec: Y048, Y047
    async fn a_hint_has_its_own_strategy(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.find::<Author>().populate((Author::books.strategy(Strategy::Joined), Author::edited)).await?;
        t.expect(2);
        em.clear();
        em.find::<Book>().populate(Book::author.strategy(Strategy::SelectIn)).await?;
        t.expect(2);
    }

    /// spec: Y043
    async fn a_collection_can_be_loaded_as_references(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em.find::<Author>().populate(Author::books.references()).order_by(Author::id.asc()).await?;
        assert!(authors[0].books.is_initialized() && authors[0].books.get().is_err());
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"
            select `a0`.`id`, `a0`.`name`, `a0`.`email`, `a0`.`age` from `author` as `a0` order by `a0`.`id` asc
            select `b0`.`id`, `b0`.`author_id` from `book` as `b0` where `b0`.`author_id` in (?, ?, ?)
            ");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"
            select "a0"."id", "a0"."name", "a0"."email", "a0"."age" from "author" as "a0" order by "a0"."id" asc
            select "b0"."id", "b0"."author_id" from "book" as "b0" where "b0"."author_id" = any($1)
            "#);
        }
        // a hint for the rows loads them
        let authors = em.populate(&authors, Author::books).await?;
        t.expect(1);
        assert_eq!(authors[0][Author::books].len(), 2);
        em.clear();
        // of two hints for one relation, that for rows has its way
        let authors = em.find::<Author>().populate((Author::books.references(), Author::books)).order_by(Author::id.asc()).await?;
        assert_eq!(authors[0][Author::books].len(), 2);
        em.clear();
        let authors = em.find::<Author>().populate((Author::books, Author::books.references())).order_by(Author::id.asc()).await?;
        assert_eq!(authors[0][Author::books].len(), 2);
    }

    /// spec: Y045
    async fn what_only_the_other_side_knows_can_not_be_left_out(t: &Test<Citizens>) {
        let em = t.em();
        let hint = Citizen::passport.filter(Passport::number.eq("A1"));
        let error = em.find::<Citizen>().populate(hint).await.unwrap_err().to_string();
        assert!(error.contains("Citizen.passport") && error.contains("populate all of it"), "{error}");
        // the side with the key can be
        let bob = em.create(Citizen::builder().name("Bob"));
        em.create(Citizen::builder().name("Ann").follows(&bob));
        em.flush().await?;
        em.clear();
        let ann = em.find_one_or_fail::<Citizen>(Citizen::name.eq("Ann")).populate(Citizen::follows.filter(Citizen::name.eq("Cid"))).await?;
        assert!(ann[Citizen::follows].is_none() && ann.follows.is_some());
    }
}
