//! Hints that say which entities of a relation are loaded, in which order, and how.

use super::{Hint, HintPaths, PopulatableField, PopulateNode, Relation, RelationField, With, merge_node};
use crate::entity::Entity;
use crate::heap::{Collection, Part, Ref, ToManyField};
use crate::orm::Strategy;
use crate::query::{Expr, IntoFilter, IntoOrder, JoinType, OrderTerm};
use std::marker::PhantomData;

/// What a hint says about how its relation is loaded.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct PopulateOptions {
    /// Only entities that satisfy it.
    pub filter: Option<Expr>,
    /// The order of a collection's items.
    pub order: Vec<OrderTerm>,
    /// At most so many items for each owner.
    pub limit: Option<u64>,
    /// Skips so many items of each owner.
    pub offset: Option<u64>,
    /// How the relation is loaded.
    pub strategy: Option<Strategy>,
    /// How it is joined.
    pub join: Option<JoinType>,
    /// Only what it refers to, not the rows.
    pub references: bool,
    /// A collection is read even if it is loaded.
    pub again: bool,
}

impl PopulateOptions {
    /// Whether a collection gets so many items and no more.
    pub(crate) fn is_page(&self) -> bool {
        self.limit.is_some() || self.offset.is_some_and(|offset| offset > 0)
    }
    /// Whether a collection is read even if it is loaded.
    pub(crate) fn chooses(&self) -> bool {
        self.again || self.selects()
    }
    /// Whether the hint is about which items are loaded, or in which order.
    pub(crate) fn selects(&self) -> bool {
        self.filter.is_some() || self.is_page() || !self.order.is_empty()
    }
    /// How much of a collection is loaded.
    pub(crate) fn part(&self) -> Part {
        match () {
            () if self.is_page() => Part::Page,
            () if self.filter.is_some() => Part::Matching,
            () => Part::All,
        }
    }
    /// Adds a condition to those that were given before.
    pub(crate) fn and(&mut self, condition: Expr) {
        self.filter = Some(match self.filter.take() {
            None => condition,
            Some(before) => Expr::And(vec![before, condition]),
        });
    }
    /// What two hints say about the same relation: both conditions hold, and of the rest the later has its way.
    fn merge(&mut self, later: PopulateOptions) {
        if let Some(filter) = later.filter {
            self.and(filter);
        }
        self.order.extend(later.order);
        self.limit = later.limit.or(self.limit);
        self.offset = later.offset.or(self.offset);
        self.strategy = later.strategy.or(self.strategy);
        self.join = later.join.or(self.join);
        self.again |= later.again;
    }
}

/// Merges the options of two hints for the same relation. Rows that one of them asks for are loaded.
pub(super) fn merge_options(known: &mut Option<Box<PopulateOptions>>, later: Option<Box<PopulateOptions>>) {
    let only_references = |options: &Option<Box<PopulateOptions>>| options.as_ref().is_some_and(|options| options.references);
    let references = only_references(known) && only_references(&later);
    match (known.as_mut(), later) {
        (Some(known), Some(later)) => known.merge(*later),
        (None, Some(later)) => *known = Some(later),
        (_, None) => {}
    }
    if let Some(options) = known {
        options.references = references;
    }
}

/// A relation with options and nested hints; see [`HintOptions`].
#[derive(Debug, Clone)]
#[must_use = "a hint does nothing by itself: give it to `.populate(..)`"]
pub struct Hinted<R, H = ()> {
    relation: PhantomData<R>,
    nested: H,
    options: Box<PopulateOptions>,
}

/// What a hint can say beside its relation, for `Author::books` and `Author::books.with(..)` alike.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// // of each author the two longest books
/// let authors = em
///     .find::<Author>()
///     .populate(Author::books.filter(Book::pages.gt(50)).order_by(Book::pages.desc()).limit(2))
///     .await?;
/// for author in &authors {
///     for book in author[Author::books].iter() {
///         println!("{}: {}", author.name, book.title);
///     }
/// }
/// assert!(authors[0].books.is_partial());
/// # Ok(())
/// # }
/// ```
///
/// A collection that was loaded with a condition or a limit is partial: it shows what was found. One that was
/// loaded with a limit can't be changed. Loading it without them makes it whole.
pub trait HintOptions: Sized {
    /// The relation.
    type Relation: Relation<Field: RelationField>;
    /// What is populated behind it.
    type Nested;

    #[doc(hidden)]
    fn into_hinted(self) -> Hinted<Self::Relation, Self::Nested>;

    /// Only entities that satisfy the condition (and those that were given before). A collection is partial then. A
    /// nullable to-one relation is `None` where what it refers to does not match (unless that is loaded already).
    fn filter(self, condition: impl IntoFilter<Target<Self>>) -> Hinted<Self::Relation, Self::Nested>
    where
        <Self::Relation as Relation>::Field: FilteredField,
    {
        let mut hint = self.into_hinted();
        hint.options.and(condition.into_filter().expr);
        hint
    }

    /// The order of the items; terms that were given before come first.
    fn order_by(self, order: impl IntoOrder<Target<Self>>) -> Hinted<Self::Relation, Self::Nested>
    where
        <Self::Relation as Relation>::Field: ToManyField,
    {
        let mut hint = self.into_hinted();
        hint.options.order.extend(order.into_order());
        hint
    }

    /// At most so many items for each owner; by key, when no order is given. The collection is partial and can't be changed then, and is loaded by
    /// a query of its own.
    fn limit(self, limit: u64) -> Hinted<Self::Relation, Self::Nested>
    where
        <Self::Relation as Relation>::Field: ToManyField,
    {
        let mut hint = self.into_hinted();
        hint.options.limit = Some(limit);
        hint
    }

    /// Skips so many items of each owner; as [`HintOptions::limit`].
    fn offset(self, offset: u64) -> Hinted<Self::Relation, Self::Nested>
    where
        <Self::Relation as Relation>::Field: ToManyField,
    {
        let mut hint = self.into_hinted();
        hint.options.offset = Some(offset);
        hint
    }

    /// How this relation is loaded, whatever the query, the relation or the ORM say.
    fn strategy(self, strategy: Strategy) -> Hinted<Self::Relation, Self::Nested> {
        let mut hint = self.into_hinted();
        hint.options.strategy = Some(strategy);
        hint
    }

    /// Joins the relation this way; by default, inner where it can't be null, else left. An inner join leaves out
    /// owners without what the relation refers to.
    fn join(self, join: JoinType) -> Hinted<Self::Relation, Self::Nested> {
        let mut hint = self.into_hinted();
        hint.options.join = Some(join);
        hint
    }
}

/// What the relation of a hint refers to.
pub type Target<H> = <<<H as HintOptions>::Relation as Relation>::Field as RelationField>::Target;

impl<R: Relation<Field: RelationField>> HintOptions for R {
    type Relation = R;
    type Nested = ();
    fn into_hinted(self) -> Hinted<R> {
        Hinted { relation: PhantomData, nested: (), options: Box::default() }
    }
}
impl<R: Relation<Field: RelationField>, H> HintOptions for With<R, H> {
    type Relation = R;
    type Nested = H;
    fn into_hinted(self) -> Hinted<R, H> {
        Hinted { relation: PhantomData, nested: self.1, options: Box::default() }
    }
}
impl<R: Relation<Field: RelationField>, H> HintOptions for Hinted<R, H> {
    type Relation = R;
    type Nested = H;
    fn into_hinted(self) -> Hinted<R, H> {
        self
    }
}

impl<R> Hinted<R> {
    /// With hints for the entity behind the relation, as [`Relation::with`].
    pub fn with<H>(self, nested: H) -> Hinted<R, H> {
        Hinted { relation: PhantomData, nested, options: self.options }
    }
}

impl<P, R: Relation, H: HintPaths> Hint<P> for Hinted<R, H>
where
    With<R, H>: Hint<P>,
{
    type Out = <With<R, H> as Hint<P>>::Out;
}
impl<R: Relation, H: HintPaths> HintPaths for Hinted<R, H> {
    fn collect(self, level: &mut Vec<PopulateNode>) {
        let mut nested = Vec::new();
        self.nested.collect(&mut nested);
        merge_node(level, PopulateNode { field: R::INDEX, nested, options: Some(self.options) });
    }
}

/// A relation whose entities a hint can restrict: one that may be empty.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is always there, so a hint can't leave it out",
    label = "this relation is required",
    note = "restrict the queried entities instead (`.filter(Book::author.is(..))`), or make the relation `Option<Ref<_>>`"
)]
pub trait FilteredField: PopulatableField {}
impl<T: Entity> FilteredField for Option<Ref<T>> {}
impl<T: Entity> FilteredField for Collection<T> {}

/// A relation as references; see [`ReferencesHint::references`].
#[derive(Debug, Clone, Copy)]
#[must_use = "a hint does nothing by itself: give it to `.populate(..)`"]
pub struct References<R>(PhantomData<R>);

/// Loading what a relation refers to, without its rows.
pub trait ReferencesHint: Relation<Field: RelationField> {
    /// Which entities it refers to, and not their rows: a collection's items are references afterwards, for which the
    /// handle's type promises nothing. A to-one relation has its reference anyway; the hint keeps an eager one from
    /// being loaded.
    fn references(self) -> References<Self> {
        References(PhantomData)
    }
}
impl<R: Relation<Field: RelationField>> ReferencesHint for R {}

impl<P: 'static, R: Relation> Hint<P> for References<R> {
    type Out = P;
}
impl<R: Relation> HintPaths for References<R> {
    fn collect(self, level: &mut Vec<PopulateNode>) {
        let options = PopulateOptions { references: true, ..PopulateOptions::default() };
        merge_node(level, PopulateNode { field: R::INDEX, nested: Vec::new(), options: Some(Box::new(options)) });
    }
}
