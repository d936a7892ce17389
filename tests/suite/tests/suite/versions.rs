//! Optimistic locks.

use super::entities::*;

suite! {
    /// spec: S054, U10, U58, U59, Y144
    async fn every_update_counts_the_version(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        em.flush().await?;
        t.expect(3);
        assert_eq!(draft.version, 1);
        for version in 2..=5 {
            draft.edit().title = version.to_string();
            em.flush().await?;
            assert_eq!(draft.version, version);
            if version == 2 {
                if t.is_sqlite() {
                    insta::assert_snapshot!(t.sent().join("\n"), @r"
                    begin
                    update `draft` set `title` = '2', `version` = 2 where `id` = 1 and `version` = 1
                    commit
                    ");
                } else {
                    insta::assert_snapshot!(t.sent().join("\n"), @r#"
                    begin
                    update "draft" set "title" = '2', "version" = 2 where "id" = 1 and "version" = 1
                    commit
                    "#);
                }
            }
        }
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select version from draft").await, 5);
    }

    /// spec: U59, Y145
    async fn a_row_that_somebody_else_changed_fails_the_flush_and_names_it(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        let other = em.create(Draft::builder().title("other"));
        em.flush().await?;
        t.run("update draft set version = 2, title = 'theirs' where id = 1").await;
        draft.edit().title = "mine".into();
        other.edit().title = "changed".into();
        let error = em.flush().await.unwrap_err();
        assert!(error.is_optimistic_lock());
        assert_eq!(
            error.to_string(),
            "the optimistic lock on Draft 1 failed: somebody else changed or deleted the row; refresh it and try again"
        );
        // nothing was written, all stays pending, and the versions are as they were
        assert_eq!(t.text("select title from draft where id = 2").await.as_deref(), Some("other"));
        assert_eq!((draft.version, other.version), (1, 1));
        em.refresh(&draft).await?;
        assert_eq!((&*draft.title, draft.version), ("theirs", 2));
        draft.edit().title = "mine".into();
        em.flush().await?;
        assert_eq!((draft.version, other.version), (3, 2));
        assert_eq!(t.text("select title from draft where id = 1").await.as_deref(), Some("mine"));
    }

    /// spec: U59
    async fn a_row_that_is_gone_fails_the_flush(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        em.flush().await?;
        t.run("delete from draft").await;
        draft.edit().title = "mine".into();
        assert!(em.flush().await.unwrap_err().is_optimistic_lock());
    }

    /// spec: U09, U10, U59
    async fn what_is_fetched_again_brings_its_version(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        em.flush().await?;
        draft.edit().title = "mine".into();
        t.run("update draft set version = 7 where id = 1").await;
        em.find::<Draft>().await?;
        assert_eq!((draft.version, &*draft.title), (7, "mine"));
        em.flush().await?;
        assert_eq!(draft.version, 8);
    }

    /// spec: U38, U59
    async fn a_row_that_was_not_loaded_is_not_checked(t: &Test<Versions>) {
        let em = t.em();
        let first = em.create(Draft::builder().title("1"));
        em.create(Draft::builder().title("2").sequel(&first));
        em.flush().await?;
        em.clear();
        let second = em.find_one_or_fail::<Draft>(2).await?;
        second.edit().title = "two".into();
        second.sequel.as_ref().unwrap().assign(Draft::title.set("one"))?;
        em.flush().await?;
        assert_eq!(t.text("select title from draft where id = 1").await.as_deref(), Some("one"));
        assert_eq!(t.number("select version from draft where id = 2").await, 2);
    }

    /// spec: U58, U59
    async fn many_versions_are_checked_in_one_statement(t: &Test<Versions>) {
        let em = t.em();
        let drafts: Vec<_> = (0..20).map(|i| em.create(Draft::builder().title(i.to_string()))).collect();
        em.flush().await?;
        t.forget();
        drafts.iter().for_each(|draft| draft.edit().title.push('!'));
        em.flush().await?;
        t.expect(3);
        assert!(drafts.iter().all(|draft| draft.version == 2));
        t.run("update draft set version = 9 where id = 13").await;
        drafts.iter().for_each(|draft| draft.edit().title.push('!'));
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("Draft 13"), "{error}");
        assert_eq!(t.number("select count(*) from draft where version = 2").await, 19);
    }

    /// spec: S054, U58, U59
    async fn a_version_can_be_a_moment(t: &Test<Versions>) {
        let em = t.em();
        let stamped = em.create(Stamped::builder().title("0"));
        em.flush().await?;
        let first = stamped.version;
        assert!(first.timestamp() > 0);
        stamped.edit().title = "1".into();
        em.flush().await?;
        assert!(stamped.version > first);
        em.clear();
        let found = em.find_one_or_fail::<Stamped>(1).await?;
        assert_eq!(found.version, stamped.version);
        t.run(&format!("update stamped set version = {}", if t.is_sqlite() { "'2001-01-01T00:00:00.000000Z'" } else { "'2001-01-01'" })).await;
        found.edit().title = "2".into();
        assert!(em.flush().await.unwrap_err().is_optimistic_lock());
    }

    /// spec: U61, Y145
    async fn deletes_check_no_version(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        em.flush().await?;
        t.run("update draft set version = 9").await;
        em.remove(&draft)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from draft").await, 0);
    }

    /// spec: U38, U58, U59
    async fn versions_of_rows_that_are_not_loaded_are_counted_all_the_same(t: &Test<Versions>) {
        let em = t.em();
        for title in ["1", "2", "3"] {
            em.create(Draft::builder().title(title));
            em.create(Stamped::builder().title(title));
        }
        em.flush().await?;
        let (before, changed) = (t.text("select cast(version as text) from stamped where id = 1").await, t.em());
        for key in [1, 2] {
            changed.reference::<Draft>(key).assign(Draft::title.set("changed"))?;
        }
        changed.reference::<Stamped>(1).assign(Stamped::title.set("changed"))?;
        t.forget();
        changed.flush().await?;
        // begin, drafts, stamped, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from draft where version = 2 and title = 'changed'").await, 2);
        assert_ne!(t.text("select cast(version as text) from stamped where id = 1").await, before);
        // so whoever has read it before notices
        let draft = em.find_one_or_fail::<Draft>(1).await?;
        draft.edit().title = "mine".into();
        let error = em.flush().await.unwrap_err();
        let failure = error.lock_failure().unwrap();
        assert_eq!(failure.row::<Draft>().unwrap(), draft.to_ref());
        assert!(failure.row::<Stamped>().is_none());
    }

    /// spec: U60, Y147
    async fn columns_that_are_checked_must_be_as_they_were_read(t: &Test<Checked>) {
        let em = t.em();
        let ticket = em.create(Ticket::builder().seats(2).remark("-"));
        let other = em.create(Ticket::builder().seats(2).guest("Jon").remark("-"));
        em.flush().await?;
        t.forget();
        ticket.edit().seats = 0;
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `ticket` set `seats` = 0 where `id` = 1 and `seats` = 2 and `guest` is not distinct from null
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "ticket" set "seats" = 0 where "id" = 1 and "seats" = 2 and "guest" is not distinct from null
            commit
            "#);
        }
        // nobody would notice this one
        ticket.edit().remark = "window".into();
        let error = em.flush().await.unwrap_err();
        assert!(error.is_optimistic_lock());
        assert_eq!(
            error.to_string(),
            "the optimistic lock on Ticket 1 failed: an update has to change one of the properties with `concurrency_check`, \
             which are seats, guest"
        );
        ticket.edit().seats = 1;
        other.edit().guest = None;
        em.flush().await?;
        assert_eq!(t.text("select remark from ticket where id = 1").await.as_deref(), Some("window"));
        // many at once, one of which somebody else has changed
        t.run("update ticket set guest = 'Arya' where id = 2").await;
        ticket.edit().seats = 5;
        other.edit().seats = 5;
        let error = em.flush().await.unwrap_err();
        assert_eq!(error.lock_failure().unwrap().key, "2");
        assert_eq!(t.number("select seats from ticket where id = 1").await, 1);
    }

    /// spec: Y146
    async fn what_is_locked_has_the_version_that_is_expected(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        em.flush().await?;
        t.forget();
        em.lock(&draft, LockMode::optimistic(1)).await?;
        t.expect(0);
        let error = em.lock(&draft, LockMode::optimistic(2)).await.unwrap_err();
        assert_eq!(error.to_string(), "the optimistic lock on Draft 1 failed, version 2 was expected, but is actually 1");
        assert_eq!(error.lock_failure().unwrap().row::<Draft>().unwrap(), draft.to_ref());
        // a reference is loaded first
        let other = t.em();
        let reference = other.reference::<Draft>(1);
        other.lock(&reference, LockMode::optimistic(1)).await?;
        assert!(reference.is_initialized());
        t.expect(1);
        let found = t.em().find_one_or_fail::<Draft>(1).lock(LockMode::optimistic(1)).await?;
        assert_eq!(found.title, "0");
        assert!(t.em().find_one::<Draft>(1).lock(LockMode::optimistic(7)).await.unwrap_err().is_optimistic_lock());
        assert!(t.em().find_one::<Draft>(2).lock(LockMode::optimistic(7)).await?.is_none());
        // times are versions, too
        let stamped = em.create(Stamped::builder().title("0"));
        em.flush().await?;
        em.lock(&stamped, LockMode::optimistic(stamped.version)).await?;
        let new = em.create(Draft::builder().title("new"));
        assert!(em.lock(&new, LockMode::optimistic(1)).await.unwrap_err().to_string().contains("has no row"));
    }

    /// spec: Y146
    async fn what_has_no_version_can_t_be_locked(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.forget();
        let expected = "Author: can't be locked optimistically, since it has no version: mark an integer or date and time with \
                        `#[orm(version)]`";
        assert_eq!(em.lock(&jon, LockMode::optimistic(1)).await.unwrap_err().to_string(), expected);
        assert_eq!(em.find_one::<Author>(2).lock(LockMode::optimistic(1)).await.unwrap_err().to_string(), expected);
        t.expect(0);
    }
}
