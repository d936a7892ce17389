//! `on_update` for rows that are not loaded, and moments that are finer than what databases keep.

use super::entities::*;
use chrono::{TimeDelta, Timelike, Utc};

async fn letters(t: &Test<Stamps>) -> Result<()> {
    let em = t.em();
    em.create(Letter::builder().subject("one"));
    em.create(Letter::builder().subject("two"));
    em.flush().await?;
    t.forget();
    Ok(())
}

suite! {
    /// spec: S049, U38, U41
    async fn a_reference_is_updated_by_one_statement_callbacks_included(t: &Test<Stamps>) {
        letters(t).await?;
        let em = t.em();
        let letter = em.reference::<Letter>(1);
        em.flush().await?;
        t.expect(0);
        letter.assign((Letter::subject.set("first"), Letter::opened.set(1)))?;
        assert!(!letter.is_initialized());
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `letter` set `subject` = 'first', `opened` = 1, `touched` = 7, `state` = 'edited' where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "letter" set "subject" = 'first', "opened" = 1, "touched" = 7, "state" = 'edited' where "id" = 1
            commit
            "#);
        }
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert!(!letter.is_initialized());
        // (what takes the letter needs one)
        let letter = letter.load().await?;
        assert_eq!((letter.touched, letter.state.as_deref(), letter.length), (7, Some("edited"), 3));
        letter.edit().opened = 2;
        em.flush().await?;
        assert_eq!(letter.length, 5);
    }

    /// spec: S049, U41
    async fn references_of_one_shape_are_one_statement_and_what_is_set_counts(t: &Test<Stamps>) {
        letters(t).await?;
        let em = t.em();
        for id in [1, 2] {
            em.reference::<Letter>(id).assign(Letter::subject.set(format!("letter {id}")))?;
        }
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from letter where touched = 7 and state = 'edited'").await, 2);
        em.reference::<Letter>(1).assign((Letter::touched.set(1), Letter::state.set(None)))?;
        // computed by the database: a change like any other
        em.reference::<Letter>(2).assign((Letter::state.set("read"), Letter::touched.increment(1)))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from letter where id = 1 and touched = 1 and state is null").await, 1);
        assert_eq!(t.number("select count(*) from letter where id = 2 and touched = 8 and state = 'read'").await, 1);
        em.reference::<Letter>(1).assign(Letter::opened.increment(1))?;
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from letter where id = 1 and touched = 7 and opened = 1").await, 1);
    }

    /// spec: U32, U41
    async fn a_flush_that_failed_writes_what_callbacks_give_when_it_is_repeated(t: &Test<Stamps>) {
        letters(t).await?;
        let em = t.em();
        let letter = em.reference::<Letter>(1);
        letter.assign(Letter::subject.set("two"))?;
        assert!(em.flush().await.unwrap_err().is_unique_violation());
        letter.assign(Letter::subject.set("three"))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from letter where touched = 7 and state = 'edited'").await, 1);
        // a flush that is taken back, with the row loaded since
        let other = em.reference::<Letter>(2);
        other.assign(Letter::subject.set("four"))?;
        let taken_back: Result<()> = em
            .transactional(async |em| {
                em.flush().await?;
                assert_eq!(em.reference::<Letter>(2).load().await?.touched, 7);
                Err(Error::Closed)
            })
            .await;
        assert!(taken_back.is_err());
        assert_eq!(t.number("select touched from letter where id = 2").await, 0);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from letter where subject = 'four' and touched = 7 and state = 'edited'").await, 1);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S044
    async fn moments_that_the_database_gives_compare_with_those_of_the_program(t: &Test<Moments>) {
        let em = t.em();
        let notice = em.create(Notice::builder());
        em.flush().await?;
        let (now, hour) = (Utc::now(), TimeDelta::hours(1));
        assert!((notice.at - now).abs() < hour);
        let (before, after) = (now - hour, now + hour);
        assert_eq!(em.count(Notice::at.gt(before)).await?, 1);
        assert_eq!(em.count(Notice::at.lt(after)).await?, 1);
        assert_eq!(em.count(Notice::at.gt(after)).await?, 0);
        if t.is_sqlite() {
            // (elsewhere it depends on the connection's time zone)
            assert_eq!(em.count(Notice::local.gt(before.naive_utc())).await?, 1);
            assert_eq!(em.count(Notice::local.gt(after.naive_utc())).await?, 0);
        }
        let again = em.fork().find_one_or_fail::<Notice>(notice.id).await?;
        assert_eq!((again.at, again.local), (notice.at, notice.local));
    }

    /// spec: S049, U41
    async fn a_reference_that_waits_for_what_it_refers_to_is_updated_too(t: &Test<Stamps>) {
        letters(t).await?;
        let em = t.em();
        for id in [1, 2] {
            em.create(Sender::builder().name(format!("sender {id}")).letters([em.reference::<Letter>(id)]));
        }
        em.reference::<Letter>(2).assign(Letter::touched.set(3))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from letter where sender_id is not null and state = 'edited'").await, 2);
        assert_eq!(t.number("select count(*) from letter where touched = case id when 1 then 7 else 3 end").await, 2);
    }

    /// spec: S047, S049, U41, U60
    async fn moments_in_memory_are_as_the_database_keeps_them(t: &Test<Moments>) {
        let em = t.em();
        let due = precise().naive_utc();
        let parcel = em.create(Parcel::builder().due(due).hour(due.time()));
        assert_eq!((parcel.begun.nanosecond(), parcel.due.nanosecond()), (123_456_000, 123_456_000));
        assert_eq!(parcel.hour.map(|hour| hour.nanosecond()), Some(123_456_000));
        let same = async || {
            let stored = t.em().find_one_or_fail::<Parcel>(1).await?;
            assert_eq!((parcel.begun, parcel.seen, parcel.due, parcel.hour), (stored.begun, stored.seen, stored.due, stored.hour));
            Ok::<(), Error>(())
        };
        em.flush().await?;
        same().await?;
        for nanos in [1_001, 2_002, 3_999] {
            parcel.edit().due = due + TimeDelta::nanoseconds(nanos);
            parcel.edit().hour = Some(due.time() + TimeDelta::nanoseconds(nanos));
            em.flush().await?;
            same().await?;
            assert_eq!(parcel.seen.map(|seen| seen.nanosecond()), Some(123_456_000));
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
        // what is no other moment to the database is no edit
        parcel.edit().due += TimeDelta::nanoseconds(10);
        em.flush().await?;
        t.expect(0);
        assert_eq!(parcel.due.nanosecond() % 1000, 0);
        // a row that is not loaded, and one that is found again
        let other = t.em();
        other.reference::<Parcel>(1).assign(Parcel::due.set(due + TimeDelta::nanoseconds(7_777)))?;
        other.flush().await?;
        em.refresh(&parcel).await?;
        same().await?;
        parcel.edit().due = due;
        em.flush().await?;
        same().await?;
    }
}
