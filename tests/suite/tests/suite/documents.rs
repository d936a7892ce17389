//! JSON documents: of types of the application's, and of any form.

use super::entities::*;
use mikro_orm::Json;
use serde_json::{Value, json};

fn details(pages: u32) -> Json<Details> {
    Json(Details { pages, tags: vec!["it's".to_owned(), "\"{}\\".to_owned()], weight: Some(1.0) })
}

suite! {
    /// spec: Y210, Y221
    async fn documents_come_back_and_null_is_not_the_document_null(t: &Test<Editions>) {
        let em = t.em();
        em.create(Edition::builder().details(details(1)));
        em.create(Edition::builder().details(details(2)).raw(Value::Null).further(Json([("a".to_owned(), 7)].into())));
        em.create(Edition::builder().details(details(3)).raw(json!({"a": [1, 2.5, null, "x"]})));
        em.flush().await?;
        assert_eq!(t.text("select cast(count(*) as varchar(9)) from edition where raw is null").await.as_deref(), Some("1"));
        let em = t.em();
        let found = em.find::<Edition>().order_by(Edition::id.asc()).await?;
        assert_eq!(found[0].details, details(1));
        assert_eq!((&found[0].raw, &found[1].raw), (&None, &Some(Value::Null)));
        assert_eq!(found[2].raw, Some(json!({"a": [1, 2.5, null, "x"]})));
        assert_eq!(found[1].further.as_ref().unwrap()["a"], 7);
        assert_eq!(em.find::<Edition>().filter(Edition::raw.is_null()).await?.len(), 1);
        // from null to the document null, and back
        found[0].edit().raw = Some(Value::Null);
        found[1].edit().raw = None;
        em.flush().await?;
        let found = t.em().find::<Edition>().order_by(Edition::id.asc()).await?;
        assert_eq!((&found[0].raw, &found[1].raw), (&Some(Value::Null), &None));
    }

    /// spec: Y222
    async fn what_is_edited_inside_is_found_and_what_is_the_same_is_no_change(t: &Test<Editions>) {
        let em = t.em();
        let edition = em.create(Edition::builder().details(details(1)).raw(json!({"a": {"b": 1}, "c": 2})));
        em.flush().await?;
        edition.edit().details.tags.push("new".to_owned());
        edition.edit().raw.as_mut().unwrap()["a"]["b"] = json!([1]);
        em.flush().await?;
        let em = t.em();
        let edition = em.find_one_or_fail::<Edition>(1).await?;
        assert_eq!((edition.details.tags.len(), edition.raw.clone()), (3, Some(json!({"a": {"b": [1]}, "c": 2}))));
        // another order of keys, another spelling of a number, the same items
        t.forget();
        edition.edit().raw = Some(json!({"c": 2.0, "a": {"b": [1]}}));
        let same = edition.details.clone();
        edition.edit().details = same;
        em.flush().await?;
        t.expect(0);
        // what the type does not know is no change either, and stays until the document is written
        t.run(r#"update edition set details = '{"pages": 5, "unknown": {"x": 1}}'"#).await;
        let em = t.em();
        let edition = em.find_one_or_fail::<Edition>(1).await?;
        t.forget();
        edition.edit().details.pages = 5;
        em.flush().await?;
        t.expect(0);
        edition.edit().details.pages = 6;
        em.flush().await?;
        assert_eq!(t.em().find_one_or_fail::<Edition>(1).await?.details, Json(Details { pages: 6, ..Details::default() }));
    }

    /// spec: Y210
    async fn documents_are_written_in_batches(t: &Test<Editions>) {
        let em = t.em();
        for at in 0..1000 {
            let further = (at % 3 == 0).then(|| Json([(format!("k{at}"), at)].into()));
            em.create(Edition::builder().details(details(1)).further(further));
        }
        em.flush().await?;
        let found = em.find::<Edition>().order_by(Edition::id.asc()).await?;
        for edition in &found {
            edition.edit().details.pages += u32::try_from(edition.id).unwrap();
        }
        em.flush().await?;
        let found = t.em().find::<Edition>().order_by(Edition::id.asc()).await?;
        assert_eq!(found[998].details.pages, 1000);
        assert_eq!((found[998].further.is_none(), found[999].further.as_ref().unwrap()["k999"]), (true, 999));
    }

    /// spec: Y210, S088
    async fn documents_are_part_of_output_and_are_assigned_from_json(t: &Test<Editions>) {
        let em = t.em();
        let edition = em.create(Edition::builder().details(details(1)));
        em.flush().await?;
        em.assign_json(&edition, &json!({"details": {"pages": 9, "tags": ["x"]}, "raw": [1]}))?;
        assert_eq!((edition.details.pages, edition.raw.clone()), (9, Some(json!([1]))));
        let error = em.assign_json(&edition, &json!({"details": {"pages": "many"}})).unwrap_err().to_string();
        assert!(error.contains("Edition.details") && !error.contains("many"), "{error}");
        em.flush().await?;
        assert_eq!(
            serde_json::to_value(&edition).unwrap(),
            json!({"id": 1, "details": {"pages": 9, "tags": ["x"], "weight": null}, "further": null, "raw": [1], "by_number": null})
        );
    }

    /// spec: Y210
    async fn what_has_no_form_in_json_is_an_error_and_nothing_is_stored(t: &Test<Editions>) {
        let em = t.em();
        let edition = em.create(Edition::builder().details(details(1)).by_number(Json([((1, 2), 3)].into())));
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("Edition.by_number"), "{error}");
        assert_eq!(t.number("select count(*) from edition").await, 0);
        edition.edit().by_number = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from edition").await, 1);
        t.run(r#"update edition set details = '{"pages": "secret"}'"#).await;
        let error = t.em().find::<Edition>().await.unwrap_err().to_string();
        assert!(error.contains("Edition.details") && error.contains("Details") && !error.contains("secret"), "{error}");
    }
}
