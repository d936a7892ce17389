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

    /// spec: S118, U35, U46, U49, U50
    async fn a_tree_that_refers_to_itself_is_stored_level_by_level_in_one_flush(t: &Test<Tree>) {
        let em = t.em();
        // leaves first, so that the order of creation is no help
        let leaf = em.create(Node::builder().name("leaf"));
        let middle = em.create(Node::builder().name("middle").children([&leaf]));
        let root = em.create(Node::builder().name("root").children([&middle]));
        em.flush().await?;
        // one insert a level; on SQLite they are one text
        t.expect((3, 5));
        em.clear();
        let leaf = em.find_one_or_fail::<Node>(leaf.id).populate(Node::parent.with(Node::parent)).await?;
        let above = leaf[Node::parent].as_ref().unwrap();
        assert_eq!((&*above.name, &*above[Node::parent].as_ref().unwrap().name), ("middle", "root"));
        assert_eq!(root.children.get()?.len(), 1);
    }

    /// spec: U49, U50
    async fn entities_that_refer_to_themselves_get_their_key_afterwards(t: &Test<Tree>) {
        let em = t.em();
        let node = em.create(Node::builder().name("self"));
        node.edit().parent = Some(node.to_ref());
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from node where parent_id = id").await, 1);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U46, U49, U53
    async fn a_circle_is_broken_where_a_relation_can_be_null(t: &Test<Teams>) {
        let em = t.em();
        let team = em.create(Team::builder().name("Watch"));
        let jon = em.create(Member::builder().name("Jon").team(&team));
        em.create(Member::builder().name("Sam").team(&team));
        team.edit().lead = Some(jon.to_ref());
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            insert into `team` (`name`, `lead_id`) values ('Watch', null)
            insert into `member` (`name`, `team_id`) values ('Jon', 1)
            update `team` set `lead_id` = 1 where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            insert into "team" ("name", "lead_id") values ('Watch', null) returning "id"
            insert into "member" ("name", "team_id") select v.c0, v.c1 from unnest('{Jon,Sam}'::text[], '{1,1}'::bigint[]) with ordinality as v(c0, c1, ord) order by v.ord returning "id"
            update "team" set "lead_id" = 1 where "id" = 1
            commit
            "#);
        }
        em.flush().await?;
        t.expect(0);
        em.clear();
        let team = em.find_one_or_fail::<Team>(team.id).populate((Team::lead, Team::members)).await?;
        assert_eq!((&*team[Team::lead].as_ref().unwrap().name, team[Team::members].len()), ("Jon", 2));
    }

    /// spec: U46, U47
    async fn a_circle_can_be_deleted_in_one_flush(t: &Test<Teams>) {
        let em = t.em();
        let team = em.create(Team::builder().name("Watch"));
        let jon = em.create(Member::builder().name("Jon").team(&team));
        team.edit().lead = Some(jon.to_ref());
        em.flush().await?;
        t.forget();
        em.remove(&team)?;
        em.remove(&jon)?;
        em.flush().await?;
        // begin, the lead set to null, members, teams, commit
        t.expect(5);
        assert_eq!(t.number("select count(*) from team").await + t.number("select count(*) from member").await, 0);
    }

    /// spec: U46
    async fn rows_can_be_free_one_after_the_other_where_entities_go_in_circles(t: &Test<Coop>) {
        let em = t.em();
        if t.is_sqlite() {
            t.run("drop table hen").await;
            t.run("create table hen (id integer primary key, from_id integer not null)").await;
        } else {
            t.run("alter table hen drop constraint hen_from_id_foreign").await;
        }
        t.run("insert into hen (id, from_id) values (100, 100)").await;
        t.run("insert into egg (id, by_id) values (100, 100)").await;
        // an egg, its hen, her egg, its hen
        let young = em.create(Hen::builder().from(Egg::builder().by(Hen::builder().from(Egg::builder().by(100)))));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from hen").await, 3);
        assert_eq!(young.from.get()?.by.get()?.from.get()?.by.id(), Some(100));
    }

    /// spec: U46, Y010
    async fn a_circle_that_can_t_be_broken_is_an_error_that_says_what_to_change(t: &Test<Coop>) {
        // (the referred rows can't be made in any other order either)
        let em = t.em();
        let hen = em.create(Hen::builder().from(Egg::builder().by(1)));
        hen.from.get()?.edit().by = hen.to_ref();
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("is part of a cycle") && error.contains("Option<Ref<"), "{error}");
        assert_eq!(t.number("select count(*) from hen").await, 0);
    }

    /// spec: S138, U21, U22, U61, Y068
    async fn a_removed_entity_is_deleted_by_its_key_and_is_new_afterwards(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        t.forget();
        em.remove(&bran)?;
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            delete from `author` where `id` in (3)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            delete from "author" where "id" = any('{3}')
            commit
            "#);
        }
        assert!(em.find_one::<Author>(3).await?.is_none());
        assert_eq!((bran.is_new(), &*bran.name), (true, "Bran"));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U61, Y068
    async fn references_and_keys_are_removed_without_being_loaded(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.remove::<Book>(1)?;
        em.remove(em.reference::<Book>(2))?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from book").await, 1);
        // a row that is gone already is what was asked for
        em.remove::<Book>(1)?;
        em.flush().await?;
        t.expect(3);
    }

    /// spec: U18, U20, Y067
    async fn persisting_takes_a_removal_back(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        t.forget();
        em.remove(&bran)?;
        em.persist(&bran)?;
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select count(*) from author").await, 3);
    }

    /// spec: U22, Y067
    async fn a_deleted_entity_can_be_stored_again(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        em.remove(&bran)?;
        em.flush().await?;
        t.forget();
        em.persist(&bran)?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from author where name = 'Bran'").await, 1);
        assert!(!bran.is_new());
    }

    /// spec: U21, U24
    async fn removing_an_entity_unsets_loaded_relations_to_it_that_can_be_null(t: &Test<Tree>) {
        let em = t.em();
        let root = em.create(Node::builder().name("root").children([Node::builder().name("a"), Node::builder().name("b")]));
        em.flush().await?;
        t.forget();
        let children = root.children.get()?.to_vec();
        em.remove(&root)?;
        assert!(children.iter().all(|child| child.parent.is_none()));
        em.flush().await?;
        // begin, update, delete, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from node where parent_id is null").await, 2);
    }

    /// spec: U20, U21
    async fn removing_what_others_must_refer_to_names_them(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        jon[Author::books][0].edit().title = "Vows".into();
        em.remove(&jon)?;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Book.author: refers to Author 1, which is to be removed"), "{error}");
        // with them it can go
        let books = jon[Author::books].to_vec();
        for book in &books {
            em.remove(book)?;
        }
        em.find::<Book>().filter(3).populate(Book::editor).await.unwrap()[0].edit().editor = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 2);
    }

    /// spec: U47, U48
    async fn removing_a_new_entity_s_only_user_leaves_the_other(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        let oaths = book(&em, "Oaths", &jon);
        em.flush().await?;
        t.expect(4);
        em.remove(&oaths)?;
        em.flush().await?;
        t.expect(3);
        assert!(jon.books.get()?.is_empty());
        assert_eq!(t.number("select count(*) from author").await, 1);
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

    /// spec: S103, U56
    async fn values_are_never_part_of_the_text(t: &Test<Blog>) {
        let em = t.em();
        let name = "'); drop table author; -- ? $1 \u{0}".replace('\u{0}', "");
        let jon = em.create(Author::builder().name(name.as_str()).email("\\\"'"));
        em.flush().await?;
        assert!(!t.sql().contains("drop"));
        em.clear();
        assert_eq!(em.find_one_or_fail::<Author>(Author::name.eq(&name)).await?.id, jon.id);
    }
}
