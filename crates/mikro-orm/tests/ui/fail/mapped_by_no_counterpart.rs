// spec: S108, S113, Y235
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Citizen {
    #[orm(primary)]
    id: i64,
    #[orm(one_to_one, mapped_by = holder)]
    many_have_it: Option<Ref<Passport>>,
    #[orm(one_to_one, mapped_by = holders)]
    many_to_many: Option<Ref<Passport>>,
}

#[derive(Entity)]
struct Passport {
    #[orm(primary)]
    id: i64,
    holder: Ref<Citizen>,
    #[orm(many_to_many)]
    holders: Collection<Citizen>,
}

fn main() {}
