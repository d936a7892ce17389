//! Entities by name: what has no type at compile time, or whose type the code at hand does not know.
//!
//! ```
//! use mikro_orm::dynamic::{DynamicEntity, field};
//! use mikro_orm::entity_schema::{EntitySchema, p};
//! use mikro_orm::prelude::*;
//! use mikro_orm::data;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> mikro_orm::Result<()> {
//! let tag = EntitySchema::new("Tag")
//!     .property("name", p::string().primary())
//!     .property("books", p::many_to_many("Book").mapped_by("tags"));
//! let book = EntitySchema::new("Book")
//!     .property("id", p::i64().primary())
//!     .property("title", p::string())
//!     .property("tags", p::many_to_many("Tag"));
//! # let orm = Orm::builder("sqlite::memory:").entity_schemas([tag, book]).build().await?;
//! # orm.schema().create().await?;
//!
//! let em = orm.em();
//! let books = em.dynamic("Book")?;
//! let oaths = books.create(data! { "title": "Oaths" })?;
//! oaths.collection("tags")?.create(data! { "name": "wall" })?;
//! em.flush().await?;
//!
//! let em = orm.em();
//! let found = em.dynamic("Book")?.find().filter(field("tags.name").eq("wall")).populate(["tags"]).await?;
//! let title: String = found[0].get("title")?;
//! let tags: Vec<DynamicEntity> = found[0].collection("tags")?.items()?;
//! assert_eq!((title.as_str(), tags[0].get::<String>("name")?.as_str()), ("Oaths", "wall"));
//! # Ok(())
//! # }
//! ```
//!
//! Names are checked against the metadata when they are used: one that is none is an error that says what may have been meant.

mod collection;
mod condition;
mod create;
mod entity;
mod find;
mod repository;
mod value;

pub use collection::DynamicCollection;
pub use condition::{DynamicCondition, FieldPath, IntoDynamicFilter, field};
pub use entity::DynamicEntity;
pub use find::{DynamicFind, DynamicFindOne};
pub use repository::DynamicRepository;
pub use value::{Data, DynamicValue};

use crate::error::{Error, Result};
use crate::metadata::{EntityMetadata, PropertyMetadata};

/// The property of this name.
///
/// # Errors
/// When there is none.
pub(crate) fn property<'m>(entity: &'m EntityMetadata, name: &str) -> Result<&'m PropertyMetadata> {
    let known = entity.properties.iter().find(|property| property.is_declared() && property.name == name);
    known.ok_or_else(|| {
        let meant = entity.meant_by(name).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        Error::validation(entity.name, name, format!("is not a property of {}{meant}", entity.name))
    })
}
