//! Lists in one column: arrays where the database has them, else JSON.

use super::entities::*;
use chrono::{DateTime, NaiveDate};
use rust_decimal::Decimal;
use uuid::Uuid;

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

suite! {
    /// spec: S037, Y211, S069
    async fn lists_come_back_and_are_edited_in_place(t: &Test<Shelves>) {
        let em = t.em();
        let odd = texts(&["", "null", "NULL", "a,b", "{x}", "q\"\\", "it's", "é\n\t", " "]);
        em.create(Shelf::builder().tags(odd.clone()).numbers(vec![i64::MIN, 0, i64::MAX]).kinds(vec![Kind::Comedy, Kind::Drama]));
        em.create(Shelf::builder().tags(vec![]));
        em.flush().await?;
        let em = t.em();
        let found = em.find::<Shelf>().order_by(Shelf::id.asc()).await?;
        assert_eq!((&found[0].tags, &found[0].numbers), (&odd, &Some(vec![i64::MIN, 0, i64::MAX])));
        assert_eq!(found[0].kinds, [Kind::Comedy, Kind::Drama]);
        assert_eq!((found[1].tags.len(), &found[1].numbers, &found[1].kinds[..]), (0, &None, &[Kind::Drama][..]));
        t.forget();
        let same = found[0].tags.clone();
        found[0].edit().tags = same;
        em.flush().await?;
        t.expect(0);
        found[0].edit().tags.push("new".to_owned());
        found[0].edit().numbers = None;
        found[1].edit().numbers = Some(vec![]);
        found[1].edit().kinds.clear();
        em.flush().await?;
        let found = t.em().find::<Shelf>().order_by(Shelf::id.asc()).await?;
        assert_eq!((found[0].tags.len(), &found[0].numbers), (10, &None));
        assert_eq!((&found[1].numbers, found[1].kinds.len()), (&Some(vec![]), 0));
    }

    /// spec: Y211, Y212 @postgres
    async fn lists_of_every_type(t: &Test<Shelves>) {
        let moment = DateTime::from_timestamp_micros(1_662_908_804_371_001).unwrap();
        let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        let em = t.em();
        for at in 0..2 {
            let local = moment.naive_utc();
            let list = Lists::builder().flags(vec![true, false]).small(vec![-3]).floats(vec![0.1, 3.0]).singles(vec![1.5, 0.1]);
            let list = list.large(vec![u64::MAX, 0]).uuids(vec![Uuid::from_u128(7)]).decimals(vec![Decimal::new(1250, 2)]);
            em.create(list.moments(vec![moment]).locals(vec![local; at]).dates(vec![date]).prices(vec![Cents(7)]));
        }
        em.flush().await?;
        for list in t.em().find::<Lists>().order_by(Lists::id.asc()).await? {
            assert_eq!((&list.flags[..], &list.small[..], &list.large[..]), (&[true, false][..], &[-3][..], &[u64::MAX, 0][..]));
            assert_eq!((&list.floats[..], &list.singles[..]), (&[0.1, 3.0][..], &[1.5, 0.1][..]));
            assert_eq!((list.uuids[0], list.decimals[0].to_string()), (Uuid::from_u128(7), "12.50".to_owned()));
            assert_eq!((list.moments[0], list.dates[0], list.prices[0]), (moment, date, Cents(7)));
            assert_eq!(list.locals, vec![moment.naive_utc(); usize::from(list.id == 2)]);
        }
    }

    /// spec: Y211
    async fn conditions_ask_for_items(t: &Test<Shelves>) {
        let em = t.em();
        em.create(Shelf::builder().tags(texts(&["war", "love"])).numbers(vec![1, 2]).kinds(vec![Kind::Comedy]));
        em.create(Shelf::builder().tags(texts(&["war"])).numbers(vec![]));
        em.create(Shelf::builder().tags(texts(&[])));
        em.flush().await?;
        let of = |condition: mikro_orm::query::Condition<Shelf>| {
            let em = t.em();
            async move { Ok::<_, Error>(em.find::<Shelf>().filter(condition).await?.iter().map(|shelf| shelf.id).collect::<Vec<_>>()) }
        };
        assert_eq!(of(Shelf::tags.contains(["war"])).await?, [1, 2]);
        assert_eq!(of(Shelf::tags.contains(["love", "war"])).await?, [1]);
        assert_eq!(of(Shelf::tags.contains([""; 0])).await?, [1, 2, 3]);
        assert_eq!(of(Shelf::tags.overlaps(["love", "peace"])).await?, [1]);
        assert_eq!(of(Shelf::tags.overlaps([""; 0])).await?, [0; 0]);
        assert_eq!(of(Shelf::tags.is_empty()).await?, [3]);
        assert_eq!(of(Shelf::tags.eq(texts(&["war"]))).await?, [2]);
        assert_eq!(of(Shelf::kinds.contains([Kind::Comedy])).await?, [1]);
        // lists among lists
        assert_eq!(of(Shelf::tags.in_([texts(&["war"]), texts(&[])])).await?, [2, 3]);
        assert_eq!(of(Shelf::tags.not_in([texts(&["war"])])).await?, [1, 3]);
        assert_eq!(of(Shelf::numbers.in_([vec![1, 2], vec![3]])).await?, [1]);
        assert_eq!(of(Shelf::kinds.in_([vec![Kind::Comedy]])).await?, [1]);
        assert_eq!(of(Shelf::tags.in_((0..5000).map(|i| if i == 7 { texts(&["war"]) } else { texts(&["x", "\"y\""]) }))).await?, [2]);
        // of what is null nothing is known
        assert_eq!(of(Shelf::numbers.contains([2])).await?, [1]);
        assert_eq!(of(!Shelf::numbers.contains([2])).await?, [2]);
        assert_eq!(of(!Shelf::numbers.overlaps([2])).await?, [2]);
        assert_eq!(of(Shelf::numbers.is_empty()).await?, [2]);
        assert_eq!(of(Shelf::numbers.is_null()).await?, [3]);
    }

    /// spec: Y211
    async fn lists_are_written_in_batches(t: &Test<Shelves>) {
        for rows in [1_i64, 2, 1000] {
            let em = t.em();
            for at in 0..rows {
                let numbers = (at % 3 != 1).then(|| vec![at; usize::try_from(at % 4).unwrap()]);
                em.create(Shelf::builder().tags(vec![format!("{at}, \"{rows}\"")]).numbers(numbers));
            }
            em.flush().await?;
            let stored = t.em();
            let found = stored.find::<Shelf>().order_by(Shelf::id.asc()).await?;
            for (at, shelf) in (0..).zip(&found) {
                let numbers = (at % 3 != 1).then(|| vec![at; usize::try_from(at % 4).unwrap()]);
                assert_eq!((&shelf.tags[0], &shelf.numbers), (&format!("{at}, \"{rows}\""), &numbers));
                shelf.edit().numbers = if numbers.is_none() { Some(vec![at]) } else { None };
                shelf.edit().kinds.push(Kind::Western);
            }
            stored.flush().await?;
            let found = t.em().find::<Shelf>().order_by(Shelf::id.asc()).await?;
            for (at, shelf) in (0..).zip(&found) {
                assert_eq!(shelf.numbers, (at % 3 == 1).then(|| vec![at]));
                assert_eq!(shelf.kinds, [Kind::Drama, Kind::Western]);
            }
            t.run("delete from shelf").await;
        }
    }

    /// spec: S069
    async fn an_item_that_is_no_variant_is_an_error_that_names_those_that_are(t: &Test<Shelves>) {
        let em = t.em();
        em.create(Shelf::builder().tags(vec![]));
        em.flush().await?;
        t.run(if t.is_sqlite() { r#"update shelf set kinds = '["opera"]'"# } else { "update shelf set kinds = '{opera}'" }).await;
        let error = t.em().find::<Shelf>().await.unwrap_err().to_string();
        assert!(error.contains("Shelf.kinds") && error.contains("`drama`, `it's, \"{comedy}\"`, `western`"), "{error}");
        t.run(if t.is_sqlite() { r#"update shelf set kinds = '[null]'"# } else { "update shelf set kinds = '{null}'" }).await;
        let error = t.em().find::<Shelf>().await.unwrap_err().to_string();
        assert!(error.contains("Shelf.kinds"), "{error}");
    }

    /// spec: Y211
    async fn lists_are_part_of_output_and_are_assigned_from_json(t: &Test<Shelves>) {
        let em = t.em();
        let shelf = em.create(Shelf::builder().tags(texts(&["a"])));
        em.flush().await?;
        em.assign_json(&shelf, &serde_json::json!({"tags": ["x", "y"], "numbers": [3], "kinds": ["western"]}))?;
        let wrong = em.assign_json(&shelf, &serde_json::json!({"tags": ["x", null]})).unwrap_err().to_string();
        assert_eq!(wrong, "Shelf.tags: can't be assigned from an array");
        let wrong = em.assign_json(&shelf, &serde_json::json!({"kinds": ["opera"]})).unwrap_err().to_string();
        assert!(wrong.contains("Shelf.kinds") && wrong.contains("`western`"), "{wrong}");
        assert_eq!(
            serde_json::to_value(&shelf).unwrap(),
            serde_json::json!({"id": 1, "tags": ["x", "y"], "numbers": [3], "kinds": ["western"]})
        );
        assert!(format!("{shelf:?}").contains(r#"tags: ["x", "y"]"#), "{shelf:?}");
    }
}
