//! What the compiler knows about loaded relations.
//!
//! An entity's populate state `P` has one slot per relation and lazy scalar. A hint given to `.populate(..)`
//! fills slots; indexing a handle asks for one. No value of these types ever exists.

mod options;

pub use options::{FilteredField, HintOptions, Hinted, PopulateOptions, References, ReferencesHint};

use crate::entity::Entity;
use crate::field::Field;
use crate::heap::Loaded;
use std::any::Any;
use std::marker::PhantomData;
use std::ops::Index;

/// A filled slot: the relation is loaded, with the nested state `S`.
pub struct Yes<S>(PhantomData<fn() -> S>);
/// An empty slot, of the relation `R`.
pub struct No<R>(PhantomData<fn() -> R>);

/// What a slot must be for its relation to be read.
#[doc(hidden)]
pub trait Populated {
    type Nested: 'static;
}
impl<S: 'static> Populated for Yes<S> {
    type Nested = S;
}

/// A relation or lazy scalar of an entity, as a value: `Book::author`, or `book::author` as a type.
pub trait Relation: Copy + Send + Sync + 'static {
    /// The entity that has the field.
    type Owner: Entity;
    /// The field's type.
    type Field: PopulatableField;
    /// The field's place in the entity's descriptor.
    const INDEX: u16;
    /// The field.
    fn get(owner: &Self::Owner) -> &Self::Field;

    /// The relation with hints for the entity behind it: `Book::author.with(Author::books)`.
    fn with<H>(self, nested: H) -> With<Self, H>
    where
        Self::Field: RelationField,
    {
        With(PhantomData, nested)
    }
}

/// A field type that `.populate(..)` takes: relations and lazy scalars.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a relation nor lazy",
    label = "expected `Ref<_>`, `Option<Ref<_>>`, `Collection<_>` or `Lazy<_>`"
)]
pub trait PopulatableField: Field {
    /// What indexing gives when the slot's nested state is `S`.
    type View<S: 'static>;
    /// The field as its view.
    ///
    /// # Panics
    /// When what it refers to is not loaded; see [`Loaded`]'s `Index`.
    fn view<'a, S: 'static>(&'a self, owner: &'static str, property: &'static str) -> &'a Self::View<S>;
}

/// A field type that refers to other entities.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation",
    label = "expected `Ref<_>`, `Option<Ref<_>>` or `Collection<_>`"
)]
pub trait RelationField: PopulatableField {
    /// The entity it refers to.
    type Target: Entity;
}

/// A relation with nested hints; see [`Relation::with`]. As a type: `With<book::author, author::books>`.
#[derive(Clone, Copy)]
pub struct With<R, H>(pub(crate) PhantomData<R>, pub(crate) H);

/// This relation's slot in the populate state `P`.
#[doc(hidden)]
pub trait SlotOf<P>: Relation {
    type Slot;
}

/// "In the state `Self`, the relation `R` is loaded": what functions ask for.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() {}
/// fn byline(book: &Loaded<Book, impl Has<book::author>>) -> String {
///     format!("{} by {}", book.title, book[Book::author].name)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{R}` is not populated here",
    label = "not known to be loaded: add it to `.populate(..)`",
    note = "`.populate(..)` of the query that finds the entity takes it (`Book::author`, `Book::author.with(Author::books)`), \
            if it is a relation of this entity; in a generic function ask for it with `P: Has<{R}>`; \
            or use `.get()?` or `.load().await?`"
)]
pub trait Has<R>: 'static {
    /// The state of the entity behind the relation.
    type Nested: 'static;
}
#[diagnostic::do_not_recommend]
impl<P: 'static, R> Has<R> for P
where
    R: SlotOf<P>,
    R::Slot: Populated,
{
    type Nested = <R::Slot as Populated>::Nested;
}

impl<T, P, R> Index<R> for Loaded<T, P>
where
    T: Entity,
    R: Relation,
    P: Has<R>,
{
    type Output = <R::Field as PopulatableField>::View<P::Nested>;

    /// The relation's loaded value.
    ///
    /// # Panics
    /// When an edit has since pointed the relation at an entity that is not loaded, as indexing a slice out
    /// of its bounds does. `.get()` is the way that does not panic.
    fn index(&self, _: R) -> &Self::Output {
        // `P` has slots for relations of `T` alone, so this is known when it is compiled. As a bound
        // (`Relation<Owner = T>`) it would be a second error for every relation of another entity
        let owner: &R::Owner = (&**self as &dyn Any).downcast_ref().expect("a state has slots for its own entity's relations");
        let field = &T::descriptor().fields[R::INDEX as usize];
        R::get(owner).view(T::NAME, field.name)
    }
}

/// What `.populate(..)` takes: a relation, a relation `.with(nested hints)`, or a tuple of such.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a populate hint here",
    note = "pass a relation or lazy scalar of the queried entity (`Book::author`), one with nested hints \
            (`Book::author.with(Author::books)`), or a tuple of such"
)]
pub trait Hint<P>: HintPaths {
    /// The state with the hint's slots filled.
    type Out: 'static;
}

/// One populated relation, with what is populated behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulateNode {
    /// The relation's place in its owner's descriptor.
    pub field: u16,
    /// What is populated behind it.
    pub nested: Vec<PopulateNode>,
    /// How it is loaded, where the hint says so.
    pub options: Option<Box<PopulateOptions>>,
}

impl PopulateNode {
    /// All that the relation refers to.
    pub fn new(field: u16) -> Self {
        PopulateNode { field, nested: Vec::new(), options: None }
    }
    pub(crate) fn options_mut(&mut self) -> &mut PopulateOptions {
        self.options.get_or_insert_default()
    }
    /// Whether the rows are not asked for.
    pub(crate) fn is_references(&self) -> bool {
        self.options.as_ref().is_some_and(|options| options.references)
    }
}

/// Merges a node into a level: the same relation twice is one node with both nested levels
/// and the options of both.
pub(crate) fn merge_node(level: &mut Vec<PopulateNode>, node: PopulateNode) {
    match level.iter_mut().find(|known| known.field == node.field) {
        Some(known) => {
            node.nested.into_iter().for_each(|nested| merge_node(&mut known.nested, nested));
            options::merge_options(&mut known.options, node.options);
        }
        None => level.push(node),
    }
}

/// A hint's relations as values.
#[doc(hidden)]
pub trait HintPaths {
    fn collect(self, level: &mut Vec<PopulateNode>);
}
impl<R: Relation> HintPaths for R {
    fn collect(self, level: &mut Vec<PopulateNode>) {
        merge_node(level, PopulateNode::new(R::INDEX));
    }
}
impl<R: Relation, H: HintPaths> HintPaths for With<R, H> {
    fn collect(self, level: &mut Vec<PopulateNode>) {
        let mut nested = Vec::new();
        self.1.collect(&mut nested);
        merge_node(level, PopulateNode { field: R::INDEX, nested, options: None });
    }
}

/// A handle named by hints instead of by slots: `LoadedWith<Book, (book::author, book::tags)>`.
///
/// The order of the hints does not matter, and the type survives new relations.
pub type LoadedWith<T, H> = Loaded<T, <H as Hint<<T as Entity>::Unpopulated>>::Out>;

impl<P: 'static> Hint<P> for () {
    type Out = P;
}
impl HintPaths for () {
    fn collect(self, _: &mut Vec<PopulateNode>) {}
}
impl<P, A: Hint<P>> Hint<P> for (A,) {
    type Out = A::Out;
}
impl<A: HintPaths> HintPaths for (A,) {
    fn collect(self, level: &mut Vec<PopulateNode>) {
        self.0.collect(level);
    }
}
impl<P, A: Hint<P>, B: Hint<A::Out>> Hint<P> for (A, B) {
    type Out = B::Out;
}
impl<A: HintPaths, B: HintPaths> HintPaths for (A, B) {
    fn collect(self, level: &mut Vec<PopulateNode>) {
        self.0.collect(level);
        self.1.collect(level);
    }
}
macro_rules! hint_tuples {
    ($($last:ident $last_index:tt: $($name:ident $index:tt),+;)*) => {$(
        impl<P, $($name),+, $last> Hint<P> for ($($name),+, $last)
        where
            ($($name,)+): Hint<P>,
            $($name: HintPaths,)+
            $last: Hint<<($($name,)+) as Hint<P>>::Out>,
        {
            type Out = <$last as Hint<<($($name,)+) as Hint<P>>::Out>>::Out;
        }
        impl<$($name: HintPaths),+, $last: HintPaths> HintPaths for ($($name),+, $last) {
            fn collect(self, level: &mut Vec<PopulateNode>) {
                $(self.$index.collect(level);)+
                self.$last_index.collect(level);
            }
        }
    )*};
}
hint_tuples! {
    C 2: A 0, B 1;
    D 3: A 0, B 1, C 2;
    E 4: A 0, B 1, C 2, D 3;
    F 5: A 0, B 1, C 2, D 3, E 4;
    G 6: A 0, B 1, C 2, D 3, E 4, F 5;
    H 7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
}
