//! Entities that are described at run time: their memory is laid out by what they say.

use super::database::{Database, block_on};
use mikro_orm_core::dynamic::DynamicEntity;
use mikro_orm_core::entity_schema::{EntitySchema, p};
use mikro_orm_core::{Orm, data};

/// Fields of all sizes, in an order that leaves gaps, and all kinds of relations.
fn schemas() -> [EntitySchema; 2] {
    let odd = EntitySchema::new("Odd")
        .property("flag", p::bool())
        .property("id", p::i64().primary())
        .property("small", p::i8().nullable())
        .property("text", p::string())
        .property("tiny", p::u8().default(1))
        .property("large", p::text().lazy().nullable())
        .property("bytes", p::bytes().nullable())
        .property("two", p::i16())
        .property("words", p::list::<String>().default(Vec::<String>::new()))
        .property("half", p::f32())
        .property("state", p::enumeration(["on", "off"]).on_create(|| "on".to_owned()))
        .property("count", p::i32().on_update(|| 3))
        .property("next", p::many_to_one("Odd").nullable())
        .property("before", p::one_to_many("Odd").mapped_by("next"))
        .property("others", p::many_to_many("Other"))
        .property("last", p::bool());
    let other = EntitySchema::new("Other")
        .property("b", p::bool())
        .property("id", p::i64().primary())
        .property("odd", p::one_to_one("Odd"))
        .property("odds", p::many_to_many("Odd").mapped_by("others"));
    [odd, other]
}

fn odd(orm: &Orm, text: &str) -> DynamicEntity {
    let em = orm.em();
    // (the entity manager goes at once, the entity stays)
    em.dynamic("Odd").unwrap().create(values(text)).unwrap()
}
fn values(text: &str) -> mikro_orm_core::dynamic::Data {
    data! { "flag": true, "text": text, "two": 2_i16, "half": 0.5_f32, "last": true, "bytes": vec![1_u8, 2, 3] }
}

#[test]
fn fields_of_all_sizes_are_made_read_edited_and_freed() {
    let orm = Database::default().described(schemas());
    let entity = odd(&orm, "one");
    assert_eq!(entity.get::<String>("text").unwrap(), "one");
    assert_eq!(entity.get::<Vec<u8>>("bytes").unwrap(), [1, 2, 3]);
    assert_eq!((entity.get::<i16>("two").unwrap(), entity.get::<f32>("half").unwrap()), (2, 0.5));
    assert_eq!((entity.get::<u8>("tiny").unwrap(), entity.get::<bool>("last").unwrap()), (1, true));
    assert_eq!(entity.get::<Option<i8>>("small").unwrap(), None);
    assert!(entity.set("text", "two").is_err(), "nothing would store it");
}

#[test]
fn what_can_not_be_made_leaves_nothing_behind() {
    let orm = Database::default().described(schemas());
    let em = orm.em();
    let odds = em.dynamic("Odd").unwrap();
    for (name, wrong) in [("last", "text"), ("two", "two"), ("words", "words"), ("half", "half")] {
        let mut values = values("a text that is on the heap, and is dropped");
        values.retain(|(known, _)| known != name);
        values.push((name.to_owned(), wrong.into()));
        assert!(odds.create(values).is_err(), "{name}");
    }
    let far = values("one").into_iter().map(|(name, value)| if name == "two" { (name, 70_000.into()) } else { (name, value) });
    assert!(odds.create(far.collect()).is_err());
    block_on(em.flush()).unwrap();
}

#[test]
fn versions_and_graphs_are_kept_while_somebody_looks() {
    let database = Database::default();
    let orm = database.described(schemas());
    let em = orm.em();
    let odds = em.dynamic("Odd").unwrap();
    let one = odds.create(values("one")).unwrap();
    let mut two = values("two");
    two.push(("next".to_owned(), (&one).into()));
    let two = odds.create(two).unwrap();
    one.set("next", &two).unwrap();
    let other = em.dynamic("Other").unwrap().create(data! { "b": false, "odd": &one, "odds": [&one, &two] }).unwrap();
    let text = one.value("text").unwrap();
    one.set("text", "another text").unwrap();
    assert_eq!(text, mikro_orm_core::value::Value::Text("one".into()), "the version that was read");
    block_on(em.flush()).unwrap();
    one.set("large", "large").unwrap();
    one.set("state", "off").unwrap();
    two.set("words", vec!["a".to_owned()]).unwrap();
    block_on(em.flush()).unwrap();
    assert_eq!(one.get::<i32>("count").unwrap(), 3);
    em.clear();
    drop((em, odds));
    // (what is out keeps the rest)
    let first = other.collection("odds").unwrap().items().unwrap().remove(0);
    drop(other);
    let next = first.relation("next").unwrap().unwrap();
    assert_eq!(next.relation("next").unwrap().unwrap(), first);
    assert_eq!(next.get::<Vec<String>>("words").unwrap(), ["a"]);
}

#[test]
fn rows_are_read_into_them_and_copied() {
    let database = Database::default();
    let orm = database.described(schemas());
    let em = orm.em();
    let (one, two) = (odd_in(&em, "one"), odd_in(&em, "two"));
    two.set("next", &one).unwrap();
    block_on(em.flush()).unwrap();
    let em = orm.em();
    let found = block_on(em.dynamic("Odd").unwrap().find().populate(["next", "large", "before"])).unwrap();
    assert_eq!(found.len(), 2);
    let copies = em.fork_with(mikro_orm_core::em::ForkOptions::new().keep_entities());
    let copy = copies.dynamic("Odd").unwrap().reference(2).unwrap();
    assert_eq!(copy.relation("next").unwrap().unwrap().get::<String>("text").unwrap(), "one");
    copy.set("text", "copied").unwrap();
    block_on(copies.flush()).unwrap();
    assert_eq!(found[1].get::<String>("text").unwrap(), "two");
    block_on(em.dynamic("Odd").unwrap().refresh(&found[1])).unwrap();
    assert_eq!(found[1].get::<String>("text").unwrap(), "copied");
}

fn odd_in(em: &mikro_orm_core::EntityManager, text: &str) -> DynamicEntity {
    em.dynamic("Odd").unwrap().create(values(text)).unwrap()
}
