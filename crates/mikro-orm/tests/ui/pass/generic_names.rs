// spec: S003
// Entities may have the names that generics usually have.
use mikro_orm::prelude::*;

#[derive(Entity)]
pub struct T {
    #[orm(primary)]
    pub id: i64,
    pub owner: Option<Ref<K>>,
    #[orm(one_to_one)]
    pub twin: Option<Ref<T>>,
    #[orm(one_to_one, mapped_by = twin)]
    pub other: Option<Ref<T>>,
    #[orm(many_to_many)]
    pub many: Collection<K>,
}

#[derive(Entity)]
pub struct K {
    #[orm(primary)]
    pub id: i64,
    #[orm(mapped_by = owner)]
    pub own: Collection<T>,
    #[orm(many_to_many, mapped_by = many)]
    pub all: Collection<T>,
    #[orm(map_to_pk = T)]
    pub number: Option<i64>,
}

#[derive(Entity)]
pub struct P {
    #[orm(primary)]
    pub owner: Ref<O>,
    #[orm(primary)]
    pub part: i64,
}

#[derive(Entity)]
pub struct O {
    #[orm(primary)]
    pub id: i64,
    #[orm(mapped_by = owner)]
    pub parts: Collection<P>,
}

fn main() {
    let _ = entities![T, K, P, O];
}
