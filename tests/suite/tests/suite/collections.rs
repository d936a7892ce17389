//! Collections: reading, adding, taking out, both sides in step.

use super::entities::*;

fn titles(books: &[Loaded<Book>]) -> Vec<&str> {
    books.iter().map(|book| &*book.title).collect()
}
fn names(nodes: &[Loaded<Node>]) -> Vec<&str> {
    nodes.iter().map(|node| &*node.name).collect()
}

/// A root with the children a and b.
async fn family(t: &Test<Tree>) -> Result<()> {
    let em = t.em();
    em.create(Node::builder().name("root").children([Node::builder().name("a"), Node::builder().name("b")]));
    em.flush().await?;
    t.forget();
    Ok(())
}

suite! {
    /// spec: S182, S190, U26
    async fn collections_may_be_long(t: &Test<Stories>) {
        let em = t.em();
        let story = em.create(Story::builder().title("Oaths"));
        em.flush().await?;
        let labels: Vec<_> = (0..300).map(|n| em.create(Label::builder().name(format!("{n:03}")))).collect();
        em.flush().await?;
        assert_eq!(story.labels.extend(&labels)?, 300);
        assert_eq!((story.labels.extend(&labels)?, story.labels.get()?.len()), (0, 300));
        assert_eq!(story.labels.remove_where(|label| label.name.ends_with('0'))?, 30);
        assert!(story.labels.add(&labels[10])? && !story.labels.add(&labels[10])? && !story.labels.remove(&labels[20])?);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 271);
        // both ways at once, and again
        story.labels.set(labels.iter().step_by(3))?;
        assert_eq!((story.labels.get()?.len(), labels[1].stories.load_count().await?), (100, 0));
        story.labels.set(labels.iter().rev().take(150))?;
        assert_eq!(story.labels.get()?[0].name, "299");
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 150);
        let again = em.fork().find_one_or_fail::<Story>(story.id).populate(Story::labels).await?;
        assert!(again[Story::labels].iter().all(|label| *label.name >= *"150"));
        // from the other side
        let stories: Vec<_> = (0..100).map(|n| em.create(Story::builder().title(format!("{n}")))).collect();
        em.flush().await?;
        assert_eq!((labels[0].stories.extend(&stories)?, labels[0].stories.extend(&stories)?), (100, 0));
        assert_eq!(labels[0].stories.remove_where(|story| story.title.len() == 1)?, 10);
        em.flush().await?;
        assert_eq!((labels[0].stories.get()?.len(), t.number("select count(*) from story_labels").await), (90, 240));
        // one to many
        let teller = em.create(Teller::builder().name("Nan").stories(&stories));
        assert_eq!(teller.stories.remove_where(|story| story.title.ends_with('1'))?, 10);
        assert!(stories[1].teller.is_none() && stories[2].teller.is_some());
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story where teller_id is not null").await, 90);
    }

    /// spec: S181, S182, S184, S187, S189
    async fn a_collection_is_loaded_when_asked_and_only_then(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        assert!(!jon.books.is_initialized());
        let message = jon.books.get().unwrap_err().to_string();
        assert!(message.contains("Collection<Book>") && message.contains("Author 1"), "{message}");
        t.forget();
        assert_eq!(titles(jon.books.load().await?), ["Oaths", "Snow"]);
        t.expect(1);
        assert_eq!(jon.books.load().await?.len(), 2);
        assert_eq!(jon.books.get()?[1].title, "Snow");
        t.expect(0);
    }

    /// spec: S190, S209, U26, U64, S203
    async fn adding_sets_the_items_side_and_persists_new_items(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        let faces = em.find_one_or_fail::<Book>(3).await?;
        jon.books.add(Book::builder().title("New").author(&jon))?;
        jon.books.add(&faces)?;
        // what is in already is not added again
        jon.books.add(&faces)?;
        assert!(faces.author.get()?.is_same(&jon));
        assert_eq!(titles(&jon[Author::books]), ["Oaths", "Snow", "New", "Faces"]);
        t.forget();
        em.flush().await?;
        // begin, insert, update, commit
        t.expect(4);
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select count(*) from book where author_id = 1").await, 4);
    }

    /// spec: U26, S178
    async fn what_is_built_for_a_collection_belongs_to_its_owner(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        t.forget();
        let vows = bran.add_to(Author::books, Book::builder().title("Vows"))?;
        assert!(vows.get()?.author.get()?.is_same(&bran) && vows.get()?.is_new());
        // by another relation the builder says it, and any entity can be added
        bran.add_to(Author::edited, Book::builder().title("Pages").author(1))?;
        bran.add_to(Author::edited, 3)?;
        em.flush().await?;
        // begin, books, the edited one, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from book where author_id = 3 and editor_id is null").await, 1);
        assert_eq!(t.number("select count(*) from book where editor_id = 3").await, 2);
        // of an owner that is not stored, or not to be stored
        let sam = author(&em, "Sam");
        sam.add_to(Author::books, Book::builder().title("Healing"))?;
        let apart = em.create_detached(Author::builder().name("No One").email("no@one"));
        apart.add_to(Author::books, Book::builder().title("Masks"))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where title in ('Healing', 'Masks')").await, 1);
    }

    /// spec: S190, U26, U71
    async fn adding_to_a_collection_that_is_not_loaded_loads_nothing(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let arya = em.find_one_or_fail::<Author>(2).await?;
        t.forget();
        arya.books.add(Book::builder().title("Needle").author(&arya))?;
        // a row that is not loaded either
        arya.books.add(em.reference::<Book>(1))?;
        t.expect(0);
        assert!(!arya.books.is_initialized());
        em.flush().await?;
        t.expect(4);
        assert_eq!(titles(arya.books.load().await?).len(), 3);
        assert_eq!(t.number("select count(*) from book where author_id = 2").await, 3);
    }

    /// spec: S190, U26
    async fn what_was_added_before_loading_is_still_in_after_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let arya = em.find_one_or_fail::<Author>(2).await?;
        arya.books.add(Book::builder().title("Needle").author(&arya))?;
        assert_eq!(em.populate(&arya, Author::books).await?[Author::books].len(), 2);
        em.flush().await?;
        assert_eq!(titles(arya.books.get()?), ["Faces", "Needle"]);
    }

    /// spec: S191, S192, S193, U27, U64
    async fn taking_out_sets_the_items_side_to_null_and_deletes_nothing(t: &Test<Tree>) {
        family(t).await?;
        let em = t.em();
        let root = em.find_one_or_fail::<Node>(Node::name.eq("root")).populate(Node::children).await?;
        let a = root[Node::children][0].clone();
        assert!(root.children.contains(&a)?);
        assert!(root.children.remove(&a)?);
        assert!(!root.children.remove(&a)?);
        assert!(!root.children.contains(&a)?);
        assert!(a.parent.is_none());
        assert_eq!(names(&root[Node::children]), ["b"]);
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(root.children.remove_where(|node| node.name == "x")?, 0);
        assert_eq!(root.children.remove_where(|node| node.name == "b")?, 1);
        assert!(root[Node::children].is_empty());
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from node where parent_id is null").await, 3);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S191, U27
    async fn taking_out_of_a_collection_that_is_not_loaded_is_an_error(t: &Test<Tree>) {
        family(t).await?;
        let em = t.em();
        let root = em.find_one_or_fail::<Node>(Node::name.eq("root")).await?;
        for message in [
            root.children.remove(em.reference(2)).unwrap_err().to_string(),
            root.children.remove_where(|_| true).unwrap_err().to_string(),
            root.children.contains(em.reference(2)).unwrap_err().to_string(),
        ] {
            assert!(message.contains("Collection<Node>") && message.contains("is not initialized"), "{message}");
        }
    }

    /// spec: U27, Y178
    async fn an_item_whose_relation_can_t_be_null_can_t_be_taken_out(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        let expected = "Author.books: an item can't be taken out, since Book.author can't be null: add `orphan_removal` here to \
                        have it deleted then (or `delete_rule = cascade` there), remove the item itself with `em.remove`, move \
                        it to another owner, or make the relation `Option<Ref<Author>>`";
        assert_eq!(jon.books.remove(&jon[Author::books][0]).unwrap_err().to_string(), expected);
        assert_eq!(jon.books.remove_where(|book| book.title == "Snow").unwrap_err().to_string(), expected);
        assert_eq!(jon[Author::books].len(), 2);
        t.forget();
        em.flush().await?;
        t.expect(0);
        // an item that was never stored may go
        jon.books.add(Book::builder().title("New").author(&jon))?;
        assert_eq!(jon.books.remove_where(|book| book.title == "New")?, 1);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S209, U24
    async fn moving_an_item_is_seen_on_all_sides_before_the_flush(t: &Test<Tree>) {
        family(t).await?;
        let em = t.em();
        let root = em.find_one_or_fail::<Node>(Node::name.eq("root")).populate(Node::children.with(Node::children)).await?;
        let (a, b) = (&root[Node::children][0].clone(), &root[Node::children][1].clone());
        b.edit().parent = Some(a.to_ref());
        assert_eq!(names(root.children.get()?), ["a"]);
        assert_eq!(names(a.children.get()?), ["b"]);
        root.children.add(b)?;
        assert_eq!(names(root.children.get()?), ["a", "b"]);
        assert!(a.children.get()?.is_empty());
        t.forget();
        // back where it was
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S193, U22
    async fn a_removed_entity_leaves_the_collections_it_was_in(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate((Author::books, Author::edited)).await?;
        let arya = em.find_one_or_fail::<Author>(2).populate(Author::books).await?;
        em.remove(&arya[Author::books][0])?;
        em.flush().await?;
        assert!(arya[Author::books].is_empty());
        assert!(jon[Author::edited].is_empty());
        assert_eq!(jon[Author::books].len(), 2);
    }

    /// spec: S182, S183
    async fn iterating_goes_on_over_the_items_of_its_start(t: &Test<Tree>) {
        family(t).await?;
        let em = t.em();
        let root = em.find_one_or_fail::<Node>(Node::name.eq("root")).populate(Node::children).await?;
        let mut seen = Vec::new();
        for child in &root[Node::children] {
            seen.push(child.name.clone());
            root.children.remove(child)?;
            root.children.add(Node::builder().name(format!("after {}", child.name)))?;
        }
        assert_eq!(seen, ["a", "b"]);
        assert_eq!(names(&root[Node::children]), ["after a", "after b"]);
    }

    /// spec: S135, S190
    async fn items_can_be_added_before_the_owner_is_flushed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let oaths = em.find_one_or_fail::<Book>(1).await?;
        let sam = author(&em, "Sam");
        sam.books.add(Book::builder().title("Healing").author(&sam))?;
        sam.books.add(&oaths)?;
        assert_eq!(titles(sam.books.get()?), ["Healing", "Oaths"]);
        t.forget();
        em.flush().await?;
        // begin, author, book, update, commit
        t.expect(5);
        assert_eq!(t.number("select count(*) from book where author_id = 4").await, 2);
    }

    /// spec: S190, U71
    async fn rows_that_are_not_loaded_are_added_to_an_owner_without_a_key(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let sam = em.create(Author::builder().name("Sam").email("sam@north").books([em.reference(1)]));
        sam.books.add(em.reference::<Book>(2))?;
        assert!(sam.books.get().unwrap_err().to_string().contains("Book"));
        t.forget();
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            insert into `author` (`name`, `email`, `age`) values ('Sam', 'sam@north', null)
            update `book` set `author_id` = 4 where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            insert into "author" ("name", "email", "age") values ('Sam', 'sam@north', null) returning "id"
            update "book" as t set "author_id" = v.c0 from unnest('{4,4}'::bigint[], '{1,2}'::bigint[]) with ordinality as v(c0, k, ord) where t."id" = v.k returning v.ord
            commit
            "#);
        }
        assert_eq!(t.number("select count(*) from book where author_id = 4").await, 2);
        em.flush().await?;
        t.expect(0);
        assert_eq!(sam.books.load().await?.len(), 2);
    }

    /// spec: S157, S187
    async fn a_key_that_is_added_to_a_loaded_collection_has_to_be_loaded_to_be_read(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let arya = em.find_one_or_fail::<Author>(2).populate(Author::books).await?;
        arya.books.add(em.reference::<Book>(1))?;
        assert!(arya.books.get().unwrap_err().to_string().contains("Book 1"));
        em.reference::<Book>(1).load().await?;
        assert_eq!(titles(arya.books.get()?), ["Faces", "Oaths"]);
        em.flush().await?;
        assert_eq!(t.number("select author_id from book where id = 1").await, 2);
    }

    /// spec: S189, U17
    async fn loading_a_collection_takes_what_is_not_flushed_yet_into_account(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        book(&em, "New", &jon);
        em.remove::<Book>(1)?;
        let mut seen = titles(jon.books.load().await?);
        seen.sort_unstable();
        assert_eq!(seen, ["New", "Snow"]);
        em.flush().await?;
        assert_eq!(jon.books.get()?.len(), 2);
    }

    /// spec: S188, U75, Y031
    async fn a_collection_can_be_read_again(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        t.run("update book set author_id = 2 where id = 1").await;
        t.run("insert into book (title, price, text, author_id) values ('Theirs', 1, '', 1)").await;
        t.forget();
        em.populate(&jon, Author::books).refresh().await?;
        t.expect(1);
        let mut seen = titles(jon.books.get()?);
        seen.sort_unstable();
        assert_eq!(seen, ["Snow", "Theirs"]);
    }

    /// spec: U28, U70
    async fn what_is_not_loaded_can_be_replaced(t: &Test<Tree>) {
        family(t).await?;
        let em = t.em();
        let root = em.find_one_or_fail::<Node>(Node::name.eq("root")).await?;
        let b = em.find_one_or_fail::<Node>(Node::name.eq("b")).await?;
        t.forget();
        let c = em.create(Node::builder().name("c"));
        root.children.set([&c, &b])?;
        assert!(root.children.is_initialized());
        assert_eq!(names(root.children.get()?), ["c", "b"]);
        assert!(root.children.is_dirty());
        t.expect(0);
        em.flush().await?;
        // begin, insert, update of the others, commit
        t.expect(4);
        assert!(!root.children.is_dirty());
        assert_eq!(t.number("select count(*) from node where parent_id is not null").await, 2);
        assert_eq!(t.number("select count(*) from node").await, 4);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U28, U70, S071
    async fn what_is_not_loaded_is_replaced_by_what_has_its_key_already(t: &Test<Keys>) {
        let em = t.em();
        em.create(Tag::builder().name("a").tokens(["1", "2"].map(|text| Token::builder().text(text))));
        em.flush().await?;
        let em = t.em();
        let tag = em.find_one_or_fail::<Tag>("a".to_owned()).await?;
        let new = em.create(Token::builder().text("3"));
        t.forget();
        tag.tokens.set([&new])?;
        em.flush().await?;
        // begin, insert, update of the others, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from token").await, 3);
        assert_eq!(t.text("select text from token where tag_name = 'a'").await.as_deref(), Some("3"));
        assert_eq!(t.number("select count(*) from token where tag_name is null").await, 2);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U29, U70
    async fn what_is_not_loaded_is_deleted_where_it_belongs_to_its_owner(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let car = em.find_one_or_fail::<Car>(1).await?;
        t.forget();
        car.parts.set([Part::builder().name("wheel")])?;
        em.flush().await?;
        // begin, insert, delete, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from part where car_id = 1").await, 1);
        assert_eq!(t.text("select name from part where car_id = 1").await.as_deref(), Some("wheel"));
        let invoice = em.create(Invoice::builder().name("1").lines([Line::builder().text("a")]).notes([Note::builder().text("b")]));
        em.flush().await?;
        let em = t.em();
        let invoice = em.find_one_or_fail::<Invoice>(invoice.id).await?;
        invoice.lines.remove_all()?;
        invoice.notes.remove_all()?;
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from line").await + t.number("select count(*) from note").await, 0);
    }

    /// spec: Y178
    async fn what_can_t_be_without_its_owner_can_t_be_replaced(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        for message in [jon.books.remove_all().unwrap_err().to_string(), jon.books.set([3]).unwrap_err().to_string()] {
            assert!(message.contains("Author.books: an item can't be taken out, since Book.author can't be null"), "{message}");
            assert!(message.contains("orphan_removal") && message.contains("delete_rule") && message.contains("Option<"), "{message}");
        }
        assert!(!jon.books.is_initialized());
        em.flush().await?;
        let jon = em.populate(&jon, Author::books).await?;
        assert!(jon.books.set([3]).is_err());
        assert_eq!(titles(&jon[Author::books]), ["Oaths", "Snow"]);
    }

    /// spec: U28, Y169, Y170
    async fn setting_items_changes_what_differs(t: &Test<Tree>) {
        family(t).await?;
        let em = t.em();
        let root = em.find_one_or_fail::<Node>(Node::name.eq("root")).populate(Node::children).await?;
        let (a, b) = (root[Node::children][0].clone(), root[Node::children][1].clone());
        t.forget();
        root.children.set([&a, &b])?;
        assert!(!root.children.is_dirty());
        root.children.set([&b, &a, &b])?;
        assert_eq!(names(&root[Node::children]), ["b", "a"]);
        em.flush().await?;
        t.expect(0);
        root.children.set([&b])?;
        assert!(root.children.is_dirty());
        assert!(a.parent.is_none());
        assert_eq!(root.children.extend([&a, &b])?, 1);
        assert_eq!(root.children.ids()?.len(), 2);
        assert!(!root.children.add(&a)?);
        root.children.remove_all()?;
        assert!(root[Node::children].is_empty());
        em.flush().await?;
        // begin, update, commit
        t.expect(3);
        assert_eq!(t.number("select count(*) from node where parent_id is null").await, 3);
    }

    /// spec: S185, Y169
    async fn what_is_known_can_be_seen_without_loading(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        assert!(jon.books.known().is_empty());
        assert!(jon.books.ids().is_err());
        jon.books.add(em.reference::<Book>(3))?;
        t.forget();
        assert_eq!(jon.books.known()[0].id(), Some(3));
        assert!(!jon.books.known()[0].is_initialized());
        assert!(jon.books.is_dirty());
        t.expect(0);
        assert_eq!(jon.books.load().await?.len(), 3);
        let mut ids = jon.books.ids()?;
        ids.sort_unstable();
        assert_eq!(ids, [1, 2, 3]);
        assert_eq!(jon.books.get()?.index_by(|book| book.title.clone())["Faces"].id, 3);
        assert_eq!(&jon.books.get()?[1..].len(), &2);
    }

    /// spec: S182, U26
    async fn what_is_added_to_a_part_shows_in_it(t: &Test<Tree>) {
        family(t).await?;
        let em = t.em();
        let root = em.find_one_or_fail::<Node>(1).populate(Node::children.filter(Node::name.eq("a"))).await?;
        let c = em.create(Node::builder().name("c"));
        assert!(root.children.add(&c)?);
        assert_eq!(names(&root[Node::children]), ["a", "c"]);
        assert!(root.children.contains(&c)? && root.children.is_dirty() && root.children.is_partial());
        assert!(!root.children.add(&c)?);
        root.add_to(Node::children, Node::builder().name("d"))?;
        root.children.extend([Node::builder().name("e").parent(&root)])?;
        assert_eq!(names(&root[Node::children]), ["a", "c", "d", "e"]);
        // a relation that is set does not say whether the item belongs into the part
        em.create(Node::builder().name("f").parent(&root));
        assert_eq!(root[Node::children].len(), 4);
        em.flush().await?;
        assert_eq!(names(&root[Node::children]), ["a", "c", "d", "e"]);
        assert_eq!(t.number("select count(*) from node where parent_id = 1").await, 6);
        // what the database has already, and what comes from elsewhere
        let b = em.find_one_or_fail::<Node>(Node::name.eq("b")).await?;
        assert!(root.children.add(&b)? && !root.children.add(&b)?);
        assert!(root.children.remove(&c)? && c.parent.is_none());
        root.children.set([&b, &c])?;
        assert_eq!(names(&root[Node::children]), ["b", "c"]);
        em.flush().await?;
        assert_eq!(names(root.children.load().await?), ["b", "c", "f"]);
    }

    /// spec: S182, U26, U28
    async fn nothing_is_added_to_who_was_removed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let [jon, bran] = [em.find_one_or_fail::<Author>(1).await?, em.find_one_or_fail::<Author>(3).await?];
        let snow = em.find_one_or_fail::<Book>(2).await?;
        em.remove(&bran)?;
        for what in ["Author 3, which is to be removed", "a Author that was removed"] {
            let lost = || Book::builder().title("lost");
            let refused = [
                bran.books.add(lost().author(&bran)).map(drop),
                bran.books.add(&snow).map(drop),
                bran.books.extend([&snow]).map(drop),
                bran.books.set([&snow]),
                bran.add_to(Author::books, lost()).map(drop),
            ];
            for refused in refused {
                assert_eq!(
                    refused.unwrap_err().to_string(),
                    format!("Author.books: is of {what}, so nothing can be added to it: add to another Author, or persist that one again first")
                );
            }
            assert!(snow.author.get()?.is_same(&jon));
            // (nothing is nothing)
            assert_eq!(bran.books.extend([0_i64; 0])?, 0);
            em.flush().await?;
        }
        assert_eq!(t.number("select count(*) from book").await, 3);
        em.persist(&bran)?;
        bran.add_to(Author::books, Book::builder().title("kept"))?;
        assert!(bran.books.add(&snow)?);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book join author on author.id = author_id where name = 'Bran'").await, 2);
    }
}
