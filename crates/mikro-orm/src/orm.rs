//! The ORM with its databases.

use crate::database::IntoDatabase;
use mikro_orm_core::OrmBuilder;
use std::ops::Deref;

/// Entities and a database. Cheap to clone; made once per application.
///
/// ```
/// use mikro_orm::prelude::*;
///
/// #[derive(Entity)]
/// struct Author {
///     #[orm(primary)]
///     id: i64,
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// let orm = Orm::builder("sqlite::memory:").entities(entities![Author]).build().await?;
/// orm.schema().create().await?;
///
/// let em = orm.em();
/// em.create(Author::builder().name("Jon Snow"));
/// em.flush().await?;
/// assert_eq!(em.count::<Author>(Condition::all()).await?, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Orm(mikro_orm_core::Orm);

impl Orm {
    /// A builder for an ORM on this database: a URL, or a driver's options.
    pub fn builder(database: impl IntoDatabase) -> OrmBuilder<Orm> {
        OrmBuilder::new(database.into_connector())
    }
}

impl From<mikro_orm_core::Orm> for Orm {
    fn from(orm: mikro_orm_core::Orm) -> Self {
        Orm(orm)
    }
}

impl Deref for Orm {
    type Target = mikro_orm_core::Orm;
    fn deref(&self) -> &mikro_orm_core::Orm {
        &self.0
    }
}
