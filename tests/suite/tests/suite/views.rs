//! Views, and what queries find.

use super::entities::*;
use serde_json::{json, to_value};

suite! {
    /// spec: Y225, Y217
    async fn a_view_is_an_entity_that_is_read(t: &Test<Statistics>) {
        library(t).await?;
        let em = t.em();
        let works = em.find::<AuthorWorks>().order_by(AuthorWorks::id.asc()).await?;
        t.expect(1);
        let counts: Vec<_> = works.iter().map(|works| (&*works.name, works.works)).collect();
        assert_eq!(counts, [("Jon", 2), ("Arya", 1), ("Bran", 0)]);
        // it is managed as any other, and asked as any other
        assert_eq!(em.find_one_or_fail::<AuthorWorks>(2).await?.name, "Arya");
        t.expect(0);
        assert_eq!(em.count(AuthorWorks::works.gt(0) & AuthorWorks::author.is(Author::name.like("J%"))).await?, 1);
        let found = em.find::<AuthorWorks>().filter(AuthorWorks::works.gt(1)).populate((AuthorWorks::author, AuthorWorks::latest));
        let found = found.await?;
        t.expect(2);
        assert_eq!((&*found[0][AuthorWorks::author].email, found[0][AuthorWorks::latest].as_ref().unwrap().id), ("jon@north", 2));
        // what is pending is stored before it is asked
        em.create(Book::builder().title("Wolves").price(1.0).text("").author(3));
        assert_eq!(em.count(AuthorWorks::works.gt(0)).await?, 3);
        t.expect((4, 4));
        // nothing is written of it
        works[0].edit().name = "Aegon".into();
        em.flush().await?;
        t.expect(0);
        let error = em.remove(&works[0]).unwrap_err().to_string();
        assert_eq!(error, "AuthorWorks: is a view, so none can be deleted: write the entities that it shows");
    }

    /// spec: Y225
    async fn the_schema_has_views_after_tables(t: &Test<Statistics>) {
        library(t).await?;
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "'");
        let at = |part: &str| sql.find(part).unwrap_or_else(|| panic!("{part}\n{sql}"));
        let busy = if t.is_sqlite() { "create view 'a_busy_author' as" } else { "create materialized view 'a_busy_author' as" };
        assert!(at("create table 'book'") < at("create view 'author_works' as select") && at("create view 'author_works'") < at(busy));
        assert!(!sql.contains("shouted") && !sql.contains("author_count") && !sql.contains("references 'author_works'"), "{sql}");
        assert!(t.orm.schema().update_sql().await?.is_empty());
        t.orm.schema().clear().await?;
        assert_eq!(t.number("select count(*) from author_works").await, 0);
        t.orm.schema().drop().await?;
        t.orm.schema().create().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
        // one that was made by hand goes, unless it is to stay
        t.run("create view by_hand as select id from author_works").await;
        let kept = mikro_orm::schema::UpdateOptions::new().safe();
        assert!(t.orm.schema().update_sql_with(&kept).await?.is_empty());
        let kept = mikro_orm::schema::UpdateOptions::new().skip_tables(["by_hand"]);
        assert!(t.orm.schema().update_sql_with(&kept).await?.is_empty());
        t.orm.schema().update().await?;
        assert!(t.orm.em().raw("select * from by_hand").execute().await.is_err());
        // what a view mentions can change
        t.run("alter table author add column stray integer null").await;
        t.orm.schema().update().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
        assert_eq!(t.number("select count(*) from author_works").await, 0);
        t.orm.schema().refresh().await?;
        library(t).await?;
        assert_eq!(t.number("select count(*) from author_works").await, 3);
    }

    /// spec: Y226
    async fn a_materialized_view_is_as_of_its_last_refresh(t: &Test<Statistics>) {
        library(t).await?;
        let stored = if t.is_sqlite() { 1 } else { 0 };
        assert_eq!(t.em().count::<BusyAuthor>(Condition::all()).await?, stored);
        t.forget();
        t.orm.schema().refresh_view::<BusyAuthor>().await?;
        t.expect((0, 3));
        assert_eq!(t.em().find::<BusyAuthor>().await?[0].works, 2);
        // one without data can't be asked until it is filled
        let late = t.em().count::<LateAuthor>(Condition::all()).await;
        assert_eq!(late.is_ok(), t.is_sqlite());
        t.orm.schema().refresh_view::<LateAuthor>().await?;
        assert_eq!(t.em().count::<LateAuthor>(Condition::all()).await?, 3);
        assert!(t.orm.schema().update_sql().await?.is_empty());
        // nothing is to be done for others
        t.forget();
        t.orm.schema().refresh_view::<AuthorWorks>().await?;
        t.expect(0);
    }

    /// spec: Y224
    async fn what_a_query_finds_has_no_key(t: &Test<Statistics>) {
        library(t).await?;
        let em = t.em();
        let found = em.find::<AuthorCount>().await?;
        t.expect(1);
        let counts: Vec<_> = found.iter().map(|count| (&*count.name, count.works, count.seen)).collect();
        assert_eq!(counts, [("Arya", 1, false), ("Jon", 2, false)]);
        let busy = em.find::<AuthorCount>().filter(AuthorCount::works.gt(1) & raw("lower({name}) = ?").bind("jon")).await?;
        assert_eq!((busy.len(), busy[0].author.id()), (1, Some(1)));
        assert_eq!(em.count(AuthorCount::works.gte(1)).await?, 2);
        let page = em.find_and_count::<AuthorCount>().order_by(AuthorCount::works.desc()).limit(1).offset(1).await?;
        assert_eq!((&*page.0[0].name, page.1), ("Arya", 2));
        assert_eq!(em.find::<AuthorCount>().select((AuthorCount::name, AuthorCount::works)).await?, [("Arya".to_owned(), 1), ("Jon".to_owned(), 2)]);
        assert_eq!(em.find_one_or_fail::<AuthorCount>(AuthorCount::name.eq("Jon")).await?.works, 2);
        assert!(em.find_one::<AuthorCount>(AuthorCount::name.eq("Rob")).await?.is_none());
        t.forget();
        // relations lead to entities, beside those that are managed
        for strategy in [Strategy::Balanced, Strategy::SelectIn, Strategy::Joined] {
            let nested = AuthorCount::author.with(Author::books);
            let found = em.find::<AuthorCount>().populate(nested).strategy(strategy).await?;
            assert_eq!(found.iter().map(|count| count[AuthorCount::author][Author::books].len()).collect::<Vec<_>>(), [1, 2]);
        }
        assert_eq!(to_value(&busy[0]).unwrap(), json!({"name": "Jon", "works": 2, "author": 1, "seen": false}));
        let same = em.find::<Shouted>().order_by(Shouted::name.desc()).limit(2).await?;
        assert_eq!(same.iter().map(|shouted| &*shouted.name).collect::<Vec<_>>(), ["JON", "BRAN"]);
        // each query reads anew, and sees what was pending
        t.forget();
        em.create(Book::builder().title("Wolves").price(1.0).text("").author(3));
        assert_eq!(em.find::<AuthorCount>().await?.len(), 3);
        t.expect(4);
        found[0].edit().works = 7;
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.orm.em().find::<AuthorCount>().await?[0].works, 1);
    }
}
