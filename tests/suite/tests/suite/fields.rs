//! What fields can be: defaults, callbacks, names.

use super::entities::*;
use chrono::Utc;

suite! {
    /// spec: S043, S045, S159, U57
    async fn a_default_is_there_at_once_and_sent_with_the_insert(t: &Test<Keys>) {
        let em = t.em();
        let tag = em.create(Tag::builder().name("1"));
        assert_eq!(tag.label, "value1");
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            insert into `tag` (`name`, `label`) values ('1', 'value1')
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            insert into "tag" ("name", "label") values ('1', 'value1')
            commit
            "#);
        }
        em.flush().await?;
        t.expect(0);
        // the column has it too
        t.run("insert into tag (name) values ('2')").await;
        assert_eq!(em.find_one_or_fail::<Tag>("2".to_owned()).await?.label, "value1");
    }

    /// spec: S044, S045, S159, U57
    async fn a_raw_default_is_read_back_with_the_insert(t: &Test<Fields>) {
        let em = t.em();
        let jon = account(&em, "Jon");
        let arya = em.create(Account::builder().name("Arya").password("x").rank(3));
        assert_eq!((jon.rank, arya.rank), (0, 3));
        em.flush().await?;
        // begin, an insert for each set of columns, commit
        t.expect(4);
        assert_eq!((jon.rank, arya.rank), (7, 3));
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select rank from account where name = 'Jon'").await, 7);
    }

    /// spec: S044, S137
    async fn a_raw_default_is_left_to_the_database_when_the_entity_is_persisted_later(t: &Test<Fields>) {
        let em = t.em();
        let jon = em.create_detached(Account::builder().name("Jon").password("x"));
        em.persist(&jon)?;
        em.flush().await?;
        assert_eq!(jon.rank, 7);
    }

    /// spec: S047, S048, S212, U37
    async fn on_create_sees_the_entity_and_leaves_what_was_given(t: &Test<Fields>) {
        let em = t.em();
        let jon = account(&em, "Jon");
        assert_eq!((&*jon.slug, jon.changes), ("jon", 0));
        let arya = em.create(Account::builder().name("Arya").password("x").slug("given").changes(5));
        assert_eq!((&*arya.slug, arya.changes), ("given", 5));
        em.flush().await?;
        em.clear();
        let found = em.find::<Account>().order_by(Account::id.asc()).await?;
        assert_eq!(found.iter().map(|a| &*a.slug).collect::<Vec<_>>(), ["jon", "given"]);
    }

    /// spec: S030, S029
    async fn loading_runs_no_callbacks(t: &Test<Fields>) {
        t.run("insert into account (name, password, slug, changes) values ('Jon', 'x', 'stored', 3)").await;
        let em = t.em();
        let jon = em.find_one_or_fail::<Account>(1).await?;
        assert_eq!((&*jon.slug, jon.changes, &*jon.status, jon.rank, jon.stock), ("stored", 3, "active", 7, 1));
        em.flush().await?;
        t.expect(1);
    }

    /// spec: S049, U41
    async fn on_update_runs_when_something_else_changed_and_is_part_of_the_update(t: &Test<Fields>) {
        let em = t.em();
        let jon = account(&em, "Jon");
        em.flush().await?;
        assert_eq!(jon.changes, 0);
        t.forget();
        em.flush().await?;
        t.expect(0);
        jon.edit().name = "Jon Snow".into();
        em.flush().await?;
        assert_eq!(jon.changes, 1);
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `account` set `name` = 'Jon Snow', `changes` = 1 where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "account" set "name" = 'Jon Snow', "changes" = 1 where "id" = 1
            commit
            "#);
        }
        // an edit that changes nothing is none
        jon.edit().name = "Jon Snow".into();
        em.flush().await?;
        t.expect(0);
        assert_eq!(jon.changes, 1);
        assert_eq!(t.number("select changes from account").await, 1);
    }

    /// spec: S020, S030, S049, U41
    async fn a_base_gives_its_fields_callbacks_included(t: &Test<People>) {
        let em = t.em();
        let before = Utc::now();
        let jon = em.create(User::builder().name("Jon").pets([Pet::builder().name("Ghost")]));
        assert!(jon.created_at >= before && jon.updated_at >= jon.created_at);
        em.flush().await?;
        t.expect(4);
        let (created, updated) = (jon.created_at, jon.updated_at);
        jon.edit().name = "Jon Snow".into();
        em.flush().await?;
        t.expect(3);
        assert_eq!(jon.created_at, created);
        assert!(jon.updated_at > updated);
        em.clear();
        let found = em.find::<User>().filter(User::created_at.gte(before)).order_by(User::updated_at.desc()).populate(User::pets).await?;
        assert_eq!(found[0][User::pets][0].name, "Ghost");
        assert_eq!(found[0].updated_at.timestamp_micros(), jon.updated_at.timestamp_micros());
        // what was read is what was written: nothing to update
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S056, S057
    async fn a_column_can_have_its_own_name_and_type(t: &Test<Fields>) {
        let em = t.em();
        em.create(Account::builder().name("Jon").password("x").stock(5));
        em.flush().await?;
        assert_eq!(t.number("select stock_of from account").await, 5);
        assert_eq!(em.count::<Account>(Account::stock.eq(5)).await?, 1);
    }
}
