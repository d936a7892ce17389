use mikro_orm::prelude::*;

#[derive(Entity)]
struct Pilot {
    #[orm(primary)]
    first: String,
    #[orm(primary)]
    last: String,
}

#[derive(Entity)]
struct Crew {
    #[orm(primary)]
    id: i64,
    #[orm(map_to_pk = Pilot)]
    leader: Option<String>,
}

fn main() {}
