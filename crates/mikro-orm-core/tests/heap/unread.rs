//! Fields that rows don't fill: what the program fills, what queries compute, what is only written; and rows without a key.

use super::database::{Database, block_on};
use super::entities::Author;
use mikro_orm_core::value::Value;
use mikro_orm_core::{Ref, entities};
use mikro_orm_macros::Entity;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Card {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(persist = false, default = "what is longer than what fits without allocating")]
    pub note: String,
    #[orm(persist = false)]
    pub marks: Option<String>,
    #[orm(hydrate = false)]
    pub secret: String,
    #[orm(formula = "1")]
    pub owner: Option<Ref<Author>>,
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core, query = "select 1")]
pub struct Count {
    pub name: String,
    pub author: Option<Ref<Author>>,
}

fn cards() -> (Database, mikro_orm_core::Orm) {
    let database = Database::default();
    let orm = database.orm(entities![Card, Author, Count]);
    put(&database, &orm, "a");
    let author = [("id", Value::Int(7)), ("name", Value::Text("Jon".into()))];
    database.put(&orm, "Author", &author);
    let count = [("name", Value::Text("a name that is longer than what fits".into())), ("author", Value::Int(7))];
    database.put(&orm, "Count", &count);
    (database, orm)
}

fn put(database: &Database, orm: &mikro_orm_core::Orm, name: &str) {
    let secret = Value::Text("a secret that is longer than what fits without allocating".into());
    let card =
        [("id", Value::Int(1)), ("name", Value::Text(name.to_owned().into())), ("secret", secret), ("owner", Value::Int(7))];
    database.put(orm, "Card", &card);
}

#[test]
fn what_rows_do_not_say_stays_whatever_they_say() {
    let (database, orm) = cards();
    let em = orm.em();
    let card = block_on(em.find_one_or_fail::<Card>(1)).unwrap();
    let first: &str = &card.note;
    assert!(first.starts_with("what is longer") && card.secret.is_empty() && card.marks.is_none());
    for round in 0..5 {
        card.edit().note = format!("a note of round {round} that is longer than what fits without allocating");
        card.edit().marks = Some(format!("marks of round {round} that are longer than what fits without allocating"));
        put(&database, &orm, &format!("a name of round {round}"));
        block_on(em.find::<Card>()).unwrap();
        assert!(card.name.ends_with(&round.to_string()) && card.note.contains(&format!("round {round}")));
        if round % 2 == 0 {
            card.edit().secret = format!("secret {round}, which is longer than what fits without allocating");
            block_on(em.refresh(&card)).unwrap();
            assert!(!card.secret.starts_with("secret"));
        } else {
            block_on(em.flush()).unwrap();
        }
        assert!(card.marks.as_deref().is_some_and(|marks| marks.contains(&format!("round {round}"))));
        assert_eq!(card.owner.as_ref().and_then(Ref::id), Some(7));
    }
    assert!(first.starts_with("what is longer"));
    let fork = em.fork_with(mikro_orm_core::em::ForkOptions::new().keep_entities());
    drop((em, orm));
    assert!(block_on(fork.find_one_or_fail::<Card>(1)).unwrap().note.contains("round 4"));
    assert!(card.note.contains("round 4"));
}

#[test]
fn a_relation_by_formula_goes_with_what_it_refers_to() {
    let (_, orm) = cards();
    let em = orm.em();
    let card = block_on(async { em.find_one_or_fail::<Card>(1).populate(Card::owner).await }).unwrap();
    let owner = card.owner.clone().unwrap();
    em.remove(&owner).unwrap();
    block_on(em.flush()).unwrap();
    assert!(card.owner.is_none());
    block_on(em.flush()).unwrap();
    drop((em, orm, card));
    assert_eq!(owner.get().unwrap().name, "Jon");
}

#[test]
fn rows_without_a_key_outlive_everything() {
    let (_, orm) = cards();
    let em = orm.em();
    let all: Vec<_> = (0..40).map(|_| block_on(async { em.find::<Count>().populate(Count::author).await }).unwrap()).collect();
    let author = all[3][0].author.clone().unwrap();
    let one = all.into_iter().nth(3).unwrap().remove(0);
    one.edit().name = "another name that is longer than what fits without allocating".into();
    drop((em, orm));
    assert!(one.name.starts_with("another"));
    drop(one);
    assert_eq!(author.get().unwrap().name, "Jon");
}
