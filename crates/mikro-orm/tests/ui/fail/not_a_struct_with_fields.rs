// spec: S003
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Tuple(i64);

#[derive(Entity)]
struct Unit;

#[derive(Entity)]
enum Enum {
    A,
}

#[derive(Entity)]
union Union {
    a: i64,
}

#[derive(Entity)]
struct Generic<T> {
    #[orm(primary)]
    id: i64,
    value: T,
}

#[derive(Entity)]
struct Borrowed<'a> {
    #[orm(primary)]
    id: i64,
    name: &'a str,
}

#[derive(BaseEntity)]
struct TupleBase(i64);

fn main() {}
