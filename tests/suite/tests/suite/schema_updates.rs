//! Updating the schema: what is safe, what is left alone, what is found, and what fails.

use super::entities::*;
use mikro_orm::schema::UpdateOptions;

suite! {
    /// spec: Y241
    async fn an_update_creates_what_is_not_there(t: &Test<Blog>) {
        t.orm.schema().drop().await?;
        t.orm.schema().update().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
        library(t).await?;
        t.orm.schema().clear().await?;
        assert_eq!(t.number("select count(*) from book").await, 0);
        library(t).await?;
        // (keys began anew)
        assert_eq!(t.number("select min(id) from book").await, 1);
        t.orm.schema().refresh().await?;
        assert_eq!(t.number("select count(*) from book").await, 0);
    }

    /// spec: Y242
    async fn what_was_changed_by_hand_is_found(t: &Test<Blog>) {
        library(t).await?;
        t.run("create table stray (id integer primary key)").await;
        t.run("alter table book add column stray integer null").await;
        t.run("create index stray_index on book (title)").await;
        t.run("drop index author_email_unique").await;
        let safe = UpdateOptions::new().safe();
        let script = t.orm.schema().update_sql_with(&safe).await?.to_string();
        assert!(!script.contains("drop table") && !script.contains("drop column"), "{script}");
        assert!(script.contains("author_email_unique") && script.contains("stray_index"), "{script}");
        t.orm.schema().update_with(&safe).await?;
        assert!(t.orm.schema().update_sql_with(&safe).await?.is_empty());
        let kept = UpdateOptions::new().skip_tables(["stray"]).skip_column("book", "stray");
        assert!(t.orm.schema().update_sql_with(&kept).await?.is_empty());
        let kept = UpdateOptions::new().drop_tables(false).skip_column("book", "stray");
        assert!(t.orm.schema().update_sql_with(&kept).await?.is_empty());
        t.orm.schema().update().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
        assert!(t.orm.em().raw("select * from stray").execute().await.is_err());
        assert_eq!(t.number("select count(*) from book").await, 3);
    }

    /// spec: Y242
    async fn an_update_that_fails_changes_nothing(t: &Test<Blog>) {
        library(t).await?;
        t.run("drop index author_email_unique").await;
        t.run("update author set email = 'same'").await;
        t.run("create table stray (id integer primary key)").await;
        let before = t.orm.schema().update_sql().await?;
        let error = t.orm.schema().update().await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert_eq!(t.orm.schema().update_sql().await?, before);
        assert_eq!(t.number("select count(*) from author where email = 'same'").await, 3);
        // foreign keys are as they were
        assert!(t.orm.em().raw("delete from author").execute().await.unwrap_err().is_foreign_key_violation());
    }

    /// spec: Y242
    async fn connections_know_of_the_new_schema(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let em = t.em();
        assert_eq!(em.find::<Book>().await?.len(), 3);
        t.run("alter table book add column stray integer null").await;
        t.em().raw("select * from book").execute().await?;
        t.orm.schema().update().await?;
        t.em().raw("select * from book").execute().await?;
        assert_eq!(t.em().find::<Book>().await?.len(), 3);
    }
}
