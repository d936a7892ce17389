//! What flushes don't write: generated columns, formulas, and fields without a column.

use super::equal::DATABASES;
use super::types::{EntityMetadata, Generated, PropertyKind, PropertyMetadata};
use crate::error::{Error, Result};

/// The words that make a column a generated one.
const GENERATED: &str = "generated always as";

/// A column's type and what it is computed from, both of which may be said with the type.
pub(super) fn of(
    column_type: Option<&'static str>,
    generated: Option<&'static str>,
) -> (Option<&'static str>, Option<Generated>) {
    if let Some(generated) = generated {
        return (column_type, Some(parse(generated)));
    }
    let Some(said) = column_type else { return (None, None) };
    // (bytes of keywords stay where they are in lower case; other letters may not)
    match said.to_ascii_lowercase().find(GENERATED) {
        Some(at) if said[at + GENERATED.len()..].trim_start().starts_with('(') => {
            (Some(said[..at].trim_end()), Some(parse(&said[at + GENERATED.len()..])))
        }
        _ => (Some(said), None),
    }
}

/// `(lower({title})) stored`
fn parse(text: &'static str) -> Generated {
    let text = text.trim();
    let without = |word: &str| {
        let at = text.len().checked_sub(word.len()).filter(|at| text.is_char_boundary(*at))?;
        text[at..].eq_ignore_ascii_case(word).then(|| text[..at].trim_end())
    };
    let (expression, stored) = match (without("stored"), without("virtual")) {
        (Some(expression), _) => (expression, true),
        (None, Some(expression)) => (expression, false),
        (None, None) => (text, true),
    };
    Generated { expression: unwrapped(expression), stored }
}

/// The text without parentheses that are around all of it.
fn unwrapped(text: &'static str) -> &'static str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let (mut depth, mut quoted) = (0_i32, false);
    for c in inner.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return text;
        }
    }
    inner.trim()
}

/// Checks the SQL around values of the property's type.
fn in_sql(entity: &EntityMetadata, property: &PropertyMetadata) -> Result<()> {
    for sql in DATABASES.map(|database| property.sql_on(database)) {
        for text in [sql.written, sql.read].into_iter().flatten() {
            if property.primary || property.is_reference() {
                let message = "is a key, which can't be of a type with `to_sql` or `from_sql`";
                return Err(fail(entity, property, message.to_owned()));
            }
            if text.matches("{}").count() != 1 {
                let message = format!("has a type whose SQL is `{text}`: write `{{}}` where the value stands, once");
                return Err(fail(entity, property, message));
            }
        }
    }
    Ok(())
}

/// Finds what is not written, and what is read back. A field that is not persisted and has a name shows another one's column.
pub(super) fn resolve(entity: &mut EntityMetadata) -> Result<()> {
    for at in 0..entity.properties.len() {
        let property = &entity.properties[at];
        let is_written = property.persist || property.is_unwritten() || property.json.is_some();
        if property.kind != PropertyKind::Scalar || is_written || property.relation.is_some() {
            continue;
        }
        let Some(column) = property.column.clone() else { continue };
        let shown =
            entity.properties.iter().find(|other| other.index != property.index && other.column.as_deref() == Some(&column));
        let Some(shown) = shown.map(|shown| shown.index) else {
            let message = format!(
                "is not persisted, and no other field has the column `{column}` that it would show: take `name` off, for a field \
                 without a column, or `persist = false`"
            );
            return Err(fail(entity, property, message));
        };
        let property = &mut entity.properties[at];
        (property.column, property.parts) = (None, vec![shown]);
    }
    for property in &entity.properties {
        in_sql(entity, property)?;
    }
    for property in entity.properties.iter().filter(|property| property.part_of.is_none()) {
        // (what is read into the field of a row that was not asked for it)
        let def = &entity.descriptor.fields.get(usize::from(property.index));
        let is_filled =
            def.is_none_or(|def| def.vtable.nullable || def.vtable.init_default.is_some() || def.attributes.default.is_some());
        let unread = property.kind == PropertyKind::Virtual || !property.details.hydrate;
        if (unread || property.is_unwritten()) && !is_filled {
            let message = "is filled after the entity is made, and its type has no value until then: make it an `Option`";
            let or = if unread { ", or give it a `default`" } else { "" };
            return Err(fail(entity, property, format!("{message}{or}")));
        }
    }
    let places = |is: fn(&PropertyMetadata) -> bool| {
        let own = entity.properties.iter().filter(|property| property.part_of.is_none());
        own.filter(|property| is(property)).map(|property| property.index).collect()
    };
    let unwritten = places(PropertyMetadata::is_unwritten);
    let read_back = places(|property| property.generated.is_some() || property.details.returning);
    (entity.unwritten, entity.read_back) = (unwritten, read_back);
    Ok(())
}

fn fail(entity: &EntityMetadata, property: &PropertyMetadata, message: String) -> Error {
    Error::Metadata { entity: entity.name.to_owned(), property: Some(property.name.to_owned()), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_computed_may_be_said_with_the_type() {
        let expected = |expression, stored| Some(Generated { expression, stored });
        assert_eq!(of(None, Some("(lower({title})) stored")), (None, expected("lower({title})", true)));
        assert_eq!(of(Some("text"), Some("({a}) || ({b}) VIRTUAL")), (Some("text"), expected("({a}) || ({b})", false)));
        assert_eq!(of(None, Some("{a} || ')'")), (None, expected("{a} || ')'", true)));
        assert_eq!(of(None, Some("({a} || ')')")), (None, expected("{a} || ')'", true)));
        assert_eq!(
            of(Some("varchar(100) generated always AS (concat({a}, ' ')) virtual"), None),
            (Some("varchar(100)"), expected("concat({a}, ' ')", false))
        );
        let identity = Some("int generated always as identity");
        assert_eq!(of(identity, None), (identity, None));
    }
}
