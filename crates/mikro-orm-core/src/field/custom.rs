//! Types of the application's that live in one column.

use super::Scalar;
use crate::value::{Value, ValueError};

/// A type of the application's that is stored as another one: a scalar that the database knows. `#[derive(DbType)]` makes it
/// a field's type then.
///
/// It can be a field, nullable in an `Option`, compared in conditions, and a key. Whether a flush writes it is decided by
/// what it is stored as.
///
/// ```no_run
/// use mikro_orm::prelude::*;
/// use mikro_orm::value::ValueError;
///
/// /// Money, in cents.
/// #[derive(Debug, Clone, Copy, PartialEq, DbType)]
/// pub struct Cents(i64);
///
/// impl CustomType for Cents {
///     type Database = i64;
///     fn to_database(&self) -> i64 {
///         self.0
///     }
///     fn from_database(cents: i64) -> Result<Self, ValueError> {
///         if cents < 0 { Err(ValueError::new("money can't be negative")) } else { Ok(Cents(cents)) }
///     }
/// }
///
/// #[derive(Entity)]
/// pub struct Product {
///     #[orm(primary)]
///     pub id: i64,
///     pub price: Cents,
///     pub reduced: Option<Cents>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let orm = Orm::builder("sqlite::memory:").entities(entities![Product]).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// em.create(Product::builder().price(Cents(250)));
/// em.flush().await?;
/// assert_eq!(em.find::<Product>().filter(Product::price.gt(Cents(200))).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
pub trait CustomType: Sized + Clone + Send + Sync + 'static {
    /// What it is stored as.
    type Database: Scalar;

    /// The form in which it is stored.
    fn to_database(&self) -> Self::Database;

    /// The value that is stored so.
    ///
    /// # Errors
    /// When it stands for no value of this type. Loading the row fails then, with entity and property.
    fn from_database(value: Self::Database) -> Result<Self, ValueError>;

    /// The column's type, as the database of this name (`sqlite`, `postgres`) spells it, when it is not the one of
    /// [`CustomType::Database`]. `column_type` on a field comes before this.
    fn column_type(database: &str) -> Option<&'static str> {
        let _ = database;
        None
    }

    /// What a value is written as in SQL, when it is not the bare parameter: `Some("st_geomfromtext({})")`, where `{}` stands for
    /// it. Values that a column is compared with are written so, too. A key can't be of such a type.
    fn to_sql(database: &str) -> Option<&'static str> {
        let _ = database;
        None
    }

    /// What queries read, when it is not the bare column: `Some("st_astext({})")`, where `{}` stands for it. Conditions and
    /// orders are about the column itself.
    fn from_sql(database: &str) -> Option<&'static str> {
        let _ = database;
        None
    }

    /// All values that there are, when it is an enum. Written by `#[derive(DbEnum)]`.
    #[doc(hidden)]
    const ITEMS: Option<&'static [EnumItem]> = None;

    /// As [`CustomType::to_database`], where that can be borrowed.
    #[doc(hidden)]
    fn value(&self) -> Value<'_> {
        self.to_database().to_value().into_owned()
    }
}

/// One of an enum's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnumItem {
    /// The variant's name.
    pub name: &'static str,
    /// What is stored.
    pub value: EnumValue,
}

/// What is stored for an enum's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumValue {
    /// A text.
    Text(&'static str),
    /// A number.
    Number(i64),
}

/// An enum whose values live in one column. Written by `#[derive(DbEnum)]`.
pub trait DbEnum: CustomType + Copy {
    /// All of them, in the order of declaration.
    const VALUES: &'static [Self];
    /// What is stored.
    fn stored(&self) -> EnumValue;
    /// The one that is stored so.
    ///
    /// # Errors
    /// When there is none; the message lists those that there are.
    fn of_stored(stored: &Value<'_>) -> Result<Self, ValueError> {
        let is = |item: &&Self| match (item.stored(), stored) {
            (EnumValue::Text(text), Value::Text(stored)) => text == stored.as_ref(),
            (EnumValue::Number(number), Value::Int(stored)) => number == *stored,
            _ => false,
        };
        Self::VALUES.iter().find(is).copied().ok_or_else(|| {
            let known: Vec<String> = Self::VALUES
                .iter()
                .map(|item| match item.stored() {
                    EnumValue::Text(text) => format!("`{text}`"),
                    EnumValue::Number(number) => number.to_string(),
                })
                .collect();
            ValueError::new(format!("found what is none of the enum's items, which are {}", known.join(", ")))
        })
    }
}
