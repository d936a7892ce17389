//! The heap's synchronization, under a model checker: every order in which threads can take their steps (with a
//! few preemptions), and every value that weak memory lets a load see.
//!
//! `RUSTFLAGS="--cfg mikro_loom" cargo test --release -p mikro-orm-core --test loom --target-dir target/loom`
#![cfg(mikro_loom)]
#![allow(missing_docs)]

use loom::sync::Mutex;
use loom::thread;
use mikro_orm_core::heap::model::Map;
use mikro_orm_core::query::ScalarProperty;
use mikro_orm_core::value::Value;
use mikro_orm_core::{Collection, Loaded, Ref, entities};
use mikro_orm_macros::Entity;
use std::sync::Arc;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Owner {
    #[orm(primary)]
    pub id: i64,
    #[orm(mapped_by = owner)]
    pub items: Collection<Item>,
}
const ITEMS: u16 = 1;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Item {
    #[orm(primary)]
    pub id: i64,
    pub a: i64,
    pub b: i64,
    pub owner: Option<Ref<Owner>>,
}

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Named {
    #[orm(primary)]
    pub code: String,
    pub a: i64,
}

fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.max_branches = 100_000;
    builder.check(model);
}

fn map() -> Map {
    let _ = (Owner::id, Item::id, Item::b, Item::owner, Owner::items, Named::code, Named::a);
    Map::new(&entities![Owner, Item, Named])
}
fn item(map: &Map, a: i64, b: i64) -> Loaded<Item> {
    map.row(vec![Value::Int(1), Value::Int(a), Value::Int(b), Value::Null])
}

/// Two editors of different fields and a reader: both edits last, and no version is half of one.
#[test]
fn editors_merge() {
    check(|| {
        let map = map();
        let item = item(&map, 0, 0);
        let (one, two) = (item.clone(), item.clone());
        let one = thread::spawn(move || one.edit().a = 1);
        let two = thread::spawn(move || {
            two.edit_with(|item| item.b = 2);
            assert_eq!(two.b, 2);
        });
        assert!(matches!((item.a, item.b), (0 | 1, 0 | 2)));
        one.join().unwrap();
        two.join().unwrap();
        assert_eq!((item.a, item.b), (1, 2));
        map.flush(0);
        assert!(map.is_stored(&item));
    });
}

/// An edit beside a flush: it is in this flush or in the next one.
#[test]
fn an_edit_beside_a_flush_is_not_lost() {
    check(|| {
        let map = map();
        let item = item(&map, 0, 0);
        item.edit().a = 1;
        let (editor, flusher) = (item.clone(), map.clone());
        let editor = thread::spawn(move || editor.edit().b = 2);
        let flusher = thread::spawn(move || flusher.flush(0));
        editor.join().unwrap();
        flusher.join().unwrap();
        map.flush(0);
        assert_eq!((item.a, item.b), (1, 2));
        assert!(map.is_stored(&item));
    });
}

/// The same for an entity whose insert is on its way: it is new before, and not after.
#[test]
fn an_edit_beside_an_insert_is_not_lost() {
    check(|| {
        let map = map();
        let item = map.create(Item { id: 0, a: 1, b: 1, owner: None });
        let (editor, flusher) = (item.clone(), map.clone());
        let editor = thread::spawn(move || editor.edit().b = 2);
        let flusher = thread::spawn(move || flusher.flush(7));
        editor.join().unwrap();
        flusher.join().unwrap();
        map.flush(7);
        assert_eq!((item.id, item.id(), item.a, item.b), (7, Some(7), 1, 2));
        assert!(map.is_stored(&item));
    });
}

/// Two queries read the same row at once, and a third sees it changed.
#[test]
fn a_row_is_filled_by_several_queries() {
    check(|| {
        let map = map();
        let reference = map.reference::<Item>(1);
        let threads = [0, 5].map(|a| {
            let map = map.clone();
            thread::spawn(move || item(&map, a, 0).a)
        });
        if let Ok(item) = reference.get() {
            assert!(matches!(item.a, 0 | 5));
        }
        for thread in threads {
            assert!(matches!(thread.join().unwrap(), 0 | 5));
        }
        assert!(map.is_stored(reference.get().unwrap()));
    });
}

/// A row that changed is merged while the entity is edited: the edit stays, and is stored by the next flush.
#[test]
fn a_row_is_merged_beside_an_edit() {
    check(|| {
        let map = map();
        let loaded = item(&map, 0, 0);
        let (editor, query) = (loaded.clone(), map.clone());
        let editor = thread::spawn(move || editor.edit().b = 2);
        let query = thread::spawn(move || drop(item(&query, 5, 0)));
        editor.join().unwrap();
        query.join().unwrap();
        assert_eq!((loaded.a, loaded.b), (5, 2));
        map.flush(0);
        assert!(map.is_stored(&loaded));
    });
}

/// What is set on a reference beside the loading of its row survives the loading.
#[test]
fn a_patch_beside_its_row_is_not_lost() {
    check(|| {
        let map = map();
        let reference = map.reference::<Item>(1);
        let (patched, query) = (reference.clone(), map.clone());
        let patch = thread::spawn(move || patched.assign(Item::a.set(9)).unwrap());
        let query = thread::spawn(move || drop(item(&query, 0, 0)));
        patch.join().unwrap();
        query.join().unwrap();
        let item = reference.get().unwrap();
        assert_eq!(item.a, 9);
        map.flush(0);
        assert!(map.is_stored(item));
    });
}

/// Items join and leave a collection beside its reader.
#[test]
fn a_collection_changes_beside_its_reader() {
    check(|| {
        let map = map();
        let owner: Loaded<Owner> = map.row(vec![Value::Int(1)]);
        let stays: Loaded<Item> = map.row(vec![Value::Int(1), Value::Int(0), Value::Int(0), Value::Int(1)]);
        let leaves: Loaded<Item> = map.row(vec![Value::Int(2), Value::Int(0), Value::Int(0), Value::Int(1)]);
        let joins: Loaded<Item> = map.row(vec![Value::Int(3), Value::Int(0), Value::Int(0), Value::Null]);
        map.items(&owner, ITEMS, &[&stays, &leaves]);
        let to = owner.to_ref();
        let join = thread::spawn(move || joins.edit().owner = Some(to));
        let leave = thread::spawn(move || leaves.edit().owner = None);
        let items = owner.items.get().unwrap();
        let seen: Vec<i64> = items.iter().map(|item| item.id).collect();
        assert!(seen.contains(&1) && (1..=3).contains(&seen.len()), "{seen:?}");
        join.join().unwrap();
        leave.join().unwrap();
        assert_eq!(items.iter().map(|item| item.id).collect::<Vec<_>>(), [1, 3]);
    });
}

/// Versions are freed when nobody can look at them, and the last handle, wherever it is dropped, takes the heap.
#[test]
fn versions_go_when_handles_are_gone() {
    check(|| {
        let map = map();
        let loaded = item(&map, 0, 0);
        let reference = loaded.clone();
        loaded.edit().a = 1;
        drop(loaded);
        let map = Arc::new(Mutex::new(map));
        let context = map.clone();
        let reader = thread::spawn(move || {
            let a = &reference.a;
            let again = reference.clone();
            drop(context);
            assert_eq!((*a, again.b), (1, 0));
        });
        map.lock().unwrap().reclaim();
        reader.join().unwrap();
        assert!(map.lock().unwrap().reclaim());
        assert_eq!(map.lock().unwrap().reference::<Item>(1).get().unwrap().a, 1);
    });
}

/// A key that is kept behind a pointer is read while it is replaced.
#[test]
fn a_boxed_key_is_read_beside_its_change() {
    check(|| {
        let map = map();
        let named = map.create(Named { code: "one".into(), a: 0 });
        let editor = named.clone();
        let editor = thread::spawn(move || editor.edit().code = "two".into());
        assert!(matches!(named.id().as_deref(), None | Some("one" | "two")));
        editor.join().unwrap();
        assert_eq!(named.id().as_deref(), Some("two"));
    });
}
