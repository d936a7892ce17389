//! Collections with conditions of their own: parts of what a foreign key or a pivot table says.

use super::entities::*;

fn titles(papers: &[Loaded<Paper, impl Sized>]) -> Vec<&str> {
    let mut titles: Vec<_> = papers.iter().map(|paper| &*paper.title).collect();
    titles.sort_unstable();
    titles
}
fn names(themes: &[Loaded<Theme, impl Sized>]) -> Vec<&str> {
    let mut names: Vec<_> = themes.iter().map(|theme| &*theme.name).collect();
    names.sort_unstable();
    names
}

suite! {
    /// spec: Y175
    async fn every_strategy_loads_the_part(t: &Test<Papers>) {
        papers(t).await?;
        for (strategy, statements) in [(Strategy::Balanced, 6), (Strategy::SelectIn, 6), (Strategy::Joined, 1)] {
            let em = t.em();
            let hints = (Gazette::published, Gazette::picked, Gazette::papers.with((Paper::popular, Paper::themes)));
            let north = em.find_one_or_fail::<Gazette>(1).populate(hints).strategy(strategy).await?;
            t.expect(statements);
            assert_eq!(titles(&north[Gazette::published]), ["Ice", "Wolf"], "{strategy:?}");
            assert_eq!(titles(&north[Gazette::picked]), ["Ice", "Snow"], "{strategy:?}");
            assert_eq!(titles(&north[Gazette::papers]), ["Ice", "Snow", "Wolf"], "{strategy:?}");
            let snow = north[Gazette::papers].iter().find(|paper| paper.title == "Snow").unwrap();
            assert_eq!((names(&snow[Paper::popular]), names(&snow[Paper::themes])), (vec!["war"], vec!["love", "war"]));
            assert!(north.published.is_partial() && !north.papers.is_partial() && !north.published.is_readonly());
            // that is all of it: nothing is read again
            north.published.load().await?;
            snow.popular.load().await?;
            t.expect(0);
            let war = em.find_one_or_fail::<Theme>(1).populate((Theme::published, Theme::papers)).strategy(strategy).await?;
            assert_eq!(titles(&war[Theme::published]), ["Ice", "Sun"], "{strategy:?}");
            assert_eq!(titles(&war[Theme::papers]), ["Ice", "Snow", "Sun"], "{strategy:?}");
            t.forget();
        }
    }

    /// spec: Y172, Y173, Y174, Y175
    async fn hints_and_questions_ask_within_the_part(t: &Test<Papers>) {
        papers(t).await?;
        let em = t.em();
        let north = em.find_one_or_fail::<Gazette>(1).populate(Gazette::published.filter(Paper::title.like("W%"))).await?;
        assert_eq!(titles(&north[Gazette::published]), ["Wolf"]);
        assert_eq!(titles(north.published.load().order_by(Paper::title.desc()).limit(1).await?), ["Wolf"]);
        assert_eq!(titles(north.published.load().await?), ["Ice", "Wolf"]);
        t.forget();
        assert_eq!(titles(&north.published.matching(Paper::title.like("%o%")).await?), ["Wolf"]);
        assert_eq!(north.papers.load_count().await?, 3);
        assert_eq!(north.published.load_count().refresh().await?, 2);
        assert_eq!(north.picked.load_count().filter(Paper::out.eq(true)).await?, 1);
        let snow = em.find_one_or_fail::<Paper>(2).await?;
        assert_eq!((snow.popular.load_count().await?, snow.themes.load_count().await?), (1, 2));
        assert_eq!(names(&snow.popular.matching(Condition::all()).await?), ["war"]);
        t.expect(8);
        // by key alone, too
        let ice = em.find_one_or_fail::<Paper>(1).populate(Paper::popular.references()).await?;
        assert_eq!(ice.popular.ids()?, [1]);
        let south = em.find_one_or_fail::<Gazette>(2).populate(Gazette::picked.references()).await?;
        assert_eq!(south.picked.ids()?, [0_i64; 0]);
        // pages, per owner
        let all = em.fork().find::<Gazette>().populate(Gazette::published.order_by(Paper::title.desc()).limit(1)).await?;
        assert_eq!((titles(&all[0][Gazette::published]), titles(&all[1][Gazette::published])), (vec!["Wolf"], vec!["Sun"]));
        // whatever is asked for by name
        let all = em.fork().find::<Theme>().populate_paths(["published", "papers.popular"]).order_by(Theme::id.asc()).await?;
        assert_eq!((all[0].published.get()?.len(), all[1].published.get()?.len()), (2, 1));
    }

    /// spec: Y089, Y175
    async fn conditions_through_it_are_about_the_part(t: &Test<Papers>) {
        papers(t).await?;
        let em = t.em();
        let gazettes = async |condition: Condition<Gazette>| {
            let found = em.find::<Gazette>().filter(condition).order_by(Gazette::id.asc()).await?;
            Ok::<_, Error>(found.iter().map(|gazette| gazette.id).collect::<Vec<_>>())
        };
        assert_eq!(gazettes(Gazette::papers.some(Paper::title.eq("Snow"))).await?, [1]);
        assert_eq!(gazettes(Gazette::published.some(Paper::title.eq("Snow"))).await?, [0_i64; 0]);
        assert_eq!(gazettes(Gazette::published.none(Paper::title.eq("Snow"))).await?, [1, 2]);
        assert_eq!(gazettes(Gazette::papers.every(Paper::out.eq(true))).await?, [2]);
        assert_eq!(gazettes(Gazette::published.every(Paper::out.eq(true))).await?, [1, 2]);
        assert_eq!(gazettes(Gazette::published.every(Paper::title.like("%u%"))).await?, [2]);
        assert_eq!(gazettes(Gazette::published.contains(2)).await?, [0_i64; 0]);
        assert_eq!(gazettes(Gazette::picked.some(Condition::all())).await?, [1]);
        assert_eq!(gazettes(Gazette::published.size().eq(2)).await?, [1]);
        assert_eq!(gazettes(Gazette::picked.size().gt(0)).await?, [1]);
        assert_eq!(gazettes(Gazette::picked.none(Paper::out.eq(true))).await?, [2]);
        let papers = async |condition: Condition<Paper>| Ok::<_, Error>(titles(&em.find::<Paper>().filter(condition).await?).len());
        assert_eq!(papers(Paper::popular.some(Theme::name.eq("love"))).await?, 0);
        assert_eq!(papers(Paper::themes.some(Theme::name.eq("love"))).await?, 2);
        assert_eq!(papers(Paper::popular.size().eq(1) & Paper::popular.every(Theme::name.eq("war"))).await?, 3);
        assert_eq!(papers(Paper::popular.size().eq(0)).await?, 1);
        // populating what a condition goes through
        let found = em
            .fork()
            .find::<Gazette>()
            .filter(Gazette::published.some(Paper::title.ne("Ice")))
            .populate(Gazette::published)
            .populate_where(mikro_orm::PopulateWhere::Infer)
            .order_by(Gazette::id.asc())
            .await?;
        assert_eq!((titles(&found[0][Gazette::published]), titles(&found[1][Gazette::published])), (vec!["Wolf"], vec!["Sun"]));
        if t.is_sqlite() {
            t.forget();
            em.count(Gazette::published.every(Paper::title.eq("Sun")) & Gazette::published.size().gt(1)).await?;
            insta::assert_snapshot!(t.sent().join("\n"), @"select count(*) as `count` from `gazette` as `g0` where `g0`.`id` not in (select `p1`.`gazette_id` from `paper` as `p1` where `p1`.`out` = true and (`p1`.`title` = 'Sun') is not true and `p1`.`gazette_id` is not null) and (select count(*) from `paper` as `p2` where `p2`.`gazette_id` = `g0`.`id` and `p2`.`out` = true) > 1");
        }
    }

    /// spec: Y175, U26
    async fn what_is_added_to_a_part_is_in_the_whole_and_not_the_other_way_round(t: &Test<Papers>) {
        papers(t).await?;
        let em = t.em();
        let north = em.find_one_or_fail::<Gazette>(1).populate((Gazette::papers, Gazette::published)).await?;
        let sun = em.find_one_or_fail::<Paper>(4).await?;
        // into the whole: whether it belongs into the part, the database says
        assert!(north.papers.add(&sun)?);
        assert_eq!((north[Gazette::papers].len(), north[Gazette::published].len()), (4, 2));
        // into the part, where it stands although it is a draft
        assert!(north.published.add(Paper::builder().title("Fox"))?);
        assert!(north.published.add(&sun)? && !north.published.add(&sun)?);
        assert_eq!(titles(&north[Gazette::papers]), ["Fox", "Ice", "Snow", "Sun", "Wolf"]);
        assert_eq!(titles(&north[Gazette::published]), ["Fox", "Ice", "Sun", "Wolf"]);
        assert_eq!(sun.gazette.as_ref().and_then(Ref::id), Some(1));
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(titles(north.published.init().await?), ["Ice", "Sun", "Wolf"]);
        // out of the part, out of the whole; and the other way round
        assert_eq!(north.published.remove_where(|paper| paper.title == "Ice")?, 1);
        assert!(north.papers.remove(&sun)?);
        assert_eq!((titles(&north[Gazette::papers]), titles(&north[Gazette::published])), (vec!["Fox", "Snow", "Wolf"], vec!["Wolf"]));
        // moving an item, too
        let south = em.find_one_or_fail::<Gazette>(2).await?;
        north[Gazette::published][0].edit().gazette = Some(south.to_ref());
        assert!(north[Gazette::published].is_empty());
        em.flush().await?;
        assert_eq!(titles(&em.fork().find::<Paper>().filter(Paper::gazette.eq(1)).await?), ["Fox", "Snow"]);
    }

    /// spec: Y175
    async fn a_part_is_replaced_within_its_condition(t: &Test<Papers>) {
        papers(t).await?;
        let em = t.em();
        let north = em.find_one_or_fail::<Gazette>(1).await?;
        // what is in is not known
        for error in [north.published.remove_all().unwrap_err(), north.published.set([4]).unwrap_err()] {
            let error = error.to_string();
            assert!(error.contains("Gazette.published") && error.contains(".load().await?"), "{error}");
        }
        let wolf = em.find_one_or_fail::<Paper>(3).await?;
        north.published.load().await?;
        north.published.set([wolf.to_ref(), em.reference(4)])?;
        em.flush().await?;
        assert_eq!(titles(&em.fork().find::<Paper>().filter(Paper::gazette.eq(1)).await?), ["Snow", "Sun", "Wolf"]);
        north.published.remove_all()?;
        em.flush().await?;
        assert_eq!(titles(&em.fork().find::<Paper>().filter(Paper::gazette.eq(1)).await?), ["Snow"]);
        // the same over a table
        let snow = em.find_one_or_fail::<Paper>(2).await?;
        let error = snow.popular.remove_all().unwrap_err().to_string();
        assert!(error.contains("Paper.popular"), "{error}");
        snow.popular.load().await?;
        snow.popular.remove_all()?;
        t.forget();
        em.flush().await?;
        t.expect(3);
        let snow = em.fork().find_one_or_fail::<Paper>(2).populate(Paper::themes).await?;
        assert_eq!(names(&snow[Paper::themes]), ["love"]);
    }

    /// spec: Y175, Y176
    async fn parts_of_a_table_are_in_step_with_the_whole(t: &Test<Papers>) {
        papers(t).await?;
        let em = t.em();
        let sun = em.find_one_or_fail::<Paper>(4).populate((Paper::themes, Paper::popular)).await?;
        let love = em.find_one_or_fail::<Theme>(2).populate((Theme::papers, Theme::published)).await?;
        // by the part: the whole and the other side follow; what shows a part there does not know
        assert!(sun.popular.add(&love)?);
        assert_eq!((names(&sun[Paper::popular]), names(&sun[Paper::themes])), (vec!["love", "war"], vec!["love", "war"]));
        assert_eq!((titles(&love[Theme::papers]), titles(&love[Theme::published])), (vec!["Ice", "Snow", "Sun"], vec!["Ice"]));
        assert!(!sun.themes.add(&love)?);
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from paper_theme").await, 6);
        assert_eq!(names(sun.popular.init().await?), ["war"]);
        assert_eq!(titles(love.published.init().await?), ["Ice", "Sun"]);
        // by the part of the other side
        assert!(love.published.remove(&sun)?);
        assert!(love.published.add(em.find_one_or_fail::<Paper>(3).await?)?);
        assert_eq!((titles(&love[Theme::papers]), names(&sun[Paper::themes])), (vec!["Ice", "Snow", "Wolf"], vec!["war"]));
        // by the whole
        let war = em.find_one_or_fail::<Theme>(1).populate(Theme::published).await?;
        sun.themes.remove(&war)?;
        assert_eq!((names(&sun[Paper::popular]), titles(&war[Theme::published])), (vec![], vec!["Ice"]));
        // what is pending survives the reading
        let popular = names(sun.popular.init().await?).len();
        let published = titles(love.published.init().await?).join(" ");
        assert_eq!((popular, &*published), (0, "Ice Wolf"));
        t.forget();
        em.flush().await?;
        assert_eq!(t.number("select count(*) from paper_theme").await, 5);
        t.forget();
        em.flush().await?;
        t.expect(0);
        // one without a whole says what is stored itself, and may not know of a link
        sun.marks.add(&war)?;
        em.flush().await?;
        let em = em.fork();
        let sun = em.find_one_or_fail::<Paper>(4).populate(Paper::marks).await?;
        assert!(sun[Paper::marks].is_empty());
        sun.marks.add(1)?;
        sun.marks.add(2)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from paper_mark").await, 2);
    }

    /// spec: Y175
    async fn new_owners_have_what_they_were_given(t: &Test<Papers>) {
        let em = t.em();
        let west = em.create(
            Gazette::builder().name("West").papers([Paper::builder().title("Sea")]).published([
                Paper::builder().title("Ship").out(true).popular([Theme::builder().name("war").popular(true)]),
                Paper::builder().title("Sail").marks([Theme::builder().name("wind")]),
            ]),
        );
        assert_eq!((west.papers.get()?.len(), west.published.get()?.len()), (3, 2));
        assert_eq!(west.published.get()?[0].themes.get()?.len(), 1);
        em.flush().await?;
        t.forget();
        // now the database says what satisfies the condition
        assert_eq!(titles(west.published.load().await?), ["Ship"]);
        t.expect(1);
        assert_eq!((west.papers.load().await?.len(), west.published.load().await?.len()), (3, 1));
        t.expect(0);
        assert_eq!(t.number("select count(*) from paper_theme").await, 1);
        assert_eq!(t.number("select count(*) from paper_mark").await, 1);
        // one that has no whole beside it
        let jon = em.create(Reviewer::builder().name("Jon").waiting([Paper::builder().title("Oath")]));
        em.flush().await?;
        let oath = jon.waiting.load().await?[0].clone();
        oath.edit().out = true;
        em.flush().await?;
        assert!(jon.waiting.init().await?.is_empty());
        jon.waiting.add(&oath)?;
        jon.waiting.remove(&oath)?;
        em.flush().await?;
        assert!(em.find_one::<Paper>(Paper::title.eq("Oath")).await?.is_none());
        // what is removed leaves all of them
        let ship = west.published.load().await?[0].clone();
        em.remove(&ship)?;
        em.flush().await?;
        assert_eq!((west.papers.get()?.len(), west.published.get()?.len()), (2, 0));
    }

    /// spec: Y175, U26
    async fn a_part_is_read_again_after_something_came_into_the_whole(t: &Test<Papers>) {
        papers(t).await?;
        let em = t.em();
        let north = em.find_one_or_fail::<Gazette>(1).populate((Gazette::papers, Gazette::published)).await?;
        let new = em.create(Gazette::builder().name("New").papers([Paper::builder().title("Elk").out(true)]));
        // by the relation back, and by the collection
        em.create(Paper::builder().title("Fox").out(true).gazette(&north));
        north.papers.add(Paper::builder().title("Hen"))?;
        assert_eq!(titles(north.published.get()?), ["Ice", "Wolf"]);
        em.flush().await?;
        t.forget();
        assert_eq!(titles(north.published.load().await?), ["Fox", "Ice", "Wolf"]);
        assert_eq!(titles(new.published.load().await?), ["Elk"]);
        t.expect(2);
        // and that is all of it
        north.published.load().await?;
        new.published.load().await?;
        t.expect(0);
        // what comes into the part is in both
        let sun = em.find_one_or_fail::<Paper>(4).await?;
        north.published.add(&sun)?;
        em.flush().await?;
        t.forget();
        assert_eq!(titles(north.published.load().await?), ["Fox", "Ice", "Sun", "Wolf"]);
        t.expect(0);
        // links, from both sides
        let (ice, wolf) = (em.find_one_or_fail::<Paper>(1).await?, em.find_one_or_fail::<Paper>(3).await?);
        let war = em.find_one_or_fail::<Theme>(1).await?;
        for paper in [&ice, &wolf] {
            em.populate(paper, (Paper::themes, Paper::popular)).await?;
        }
        war.published.load().await?;
        wolf.themes.add(&war)?;
        war.papers.add(&sun)?;
        let calm = em.create(Theme::builder().name("calm").popular(true).papers([&ice]));
        em.flush().await?;
        t.forget();
        assert_eq!((names(wolf.popular.load().await?), names(ice.popular.load().await?)), (vec!["war"], vec!["calm", "war"]));
        assert_eq!((titles(war.published.load().await?), titles(calm.published.load().await?)), (vec!["Ice", "Sun", "Wolf"], vec!["Ice"]));
        t.expect(4);
    }

    /// spec: S190, S199
    async fn who_is_let_go_without_loading_leaves_the_parts_too(t: &Test<Papers>) {
        papers(t).await?;
        let em = t.em();
        let ice = em.find_one_or_fail::<Paper>(1).populate((Paper::themes, Paper::popular)).await?;
        let war = em.find_one_or_fail::<Theme>(1).await?;
        war.papers.remove_all()?;
        assert_eq!((ice.themes.ids()?, ice.popular.ids()?), (vec![2], vec![]));
        em.flush().await?;
        assert_eq!((ice.themes.ids()?, ice.popular.ids()?), (vec![2], vec![]));
        assert_eq!(t.number("select count(*) from paper_theme where theme_id = 1").await, 0);
        // and from the owning side, where the other one shows a part
        let em = t.em();
        let love = em.find_one_or_fail::<Theme>(2).populate(Theme::published).await?;
        assert_eq!(love.published.ids()?, [1]);
        em.find_one_or_fail::<Paper>(1).await?.themes.remove_all()?;
        assert!(love.published.ids()?.is_empty());
        em.flush().await?;
        assert_eq!(t.number("select count(*) from paper_theme where paper_id = 1").await, 0);
    }
}
