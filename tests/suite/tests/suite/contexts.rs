//! Entity managers: forks, clearing, and what belongs to another.

use super::entities::*;

suite! {
    /// spec: S134, Y005, Y077, Y078
    async fn a_fork_has_an_identity_map_of_its_own_and_a_clone_shares_it(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let clone = em.clone();
        assert!(clone.find_one_or_fail::<Author>(1).await?.is_same(&jon));
        t.expect(1);
        let fork = em.fork();
        let forked = fork.find_one_or_fail::<Author>(1).await?;
        assert!(!forked.is_same(&jon));
        t.expect(1);
        forked.edit().name = "Jon Snow".into();
        em.flush().await?;
        t.expect(0);
        assert_eq!(jon.name, "Jon");
        fork.flush().await?;
        t.expect(3);
    }

    /// spec: S140, Y081
    async fn clearing_starts_over_and_handles_can_still_be_read(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        author(&em, "Sam");
        jon.edit().name = "Jon Snow".into();
        em.clear();
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!((&*jon.name, jon[Author::books].len()), ("Jon Snow", 2));
        let again = em.find_one_or_fail::<Author>(1).await?;
        t.expect(1);
        assert!(!again.is_same(&jon));
        assert_eq!(again.name, "Jon");
        // edits of a handle from before are nobody's to flush
        jon.edit().name = "x".into();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S140, S189, Y081
    async fn what_is_not_loaded_can_t_be_loaded_through_a_handle_from_before_clear(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        let jon = em.find_one_or_fail::<Author>(1).await?;
        em.clear();
        t.forget();
        assert!(matches!(book.text.load().await, Err(Error::Detached { .. })));
        assert!(matches!(jon.books.load().await, Err(Error::Detached { .. })));
        let editor = em.find_one_or_fail::<Book>(3).await?;
        em.clear();
        assert!(matches!(editor.author.load().await, Err(Error::Detached { .. })));
        t.expect(1);
    }

    /// spec: Y081, S164
    async fn handles_outlive_their_entity_manager_but_can_t_load_any_more(t: &Test<Blog>) {
        library(t).await?;
        let book = t.em().find_one_or_fail::<Book>(1).await?;
        assert_eq!(book.title, "Oaths");
        let error = book.author.load().await.unwrap_err();
        assert!(matches!(error, Error::Detached { .. }));
        assert_eq!(
            error.to_string(),
            "Author 1 can't be loaded: its entity manager is gone or was cleared; load it before, or find it again"
        );
        assert!(book.text.load().await.unwrap_err().to_string().contains("Book.text"));
        let jon = t.em().find_one_or_fail::<Author>(1).await?;
        assert!(jon.books.load().await.unwrap_err().to_string().contains("Collection<Book>"));
    }

    /// spec: U23, S176
    async fn a_relation_takes_an_entity_of_another_entity_manager_by_its_key(t: &Test<Blog>) {
        library(t).await?;
        let foreign = t.em().find_one_or_fail::<Author>(1).await?;
        let em = t.em();
        let own = em.find_one_or_fail::<Author>(1).await?;
        let created = em.create(Book::builder().title("x").author(&foreign));
        assert!(created.author.get()?.is_same(&own));
        let book = em.find_one_or_fail::<Book>(3).await?;
        foreign.edit().name = "not stored".into();
        book.edit().author = foreign.to_ref();
        assert!(book.author.get()?.is_same(&own));
        em.remove(em.find_one_or_fail::<Book>(1).await?)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where author_id = 1").await, 3);
        assert_eq!(em.find::<Book>().filter(Book::author.eq(&foreign)).await?.len(), 3);
        assert_eq!(em.find_one_or_fail::<Author>(1).await?.name, "Jon");
    }

    /// spec: U23, Y081
    async fn nothing_is_done_with_what_another_entity_manager_has_loaded(t: &Test<Blog>) {
        library(t).await?;
        let other = t.em();
        let foreign = other.find_one_or_fail::<Author>(1).await?;
        let unloaded = other.reference::<Author>(3);
        let em = t.em();
        let cleared = em.find_one_or_fail::<Author>(1).await?;
        em.clear();
        for theirs in [foreign, cleared] {
            theirs.edit().name = "Jon Snow".into();
            t.forget();
            let refused = [
                em.persist(&theirs),
                em.remove(&theirs),
                em.remove(theirs.to_ref()),
                em.refresh(&theirs).await,
                em.assign(&theirs, Author::name.set("x")),
                em.assign_json(&theirs, &serde_json::json!({"name": "x"})),
                em.populate(&theirs, Author::books).await.map(drop),
            ];
            for refused in refused {
                let expected =
                    "Author: Author 1 belongs to another entity manager (or to one that was cleared): find it with this one first";
                assert_eq!(refused.unwrap_err().to_string(), expected);
            }
            em.flush().await?;
            t.expect(0);
        }
        // a key is one, and so is a reference to what is not loaded
        em.persist::<Author>(1)?;
        em.persist(&unloaded)?;
        em.assign(&unloaded, Author::name.set("Brandon"))?;
        em.remove::<Author>(2).and_then(|()| em.persist::<Author>(2))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author where name = 'Brandon' and id = 3").await, 1);
    }

    /// spec: Y081, U23
    async fn what_nobody_would_store_is_refused_where_it_can_be(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        let (vows, key) = (jon[Author::books][0].to_ref(), Ref::<Author>::from_key(1));
        let kept = t.em().find::<Author>().filter(Author::id.eq(1)).disable_identity_map().await?;
        let check = |refused: Vec<mikro_orm::Result<()>>| {
            for refused in refused {
                let error = refused.unwrap_err().to_string();
                assert!(error.starts_with("Author: Author 1 can't be changed, since nothing would store it"), "{error}");
            }
        };
        let try_all = || {
            vec![
                jon.assign(Author::name.set("x")),
                jon.to_ref().assign(Author::name.set("x")),
                key.assign(Author::name.set("x")),
                jon.books.add(Book::builder().title("x").author(1)).map(drop),
                jon.add_to(Author::books, Book::builder().title("x")).map(drop),
                jon.books.set([&vows]),
                jon.books.remove_all(),
                jon.books.remove(&vows).map(drop),
                jon.books.remove_where(|_| true).map(drop),
            ]
        };
        em.clear();
        check(try_all());
        drop(em);
        check(try_all());
        assert_eq!((&*jon.name, jon[Author::books].len()), ("Jon", 2));
        // (it was asked for)
        kept[0].assign(Author::name.set("y"))?;
        assert_eq!(kept[0].name, "y");
    }

    /// spec: U23
    async fn a_new_entity_of_another_entity_manager_is_an_error_that_says_what_to_do(t: &Test<Blog>) {
        library(t).await?;
        let other = t.em();
        let sam = author(&other, "Sam");
        let em = t.em();
        em.create(Book::builder().title("x").author(&sam));
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("Author") && error.contains("flush it there first, or create it here"), "{error}");
        em.clear();
        let book = em.find_one_or_fail::<Book>(1).await?;
        book.edit().author = sam.to_ref();
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Book.author: refers to a new Author of another entity manager"), "{error}");
        assert!(em.persist(&sam).is_err() && em.remove(&sam).is_err());
        other.flush().await?;
        em.clear();
        let book = em.find_one_or_fail::<Book>(1).await?;
        book.edit().author = sam.to_ref();
        em.flush().await?;
        assert_eq!(book.author.id(), sam.id());
        assert_eq!(t.number("select author_id from book where id = 1").await, sam.id);
    }

    /// spec: U23, S176, U26, U28
    async fn collections_take_what_another_entity_manager_has_by_its_key_and_nothing_new_of_it(t: &Test<Blog>) {
        library(t).await?;
        let other = t.em();
        let foreign = other.find_one_or_fail::<Book>(3).await?;
        let unknown = other.create(Book::builder().title("new").author(1));
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        t.forget();
        assert!(!jon.books.contains(&foreign)?);
        for refused in [jon.books.add(&unknown).map(drop), jon.books.set([&foreign, &unknown]), jon.books.remove(&unknown).map(drop)] {
            let error = refused.unwrap_err().to_string();
            assert!(error.contains("Book") && error.contains("flush it there first, or create it here"), "{error}");
        }
        assert!(jon.add_to(Author::books, &unknown).is_err());
        assert_eq!(jon.books.get()?.len(), 2);
        em.flush().await?;
        t.expect(0);
        assert!(jon.books.add(&foreign)?);
        assert!(jon.books.contains(3)? && !jon.books.add(&foreign)?);
        em.flush().await?;
        // of the other entity manager nothing changed, and nothing was stored
        assert_eq!((foreign.author.id(), unknown.is_new()), (Some(2), true));
        assert_eq!(t.number("select count(*) from book where author_id = 1").await, 3);
        assert_eq!(t.number("select count(*) from book").await, 3);
    }

    /// spec: Y081, U16
    async fn a_reference_of_a_fork_is_not_that_of_its_origin(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        assert_ne!(em.reference::<Author>(1), em.fork().reference::<Author>(1));
        assert_eq!(em.reference::<Author>(1), em.clone().reference::<Author>(1));
    }

    /// spec: Y069
    async fn concurrent_flushes_of_one_entity_manager_wait_for_each_other(t: &Test<Shared<Blog>>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        let (first, second, third) = tokio::join!(em.flush(), em.flush(), async {
            book(&em, "Oaths", &jon);
            em.flush().await
        });
        first?;
        second?;
        third?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 1);
        assert_eq!(t.number("select count(*) from book").await, 1);
    }

    /// spec: S134, Y078
    async fn futures_and_handles_move_between_tasks(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let tasks: Vec<_> = (0..8)
            .map(|i| {
                let (em, jon) = (em.clone(), jon.clone());
                tokio::spawn(async move {
                    em.create(Book::builder().title(format!("{i}")).author(&jon));
                    em.flush().await?;
                    jon.books.load().await?;
                    em.fork().count::<Book>(Book::title.eq(i.to_string())).await
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap()?, 1);
        }
        assert_eq!(jon.books.get()?.len(), 10);
    }

    /// spec: Y081
    async fn an_entity_can_be_asked_what_it_is(t: &Test<Blog>) {
        library(t).await?;
        use mikro_orm::em::EntityState;
        let em = t.em();
        let sam = author(&em, "Sam");
        assert_eq!(em.state_of(&sam), EntityState::New);
        assert_eq!(em.state_of(em.reference::<Author>(1)), EntityState::Reference);
        let bran = em.find_one_or_fail::<Author>(3).await?;
        assert_eq!((em.state_of(&bran), em.state_of(&sam)), (EntityState::Managed, EntityState::Managed));
        em.remove(&bran)?;
        assert_eq!(em.state_of(&bran), EntityState::Removed);
        em.flush().await?;
        assert_eq!(em.state_of(&bran), EntityState::Deleted);
        em.clear();
        assert_eq!(em.state_of(&sam), EntityState::Detached);
    }
}
