//! What programs are sent: numbers at the ends of their range, empty texts, paths without end. Each is an answer or an error
//! that says what is wrong, and nothing is half-written.

use super::entities::*;

suite! {
    /// spec: Y051
    async fn limits_and_offsets_may_be_as_large_as_numbers_are(t: &Test<Blog>) {
        library(t).await?;
        let (most, half) = (u64::MAX, u64::MAX / 2);
        for (limit, offset, all, of_jon) in [(most, 0, 3, 2), (most, 1, 2, 1), (most, most, 0, 0), (1, most, 0, 0), (half, half, 0, 0)] {
            let em = t.em();
            let books = || em.find::<Book>().order_by(Book::id.asc()).limit(limit).offset(offset);
            assert_eq!(books().await?.len(), all);
            assert_eq!(books().select(Book::id).await?.len(), all);
            let (page, total) = em.find_and_count::<Book>().limit(limit).offset(offset).await?;
            assert_eq!((page.len(), total), (all, 3));
            let joined = em.find::<Author>().populate(Author::books).strategy(Strategy::Joined).limit(limit).offset(offset).await?;
            assert_eq!(joined.len(), all);
            let em = t.em();
            let hint = Author::books.limit(limit).offset(offset);
            let jon = em.find_one_or_fail::<Author>(1).populate(hint).await?;
            assert_eq!(jon[Author::books].len(), of_jon);
            assert_eq!(jon.books.matching(Condition::all()).limit(limit).offset(offset).await?.len(), of_jon);
            assert_eq!(jon.books.load().limit(limit).offset(offset).await?.len(), of_jon);
            assert_eq!(em.count(Author::books.size().gt(limit)).await?, u64::from(limit == 1));
        }
    }

    /// spec: S141, Y082
    async fn keys_may_be_as_large_and_small_as_numbers_are(t: &Test<Blog>) {
        library(t).await?;
        for key in [i64::MIN, i64::MIN + 1, -1, i64::MAX] {
            let em = t.em();
            assert!(em.find_one::<Author>(key).await?.is_none());
            assert_eq!(em.find::<Author>().filter(Author::id.in_([key, 1])).await?.len(), 1);
            let nobody = em.reference::<Author>(key);
            assert!(matches!(nobody.load().await, Err(Error::NotFound { .. })));
            nobody.assign(Author::name.set("x"))?;
            assert!(matches!(em.flush().await, Err(Error::NotFound { .. })));
            let em = t.em();
            em.create(Book::builder().title("t").author(key));
            assert!(em.flush().await.unwrap_err().is_foreign_key_violation());
            let em = t.em();
            let author = em.create(Author::builder().id(key).name("x").email(key.to_string()));
            em.flush().await?;
            assert_eq!(author.id(), Some(key));
        }
        // what comes after the largest key is the database's to say; what it refuses stores nothing
        let em = t.em();
        let more = ["n1", "n2", "n3"].map(|name| author(&em, name));
        let done = em.flush().await;
        let stored = t.number("select count(*) from author where name like 'n%'").await;
        assert_eq!((done.is_ok(), stored), if t.is_sqlite() { (false, 0) } else { (true, 3) });
        assert_eq!(more.iter().filter(|author| author.id().is_some()).count() as i64, stored);
        if t.is_sqlite() {
            assert!(done.unwrap_err().to_string().contains("full"));
            more.iter().zip(10..).for_each(|(author, key)| author.edit().id = key);
            em.flush().await?;
            assert_eq!(t.number("select sum(id) from author where name like 'n%'").await, 33);
        }
    }

    /// spec: Y043
    async fn a_path_that_is_none_is_an_error(t: &Test<Tree>) {
        let em = t.em();
        em.create(Node::builder().name("a").children([Node::builder().name("b")]));
        em.flush().await?;
        t.forget();
        let em = t.em();
        let refused = async |path: String| em.find::<Node>().populate_paths([path]).await.unwrap_err().to_string();
        for path in ["", ".", "parent.", ".parent", "parent..children"] {
            let shown = format!("Node: `{path}` can't be populated, since a name in it is empty: write names, with dots between them");
            assert_eq!(refused(path.into()).await, shown);
        }
        for path in [":ref", "parent:ref.children", "PARENT", "parent\0", "name.parent"] {
            let error = refused(path.into()).await;
            assert!(error.starts_with("Node.") && error.contains("can't be populated"), "{error}");
        }
        for names in [101, 100_000] {
            let error = refused(vec!["children"; names].join(".")).await;
            assert_eq!(error, "Node: a path of relations to populate may have 100 names at most, and one that was given has more");
        }
        t.expect(0);
        // a circle of hints ends where the rows do
        for name in ["parent", "children"] {
            let found = t.em().find::<Node>().populate_paths([vec![name; 50].join(".")]).strategy(Strategy::SelectIn).await?;
            assert_eq!(found.len(), 2);
        }
    }

    /// spec: Y038, Y094
    async fn raw_sql_that_is_none_is_an_error_and_moves_no_value(t: &Test<Blog>) {
        library(t).await?;
        for sql in ["", " ", "{", "{}", "{title", "}", "'", "--", ";", "/*", "\0", "?", "{title}}"] {
            let em = t.em();
            assert!(em.find::<Book>().filter(raw(sql)).await.is_err(), "{sql}");
            em.reference::<Book>(1).assign(Book::price.set_raw(sql))?;
            assert!(em.flush().await.is_err(), "{sql}");
        }
        assert!(t.em().raw("select '").rows::<(i64,)>().await.is_err());
        // a question mark for itself is nobody's placeholder
        let em = t.em();
        let question = em.find::<Book>().filter(raw("'??' = {title} or {title} = ?").bind("Oaths")).await?;
        assert_eq!(question.len(), 1);
        let operator = || raw("{price} = ?? or {title} = ?").bind("Oaths");
        let error = em.find::<Book>().filter(operator()).await.unwrap_err();
        assert_eq!(matches!(error, Error::Validation { .. }), t.is_sqlite(), "{error}");
        question[0].assign(Book::price.set_raw(raw("?? + ?").bind(2.0)))?;
        let error = em.flush().await.unwrap_err();
        assert_eq!(error.to_string().starts_with("Book: raw SQL has a `??`"), t.is_sqlite(), "{error}");
        em.clear();
        let new = em.create(Book::builder().title("x").author(1));
        new.assign(Book::price.set_raw("??"))?;
        let error = em.flush().await.unwrap_err();
        assert_eq!(error.to_string().starts_with("Book: raw SQL has a `??`"), t.is_sqlite(), "{error}");
        assert_eq!(t.number("select count(*) from book where price in (5.0, 15.0, 7.5)").await, 3);
    }

    /// spec: Y066
    async fn json_of_any_kind_is_an_error_that_names_what_it_is_about(t: &Test<Tree>) {
        use serde_json::{Value as Json, json};
        let em = t.em();
        let root = em.create(Node::builder().name("root"));
        let leaf = em.create(Node::builder().name("leaf").parent(&root));
        em.flush().await?;
        t.forget();
        for bad in [
            json!({"": 1}),
            json!({"\0": 1}),
            json!({"n".repeat(100_000): 1}),
            json!({"parent": {"": 1}}),
            json!({"parent": {"id": {}}}),
            json!({"parent": {"id": {"id": {"id": 1}}}}),
            json!({"parent": [[[]]]}),
            json!({"parent": f64::MAX}),
            json!({"parent": 0.5}),
            json!({"parent_id": 1}),
            json!({"name": {"name": "x"}}),
            json!({"children": {"0": {}}}),
            json!({"parent": {"parent": {"parent": {"name": "x"}}}}),
        ] {
            let error = em.assign_json(&leaf, &bad).unwrap_err();
            assert!(matches!(&error, Error::Validation { entity: Some(entity), .. } if entity == "Node"), "{error}");
        }
        let mut deep = json!({"id": 1, "name": "deep"});
        for _ in 0..100 {
            deep = Json::Object([("id".to_owned(), json!(1)), ("parent".to_owned(), deep)].into_iter().collect());
        }
        // a node that is its own parent a hundred times over
        em.assign_json(&leaf, &json!({"parent": deep}))?;
        assert_eq!((&*root.name, root.parent.as_ref().and_then(Ref::id)), ("deep", Some(1)));
        em.refresh(&root).await?;
        em.refresh(&leaf).await?;
        t.forget();
        em.flush().await?;
        t.expect(0);
    }
}
