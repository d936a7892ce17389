//! Entities as data: for responses, caches and messages.
//!
//! Handles are `serde::Serialize` themselves. What was populated is nested, other relations are their keys, hidden
//! properties are left out; [`serialize`] says all of that by the call. Neither needs the entity manager: handles that
//! a handler returns are serialized when it is gone.

mod handles;
mod options;
mod paths;
mod scalar;
mod trail;
mod walk;

pub use options::OutputOptions;
pub use paths::PropertyPaths;

use crate::em::{AnyHandle, HandleShape, Handles};
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::populate::{Hint, PopulateNode, merge_node};
use options::Flags;
use paths::PathNode;
use serde::ser::{Error as _, Serialize, SerializeSeq, Serializer};
use std::marker::PhantomData;
use walk::{Follow, Level, Output};

/// Says what of an entity, or of several, goes into the output. Nothing is populated that is not asked for: other
/// relations are their keys, collections and lazy scalars that are not loaded are left out, and so is what is hidden.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// use mikro_orm::serialize;
///
/// let books = em.find::<Book>().populate(Book::author).order_by(Book::id.asc()).await?;
/// let brief = serialize(&books).fields((Book::title, Book::author));
/// assert_eq!(serde_json::to_string(&brief).unwrap(), r#"[{"title":"Oaths","author":1},{"title":"Walls","author":1}]"#);
///
/// let full = serialize(&books[0]).populate(Book::author).exclude(["pages", "author.id", "author.email"]).skip_null();
/// assert_eq!(serde_json::to_string(&full).unwrap(), r#"{"id":1,"title":"Oaths","author":{"name":"Jon Snow"}}"#);
/// # Ok(())
/// # }
/// ```
pub fn serialize<T: Entity, E: Handles<T>>(entities: E) -> Serialization<T, E::Shape> {
    Serialization {
        entities: entities.to_any(),
        flags: Flags::default(),
        groups: Vec::new(),
        follow: Chosen::Hinted(Vec::new()),
        fields: None,
        exclude: Vec::new(),
        mistake: None,
        types: PhantomData,
    }
}

/// What goes into the output of entities; see [`serialize()`]. It is `serde::Serialize`: an object for one handle, an
/// array for several.
#[must_use = "this is what is to be serialized: hand it to a serializer"]
pub struct Serialization<T: Entity, E: HandleShape> {
    entities: Vec<AnyHandle>,
    flags: Flags,
    groups: Vec<String>,
    follow: Chosen,
    fields: Option<Vec<PathNode>>,
    exclude: Vec<PathNode>,
    /// What is wrong with a path: said when it is serialized.
    mistake: Option<Error>,
    types: PhantomData<fn() -> (T, E)>,
}

enum Chosen {
    Hinted(Vec<PopulateNode>),
    Everything,
}

impl<T: Entity, E: HandleShape> Serialization<T, E> {
    /// Nests relations that are loaded: `.populate((Book::author, Book::tags.with(Tag::books)))`. What is not loaded
    /// is its key all the same: nothing is read from the database.
    pub fn populate<H: Hint<T::Unpopulated>>(mut self, hints: H) -> Self {
        if let Chosen::Hinted(nodes) = &mut self.follow {
            hints.collect(nodes);
        }
        self
    }

    /// As [`Serialization::populate`], with relations that are known only at run time: `["author", "tags.books"]`.
    pub fn populate_paths<S: AsRef<str>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        if let Chosen::Hinted(nodes) = &mut self.follow {
            for path in paths {
                match paths::relations(T::descriptor(), path.as_ref()) {
                    Ok(node) => merge_node(nodes, node),
                    Err(error) => self.mistake = self.mistake.take().or(Some(error)),
                }
            }
        }
        self
    }

    /// Only these properties, the key included only when it is among them: `.fields((Book::title, Book::author))`, or
    /// by name, also of populated entities: `.fields(["title", "author.name"])`.
    pub fn fields(mut self, fields: impl PropertyPaths<T>) -> Self {
        let mut nodes = self.fields.take().unwrap_or_default();
        self.collect(fields, &mut nodes);
        self.fields = Some(nodes);
        self
    }

    /// Without these properties, whatever [`Serialization::fields`] says.
    pub fn exclude(mut self, fields: impl PropertyPaths<T>) -> Self {
        let mut nodes = std::mem::take(&mut self.exclude);
        self.collect(fields, &mut nodes);
        self.exclude = nodes;
        self
    }

    fn collect(&mut self, fields: impl PropertyPaths<T>, nodes: &mut Vec<PathNode>) {
        let mut paths = Vec::new();
        fields.collect(&mut paths);
        for path in paths {
            if let Err(error) = paths::resolve(T::descriptor(), &path, nodes) {
                self.mistake = self.mistake.take().or(Some(error));
            }
        }
    }

    /// Of the properties that have `#[orm(groups(..))]`, only those in one of these groups. Properties without groups
    /// are always there.
    pub fn groups<S: Into<String>>(mut self, groups: impl IntoIterator<Item = S>) -> Self {
        self.flags.grouped = true;
        self.groups.extend(groups.into_iter().map(Into::into));
        self
    }

    /// Leaves out properties that are null.
    pub fn skip_null(mut self) -> Self {
        self.flags.skip_null = true;
        self
    }

    /// A relation that is not nested is `{"id": 1}` instead of `1`.
    pub fn force_object(mut self) -> Self {
        self.flags.force_object = true;
        self
    }

    /// With hidden properties, too. What is made so is not for responses.
    pub fn include_hidden(mut self) -> Self {
        self.flags.include_hidden = true;
        self
    }

    /// With the values themselves where `#[orm(serializer = ..)]` gives others.
    pub fn ignore_serializers(mut self) -> Self {
        self.flags.ignore_serializers = true;
        self
    }

    /// Everything that is loaded, down to circles: hidden properties, too, without serializers, whatever was populated.
    /// For caches and the like, not for responses.
    pub fn everything(mut self) -> Self {
        self.follow = Chosen::Everything;
        self.include_hidden().ignore_serializers()
    }

    /// The output as a JSON value.
    ///
    /// # Errors
    /// [`Error::Validation`] when a path names what is no property, or a serializer of the application's fails.
    pub fn to_value(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(|error| Error::invalid(T::NAME, format!("can't be serialized: {error}")))
    }

    fn level(&self) -> Level<'_> {
        let follow = match &self.follow {
            Chosen::Hinted(nodes) => Follow::Hinted(nodes),
            Chosen::Everything => Follow::Everything,
        };
        Level { flags: self.flags, groups: &self.groups, follow, fields: self.fields.as_deref(), exclude: &self.exclude }
    }
}

impl<T: Entity, E: HandleShape> Serialize for Serialization<T, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(mistake) = &self.mistake {
            return Err(S::Error::custom(mistake));
        }
        let level = self.level();
        let output = |entity| Output { entity, level };
        match &*self.entities {
            [one] if !E::SEVERAL => output(&one.0).serialize(serializer),
            all => {
                let mut seq = serializer.serialize_seq(Some(all.len()))?;
                all.iter().try_for_each(|entity| seq.serialize_element(&output(&entity.0)))?;
                seq.end()
            }
        }
    }
}

impl<T: Entity, E: HandleShape> std::fmt::Debug for Serialization<T, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Serialization<{}>", T::NAME)
    }
}
