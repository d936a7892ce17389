//! An entity with more fields than a word has bits.

use super::database::{Database, block_on};
use mikro_orm_core::value::Value;
use mikro_orm_core::{Ref, entities};
use mikro_orm_macros::Entity;

macro_rules! wide {
    ($($field:ident)*) => {
        #[derive(Entity)]
        #[orm(crate = mikro_orm_core)]
        pub struct Wide {
            #[orm(primary)]
            pub id: i64,
            $(#[orm(default = 0)] pub $field: i32,)*
            pub next: Option<Ref<Wide>>,
            pub last: String,
        }
        const FIELDS: &[&str] = &[$(stringify!($field)),*];
    };
}
wide! {
    a00 a01 a02 a03 a04 a05 a06 a07 a08 a09 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29
    a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42 a43 a44 a45 a46 a47 a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59
    a60 a61 a62 a63 a64 a65 a66 a67 a68 a69 a70 a71 a72 a73 a74 a75 a76 a77 a78 a79
}

#[test]
fn fields_beyond_the_sixty_fourth_are_merged_and_flushed() {
    let database = Database::default();
    let orm = database.orm(entities![Wide]);
    let mut row: Vec<_> = FIELDS.iter().map(|field| (*field, Value::Int(0))).collect();
    row.extend([("id", Value::Int(1)), ("last", Value::Text("last".into()))]);
    database.put(&orm, "Wide", &row);
    let em = orm.em();
    let wide = block_on(async { em.find_one_or_fail::<Wide>(1).await }).unwrap();
    let (mut one, mut two) = (wide.edit(), wide.edit());
    one.a79 = 79;
    one.a00 = 1;
    two.next = Some(wide.to_ref());
    two.last = "changed".into();
    drop(one);
    drop(two);
    block_on(em.flush()).unwrap();
    assert_eq!(database.log().last(), Some(&("commit", 0)));
    em.clear();
    let again = block_on(async { em.find_one_or_fail::<Wide>(1).populate(Wide::next).await }).unwrap();
    assert_eq!((again.a00, again.a79, again.last.as_str()), (1, 79, "changed"));
    assert_eq!(again[Wide::next].as_ref().unwrap().id, 1);
    assert_eq!(FIELDS.len(), 80);
}
