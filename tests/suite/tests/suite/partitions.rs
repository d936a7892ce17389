//! Tables in partitions are tables like any other, and are found as they are.

use super::entities::*;
use mikro_orm::entity_schema::{EntitySchema, p};

fn reading(em: &EntityManager, id: i64, year: i32, station: &Loaded<Station>) -> Loaded<Measurement> {
    em.create(Measurement::builder().id(id).year(year).station(station).value(7))
}

suite! {
    /// spec: Y219
    async fn rows_are_in_partitions(t: &Test<Measured>) {
        let em = t.em();
        let station = em.create(Station::builder().country("is").number(1));
        let (old, new) = (reading(&em, 1, 1990, &station), reading(&em, 2, 2010, &station));
        em.create(Alarm::builder().reading(&old));
        em.create(Alarm::builder().reading(&new));
        em.flush().await?;
        // (a row moves when what it is told apart by changes: that is part of its key, and so a row of its own)
        new.edit().value = 8;
        em.flush().await?;
        let em = t.em();
        let stations = em.find::<Station>().populate(Station::readings).await?;
        assert_eq!(stations[0][Station::readings].iter().map(|reading| reading.value).collect::<Vec<_>>(), [7, 8]);
        assert_eq!(em.count::<Alarm>(Alarm::reading.is(Measurement::value.eq(8))).await?, 1);
        if !t.is_sqlite() {
            let counts = [("station_north", 1), ("station_rest", 0), ("measurement_old", 1), ("measurement_new", 1)];
            for (partition, count) in counts {
                assert_eq!(t.number(&format!("select count(*) from {partition}")).await, count, "{partition}");
            }
            let error = async {
                let em = t.em();
                em.create(Measurement::builder().id(3).year(2200).station(em.reference(("is".to_owned(), 1))).value(1));
                em.flush().await
            };
            assert!(error.await.unwrap_err().to_string().contains("Measurement: none of the table's partitions is for such a row"));
        }
        em.remove(&em.find_one_or_fail::<Alarm>(Alarm::reading.is(Measurement::value.eq(8))).await?)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from alarm").await, 1);
    }

    /// spec: Y219, Y242
    async fn partitions_are_created_found_and_left_alone(t: &Test<Measured>) {
        let sql = t.orm.schema().create_sql().to_string();
        let parts = [
            r#"partition by range ("year")"#,
            r#"create table "measurement_new" partition of "measurement" for values from (2000) to (2100)"#,
            r#"create table "station_rest" partition of "station" default"#,
            r#"create table "alarm_1" partition of "alarm" for values with (modulus 2, remainder 1)"#,
        ];
        for part in parts {
            assert_eq!(sql.contains(part), !t.is_sqlite(), "{part}\n{sql}");
        }
        assert!(t.orm.schema().update_sql().await?.is_empty());
        if !t.is_sqlite() {
            // what was made besides stays, and what is missing comes again
            t.run("create table measurement_later partition of measurement for values from (2100) to (2200)").await;
            assert!(t.orm.schema().update_sql().await?.is_empty());
            t.run("drop table alarm_0").await;
            let script = t.orm.schema().update_sql().await?.to_string();
            let wanted = r#"create table "alarm_0" partition of "alarm" for values with (modulus 2, remainder 0)"#;
            assert!(script.contains(wanted) && script.lines().count() == 1, "{script}");
            t.orm.schema().update().await?;
            assert!(t.orm.schema().update_sql().await?.is_empty());
        }
        t.orm.schema().clear().await?;
        t.orm.schema().drop().await?;
        t.orm.schema().create().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
    }

    /// spec: Y219, S004
    async fn a_schema_says_the_same(t: &Test<Shared<Measured>>) {
        let alarm = EntitySchema::new("Alarm")
            .property("id", p::i64().primary())
            .property("reading", p::many_to_one("Measurement"))
            .partition_by("hash ({id})")
            .partition("alarm_0", "with (modulus 2, remainder 0)")
            .partition("alarm_1", "with (modulus 2, remainder 1)");
        let orm = t.builder().entities(mikro_orm::entities![Station, Measurement]).entity_schemas([alarm]).build().await?;
        assert!(t.orm.metadata().by_name("Alarm") == orm.metadata().by_name("Alarm"));
        assert!(orm.schema().update_sql().await?.is_empty());
        orm.close().await;
        let wrong = EntitySchema::new("Wrong").property("id", p::i64().primary()).partition_by("hash ({ident})");
        let error = t.builder().entity_schemas([wrong]).build().await.unwrap_err().to_string();
        assert!(error.contains("has `partition_by` over `ident`, which is none of its properties"), "{error}");
    }

    /// spec: Y219
    async fn what_an_exclusion_refuses_names_it(t: &Test<Stays>) {
        let em = t.em();
        em.create(Stay::builder().arrives(1).leaves(5));
        em.create(Stay::builder().arrives(3).leaves(7));
        if t.is_sqlite() {
            // (there is no such constraint)
            return em.flush().await;
        }
        let error = em.flush().await.unwrap_err();
        assert!(matches!(error, Error::ExclusionViolation(_)), "{error}");
        let violation = error.constraint().unwrap();
        assert_eq!((violation.constraint.as_deref(), violation.entity.as_deref()), (Some("no_overlap"), Some("Stay")));
        assert_eq!(violation.properties, ["arrives", "leaves"]);
        assert_eq!(
            error.to_string(),
            "exclusion constraint violated: Stay.(arrives, leaves) (constraint no_overlap): another row is in the way: use other \
             values, or change that row first"
        );
        assert!(std::error::Error::source(&error).is_some());
    }
}
