// spec: S002
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Forgot {
    id: i64,
    name: String,
}

#[derive(Entity)]
struct Without {
    name: String,
    forgot: Ref<Forgot>,
}

fn main() {}
