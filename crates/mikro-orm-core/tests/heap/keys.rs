//! Keys: text, UUIDs, those that come late, and those that are taken back.

use super::database::{Database, block_on};
use super::entities::{Author, Book, library, shelf};
use mikro_orm_core::value::Value;
use mikro_orm_core::{Collection, Ref, entities};
use mikro_orm_macros::Entity;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Country {
    #[orm(primary)]
    code: String,
    neighbour: Option<Ref<Country>>,
    #[orm(mapped_by = country)]
    cities: Collection<City>,
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct City {
    #[orm(primary)]
    id: uuid::Uuid,
    country: Ref<Country>,
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Counter {
    #[orm(primary)]
    pub id: u64,
    pub count: i64,
}

/// spec: U08
#[test]
fn text_and_uuid_keys_are_one_entity_each() {
    let database = Database::default();
    let orm = database.orm(entities![City]);
    let uuid = |n| uuid::Uuid::from_u128(n);
    for n in 1..=3 {
        let code = Value::Text("a country with a long code".into());
        database.put(&orm, "City", &[("id", Value::Uuid(*uuid(n).as_bytes())), ("country", code)]);
    }
    database.put(&orm, "Country", &[("code", Value::Text("a country with a long code".into()))]);
    let em = orm.em();
    let cities = block_on(async { em.find::<City>().populate(City::country).await }).unwrap();
    assert_eq!(cities.len(), 3);
    assert!(cities.iter().all(|city| city.country == em.reference("a country with a long code".to_owned())));
    assert_eq!(em.reference::<City>(uuid(2)).get().unwrap().id, uuid(2));
    let made = em.create(City::builder().id(uuid(4)).country(Country::builder().code("new")));
    assert_eq!((made.id(), made.country.id()), (Some(uuid(4)), Some("new".to_owned())));
    made.country.get().unwrap().edit().code = "renamed before it is stored".into();
    assert_eq!(made.country.id().as_deref(), Some("renamed before it is stored"));
    block_on(em.flush()).unwrap();
    assert_eq!(made.country, em.reference("renamed before it is stored".to_owned()));
    assert!(made.country.get().unwrap().neighbour.is_none());
    drop((em, orm));
    assert_eq!(made.country.get().unwrap().cities.get().unwrap().len(), 1);
}

/// A reader beside an edit of a new entity's key: numbers, whatever their size, are read where they are.
#[test]
fn a_key_is_read_while_it_changes() {
    let database = Database::default();
    let orm = database.orm(entities![Counter, City]);
    let em = orm.em();
    let counter = em.create_detached(Counter { id: 1, count: 0 });
    let _ = (Counter::id, Counter::count);
    let country = em.create_detached(Country { code: "1".into(), neighbour: None, cities: Collection::new() });
    let rounds = if cfg!(miri) { 50 } else { 20_000 };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..rounds {
                counter.edit().id = if round % 2 == 0 { u64::MAX } else { 1 };
                country.edit().code = format!("{}", round % 2 + 1);
            }
        });
        for _ in 0..rounds {
            assert!(matches!(counter.id(), None | Some(1 | u64::MAX)), "{:?}", counter.id());
            assert!(matches!(country.id().as_deref(), None | Some("1" | "2")));
        }
    });
}

/// spec: U32
#[test]
fn a_failed_flush_gives_no_keys_and_the_next_one_does() {
    let (database, em) = shelf();
    for failing in ["insert", "commit"] {
        let author = em.create(Author::builder().name("Sam").books([Book::builder().title("new").text("t")]));
        database.fail_next(failing);
        block_on(em.flush()).unwrap_err();
        assert_eq!((author.id(), author.id), (None, 0));
        assert!(author.is_new());
        block_on(em.flush()).unwrap();
        assert_eq!(author.id(), Some(author.id));
        assert_ne!(author.id, 0);
        assert_eq!(author.books.get().unwrap()[0].author, Some(author.to_ref()));
        assert_eq!(em.reference::<Author>(author.id), author.to_ref());
    }
}

#[test]
fn a_rolled_back_transaction_takes_keys_back_while_they_are_read() {
    let (_, em) = shelf();
    let author = em.create_detached(Author::builder().name("Sam").friend(em.reference::<Author>(1)));
    let (before, read) = (&*author, author.clone());
    let result: Result<(), mikro_orm_core::Error> = block_on(em.transactional(async |em| {
        em.persist(&author)?;
        em.flush().await?;
        assert_eq!(author.id(), Some(author.id));
        author.edit().name = "Samwell".into();
        em.flush().await?;
        Err(mikro_orm_core::Error::Closed)
    }));
    result.unwrap_err();
    assert_eq!((read.id(), read.id, before.id), (None, 0, 0));
    assert_eq!((before.name.as_str(), read.name.as_str()), ("Sam", "Samwell"));
    em.persist(&author).unwrap();
    block_on(em.flush()).unwrap();
    assert_eq!(author.id(), Some(author.id));
}

#[test]
fn two_entities_with_one_key_are_an_error() {
    let (_, orm) = library();
    let em = orm.em();
    let jon = block_on(async { em.find_one_or_fail::<Author>(1).await }).unwrap();
    let twin = em.create(Author::builder().id(1).name("Not Jon"));
    assert!(!jon.is_same(&twin));
    assert_eq!(em.reference::<Author>(1), jon.to_ref());
    let error = block_on(em.flush()).unwrap_err();
    assert!(error.to_string().contains("is managed already"), "{error}");
}
