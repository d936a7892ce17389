//! Properties by path: which are in the output.

use crate::entity::{Entity, EntityDescriptor, FieldDef};
use crate::error::{Error, Result};
use crate::field::FieldKind;
use crate::populate::{PopulateNode, Relation, With};
use crate::query::Property;

/// Properties: typed (`Book::title`, `Book::author.with(Author::name)`, a tuple of such), or by their names (`"title"`,
/// `["title", "author.name"]`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of properties of `{T}`",
    note = "pass a property (`Book::title`), one with those of its target (`Book::author.with(Author::name)`), a tuple of \
            such, or names: `[\"title\", \"author.name\"]`"
)]
pub trait PropertyPaths<T> {
    #[doc(hidden)]
    fn collect(self, into: &mut Vec<String>);
}

impl<T: Entity, V> PropertyPaths<T> for Property<T, V> {
    fn collect(self, into: &mut Vec<String>) {
        into.push(T::descriptor().fields[usize::from(self.place())].name.to_owned());
    }
}
impl<R: Relation> PropertyPaths<R::Owner> for R {
    fn collect(self, into: &mut Vec<String>) {
        into.push(relation_name::<R>().to_owned());
    }
}
impl<R: Relation<Field: crate::populate::RelationField>, H> PropertyPaths<R::Owner> for With<R, H>
where
    H: PropertyPaths<<R::Field as crate::populate::RelationField>::Target>,
{
    fn collect(self, into: &mut Vec<String>) {
        let mut nested = Vec::new();
        self.1.collect(&mut nested);
        into.extend(nested.into_iter().map(|path| format!("{}.{path}", relation_name::<R>())));
    }
}
fn relation_name<R: Relation>() -> &'static str {
    R::Owner::descriptor().fields[usize::from(R::INDEX)].name
}

impl<T> PropertyPaths<T> for &str {
    fn collect(self, into: &mut Vec<String>) {
        into.push(self.to_owned());
    }
}
impl<T, S: AsRef<str>, const N: usize> PropertyPaths<T> for [S; N] {
    fn collect(self, into: &mut Vec<String>) {
        into.extend(self.iter().map(|path| path.as_ref().to_owned()));
    }
}
impl<T, S: AsRef<str>> PropertyPaths<T> for &[S] {
    fn collect(self, into: &mut Vec<String>) {
        into.extend(self.iter().map(|path| path.as_ref().to_owned()));
    }
}
impl<T, S: AsRef<str>> PropertyPaths<T> for &Vec<S> {
    fn collect(self, into: &mut Vec<String>) {
        PropertyPaths::<T>::collect(self.as_slice(), into);
    }
}
impl<T> PropertyPaths<T> for Vec<String> {
    fn collect(self, into: &mut Vec<String>) {
        into.extend(self);
    }
}
macro_rules! tuples {
    ($($($name:ident $index:tt),+;)*) => {$(
        impl<T, $($name: PropertyPaths<T>),+> PropertyPaths<T> for ($($name,)+) {
            fn collect(self, into: &mut Vec<String>) {
                $(self.$index.collect(into);)+
            }
        }
    )*};
}
tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
}

/// A property that a path named.
pub(super) struct PathNode {
    /// Its place in the descriptor; computed properties come behind the fields.
    pub place: u16,
    /// It was named itself, not only what is behind it.
    pub whole: bool,
    pub nested: Vec<PathNode>,
}

/// Merges a path into a tree.
///
/// # Errors
/// When it names what is no property.
pub(super) fn resolve(descriptor: &'static EntityDescriptor, path: &str, level: &mut Vec<PathNode>) -> Result<()> {
    let (name, rest) = split(path);
    let fields = descriptor.fields.iter().map(plain_name).chain(descriptor.computed.iter().map(|property| property.name));
    let place = fields.clone().position(|known| known == name).ok_or_else(|| {
        let known: Vec<_> = fields.collect();
        Error::validation(descriptor.name, name, format!("is not a property; there are: {}", known.join(", ")))
    })?;
    let target = descriptor.fields.get(place).and_then(|def| def.target);
    let place = u16::try_from(place).unwrap_or(u16::MAX);
    let node = match level.iter().position(|node| node.place == place) {
        Some(known) => &mut level[known],
        None => {
            level.push(PathNode { place, whole: false, nested: Vec::new() });
            level.last_mut().expect("pushed just now")
        }
    };
    match (rest, target) {
        (None, _) => node.whole = true,
        (Some(rest), Some(target)) => resolve(target.descriptor(), rest, &mut node.nested)?,
        (Some(rest), None) => {
            return Err(Error::validation(descriptor.name, name, format!("is a scalar: there is no `{rest}` behind it")));
        }
    }
    Ok(())
}

/// A path of relations, as hints.
///
/// # Errors
/// When it names what is neither a relation nor a lazy scalar.
pub(super) fn relations(descriptor: &'static EntityDescriptor, path: &str) -> Result<PopulateNode> {
    let (name, rest) = split(path);
    let can_be_populated = |def: &FieldDef| !matches!(def.vtable.kind, FieldKind::Scalar(_));
    let known = (0_u16..).zip(descriptor.fields).filter(|(_, def)| can_be_populated(def));
    let (field, def) = known.clone().find(|(_, def)| plain_name(def) == name).ok_or_else(|| {
        let known: Vec<_> = known.map(|(_, def)| plain_name(def)).collect();
        Error::validation(
            descriptor.name,
            name,
            format!("is not a relation or lazy property, so it can't be populated; there are: {}", known.join(", ")),
        )
    })?;
    let nested = match (rest, def.target) {
        (None, _) => Vec::new(),
        (Some(rest), Some(target)) => vec![relations(target.descriptor(), rest)?],
        (Some(_), None) => {
            return Err(Error::validation(descriptor.name, name, "is a scalar: nothing behind it can be populated"));
        }
    };
    Ok(PopulateNode { nested, ..PopulateNode::new(field) })
}

fn split(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)))
}

/// The name without `r#`.
fn plain_name(def: &FieldDef) -> &'static str {
    def.name.trim_start_matches("r#")
}
