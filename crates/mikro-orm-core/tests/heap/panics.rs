//! User code that panics: in edits, in callbacks, in a scalar's own functions. Nothing is half done, dropped twice
//! or left behind.

use super::database::{Database, block_on};
use super::entities::{Book, shelf};
use super::process::allocated;
use mikro_orm_core::field::{ColumnType, Scalar};
use mikro_orm_core::value::{Value, ValueError};
use mikro_orm_core::{Ref, entities};
use mikro_orm_macros::Entity;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// What panics next: a name and how many calls from now.
    static NEXT: Cell<(&'static str, usize)> = const { Cell::new(("", 0)) };
    /// How many values there are.
    static VALUES: Cell<isize> = const { Cell::new(0) };
}

fn fuse(of: &'static str) {
    let (name, calls) = NEXT.get();
    if name == of {
        NEXT.set(if calls == 0 { ("", 0) } else { (name, calls - 1) });
        assert!(calls != 0, "{of} panics, as the test asked");
    }
}

/// A scalar of the user's whose every function may panic. It counts itself: a value dropped twice, or never, shows.
/// Its alignment is larger than any allocator gives by chance.
#[repr(align(64))]
struct Fused(i64);
impl Fused {
    fn new(value: i64) -> Self {
        VALUES.set(VALUES.get() + 1);
        Fused(value)
    }
}
impl Clone for Fused {
    fn clone(&self) -> Self {
        fuse("clone");
        assert!(std::ptr::from_ref(self).addr().is_multiple_of(64));
        Fused::new(self.0)
    }
}
impl Drop for Fused {
    fn drop(&mut self) {
        VALUES.set(VALUES.get() - 1);
        if !std::thread::panicking() {
            fuse("drop");
        }
    }
}
impl Scalar for Fused {
    const COLUMN: ColumnType = ColumnType::I64;
    fn to_value(&self) -> Value<'_> {
        fuse("to_value");
        Value::Int(self.0)
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        fuse("from_value");
        match value {
            Value::Int(value) => Ok(Fused::new(value)),
            other => Err(ValueError::mismatch("an integer", &other)),
        }
    }
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Thing {
    #[orm(primary)]
    id: i64,
    name: String,
    first: Option<Fused>,
    other: Option<Ref<Thing>>,
    second: Option<Fused>,
    #[orm(on_create = || { fuse("on_create"); 0 }, on_update = || { fuse("on_update"); 1 })]
    stamp: i64,
}

fn things() -> (Database, mikro_orm_core::Orm) {
    let database = Database::default();
    let orm = database.orm(entities![Thing]);
    for id in 1..=3 {
        let fields = [
            ("id", Value::Int(id)),
            ("name", Value::Text("a name".into())),
            ("first", Value::Int(id * 10)),
            ("other", Value::Int(id % 3 + 1)),
            ("second", Value::Int(id * 100)),
            ("stamp", Value::Int(0)),
        ];
        database.put(&orm, "Thing", &fields);
    }
    (database, orm)
}

#[test]
fn a_panic_in_an_edit_publishes_nothing() {
    let (_, em) = shelf();
    let book = block_on(async { em.find_one_or_fail::<Book>(10).await }).unwrap();
    let in_closure = catch_unwind(AssertUnwindSafe(|| {
        book.edit_with(|b| {
            b.pages = 1;
            assert_eq!(b.pages, 2, "half-way");
        })
    }));
    let with_guard = catch_unwind(AssertUnwindSafe(|| {
        let mut draft = book.edit();
        draft.pages = 2;
        panic!("half-way");
    }));
    assert!(in_closure.is_err() && with_guard.is_err());
    assert_eq!(book.pages, 100);
    // and no draft counts as open
    block_on(em.flush()).unwrap();
}

/// Whatever panics wherever: entities are whole, values are dropped once, and heaps go.
#[test]
fn a_panic_in_a_scalar_or_a_callback_leaves_everything_whole() {
    std::panic::set_hook(Box::new(|_| {}));
    let (before, values) = (allocated(), VALUES.get());
    for of in ["clone", "drop", "to_value", "from_value", "on_create", "on_update"] {
        for calls in 0..14 {
            let (_, orm) = things();
            let em = orm.em();
            NEXT.set((of, calls));
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                block_on(async {
                    let things = em.find::<Thing>().await.unwrap();
                    things[0].edit().name = "edited".into();
                    things[0].edit_with(|thing| {
                        thing.first = Some(Fused::new(7));
                        std::mem::swap(&mut thing.first, &mut thing.second);
                    });
                    let (mut one, mut two) = (things[1].edit(), things[1].edit());
                    one.first = None;
                    two.second = Some(Fused::new(8));
                    drop(one);
                    drop(two);
                    let new = Thing::builder().name("new").first(Fused::new(1)).other(&things[0]).second(Fused::new(2));
                    let new = em.create(new);
                    em.flush().await.unwrap();
                    new.edit().name = "again".into();
                    em.flush().await.unwrap();
                    em.refresh(&things[2]).await.unwrap();
                    things.len()
                })
            }));
            // (a panic in a guard's or in a heap's drop may leave the message of the last one)
            let fired = NEXT.replace(("", 0)).0.is_empty();
            assert_eq!(outcome.is_err(), fired, "{of} {calls}");
            // everything can still be read
            let things = catch_unwind(AssertUnwindSafe(|| block_on(async { em.find::<Thing>().await }))).unwrap().unwrap();
            for thing in &things {
                assert!(!thing.name.is_empty());
                assert!(thing.first.as_ref().is_none_or(|value| value.0 > 0));
                let _ = thing.other.as_ref().map(|other| other.get().unwrap().stamp);
            }
            drop((things, em, orm));
            assert_eq!(VALUES.get(), values, "{of} {calls}: values are dropped once");
        }
    }
    let _ = std::panic::take_hook();
    assert!(allocated() - before < 16 << 10, "{} bytes are left", allocated() - before);
}
