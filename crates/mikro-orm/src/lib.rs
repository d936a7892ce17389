//! A data mapper ORM with a unit of work and an identity map.

pub use mikro_orm_core::*;
pub use mikro_orm_macros::{BaseEntity, Entity};

/// What programs that use the ORM import.
pub mod prelude {
    pub use crate::query::{ScalarProperty, ToManyRelation, ToOneRelation};
    pub use crate::{BaseEntity, Collection, Entity, Has, Lazy, Loaded, LoadedWith, Ref, With};
    pub use crate::populate::Relation;
}

/// What derived code refers to.
#[doc(hidden)]
pub mod __private {
    pub use mikro_orm_core::__private::*;
    pub use mikro_orm_macros::entity_with_base;
}
