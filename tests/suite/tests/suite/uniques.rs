//! Unique values that change hands within one flush.

use super::entities::*;

/// The worker with this number.
async fn worker(em: &EntityManager, number: i32) -> Result<Loaded<Worker>> {
    em.find_one_or_fail(Worker::number.eq(number)).await
}

suite! {
    /// spec: U45, U48
    async fn what_takes_the_place_of_what_goes_comes_after_it(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        em.create(Badge::builder().code("x").color("red"));
        em.create(Badge::builder().code("y").color("red"));
        em.flush().await?;
        t.forget();
        // by a unique value
        em.remove(&worker(&em, 1).await?)?;
        let new = em.create(Worker::builder().number(1).email("new"));
        t.forget();
        em.flush().await?;
        let sent = t.sent();
        assert!(sent[1].starts_with("delete") && sent[2].starts_with("insert"), "{sent:?}");
        assert_eq!((new.number, t.number("select count(*) from worker").await), (1, 3));
        // by a key; what is not in the way goes last
        em.remove::<Badge>("x".to_owned())?;
        em.remove::<Badge>("y".to_owned())?;
        let blue = em.create(Badge::builder().code("x").color("blue"));
        em.flush().await?;
        let sent = t.sent();
        let kinds: Vec<_> = sent.iter().map(|sql| sql.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(kinds, ["begin", "delete", "insert", "delete", "commit"]);
        assert_eq!(t.text("select color from badge").await.as_deref(), Some("blue"));
        assert!(!blue.is_new());
        blue.edit().color = "green".into();
        em.flush().await?;
        assert_eq!(t.text("select color from badge").await.as_deref(), Some("green"));
    }

    /// spec: U45, U48
    async fn the_same_key_of_another_entity_is_not_in_the_way(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        em.remove(&worker(&em, 3).await?)?;
        em.create(Desk::builder().id(3 + 100).place("3"));
        em.create(Desk::builder().place("c2"));
        t.forget();
        em.flush().await?;
        let sent = t.sent();
        assert!(sent[1].starts_with("insert") && sent[sent.len() - 2].starts_with("delete"), "{sent:?}");
    }

    /// spec: U43, U44, U48
    async fn what_gives_a_value_up_comes_before_what_takes_it(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        let (first, second) = (worker(&em, 1).await?, worker(&em, 2).await?);
        first.edit().email = None;
        second.edit().number = 22;
        em.create(Worker::builder().number(4).email("a"));
        em.create(Worker::builder().number(2).email("d"));
        t.forget();
        em.flush().await?;
        let sent = t.sent();
        assert!(sent[1].starts_with("update") && sent[2].starts_with("update") && sent[3].starts_with("insert"), "{sent:?}");
        assert_eq!(t.text("select email from worker where number = 4").await.as_deref(), Some("a"));
        // a foreign key that may be there only once, given up for a row that is new, too
        let third = worker(&em, 3).await?;
        let desk = third.desk.clone();
        third.edit().desk = Some(em.create(Desk::builder().place("new")).to_ref());
        let heir = em.create(Worker::builder().number(5));
        heir.edit().desk = desk;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from worker where desk_id is not null").await, 4);
        assert_eq!(third.desk.as_ref().unwrap().get()?.place, "new");
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U43
    async fn values_are_exchanged_in_one_flush(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        let all = em.find::<Worker>().order_by(Worker::id.asc()).await?;
        t.forget();
        // one gives up, one takes
        let desk = all[0].desk.clone();
        all[0].edit().desk = None;
        all[2].edit().desk = desk.clone();
        em.flush().await?;
        // begin, two updates, commit
        t.expect((3, 4));
        // two exchange
        let (second, third) = (all[1].desk.clone(), all[2].desk.clone());
        all[1].edit().desk = third;
        all[2].edit().desk = second;
        all[1].edit().email = Some("c".into());
        all[2].edit().email = Some("b".into());
        em.flush().await?;
        assert_eq!(t.number("select desk_id from worker where number = 2").await, 1);
        assert_eq!(t.number("select desk_id from worker where number = 3").await, 2);
        assert_eq!(t.text("select email from worker where number = 2").await.as_deref(), Some("c"));
        assert_eq!(all.iter().map(|worker| worker.version).collect::<Vec<_>>(), [2, 2, 3]);
        t.forget();
        // many go round
        let values: Vec<_> = all.iter().map(|worker| worker.email.clone()).collect();
        for (at, worker) in all.iter().enumerate() {
            worker.edit().email = values[(at + 1) % 3].clone();
        }
        em.flush().await?;
        // begin, all to null, all to their values, commit
        t.expect(4);
        assert_eq!(t.text("select email from worker where number = 1").await.as_deref(), Some("c"));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U43
    async fn values_that_can_t_be_null_move_on_one_after_the_other(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        let all = em.find::<Worker>().order_by(Worker::id.asc()).await?;
        all.iter().for_each(|worker| worker.edit().number += 1);
        em.flush().await?;
        assert_eq!(t.number("select sum(number) from worker").await, 9);
        all.iter().for_each(|worker| worker.edit().number -= 1);
        em.flush().await?;
        assert_eq!(t.number("select sum(number) from worker").await, 6);
        // with a value in between it takes two steps
        let (first, second) = (&all[0], &all[1]);
        first.edit().number = 2;
        second.edit().number = 1;
        t.forget();
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Worker.number: Worker ") && error.contains("flush with another value in between"), "{error}");
        t.expect(0);
        first.edit().number = 99;
        em.flush().await?;
        first.edit().number = 2;
        em.flush().await?;
        assert_eq!(t.number("select number from worker where id = 2").await, 1);
    }

    /// spec: U43, U45
    async fn an_update_takes_the_value_of_what_is_removed(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        let (first, second) = (worker(&em, 1).await?, worker(&em, 2).await?);
        em.remove(&first)?;
        second.edit().number = 1;
        second.edit().desk = first.desk.clone();
        em.flush().await?;
        assert_eq!(t.number("select desk_id from worker where number = 1").await, 1);
        assert_eq!(t.number("select count(*) from worker").await, 2);
    }

    /// spec: U45, U47, U48
    async fn what_refers_to_what_goes_early_lets_go_before(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        let first = worker(&em, 1).await?;
        em.create(Badge::builder().code("goes").color("red").worker(&first));
        let stays = em.create(Badge::builder().code("stays").color("red").worker(&first));
        let moves = em.create(Badge::builder().code("moves").color("red").worker(&first));
        em.flush().await?;
        em.remove::<Badge>("goes".to_owned())?;
        em.remove(&first)?;
        let heir = em.create(Worker::builder().number(1).email("a"));
        stays.edit().worker = None;
        moves.edit().worker = Some(heir.to_ref());
        em.flush().await?;
        assert_eq!(t.number("select count(*) from worker").await, 3);
        assert_eq!(t.number("select count(*) from badge").await, 2);
        assert_eq!(t.number("select count(*) from badge where worker_id is not null").await, 1);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U45, U47
    async fn what_is_removed_by_key_goes_early_only_when_nothing_holds_it(t: &Test<Blog>) {
        library(t).await?;
        // its books move to a new author, and must have one until then
        let em = t.em();
        let faces = em.find_one_or_fail::<Book>(3).await?;
        em.remove::<Author>(2)?;
        faces.edit().author = author(&em, "Sam").to_ref();
        t.forget();
        em.flush().await?;
        let kinds: Vec<_> = t.sent().iter().map(|sql| sql.split(' ').next().unwrap_or_default().to_owned()).collect();
        assert_eq!(kinds, ["begin", "insert", "update", "delete", "commit"]);
        assert_eq!(t.number("select count(*) from book").await, 3);
        // nothing refers to it, and what it gives up may be what is taken
        let em = t.em();
        em.remove::<Author>(3)?;
        author(&em, "Bran");
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author where email = 'bran@north'").await, 1);
    }

    /// spec: U43, Y075
    async fn unique_values_that_the_database_computes_collide_or_hold(t: &Test<Uniques>) {
        workers(t).await?;
        let em = t.em();
        let all = em.find::<Worker>().order_by(Worker::id.asc()).await?;
        let emails = async || t.text("select string_agg(email, '') from (select email from worker order by number) as ordered").await;
        // nobody knows what an expression comes to: the database says that it is taken
        all[0].assign(Worker::email.set_raw("'b'"))?;
        all[1].edit().email = Some("z".into());
        for _ in 0..2 {
            assert!(em.flush().await.unwrap_err().is_unique_violation());
            assert_eq!(emails().await.as_deref(), Some("abc"));
        }
        all[0].assign(Worker::email.set_raw("{email} || 'q'"))?;
        em.flush().await?;
        assert_eq!(emails().await.as_deref(), Some("aqzc"));
        assert_eq!(all[0].email.as_deref(), Some("aq"));
        // of two that exchange values, the one that something is computed from is not null in between
        all[1].edit().email = Some("c".into());
        all[2].edit().email = Some("z".into());
        all[1].assign(Worker::number.set_raw("length({email}) + 50"))?;
        em.flush().await?;
        assert_eq!(t.text("select email from worker where number = 51").await.as_deref(), Some("c"));
        assert_eq!(t.text("select email from worker where number = 3").await.as_deref(), Some("z"));
        // both are: there is no way
        all[1].edit().email = Some("z".into());
        all[2].edit().email = Some("c".into());
        all[1].assign(Worker::number.set_raw("length({email}) + 60"))?;
        all[2].assign(Worker::number.set_raw("length({email}) + 70"))?;
        t.forget();
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Worker.email: Worker ") && error.contains("in a circle of updates"), "{error}");
        t.expect(0);
        all[1].assign(Worker::number.set(61))?;
        em.flush().await?;
        assert_eq!(t.text("select email from worker where number = 71").await.as_deref(), Some("c"));
        assert_eq!(t.text("select email from worker where number = 61").await.as_deref(), Some("z"));
    }
}
