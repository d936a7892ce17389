//! Setting properties: typed, and from JSON.

use super::entities::*;
use serde_json::json;

suite! {
    /// spec: Y066
    async fn typed_assignments_set_what_they_name(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.forget();
        em.assign(&jon, (Author::name.set("Jon Snow"), Author::age.set(None)))?;
        assert_eq!((&*jon.name, jon.age), ("Jon Snow", None));
        jon.assign([Author::age.set(18), Author::name.set("Jon".to_owned())])?;
        assert_eq!((&*jon.name, jon.age), ("Jon", Some(18)));
        em.flush().await?;
        t.expect(3);
        // of a new entity, too
        let sam = em.create_detached(Author::builder().name("Sam").email("sam@north"));
        sam.assign(Author::age.set(20))?;
        assert_eq!(sam.age, Some(20));
    }

    /// spec: Y066, S175
    async fn json_sets_properties_by_name_and_relations_by_key(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).await?;
        t.forget();
        em.assign_json(&book, &json!({"title": "Masks", "price": 8, "author": 1, "editor": null, "text": "new"}))?;
        assert_eq!((&*book.title, book.price, book.author.id()), ("Masks", 8.0, Some(1)));
        assert!(book.editor.is_none());
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from book where title = 'Masks' and author_id = 1 and text = 'new'").await, 1);
        // to a row that is not loaded
        em.assign_json(em.reference::<Author>(2), &json!({"name": "No One", "age": null}))?;
        em.flush().await?;
        assert_eq!(t.text("select name from author where id = 2").await.as_deref(), Some("No One"));
    }

    /// spec: Y066
    async fn json_objects_behind_relations_set_the_entities_there(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).await?;
        t.forget();
        em.assign_json(&book, &json!({"title": "Masks", "author": {"name": "No One"}, "editor": {"id": 3, "age": 9}}))?;
        assert_eq!((&*book.title, book.author.id(), book.editor.as_ref().unwrap().id()), ("Masks", Some(2), Some(3)));
        em.flush().await?;
        // begin, authors (two sets of columns), books, commit; nothing was loaded
        t.expect(5);
        assert_eq!(t.text("select name from author where id = 2").await.as_deref(), Some("No One"));
        assert_eq!(t.number("select age from author where id = 3").await, 9);
    }

    /// spec: Y066, Y098
    async fn json_that_does_not_fit_is_an_error_that_names_the_property_and_sets_nothing(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        let refused = |json: serde_json::Value| {
            let error = em.assign_json(&book, &json).unwrap_err();
            assert!(matches!(error, Error::Validation { .. }), "{json}");
            error.to_string()
        };
        assert_eq!(refused(json!([1])), "Book: can be assigned from a JSON object only");
        assert_eq!(refused(json!(null)), "Book: can be assigned from a JSON object only");
        assert_eq!(refused(json!({"title": "x", "writer": 1})), "Book.writer: is not a property, so it can't be assigned");
        let meant = |name: &str, property: &str| {
            let shown = format!("Book.{name}: is not a property, so it can't be assigned; did you mean `{property}`?");
            assert_eq!(refused(json!({"price": 9, name: "x"})), shown);
        };
        meant("titel", "title");
        meant("Title", "title");
        meant("author_id", "author");
        assert_eq!(refused(json!({"id": 7})), "Book.id: is the primary key, which can't be assigned");
        assert_eq!(refused(json!({"title": 7})), "Book.title: can't be assigned from a number");
        assert_eq!(refused(json!({"title": null})), "Book.title: can't be null");
        assert_eq!(refused(json!({"title": ["x"]})), "Book.title: can't be assigned from an array");
        assert_eq!(refused(json!({"price": "7"})), "Book.price: can't be assigned from text");
        assert_eq!(refused(json!({"author": null})), "Book.author: can't be null");
        assert_eq!(refused(json!({"author": "Jon"})), "Book.author: can't be assigned from text");
        assert_eq!(refused(json!({"author": {"id": "x"}})), "Book.author: names its entity by a key that does not fit");
        assert_eq!(refused(json!({"author": {"id": 1, "writer": 1}})), "Author.writer: is not a property, so it can't be assigned");
        assert_eq!(
            refused(json!({"editor": {"name": "x"}})),
            "Book.editor: refers to nothing whose properties could be set: give the object a key"
        );
        let jon = em.find_one_or_fail::<Author>(1).await?;
        assert_eq!(
            em.assign_json(&jon, &json!({"books": []})).unwrap_err().to_string(),
            "Author.books: is a collection, which can't be assigned; add and remove items"
        );
        assert!(em.assign_json(&jon, &json!({"age": 3_000_000_000_u64})).unwrap_err().to_string().starts_with("Author.age: "));
        assert!(em.assign_json(&jon, &json!({"age": 1.5})).unwrap_err().to_string().starts_with("Author.age: "));
        assert!(em.assign_json(&jon, &json!({"name": "x", "age": true})).unwrap_err().to_string().starts_with("Author.age: "));
        assert_eq!((&*book.title, &*jon.name), ("Oaths", "Jon"));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y066, S037
    async fn json_sets_every_type(t: &Test<Scalars>) {
        let em = t.em();
        let it = em.create(Maybe::builder());
        em.flush().await?;
        em.assign_json(
            &it,
            &json!({
                "flag": true, "i8": -128, "i16": -1, "i32": 1, "i64": i64::MAX, "u8": 255, "u16": 1, "u32": 1, "u64": 1,
                "f32": 0.5, "f64": 1e300, "short": "x", "uuid": "67e55044-10b1-426f-9247-bb680e5fe0c8",
                "moment": "2022-09-11T17:06:44.371+02:00", "local": "2022-09-11T15:06:44", "date": "2022-09-11",
                "time": "15:06:44.5", "decimal": "3.14", "json": {"a": null},
            }),
        )?;
        em.flush().await?;
        em.clear();
        let it = em.find_one_or_fail::<Maybe>(1).await?;
        assert_eq!((it.flag, it.i8, it.i64, it.u8, it.f32, it.f64), (Some(true), Some(-128), Some(i64::MAX), Some(255), Some(0.5), Some(1e300)));
        assert_eq!(it.uuid.unwrap().to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
        assert_eq!(it.moment.unwrap().to_rfc3339(), "2022-09-11T15:06:44.371+00:00");
        assert_eq!(it.local.unwrap().to_string(), "2022-09-11 15:06:44");
        assert_eq!((it.date.unwrap().to_string(), it.time.unwrap().to_string()), ("2022-09-11".into(), "15:06:44.500".into()));
        assert_eq!((it.decimal.unwrap().to_string(), it.json.clone()), ("3.14".into(), Some(json!({"a": null}))));
        for (bad, from) in [
            (json!({"i8": 128}), "i8"),
            (json!({"u8": -1}), "u8"),
            (json!({"u64": -1}), "u64"),
            (json!({"uuid": "x"}), "uuid"),
            (json!({"moment": "yesterday"}), "moment"),
            (json!({"date": "2022-02-30"}), "date"),
            (json!({"time": "25:00:00"}), "time"),
            (json!({"decimal": "abc"}), "decimal"),
            (json!({"bytes": "abc"}), "bytes"),
            (json!({"flag": 1}), "flag"),
        ] {
            let error = em.assign_json(&it, &bad).unwrap_err().to_string();
            assert!(error.starts_with(&format!("Maybe.{from}: ")), "{bad}: {error}");
        }
        t.forget();
        em.flush().await?;
        t.expect(0);
    }
}
