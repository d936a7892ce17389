//! [`Json`]: a type of the application's that is stored as a JSON document.

use super::{ColumnType, Field, FieldVTable, Scalar};
use crate::query::BareScalar;
use crate::value::{Value, ValueError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::{Deref, DerefMut};

/// A value of any type with `Serialize` and `Deserialize`, in one column, as a JSON document (`jsonb` on PostgreSQL, text on
/// SQLite). For documents of any form there is `serde_json::Value`.
///
/// It is edited in place, like any other field; a flush writes the whole document when it differs. Members of a stored document
/// that the type does not know are no difference, and are gone once it is written. An `Option` of it is a column that may be
/// null, which the document `null` is not.
///
/// ```
/// use mikro_orm::prelude::*;
/// use mikro_orm::Json;
///
/// #[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
/// pub struct Details {
///     pub pages: u32,
///     pub tags: Vec<String>,
/// }
///
/// #[derive(Entity)]
/// pub struct Edition {
///     #[orm(primary)]
///     pub id: i64,
///     pub details: Json<Details>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let orm = Orm::builder("sqlite::memory:").entities(entities![Edition]).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// let edition = em.create(Edition::builder().details(Json(Details { pages: 300, tags: vec![] })));
/// em.flush().await?;
/// edition.edit().details.tags.push("first".to_owned());
/// em.flush().await?; // update edition set details = '{"pages":300,"tags":["first"]}' where id = 1
/// assert_eq!(edition.details.pages, 300);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// What it holds.
    pub fn into_inner(self) -> T {
        self.0
    }
}
impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Json(value)
    }
}
impl<T> Deref for Json<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Json)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Scalar for Json<T> {
    const COLUMN: ColumnType = ColumnType::Json;
    /// What has no form in JSON (a map whose keys are no texts) has no value that a column takes: the flush says so.
    fn to_value(&self) -> Value<'_> {
        serde_json::to_string(&self.0).map_or(Value::Row(Vec::new()), |text| Value::Json(text.into()))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            // (serde's errors may show a part of the document)
            Value::Json(text) | Value::Text(text) => serde_json::from_str(&text).map(Json).map_err(|error| {
                let place = format!("line {}, column {}", error.line(), error.column());
                ValueError::new(format!("the document at {place} is not what `{}` reads", std::any::type_name::<T>()))
            }),
            other => Err(ValueError::mismatch("JSON", &other)),
        }
    }
    fn same(&self, other: &Self) -> bool {
        match (serde_json::to_value(&self.0), serde_json::to_value(&other.0)) {
            (Ok(a), Ok(b)) => a.same(&b),
            _ => false,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> BareScalar for Json<T> {}

// SAFETY: the table is that of this very type
#[diagnostic::do_not_recommend]
unsafe impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Field for Json<T> {
    const VTABLE: &'static FieldVTable = crate::heap::custom_table::<Self>();
}
