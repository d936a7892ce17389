//! How many queries a plan takes, and of what: what is loaded is left alone, and long lists of keys are split.

use super::entities::*;

suite! {
    /// spec: U75
    async fn what_is_loaded_already_is_not_asked_for(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        t.forget();
        let authors = em.find::<Author>().populate(Author::books.with(Book::editor)).order_by(Author::id.asc()).await?;
        assert_eq!(authors[1][Author::books][0][Book::editor].as_ref().unwrap().name, "Jon");
        let sent = t.sent();
        assert_eq!(sent.len(), 2);
        assert!(sent[1].contains("in (2, 3)") || sent[1].contains("any('{2,3}')"), "{}", sent[1]);
    }

    /// spec: U80, U73, U74
    async fn the_balanced_strategy_joins_to_one_chains_into_each_query(t: &Test<Stories>) {
        let em = t.em();
        let old = em.create(Label::builder().name("old"));
        let ann = em.create(Teller::builder().name("Ann"));
        em.create(Story::builder().title("Oaths").teller(&ann).labels([&old]));
        em.create(Story::builder().title("Walls").teller(Teller::builder().name("Bob")).labels([&old]));
        em.flush().await?;
        em.clear();
        t.forget();
        let tellers = em
            .find::<Teller>()
            .populate(Teller::stories.with((Story::teller, Story::labels.with(Label::stories.with(Story::teller)))))
            .order_by(Teller::id.asc())
            .await?;
        // tellers, their stories with whom they are from, labels by the pivot, their stories with whom these are from
        t.expect(4);
        let label = &tellers[0][Teller::stories][0][Story::labels][0];
        let mut names: Vec<_> = label[Label::stories].iter().map(|story| &*story[Story::teller].as_ref().unwrap().name).collect();
        names.sort_unstable();
        assert_eq!(names, ["Ann", "Bob"]);
        assert!(tellers[0][Teller::stories][0][Story::teller].as_ref().unwrap().is_same(&tellers[0]));
        em.clear();
        em.find::<Teller>().populate(Teller::stories.with((Story::teller, Story::labels))).strategy(Strategy::Joined).await?;
        t.expect(1);
    }

    /// spec: U72, U73, U74, U75, U80
    async fn long_ways_that_meet_take_a_query_for_each_collection(t: &Test<Poems>) {
        poems(t).await?;
        let em = t.em();
        let poems = em
            .find::<Poem>()
            .populate((
                Poem::poet.with(Poet::best.with(Poem::motifs.with(Motif::champion))),
                Poem::motifs.with(Motif::champion.with(Poet::readings.with(Reading::parent))),
            ))
            .order_by(Poem::id.asc())
            .await?;
        // poems with poets and their best, the best ones' motifs, the others' motifs, readings
        let sent = t.sent();
        assert_eq!(sent.len(), 4, "{sent:#?}");
        let motifs: Vec<_> = sent.iter().filter(|sql| sql.contains("poem_motifs")).collect();
        assert_eq!(motifs.len(), 2, "{sent:#?}");
        assert!(motifs.iter().any(|sql| sql.contains("in (3)") || sql.contains("any('{3}')")), "{motifs:#?}");
        assert!(motifs.iter().any(|sql| sql.contains("in (1, 2)") || sql.contains("any('{1,2}')")), "{motifs:#?}");
        let best = poems[1][Poem::poet][Poet::best].as_ref().unwrap();
        assert!(best.is_same(&poems[2]) && best[Poem::motifs].len() == 2);
        for (poem, count) in poems.iter().zip([1, 1, 2]) {
            assert_eq!(poem[Poem::motifs].len(), count);
            for motif in &poem[Poem::motifs] {
                let champion = motif[Motif::champion].as_ref().unwrap();
                let readings = &champion[Poet::readings];
                assert_eq!(readings.len(), if champion.name == "Ann" { 1 } else { 2 });
                let bar = readings.iter().find(|reading| reading.place == "bar").unwrap();
                assert_eq!(bar[Reading::parent].as_ref().unwrap().place, "hall");
            }
        }
        t.expect(0);
    }

    /// spec: U73, U74, U80
    async fn to_one_relations_on_both_ends_of_a_collection_are_joined(t: &Test<Poems>) {
        poems(t).await?;
        let em = t.em();
        let poems = em
            .find::<Poem>()
            .populate(Poem::poet.with(Poet::portrait.with(Portrait::motifs.with(Motif::champion.with(Poet::best)))))
            .order_by(Poem::id.asc())
            .await?;
        t.expect(2);
        let portrait = poems[0][Poem::poet][Poet::portrait].as_ref().unwrap();
        let mut motifs: Vec<_> = portrait[Portrait::motifs]
            .iter()
            .map(|motif| {
                let champion = motif[Motif::champion].as_ref().unwrap();
                (&*motif.name, &*champion.name, &*champion[Poet::best].as_ref().unwrap().title)
            })
            .collect();
        motifs.sort_unstable();
        assert_eq!(motifs, [("air", "Bob", "Salt"), ("water", "Ann", "Salt")]);
        assert!(poems[1][Poem::poet][Poet::portrait].is_none());
        t.expect(0);
    }

    /// spec: U75
    async fn links_that_are_loaded_already_are_not_asked_for(t: &Test<Poems>) {
        poems(t).await?;
        let em = t.em();
        em.find_one_or_fail::<Poem>(3).populate(Poem::motifs).await?;
        t.forget();
        let poems = em.find::<Poem>().populate(Poem::motifs).order_by(Poem::id.asc()).await?;
        let sent = t.sent();
        assert_eq!(sent.len(), 2, "{sent:#?}");
        assert!(sent[1].contains("in (1, 2)") || sent[1].contains("any('{1,2}')"), "{}", sent[1]);
        assert_eq!(poems.iter().map(|poem| poem[Poem::motifs].len()).collect::<Vec<_>>(), [1, 1, 2]);
    }

    /// spec: Y167, U72
    async fn hints_that_overlap_are_merged(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em
            .find::<Author>()
            .populate((
                Author::books.filter(Book::price.gt(1.0)).with(Book::text),
                Author::books.order_by(Book::title.desc()).with(Book::editor),
                Author::books.filter(Book::price.lt(100.0)),
            ))
            .populate_paths(["books.author", "books"])
            .order_by(Author::id.asc())
            .await?;
        // the editor and the author are joined
        t.expect(2);
        let books = &authors[0][Author::books];
        assert_eq!(books.iter().map(|book| &*book.title).collect::<Vec<_>>(), ["Snow", "Oaths"]);
        assert!(books[0].text.is_loaded() && books[0].editor.is_none());
        assert_eq!(authors[1].books.get()?[0].editor.as_ref().unwrap().get()?.name, "Jon");
    }

    /// spec: Y168, U74
    async fn lists_of_keys_that_are_too_long_for_a_statement_are_split(t: &Test<Blog>) {
        let count = if t.is_sqlite() { 4097 } else { 50_001 };
        let numbers = if t.is_sqlite() {
            format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {count}) ")
        } else {
            format!("with n(i) as (select generate_series(1, {count})) ")
        };
        t.run(&format!("{numbers} insert into author (id, name, email) select i, 'n', cast(i as text) from n")).await;
        t.run(&format!("{numbers} insert into book (id, title, author_id, price, text) select i, 't', i, 1, '' from n")).await;
        let em = t.em();
        t.forget();
        let authors = em.find::<Author>().populate(Author::books.order_by(Book::id.asc()).limit(1)).await?;
        t.expect(3);
        assert!(authors.len() == count && authors.iter().all(|author| author[Author::books].len() == 1));
        em.clear();
        let books = em.find::<Book>().populate(Book::author).strategy(Strategy::SelectIn).await?;
        t.expect(3);
        assert!(books.iter().all(|book| book[Book::author].id() == book.id()));
    }
}
