// spec: S078, S082, Y224
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
    name: String,
    #[orm(generated = "lower({name})")]
    sort_name: String,
    #[orm(formula = "length({name})")]
    letters: i32,
}

#[derive(Entity)]
#[orm(query = "select name, count(*) as count from author group by name")]
struct NameCount {
    name: String,
    count: i64,
}

fn create(em: &EntityManager) {
    em.create(Author::builder().name("Jon").sort_name("jon"));
    em.create(Author::builder().name("Jon").letters(3));
    em.create(NameCount { name: String::new(), count: 1 });
    em.find_one::<NameCount>(1);
}

fn main() {}
