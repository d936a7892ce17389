//! Loading relations and lazy scalars: with a query, by path, and for entities that are loaded.

use super::entities::*;

/// The titles of an author's books, sorted: without an order, a database gives them in any.
fn titles(author: &Loaded<Author, impl Has<author::books>>) -> Vec<&str> {
    let mut titles: Vec<_> = author[Author::books].iter().map(|book| &*book.title).collect();
    titles.sort_unstable();
    titles
}

type AuthorPage = (With<author::books, book::text>, author::edited);
type BookPage = (With<book::author, AuthorPage>, With<book::editor, author::books>);
/// The state of a handle by its name.
fn spelled_out(book: LoadedWith<Book, BookPage>) -> LoadedWith<Book, BookPage> {
    book
}

suite! {
    /// spec: S197, S198, S202, U73, U80, S154
    async fn the_balanced_strategy_joins_to_one_relations_and_queries_to_many_ones(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().populate((Book::author, Book::editor)).order_by(Book::id.asc()).await?;
        assert_eq!(books[2][Book::editor].as_ref().unwrap().name, "Jon");
        assert!(books[0][Book::editor].is_none());
        em.clear();
        let authors = em.find::<Author>().populate((Author::books, Author::edited)).order_by(Author::id.asc()).await?;
        assert_eq!(authors.iter().map(|author| (author[Author::books].len(), author[Author::edited].len())).collect::<Vec<_>>(), [(2, 1), (1, 0), (0, 0)]);
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id`, `a1`.`id` as `a1__id`, `a1`.`name` as `a1__name`, `a1`.`email` as `a1__email`, `a1`.`age` as `a1__age`, `a2`.`id` as `a2__id`, `a2`.`name` as `a2__name`, `a2`.`email` as `a2__email`, `a2`.`age` as `a2__age` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` left join `author` as `a2` on `b0`.`editor_id` = `a2`.`id` order by `b0`.`id` asc
            select `a0`.`id`, `a0`.`name`, `a0`.`email`, `a0`.`age` from `author` as `a0` order by `a0`.`id` asc
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id` from `book` as `b0` where `b0`.`author_id` in (?, ?, ?)
            select `b0`.`id`, `b0`.`title`, `b0`.`price`, `b0`.`author_id`, `b0`.`editor_id` from `book` as `b0` where `b0`.`editor_id` in (?, ?, ?)
            ");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id", "a1"."id" as "a1__id", "a1"."name" as "a1__name", "a1"."email" as "a1__email", "a1"."age" as "a1__age", "a2"."id" as "a2__id", "a2"."name" as "a2__name", "a2"."email" as "a2__email", "a2"."age" as "a2__age" from "book" as "b0" inner join "author" as "a1" on "b0"."author_id" = "a1"."id" left join "author" as "a2" on "b0"."editor_id" = "a2"."id" order by "b0"."id" asc
            select "a0"."id", "a0"."name", "a0"."email", "a0"."age" from "author" as "a0" order by "a0"."id" asc
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id" from "book" as "b0" where "b0"."author_id" = any($1)
            select "b0"."id", "b0"."title", "b0"."price", "b0"."author_id", "b0"."editor_id" from "book" as "b0" where "b0"."editor_id" = any($1)
            "#);
        }
    }

    /// spec: S199, S201, Y048, U77, S202
    async fn the_joined_strategy_loads_everything_in_one_query(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em
            .find::<Author>()
            .populate((Author::books.with(Book::editor), Author::edited))
            .order_by(Author::id.asc())
            .strategy(Strategy::Joined)
            .await?;
        t.expect(1);
        assert_eq!(authors.len(), 3);
        assert_eq!(titles(&authors[0]), ["Oaths", "Snow"]);
        assert_eq!(authors[0][Author::edited].len(), 1);
        assert!(authors[0][Author::edited][0].is_same(&authors[1][Author::books][0]));
        assert_eq!(authors[1][Author::books][0][Book::editor].as_ref().unwrap().name, "Jon");
        assert!(authors[2][Author::books].is_empty());
    }

    /// spec: S200, S201, Y048, U74, S151
    async fn the_select_in_strategy_queries_each_relation_on_its_own(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().populate((Book::author, Book::editor)).order_by(Book::id.asc()).strategy(Strategy::SelectIn).await?;
        // Jon is loaded with the authors, so the editors need no query
        t.expect(2);
        assert_eq!(books[2][Book::author].name, "Arya");
        assert_eq!(books[2][Book::editor].as_ref().unwrap().name, "Jon");
        em.clear();
        let authors = em
            .find::<Author>()
            .filter(Author::id.lte(2))
            .populate((Author::books.with(Book::editor), Author::edited))
            .strategy(Strategy::SelectIn)
            .await?;
        t.expect(3);
        assert_eq!(authors[1][Author::books][0][Book::editor].as_ref().unwrap().name, "Jon");
    }

    /// spec: S201, Y004[load_strategy]
    async fn the_strategy_can_be_chosen_for_the_orm(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let counted = |strategy: Option<Strategy>| {
            let lines = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
            let counter = lines.clone();
            let builder = t.builder().entities(entities![Author]).logger(move |_| {
                counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            });
            let builder = match strategy {
                Some(strategy) => builder.strategy(strategy),
                None => builder,
            };
            async move {
                let orm = builder.build().await?;
                let authors = orm.em().find::<Author>().populate(Author::books.with(Book::editor)).order_by(Author::id.asc()).await?;
                assert_eq!(titles(&authors[0]), ["Oaths", "Snow"]);
                orm.close().await;
                Ok::<_, Error>(lines.load(std::sync::atomic::Ordering::Relaxed))
            }
        };
        assert_eq!(counted(None).await?, 2);
        assert_eq!(counted(Some(Strategy::Balanced)).await?, 2);
        assert_eq!(counted(Some(Strategy::Joined)).await?, 1);
        // the editor is among the authors
        assert_eq!(counted(Some(Strategy::SelectIn)).await?, 2);
    }

    /// spec: S170, S171, S173, S174, S196, U75
    async fn nested_hints_are_known_to_the_types_at_any_depth(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em
            .find_one_or_fail::<Book>(3)
            .populate((Book::author.with((Author::books.with(Book::text), Author::edited)), Book::editor.with(Author::books)))
            .await?;
        // the book with both authors, the books of the first with their texts, its edited ones, the editor's books
        t.expect(4);
        assert_eq!(&*book[Book::author][Author::books][0][Book::text], "many");
        assert!(book[Book::author][Author::edited].is_empty());
        let editor = book[Book::editor].as_ref().unwrap();
        assert_eq!(titles(editor), ["Oaths", "Snow"]);
        assert_eq!(spelled_out(book).plain().title, "Faces");
    }

    /// spec: U72, U75
    async fn a_relation_that_is_named_twice_is_loaded_once(t: &Test<Tree>) {
        let em = t.em();
        em.create(Node::builder().name("1").children([Node::builder().name("2").children([Node::builder().name("3")])]));
        em.flush().await?;
        em.clear();
        t.forget();
        let roots = em
            .find::<Node>()
            .filter(Node::parent.is_null())
            .populate(Node::children.with(Node::children))
            .populate_paths(["children.children", "children"])
            .await?;
        t.expect(3);
        assert_eq!(roots[0][Node::children][0][Node::children][0].name, "3");
    }

    /// spec: Y043, Y031
    async fn paths_load_what_they_name(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().populate_paths(["author.books.text", "editor"]).order_by(Book::id.asc()).await?;
        t.expect(2);
        assert_eq!(books[0].author.get()?.books.get()?[1].text.get()?, "falls");
        assert_eq!(books[2].editor.as_ref().unwrap().get()?.name, "Jon");
    }

    /// spec: Y031, Y098
    async fn a_path_that_does_not_exist_is_an_error_that_names_it_and_what_there_is(t: &Test<Blog>) {
        let em = t.em();
        let refused = async |path: &str| em.find::<Book>().populate_paths([path]).await.unwrap_err().to_string();
        assert_eq!(
            refused("writer").await,
            "Book.writer: is not a relation or lazy property, so `writer` can't be populated; there are: text, author, editor"
        );
        assert_eq!(
            refused("author.editor").await,
            "Author.editor: is not a relation or lazy property, so `author.editor` can't be populated; there are: books, edited"
        );
        assert!(refused("title").await.starts_with("Book.title: is not a relation"));
        assert_eq!(refused("text.length").await, "Book.text: is a scalar: nothing behind it can be populated (`text.length`)");
        assert!(refused("").await.contains("can't be populated"));
        assert!(refused("author.").await.contains("can't be populated"));
        t.expect(0);
    }

    /// spec: S146, Y031, U75
    async fn relations_of_loaded_entities_are_loaded_once(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().order_by(Book::id.asc()).await?;
        t.expect(1);
        let books = em.populate(&books, (Book::author.with(Author::edited), Book::text)).await?;
        assert_eq!((&*books[0][Book::author].name, books[0][Book::text].as_str()), ("Jon", "I shall"));
        assert_eq!(books[0][Book::author][Author::edited][0].title, "Faces");
        // texts, authors, what these edit
        t.expect(3);
        let one = em.populate(&books[2], Book::editor).await?;
        // the state is added to: author and text are still known
        assert_eq!((&*one[Book::author].name, &*one[Book::editor].as_ref().unwrap().name), ("Arya", "Jon"));
        t.expect(0);
        em.populate(&books, (Book::author, Book::text)).await?;
        t.expect(0);
        em.populate(&books[..1], Book::author).refresh().await?;
        t.expect(1);
        let none: Vec<Loaded<Book>> = Vec::new();
        assert!(em.populate(&none, Book::author).await?.is_empty());
        t.expect(0);
    }

    /// spec: Y031, S146
    async fn relations_of_new_entities_are_there_without_a_query(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        let oaths = book(&em, "Oaths", &jon);
        let oaths = em.populate(&oaths, (Book::author.with(Author::books), Book::editor)).await?;
        assert_eq!(oaths[Book::author][Author::books].len(), 1);
        assert!(oaths[Book::editor].is_none());
        t.expect(0);
    }

    /// spec: Y031, S140
    async fn entities_of_another_entity_manager_can_t_be_populated(t: &Test<Blog>) {
        library(t).await?;
        let book = t.em().find_one_or_fail::<Book>(1).await?;
        let em = t.em();
        let error = em.populate(&book, Book::author).await.unwrap_err().to_string();
        assert_eq!(error, "Book: Book 1 belongs to another entity manager (or to one that was cleared): find it with this one first");
    }

    /// spec: S194, U76
    async fn loading_a_collection_sets_the_items_side_too(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        t.expect(2);
        for book in &jon[Author::books] {
            assert!(book.author.get()?.is_same(&jon));
        }
        t.expect(0);
    }

    /// spec: U79, Y004[populate_where], Y044
    async fn a_condition_on_a_relation_does_not_cut_what_is_populated_of_it(t: &Test<Blog>) {
        library(t).await?;
        for strategy in [Strategy::Balanced, Strategy::Joined, Strategy::SelectIn] {
            let em = t.em();
            let jon = em
                .find::<Author>()
                .filter(Author::books.some(Book::title.eq("Snow")))
                .populate(Author::books)
                .strategy(strategy)
                .await?;
            assert_eq!(jon.len(), 1, "{strategy:?}");
            assert_eq!(titles(&jon[0]), ["Oaths", "Snow"], "{strategy:?}");
            let book = em
                .find::<Book>()
                .filter(Book::author.is(Author::books.some(Book::title.eq("Snow"))) & Book::title.eq("Oaths"))
                .populate(Book::author.with(Author::books))
                .strategy(strategy)
                .await?;
            assert_eq!(titles(&book[0][Book::author]), ["Oaths", "Snow"], "{strategy:?}");
        }
    }

    /// spec: U73, U74
    async fn all_strategies_load_the_same(t: &Test<Tree>) {
        let em = t.em();
        for root in ["a", "b", "c"] {
            let children = (1..=3).map(|i| {
                let grandchildren = (1..i).map(|j| Node::builder().name(format!("{root}{i}{j}"))).collect::<Vec<_>>();
                Node::builder().name(format!("{root}{i}")).children(grandchildren)
            });
            em.create(Node::builder().name(root).children(children.collect::<Vec<_>>()));
        }
        em.flush().await?;
        let mut seen = Vec::new();
        for (strategy, queries) in [(Strategy::Balanced, 3), (Strategy::Joined, 1), (Strategy::SelectIn, 3)] {
            em.clear();
            t.forget();
            let nodes = em
                .find::<Node>()
                .filter(Node::name.in_(["a1", "a2", "a3", "b3"]))
                .populate((Node::parent.with(Node::children), Node::children))
                .order_by(Node::name.desc())
                .strategy(strategy)
                .await?;
            t.expect(if strategy == Strategy::SelectIn { 4 } else { queries });
            let names = |nodes: &[Loaded<Node>]| {
                let mut names: Vec<_> = nodes.iter().map(|node| node.name.clone()).collect();
                names.sort();
                names.join(",")
            };
            seen.push(
                nodes
                    .iter()
                    .map(|node| {
                        let siblings = node[Node::parent].as_ref().map(|parent| names(&parent[Node::children]));
                        format!("{} {} {}", node.name, siblings.unwrap_or_default(), names(&node[Node::children]))
                    })
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(seen[0], ["b3 b1,b2,b3 b31,b32", "a3 a1,a2,a3 a31,a32", "a2 a1,a2,a3 a21", "a1 a1,a2,a3 "]);
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0], seen[2]);
    }

    /// spec: U74, S151
    async fn many_owners_are_asked_for_in_one_query(t: &Test<Blog>) {
        let em = t.em();
        for i in 0..1000 {
            em.create(Author::builder().name(format!("{i}")).email(format!("{i}")).books([Book::builder().title("x")]));
        }
        em.flush().await?;
        t.expect(4);
        em.clear();
        let authors = em.find::<Author>().populate(Author::books).await?;
        t.expect(2);
        assert!(authors.iter().all(|author| author[Author::books].len() == 1));
    }

    /// spec: S164, U74, Y165
    async fn a_relation_to_a_row_that_is_not_there_is_none_or_an_error_that_names_both(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).await?;
        // behind the back of the foreign key, as a broken backup would
        if t.is_sqlite() {
            t.run("create table copy as select * from book").await;
            t.run("drop table book").await;
            t.run("alter table copy rename to book").await;
        } else {
            t.run("alter table book drop constraint book_editor_id_foreign").await;
            t.run("alter table book drop constraint book_author_id_foreign").await;
        }
        t.run("update book set editor_id = 77 where id = 3").await;
        for strategy in [Strategy::Balanced, Strategy::SelectIn] {
            let books = em.find::<Book>().populate(Book::editor).strategy(strategy).order_by(Book::id.desc()).await?;
            assert!(books[0][Book::editor].is_none());
            // what the row says is not lost
            assert_eq!(books[0].editor.as_ref().unwrap().id(), Some(77));
        }
        t.run("update book set author_id = 78 where id = 3").await;
        for strategy in [Strategy::Joined, Strategy::SelectIn] {
            let em = t.em();
            let all = em.find::<Book>().populate(Book::author.join(JoinType::Left)).strategy(strategy).await;
            assert_eq!(all.unwrap_err().to_string(), "Author not found (78, which Book 3.author refers to)");
            let error = em.find::<Book>().populate(Book::author.strategy(Strategy::SelectIn)).await.unwrap_err();
            assert!(error.is_not_found());
        }
        assert_eq!(book.title, "Faces");
    }
}
