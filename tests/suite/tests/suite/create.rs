//! Creating entities: graphs, handles, keys, builders, structs.

use super::entities::*;

suite! {
    /// spec: S134, S135, S139, S150, S203, S210, U33, U46
    async fn a_graph_of_new_entities_is_created_and_flushed_in_one_go(t: &Test<Blog>) {
        let em = t.em();
        let jon = em.create(
            Author::builder().name("Jon").email("jon@north").books([Book::builder().title("Oaths"), Book::builder().title("Snow")]),
        );
        let faces = em.create(Book::builder().title("Faces").author(Author::builder().name("Arya").email("arya@north")).editor(&jon));
        t.expect(0);
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"
            begin
            insert into `author` (`name`, `email`, `age`) values (?, ?, ?)
            insert into `book` (`title`, `price`, `text`, `author_id`, `editor_id`) values (?, ?, ?, ?, ?)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"
            begin
            insert into "author" ("name", "email", "age") select v.c0, v.c1, v.c2 from unnest($1::text[], $2::text[], $3::int[]) with ordinality as v(c0, c1, c2, ord) order by v.ord returning "id"
            insert into "book" ("title", "price", "text", "author_id", "editor_id") select v.c0, v.c1, v.c2, v.c3, v.c4 from unnest($1::text[], $2::double precision[], $3::text[], $4::bigint[], $5::bigint[]) with ordinality as v(c0, c1, c2, c3, c4, ord) order by v.ord returning "id"
            commit
            "#);
        }
        assert_eq!(jon.id(), Some(jon.id));
        assert_eq!(faces.editor.as_ref().and_then(Ref::id), jon.id());
        em.clear();
        let books = em.find::<Book>().populate((Book::author, Book::editor)).order_by(Book::title.asc()).await?;
        let seen: Vec<_> = books.iter().map(|b| (&*b.title, &*b[Book::author].name, b[Book::editor].as_ref().map(|e| &*e.name))).collect();
        assert_eq!(seen, [("Faces", "Arya", Some("Jon")), ("Oaths", "Jon", None), ("Snow", "Jon", None)]);
    }

    /// spec: S136, S175, S177, Y065
    async fn a_relation_takes_handles_references_keys_and_builders(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.expect(1);
        let by_handle = em.create(Book::builder().title("a").author(&jon));
        let by_owned_handle = em.create(Book::builder().title("b").author(jon.clone()));
        let by_reference = em.create(Book::builder().title("c").author(jon.to_ref()));
        let by_key = em.create(Book::builder().title("d").author(1));
        for book in [&by_handle, &by_owned_handle, &by_reference, &by_key] {
            assert!(book.author.get()?.is_same(&jon));
        }
        // a key that is not loaded is a reference
        let unloaded = em.create(Book::builder().title("e").author(2).editor(Author::builder().name("Sam").email("sam@north")));
        assert!(!unloaded.author.is_initialized());
        assert_eq!(unloaded.author.id(), Some(2));
        assert_eq!(unloaded.editor.as_ref().unwrap().get()?.name, "Sam");
        em.flush().await?;
        t.expect((4, 4));
        assert_eq!(t.number("select count(*) from book where author_id = 1").await, 6);
        assert_eq!(t.number("select count(*) from book where author_id = 2 and editor_id = 4").await, 1);
    }

    /// spec: S135, S001
    async fn a_struct_can_be_created_as_it_is(t: &Test<Blog>) {
        let em = t.em();
        let jon = em.create(Author {
            id: 0,
            name: "Jon".into(),
            email: "jon@north".into(),
            age: None,
            books: Collection::new(),
            edited: Collection::new(),
        });
        assert_eq!(jon.id(), None);
        let oaths = em.create(Book {
            id: 0,
            title: "Oaths".into(),
            price: 1.5,
            text: Lazy::new("..".into()),
            author: jon.to_ref(),
            editor: None,
        });
        em.flush().await?;
        t.expect(4);
        assert_eq!((jon.id(), oaths.id()), (Some(1), Some(1)));
        assert_eq!(jon.books.get()?.len(), 1);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S137, S138, Y067
    async fn what_is_created_detached_waits_for_persist(t: &Test<Blog>) {
        let em = t.em();
        let jon = em.create_detached(Author::builder().name("Jon").email("jon@north").books([Book::builder().title("Oaths")]));
        em.flush().await?;
        t.expect(0);
        em.persist(&jon)?;
        t.expect(0);
        em.flush().await?;
        t.expect(4);
        assert_eq!(jon.id(), Some(1));
        assert_eq!(t.number("select count(*) from book").await, 1);
    }

    /// spec: U19, U33
    async fn new_entities_that_a_persisted_one_refers_to_are_inserted_too(t: &Test<Blog>) {
        let em = t.em();
        let jon = em.create_detached(Author::builder().name("Jon").email("jon@north"));
        let oaths = em.create(Book::builder().title("Oaths").author(&jon));
        em.flush().await?;
        t.expect(4);
        assert_eq!(oaths.author.id(), jon.id());
        assert!(!jon.is_new());
    }

    /// spec: S135, S203
    async fn nested_graphs_go_as_deep_as_one_likes(t: &Test<Tree>) {
        let em = t.em();
        let root = em.create(
            Node::builder().name("1").children([
                Node::builder().name("11").children([Node::builder().name("111"), Node::builder().name("112")]),
                Node::builder().name("12"),
            ]),
        );
        em.flush().await?;
        em.clear();
        let root = em.find_one_or_fail::<Node>(root.id).populate(Node::children.with(Node::children)).await?;
        let names = |nodes: Vec<&str>| nodes.join(" ");
        assert_eq!(names(root[Node::children].iter().map(|n| &*n.name).collect()), "11 12");
        assert_eq!(names(root[Node::children][0][Node::children].iter().map(|n| &*n.name).collect()), "111 112");
        assert!(root[Node::children][1][Node::children].is_empty());
    }

    /// spec: S026
    async fn a_relation_that_can_be_null_takes_an_option_in_builders(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        let book = |title: &str| Book::builder().title(title).author(&jon);
        let nobody: Option<Ref<Author>> = None;
        let books = [
            em.create(book("0").editor(nobody)),
            em.create(book("1").editor(Some(&jon))),
            em.create(book("2").editor(Some(jon.to_ref()))),
            em.create(book("3").editor(Some(Author::builder().name("Sam").email("sam@wall")))),
            em.create(book("4").editor(&jon)),
        ];
        em.flush().await?;
        let editors: Vec<_> = books.iter().map(|book| book.editor.as_ref().and_then(Ref::id)).collect();
        assert_eq!(editors, [None, Some(1), Some(1), Some(2), Some(1)]);
        em.create(book("5").editor(Some(2)));
        em.create(book("6").editor(2));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where editor_id = 2").await, 3);
    }

    /// spec: S077
    async fn a_key_that_is_not_set_is_no_value_for_a_relation(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        assert_eq!(jon.id(), None);
        // instead of `&jon`
        em.create(Book::builder().title("Oaths").author(jon.id));
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(error, "Author: the key is 0, which is no key yet: pass the entity itself in its place, or flush it first");
        assert_eq!(t.number("select count(*) from author").await, 0);
        // a reference by it is one to a row that does not exist
        em.clear();
        let nobody = em.reference::<Author>(0);
        let error = nobody.load().await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!((error.to_string(), nobody.id()), ("Author not found (0)".to_owned(), Some(0)));
        assert!(nobody.try_load().await?.is_none() && !nobody.is_initialized());
        em.flush().await?;
        let jon = author(&em, "Jon");
        let book = em.create(Book::builder().title("Oaths").author(&jon));
        em.flush().await?;
        book.edit().author = nobody;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Book.author: refers to Author by the key 0, which is no key yet"), "{error}");
        book.edit().author = jon.to_ref();
        em.flush().await?;
    }

    /// spec: S077
    async fn tables_that_are_not_there_are_an_error_that_says_what_to_do(t: &Test<Blog>) {
        t.orm.schema().drop().await?;
        let em = t.em();
        let expected = "Author: its table author does not exist in this database: create the tables with \
                        `orm.schema().create().await?`, or connect to the database that has them";
        assert_eq!(em.find::<Author>().await.unwrap_err().to_string(), expected);
        assert_eq!(em.count::<Author>(Condition::all()).await.unwrap_err().to_string(), expected);
        author(&em, "Jon");
        assert_eq!(em.flush().await.unwrap_err().to_string(), expected);
        let other = em.raw("select 1 from nothing").rows::<(i64,)>().await.unwrap_err();
        assert!(matches!(other, Error::Query { .. }), "{other}");
        t.orm.schema().create().await?;
        em.flush().await?;
    }

    /// spec: Y067
    async fn two_new_entities_with_one_key_are_an_error_that_names_it(t: &Test<Keys>) {
        let em = t.em();
        em.create(Tag::builder().name("old"));
        em.create(Tag::builder().name("old"));
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Tag.name: ") && error.contains("old"), "{error}");
    }
}
