//! `on_update` for rows that are not loaded.

use super::entities::*;

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
}
