//! Entities by name: created, found, edited, connected and removed without a type.

use super::entities::*;
use mikro_orm::data;
use mikro_orm::dynamic::{DynamicEntity, DynamicValue, field};
use mikro_orm::entity_schema::{EntitySchema, p};
use mikro_orm::key::Key;
use serde_json::json;
use std::sync::Mutex;

/// Two writers; Jon has two works with labels.
async fn stocked(t: &Test<Library>) -> Result<()> {
    let em = t.em();
    let (writers, works) = (em.dynamic("Writer")?, em.dynamic("Work")?);
    let jon = writers.create(data! { "name": "Jon", "secret": "ghost" })?;
    writers.create(data! { "name": "Sam", "friend": &jon })?;
    let wall = em.dynamic("Label")?.create(data! { "word": "wall" })?;
    works.create(data! { "title": "Oaths", "pages": 300, "writer": &jon, "labels": [&wall], "text": "Winter." })?;
    works.create(data! { "title": "Walls", "writer": &jon })?;
    em.flush().await?;
    t.forget();
    Ok(())
}

/// What creates the table of notes.
fn of_notes(orm: &Orm) -> String {
    let all = orm.schema().create_sql().to_string();
    all.lines().find(|line| line.starts_with("create table") && line.contains("note")).unwrap().to_owned()
}

fn titles(works: &[DynamicEntity]) -> Vec<String> {
    works.iter().map(|work| work.get("title").unwrap()).collect()
}

suite! {
    /// spec: S004, S046
    async fn an_entity_is_created_and_stored(t: &Test<Library>) {
        let em = t.em();
        let jon = em.dynamic("Writer")?.create(data! { "name": "Jon" })?;
        assert!(jon.is_new() && jon.key().is_none());
        let oaths = em.dynamic("Work")?.create(data! { "title": "Oaths", "writer": &jon })?;
        // what was left out: a default, a callback, null
        assert_eq!(oaths.get::<i32>("pages")?, 10);
        assert_eq!(oaths.get::<String>("state")?, "draft");
        assert_eq!(oaths.get::<i32>("edits")?, 7);
        assert_eq!(oaths.get::<Option<String>>("text")?, None);
        em.flush().await?;
        t.expect((4, 4));
        assert_eq!((jon.id::<i64>()?, oaths.key()), (Some(1), Some(Key::Int(1))));
        // what the database filled
        assert_eq!((oaths.get::<i64>("stamp")?, oaths.get::<i32>("version")?), (5, 1));
        assert_eq!(t.text("select title from work").await.as_deref(), Some("Oaths"));

        // one entity manager has one entity for a row
        let again = em.dynamic("Work")?.find_one_or_fail(1).await?;
        assert_eq!(again, oaths);
        t.expect(0);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S004
    async fn entities_are_found_by_names(t: &Test<Library>) {
        stocked(t).await?;
        let em = t.em();
        let works = em.dynamic("Work")?;
        let found = works.find().filter(field("writer.name").eq("Jon") & field("pages").gte(100)).await?;
        assert_eq!(titles(&found), ["Oaths"]);
        t.expect(1);
        assert_eq!(titles(&works.find().order_by_desc("title").limit(1).await?), ["Walls"]);
        assert_eq!(titles(&works.find().filter(field("labels.word").eq("wall")).await?), ["Oaths"]);
        assert_eq!(titles(&works.find().filter(field("labels").none(field("word").eq("wall"))).await?), ["Walls"]);
        assert_eq!(titles(&works.find().filter(field("labels").size(0)).await?), ["Walls"]);
        assert_eq!(titles(&works.find().filter(!field("title").like("O%") | field("pages").in_([1, 2])).await?), ["Walls"]);
        assert_eq!(works.find().filter(field("data").is_null()).order_by("writer.name").order_by("id").await?.len(), 2);
        assert_eq!(works.count(field("writer").eq(1)).await?, 2);
        assert_eq!(works.count(raw("{pages} = ?").bind(10)).await?, 1);
        assert!(works.find_one(77).await?.is_none());
        let error = works.find_one_or_fail(77).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.to_string(), "Work not found (id 77)");

        let sam = em.dynamic("Writer")?.find_one_or_fail(field("name").eq("Sam")).await?;
        let jon = sam.relation("friend")?.unwrap();
        assert_eq!(works.find().filter(field("writer").eq(&jon)).await?.len(), 2);
        assert_eq!(em.dynamic("Writer")?.find().filter(field("friend").eq(&jon)).await?, [sam]);
    }

    /// spec: S004
    async fn edits_are_flushed(t: &Test<Library>) {
        stocked(t).await?;
        let em = t.em();
        let oaths = em.dynamic("Work")?.find_one_or_fail(1).await?;
        t.forget();
        oaths.set("title", "Vows")?;
        oaths.set("words", vec!["a".to_owned(), "b".to_owned()])?;
        oaths.assign(data! { "pages": 301, "data": json!({"a": 1}), "state": "printed" })?;
        assert_eq!(oaths.get::<String>("title")?, "Vows");
        em.flush().await?;
        t.expect(3);
        assert_eq!(oaths.get::<i32>("version")?, 2);

        let oaths = t.em().dynamic("Work")?.find_one_or_fail(1).await?;
        assert_eq!(oaths.get::<Vec<String>>("words")?, ["a", "b"]);
        assert_eq!(oaths.get::<serde_json::Value>("data")?, json!({"a": 1}));
        assert_eq!((oaths.get::<i32>("pages")?, oaths.get::<String>("state")?.as_str()), (301, "printed"));

        // a row that is not loaded; and what is set to what it was
        let em = t.em();
        t.forget();
        let walls = em.dynamic("Work")?.reference(2)?;
        walls.set("pages", 11)?;
        assert!(matches!(walls.get::<i32>("pages"), Err(Error::NotInitialized { .. })));
        em.flush().await?;
        assert_eq!(t.number("select pages from work where id = 2").await, 11);
        walls.load(["text"]).await?;
        assert_eq!(walls.get::<i32>("pages")?, 11);
        t.forget();
        walls.set("title", "Walls")?;
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S004
    async fn relations_are_followed_and_changed(t: &Test<Library>) {
        stocked(t).await?;
        let em = t.em();
        let oaths = em.dynamic("Work")?.find_one(1).populate(["writer.works", "labels", "text"]).await?.unwrap();
        let jon = oaths.relation("writer")?.unwrap();
        assert_eq!(jon.get::<String>("name")?, "Jon");
        assert_eq!(jon.collection("works")?.items()?.len(), 2);
        assert_eq!(oaths.collection("labels")?.items()?[0].get::<String>("word")?, "wall");
        assert_eq!(oaths.get::<Option<String>>("text")?.as_deref(), Some("Winter."));

        // the other side follows
        let sam = em.dynamic("Writer")?.reference(2)?;
        oaths.set("writer", &sam)?;
        assert_eq!(titles(&jon.collection("works")?.items()?), ["Walls"]);
        let new = jon.collection("works")?.create(data! { "title": "Vows" })?;
        assert_eq!(new.relation("writer")?, Some(jon.clone()));
        let ice = oaths.collection("labels")?.create(data! { "word": "ice" })?;
        assert_eq!(ice.collection("works")?.items()?[0], oaths);
        em.dynamic("Desk")?.create(data! { "wood": "oak", "writer": &jon })?;
        em.flush().await?;

        let em = t.em();
        let jon = em.dynamic("Writer")?.find_one(1).populate(["works.labels", "desk"]).await?.unwrap();
        assert_eq!(titles(&jon.collection("works")?.items()?), ["Walls", "Vows"]);
        assert_eq!(jon.relation("desk")?.unwrap().get::<String>("wood")?, "oak");
        let sam = jon.relation("friend")?;
        assert_eq!(sam, None);

        let sam = em.dynamic("Writer")?.find_one_or_fail(2).await?;
        let works = sam.collection("works")?;
        assert!(works.items().is_err(), "it is not loaded");
        let oaths = works.load().await?.remove(0);
        let labels = oaths.collection("labels")?;
        assert_eq!(labels.load_where(field("word").eq("ice")).await?.len(), 1);
        assert_eq!(labels.load().await?.len(), 2);
        assert!(labels.remove("wall")?);
        assert!(!labels.remove("wall")?);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from work_labels").await, 1);
        labels.set(["wall"])?;
        em.flush().await?;
        assert_eq!(t.text("select label_word from work_labels").await.as_deref(), Some("wall"));
        labels.remove_all()?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from work_labels").await, 0);
    }

    /// spec: S004
    async fn keys_of_several_columns_and_keys_that_are_relations(t: &Test<Library>) {
        stocked(t).await?;
        let em = t.em();
        let shelf = em.dynamic("Shelf")?.create(data! { "room": "east", "number": 3 })?;
        let place = em.dynamic("Place")?.create(data! { "work": 1, "shelf": &shelf })?;
        em.flush().await?;
        assert_eq!(shelf.id::<(String, i32)>()?, Some(("east".to_owned(), 3)));
        assert_eq!(place.key(), Some(Key::Int(1)));

        let em = t.em();
        let shelf = em.dynamic("Shelf")?.find_one(("east".to_owned(), 3)).await?.unwrap();
        shelf.set("note", "full")?;
        em.flush().await?;
        let places = em.dynamic("Place")?.find().filter(field("shelf").eq(&shelf) & field("work.title").eq("Oaths")).await?;
        assert_eq!(places.len(), 1);
        assert_eq!(places[0].relation("shelf")?, Some(shelf));
        assert!(em.dynamic("Shelf")?.reference("east").is_err());
    }

    /// spec: S004
    async fn entities_are_removed_and_refreshed(t: &Test<Library>) {
        stocked(t).await?;
        let em = t.em();
        let works = em.dynamic("Work")?;
        let oaths = works.find_one_or_fail(1).await?;
        t.run("update work set pages = 5 where id = 1").await;
        works.refresh(&oaths).await?;
        assert_eq!(oaths.get::<i32>("pages")?, 5);
        works.remove(&oaths)?;
        works.remove(2)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from work").await, 0);

        // a failed flush loses nothing
        let walls = works.create(data! { "title": "Walls", "writer": 1 })?;
        let same = works.create(data! { "title": "Walls", "writer": 1 })?;
        let error = em.flush().await.unwrap_err();
        assert!(matches!(&error, Error::UniqueViolation(violation) if violation.entity.as_deref() == Some("Work")), "{error:?}");
        assert!(walls.is_new());
        same.set("title", "Vows")?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from work").await, 2);

        // what somebody else changed
        t.run("update work set version = 9").await;
        same.set("pages", 4)?;
        assert!(matches!(em.flush().await, Err(Error::OptimisticLock(_))));
    }

    /// spec: Y233, Y237
    async fn mistakes_name_entity_and_property(t: &Test<Library>) {
        stocked(t).await?;
        let em = t.em();
        let works = em.dynamic("Work")?;
        let oaths = works.find_one_or_fail(1).await?;
        let mut found: Vec<String> = vec![
            em.dynamic("Worc").unwrap_err().to_string(),
            works.create(data! { "writer": 1 }).unwrap_err().to_string(),
            works.create(data! { "title": "A" }).unwrap_err().to_string(),
            works.create(data! { "title": DynamicValue::NONE, "writer": 1 }).unwrap_err().to_string(),
            works.create(data! { "title": "A", "writer": 1, "page": 7 }).unwrap_err().to_string(),
            works.create(data! { "title": 7, "writer": 1 }).unwrap_err().to_string(),
            works.create(data! { "title": "A", "writer": 1, "state": "lost" }).unwrap_err().to_string(),
            works.create(data! { "title": "A", "writer": &oaths }).unwrap_err().to_string(),
            works.create(data! { "title": &oaths, "writer": 1 }).unwrap_err().to_string(),
            works.create(data! { "title": "A", "writer": 1, "labels": 3 }).unwrap_err().to_string(),
            works.create(data! { "title": "A", "writer": "Jon" }).unwrap_err().to_string(),
            works.create(data! { "title": "A", "writer": 0 }).unwrap_err().to_string(),
            oaths.get::<i32>("title").unwrap_err().to_string(),
            oaths.get::<String>("titel").unwrap_err().to_string(),
            oaths.get::<i64>("writer").unwrap_err().to_string(),
            oaths.get::<Option<String>>("text").unwrap_err().to_string(),
            oaths.relation("title").unwrap_err().to_string(),
            oaths.collection("writer").unwrap_err().to_string(),
            oaths.set("id", 2).unwrap_err().to_string(),
            oaths.set("title", DynamicValue::NONE).unwrap_err().to_string(),
            oaths.set("pages", "many").unwrap_err().to_string(),
            oaths.set("pages", 3_000_000_000_i64).unwrap_err().to_string(),
            oaths.set("labels", vec![oaths.clone()]).unwrap_err().to_string(),
            oaths.set("state", "lost").unwrap_err().to_string(),
        ];
        let conditions = [
            field("titel").eq(1),
            field("title").eq(1),
            field("title").eq(DynamicValue::NONE),
            field("title.x").eq(1),
            field("labels").eq("wall"),
            field("writer").some(field("name").eq("Jon")),
            field("writer").gt(1),
            field("pages").like("1%"),
            field("pages").size(1),
        ];
        for condition in conditions {
            found.push(works.find().filter(condition).await.unwrap_err().to_string());
        }
        found.push(works.find().order_by("writer").order_by("writer.nam").await.unwrap_err().to_string());
        found.push(works.find().populate(["writer.nam"]).await.unwrap_err().to_string());
        found.push(em.dynamic("Writer")?.remove(&oaths).unwrap_err().to_string());
        insta::allow_duplicates! {
            insta::assert_snapshot!(found.join("\n"), @r#"
        Worc: is no entity of this ORM; did you mean `Work`?
        Work.title: is required, and no value was given for it
        Work.writer: is required, and no value was given for it
        Work.title: is required, and no value was given for it
        Work.page: is not a property of Work; did you mean `pages`?
        Work.title: expected text, found integer
        Work.state: is an enum, and this is none of its items, which are draft, printed
        Work.writer: refers to Writer, and Work 1 is none
        Work.title: is no relation, so it takes a value and no entity
        Work.labels: is a collection, so it takes entities: `vec![entity, ..]`
        Work.writer: expected i64, found text
        Work.writer: has the key 0, which is no key yet: pass the entity itself in its place, or flush it first
        Work.title: expected i32, found text
        Work.titel: is not a property of Work; did you mean `title`?
        Work.writer: is a relation, which has no value: use `.relation("writer")`
        Work.text of Work 1 is not initialized: populate it in the query, or call `.load().await?` first
        Work.title: is no relation to one entity
        Work.writer: is no collection
        Work.id: is the primary key, which can't be changed
        Work.title: is required, and can't be null
        Work.pages: expected i32, found text
        Work.pages: the integer does not fit i32
        Work.labels: is a collection, which can't be assigned: use `.collection(..)?.set(..)`, or add and remove items
        Work.state: is an enum, and this is none of its items, which are draft, printed
        Work.titel: is not a property of Work; did you mean `title`?
        Work.title: expected text, found integer
        Work.title: is compared with null: say `is_null()` or `is_not_null()`
        Work.title: is no relation, so a condition has nothing behind it
        Work.labels: is a collection: say `some`, `none`, `every` or `size`
        Work.writer: is a relation to one entity: say `is`
        Work.writer: is a relation: compare a property behind it
        Work.pages: is no text, so it is like no pattern
        Work.pages: is no collection, so it has no size
        Writer.nam: is not a property of Writer; did you mean `name`?
        Writer.nam: is not a relation or lazy property, so `writer.nam` can't be populated; there are: friend, works, desk
        Writer: Work 1 is no Writer
        "#);
        }

        // nothing was created, nothing changed
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S004
    async fn hooks_are_closures(t: &Test<Shared<Blog>>) {
        // (both databases' tests run at once)
        let seen: &'static Mutex<Vec<String>> = Box::leak(Box::default());
        let see = move |what: &str| seen.lock().unwrap().push(what.to_owned());
        let prefix = format!("{} ", t.is_sqlite());
        let note = EntitySchema::new("Note")
            .property("id", p::i64().primary())
            .property("text", p::string())
            .property("count", p::i32().default(0))
            .on_init(move |note| see(&format!("init {:?}", note.key())))
            .on_load(move |event| async move {
                see(&format!("load {}", event.entity.get::<String>("text")?));
                Ok(())
            })
            .before_create(move |event| {
                let prefix = prefix.clone();
                async move {
                    let text: String = event.entity.get("text")?;
                    event.entity.set("text", prefix + &text)
                }
            })
            .after_create(move |event| async move {
                see(&format!("created {:?}", event.entity.key().map(|key| key.to_string())));
                Ok(())
            })
            .before_update(|event| async move {
                assert!(event.change_set.is_some_and(|change_set| change_set.changes_named("text")));
                let before: i32 = event.entity.get("count")?;
                event.entity.set("count", before + 1)
            })
            .before_delete(move |event| async move {
                // queries go over the flush's connection
                see(&format!("one of {}", event.em.dynamic("Note")?.count(field("id").gt(0)).await?));
                Err(Error::invalid("Note", "stays"))
            });
        let orm = t.builder().entity_schemas([note]).build().await?;
        t.run(&of_notes(&orm)).await;
        let em = orm.em();
        let note = em.dynamic("Note")?.create(data! { "text": "one" })?;
        em.flush().await?;
        assert_eq!(note.get::<String>("text")?, format!("{} one", t.is_sqlite()));
        note.set("text", "two")?;
        em.flush().await?;
        assert_eq!(note.get::<i32>("count")?, 1);

        let em = orm.em();
        let note = em.dynamic("Note")?.find_one_or_fail(1).await?;
        em.dynamic("Note")?.remove(&note)?;
        assert_eq!(em.flush().await.unwrap_err().to_string(), "Note: stays");
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        assert_eq!(seen, ["init None", "created Some(\"1\")", "init Some(1)", "load two", "one of 1"]);
        orm.close().await;
    }

    /// spec: S004, S028
    async fn types_are_reached_by_name_and_referred_to(t: &Test<Shared<Blog>>) {
        let note = EntitySchema::new("Note")
            .property("id", p::i64().primary())
            .property("author", p::many_to_one("Author"))
            .property("text", p::string());
        let orm = t.builder().entities(entities![Author]).entity_schemas([note.clone()]).build().await?;
        t.run(&of_notes(&orm)).await;

        let em = orm.em();
        let jon = em.create(Author::builder().name("Jon").email("jon@wall.north"));
        let note = em.dynamic("Note")?.create(data! { "author": &jon, "text": "to do" })?;
        em.flush().await?;
        assert_eq!(note.relation("author")?.unwrap().downcast::<Author>(), Some(&jon));

        let em = orm.em();
        let note = em.dynamic("Note")?.find_one(field("author.name").eq("Jon")).populate(["author"]).await?.unwrap();
        let author = note.relation("author")?.unwrap();
        assert_eq!(author.get::<String>("name")?, "Jon");
        assert!(author.downcast::<Book>().is_none() && note.downcast::<Author>().is_none());
        author.set("name", "Jon Snow")?;
        assert_eq!(author.downcast::<Author>().unwrap().name, "Jon Snow");
        let same = em.dynamic("Author")?.find_one_or_fail(field("email").eq("jon@wall.north")).await?;
        assert_eq!(same, author);
        em.flush().await?;
        orm.close().await;
    }

    /// spec: S004
    async fn output_and_logs_hide_what_is_hidden(t: &Test<Library>) {
        stocked(t).await?;
        let em = t.em();
        let oaths = em.dynamic("Work")?.find_one(1).populate(["writer", "labels"]).await?.unwrap();
        let output = serde_json::to_value(&oaths).unwrap();
        assert_eq!(
            output,
            json!({
                "id": 1, "title": "Oaths", "pages": 300, "state": "draft", "edits": 7, "stamp": 5, "version": 1, "data": null,
                "words": [], "writer": {"id": 1, "name": "Jon", "friend": null, "desk": null}, "labels": [{"word": "wall"}],
            })
        );
        let jon = oaths.relation("writer")?.unwrap();
        let text = format!("{jon:?}");
        assert!(text.contains("secret: ***") && !text.contains("ghost"), "{text}");
        assert_eq!(format!("{:?}", em.dynamic("Work")?.reference(9)?), "(Work) { id: 9 }");

        // from JSON
        let new = em.dynamic("Work")?.create_json(&json!({ "title": "Json", "pages": 1, "writer": 1 }))?;
        new.assign_json(&json!({ "words": ["x"], "writer": 2 }))?;
        em.flush().await?;
        assert_eq!(new.relation("writer")?.unwrap().id::<i64>()?, Some(2));
        assert!(em.dynamic("Work")?.create_json(&json!({ "titel": "Json" })).is_err());
    }
}
