//! Conditions and orders that reach into JSON documents.

use super::entities::*;
use mikro_orm::Json;
use mikro_orm::entity_schema::{EntitySchema, Index, p};
use mikro_orm::query::Order;
use serde_json::json;

async fn dossiers(t: &Test<Dossiers>) -> Result<()> {
    let em = t.em();
    let meta = json!({ "pages": 300, "title": "A", "price": 1.5, "out": true, "to": { "city": "Pyke" }, "tags": ["war", 7], "seen": "2026-01-02" });
    let remark = Remark { text: "good".into(), stars: vec![5, 3] };
    let a = em.create(Dossier::builder().name("a").meta(meta).remark(Some(Json(remark))).secrets(json!({ "pin": "1234" })));
    let b = json!({ "pages": "300", "title": "B", "price": 2, "out": false, "to": null, "tags": [], "it's \"odd\\": "x" });
    em.create(Dossier::builder().name("b").meta(b).parent(&a));
    em.create(Dossier::builder().name("c").meta(json!([1, { "deep": "c" }])));
    em.flush().await
}

async fn names(t: &Test<Dossiers>, condition: Condition<Dossier>) -> Result<Vec<String>> {
    let found = t.em().find::<Dossier>().filter(condition).order_by(Dossier::name.asc()).await?;
    Ok(found.iter().map(|found| found.name.clone()).collect())
}

suite! {
    /// spec: Y223
    async fn conditions_reach_into_documents(t: &Test<Dossiers>) {
        dossiers(t).await?;
        let meta = Dossier::meta;
        // each compares with what is of its kind
        assert_eq!(names(t, meta.key("pages").eq(300)).await?, ["a"]);
        assert_eq!(names(t, meta.key("pages").eq("300")).await?, ["b"]);
        assert_eq!(names(t, meta.key("pages").ne(1)).await?, ["a"]);
        assert_eq!(names(t, meta.key("pages").gt(299.5)).await?, ["a"]);
        assert_eq!(names(t, meta.key("pages").gte(300)).await?, ["a"]);
        assert_eq!(names(t, meta.key("pages").lt("4")).await?, ["b"]);
        assert_eq!(names(t, meta.key("price").lte(2)).await?, ["a", "b"]);
        assert_eq!(names(t, meta.key("price").eq(1.5)).await?, ["a"]);
        assert_eq!(names(t, meta.key("price").in_([2.0, 3.5])).await?, ["b"]);
        assert_eq!(names(t, meta.key("price").in_([2, 3])).await?, ["b"]);
        assert_eq!(names(t, meta.key("out").eq(true)).await?, ["a"]);
        assert_eq!(names(t, meta.key("out").ne(true)).await?, ["b"]);
        assert_eq!(names(t, meta.key("title").in_(["B", "C"])).await?, ["b"]);
        assert_eq!(names(t, meta.key("title").not_in(["B", "C"])).await?, ["a"]);
        assert_eq!(names(t, meta.key("title").in_([""; 0])).await?, [""; 0]);
        assert_eq!(names(t, meta.key("title").not_in([""; 0])).await?, ["a", "b", "c"]);
        // more than a statement takes parameters
        assert_eq!(names(t, meta.key("pages").in_(1..=70_000)).await?, ["a"]);
        assert_eq!(names(t, meta.key("title").in_((0..40_000).map(|i| if i == 9 { "B".to_owned() } else { format!("b{i}") }))).await?, ["b"]);
        assert_eq!(names(t, meta.key("out").in_((0..5000).map(|_| true))).await?, ["a"]);
        assert_eq!(names(t, meta.key("price").not_in((0..5000).map(f64::from))).await?, ["a"]);
        assert_eq!(names(t, meta.key("title").like("%A%")).await?, ["a"]);
        assert_eq!(names(t, meta.key("to").key("city").eq("Pyke")).await?, ["a"]);
        assert_eq!(names(t, meta.key("to").is_null()).await?, ["b", "c"]);
        assert_eq!(names(t, meta.key("to").is_not_null()).await?, ["a"]);
        assert_eq!(names(t, meta.key("tags").at(0).eq("war")).await?, ["a"]);
        assert_eq!(names(t, meta.key("tags").at(1).eq(7)).await?, ["a"]);
        assert_eq!(names(t, meta.at(1).key("deep").eq("c")).await?, ["c"]);
        assert_eq!(names(t, meta.key("seen").eq(chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap())).await?, ["a"]);
        // keys are keys, whatever they look like
        assert_eq!(names(t, meta.key("it's \"odd\\").eq("x")).await?, ["b"]);
        assert_eq!(names(t, meta.key("x' or 1 = 1 --").is_not_null()).await?, [""; 0]);
        assert_eq!(names(t, meta.key("to.city").is_not_null()).await?, [""; 0]);
        assert_eq!(names(t, Dossier::remark.key("stars").at(0).eq(5)).await?, ["a"]);
        assert_eq!(names(t, Dossier::parent.is(meta.key("pages").eq(300))).await?, ["b"]);
        assert_eq!(names(t, !Dossier::parent.is(meta.key("to").is_null())).await?, ["a", "b", "c"]);
        assert_eq!(t.em().count(meta.key("pages").eq(300) | meta.key("title").eq("B")).await?, 2);
    }

    /// spec: Y223
    async fn orders_reach_into_documents(t: &Test<Dossiers>) {
        dossiers(t).await?;
        let em = t.em();
        let order = async |order: Order<Dossier>| -> Result<String> {
            Ok(em.find::<Dossier>().order_by((order, Dossier::id.asc())).await?.iter().map(|found| found.name.as_str()).collect())
        };
        assert_eq!(order(Dossier::meta.key("price").desc().nulls_last()).await?, "bac");
        assert_eq!(order(Dossier::meta.key("title").desc().nulls_first()).await?, "cba");
        assert_eq!(order(Dossier::parent.order(Dossier::meta.key("title").asc().nulls_first())).await?, "acb");
        t.forget();
        em.find::<Dossier>().filter(Dossier::meta.key("title").eq("A")).order_by(Dossier::meta.key("tags").at(0).asc()).await?;
        let sql = t.sql();
        let (filter, by) = if t.is_sqlite() {
            (r#"where json_extract(`d0`.`meta`, '$."title"') = ?"#, r#"order by json_extract(`d0`.`meta`, '$."tags"[0]') asc"#)
        } else {
            (
                r#"where case when jsonb_typeof("d0"."meta" #> '{"title"}') = 'string' then ("d0"."meta" #>> '{"title"}') end = $1::text"#,
                r#"order by nullif("d0"."meta" #> '{"tags",0}', 'null') asc"#,
            )
        };
        assert!(sql.contains(filter) && sql.contains(by), "{sql}");
    }

    /// spec: Y223
    async fn what_is_asked_of_hidden_documents_is_in_no_log(t: &Test<Dossiers>) {
        dossiers(t).await?;
        t.forget();
        let found = t.em().find::<Dossier>().filter(Dossier::secrets.key("pin").eq("1234")).await?;
        assert_eq!(found.len(), 1);
        let log = t.printed().join("\n");
        assert!(log.contains("secrets") && !log.contains("1234"), "{log}");
    }

    /// spec: Y223, S096, S097, S098, S099
    async fn what_is_in_documents_has_indexes(t: &Test<Binders>) {
        let sql = t.orm.schema().create_sql().to_string();
        let expected = if t.is_sqlite() {
            [
                r#"create index `binder_meta_title_name_index` on `binder` ((json_extract(`meta`, '$."title"')), `name`)"#,
                r#"create index `binder_meta_it's_tags_0_index` on `binder` ((json_extract(`meta`, '$."it''s"."tags"[0]')))"#,
                r#"create unique index `binder_meta_isbn_unique` on `binder` ((json_extract(`meta`, '$."isbn"')))"#,
                r#"create index `binder_label_kg_index` on `binder` ((json_extract(`label`, '$."kg"')) desc)"#,
                r#"create index `binder_shelves` on `binder` (`spot_shelf`)"#,
                r#"create index `binder_spot_notes_by_index` on `binder` ((json_extract(`spot_notes`, '$."by"')))"#,
            ]
        } else {
            [
                r#"create index "binder_meta_title_name_index" on "binder" ((case when jsonb_typeof("meta" #> '{"title"}') = 'string' then ("meta" #>> '{"title"}') end), "name")"#,
                r#"create index "binder_meta_rank_index" on "binder" ((nullif("meta" #> '{"rank"}', 'null')))"#,
                r#"create unique index "binder_meta_isbn_unique" on "binder""#,
                r#"create index "binder_label_kg_index" on "binder" ((("label" #>> '{"kg"}')::int) desc)"#,
                r#"create index "binder_shelves" on "binder" ("spot_shelf")"#,
                r#"create index "binder_label_color_index" on "binder" ((("label" #>> '{"color"}')))"#,
            ]
        };
        for part in expected {
            assert!(sql.contains(part), "{part}\n{sql}");
        }
        let update = t.orm.schema().update_sql().await?;
        assert!(update.is_empty(), "{update}");
        t.run(if t.is_sqlite() { "drop index `binder_meta_it's_tags_0_index`" } else { r#"drop index "binder_meta_it's_tags_0_index""# }).await;
        let update = t.orm.schema().update_sql().await?.to_string();
        assert!(update.contains("it's_tags_0") && update.lines().count() == 1, "{update}");
        t.orm.schema().update().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
    }

    /// spec: Y223
    async fn queries_use_the_indexes_of_documents(t: &Test<Binders>) {
        let em = t.em();
        type Case = (Condition<Binder>, Option<Order<Binder>>, &'static str);
        let cases: [Case; 8] = [
            (Binder::meta.key("title").eq("a"), None, "binder_meta_title_name_index"),
            (Binder::meta.key("title").in_(["a", "b"]), None, "binder_meta_title_name_index"),
            (Binder::meta.key("pages").eq(1), None, "binder_meta_pages_index"),
            (Binder::meta.key("it's").key("tags").at(0).eq("a"), None, "binder_meta_it's_tags_0_index"),
            (Binder::label.color.eq("a"), None, "binder_label_color_index"),
            (Binder::label.weight.gt(1), None, "binder_label_kg_index"),
            (Binder::spot.shelf.eq(1), None, "binder_shelves"),
            (Condition::all(), Some(Binder::meta.key("rank").asc()), "binder_meta_rank_index"),
        ];
        for (condition, order, index) in cases {
            t.forget();
            let find = em.find::<Binder>().filter(condition);
            match order {
                Some(order) => drop(find.order_by(order).await?),
                None => drop(find.await?),
            }
            let sql = t.sent().pop().unwrap();
            let plan = em
                .transactional(async |em| {
                    if t.is_sqlite() {
                        let rows = em.raw(format!("explain query plan {sql}")).rows::<(i64, i64, i64, String)>().await?;
                        return Ok::<_, Error>(rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n"));
                    }
                    em.raw("set local enable_seqscan = off").execute().await?;
                    em.raw("set local enable_sort = off").execute().await?;
                    let rows = em.raw(format!("explain {sql}")).rows::<(String,)>().await?;
                    Ok(rows.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n"))
                })
                .await?;
            assert!(plan.contains(index), "{sql}\n{plan}");
        }
    }

    /// spec: Y223, S099
    async fn what_is_in_documents_is_unique(t: &Test<Binders>) {
        let em = t.em();
        let binder = |isbn: serde_json::Value| {
            let label = Clasp { color: "red".into(), weight: None };
            let spot = Cranny { shelf: 1, notes: json!({}) };
            em.create(Binder::builder().name("a").meta(json!({ "isbn": isbn })).label(label).spot(spot))
        };
        binder(json!(null));
        binder(json!(null));
        binder(json!("1"));
        em.flush().await?;
        let other = binder(json!("1"));
        let error = em.flush().await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        let violation = error.constraint().unwrap();
        assert_eq!((violation.constraint.as_deref(), &violation.properties[..]), (Some("binder_meta_isbn_unique"), &["meta".to_owned()][..]));
        other.edit().meta = json!({ "isbn": "2" });
        em.flush().await?;
        // (a schema that is described at run time says the same by names)
        let schema = EntitySchema::new("Binder")
            .property("id", p::i64().primary())
            .property("meta", p::json())
            .index(Index::on(["meta.title"]));
        let orm = Orm::builder("sqlite::memory:").entity_schemas([schema]).build().await?;
        assert!(orm.schema().create_sql().to_string().contains(r#"((json_extract(`meta`, '$."title"')))"#));
        let wrong = async |schema: EntitySchema| {
            let schema = schema.property("id", p::i64().primary()).property("name", p::string());
            Orm::builder("sqlite::memory:").entity_schemas([schema]).build().await.unwrap_err().to_string()
        };
        assert_eq!(
            wrong(EntitySchema::new("Binder").index(Index::on(["name.first"]))).await,
            "Binder: has `index` over `name.first`, which is none of its properties, and in no document"
        );
    }
}
