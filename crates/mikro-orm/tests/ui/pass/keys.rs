// spec: Y195, Y196
//! Keys of several fields, of relations, and of both; through aliases and with text.
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Country {
    #[orm(primary)]
    code: String,
}

type Number = i64;

#[derive(Entity)]
struct City {
    #[orm(primary)]
    country: Ref<Country>,
    #[orm(primary)]
    number: Number,
    name: String,
}

/// Derived: its key is the city's.
#[derive(Entity)]
struct Mayor {
    #[orm(primary, one_to_one)]
    city: Ref<City>,
    name: String,
}

/// Six are the most.
#[derive(Entity)]
struct Six {
    #[orm(primary)]
    a: i8,
    #[orm(primary)]
    b: i16,
    #[orm(primary)]
    c: i32,
    #[orm(primary)]
    d: u8,
    #[orm(primary)]
    e: String,
    #[orm(primary)]
    f: Ref<Mayor>,
}

fn keys(em: &EntityManager) {
    let city: Ref<City> = em.reference(("ch".to_owned(), 1));
    let _: Option<(String, i64)> = city.id();
    let mayor: Ref<Mayor> = em.reference(("ch".to_owned(), 1));
    let _: Option<(String, i64)> = mayor.id();
    let six: Ref<Six> = em.reference((1, 2, 3, 4, "e".to_owned(), ("ch".to_owned(), 1)));
    let _: Option<(i8, i16, i32, u8, String, (String, i64))> = six.id();
    let _ = em.find_one::<City>(("ch", 1));
    let _ = em.find_one::<Mayor>(("ch", 1));
    let _ = em.find_one::<Six>((1, 2, 3, 4, "e", ("ch", 1)));
    let _ = em.find::<Mayor>().filter(Mayor::city.eq(("ch", 1)) | Mayor::city.in_([("ch", 2), ("ch", 3)]));
    let _ = City::builder().country("ch").number(1).name("Bern");
    let _ = Mayor::builder().city(("ch", 1)).name("Alec");
    let _ = Mayor::builder().city(City::builder().country(Country::builder().code("ch")).number(1).name("Bern")).name("Alec");
}

fn main() {
    let _ = keys;
}
