//! Typed conditions.

use super::{Expr, IntoParam};
use crate::entity::Entity;
use crate::value::Value;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

/// A condition on a `T`: made by a property's methods, combined with `&`, `|` and `!`.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let short = Book::pages.lt(200) | Book::title.like("W%");
/// let by_jon = Book::author.is(Author::name.eq("Jon Snow"));
/// let without_editor = Book::editor.is_null() & !Book::id.in_([7, 8]);
/// assert_eq!(em.count(short & by_jon & without_editor).await?, 2);
///
/// let authors = em.find::<Author>().filter(Author::books.some(Book::text.like("%winter%"))).await?;
/// assert_eq!(authors.len(), 1);
///
/// // what typed conditions can't say; values are bound, never part of the text
/// let jon = em.find_one_or_fail::<Author>(raw("lower({name}) = ?").bind("jon snow")).await?;
/// assert_eq!(em.count(Book::author.eq(&jon) & raw("length({title}) = ?").bind(5)).await?, 2);
/// # Ok(())
/// # }
/// ```
pub struct Condition<T: Entity> {
    pub(crate) expr: Expr,
    owner: PhantomData<fn() -> T>,
}

impl<T: Entity> Condition<T> {
    pub(crate) fn new(expr: Expr) -> Self {
        Condition { expr, owner: PhantomData }
    }

    /// True for every row.
    pub fn all() -> Self {
        Condition::new(Expr::And(Vec::new()))
    }

    /// True when all of the conditions are; true when there are none.
    pub fn all_of(conditions: impl IntoIterator<Item = Condition<T>>) -> Self {
        Condition::new(Expr::And(conditions.into_iter().map(|c| c.expr).collect()))
    }

    /// True when any of the conditions is; false when there are none.
    pub fn any_of(conditions: impl IntoIterator<Item = Condition<T>>) -> Self {
        Condition::new(Expr::Or(conditions.into_iter().map(|c| c.expr).collect()))
    }
}

impl<T: Entity> Clone for Condition<T> {
    fn clone(&self) -> Self {
        Condition::new(self.expr.clone())
    }
}
impl<T: Entity> fmt::Debug for Condition<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<T: Entity> BitAnd for Condition<T> {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        let mut all = match self.expr {
            Expr::And(all) => all,
            other => vec![other],
        };
        all.push(other.expr);
        Condition::new(Expr::And(all))
    }
}
impl<T: Entity> BitOr for Condition<T> {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        let mut any = match self.expr {
            Expr::Or(any) => any,
            other => vec![other],
        };
        any.push(other.expr);
        Condition::new(Expr::Or(any))
    }
}
impl<T: Entity> Not for Condition<T> {
    type Output = Self;
    fn not(self) -> Self {
        Condition::new(match self.expr {
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        })
    }
}

/// What `.filter(..)`, `find_one(..)` and `count` take: a condition, or a primary key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a condition on `{T}` nor its primary key",
    note = "pass a condition (`Book::title.eq(\"..\")`; there is no `==`), or a key (`7`; of several columns a tuple: `(2, 1)`)"
)]
pub trait IntoFilter<T: Entity> {
    /// The condition.
    fn into_filter(self) -> Condition<T>;
}
impl<T: Entity> IntoFilter<T> for Condition<T> {
    fn into_filter(self) -> Condition<T> {
        self
    }
}

/// SQL in the user's words as a condition; see [`raw`].
#[derive(Debug, Clone)]
pub struct RawCondition {
    sql: String,
    params: Vec<Value<'static>>,
}

/// A condition in SQL, for what the typed ones can't say: `raw("lower({email}) = ?").bind("jon@wall.north")`.
///
/// It combines with typed ones: `Book::pages.gt(100) & raw(..)`. `?` stands for a bound parameter, `{email}` for the column of a property, qualified and quoted; `??` and
/// `{{` stand for themselves. Values never become part of the text.
pub fn raw(sql: impl Into<String>) -> RawCondition {
    RawCondition { sql: sql.into(), params: Vec::new() }
}

impl From<&str> for RawCondition {
    fn from(sql: &str) -> Self {
        raw(sql)
    }
}

impl RawCondition {
    pub(crate) fn into_expr(self) -> Expr {
        Expr::Raw { sql: self.sql, params: self.params }
    }
    /// Binds the next `?`.
    #[must_use]
    pub fn bind(mut self, value: impl IntoParam) -> Self {
        self.params.push(value.into_param());
        self
    }
}
impl<T: Entity> IntoFilter<T> for RawCondition {
    fn into_filter(self) -> Condition<T> {
        Condition::new(self.into_expr())
    }
}

macro_rules! combine_with_raw {
    ($($operator:ident $function:ident;)*) => {$(
        impl<T: Entity> $operator<RawCondition> for Condition<T> {
            type Output = Condition<T>;
            fn $function(self, other: RawCondition) -> Condition<T> {
                self.$function(IntoFilter::<T>::into_filter(other))
            }
        }
        impl<T: Entity> $operator<Condition<T>> for RawCondition {
            type Output = Condition<T>;
            fn $function(self, other: Condition<T>) -> Condition<T> {
                IntoFilter::<T>::into_filter(self).$function(other)
            }
        }
    )*};
}
combine_with_raw! {
    BitAnd bitand;
    BitOr bitor;
}
