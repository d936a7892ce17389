//! Entities for tests, described by hand: only what a driver reads of a description is there.
//!
//! Used by the tests of the drivers too.

use mikro_orm_core::entity::{DefaultValue, EntityDescriptor, EntityIdentity, FieldAttributes, FieldDef, Target};
use mikro_orm_core::field::{ColumnType, FieldKind, FieldVTable};
use mikro_orm_core::metadata::{EntityType, Metadata, discover};
use mikro_orm_core::value::{Value, ValueError};
use std::alloc::Layout;
use std::any::TypeId;
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

const NONE: FieldAttributes = FieldAttributes::NONE;

/// No test makes an instance.
fn never() -> ! {
    unreachable!("entities of tests have no instances")
}
fn clone(_: *const u8, _: *mut u8) {
    never()
}
fn drop_field(_: *mut u8) {
    never()
}
fn same(_: *const u8, _: *const u8) -> bool {
    never()
}
fn read<'a>(_: *const u8, _: PhantomData<&'a ()>) -> Value<'a> {
    never()
}
fn init(_: *mut u8, _: Value<'_>) -> Result<(), ValueError> {
    never()
}

fn field(name: &'static str, kind: FieldKind, nullable: bool, attributes: FieldAttributes) -> FieldDef {
    let vtable = FieldVTable {
        kind,
        nullable,
        items: None,
        embedded: None,
        objects: None,
        column_type: |_| None,
        sql: |_| mikro_orm_core::field::InSql::default(),
        clone,
        drop: drop_field,
        needs_drop: false,
        plain: || true,
        size: 0,
        align: 1,
        same,
        read,
        init,
        init_default: None,
    };
    FieldDef { name, offset: 0, vtable: Box::leak(Box::new(vtable)), target: None, attributes }
}
fn scalar(name: &'static str, column: ColumnType, attributes: FieldAttributes) -> FieldDef {
    field(name, FieldKind::Scalar(column), false, attributes)
}
fn nullable(name: &'static str, column: ColumnType, attributes: FieldAttributes) -> FieldDef {
    field(name, FieldKind::Scalar(column), true, attributes)
}
fn to_one(name: &'static str, target: fn() -> &'static EntityDescriptor, nullable: bool) -> FieldDef {
    FieldDef { target: Some(Target::Type(target)), ..field(name, FieldKind::ToOne, nullable, NONE) }
}
fn to_many(name: &'static str, target: fn() -> &'static EntityDescriptor, mapped_by: &'static str) -> FieldDef {
    let attributes = FieldAttributes { mapped_by: Some(mapped_by), ..NONE };
    FieldDef { target: Some(Target::Type(target)), ..field(name, FieldKind::ToMany, false, attributes) }
}
fn key(column: ColumnType) -> FieldDef {
    scalar("id", column, FieldAttributes { primary: true, ..NONE })
}
fn entity<T: 'static>(name: &'static str, fields: Vec<FieldDef>) -> EntityDescriptor {
    let type_id = || TypeId::of::<T>();
    EntityDescriptor {
        name,
        table: None,
        options: &mikro_orm_core::entity::TableAttributes::NONE,
        identity: EntityIdentity::Type(type_id),
        layout: Layout::new::<()>(),
        drop: Some(drop_field),
        fields: fields.leak(),
        computed: &[],
        hooks: &[],
        readonly: false,
    }
}

struct Author;
struct Book;
struct Sample;
struct Odd;
struct Shelf;
struct Place;
struct Label;

/// The places of an author's fields.
#[allow(dead_code, missing_docs)] // not every crate's tests use all
pub mod author {
    pub const ID: u16 = 0;
    pub const NAME: u16 = 1;
    pub const EMAIL: u16 = 2;
    pub const PASSWORD: u16 = 3;
    pub const BORN: u16 = 4;
    pub const BOOKS: u16 = 5;
    pub const EDITED: u16 = 6;
    pub const MENTOR: u16 = 7;
}

/// The places of a book's fields.
#[allow(dead_code, missing_docs)]
pub mod book {
    pub const ID: u16 = 0;
    pub const TITLE: u16 = 1;
    pub const TEXT: u16 = 2;
    pub const PRICE: u16 = 3;
    pub const VERSION: u16 = 4;
    pub const AUTHOR: u16 = 5;
    pub const EDITOR: u16 = 6;
}

/// The places of a sample's fields, which are one of each type.
#[allow(dead_code, missing_docs)]
pub mod sample {
    pub const ID: u16 = 0;
    pub const FLAG: u16 = 1;
    pub const TINY: u16 = 2;
    pub const BIG: u16 = 3;
    pub const SINGLE: u16 = 4;
    pub const DOUBLE: u16 = 5;
    pub const NOTE: u16 = 6;
    pub const DATA: u16 = 7;
    pub const INSTANT: u16 = 8;
    pub const LOCAL: u16 = 9;
    pub const DAY: u16 = 10;
    pub const TIME: u16 = 11;
    pub const AMOUNT: u16 = 12;
    pub const DOCUMENT: u16 = 13;
    pub const STAMP: u16 = 14;
}

/// The places of a shelf's fields. Its key is both of its own columns.
#[allow(dead_code, missing_docs)]
pub mod shelf {
    pub const ROOM: u16 = 0;
    pub const NAME: u16 = 1;
    pub const PLACES: u16 = 2;
}

/// The places of a place's fields. Its key is its shelf and a number.
#[allow(dead_code, missing_docs)]
pub mod place {
    pub const SHELF: u16 = 0;
    pub const NUMBER: u16 = 1;
    pub const NOTE: u16 = 2;
    pub const BOOK: u16 = 3;
    pub const SHELF_ROOM: u16 = 4;
    pub const SHELF_NAME: u16 = 5;
}

/// The places of a label's fields.
#[allow(dead_code, missing_docs)]
pub mod label {
    pub const ID: u16 = 0;
    pub const PLACE: u16 = 1;
    pub const PLACE_SHELF_ROOM: u16 = 2;
    pub const PLACE_SHELF_NAME: u16 = 3;
    pub const PLACE_NUMBER: u16 = 4;
}

static AUTHOR: LazyLock<EntityDescriptor> = LazyLock::new(|| {
    entity::<Author>(
        "Author",
        vec![
            key(ColumnType::I64),
            scalar("name", ColumnType::String, NONE),
            scalar("email", ColumnType::String, FieldAttributes { unique: Some(""), ..NONE }),
            nullable("password", ColumnType::String, FieldAttributes { hidden: true, ..NONE }),
            nullable("born", ColumnType::Date, NONE),
            to_many("books", book_descriptor, "author"),
            to_many("edited", book_descriptor, "editor"),
            to_one("mentor", author_descriptor, true),
        ],
    )
});
static BOOK: LazyLock<EntityDescriptor> = LazyLock::new(|| {
    entity::<Book>(
        "Book",
        vec![
            key(ColumnType::I64),
            scalar("title", ColumnType::String, FieldAttributes { index: Some(""), length: Some(100), ..NONE }),
            field("text", FieldKind::Lazy(ColumnType::String), true, FieldAttributes { text: true, ..NONE }),
            scalar(
                "price",
                ColumnType::F64,
                FieldAttributes { default: Some(DefaultValue::Computed(|| Value::Double(1.5))), ..NONE },
            ),
            scalar(
                "version",
                ColumnType::I32,
                FieldAttributes { version: true, default: Some(DefaultValue::Computed(|| Value::Int(1))), ..NONE },
            ),
            to_one("author", author_descriptor, false),
            to_one("editor", author_descriptor, true),
        ],
    )
});
static SAMPLE: LazyLock<EntityDescriptor> = LazyLock::new(|| {
    entity::<Sample>(
        "Sample",
        vec![
            scalar("id", ColumnType::Uuid, FieldAttributes { primary: true, on_create: true, ..NONE }),
            scalar(
                "flag",
                ColumnType::Bool,
                FieldAttributes { default: Some(DefaultValue::Computed(|| Value::Bool(true))), ..NONE },
            ),
            nullable("tiny", ColumnType::I8, NONE),
            nullable("big", ColumnType::U64, NONE),
            nullable("single", ColumnType::F32, NONE),
            nullable("double", ColumnType::F64, NONE),
            nullable(
                "note",
                ColumnType::String,
                FieldAttributes { default: Some(DefaultValue::Computed(|| Value::Text("it's".into()))), ..NONE },
            ),
            nullable(
                "data",
                ColumnType::Bytes,
                FieldAttributes { default: Some(DefaultValue::Computed(|| Value::Bytes(vec![1, 0xab].into()))), ..NONE },
            ),
            nullable("instant", ColumnType::DateTime, NONE),
            nullable(
                "local",
                ColumnType::LocalDateTime,
                FieldAttributes { default: Some(DefaultValue::Computed(|| Value::DateTime(0))), ..NONE },
            ),
            nullable("day", ColumnType::Date, NONE),
            nullable("time", ColumnType::Time, NONE),
            nullable("amount", ColumnType::Decimal, NONE),
            nullable("document", ColumnType::Json, NONE),
            nullable("stamp", ColumnType::DateTime, FieldAttributes { default_raw: Some("current_timestamp"), ..NONE }),
        ],
    )
});
/// Names that would break SQL if they were not quoted.
static ODD: LazyLock<EntityDescriptor> = LazyLock::new(|| {
    let mut odd = entity::<Odd>(
        "Odd",
        vec![
            scalar("id", ColumnType::I64, FieldAttributes { primary: true, column: Some("select"), ..NONE }),
            scalar(
                "name",
                ColumnType::String,
                FieldAttributes { column: Some("a`\"'b.c, d"), unique: Some("odd`\"' unique"), ..NONE },
            ),
            to_one("other", odd_descriptor, true),
        ],
    );
    odd.table = Some("order`\"; drop table author; --");
    odd
});

static SHELF: LazyLock<EntityDescriptor> = LazyLock::new(|| {
    entity::<Shelf>(
        "Shelf",
        vec![
            scalar("room", ColumnType::I32, FieldAttributes { primary: true, ..NONE }),
            scalar("name", ColumnType::String, FieldAttributes { primary: true, ..NONE }),
            to_many("places", place_descriptor, "shelf"),
        ],
    )
});
static PLACE: LazyLock<EntityDescriptor> = LazyLock::new(|| {
    let mut shelf = to_one("shelf", shelf_descriptor, false);
    shelf.attributes.primary = true;
    entity::<Place>(
        "Place",
        vec![
            shelf,
            scalar("number", ColumnType::U64, FieldAttributes { primary: true, ..NONE }),
            scalar("note", ColumnType::String, NONE),
            to_one("book", book_descriptor, true),
        ],
    )
});
static LABEL: LazyLock<EntityDescriptor> =
    LazyLock::new(|| entity::<Label>("Label", vec![key(ColumnType::I64), to_one("place", place_descriptor, true)]));

fn author_descriptor() -> &'static EntityDescriptor {
    &AUTHOR
}
fn book_descriptor() -> &'static EntityDescriptor {
    &BOOK
}
fn sample_descriptor() -> &'static EntityDescriptor {
    &SAMPLE
}
fn odd_descriptor() -> &'static EntityDescriptor {
    &ODD
}

fn shelf_descriptor() -> &'static EntityDescriptor {
    &SHELF
}
fn place_descriptor() -> &'static EntityDescriptor {
    &PLACE
}
fn label_descriptor() -> &'static EntityDescriptor {
    &LABEL
}

/// Entities with keys of several columns, and what refers to them.
#[allow(dead_code)] // not every crate's tests use it
pub fn composite() -> Arc<Metadata> {
    // SAFETY: no identity map is made for them
    let label = unsafe { EntityType::described_by(label_descriptor) };
    Arc::new(discover(&vec![label]).expect("the entities of tests fit"))
}

/// Authors, books, samples and an entity with hostile names.
pub fn metadata() -> Arc<Metadata> {
    let entities = [author_descriptor as fn() -> _, book_descriptor, sample_descriptor, odd_descriptor];
    // SAFETY: no identity map is made for them
    let entities = entities.map(|entity| unsafe { EntityType::described_by(entity) });
    Arc::new(discover(&entities.to_vec()).expect("the entities of tests fit"))
}
