//! What is not persisted changes nothing of what is, until it is.

use super::entities::*;
use mikro_orm::em::{EntityState, ForkOptions};
use mikro_orm::input::{Input, IntoRef};

suite! {
    /// spec: U25, S119, S137
    async fn who_is_not_persisted_takes_nobody_s_place(t: &Test<Frames>) {
        frames(t).await?;
        for loaded in [true, false] {
            let em = t.em();
            let frame = em.find_one_or_fail::<Frame>(1).await?;
            let old = frame.picture.clone().unwrap();
            if loaded {
                old.load().await?;
            }
            t.forget();
            let new = em.create_detached(Picture::builder().title("new").frame(&frame));
            assert_eq!((&new.frame, frame.picture.as_ref()), (&frame.to_ref(), Some(&old)));
            // nor by an edit
            new.edit().frame = em.reference(2);
            new.edit().frame = frame.to_ref();
            assert_eq!(em.state_of(&new), EntityState::New);
            em.flush().await?;
            t.expect(0);
            // what else is flushed has nothing to do with it
            frame.edit().name.push('!');
            em.flush().await?;
            // begin, update, commit
            t.expect(3);
            assert_eq!(t.number("select count(*) from picture").await, 1);
            assert_eq!(frame.picture.as_ref(), Some(&old));

            em.persist(&new)?;
            assert_eq!(frame.picture, Some(new.to_ref()));
            assert_eq!(em.state_of(&old), EntityState::Removed);
            em.flush().await?;
            let kinds: Vec<_> = t.sent().iter().map(|sql| sql.split(' ').next().unwrap_or_default().to_owned()).collect();
            assert_eq!(kinds, ["begin", "delete", "insert", "commit"]);
            assert_eq!(t.number("select count(*) from picture where title = 'new' and frame_id = 1").await, 1);
            assert_eq!(t.number("select count(*) from picture").await, 1);
            em.flush().await?;
            t.expect(0);
        }
    }

    /// spec: U25, S119, S137
    async fn nor_by_the_side_without_a_column(t: &Test<Frames>) {
        frames(t).await?;
        for loaded in [true, false] {
            let em = t.em();
            let old = em.reference::<Picture>(1);
            if loaded {
                old.load().await?;
            }
            let caption = em.find_one_or_fail::<Caption>(1).await?;
            t.forget();
            let frame = em.create_detached(Frame::builder().name("new").picture(&old).caption(&caption));
            assert_eq!((&frame.picture, &frame.caption), (&Some(old.clone()), &Some(caption.to_ref())));
            assert_eq!(caption.frame, Some(em.reference(1)));
            frame.edit().caption = None;
            frame.edit().caption = Some(caption.to_ref());
            em.flush().await?;
            t.expect(0);
            if loaded {
                assert_eq!(old.get()?.frame, em.reference(1));
                em.persist(&frame)?;
                assert_eq!((&old.get()?.frame, &caption.frame), (&frame.to_ref(), &Some(frame.to_ref())));
                em.flush().await?;
                let key = frame.id().unwrap();
                assert_eq!(t.number("select frame_id from picture").await, key);
                assert_eq!(t.number("select frame_id from caption").await, key);
                // back, for the next round
                let em = t.em();
                em.find_one_or_fail::<Picture>(1).await?.edit().frame = em.reference(1);
                em.find_one_or_fail::<Caption>(1).await?.edit().frame = Some(em.reference(1));
                em.flush().await?;
            }
        }
    }

    /// spec: U25, U33, S204
    async fn what_is_set_on_a_managed_entity_is_persisted_with_it_or_is_an_error(t: &Test<Frames>) {
        frames(t).await?;
        // it says itself whom it belongs to
        for (frame, count) in [(2, 2), (1, 2)] {
            for loaded in [true, false] {
                let em = t.em();
                let frame = em.find_one_or_fail::<Frame>(frame).await?;
                if let Some(old) = frame.picture.as_ref().filter(|_| loaded) {
                    old.load().await?;
                }
                let new = em.create_detached(Picture::builder().title("new").frame(&frame));
                frame.edit().picture = Some(new.to_ref());
                em.flush().await?;
                assert!(!new.is_new() && frame.picture == Some(new.to_ref()));
                assert_eq!(t.number("select count(*) from picture").await, count);
                t.forget();
                em.flush().await?;
                t.expect(0);
            }
        }
        // it belonged to another one
        let em = t.em();
        let (one, two) = (em.find_one_or_fail::<Frame>(1).await?, em.find_one_or_fail::<Frame>(2).await?);
        let new = em.create_detached(Picture::builder().title("moved").frame(&one));
        two.edit().picture = Some(new.to_ref());
        em.flush().await?;
        assert_eq!(t.number("select frame_id from picture where title = 'moved'").await, 2);
        assert_eq!(t.number("select count(*) from picture").await, 2);
        // and by a builder
        let new = em.create_detached(Picture::builder().title("built").frame(&one));
        let three = em.create(Frame::builder().name("three").picture(&new));
        em.flush().await?;
        assert_eq!(t.number("select frame_id from picture where title = 'built'").await, three.id().unwrap());
        assert_eq!(t.number("select count(*) from picture").await, 3);

        // a relation that does not persist
        let caption = em.create_detached(Caption::builder().text("new"));
        two.edit().caption = Some(caption.to_ref());
        t.forget();
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(
            error,
            "Frame.caption: refers to a Caption that is not persisted: persist it with `em.persist`, or say `cascade(persist)` here"
        );
        t.expect(0);
        em.persist(&caption)?;
        em.flush().await?;
        assert_eq!(t.number("select frame_id from caption where text = 'new'").await, 2);
    }

    /// spec: U19, U24, S137
    async fn collections_do_not_have_what_is_not_persisted(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).populate((Frame::owners, Frame::hooks)).await?;
        let (two, new) = (em.find_one_or_fail::<Frame>(2).await?, em.create(Frame::builder().name("new")));
        let owners: Vec<_> = [&frame.to_ref(), &two.to_ref(), &new.to_ref()]
            .map(|frame| em.create_detached(Collector::builder().name("Ann").frame(frame)))
            .into();
        let hook = em.create_detached(Hook::builder().frame(&frame).place(1).text("apart"));
        for frame in [frame.to_ref(), two.to_ref(), new.to_ref()] {
            frame.get()?.edit().name.push('!');
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from collector").await, 0);
        assert_eq!((frame[Frame::owners].len(), frame[Frame::hooks].len()), (0, 2));
        owners.iter().try_for_each(|owner| em.persist(owner))?;
        assert_eq!((frame[Frame::owners].len(), new.owners.get()?.len()), (1, 1));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from collector where frame_id is not null").await, 3);
        assert_eq!(two.owners.load().await?.len(), 1);
        // what is added is persisted
        frame.hooks.add(em.create_detached(Hook::builder().frame(&frame).place(3).text("added")))?;
        assert_eq!(frame[Frame::hooks].len(), 3);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from hook").await, 3);
        // what has the key of another one is not in its way until it is persisted
        assert_eq!(hook.text, "apart");
        em.persist(&hook)?;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Hook.frame, place: an entity with the key (1, 1) is managed already"), "{error}");
    }

    /// spec: U19, U22, U24
    async fn who_was_deleted_or_withdrawn_is_known_again_once_persisted(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).populate((Frame::owners, Frame::picture)).await?;
        let ann = em.create(Collector::builder().name("Ann").frame(&frame));
        assert_eq!(frame[Frame::owners].len(), 1);
        em.remove(&ann)?;
        assert_eq!(frame[Frame::owners].len(), 0);
        em.persist(&ann)?;
        assert_eq!(frame[Frame::owners].len(), 1);
        em.flush().await?;
        let picture = frame.picture.clone().unwrap();
        em.remove(&picture)?;
        em.flush().await?;
        assert!(frame.picture.is_none());
        em.persist(&picture)?;
        assert_eq!(frame.picture.as_ref(), Some(&picture));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from picture where frame_id = 1").await, 1);
        assert_eq!(t.number("select count(*) from collector where frame_id = 1").await, 1);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S134, S137
    async fn it_is_apart_in_a_fork_too(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).populate(Frame::owners).await?;
        let apart = em.create_detached(Collector::builder().name("Ann").frame(&frame));
        let known = em.create(Collector::builder().name("Bob").frame(&frame));
        let fork = em.fork_with(ForkOptions::new().keep_entities());
        fork.flush().await?;
        assert_eq!(t.number("select count(*) from collector").await, 1);
        em.persist(&apart)?;
        em.flush().await?;
        assert!(!apart.is_new() && !known.is_new());
        assert_eq!(t.number("select count(*) from collector where name = 'Ann'").await, 1);
    }

    /// spec: S119, U25, U43
    async fn what_can_t_be_null_and_stays_is_an_error_that_names_the_remedy(t: &Test<Frames>) {
        frames(t).await?;
        for loaded in [true, false] {
            let em = t.em();
            let frame = em.find_one_or_fail::<Frame>(1).await?;
            let old = frame.receipt.clone().unwrap();
            if loaded {
                old.load().await?;
            }
            let new = em.create(Receipt::builder().frame(&frame));
            t.forget();
            for _ in 0..2 {
                assert_eq!(
                    em.flush().await.unwrap_err().to_string(),
                    format!(
                        "Receipt.frame: Receipt {} refers to Frame 1, which belongs to another Receipt now, and can't be null: add \
                         `orphan_removal` to Frame.receipt to have it deleted then, remove it with `em.remove`, or point it at \
                         another Frame",
                        old.id().unwrap()
                    )
                );
            }
            t.expect(0);
            if loaded {
                old.get()?.edit().frame = em.reference(2);
            } else {
                em.remove(&old)?;
            }
            em.flush().await?;
            assert_eq!(t.number("select frame_id from receipt order by id desc limit 1").await, 1);
            assert_eq!(frame.receipt, Some(new.to_ref()));
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).await?;
        frame.edit().receipt = None;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Frame.receipt: no longer refers to Receipt ") && error.contains("`orphan_removal`"), "{error}");
    }

    /// spec: U19, U24, U26, S137
    async fn items_stay_whose_they_are_until_their_owner_is_persisted(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        for name in ["Ann", "Bob", "Cid"] {
            em.create(Collector::builder().name(name).frame(em.reference(1)));
        }
        em.flush().await?;
        for loaded in [true, false] {
            let em = t.em();
            let ann = em.reference::<Collector>(1);
            if loaded {
                ann.load().await?;
            }
            let frame = em.create_detached(Frame::builder().name("apart").owners([&ann]));
            let dan = em.create_detached(Collector::builder().name("Dan"));
            assert!(frame.owners.add(&dan)? && frame.owners.add(2)? && frame.owners.add(3)?);
            assert!(frame.owners.remove(3)?);
            t.forget();
            em.flush().await?;
            t.expect(0);
            if let Ok(ann) = ann.get() {
                assert_eq!(ann.frame, Some(em.reference(1)));
                ann.edit().name.push('!');
                em.flush().await?;
                // begin, update, commit
                t.expect(3);
            }
            assert!(frame.is_new() && dan.is_new());
            em.persist(&frame)?;
            assert_eq!(frame.owners.known(), [ann.clone(), dan.to_ref(), em.reference(2)]);
            em.flush().await?;
            let key = frame.id().unwrap();
            assert_eq!(t.number(&format!("select count(*) from collector where frame_id = {key}")).await, 3);
            assert_eq!(t.number("select count(*) from collector where frame_id = 1").await, 1);
            t.forget();
            em.flush().await?;
            t.expect(0);
            let em = t.em();
            for key in [1, 2] {
                em.find_one_or_fail::<Collector>(key).await?.edit().frame = Some(em.reference(1));
            }
            em.flush().await?;
        }
    }

    /// spec: U26, S190
    async fn items_come_in_all_or_none(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let (one, two) = (em.find_one_or_fail::<Frame>(1).await?, em.find_one_or_fail::<Frame>(2).await?);
        let good = em.create(Hook::builder().frame(&two).place(9).text("good"));
        one.hooks.load().await?;
        two.hooks.load().await?;
        // the key of a row that is there says whose it is
        let bad = em.reference::<Hook>((2, 7));
        for error in [one.hooks.extend([&good.to_ref(), &bad]).unwrap_err(), one.hooks.set([&good.to_ref(), &bad]).unwrap_err()] {
            assert_eq!(error.to_string(), "Hook.frame: the primary key of an existing row can't be changed");
        }
        assert_eq!((&good.frame, one.hooks.known().len(), two.hooks.known()), (&two.to_ref(), 2, &[good.to_ref()][..]));
        assert!(!one.hooks.is_dirty());
        // what was made of builders goes, too
        let other = t.em();
        let foreign = other.create(Collector::builder().name("foreign"));
        let ann = em.create(Collector::builder().name("Ann").frame(&two));
        for _ in 0..2 {
            let items = [Item::Made, Item::Known(ann.to_ref()), Item::Known(foreign.to_ref())];
            assert!(one.owners.extend(items).is_err());
        }
        assert_eq!((one.owners.known(), &ann.frame), (&[][..], &Some(two.to_ref())));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from collector").await, 1);
        assert_eq!(t.number("select count(*) from hook where frame_id = 2").await, 1);
    }


    /// spec: U24, U25, U26
    async fn what_is_not_loaded_leaves_who_had_it(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        em.create(Collector::builder().name("Ann").frame(em.reference(1)));
        em.create(Collector::builder().name("Bob").frame(em.reference(1)));
        em.flush().await?;
        let em = t.em();
        let (one, two) = (em.find_one_or_fail::<Frame>(1).await?, em.find_one_or_fail::<Frame>(2).await?);
        let (picture, caption) = (one.picture.clone().unwrap(), one.caption.clone().unwrap());
        em.populate(&one, Frame::owners.references()).await?;
        assert_eq!((one.owners.ids()?, picture.is_initialized()), (vec![1, 2], false));
        two.owners.add(1)?;
        two.edit().picture = Some(picture.clone());
        two.edit().caption = Some(caption.clone());
        assert_eq!((one.owners.ids()?, two.owners.known().len()), (vec![2], 1));
        assert_eq!((&one.picture, &one.caption), (&None, &None));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from collector where frame_id = 2").await, 1);
        assert_eq!(t.number("select frame_id from picture").await, 2);
        assert_eq!(t.number("select frame_id from caption").await, 2);
        assert_eq!((&one.picture, &two.picture, &two.caption), (&None, &Some(picture), &Some(caption)));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }


    /// spec: U25, S119
    async fn who_is_persisted_by_the_flush_is_linked_by_it(t: &Test<Stories>) {
        stories(t).await?;
        for (name, adds) in [("made with", false), ("added to", true)] {
            let em = t.em();
            let old = em.find_one_or_fail::<Story>(1).populate(Story::labels).await?;
            let label = if adds {
                let label = em.create_detached(Label::builder().name(name));
                label.stories.add(&old)?;
                label
            } else {
                em.create_detached(Label::builder().name(name).stories([&old]))
            };
            let new = em.create(Story::builder().title("New").labels([&label]));
            em.flush().await?;
            let links = format!("select count(*) from story_labels where label_id = {}", label.id);
            assert_eq!(t.number(&links).await, 2, "{name}");
            assert!(old.labels.known().contains(&label.to_ref()) && new.labels.known().contains(&label.to_ref()), "{name}");
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
    }
}

/// A collector of whatever kind.
enum Item {
    Made,
    Known(Ref<Collector>),
}
impl IntoRef<Collector> for Item {
    fn into_ref(self) -> Input<Collector> {
        match self {
            Item::Made => Collector::builder().name("made").into_ref(),
            Item::Known(known) => known.into_ref(),
        }
    }
}

suite! {
    /// spec: S196, U25
    async fn what_was_added_to_whom_nobody_persisted_and_refers_to_it_is_there_once(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        let new = em.create_detached(Author::builder().name("Sam").email("sam@north").books([&book]));
        book.edit().author = new.to_ref();
        em.flush().await?;
        assert_eq!((new.books.get()?.len(), new.books.ids()?), (1, vec![1]));
        assert_eq!(t.number("select author_id from book where id = 1").await, new.id);
    }
}
