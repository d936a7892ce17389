//! Indexes over what is in structs and documents.

use super::constraints::fail;
use super::types::{EntityMetadata, IndexKey, PropertyMetadata};
use crate::entity::{IndexField, IndexStep};
use crate::error::Result;
use crate::field::ColumnType;
use crate::query::{JsonKind, JsonPlace, JsonStep};

/// What a path leads to: a column of an embedded struct, what is in JSON, or a place in a document of any form.
///
/// # Errors
/// [`Error::Metadata`](crate::error::Error::Metadata) when it leads nowhere.
pub(super) fn key(entity: &EntityMetadata, how: &IndexField, word: &str) -> Result<IndexKey> {
    let typed = |property: &PropertyMetadata| match how.kind {
        None => Ok(()),
        Some(_) => Err(fail(
            entity,
            format!(
                "says what `{}` is in an `{word}`, which its type `{:?}` says: leave that out",
                said(how),
                property.column_type
            ),
        )),
    };
    // (as far as the path names fields; what is behind them is in a document)
    for known in (0..=how.path.len()).rev() {
        let Some(property) = at(entity, how, known).and_then(|path| entity.by_name(&path)) else { continue };
        let (index, rest) = (property.index, &how.path[known..]);
        if rest.is_empty() {
            typed(property)?;
            return match (&property.json, entity.columns_of(index)) {
                (Some(_), _) => Ok(IndexKey::InJson(index)),
                (None, [column]) if property.formula().is_none() => Ok(IndexKey::Column(*column)),
                _ => Err(fail(
                    entity,
                    format!("has an `{word}` over `{}`, which is not one column: name a field of it", said(how)),
                )),
            };
        }
        let is_described = entity.properties.iter().any(|inner| inner.json.as_ref().is_some_and(|json| json.column == index));
        let is_document = property.column_type == Some(ColumnType::Json) && property.json.is_none() && property.column.is_some();
        if is_document && !is_described && property.formula().is_none() {
            let steps = rest.iter().map(|step| match step {
                IndexStep::Key(key) => JsonStep::Key((*key).to_owned()),
                IndexStep::Item(item) => JsonStep::Item(*item),
            });
            let place = JsonPlace { steps: steps.collect(), kind: how.kind.unwrap_or(JsonKind::Text) };
            return Ok(IndexKey::Place(index, place));
        }
        break;
    }
    let said = said(how);
    let meant = entity.meant_by(&said).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    Err(fail(entity, format!("has `{word}` over `{said}`, which is none of its properties, and in no document{meant}")))
}

/// The name of the property that so many steps lead to.
fn at(entity: &EntityMetadata, how: &IndexField, steps: usize) -> Option<String> {
    let mut path = how.name.trim_start_matches("r#").to_owned();
    entity.by_name(&path).or_else(|| entity.by_name(how.name))?;
    for step in &how.path[..steps] {
        let IndexStep::Key(key) = step else { return None };
        path.push('.');
        path.push_str(key);
    }
    Some(path)
}

/// The path as it was said.
pub(super) fn said(how: &IndexField) -> String {
    let mut path = how.name.trim_start_matches("r#").to_owned();
    for step in how.path {
        match step {
            IndexStep::Key(key) => {
                path.push('.');
                path.push_str(key);
            }
            IndexStep::Item(item) => path.push_str(&format!("[{item}]")),
        }
    }
    path
}

/// What an index's own name is made of.
pub(super) fn names(entity: &EntityMetadata, keys: &[IndexKey]) -> Vec<String> {
    let mut names = Vec::with_capacity(keys.len());
    for key in keys {
        let column = match key {
            IndexKey::Column(column) | IndexKey::Place(column, _) => *column,
            IndexKey::InJson(property) => entity.property(*property).json.as_ref().map_or(*property, |json| json.column),
        };
        names.push(entity.property(column).column().to_owned());
        let steps: Vec<JsonStep> = match key {
            IndexKey::Column(_) => Vec::new(),
            IndexKey::Place(_, place) => place.steps.clone(),
            IndexKey::InJson(property) => {
                entity.property(*property).json.as_ref().map_or_else(Vec::new, |json| json.keys.clone())
            }
        };
        names.extend(steps.into_iter().map(|step| match step {
            JsonStep::Key(key) => key,
            JsonStep::Item(item) => item.to_string(),
        }));
    }
    names
}
