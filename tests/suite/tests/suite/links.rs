//! Links of many-to-many relations when entities come and go, flushes fail, and hooks take part.

use super::entities::*;
use std::sync::{Arc, Mutex};

suite! {
    /// spec: U32
    async fn what_a_rollback_takes_back_is_pending_again(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels).await?;
        em.begin().await?;
        old.labels.remove_where(|label| label.name == "red")?;
        old.labels.add(3)?;
        em.flush().await?;
        assert!(!old.labels.is_dirty());
        em.remove::<Label>(2)?;
        em.flush().await?;
        assert_eq!(old.labels.ids()?, [3]);
        em.rollback().await?;
        assert!(old.labels.is_dirty());
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 2);
        let mut ids = old.labels.ids()?;
        ids.sort_unstable();
        assert_eq!(ids, [2, 3]);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1 and label_id = 3").await, 1);
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1 and label_id = 1").await, 0);
        em.flush().await?;
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U32, Y082
    async fn a_flush_that_fails_loses_no_link(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels).await?;
        old.labels.remove(1)?;
        // there is one of this name
        let red = em.create(Label::builder().name("red"));
        old.labels.add(&red)?;
        assert!(em.flush().await.is_err());
        assert!(old.labels.is_dirty());
        red.edit().name = "rust".into();
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 2);
        assert_eq!(labels(old.plain()), ["blue", "rust"]);
        // a label without a row
        old.labels.add(99)?;
        assert!(em.flush().await.is_err());
        old.labels.remove(99)?;
        em.flush().await?;
        assert_eq!(labels(old.plain()), ["blue", "rust"]);
    }

    /// spec: U19, U21
    async fn what_is_removed_is_neither_linked_nor_persisted_by_a_collection(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let bare = em.find_one_or_fail::<Story>(3).populate(Story::labels).await?;
        bare.labels.add(1)?;
        em.remove::<Label>(1)?;
        em.flush().await?;
        assert!(bare.labels.get()?.is_empty());
        let grey = em.create(Label::builder().name("grey"));
        bare.labels.add(&grey)?;
        em.remove(&grey)?;
        em.flush().await?;
        assert!(bare.labels.get()?.is_empty());
        assert_eq!(t.number("select count(*) from label").await, 2);
    }

    /// spec: S182, U26, U48
    async fn who_was_removed_is_linked_with_nobody(t: &Test<Stories>) {
        let em = t.em();
        let [story, gone] = ["a", "b"].map(|title| em.create(Story::builder().title(title)));
        let [label, dropped] = ["x", "y"].map(|name| em.create(Label::builder().name(name)));
        em.flush().await?;
        em.remove(&gone)?;
        em.remove(&dropped)?;
        for way in ["is to be removed", "was removed"] {
            let refused = [
                gone.labels.add(&label).map(drop),
                gone.labels.set([&label]),
                gone.add_to(Story::labels, Label::builder().name("lost")).map(drop),
                story.labels.extend([&label, &dropped]).map(drop),
                story.labels.set([&label, &dropped]),
                label.stories.add(&gone).map(drop),
                dropped.stories.add(&story).map(drop),
            ];
            for refused in refused {
                let error = refused.unwrap_err().to_string();
                assert!(error.contains(way) && error.contains("persist that one again"), "{error}");
            }
            assert_eq!((story.labels.get()?.len(), label.stories.get()?.len()), (0, 0));
            em.flush().await?;
        }
        assert_eq!(t.number("select count(*) from label").await, 1);
        assert_eq!(t.number("select count(*) from story_labels").await, 0);
        em.persist(&gone)?;
        em.persist(&dropped)?;
        assert!(gone.labels.add(&dropped)? && story.labels.add(&dropped)?);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 2);
    }

    /// spec: S124, U69
    async fn keys_of_several_columns_are_linked_by_all_of_them(t: &Test<Museums>) {
        let em = t.em();
        let hall = |number: i32| Hall::builder().floor("first").number(number);
        let first = em.create(hall(1).exhibits([Exhibit::builder().code("bone"), Exhibit::builder().code("coin")]));
        let second = em.create(hall(2).doors([&first]));
        em.flush().await?;
        // begin, halls, exhibits, links, doors, commit
        t.expect(6);
        second.exhibits.add("coin")?;
        first.exhibits.remove("bone")?;
        t.forget();
        em.flush().await?;
        t.expect(4);
        let em = t.em();
        let halls = em.find::<Hall>().populate((Hall::exhibits.with(Exhibit::halls), Hall::doors)).order_by(Hall::number.asc());
        let halls = halls.await?;
        assert_eq!(halls[0][Hall::exhibits].iter().map(|exhibit| &*exhibit.code).collect::<Vec<_>>(), ["coin"]);
        assert_eq!(halls[1][Hall::exhibits][0][Exhibit::halls].len(), 2);
        assert!(halls[1][Hall::doors][0].is_same(&halls[0]));
        let by_key = em.find::<Exhibit>().filter(Exhibit::halls.contains(("first", 2))).await?;
        assert_eq!(by_key[0].code, "coin");
        let em = t.em();
        let joined = em.find::<Hall>().populate((Hall::exhibits, Hall::doors)).strategy(Strategy::Joined);
        let joined = joined.order_by(Hall::number.asc()).await?;
        assert_eq!((joined[1][Hall::exhibits].len(), joined[1][Hall::doors].len()), (1, 1));
        let em = t.em();
        let second = em.find_one_or_fail::<Hall>(("first", 2)).populate(Hall::exhibits.references()).await?;
        assert_eq!(second.exhibits.ids()?, ["coin"]);
        second.exhibits.remove_all()?;
        second.doors.remove_all()?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from hall_exhibits").await, 1);
        assert_eq!(t.number("select count(*) from hall_doors").await, 0);
    }

    /// spec: Y199
    async fn an_entity_with_both_relations_as_its_key_can_be_the_table_between(t: &Test<Museums>) {
        let em = t.em();
        let hall = em.create(Hall::builder().floor("first").number(1).guards([Exhibit::builder().code("bone")]));
        em.flush().await?;
        t.expect(5);
        assert_eq!(t.number("select hours from watch").await, 8);
        // what is there already is left as it is
        let em2 = t.em();
        em2.find_one_or_fail::<Hall>(("first", 1)).await?.guards.extend(["bone"])?;
        em2.flush().await?;
        hall.guards.remove_all()?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from watch").await, 0);
        em.create(Watch::builder().hall(&hall).exhibit("bone").hours(2));
        em.flush().await?;
        assert_eq!(em.populate(&hall, Hall::guards).refresh().await?[Hall::guards].len(), 1);
    }

    /// spec: U09, S188
    async fn an_edit_survives_loading_a_collection(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).await?;
        old.edit().title = "Edited".into();
        assert_eq!(old.labels.load().await?.len(), 2);
        assert_eq!(old.labels.get()?[0].stories.load().await?.len(), 1);
        assert_eq!(old.title, "Edited");
        em.flush().await?;
        assert_eq!(t.text("select title from story where id = 1").await.as_deref(), Some("Edited"));
    }

    /// spec: U09, S188, Y160
    async fn an_edit_survives_what_an_eager_collection_brings(t: &Test<Poems>) {
        poems(t).await?;
        let em = t.em();
        let water = em.find_one_or_fail::<Motif>(1).await?;
        water.edit().name = "Updated".into();
        t.forget();
        let portraits = water.portraits.load().await?;
        // the portraits, and their motifs, of which this is one
        t.expect(2);
        assert!(portraits[0].motifs.get()?.iter().any(|motif| motif.is_same(&water)));
        assert_eq!(water.name, "Updated");
        em.flush().await?;
        t.expect(3);
        assert_eq!(water.name, "Updated");
        assert_eq!(t.text("select name from motif where id = 1").await.as_deref(), Some("Updated"));
    }

    /// spec: Y172, Y173, U67
    async fn a_page_of_links_can_t_be_changed_and_a_part_can(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let found = em.find::<Story>().populate(Story::labels.order_by(Label::name.desc()).limit(1)).order_by(Story::id.asc());
        let found = found.await?;
        assert_eq!(found[0][Story::labels][0].name, "red");
        assert_eq!(found[1][Story::labels].iter().map(|label| &*label.name).collect::<Vec<_>>(), ["green"]);
        assert!(found[0].labels.add(3).unwrap_err().to_string().contains("readonly"));
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels.filter(Label::name.eq("red"))).await?;
        assert!(old.labels.is_partial());
        assert_eq!(old[Story::labels].len(), 1);
        // blue is there already, though nobody knows here
        old.labels.extend([2, 3])?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 3);
        assert_eq!(old.labels.load().await?.len(), 3);
    }

    /// spec: U26, U51
    async fn what_a_subscriber_withdraws_is_not_linked(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        em.subscribe(Withdraws);
        let labels = [Label::builder().name("bad"), Label::builder().name("good")];
        let new = em.create(Story::builder().title("Newer").labels(labels));
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels).await?;
        old.labels.add(Label::builder().name("bad"))?;
        let bad = em.create(Story::builder().title("bad").labels([1, 3]));
        em.flush().await?;
        assert!(bad.is_new());
        assert_eq!((new.labels.known().len(), old.labels.known().len()), (1, 2));
        assert_eq!(t.number("select count(*) from story_labels").await, 5);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 5);
        assert_eq!(t.number("select count(*) from story").await, 4);
    }

    /// spec: S137, U19, U26, U69
    async fn who_is_not_persisted_is_linked_once_it_is(t: &Test<Stories>) {
        stories(t).await?;
        for loaded in [true, false] {
            let em = t.em();
            let (red, bare) = (em.find_one_or_fail::<Label>(1).await?, em.find_one_or_fail::<Story>(3).await?);
            if loaded {
                red.stories.load().await?;
                bare.labels.load().await?;
            }
            t.forget();
            // from the owning side, and from the other one
            let story = em.create_detached(Story::builder().title("apart").labels([&red]));
            let label = em.create_detached(Label::builder().name(if loaded { "a" } else { "b" }).stories([&bare]));
            assert_eq!((story.labels.known(), label.stories.known()), (&[red.to_ref()][..], &[bare.to_ref()][..]));
            assert_eq!((red.stories.known().len(), bare.labels.known().len()), (usize::from(loaded), 0));
            assert!(!red.stories.is_dirty() && !bare.labels.is_dirty());
            em.flush().await?;
            t.expect(0);
            red.edit().name.push('!');
            bare.edit().title.push('!');
            em.flush().await?;
            // begin, two updates, commit
            t.expect(4);
            assert!(story.is_new() && label.is_new());
            // what was taken out was never linked
            assert!(label.stories.remove(&bare)? && !bare.labels.is_dirty());
            assert!(label.stories.add(&bare)? && !label.stories.add(&bare)?);
            assert!(story.labels.add(2)? && story.labels.remove(2)?);
            em.flush().await?;
            t.expect(0);

            em.persist(&story)?;
            em.persist(&label)?;
            assert!(red.stories.known().contains(&story.to_ref()) && bare.labels.known().contains(&label.to_ref()));
            em.flush().await?;
            // begin, two inserts, links, commit
            t.expect(5);
            assert_eq!(story.labels.get()?.len(), 1);
            em.flush().await?;
            t.expect(0);
            let em = t.em();
            assert_eq!(em.find_one_or_fail::<Story>(story.id).populate(Story::labels).await?[Story::labels].len(), 1);
            assert_eq!(em.find_one_or_fail::<Label>(label.id).populate(Label::stories).await?[Label::stories].len(), 1);
            em.remove(&em.find_one_or_fail::<Story>(story.id).await?)?;
            em.remove(&em.find_one_or_fail::<Label>(label.id).await?)?;
            em.flush().await?;
        }
    }

    /// spec: S137, U19, U26
    async fn what_is_added_to_a_managed_side_is_persisted(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let (red, bare) = (em.find_one_or_fail::<Label>(1).await?, em.find_one_or_fail::<Story>(3).await?);
        let story = em.create_detached(Story::builder().title("apart").labels([&red]));
        let label = em.create_detached(Label::builder().name("apart").stories([&bare]));
        assert!(red.stories.add(&story)? && bare.labels.add(&label)?);
        assert!(!red.stories.add(&story)? && !bare.labels.add(&label)?);
        assert_eq!((story.labels.get()?.len(), label.stories.get()?.len()), (1, 1));
        assert_eq!((red.stories.known().len(), bare.labels.known().len()), (1, 1));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 6);
        // and two that nobody has persisted know each other
        let story = em.create_detached(Story::builder().title("two"));
        let label = em.create_detached(Label::builder().name("two").stories([&story]));
        assert_eq!((story.labels.get()?.len(), label.stories.get()?.len()), (1, 1));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 6);
        em.persist(&label)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 7);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S137, U19
    async fn replacing_a_side_leaves_who_is_not_persisted_alone(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        let old = em.find_one_or_fail::<Story>(1).await?;
        let label = em.create_detached(Label::builder().name("apart").stories([&old]));
        let other = em.create_detached(Story::builder().title("apart").labels([1]));
        old.labels.set([3])?;
        em.flush().await?;
        assert_eq!(label.stories.get()?.len(), 1);
        em.persist(&label)?;
        other.labels.set([&label.to_ref(), &em.reference(3)])?;
        em.persist(&other)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 2);
        assert_eq!(t.number("select count(*) from story_labels").await, 6);
        // persisted by a transaction that was rolled back, it is apart again
        let em = t.em();
        let new = em.find_one_or_fail::<Story>(2).populate(Story::labels).await?;
        let late = em.create_detached(Label::builder().name("late").stories([&new]));
        let rolled_back = em
            .transactional(async |em| {
                em.persist(&late)?;
                em.flush().await?;
                assert_eq!(new[Story::labels].len(), 3);
                Err::<(), _>(Error::invalid("Label", "no"))
            })
            .await;
        assert!(rolled_back.is_err());
        assert_eq!((new[Story::labels].len(), late.stories.known().len()), (2, 1));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels").await, 6);
        em.persist(&late)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels where story_id = 2").await, 3);
    }

    /// spec: U22, U19, U69
    async fn who_is_persisted_again_is_linked_again_whichever_side_it_is(t: &Test<Stories>) {
        stories(t).await?;
        for loaded in [true, false] {
            let em = t.em();
            let red = em.find_one_or_fail::<Label>(Label::name.eq("red")).populate(Label::stories).await?;
            let old = em.find_one_or_fail::<Story>(Story::title.eq("Old")).await?;
            if loaded {
                old.labels.load().await?;
            }
            em.remove(&red)?;
            em.remove(&old)?;
            em.persist(&old)?;
            em.flush().await?;
            assert_eq!(t.number("select count(*) from story_labels").await, 3);
            assert_eq!((old.labels.known().len(), red.stories.known().len()), (usize::from(loaded), 1));
            em.persist(&red)?;
            assert!(old.labels.known().contains(&red.to_ref()));
            em.flush().await?;
            assert_eq!(t.number("select count(*) from story_labels").await, 4);
            // the owning side
            em.remove(&old)?;
            em.flush().await?;
            assert_eq!(red[Label::stories].len(), 0);
            em.persist(&old)?;
            old.labels.set([&red.to_ref(), &em.reference(2)])?;
            assert_eq!(red[Label::stories].len(), 1);
            em.flush().await?;
            assert_eq!(t.number("select count(*) from story_labels").await, 4);
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
    }

    /// spec: U19, U22, U70
    async fn a_link_that_waits_outlives_a_delete_that_is_rolled_back(t: &Test<Stories>) {
        stories(t).await?;
        for loaded in [true, false] {
            let em = t.em();
            let (bare, old) = (em.find_one_or_fail::<Story>(3).await?, em.find_one_or_fail::<Story>(1).await?);
            let (red, green) = (em.find_one_or_fail::<Label>(1).await?, em.find_one_or_fail::<Label>(3).await?);
            if loaded {
                bare.labels.load().await?;
            }
            old.labels.load().await?;
            bare.labels.add(&green)?;
            old.labels.remove(&red)?;
            let rolled_back = em
                .transactional(async |em| {
                    em.remove(&green)?;
                    em.remove(&red)?;
                    em.flush().await?;
                    assert_eq!(bare.labels.known().len(), 0);
                    Err::<(), _>(Error::invalid("Label", "no"))
                })
                .await;
            assert!(rolled_back.is_err());
            assert_eq!(bare.labels.known(), [green.to_ref()]);
            assert!(bare.labels.is_dirty() && old.labels.is_dirty());
            em.flush().await?;
            assert_eq!(t.number("select count(*) from story_labels where story_id = 3 and label_id = 3").await, 1);
            assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 1);
            t.forget();
            em.flush().await?;
            t.expect(0);
            bare.labels.load().await?;
            bare.labels.remove_all()?;
            old.labels.add(&red)?;
            em.flush().await?;
        }
    }


    /// spec: U26, U32, U51
    async fn what_a_subscriber_links_is_linked_once_when_the_flush_is_repeated(t: &Test<Stories>) {
        stories(t).await?;
        let em = t.em();
        em.subscribe(Links);
        let bare = em.find_one_or_fail::<Story>(3).await?;
        let old = em.find_one_or_fail::<Story>(1).populate(Story::labels).await?;
        let bad = em.create(Label::builder().name("red"));
        for _ in 0..2 {
            assert!(em.flush().await.is_err());
            assert_eq!(t.number("select count(*) from story_labels").await, 4);
        }
        bad.edit().name = "fine".into();
        em.flush().await?;
        assert_eq!(t.number("select count(*) from story_labels where story_id = 3").await, 2);
        assert_eq!(t.number("select count(*) from story_labels where story_id = 1").await, 1);
        assert_eq!(t.number("select count(*) from label where name = 'linked'").await, 1);
        assert_eq!((bare.labels.known().len(), old.labels.known().len()), (2, 1));
        assert_eq!(bare.labels.load().await?.len(), 2);
    }


    /// spec: U32, U81, Y274
    async fn what_hooks_link_is_taken_back_with_a_flush_that_fails(t: &Test<Stories>) {
        /// Does something with labels in the first flush, and lets it fail at its end.
        struct OnceLinks(Arc<Mutex<Option<u8>>>);
        impl Subscriber for OnceLinks {
            async fn before_flush(&self, event: FlushEvent<'_>) -> Result<()> {
                let Some(way) = *self.0.lock().unwrap() else { return Ok(()) };
                let story = event.em.reference::<Story>(1).get()?.clone();
                let (third, other) = (event.em.reference::<Label>(3), event.em.reference::<Label>(2));
                match way {
                    0 => drop(story.labels.add(&third)?),
                    1 => story.labels.set([&third])?,
                    2 => story.labels.remove_all()?,
                    3 => drop(other.load().await?.stories.add(&story)?),
                    4 => other.load().await?.stories.set([&story])?,
                    5 => drop(story.labels.add(Label::builder().name("made"))?),
                    _ if story.labels.is_initialized() => drop(story.labels.remove(1)?),
                    _ => {}
                }
                Ok(())
            }
            async fn before_transaction_commit(&self, _: TransactionEvent<'_>) -> Result<()> {
                self.0.lock().unwrap().take().map_or(Ok(()), |_| Err(Error::refused("not yet")))
            }
        }
        let label = |name: &str| Label::builder().name(name);
        let em = t.em();
        em.create(Story::builder().title("Oaths").labels([label("1"), label("2")]));
        em.create(label("3"));
        em.flush().await?;
        let stored = "select count(*) from story_labels";
        for (way, loaded) in (0..7).flat_map(|way| [(way, false), (way, true)]) {
            for pending in [false, true] {
                let em = t.em();
                let story = em.find_one_or_fail::<Story>(1).await?;
                if loaded {
                    em.populate(&story, Story::labels.with(Label::stories)).await?;
                }
                em.subscribe(OnceLinks(Arc::new(Mutex::new(Some(way)))));
                if pending {
                    // what the program itself has done stays
                    story.labels.add(em.find_one_or_fail::<Label>(3).await?)?;
                }
                story.edit().title = format!("{way} {loaded} {pending}");
                assert_eq!(em.flush().await.unwrap_err().to_string(), "not yet");
                assert_eq!(story.labels.is_initialized(), loaded);
                em.flush().await?;
                let expected = if pending { 3 } else { 2 };
                assert_eq!((way, loaded, pending, t.number(stored).await), (way, loaded, pending, expected));
                story.labels.load().await?;
                let mut ids: Vec<_> = story.labels.get()?.iter().map(|label| label.id).collect();
                ids.sort_unstable();
                assert_eq!(ids, (1..=expected).collect::<Vec<_>>());
                for label in story.labels.get()? {
                    assert!(label.stories.load().await?.iter().any(|known| known.is_same(&story)));
                }
                assert_eq!(t.number("select count(*) from label").await, 3);
                t.run("delete from story_labels where label_id = 3").await;
            }
        }
    }
}

/// Takes back what is called bad.
struct Withdraws;

impl Subscriber for Withdraws {
    async fn before_create(&self, event: EntityEvent<'_>) -> Result<()> {
        if let Some(args) = event.of::<Label>().filter(|args| args.entity.name == "bad") {
            event.em.remove(args.entity)?;
        }
        if let Some(args) = event.of::<Story>().filter(|args| args.entity.title == "bad") {
            event.em.remove(args.entity)?;
        }
        Ok(())
    }
}

/// Links and unlinks, unless that is so.
struct Links;

impl Subscriber for Links {
    async fn before_flush(&self, event: FlushEvent<'_>) -> Result<()> {
        let bare = event.em.find_one_or_fail::<Story>(3).await?;
        let old = event.em.find_one_or_fail::<Story>(1).await?;
        bare.labels.add(1)?;
        if bare.labels.known().len() < 2 {
            bare.labels.add(Label::builder().name("linked"))?;
        }
        old.labels.remove(1)?;
        Ok(())
    }
}
