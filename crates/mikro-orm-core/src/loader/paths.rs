//! Populate hints known only at run time.

use crate::error::{Error, Result};
use crate::metadata::{EntityMetadata, Metadata, PropertyKind, PropertyMetadata};
use crate::populate::{PopulateNode, PopulateOptions, merge_node};

/// At the end of a path: what the relation refers to, and not the rows.
const REFERENCES: &str = ":ref";

/// The most names that a path may have. Paths may come from whoever sends a request, and each name is a level to load.
const DEEPEST: usize = 100;

/// Merges paths like `tags.books` into a tree of hints, checked against the metadata.
///
/// # Errors
/// When a name is none, or is neither a relation nor a lazy scalar; when a path is too deep.
pub(crate) fn resolve_paths(
    metadata: &Metadata,
    entity: &EntityMetadata,
    paths: &[String],
    tree: &mut Vec<PopulateNode>,
) -> Result<()> {
    for path in paths {
        let names: Vec<&str> = path.split('.').take(DEEPEST + 1).collect();
        if names.len() > DEEPEST {
            let message =
                format!("a path of relations to populate may have {DEEPEST} names at most, and one that was given has more");
            return Err(Error::invalid(entity.name, message));
        }
        if names.contains(&"") {
            let message =
                format!("`{path}` can't be populated, since a name in it is empty: write names, with dots between them");
            return Err(Error::invalid(entity.name, message));
        }
        merge_node(tree, node(metadata, entity, &names, path)?);
    }
    Ok(())
}

fn node(metadata: &Metadata, entity: &EntityMetadata, names: &[&str], path: &str) -> Result<PopulateNode> {
    let (name, rest) = names.split_first().map_or(("", &[][..]), |(name, rest)| (*name, rest));
    let (name, references) = match name.strip_suffix(REFERENCES).filter(|_| rest.is_empty()) {
        Some(name) => (name, true),
        None => (name, false),
    };
    // (a key in the place of a relation is there already: nothing is loaded for it)
    let is_key = |property: &PropertyMetadata| property.kind == PropertyKind::Scalar && property.relation.is_some();
    let populatable = |p: &PropertyMetadata| p.kind.is_relation() || p.kind == PropertyKind::Lazy || is_key(p);
    let property = entity.by_name(name).filter(|property| populatable(property)).ok_or_else(|| {
        let known: Vec<_> = entity.properties.iter().filter(|p| populatable(p)).map(|p| p.name).collect();
        Error::validation(
            entity.name,
            name,
            format!("is not a relation or lazy property, so `{path}` can't be populated; there are: {}", known.join(", ")),
        )
    })?;
    let nested = match (&property.relation, rest.is_empty()) {
        (None, true) if references => {
            return Err(Error::validation(entity.name, name, format!("is a scalar, so it has no references (`{path}`)")));
        }
        (_, true) => Vec::new(),
        (Some(_), false) if is_key(property) => {
            let message = format!("holds a key: nothing behind it can be populated (`{path}`); a `Ref<..>` could");
            return Err(Error::validation(entity.name, name, message));
        }
        (Some(relation), false) => vec![node(metadata, metadata.entity(relation.target), rest, path)?],
        (None, false) => {
            return Err(Error::validation(
                entity.name,
                name,
                format!("is a scalar: nothing behind it can be populated (`{path}`)"),
            ));
        }
    };
    let options = references.then(|| Box::new(PopulateOptions { references, ..PopulateOptions::default() }));
    Ok(PopulateNode { field: property.index, nested, options })
}
