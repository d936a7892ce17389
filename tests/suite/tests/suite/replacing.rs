//! New entities that take the place of what goes in the same flush.

use super::entities::*;

async fn hooks(t: &Test<Frames>) -> Result<Vec<(i32, String)>> {
    t.em().find::<Hook>().order_by(Hook::place.asc()).select((Hook::place, Hook::text)).await
}

suite! {
    /// spec: U28, U30, U45, U70
    async fn an_item_is_replaced_by_one_with_its_key(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).populate(Frame::hooks).await?;
        let old = frame[Frame::hooks][0].clone();
        t.forget();
        frame.hooks.set([Hook::builder().frame(&frame).place(1).text("new").code("x")])?;
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            delete from `hook` where (`frame_id`, `place`) in (values (1, 1))
            insert into `hook` (`frame_id`, `place`, `text`, `code`) values (1, 1, 'new', 'x')
            delete from `hook` where (`frame_id`, `place`) in (values (1, 2))
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            delete from "hook" where ("frame_id", "place") in (select v.c0, v.c1 from unnest('{1}'::bigint[], '{1}'::int[]) as v(c0, c1))
            insert into "hook" ("frame_id", "place", "text", "code") values (1, 1, 'new', 'x')
            delete from "hook" where ("frame_id", "place") in (select v.c0, v.c1 from unnest('{1}'::bigint[], '{2}'::int[]) as v(c0, c1))
            commit
            "#);
        }
        assert_eq!(hooks(t).await?, [(1, "new".to_owned())]);
        assert!(old.is_new() && frame[Frame::hooks].len() == 1);
        let new = em.find_one_or_fail::<Hook>((1, 1)).await?;
        assert!(new.is_same(&frame[Frame::hooks][0]) && !new.is_same(&old));
        t.forget();
        em.flush().await?;
        t.expect(0);
        // one by one
        frame.hooks.remove(&new)?;
        frame.hooks.add(Hook::builder().frame(&frame).place(1).text("newer"))?;
        em.flush().await?;
        // added first
        frame.hooks.add(Hook::builder().frame(&frame).place(1).text("newest"))?;
        frame.hooks.remove_where(|hook| hook.text == "newer")?;
        em.flush().await?;
        assert_eq!(hooks(t).await?, [(1, "newest".to_owned())]);
    }

    /// spec: U28, U45, U70
    async fn one_of_a_collection_that_is_not_loaded_too(t: &Test<Frames>) {
        frames(t).await?;
        for known in [false, true] {
            let em = t.em();
            let frame = em.find_one_or_fail::<Frame>(1).await?;
            let old = if known { Some(em.find_one_or_fail::<Hook>((1, 1)).await?) } else { None };
            t.forget();
            frame.hooks.set([Hook::builder().frame(&frame).place(1).text("new").code("x")])?;
            em.flush().await?;
            let kinds: Vec<_> = t.sent().iter().map(|sql| sql.split(' ').next().unwrap_or_default().to_owned()).collect();
            assert_eq!(kinds, ["begin", "delete", "insert", "commit"]);
            assert_eq!(hooks(t).await?, [(1, "new".to_owned())]);
            assert!(old.is_none_or(|old| old.is_new()));
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
        // an item that is there is kept
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).await?;
        let kept = em.find_one_or_fail::<Hook>((1, 1)).await?;
        kept.edit().text = "kept".into();
        frame.hooks.set([&kept, &em.create(Hook::builder().frame(&frame).place(2).text("new"))])?;
        em.flush().await?;
        assert_eq!(hooks(t).await?, [(1, "kept".to_owned()), (2, "new".to_owned())]);
    }

    /// spec: U32, U45
    async fn it_can_be_flushed_again_after_it_failed_or_was_rolled_back(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).populate(Frame::hooks).await?;
        let old = frame[Frame::hooks][0].clone();
        let failed: Result<()> = em
            .transactional(async |em| {
                frame.hooks.set([Hook::builder().frame(&frame).place(1).text("new")])?;
                em.flush().await?;
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err() && !old.is_new());
        assert_eq!(hooks(t).await?.len(), 2);
        // (what was created in it was created in it)
        frame.hooks.set([Hook::builder().frame(&frame).place(1).text("newer")])?;
        let clash = em.create(Collector::builder().id(1).name("Ann"));
        t.run("insert into collector (id, name) values (1, 'Bob')").await;
        assert!(em.flush().await.is_err());
        assert_eq!(hooks(t).await?.len(), 2);
        em.remove(&clash)?;
        em.flush().await?;
        assert_eq!(hooks(t).await?, [(1, "newer".to_owned())]);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U45, S137
    async fn who_stays_keeps_its_key(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).populate(Frame::hooks).await?;
        let new = em.create(Hook::builder().frame(&frame).place(1).text("new"));
        t.forget();
        for _ in 0..2 {
            let error = em.flush().await.unwrap_err().to_string();
            assert_eq!(
                error,
                "Hook.frame, place: an entity with the key (1, 1) is managed already: edit that one, or give this one another key"
            );
        }
        t.expect(0);
        new.edit().place = 3;
        em.flush().await?;
        assert_eq!(hooks(t).await?.len(), 3);
        // or goes after all, by whatever way
        let other = em.create(Hook::builder().frame(&frame).place(3).text("other"));
        em.remove(&new)?;
        em.flush().await?;
        assert_eq!(hooks(t).await?[2].1, "other");
        em.create(Hook::builder().frame(&frame).place(3).text("last"));
        em.remove::<Hook>((1, 3))?;
        em.flush().await?;
        assert!(other.is_new());
        assert_eq!(hooks(t).await?[2].1, "last");
    }

    /// spec: U43, U45
    async fn unique_values_of_what_goes_are_free(t: &Test<Frames>) {
        frames(t).await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).populate(Frame::hooks).await?;
        frame.hooks.remove(&frame[Frame::hooks][0])?;
        em.create(Hook::builder().frame(2).place(1).text("new").code("x"));
        em.flush().await?;
        // by key alone, and by whatever was in a collection
        let em = t.em();
        em.remove::<Hook>((2, 1))?;
        let frame = em.find_one_or_fail::<Frame>(1).await?;
        frame.hooks.set([Hook::builder().frame(&frame).place(9).text("nine").code("x")])?;
        em.flush().await?;
        let em = t.em();
        let frame = em.find_one_or_fail::<Frame>(1).await?;
        frame.hooks.set([Hook::builder().frame(&frame).place(8).text("eight").code("x")])?;
        em.flush().await?;
        assert_eq!(hooks(t).await?, [(8, "eight".to_owned())]);
    }
}
