//! Many-to-many relations: loading them, changing them from both sides, and what a flush writes.

use super::entities::*;
use mikro_orm::PopulateWhere;

fn titles(stories: &[Loaded<Story>]) -> Vec<&str> {
    let mut titles: Vec<_> = stories.iter().map(|story| &*story.title).collect();
    titles.sort_unstable();
    titles
}

suite! {
    /// spec: S120, S122, S124, U46
    async fn a_table_stands_between_both_sides(t: &Test<Stories>) {
        let sql = t.orm.schema().create_sql().to_string().replace('"', "`");
        for part in [
            "create table `story_labels` (`story_id`",
            "create table `story_past` (`tale`",
            "`mark`",
            "create table `teller_friends` (`teller_1_id`",
            "`teller_2_id`",
            "primary key (`story_id`, `label_id`)",
            "references `story` (`id`) on update cascade on delete cascade",
        ] {
            assert!(sql.contains(part), "{part}\n{sql}");
        }
    }

    /// spec: S190, U19, U48, U69, U40
    async fn a_graph_is_inserted_with_its_links_in_one_statement(t: &Test<Stories>) {
        let em = t.em();
        let story = em.create(
            Story::builder()
                .title("Old")
                .teller(Teller::builder().name("Ann"))
                .labels([Label::builder().name("red"), Label::builder().name("blue")]),
        );
        assert!(story.labels.is_initialized() && story.labels.is_dirty());
        em.flush().await?;
        // begin, teller, story, labels, links, commit
        t.expect(6);
        assert!(!story.labels.is_dirty());
        assert_eq!(labels(&story), ["blue", "red"]);
        em.flush().await?;
        t.expect(0);
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        for name in names {
            let label = Label::builder().name(name);
            em.create(Story::builder().title(name).teller(Teller::builder().name(name)).labels([label]));
        }
        em.flush().await?;
        t.expect(6);
        assert_eq!(t.number("select count(*) from story_labels").await, 12);
    }

    /// spec: S190, S193, U61, U65, U69
    async fn changes_of_many_owners_take_one_statement_each_way(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let found = em.find::<Story>().populate(Story::labels).order_by(Story::id.asc()).await?;
        t.expect(2);
        found[0].edit().title = "Older".into();
        assert_eq!(found[0].labels.remove_where(|label| label.name == "red")?, 1);
        em.flush().await?;
        // begin, update, delete of the link, commit
        t.expect(4);
        for story in &found {
            story.edit().title = format!("{} again", story.title);
            story.labels.remove_where(|label| label.name == "blue")?;
        }
        em.flush().await?;
        t.expect(4);
        for story in &found {
            story.labels.extend([1, 2, 3])?;
        }
        t.forget();
        em.flush().await?;
        // begin, insert, commit
        t.expect(3);
        assert_eq!(t.number("select count(*) from story_labels").await, 9);
    }

    /// spec: S182, S184, U74, U75
    async fn items_are_loaded_by_one_query_with_what_is_joined_to_them(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let found = em.find::<Story>().populate((Story::labels, Story::teller)).order_by(Story::id.asc()).await?;
        t.expect(2);
        let names = |story: &Loaded<Story>| labels(story);
        assert_eq!(names(found[0].plain()), ["blue", "red"]);
        assert_eq!(found[1][Story::labels].len(), 2);
        assert!(found[2][Story::labels].is_empty());
        assert!(found[0][Story::labels].iter().any(|label| label.is_same(&found[1][Story::labels][0])));
        // what is loaded is not read again
        em.populate(&found, Story::labels).await?;
        t.expect(0);
        let labels = em.find::<Label>().populate(Label::stories.with(Story::teller)).order_by(Label::id.asc()).await?;
        t.expect(2);
        assert_eq!(labels[1][Label::stories].len(), 2);
        assert_eq!(labels[1][Label::stories][0][Story::teller].as_ref().unwrap().name, "Ann");
    }

    /// spec: U77, U78
    async fn strategies_differ_in_their_queries_alone(t: &Test<Stories>) {
        stories(t).await?;
        for (strategy, queries) in [(Strategy::Balanced, 2), (Strategy::SelectIn, 2), (Strategy::Joined, 1)] {
            let em = t.em();
            let found =
                em.find::<Story>().populate(Story::labels).strategy(strategy).order_by(Story::id.asc()).await?;
            t.expect(queries);
            let all: Vec<Vec<String>> = found.iter().map(|story| labels(story.plain())).collect();
            assert_eq!(all, [vec!["blue", "red"], vec!["blue", "green"], vec![]]);
            let teller = em.find_one_or_fail::<Teller>(1).populate(Teller::stories.with(Story::labels.with(Label::stories)));
            let teller = teller.strategy(strategy).refresh().await?;
            assert_eq!(teller[Teller::stories].len(), 2);
            let labels = teller[Teller::stories].iter().flat_map(|story| &story[Story::labels]);
            let mut stories: Vec<_> = labels.map(|label| (&*label.name, label[Label::stories].len())).collect();
            stories.sort_unstable();
            assert_eq!(stories, [("blue", 2), ("blue", 2), ("green", 1), ("red", 1)]);
            t.forget();
        }
    }

    /// spec: U66, U77, U78, U79, Y004[populate_where]
    async fn what_is_asked_for_by_its_links_is_loaded_with_all_of_them_or_with_these(t: &Test<Playlists>) {
        let em = t.em();
        for title in ["a", "b", "c", "d"] {
            em.create(Song::builder().title(title));
        }
        em.flush().await?;
        em.create(Playlist::builder().name("one").songs([3, 1, 2, 4]));
        em.create(Playlist::builder().name("two").songs([4]));
        em.flush().await?;
        t.forget();
        for (strategy, queries) in [(Strategy::SelectIn, 2), (Strategy::Balanced, 2), (Strategy::Joined, 1)] {
            for (scope, found) in [(PopulateWhere::All, "cabd"), (PopulateWhere::Infer, "cab")] {
                let lists = t
                    .em()
                    .find::<Playlist>()
                    .filter(Playlist::songs.some(Song::id.in_([1, 2, 3])))
                    .populate(Playlist::songs)
                    .populate_where(scope)
                    .strategy(strategy)
                    .await?;
                let sent = t.sent();
                assert_eq!(sent.len(), queries, "{sent:#?}");
                assert_eq!(lists.len(), 1, "{strategy:?} {found}");
                assert_eq!(lists[0][Playlist::songs].iter().map(|song| &*song.title).collect::<String>(), found, "{strategy:?}");
                // the pivot is asked and loaded; the keys that were asked for cut what is loaded when they are to
                assert_eq!(sent.join("\n").matches("playlist_songs").count(), 2, "{sent:#?}");
                let cuts = sent.join("\n").replace('\'', "").matches(if t.is_sqlite() { "in (1, 2, 3)" } else { "any({1,2,3})" }).count();
                assert_eq!(cuts, if found == "cab" { 2 } else { 1 }, "{sent:#?}");
            }
        }
    }

    /// spec: S124, U35
    async fn an_entity_can_be_linked_to_others_of_its_kind(t: &Test<Stories>) {
        let em = t.em();
        let ann = em.create(Teller::builder().name("Ann"));
        let bob = em.create(Teller::builder().name("Bob"));
        ann.friends.add(&bob)?;
        bob.friends.add(&ann)?;
        ann.friends.add(&ann)?;
        ann.students.add(&bob)?;
        assert_eq!(bob.teachers.get()?.len(), 1);
        em.flush().await?;
        // begin, tellers, friends, students, commit
        t.expect(5);
        let em = t.em();
        let ann = em.find_one_or_fail::<Teller>(Teller::name.eq("Ann")).populate((Teller::friends, Teller::students)).await?;
        assert_eq!(ann[Teller::friends].len(), 2);
        let bob = &ann[Teller::students][0];
        assert!(bob.teachers.load().await?[0].is_same(&ann));
        assert!(bob.students.load().await?.is_empty());
    }

    /// spec: S123, S209, U26, Y170
    async fn both_sides_follow_and_say_what_really_changed(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let found = em.find::<Story>().populate(Story::labels.with(Label::stories)).order_by(Story::id.asc()).await?;
        let green = em.find_one_or_fail::<Label>(3).populate(Label::stories).await?;
        let old = &found[0];
        assert!(old.labels.add(&green)?);
        assert!(!old.labels.add(&green)?);
        assert!(old.labels.contains(3)?);
        assert_eq!(titles(green.stories.get()?), ["New", "Old"]);
        assert!(green.stories.remove(old)?);
        assert!(!green.stories.remove(old)?);
        assert!(!old.labels.contains(&green)?);
        t.forget();
        // added and taken out again
        em.flush().await?;
        t.expect(0);
        assert_eq!(old.labels.extend([&green, &green])?, 1);
        assert_eq!(old.labels.extend([1, 3])?, 0);
        assert_eq!(green.stories.remove_where(|story| story.title == "New")?, 1);
        assert_eq!(labels(found[1].plain()), ["blue"]);
        em.flush().await?;
        // begin, delete, insert, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from story_labels where label_id = 3 and story_id = 1").await, 1);
    }

    /// spec: Y176, U64, U68
    async fn a_pair_is_written_once_whichever_side_it_is_changed_on(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let bare = em.find_one_or_fail::<Story>(3).await?;
        let red = em.find_one_or_fail::<Label>(1).await?;
        red.stories.add(&bare)?;
        bare.labels.add(&red)?;
        red.stories.add(Story::builder().title("Newest"))?;
        t.forget();
        em.flush().await?;
        // begin, story, links, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from story_labels where label_id = 1").await, 3);
        assert_eq!(titles(red.stories.load().await?), ["Bare", "Newest", "Old"]);
        assert_eq!(bare.labels.load().await?.len(), 1);
    }

    /// spec: U28, U67
    async fn adding_to_what_is_not_loaded_loads_nothing_and_repeats_nothing(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).await?;
        t.forget();
        // one that it has, and one that it has not
        old.labels.extend([1, 3])?;
        assert!(!old.labels.is_initialized());
        assert_eq!(old.labels.known().len(), 2);
        assert!(old.labels.get().is_err());
        t.expect(0);
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 3);
        assert_eq!(old.labels.load().await?.len(), 3);
        em.flush().await?;
        t.expect(1);
    }

    /// spec: U28, U29
    async fn what_is_not_loaded_can_be_replaced_and_emptied(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let (old, new) = (em.find_one_or_fail::<Story>(1).await?, em.find_one_or_fail::<Story>(2).await?);
        t.forget();
        old.labels.set([2, 3])?;
        new.labels.remove_all()?;
        assert!(old.labels.is_initialized() && new.labels.is_initialized());
        t.expect(0);
        em.flush().await?;
        // begin, delete of what both had, insert, commit
        t.expect(4);
        assert_eq!(old.labels.ids()?, [2, 3]);
        assert_eq!(t.number("select count(*) from story_labels").await, 2);
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1 and label_id > 1").await, 2);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U29, Y176
    async fn the_inverse_side_can_be_replaced_and_emptied_too(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let blue = em.find_one_or_fail::<Label>(2).await?;
        let new = em.find_one_or_fail::<Story>(2).populate(Story::labels).await?;
        t.forget();
        blue.stories.remove_all()?;
        assert_eq!(labels(new.plain()), ["green"]);
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from story_labels where label_id = 2").await, 0);
        assert_eq!(t.number("select count(*) from story_labels").await, 2);
        let red = em.find_one_or_fail::<Label>(1).await?;
        let bare = em.find_one_or_fail::<Story>(3).await?;
        t.forget();
        red.stories.set([&bare, new.plain()])?;
        bare.labels.add(&red)?;
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from story_labels where label_id = 1 and story_id > 1").await, 2);
        assert_eq!(t.number("select count(*) from story_labels where label_id = 1").await, 2);
        assert_eq!(labels(new.plain()), ["green", "red"]);
    }

    /// spec: Y169
    async fn setting_writes_only_the_difference(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels).await?;
        let before: Vec<_> = old[Story::labels].iter().cloned().collect();
        t.forget();
        old.labels.set(&before)?;
        em.flush().await?;
        t.expect(0);
        old.labels.set([&before[1], &before[0]])?;
        em.flush().await?;
        // nobody keeps an order
        t.expect(0);
        let green = em.find_one_or_fail::<Label>(3).await?;
        t.forget();
        old.labels.set([&green, &before[0]])?;
        assert_eq!(old[Story::labels][0].name, "green");
        assert!(old.labels.is_dirty());
        em.flush().await?;
        t.expect(4);
        assert!(!old.labels.is_dirty());
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 2);
        old.labels.remove_all()?;
        em.flush().await?;
        t.expect(3);
        let by_name = em.find_one_or_fail::<Story>(2).populate(Story::labels).await?;
        assert_eq!(by_name[Story::labels].index_by(|label| label.name.clone())["blue"].id, 2);
    }

    /// spec: S191, U27
    async fn taking_out_of_what_is_not_loaded_is_an_error(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).await?;
        for message in [
            old.labels.remove(1).unwrap_err().to_string(),
            old.labels.remove_where(|_| true).unwrap_err().to_string(),
            old.labels.contains(1).unwrap_err().to_string(),
            old.labels.ids().unwrap_err().to_string(),
            old.labels.get().unwrap_err().to_string(),
        ] {
            assert!(message.contains("Collection<Label> Story.labels of Story 1 is not initialized"), "{message}");
        }
    }

    /// spec: S188, Y171, U76
    async fn what_is_pending_survives_another_load(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels).await?;
        let green = em.find_one_or_fail::<Label>(3).populate(Label::stories).await?;
        old.labels.remove_where(|label| label.name == "red")?;
        old.labels.add(&green)?;
        t.run("insert into label (name) values ('grey')").await;
        t.run("insert into story_labels (story_id, label_id) values (1, 4), (3, 3)").await;
        em.populate(&old, Story::labels).refresh().await?;
        assert_eq!(labels(old.plain()), ["blue", "green", "grey"]);
        em.populate(&green, Label::stories).refresh().await?;
        assert_eq!(titles(green.stories.get()?), ["Bare", "New", "Old"]);
        let red = em.find_one_or_fail::<Label>(1).populate(Label::stories).await?;
        assert!(red[Label::stories].is_empty());
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 3);
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1 and label_id = 1").await, 0);
    }

    /// spec: U22, S193
    async fn a_removed_entity_leaves_collections_and_its_links_go(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let found = em.find::<Story>().populate((Story::labels, Story::past)).order_by(Story::id.asc()).await?;
        found[2].past.add(2)?;
        em.flush().await?;
        t.forget();
        // (of `past` there is no other side)
        em.remove::<Label>(2)?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(labels(found[0].plain()), ["red"]);
        assert!(found[2].past.get()?.is_empty());
        assert_eq!(t.number("select count(*) from story_labels").await, 2);
        assert_eq!(t.number("select count(*) from story_past").await, 0);
        let green = em.find_one_or_fail::<Label>(3).populate(Label::stories).await?;
        em.remove(&found[1])?;
        em.flush().await?;
        assert!(green[Label::stories].is_empty());
        assert_eq!(t.number("select count(*) from story_labels").await, 1);
        em.flush().await?;
        t.forget();
        // inserted again, with what it has
        em.persist(&found[1])?;
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from story_labels where label_id = 3").await, 1);
    }

    /// spec: U48
    async fn links_of_rows_without_constraints_are_deleted_first(t: &Test<Hotels>) {
        let em = t.em();
        let room = em.create(Room::builder().guests([Guest::builder().name("Ann"), Guest::builder().name("Bob")]));
        em.flush().await?;
        t.forget();
        em.remove::<Guest>(1)?;
        em.flush().await?;
        // begin, links, guest, commit
        t.expect(4);
        assert_eq!(room.guests.get()?.len(), 1);
        assert_eq!(t.number("select count(*) from room_guests").await, 1);
        em.remove(&room)?;
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from room_guests").await, 0);
    }

    /// spec: Y089
    async fn links_can_be_asked_for(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let found = em.find::<Story>().filter(Story::labels.some(Label::name.eq("red"))).await?;
        assert_eq!(titles(&found), ["Old"]);
        let found = em.find::<Story>().filter(Story::labels.none(Label::name.eq("red"))).await?;
        assert_eq!(titles(&found), ["Bare", "New"]);
        let found = em.find::<Story>().filter(Story::labels.every(Label::name.ne("red"))).await?;
        assert_eq!(titles(&found), ["Bare", "New"]);
        let found = em.find::<Story>().filter(Story::labels.size().eq(2)).await?;
        assert_eq!(titles(&found), ["New", "Old"]);
        let found = em.find::<Label>().filter(Label::stories.some(Story::title.eq("New"))).order_by(Label::id.asc()).await?;
        assert_eq!(found.len(), 2);
        t.forget();
        let found = em.find::<Story>().filter(Story::labels.contains(3)).await?;
        assert_eq!(titles(&found), ["New"]);
        let sql = t.sql();
        assert!(!sql.contains("join"), "{sql}");
        assert_eq!(em.count::<Story>(Story::labels.contains(2)).await?, 2);
        assert_eq!(em.count::<Story>(Story::past.some(Label::name.like("%"))).await?, 0);
        let deep = Teller::stories.some(Story::labels.some(Label::name.eq("green")));
        assert_eq!(em.count::<Teller>(deep).await?, 1);
    }

    /// spec: Y164
    async fn references_are_read_from_the_pivot_alone(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels.references()).await?;
        let sql = t.sql();
        assert!(!sql.contains("join"), "{sql}");
        assert_eq!(old.labels.ids()?, [1, 2]);
        assert!(old.labels.known().iter().all(|label| !label.is_initialized()));
        assert!(old.labels.get().is_err());
        assert!(old.labels.remove(1)?);
        em.flush().await?;
        t.forget();
        // the rows that are not loaded, and no others
        assert_eq!(old.labels.load().await?[0].name, "blue");
        t.expect(1);
    }

    /// spec: S058, U66
    async fn an_order_is_kept(t: &Test<Playlists>) {
        let em = t.em();
        for title in ["a", "b", "c", "d"] {
            em.create(Song::builder().title(title));
        }
        em.flush().await?;
        em.create(Playlist::builder().name("one").songs([2, 1, 3]));
        em.create(Charts::builder().songs([3, 2]));
        em.flush().await?;
        let order = async |id: i64| -> Result<String> {
            let list = t.em().find_one_or_fail::<Playlist>(id).populate(Playlist::songs).await?;
            Ok(list[Playlist::songs].iter().map(|song| &*song.title).collect())
        };
        assert_eq!(order(1).await?, "bac");
        let charts = em.fork().find_one_or_fail::<Charts>(1).populate(Charts::songs).strategy(Strategy::Joined).await?;
        assert_eq!(charts[Charts::songs].iter().map(|song| song.id).collect::<Vec<_>>(), [3, 2]);
        // kept and appended: only the new row is written
        let em = t.em();
        let list = em.find_one_or_fail::<Playlist>(1).populate(Playlist::songs).await?;
        list.songs.add(4)?;
        list.songs.remove(1)?;
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(order(1).await?, "bcd");
        // another order: all rows are written
        list.songs.set([4, 2, 1])?;
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(order(1).await?, "dba");
        // taken out and added again: it comes last
        list.songs.remove(4)?;
        list.songs.add(4)?;
        em.flush().await?;
        assert_eq!(order(1).await?, "bad");
        // not loaded
        let em = t.em();
        let list = em.find_one_or_fail::<Playlist>(1).await?;
        list.songs.extend([3, 2])?;
        em.flush().await?;
        assert_eq!(order(1).await?, "badc");
        em.flush().await?;
        assert_eq!(t.number("select count(*) from playlist_songs").await, 4);
    }

    /// spec: Y199, U32
    async fn what_comes_and_goes_as_an_entity_is_in_both_collections(t: &Test<Baskets>) {
        let em = t.em();
        let basket = em.create(Basket::builder().products([Product::builder().name("tea"), Product::builder().name("jam")]));
        let oil = em.create(Product::builder().name("oil"));
        em.flush().await?;
        let ids = async || -> Result<(Vec<i64>, usize)> {
            basket.products.load().await?;
            oil.baskets.load().await?;
            let mut ids = basket.products.ids()?;
            ids.sort_unstable();
            Ok((ids, oil.baskets.get()?.len()))
        };
        assert_eq!(ids().await?, (vec![1, 2], 0));
        let line = em.create(BasketLine::builder().basket(&basket).product(&oil).amount(5));
        em.flush().await?;
        assert_eq!(ids().await?, (vec![1, 2, 3], 1));
        let tea = em.reference::<Product>(1);
        em.remove(&em.find_one_or_fail::<BasketLine>(BasketLine::product.eq(&tea)).await?)?;
        em.flush().await?;
        assert_eq!(ids().await?, (vec![2, 3], 1));
        let other = em.create(Basket::builder());
        em.flush().await?;
        line.edit().basket = other.to_ref();
        em.flush().await?;
        other.products.load().await?;
        assert_eq!((ids().await?, other.products.ids()?), ((vec![2], 1), vec![3]));
        // and back
        em.begin().await?;
        em.remove(&line)?;
        em.create(BasketLine::builder().basket(&basket).product(&oil));
        em.flush().await?;
        assert_eq!(ids().await?, (vec![2, 3], 1));
        em.rollback().await?;
        other.products.load().await?;
        assert_eq!((ids().await?, other.products.ids()?), ((vec![2], 1), vec![3]));
        assert_eq!(t.number("select count(*) from basket_line").await, 2);
    }

    /// spec: Y199
    async fn an_entity_of_the_users_can_be_the_table_between(t: &Test<Baskets>) {
        let em = t.em();
        let basket = em.create(Basket::builder().products([Product::builder().name("tea"), Product::builder().name("jam")]));
        em.flush().await?;
        t.expect(5);
        assert_eq!(t.number("select sum(amount) from basket_line").await, 2);
        em.create(BasketLine::builder().basket(&basket).product(Product::builder().name("oil")).amount(5));
        em.flush().await?;
        let em = t.em();
        let basket = em.find_one_or_fail::<Basket>(1).populate((Basket::products, Basket::lines)).await?;
        assert_eq!(basket[Basket::products].len(), 3);
        assert_eq!(basket[Basket::lines].iter().map(|line| line.amount).sum::<i32>(), 7);
        basket.products.remove(1)?;
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from basket_line").await, 2);
        let jam = em.find_one_or_fail::<Product>(2).populate(Product::baskets).await?;
        assert!(jam[Product::baskets][0].is_same(&basket));
        // its rows go with it, though their foreign key does not say so
        em.remove(&basket)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from basket_line").await, 0);
    }
}
