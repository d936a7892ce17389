//! Asking collections: loading them whole or in part, matching items, counting.

use super::entities::*;

fn titles(books: &[Loaded<Book, impl Sized>]) -> Vec<&str> {
    books.iter().map(|book| &*book.title).collect()
}

suite! {
    /// spec: S188, S189, Y171
    async fn loading_reads_when_needed_and_initializing_reads_always(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.expect(1);
        assert_eq!(jon.books.load().await?.len(), 2);
        t.expect(1);
        assert_eq!(jon.books.load().await?.len(), 2);
        t.expect(0);
        t.run("update book set author_id = 1 where id = 3").await;
        assert_eq!(jon.books.load().await?.len(), 2);
        t.expect(0);
        assert_eq!(jon.books.init().await?.len(), 3);
        t.expect(1);
    }

    /// spec: Y171, U12
    async fn what_is_pending_survives_the_reading(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        em.find_one_or_fail::<Book>(3).await?.edit().author = jon.to_ref();
        jon[Author::books][0].edit().title = "Vows".into();
        t.forget();
        let items = jon.books.init().order_by(Book::id.asc()).await?;
        assert_eq!(titles(items), ["Vows", "Snow", "Faces"]);
        t.expect(1);
        // so do new ones, which are stored before their collection is read
        jon.books.add(Book::builder().title("Wolves").author(&jon))?;
        assert_eq!(jon.books.init().order_by(Book::id.asc()).await?.len(), 4);
        em.flush().await?;
        assert_eq!(em.fork().count(Book::author.eq(1)).await?, 4);
    }

    /// spec: Y172, S171
    async fn a_collection_is_loaded_by_condition_order_and_limit(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let cheap = jon.books.load().filter(Book::price.lt(10.0)).populate((Book::text, Book::author)).await?;
        assert_eq!((titles(cheap), cheap[0][Book::text].as_str(), &*cheap[0][Book::author].name), (vec!["Oaths"], "I shall", "Jon"));
        assert!(jon.books.is_partial() && !jon.books.is_readonly());
        // an order alone loads the whole
        let sorted = jon.books.load().order_by(Book::title.desc()).await?;
        assert_eq!(titles(sorted), ["Snow", "Oaths"]);
        assert!(!jon.books.is_partial());
        let second = jon.books.load().order_by(Book::title.asc()).limit(1).offset(1).await?;
        assert_eq!(titles(second), ["Snow"]);
        assert!(jon.books.is_partial() && jon.books.is_readonly());
        assert_eq!(jon.books.load().await?.len(), 2);
        // relations of items that are loaded already
        t.forget();
        let items = jon.books.load().populate(Book::editor).strategy(Strategy::SelectIn).await?;
        assert!(items.iter().all(|book| book[Book::editor].is_none()));
        t.expect(0);
    }

    /// spec: Y173, S193
    async fn matching_items_are_found_without_touching_the_collection(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.forget();
        let found = jon.books.matching(Book::price.gt(1.0)).order_by(Book::title.desc()).limit(1).populate(Book::author).await?;
        assert_eq!((titles(&found), &*found[0][Book::author].name), (vec!["Snow"], "Jon"));
        t.expect(1);
        assert_eq!(titles(&jon.books.matching(Condition::all()).order_by(Book::title.asc()).offset(1).await?), ["Snow"]);
        assert!(jon.books.matching(Book::author.is(Author::name.eq("Arya"))).await?.is_empty());
        assert!(!jon.books.is_initialized());
        // one that is loaded stays as it is, too
        jon.books.load().await?;
        assert_eq!(jon.books.matching(Book::id.eq(1)).await?.len(), 1);
        assert_eq!(jon.books.get()?.len(), 2);
        // unless it is to be kept
        let kept = jon.books.matching(Book::title.eq("Snow")).store().await?;
        assert_eq!((kept.len(), jon.books.get()?.len()), (1, 1));
        let error = jon.books.add(Book::builder().title("Vows").author(&jon)).unwrap_err().to_string();
        assert!(error.contains("Author.books") && error.contains("marked as readonly"), "{error}");
        // an owner that is new is stored first
        let sansa = author(&em, "Sansa");
        book(&em, "Lemons", &sansa);
        assert_eq!(titles(&sansa.books.matching(Book::title.like("L%")).await?), ["Lemons"]);
        let nobody = em.create_detached(Author::builder().name("No").email("no@one"));
        assert!(nobody.books.matching(Condition::all()).await.unwrap_err().is_not_found());
    }

    /// spec: Y174
    async fn items_are_counted_without_being_loaded(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.forget();
        assert_eq!((jon.books.load_count().await?, jon.books.load_count().await?), (2, 2));
        t.expect(1);
        // with a condition each time
        assert_eq!(jon.books.load_count().filter(Book::price.gt(10.0)).await?, 1);
        assert_eq!(jon.books.load_count().filter(Book::price.gt(10.0)).filter(Book::title.eq("Oaths")).await?, 0);
        t.expect(2);
        // it follows what is done here, and what others do when it is read again
        jon.books.add(Book::builder().title("Vows").author(&jon))?;
        assert_eq!(jon.books.load_count().await?, 3);
        em.find_one_or_fail::<Book>(1).await?.edit().author = em.reference(2);
        assert_eq!(jon.books.load_count().await?, 2);
        em.flush().await?;
        t.forget();
        assert_eq!((jon.books.load_count().await?, jon.books.load_count().refresh().await?), (2, 2));
        t.run("delete from book where id = 2").await;
        assert_eq!((jon.books.load_count().await?, jon.books.load_count().refresh().await?), (2, 1));
        // one that is loaded knows
        let arya = em.find_one_or_fail::<Author>(2).populate(Author::books).await?;
        t.forget();
        assert_eq!(arya.books.load_count().await?, 2);
        t.expect(0);
        drop(em);
        assert!(matches!(jon.edited.load_count().await, Err(Error::Detached { .. })));
    }

    /// spec: Y174
    async fn a_count_that_is_kept_is_right_after_deletes_moves_and_rollbacks(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let (jon, arya) = (em.find_one_or_fail::<Author>(1).await?, em.find_one_or_fail::<Author>(2).await?);
        let counts = async || mikro_orm::Result::Ok((jon.books.load_count().await?, arya.books.load_count().await?));
        assert_eq!(counts().await?, (2, 1));
        // what is in is not added again
        let oaths = em.find_one_or_fail::<Book>(1).await?;
        jon.books.add(&oaths)?;
        jon.books.add(em.reference::<Book>(2))?;
        assert_eq!(counts().await?, (2, 1));
        em.flush().await?;
        assert_eq!(counts().await?, (2, 1));
        // what is loaded and what is not moves
        arya.books.add(&oaths)?;
        assert_eq!(counts().await?, (1, 2));
        em.assign_json(em.reference::<Book>(2), &serde_json::json!({"author": 2}))?;
        em.flush().await?;
        assert_eq!(counts().await?, (0, 3));
        // as in a loaded collection, what is removed counts until the flush
        em.remove(&oaths)?;
        assert_eq!(counts().await?, (0, 3));
        em.flush().await?;
        assert_eq!(counts().await?, (0, 2));
        let undone = em
            .transactional(async |em| {
                em.remove::<Book>(2)?;
                em.create(Book::builder().title("x").author(&jon));
                em.flush().await?;
                assert_eq!(counts().await?, (1, 1));
                mikro_orm::Result::<()>::Err(Error::refused("no"))
            })
            .await;
        assert!(undone.is_err());
        assert_eq!(counts().await?, (0, 2));
        em.remove::<Book>(2)?;
        em.flush().await?;
        assert_eq!(counts().await?, (0, 1));
        t.forget();
        assert_eq!(counts().await?, (0, 1));
        t.expect(0);
    }

    /// spec: Y174
    async fn a_count_of_links_is_right_after_links_and_deletes(t: &Test<Stories>) {
        let em = t.em();
        let label = |name: &str| Label::builder().name(name);
        em.create(Story::builder().title("Oaths").labels([label("new"), label("old"), label("odd")]));
        em.create(Story::builder().title("Walls").labels([label("tall")]));
        em.flush().await?;
        em.clear();
        let (story, other) = (em.find_one_or_fail::<Story>(1).await?, em.find_one_or_fail::<Story>(2).await?);
        let (new, tall) = (em.find_one_or_fail(Label::name.eq("new")).await?, em.find_one_or_fail(Label::name.eq("tall")).await?);
        let counts = async || {
            let labels = (story.labels.load_count().await?, other.labels.load_count().await?);
            mikro_orm::Result::Ok((labels, new.stories.load_count().await?, tall.stories.load_count().await?))
        };
        assert_eq!(counts().await?, ((3, 1), 1, 1));
        story.labels.add(&new)?;
        story.labels.add(&tall)?;
        story.labels.add(label("next"))?;
        assert_eq!(counts().await?, ((5, 1), 1, 2));
        em.flush().await?;
        assert_eq!(counts().await?, ((5, 1), 1, 2));
        other.labels.set([&new])?;
        em.flush().await?;
        assert_eq!(counts().await?, ((5, 1), 2, 1));
        em.remove(&new)?;
        em.flush().await?;
        assert_eq!((story.labels.load_count().await?, other.labels.load_count().await?), (4, 0));
        em.remove::<Story>(1)?;
        em.flush().await?;
        assert_eq!(tall.stories.load_count().await?, 0);
    }

    /// spec: Y171, Y172
    async fn new_owners_are_stored_before_their_items_are_chosen(t: &Test<Blog>) {
        let em = t.em();
        let sansa = author(&em, "Sansa");
        for title in ["Lemons", "Cakes"] {
            book(&em, title, &sansa);
        }
        assert_eq!(titles(sansa.books.load().filter(Book::title.like("L%")).await?), ["Lemons"]);
        assert!(sansa.books.is_partial());
        let robb = author(&em, "Robb");
        for title in ["War", "Wolf"] {
            book(&em, title, &robb);
        }
        assert_eq!(titles(robb.books.load().order_by(Book::title.desc()).limit(1).await?), ["Wolf"]);
        let rickon = author(&em, "Rickon");
        for title in ["Dog", "Bone"] {
            book(&em, title, &rickon);
        }
        let rickon = em.populate(&rickon, Author::books.filter(Book::title.eq("Bone"))).await?;
        assert_eq!(titles(&rickon[Author::books]), ["Bone"]);
        // what is not to be stored has nothing to choose from
        let nobody = em.create_detached(Author::builder().name("No").email("no@one").books([Book::builder().title("Face")]));
        assert_eq!(nobody.books.load().await?.len(), 1);
        let error = nobody.books.load().filter(Book::title.eq("Face")).await.unwrap_err().to_string();
        assert!(error.contains("Author.books") && error.contains("persist it first"), "{error}");
    }

    /// spec: Y172, Y173, Y174
    async fn many_to_many_collections_are_asked_the_same(t: &Test<Stories>) {
        let em = t.em();
        let label = |name: &str| Label::builder().name(name);
        let story = em.create(Story::builder().title("Oaths").labels([label("new"), label("old"), label("odd")]));
        em.create(Story::builder().title("Walls").labels([label("tall")]));
        em.flush().await?;
        em.clear();
        t.forget();
        let story = em.find_one_or_fail::<Story>(story.id().unwrap()).await?;
        let names = |labels: &[Loaded<Label>]| labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>();
        t.forget();
        let found = story.labels.matching(Label::name.like("o%")).order_by(Label::name.desc()).limit(1).await?;
        assert_eq!(names(&found), ["old"]);
        let found = story.labels.matching(Condition::all()).order_by(Label::name.asc()).offset(1).await?;
        assert_eq!(names(&found), ["odd", "old"]);
        t.expect(2);
        assert_eq!((story.labels.load_count().await?, story.labels.load_count().await?), (3, 3));
        assert_eq!(story.labels.load_count().filter(Label::name.like("o%")).await?, 2);
        t.expect(2);
        assert!(!story.labels.is_initialized());
        // what is pending is stored first
        story.labels.add(Label::builder().name("own"))?;
        assert_eq!(story.labels.load_count().await?, 4);
        assert_eq!(story.labels.matching(Label::name.like("o%")).await?.len(), 3);
        // parts of it
        let some = story.labels.load().filter(Label::name.like("o%")).order_by(Label::name.asc()).await?;
        assert_eq!(names(some), ["odd", "old", "own"]);
        assert!(story.labels.is_partial());
        story.labels.remove(some[0].clone())?;
        em.flush().await?;
        assert_eq!(em.fork().find_one_or_fail::<Story>(story.id().unwrap()).populate(Story::labels).await?[Story::labels].len(), 3);
        let page = story.labels.load().order_by(Label::name.desc()).limit(2).await?;
        assert_eq!(names(page), ["own", "old"]);
        assert!(story.labels.add(Label::builder().name("other")).unwrap_err().to_string().contains("marked as readonly"));
        assert_eq!(names(story.labels.init().order_by(Label::name.asc()).await?), ["new", "old", "own"]);
        assert!(!story.labels.is_readonly());
    }
}
