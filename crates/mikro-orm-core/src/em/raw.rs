//! Statements in the database's own language.

use super::{EntityManager, entity_id};
use crate::context::Context;
use crate::driver::Row;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::events::{Loads, loaded};
use crate::field::Scalar;
use crate::heap::{HydratePlan, Loaded};
use crate::query::IntoParam;
use crate::value::Value;
use std::sync::Arc;

/// A raw statement with its parameters; see [`EntityManager::raw`].
#[must_use = "a statement runs when one of its methods is awaited"]
pub struct RawQuery {
    context: Arc<Context>,
    sql: String,
    params: Vec<Value<'static>>,
}

impl EntityManager {
    /// A statement in the database's own language, with `?` for each parameter: `em.raw("select count(*) from
    /// book where price > ?").bind(10.0).rows::<(i64,)>().await?`. It is part of the open transaction. Pending
    /// changes are not flushed before it.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let counts = em.raw("select author_id, count(*) from book where pages > ? group by author_id").bind(50);
    /// assert_eq!(counts.rows::<(i64, i64)>().await?, [(1, 2)]);
    ///
    /// let books = em.raw("select * from book where title = ?").bind("Oaths").entities::<Book>().await?;
    /// assert_eq!(books[0].title, "Oaths"); // managed, as any other
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(&self, sql: impl Into<String>) -> RawQuery {
        RawQuery { context: self.context.clone(), sql: sql.into(), params: Vec::new() }
    }
}

impl RawQuery {
    /// Binds the next `?`.
    pub fn bind(mut self, value: impl IntoParam) -> Self {
        self.params.push(value.into_param());
        self
    }

    async fn run(&self, sink: &mut (dyn crate::driver::RowSink + '_)) -> Result<u64> {
        let mut lease = self.context.lease().await?;
        lease.connection()?.execute(&self.sql, &self.params, sink).await
    }

    /// Runs the statement. Gives the number of rows that it affected.
    ///
    /// # Errors
    /// When the database rejects it.
    pub async fn execute(self) -> Result<u64> {
        self.run(&mut |_: &dyn Row| Ok(())).await
    }

    /// The rows, as tuples of scalars (by position) or as structs with `#[derive(FromRow)]` (by name).
    ///
    /// # Errors
    /// When the database rejects the statement, or a column does not fit.
    pub async fn rows<R: FromRow>(self) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        self.run(&mut |row: &dyn Row| {
            rows.push(R::from_row(&RawRow(row))?);
            Ok(())
        })
        .await?;
        Ok(rows)
    }

    /// The rows as managed entities; the statement must select all columns of the entity but lazy ones (`select *`
    /// does; of kinds with tables of their own, those columns that its rows have). Entities that are managed already are merged with, as a query would. What sides of one-to-one relations
    /// without a column refer to is read by a query of its own.
    ///
    /// # Errors
    /// When the database rejects the statement, a column is missing, or does not fit.
    pub async fn entities<T: Entity>(self) -> Result<Vec<Loaded<T>>> {
        let heap = self.context.heap();
        let metadata = self.context.shared.metadata.clone();
        let entity = metadata.entity(entity_id::<T>(&self.context)?);
        let mut plan: Option<(HydratePlan, Vec<usize>)> = None;
        let mut found = Vec::new();
        let mut moved = Vec::new();
        let context = self.context.clone();
        let loads = Loads::watched(&context);
        self.run(&mut |row: &dyn Row| {
            if plan.is_none() {
                let mut fields = Vec::new();
                let mut places = Vec::new();
                let formulas = entity.properties.iter().filter(|property| property.formula().is_some());
                for property in entity.columns().chain(formulas).chain(entity.elsewhere()) {
                    let place = (0..row.len()).find(|index| row.name(*index) == Some(property.column()));
                    match place {
                        Some(place) => {
                            fields.push(property.index);
                            places.push(place);
                        }
                        // (of kinds that nobody asks for, nothing is read)
                        None if !property.levels.is_empty() => {
                            fields.push(property.index);
                            places.push(NOWHERE);
                        }
                        None if !property.is_read() || property.formula().is_some() => {}
                        None => {
                            return Err(Error::Mapping {
                                entity: entity.name.to_owned(),
                                property: property.name.to_owned(),
                                message: format!("the statement does not select its column `{}`", property.column()),
                            });
                        }
                    }
                }
                plan = Some((HydratePlan::new(&heap, &metadata, entity.id, &fields, false).noting(loads.as_ref()), places));
            }
            if let Some((plan, places)) = &mut plan {
                let Some(hydrated) = plan.row(&Reordered { row, places }, 0)? else { return Err(plan.null_key()) };
                moved.extend(hydrated.moved.into_iter().map(|field| (hydrated.entity.clone(), field)));
                found.push(hydrated.entity);
            }
            Ok(())
        })
        .await?;
        crate::loader::load_inverse_keys(&context, entity.id, &found).await?;
        crate::loader::load_moved(&context, moved).await?;
        loaded(&context, loads).await?;
        Ok(Loaded::from_all(found))
    }
}

/// The place of a column that is null because the statement does not select it.
const NOWHERE: usize = usize::MAX;

/// A row whose columns are in another order.
struct Reordered<'a> {
    row: &'a dyn Row,
    places: &'a [usize],
}
impl Row for Reordered<'_> {
    fn len(&self) -> usize {
        self.places.len()
    }
    fn get(&self, index: usize) -> Result<Value<'_>, crate::value::ValueError> {
        match self.places[index] {
            NOWHERE => Ok(Value::Null),
            place => self.row.get(place),
        }
    }
}

/// A row of a raw statement.
pub struct RawRow<'a>(&'a dyn Row);

impl<'a> RawRow<'a> {
    /// A row by any other name.
    pub(crate) fn of(row: &'a dyn Row) -> Self {
        RawRow(row)
    }
}
impl RawRow<'_> {
    /// The number of columns.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The column at a position.
    ///
    /// # Errors
    /// When there is none, or it does not fit.
    pub fn get<V: Scalar>(&self, index: usize) -> Result<V> {
        let fail =
            |message: String| Error::Mapping { entity: "row".to_owned(), property: format!("column {}", index + 1), message };
        if index >= self.0.len() {
            return Err(fail(format!("the statement selects {} columns only", self.0.len())));
        }
        self.0.get(index).and_then(V::from_value).map_err(|error| fail(error.to_string()))
    }

    /// The column with this name.
    ///
    /// # Errors
    /// When there is none, or it does not fit.
    pub fn named<V: Scalar>(&self, name: &str) -> Result<V> {
        let fail = |message: String| Error::Mapping { entity: "row".to_owned(), property: name.to_owned(), message };
        let index = (0..self.0.len())
            .find(|index| self.0.name(*index) == Some(name))
            .ok_or_else(|| fail(format!("the statement selects no column `{name}`")))?;
        self.0.get(index).and_then(V::from_value).map_err(|error| fail(error.to_string()))
    }
}

/// What rows of raw statements become: tuples of scalars, or structs with `#[derive(FromRow)]`.
#[diagnostic::on_unimplemented(
    message = "rows can't become `{Self}`",
    note = "use a tuple of scalars (`(i64, String)`, also for one column: `(i64,)`), or `#[derive(FromRow)]` on a struct"
)]
pub trait FromRow: Sized + Send {
    /// The value of a row.
    ///
    /// # Errors
    /// When a column is missing or does not fit.
    fn from_row(row: &RawRow<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+);)*) => {$(
        impl<$($name: Scalar),+> FromRow for ($($name,)+) {
            fn from_row(row: &RawRow<'_>) -> Result<Self> {
                Ok(($(row.get::<$name>($index)?,)+))
            }
        }
    )*};
}
tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
}
