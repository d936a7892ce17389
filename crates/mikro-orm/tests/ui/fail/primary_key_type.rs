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
    other: Option<Ref<Nullable>>,
}

#[derive(Entity)]
struct Composite {
    #[orm(primary)]
    first: i64,
    #[orm(primary)]
    second: Option<i64>,
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
