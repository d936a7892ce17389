//! Conditions and orders that reach into JSON documents.

use super::entities::*;
use mikro_orm::Json;
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
}
