//! Bases that extend bases.

use super::entities::bases::*;
use mikro_orm::prelude::*;

suite! {
    /// spec: Y127, S020, Y219, Y220
    async fn tables_have_the_columns_indexes_and_checks_of_all_bases(t: &Test<Shelves>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let tables: Vec<&str> = sql.lines().filter(|line| line.starts_with("create table")).collect();
        assert_eq!(tables.len(), 2, "{sql}");
        let columns = |table: &str| -> Vec<&str> {
            let text = tables.iter().find(|line| line.starts_with(&format!("create table {table} "))).unwrap();
            let names = text.split_once('(').unwrap().1.split(", ").map(|column| column.split(' ').next().unwrap());
            names.take_while(|name| *name != "constraint" && *name != "foreign").collect()
        };
        assert_eq!(columns("jar"), ["id", "revision", "label", "place", "above_id", "weight", "lid"], "{sql}");
        assert_eq!(columns("bin"), ["id", "revision", "label", "place", "above_id"], "{sql}");
        for part in [
            "create index jar_label_place_index on jar (label, place)",
            "create index bin_label_place_index on bin (label, place)",
            "create unique index jar_label_weight_unique on jar (label, weight)",
            "create index jar_lid_index on jar (lid)",
            "create unique index bin_label_unique on bin (label)",
            "constraint jar_check check (place > 0)",
            "constraint bin_check check (place > 0)",
            "create index bin_places on bin (place)",
            "constraint few_in_jar check (place < 1000)",
            "create trigger jar_moved after update on jar",
            "create trigger bin_moved after update on bin",
        ] {
            assert!(sql.contains(part), "{part}\n{sql}");
        }
        assert!(!sql.contains("bin_label_weight_unique"), "{sql}");
        assert_eq!(sql.contains("constraint jar_apart exclude"), !t.is_sqlite(), "{sql}");
        assert!(t.orm.schema().update_sql().await?.is_empty());
        let em = t.em();
        let jar = em.create(Jar::builder().label("tea").weight(5));
        let bin = em.create(Bin::builder().label("box"));
        em.flush().await?;
        bin.edit().place = 91;
        em.flush().await?;
        em.refresh(&jar).await?;
        assert_eq!(jar.weight, 77);
    }

    /// spec: Y127, S020, S216
    async fn callbacks_and_hooks_of_all_bases_are_called_the_innermost_first(t: &Test<Shelves>) {
        let em = t.em();
        heard();
        let jar = em.create(Jar::builder().label("tea").weight(5));
        let below = em.create(Bin::builder().label("box").above(&jar));
        em.flush().await?;
        assert_eq!(heard(), ["numbered 1", "weighed tea", "jar 6", "numbered 1"]);
        assert_eq!((jar.id, jar.revision, jar.place, jar.weight), (1, 1, 1, 6));
        jar.edit().label = "mint".into();
        below.edit().place = 2;
        em.flush().await?;
        assert_eq!((jar.revision, below.revision), (2, 2));
        let em = t.em();
        let found = em.find::<Bin>().filter(Bin::above.is(Jar::weight.eq(6) & Jar::revision.eq(2))).populate(Bin::above).await?;
        assert_eq!((found[0][Bin::above].as_ref().unwrap().label.as_str(), found[0].place), ("mint", 2));
        // a struct is as good as a builder
        let numbered = Numbered { id: 0, revision: 0 };
        let placed = Placed { numbered, label: "lid".into(), place: 3, above: None };
        let given = em.create(Jar { weighed: Weighed { placed, weight: 1 }, lid: Some("cork".into()) });
        em.flush().await?;
        assert_eq!((given.weight, given.id), (2, 2));
        assert_eq!(serde_json::to_value(&given).unwrap()["place"], 30);
        given.edit().place = 0;
        let error = em.flush().await.unwrap_err();
        assert!(error.to_string().contains("jar_check"), "{error}");
    }
}
