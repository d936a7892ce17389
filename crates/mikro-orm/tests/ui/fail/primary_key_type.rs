// spec: S002
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Nullable {
    #[orm(primary)]
    id: Option<i64>,
}

#[derive(Entity)]
struct Later {
    #[orm(primary)]
    id: Lazy<i64>,
}

#[derive(Entity)]
struct Derived {
    #[orm(primary)]
    other: Ref<Nullable>,
}

#[derive(Entity)]
struct Many {
    #[orm(primary, mapped_by = other)]
    others: Collection<Derived>,
}

#[derive(Entity)]
struct Inexact {
    #[orm(primary)]
    id: f64,
}

fn main() {}
