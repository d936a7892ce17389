#![doc = include_str!("../../../README.md")]

mod database;
mod orm;

pub use database::IntoDatabase;
pub use mikro_orm_core::em::{FromRow, LockMode, PopulateWhere, RawRow};
#[cfg(feature = "json")]
pub use mikro_orm_core::field::Json;
pub use mikro_orm_core::field::{CustomType, DbEnum};
#[cfg(feature = "serde")]
pub use mikro_orm_core::serialize::{self, serialize};
pub use mikro_orm_core::{
    BaseEntity, BaseHooks, Collection, DynamicEntity, Edit, Embeddable, Entity, EntityManager, EntitySchema, Error, FlushMode,
    Has, Hint, Hooks, Lazy, Loaded, LoadedCollection, LoadedLazy, LoadedWith, OrmBuilder, Ref, Result, Strategy, Subscriber,
    With,
};
pub use mikro_orm_core::{
    data, driver, dynamic, em, embeddable, entities, entity, entity_schema, error, events, field, heap, input, key, metadata,
    naming, populate, query, schema, value,
};
pub use mikro_orm_macros::{BaseEntity, DbEnum, DbType, Embeddable, Entity, FromRow};
pub use orm::Orm;

#[cfg(feature = "postgres")]
pub use mikro_orm_postgres::PostgresOptions;
#[cfg(feature = "sqlite")]
pub use mikro_orm_sqlite::SqliteOptions;

/// What programs that use the ORM import.
pub mod prelude {
    pub use crate::events::{
        BaseEventArgs, BaseLoadArgs, ChangeKind, EntityEvent, EventArgs, FlushEvent, LoadArgs, LoadEvent, TransactionEvent,
    };
    pub use crate::populate::{HintOptions, ReferencesHint, Relation};
    pub use crate::query::{Condition, JoinType, NameColumn, ScalarProperty, ToManyRelation, ToOneRelation, raw};
    #[cfg(feature = "serde")]
    pub use crate::serialize::serialize;
    pub use crate::{
        BaseEntity, BaseHooks, Collection, CustomType, DbEnum, DbType, Embeddable, Entity, EntityManager, Error, Has, Hint,
        Hooks, Lazy, Loaded, LoadedWith, LockMode, Orm, Ref, Strategy, Subscriber, With, entities,
    };
}

/// What derived code refers to.
#[doc(hidden)]
pub mod __private {
    pub use mikro_orm_core::__private::*;
    pub use mikro_orm_macros::{base_with_base, entity_with_base};
}
