//! The tests' entities, as a derive would describe them. They are never instances, only rows.

use mikro_orm_core::entity::{EntityDescriptor, FieldAttributes, FieldDef};
use mikro_orm_core::field::{ColumnType, FieldKind, FieldVTable};
use mikro_orm_core::metadata::{EntityId, EntityType, Metadata, discover};
use mikro_orm_core::value::{Value, ValueError};
use std::alloc::Layout;
use std::any::TypeId;
use std::marker::PhantomData;

pub const AUTHOR: EntityId = EntityId(0);
pub const BOOK: EntityId = EntityId(1);
pub const EVERYTHING: EntityId = EntityId(2);
pub const COUNTER: EntityId = EntityId(3);

pub fn metadata() -> Metadata {
    let entities: [fn() -> _; 4] = [|| &AUTHOR_ENTITY, || &BOOK_ENTITY, || &EVERYTHING_ENTITY, || &COUNTER_ENTITY];
    // SAFETY: no identity map is made for them
    discover(&entities.map(|entity| unsafe { EntityType::described_by(entity) }).to_vec()).unwrap()
}

/// The place of a field.
pub fn field(metadata: &Metadata, entity: EntityId, name: &str) -> u16 {
    metadata.entity(entity).by_name(name).unwrap().index
}

unsafe fn clone(_: *const u8, _: *mut u8) {}
unsafe fn drop(_: *mut u8) {}
unsafe fn same(_: *const u8, _: *const u8) -> bool {
    true
}
unsafe fn read<'a>(_: *const u8, _: PhantomData<&'a ()>) -> Value<'a> {
    Value::Null
}
unsafe fn init(_: *mut u8, _: Value<'_>) -> Result<(), ValueError> {
    Ok(())
}

const fn table(kind: FieldKind, nullable: bool) -> FieldVTable {
    FieldVTable {
        kind,
        nullable,
        items: None,
        embedded: None,
        objects: None,
        column_type: |_| None,
        sql: |_| mikro_orm_core::field::InSql::default(),
        clone,
        drop,
        needs_drop: false,
        plain: || true,
        size: 0,
        align: 1,
        same,
        read,
        init,
        init_default: None,
    }
}

const NONE: FieldAttributes = FieldAttributes::NONE;

macro_rules! entity {
    ($table:ident, $name:literal: $marker:ident { $($field:ident: $kind:expr, $nullable:literal, $attributes:expr $(, -> $target:ident)?;)* }) => {
        struct $marker;
        static $table: EntityDescriptor = EntityDescriptor {
            name: $name,
            table: None,
            options: &mikro_orm_core::entity::TableAttributes::NONE,
            identity: mikro_orm_core::entity::EntityIdentity::Type(TypeId::of::<$marker>),
            layout: Layout::new::<u64>(),
            drop: Some(drop),
            hooks: &[],
            fields: &[$(FieldDef {
                name: stringify!($field),
                offset: 0,
                vtable: &const { table($kind, $nullable) },
                target: entity!(@target $($target)?),
                attributes: $attributes,
            }),*],
            computed: &[],
            readonly: false,
        };
    };
    (@target) => { None };
    (@target $target:ident) => { Some(mikro_orm_core::entity::Target::Type(|| &$target)) };
}

use ColumnType as C;
use FieldKind::{Scalar, ToOne};

const KEY: FieldAttributes = FieldAttributes { primary: true, ..NONE };
const UNIQUE: FieldAttributes = FieldAttributes { unique: Some(""), ..NONE };

entity!(AUTHOR_ENTITY, "Author": Author {
    id: Scalar(C::I64), false, KEY;
    name: Scalar(C::String), false, FieldAttributes { length: Some(20), ..NONE };
    email: Scalar(C::String), false, UNIQUE;
    secret: Scalar(C::String), true, FieldAttributes { hidden: true, unique: Some(""), ..NONE };
});

entity!(BOOK_ENTITY, "Book": Book {
    id: Scalar(C::I64), false, KEY;
    title: Scalar(C::String), false, FieldAttributes { text: true, ..NONE };
    version: Scalar(C::I32), false, FieldAttributes { version: true, ..NONE };
    author: ToOne, false, NONE, -> AUTHOR_ENTITY;
});

entity!(EVERYTHING_ENTITY, "Everything": Everything {
    id: Scalar(C::I64), false, KEY;
    boolean: Scalar(C::Bool), true, NONE;
    int8: Scalar(C::I8), true, NONE;
    int16: Scalar(C::I16), true, NONE;
    int32: Scalar(C::I32), true, NONE;
    int64: Scalar(C::I64), true, NONE;
    uint8: Scalar(C::U8), true, NONE;
    uint16: Scalar(C::U16), true, NONE;
    uint32: Scalar(C::U32), true, NONE;
    uint64: Scalar(C::U64), true, NONE;
    float32: Scalar(C::F32), true, NONE;
    float64: Scalar(C::F64), true, NONE;
    string: Scalar(C::String), true, NONE;
    bytes: Scalar(C::Bytes), true, NONE;
    uuid: Scalar(C::Uuid), true, NONE;
    date_time: Scalar(C::DateTime), true, NONE;
    local: Scalar(C::LocalDateTime), true, NONE;
    date: Scalar(C::Date), true, NONE;
    time: Scalar(C::Time), true, NONE;
    decimal: Scalar(C::Decimal), true, NONE;
    json: Scalar(C::Json), true, NONE;
    mood: Scalar(C::String), true, FieldAttributes { column_type: Some("mood"), ..NONE };
    fixed: Scalar(C::Decimal), true, FieldAttributes { column_type: Some("numeric(10,2)"), ..NONE };
    stamp: Scalar(C::DateTime), true, FieldAttributes { column_type: Some("timestamp(3)"), ..NONE };
});

entity!(COUNTER_ENTITY, "Counter": Counter {
    id: Scalar(C::U64), false, KEY;
    count: Scalar(C::I32), false, FieldAttributes { default_raw: Some("7"), ..NONE };
});
