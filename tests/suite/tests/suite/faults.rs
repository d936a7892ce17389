//! What databases reject, by kinds that a caller can act on.

use super::entities::*;
use mikro_orm::error::{Contention, Fault};

suite! {
    /// spec: Y236
    async fn rejected_statements_have_kinds(t: &Test<Blog>) {
        let cases = [
            ("select * from nowhere", Fault::TableNotFound),
            ("create table author (id int)", Fault::TableExists),
            ("create unique index author_email_unique on author (email)", Fault::TableExists),
            ("select nought from author", Fault::ColumnNotFound),
            ("insert into author (nought) values (1)", Fault::ColumnNotFound),
            ("update author set nought = 1", Fault::ColumnNotFound),
            ("select id from author, book", Fault::AmbiguousColumn),
            ("alter table author add column name int", Fault::ColumnExists),
            ("selekt 1", Fault::Syntax),
            ("select 1 +", Fault::Syntax),
            ("select nought(1)", Fault::Other),
        ];
        for (sql, fault) in cases {
            let error = t.em().raw(sql).execute().await.unwrap_err();
            assert_eq!(error.fault(), Some(fault), "{sql}: {error}");
            assert!(error.to_string().contains(sql), "{error}");
        }
        // what to do about it
        let error = t.em().raw("select nought from author").execute().await.unwrap_err();
        assert!(error.to_string().contains("`orm.schema().update()` adds it"), "{error}");
        // in terms of entities, where it is about one
        t.orm.schema().drop().await?;
        let error = t.em().find::<Author>().await.unwrap_err();
        assert_eq!(error.fault(), Some(Fault::TableNotFound));
        assert!(error.to_string().starts_with("Author: its table author does not exist"), "{error}");
        assert!(!error.is_deadlock());
    }

    /// spec: Y236
    async fn constraints_and_connections_have_kinds(t: &Test<Blog>) {
        library(t).await?;
        let rejected = async |sql: &str| t.em().raw(sql).execute().await.unwrap_err();
        let error = rejected("insert into author (name, email) select name, email from author").await;
        assert!(matches!(error, Error::UniqueViolation(_)), "{error}");
        assert!(matches!(rejected("delete from author").await, Error::ForeignKeyViolation(_)));
        assert!(matches!(rejected("update author set name = null").await, Error::NotNullViolation(_)));
        let unreachable = if t.is_sqlite() { "sqlite:/nowhere/at/all.db" } else { "postgres://localhost:1/nowhere?connect_timeout=1" };
        let error = Orm::builder(unreachable).entities(entities![Author]).build().await.unwrap_err();
        assert!(matches!(error, Error::Connection { .. }), "{error}");
    }

    /// spec: Y236
    async fn who_waits_too_long_or_for_each_other_is_told_so(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let (one, two) = (t.em(), t.em());
        one.begin().await?;
        one.raw("update author set age = 1 where id = 1").execute().await?;
        if t.is_sqlite() {
            // (one writer at a time, and nobody waits for two)
            let other = Orm::builder(mikro_orm::SqliteOptions::new(t.file()).busy_timeout(std::time::Duration::from_millis(20)));
            let other = other.entities(entities![Author]).build().await?;
            let error = other.em().raw("update author set age = 2").execute().await.unwrap_err();
            assert!(matches!(error, Error::Busy { cause: Contention::LockTimeout, .. }), "{error:?}");
            other.close().await;
            one.rollback().await?;
            return Ok(());
        }
        two.begin().await?;
        two.raw("set local lock_timeout = 20").execute().await?;
        let error = two.raw("update author set age = 2 where id = 1").execute().await.unwrap_err();
        assert!(matches!(error, Error::Busy { cause: Contention::LockTimeout, .. }), "{error:?}");
        two.rollback().await?;
        two.begin().await?;
        two.raw("update author set age = 1 where id = 2").execute().await?;
        let crossing = async |em: &EntityManager, id: i64| {
            let done = em.raw("update author set age = 2 where id = ?").bind(id).execute().await;
            em.rollback().await?;
            done
        };
        let (first, second) = tokio::join!(crossing(&one, 2), crossing(&two, 1));
        let error = first.and(second).unwrap_err();
        assert!(error.is_deadlock(), "{error:?}");
    }

    /// spec: Y237
    async fn what_is_not_found_has_kinds(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let error = em.find_one_or_fail::<Author>(99).await.unwrap_err();
        assert!(error.is_not_found() && matches!(error, Error::NotFound { .. }), "{error}");
        let error = em.find_exactly_one::<Book>(Condition::all()).await.unwrap_err();
        assert!(matches!(&error, Error::NotUnique { entity, .. } if entity == "Book"), "{error}");
        // a property that a name at run time does not find
        let error = em.find::<Author>().populate_paths(["bookz"]).await.unwrap_err();
        assert!(error.to_string().contains("bookz") && error.to_string().contains("there are: books"), "{error}");
    }
}
