// spec: S020
use mikro_orm::prelude::*;

#[derive(BaseEntity)]
#[orm(table = "base")]
pub struct Base {
    #[orm(primary)]
    pub id: i64,
    #[orm(uniqe)]
    pub label: String,
}

#[derive(Entity)]
struct SameField {
    #[orm(extends)]
    base: Base,
    label: String,
}

#[derive(Entity)]
struct TwoBases {
    #[orm(extends)]
    base: Base,
    #[orm(extends)]
    second: Base,
}

#[derive(Entity)]
struct NoPath {
    #[orm(extends)]
    base: (Base, Base),
}

#[derive(Entity)]
struct WithArguments {
    #[orm(extends)]
    base: Box<Base>,
}

#[derive(Entity)]
struct MoreThanABase {
    #[orm(extends, unique)]
    base: Base,
}

#[derive(BaseEntity)]
pub struct Plain {
    #[orm(primary)]
    pub id: i64,
}

#[derive(BaseEntity)]
#[orm(index(labl))]
struct Further {
    #[orm(extends)]
    base: Plain,
    #[orm(extends)]
    second: Plain,
    id: i64,
    label: String,
}

fn main() {}
