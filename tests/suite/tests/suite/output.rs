//! Serialized output: of handles as they are, and as the call says.

use super::entities::*;
use mikro_orm::serialize;
use serde_json::{json, to_string, to_value};

suite! {
    /// spec: Y227, S211, S213, Y230, S052, S084, Y208
    async fn a_handle_is_its_columns_with_relations_as_keys(t: &Test<Press>) {
        essay(t).await?;
        let em = t.em();
        let essay = em.find_exactly_one::<Essay>(Essay::title.eq("Oaths")).await?;
        assert_eq!(
            to_string(&essay).unwrap(),
            r#"{"id":"11111111-1111-1111-1111-111111111111","title":"Oaths","rating":"12.50","published":"2022-09-11T15:06:44Z","tags":{"kind":["new",1]},"cover":"cG5n","paid":null,"type":"a","author":1,"reviewer":2}"#
        );
        // what is hidden is not there, loaded or not; the key comes first, then what is declared; then what is computed
        let jon = em.find_one_or_fail::<Writer>(1).populate(Writer::password).await?;
        assert_eq!(jon[Writer::password], "hunter2");
        assert_eq!(
            to_string(&jon).unwrap(),
            r#"{"id":1,"mail":"jon@wall","born":"01.09.1983","full_name":"Jon Snow","essays_known":0}"#
        );
        t.expect(2);
    }

    /// spec: S086, S084, S052
    async fn what_is_computed_of_hidden_values_is_all_that_is_shown(t: &Test<Press>) {
        let em = t.em();
        let jon = em.create(Persona::builder().first_name("Jon").last_name("Snow"));
        let shown = to_value(&jon).unwrap();
        assert_eq!(shown, json!({"full_name": "Jon Snow", "initials": "JS"}));
        em.flush().await?;
        assert_eq!(to_string(&jon).unwrap(), r#"{"id":1,"full_name":"Jon Snow","initials":"JS"}"#);
    }

    /// spec: Y227, S186
    async fn what_was_populated_is_nested_and_circles_end_in_a_key(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().populate(Book::author).order_by(Book::id.asc()).await?;
        let shown = to_value(&books).unwrap();
        assert_eq!(shown[0]["author"], json!({"id": 1, "name": "Jon", "email": "jon@north", "age": 17}));
        assert_eq!((&shown[1]["author"]["name"], &shown[2]["editor"]), (&json!("Jon"), &json!(1)));
        let arya = em.find_one_or_fail::<Author>(2).populate((Author::books, Author::edited)).await?;
        let mut shown = to_value(&arya).unwrap();
        let book = json!({"id": 3, "title": "Faces", "price": 7.5, "author": 2, "editor": 1});
        assert_eq!(shown, json!({"id": 2, "name": "Arya", "email": "arya@north", "age": 11, "books": [book], "edited": []}));
        // a copy: changing it changes nothing
        shown["books"][0]["title"] = json!("x");
        shown["books"].as_array_mut().unwrap().clear();
        assert_eq!((arya[Author::books].len(), &*arya[Author::books][0].title), (1, "Faces"));
        // all handles of an entity are the same entity, whatever their types know
        assert_eq!(to_value(em.find_one_or_fail::<Author>(2).await?).unwrap(), to_value(&arya).unwrap());
    }

    /// spec: Y227
    async fn what_was_loaded_on_the_way_is_not_part_of_the_output(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        assert_eq!(to_value(&jon).unwrap(), json!({"id": 1, "name": "Jon", "email": "jon@north", "age": 17}));
        jon.books.load().await?;
        assert_eq!(to_value(&jon).unwrap()["books"], json!([1, 2]));
        let book = em.find_one_or_fail::<Book>(3).await?;
        book.author.load().await?;
        assert_eq!(to_value(&book).unwrap()["author"], json!(2));
        em.populate(&book, (Book::author, Book::text)).await?;
        let shown = to_value(&book).unwrap();
        assert_eq!((&shown["author"]["name"], &shown["text"], &shown["editor"]), (&json!("Arya"), &json!("many"), &json!(1)));
    }

    /// spec: Y227
    async fn the_type_of_a_field_says_its_form(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(1).await?;
        assert_eq!(to_value((&book.author, &book.editor, &book.text)).unwrap(), json!([1, null, null]));
        let book = em.populate(&book, (Book::text, Book::author.with(Author::books))).await?;
        assert_eq!(to_value((&book.author, &book.text, &book[Book::text])).unwrap(), json!([1, "I shall", "I shall"]));
        assert_eq!(to_value(&book[Book::author]).unwrap()["name"], "Jon");
        assert_eq!(to_value(&book[Book::author].books).unwrap(), json!([1, 2]));
        assert_eq!(to_value(&book[Book::author].edited).unwrap(), json!(null));
        assert_eq!(to_value(&book[Book::author][Author::books]).unwrap()[1]["title"], "Snow");
        book[Book::author].books.add(em.reference::<Book>(3))?;
        assert_eq!(to_value(&book[Book::author][Author::books]).unwrap()[2], json!(3));
        assert_eq!(to_value(&book[Book::author]).unwrap()["books"][2], json!(3));
        let sam = author(&em, "Sam");
        assert_eq!(to_value((&sam.to_ref(), &sam)).unwrap()[0], json!(null));
        assert_eq!(to_value(&sam).unwrap(), json!({"name": "Sam", "email": "sam@north", "age": null, "books": [], "edited": []}));
    }

    /// spec: U63, Y227
    async fn what_an_insert_stored_counts_as_populated(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let oaths = em.create(Book::builder().title("Vows").text("..").author(&jon).editor(2));
        assert_eq!(to_value(&oaths).unwrap()["author"]["name"], "Jon");
        em.flush().await?;
        let shown = to_value(&oaths).unwrap();
        assert_eq!((&shown["id"], &shown["author"]["name"], &shown["editor"]), (&json!(4), &json!("Jon"), &json!(2)));
        let sam = em.create(Author::builder().name("Sam").email("sam@north").books([Book::builder().title("Maps")]));
        em.flush().await?;
        assert_eq!(to_value(&sam).unwrap()["books"][0]["author"], json!(sam.id));
        // not in another entity manager
        let book = em.fork().find_one_or_fail::<Book>(oaths.id).await?;
        assert_eq!(to_value(&book).unwrap()["author"], json!(1));
    }

    /// spec: Y227, S164
    async fn handles_are_serialized_when_their_entity_manager_is_gone(t: &Test<Blog>) {
        library(t).await?;
        async fn handler(em: EntityManager) -> Result<Vec<Loaded<Author>>> {
            let authors = em.find::<Author>().populate(Author::books).order_by(Author::id.asc()).await?;
            authors[0].edit().name = "Jon Snow".into();
            Ok(authors.into_iter().map(Loaded::into_plain).collect())
        }
        let authors = handler(t.em()).await?;
        let shown = to_value(&authors).unwrap();
        assert_eq!((&shown[0]["name"], &shown[0]["books"][1]["title"]), (&json!("Jon Snow"), &json!("Snow")));
        assert_eq!(shown[2]["books"], json!([]));
    }

    /// spec: Y227
    async fn trees_are_nested_as_deep_as_they_are_populated(t: &Test<Tree>) {
        let em = t.em();
        let leaf = |name: &str| Node::builder().name(name);
        em.create(leaf("root").children([leaf("a").children([leaf("c")]), leaf("b")]));
        em.flush().await?;
        let em = t.em();
        let root = em.find_exactly_one::<Node>(Node::name.eq("root")).populate(Node::children.with(Node::children)).await?;
        let shown = to_value(&root).unwrap();
        assert_eq!(shown["children"][0]["children"][0]["name"], "c");
        assert_eq!(shown["children"][0]["parent"], shown["id"]);
        assert!(shown["children"][0]["children"][0].get("children").is_none());
        let leaf = em.find_exactly_one::<Node>(Node::name.eq("c")).populate(Node::parent.with(Node::parent)).await?;
        assert_eq!(to_value(&leaf).unwrap()["parent"]["parent"]["name"], "root");
    }

    /// spec: Y227
    async fn each_relation_is_followed_once_however_the_graph_is_woven(t: &Test<Mixes>) {
        mixes(t, 12, 9).await?;
        let em = t.em();
        let found = em.find::<Mix>().populate(Mix::tunes.with(Tune::mixes)).order_by(Mix::id.asc()).await?;
        let shown = to_value(&found).unwrap();
        assert_eq!((shown.as_array().unwrap().len(), shown[0]["tunes"].as_array().unwrap().len()), (12, 9));
        // the mixes of a tune of a mix: itself is a key, of the others the tunes are
        let others = &shown[0]["tunes"][0]["mixes"];
        assert_eq!((others.as_array().unwrap().len(), &others[0]), (12, &json!(1)));
        assert_eq!(others[1]["tunes"], json!([1, 2, 3, 4, 5, 6, 7, 8, 9]));
        assert!(serialize(&found).everything().to_value()?[11]["tunes"][8]["mixes"][0]["name"].is_string());
        // everything of a new graph counts as populated, and is no more
        let em = t.em();
        let tunes: Vec<_> = (0..9).map(|i| em.create(Tune::builder().name(format!("new {i}")))).collect();
        let lists: Vec<_> = (0..12).map(|i| em.create(Mix::builder().name(format!("mix {i}")))).collect();
        for mix in &lists {
            mix.tunes.set(&tunes)?;
        }
        em.flush().await?;
        assert!(to_value(&lists[0]).unwrap()["tunes"][0]["mixes"][1]["tunes"][0].is_i64());
    }

    /// spec: Y227, Y228
    async fn a_key_of_several_columns_is_an_array(t: &Test<Shipments>) {
        let em = t.em();
        let shipment = em.create(Shipment::builder().region("EU").year(2024).number(7));
        em.create(ShipmentEvent::builder().id(1).shipment(&shipment).what("sent"));
        em.flush().await?;
        let em = t.em();
        let events = em.find::<ShipmentEvent>().await?;
        let key = json!(["EU", 2024, 7]);
        assert_eq!(to_value(&events).unwrap(), json!([{"id": 1, "shipment": key, "what": "sent"}]));
        assert_eq!(to_value(events[0].to_ref()).unwrap(), json!([1, "EU", 2024, 7]));
        let shipment = em.find::<Shipment>().populate(Shipment::events).await?.remove(0);
        assert_eq!(
            to_value(&shipment).unwrap(),
            json!({"region": "EU", "year": 2024, "number": 7, "status": null, "events": [{"id": 1, "shipment": key, "what": "sent"}]})
        );
        assert_eq!(
            serialize(&shipment).fields(Shipment::events).force_object().to_value()?,
            json!({"events": [{"id": 1, "shipment": ["EU", 2024, 7]}]})
        );
        assert_eq!(
            serialize(&events[0]).fields("shipment").force_object().to_value()?,
            json!({"shipment": {"region": "EU", "year": 2024, "number": 7}})
        );
    }

    /// spec: Y227
    async fn an_orm_can_choose_objects_for_relations_and_leave_keys_out(t: &Test<ObjectPress>) {
        essay(t).await?;
        let em = t.em();
        let essay = em.find_exactly_one::<Essay>(Essay::title.eq("Oaths")).populate(Essay::reviewer).await?;
        let shown = to_value(&essay).unwrap();
        assert_eq!((shown.get("id"), &shown["author"]), (None, &json!({"id": 1})));
        assert_eq!(shown["reviewer"], json!({"mail": null, "born": null, "full_name": "Arya Stark", "essays_known": 0}));
        em.clear();
        assert_eq!(to_value(em.reference::<Writer>(1)).unwrap(), json!({"id": 1}));
        assert_eq!(serialize(&essay).fields("author").to_value()?, json!({"author": 1}));
    }

    /// spec: Y228
    async fn explicitly_nothing_is_populated_that_is_not_asked_for(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em.find::<Author>().populate((Author::books.with(Book::text), Author::edited)).order_by(Author::id.asc()).await?;
        assert_eq!(
            serialize(&authors[0]).to_value()?,
            json!({"id": 1, "name": "Jon", "email": "jon@north", "age": 17, "books": [1, 2], "edited": [3]})
        );
        let shown = serialize(&authors).populate(Author::books.with(Book::author)).to_value()?;
        assert_eq!(shown.as_array().unwrap().len(), 3);
        assert_eq!((&shown[0]["books"][0]["title"], &shown[0]["books"][0]["author"]), (&json!("Oaths"), &json!(1)));
        assert_eq!((&shown[0]["books"][0]["text"], &shown[0]["edited"]), (&json!("I shall"), &json!([3])));
        // what is not loaded is its key, or left out: nothing is read
        t.forget();
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).await?;
        let shown = serialize(&book).populate((Book::author.with(Author::books), Book::editor)).to_value()?;
        assert_eq!(shown, json!({"id": 3, "title": "Faces", "price": 7.5, "author": 2, "editor": 1}));
        assert_eq!(serialize(&book).populate_paths(["author.books", "text"]).to_value()?, shown);
        t.expect(1);
    }

    /// spec: Y228
    async fn fields_are_all_there_is_and_exclude_wins(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).populate((Book::author, Book::editor)).await?;
        let all = serialize(&book).populate((Book::author, Book::editor));
        let all = all.fields((Book::title, Book::author.with((Author::name, Author::email)), Book::editor)).exclude(["author.email", "editor"]);
        assert_eq!(to_string(&all).unwrap(), r#"{"title":"Faces","author":{"name":"Arya"}}"#);
        let named = serialize(&book).populate_paths(["author"]).fields(["author", "author.id", "title"]).exclude(Book::title);
        assert_eq!(named.to_value()?, json!({"author": {"id": 2, "name": "Arya", "email": "arya@north", "age": 11}}));
        assert_eq!(serialize(&book).fields("author.name").to_value()?, json!({"author": 2}));
        assert_eq!(serialize(&book).fields(["title"]).exclude(["title"]).to_value()?, json!({}));
        for (mistake, message) in [
            (serialize(&book).fields("pages"), "Book.pages: is not a property; there are: id, title, price, text, author, editor"),
            (serialize(&book).exclude(["author.nam"]), "Author.nam: is not a property"),
            (serialize(&book).fields("title.x"), "Book.title: is a scalar: there is no `x` behind it"),
            (serialize(&book).populate_paths(["title"]), "Book.title: is not a relation or lazy property"),
            (serialize(&book).populate_paths(["text.x"]), "Book.text: is a scalar"),
        ] {
            let error = mistake.to_value().unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
            assert!(to_string(&mistake).is_err());
        }
    }

    /// spec: Y228, Y230, S211
    async fn hidden_groups_serializers_nulls_and_objects_are_chosen_by_the_call(t: &Test<Press>) {
        essay(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Writer>(1).populate((Writer::password, Writer::essays.with(Essay::text))).await?;
        assert_eq!(
            serialize(&jon).include_hidden().exclude(["essays", "full_name", "essays_known"]).to_value()?,
            json!({"id": 1, "first_name": "Jon", "last_name": "Snow", "mail": "jon@wall", "password": "hunter2", "born": "01.09.1983"})
        );
        let mail = |groups: &[&'static str]| serialize(&jon).groups(groups.iter().copied()).fields(["id", "email"]).to_value();
        assert_eq!(mail(&["private"])?, json!({"id": 1, "mail": "jon@wall"}));
        assert_eq!(mail(&["admin", "x"])?, json!({"id": 1, "mail": "jon@wall"}));
        assert_eq!((mail(&["x"])?, mail(&[])?), (json!({"id": 1}), json!({"id": 1})));
        let essay = &jon[Writer::essays][0];
        assert_eq!(serialize(essay).fields(["text", "paid"]).skip_null().to_value()?, json!({"text": "I SHALL"}));
        assert_eq!(serialize(essay).fields(["text", "paid"]).ignore_serializers().to_value()?, json!({"text": "I shall", "paid": null}));
        let objects = serialize(essay).fields(["author", "reviewer"]).force_object();
        assert_eq!(objects.to_value()?, json!({"author": {"id": 1}, "reviewer": {"id": 2}}));
        let id = json!("11111111-1111-1111-1111-111111111111");
        assert_eq!(serialize(&jon).fields(Writer::essays).force_object().to_value()?, json!({"essays": [{"id": id}]}));
    }

    /// spec: Y229
    async fn everything_is_for_caches(t: &Test<Press>) {
        essay(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Writer>(1).populate((Writer::password, Writer::essays.with(Essay::reviewer))).await?;
        let shown = serialize(&jon).everything().to_value()?;
        assert_eq!((&shown["password"], &shown["born"]), (&json!("hunter2"), &json!("1983-09-01")));
        let essay = &shown["essays"][0];
        assert_eq!((&essay["author"], &essay["reviewer"]["first_name"], essay.get("text")), (&json!(1), &json!("Arya"), None));
    }

    /// spec: Y231, Y230
    async fn computed_values_are_part_of_the_output(t: &Test<Press>) {
        essay(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Writer>(1).populate(Writer::essays).await?;
        let shown = to_value(&jon).unwrap();
        assert_eq!((&shown["full_name"], &shown["essays_known"]), (&json!("Jon Snow"), &json!(1)));
        jon.edit().last_name = "Stark".into();
        assert_eq!(serialize(&jon).fields(["full_name"]).to_value()?, json!({"full_name": "Jon Stark"}));
        assert_eq!(serialize(&jon).exclude(["full_name"]).to_value()?.get("full_name"), None);
    }

    /// spec: Y232
    async fn output_fits_the_types_that_an_api_has_for_it(t: &Test<Blog>) {
        #[derive(serde::Deserialize, Debug, PartialEq)]
        struct BookOut {
            id: i64,
            title: String,
            author: AuthorOut,
        }
        #[derive(serde::Deserialize, Debug, PartialEq)]
        struct AuthorOut {
            name: String,
        }
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).populate(Book::author).await?;
        let out: BookOut = serde_json::from_value(serialize(&book).populate(Book::author).to_value()?).unwrap();
        assert_eq!(out, BookOut { id: 3, title: "Faces".into(), author: AuthorOut { name: "Arya".into() } });
    }
}
