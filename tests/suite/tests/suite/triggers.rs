//! Triggers that entities declare, those that they do not, and constraints that wait for the end of the transaction.

use super::entities::*;
use mikro_orm::schema::UpdateOptions;

suite! {
    /// spec: Y220
    async fn a_trigger_runs_when_rows_change(t: &Test<Counted>) {
        let em = t.em();
        let purchase = em.create(Purchase::builder().number(1));
        let line = em.create(PurchaseLine::builder().purchase(&purchase));
        em.create(PurchaseLine::builder().purchase(&purchase));
        em.flush().await?;
        assert_eq!(t.number("select lines from purchase").await, 2);
        line.edit().amount = 500;
        em.flush().await?;
        assert_eq!(t.number("select max(amount) from purchase_line").await, 99);
        em.remove(&line)?;
        em.flush().await?;
        assert_eq!(t.number("select lines from purchase").await, 1);
    }

    /// spec: Y220, Y242, Y243
    async fn triggers_are_found_and_others_are_left_alone(t: &Test<Counted>) {
        assert!(t.orm.schema().update_sql().await?.is_empty());
        if t.is_sqlite() {
            t.run("create trigger by_hand after insert on purchase begin update purchase set lines = 7 where id = new.id; end").await;
            t.run("drop trigger small").await;
            t.run("alter table purchase add column stray integer").await;
        } else {
            t.run("create function by_hand() returns trigger language plpgsql as 'begin new.lines = 7; return new; end'").await;
            t.run("create trigger by_hand before insert on purchase for each row execute function by_hand()").await;
            t.run("drop trigger small on purchase_line").await;
            t.run("alter table purchase alter column number type bigint").await;
        }
        let script = t.orm.schema().update_sql().await?.to_string();
        assert!(script.contains("small") && !script.contains("counted") && !script.contains("drop trigger"), "{script}");
        let skipped = t.orm.schema().update_sql_with(&UpdateOptions::new().skip_triggers()).await?.to_string();
        assert!(!skipped.contains("small"), "{skipped}");
        // (the table is altered, and on SQLite made anew)
        t.orm.schema().update().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
        let em = t.em();
        let purchase = em.create(Purchase::builder().number(1));
        em.flush().await?;
        assert_eq!(t.number("select lines from purchase").await, 7);
        em.create(PurchaseLine::builder().purchase(&purchase));
        em.flush().await?;
        assert_eq!(t.number("select lines from purchase").await, 1);
        t.orm.schema().drop().await?;
        t.orm.schema().create().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
    }

    /// spec: Y243
    async fn views_are_left_alone(t: &Test<Statistics>) {
        t.run("create view stray as select 1 as one").await;
        t.run(if t.is_sqlite() { "drop view a_busy_author" } else { "drop materialized view a_busy_author" }).await;
        let options = UpdateOptions::new().skip_views(["stray", "a_busy_author"]);
        assert!(t.orm.schema().update_sql_with(&options).await?.is_empty());
        t.orm.schema().update_with(&options).await?;
        assert_eq!(t.number("select one from stray").await, 1);
        t.orm.schema().update_with(&UpdateOptions::new().skip_views(["stray"])).await?;
        assert_eq!(t.number("select count(*) from a_busy_author").await, 0);
        assert_eq!(t.number("select one from stray").await, 1);
    }

    /// spec: Y203, Y218
    async fn a_unique_constraint_can_wait_for_the_end(t: &Test<Counted>) {
        let em = t.em();
        let (one, two) = (em.create(Purchase::builder().number(1)), em.create(Purchase::builder().number(2)));
        em.flush().await?;
        one.edit().number = 2;
        two.edit().number = 1;
        if t.is_sqlite() {
            // (where it can't wait, a circle of values is refused)
            assert!(em.flush().await.unwrap_err().to_string().contains("in a circle of updates"));
            return Ok(());
        }
        em.flush().await?;
        assert_eq!(t.number("select number from purchase where id = 1").await, 2);
        em.transactional(async |em| {
            em.raw("update purchase set number = 1 where id = 1").execute().await?;
            em.raw("update purchase set number = 2 where id = 2").execute().await?;
            Ok::<_, Error>(())
        })
        .await?;
        let em = t.em();
        em.create(Purchase::builder().number(1));
        let error = em.flush().await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert_eq!(error.constraint().unwrap().properties, ["number"]);
    }
}
