//! SQL in the user's words.

use crate::dialect::Dialect;
use crate::writer::Writer;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityMetadata, PropertyKind, PropertyMetadata};
use std::borrow::Cow;

/// A piece of a raw condition.
enum Piece<'s> {
    Text(&'s str),
    Placeholder,
    Property(&'s str),
}

/// Cuts a raw condition into pieces: `?` and `{name}`; `??` and `{{` stand for themselves.
fn pieces(sql: &str) -> impl Iterator<Item = Result<Piece<'_>, &'static str>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(at) = rest.find(['?', '{']) else {
            return Some(Ok(Piece::Text(std::mem::take(&mut rest))));
        };
        if at > 0 {
            let (text, tail) = rest.split_at(at);
            rest = tail;
            return Some(Ok(Piece::Text(text)));
        }
        if rest.starts_with("??") || rest.starts_with("{{") {
            let text = &rest[..1];
            rest = &rest[2..];
            return Some(Ok(Piece::Text(text)));
        }
        if let Some(tail) = rest.strip_prefix('?') {
            rest = tail;
            return Some(Ok(Piece::Placeholder));
        }
        match rest.find('}') {
            Some(end) => {
                let name = rest[1..end].trim();
                rest = &rest[end + 1..];
                Some(Ok(Piece::Property(name)))
            }
            None => {
                rest = "";
                Some(Err("a `{` has no `}`: write `{{` for the character itself"))
            }
        }
    })
}

/// Whether the condition names a hidden property, whose values no log may show.
pub(crate) fn mentions_hidden(sql: &str, entity: &EntityMetadata) -> bool {
    pieces(sql).any(|piece| match piece {
        Ok(Piece::Property(name)) => entity.by_name(name).is_some_and(|property| property.hidden),
        _ => false,
    })
}

/// The first property that raw SQL names.
pub(crate) fn first_property(sql: &str) -> Option<&str> {
    pieces(sql).find_map(|piece| if let Ok(Piece::Property(name)) = piece { Some(name) } else { None })
}

/// Appends SQL of a definition, which names properties in braces and has no parameters. (Discovery has checked the names.)
pub(crate) fn push_template(w: &mut Writer<'_>, entity: &EntityMetadata, sql: &str) {
    push_names(w, sql, |w, name| {
        if let Some(property) = entity.by_name(name) {
            w.columns(entity.columns_of(property.index).iter().map(|column| entity.property(*column)));
        }
    });
}

/// Appends a property of a source with this alias: its column, or in parentheses the formula that it is. (Discovery has checked the
/// names in that, and that no formula is made of others.)
pub(crate) fn push_property(w: &mut Writer<'_>, entity: &EntityMetadata, property: &PropertyMetadata, alias: &str) {
    if let Some(path) = &property.json {
        w.json(alias, entity.property(path.column).column(), &path.keys, property);
        return;
    }
    let Some(formula) = property.formula() else {
        w.identifier(alias).push(".").identifier(property.column());
        return;
    };
    w.push("(");
    push_names(w, formula, |w, name| match entity.by_name(name).filter(|_| name != "alias") {
        None => drop(w.identifier(alias)),
        Some(property) => {
            for (i, column) in entity.columns_of(property.index).iter().enumerate() {
                w.push(if i == 0 { "" } else { ", " }).identifier(alias).push(".");
                w.identifier(entity.property(*column).column());
            }
        }
    });
    w.push(")");
}

/// Appends SQL; `write` writes what stands for a name in braces.
fn push_names(w: &mut Writer<'_>, sql: &str, write: impl Fn(&mut Writer<'_>, &str)) {
    let mut rest = sql;
    while let Some(at) = rest.find('{') {
        w.push(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(tail) = rest.strip_prefix('{') {
            w.push("{");
            rest = tail;
            continue;
        }
        let end = rest.find('}').unwrap_or(rest.len());
        write(w, rest[..end].trim());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    w.push(rest);
}

/// Appends a raw condition; `column` writes a property's column.
pub(crate) fn push_raw(
    w: &mut Writer<'_>,
    entity: &EntityMetadata,
    sql: &str,
    params: usize,
    mut column: impl FnMut(&mut Writer<'_>, &PropertyMetadata),
) -> Result<()> {
    let mut placeholders = 0;
    for piece in pieces(sql) {
        match piece.map_err(|message| Error::invalid(entity.name, format!("{message} (in the raw SQL: {sql})")))? {
            Piece::Text(text) => {
                w.push(text);
            }
            Piece::Placeholder => {
                placeholders += 1;
                w.placeholder();
            }
            Piece::Property(name) => match entity.by_name(name) {
                Some(property) if property.column.is_some() => column(w, property),
                Some(property) if !property.parts.is_empty() => {
                    for (i, part) in property.parts.iter().enumerate() {
                        w.push(if i == 0 { "(" } else { ", " });
                        column(w, entity.property(*part));
                    }
                    w.push(")");
                }
                Some(property) if property.kind == PropertyKind::Virtual => {
                    let message = "raw SQL names this property, which is not persisted, and so has no column";
                    return Err(Error::validation(entity.name, property.name, message));
                }
                Some(property) => {
                    return Err(Error::validation(
                        entity.name,
                        property.name,
                        "raw SQL names this relation, which has no column: use `some`, `none` or `every`",
                    ));
                }
                None => {
                    let known: Vec<_> = entity.columns().map(|property| property.name).collect();
                    return Err(Error::validation(
                        entity.name,
                        name,
                        format!(
                            "raw SQL names this property, which the entity does not have; it has {}; write `{{{{` for the character `{{` itself",
                            known.join(", ")
                        ),
                    ));
                }
            },
        }
    }
    if placeholders == params {
        return Ok(());
    }
    Err(Error::invalid(
        entity.name,
        format!(
            "raw SQL has {placeholders} `?` and {params} bound values: `.bind(..)` each, and write `??` for the character itself (in: {sql})"
        ),
    ))
}

/// A statement of the user's with the dialect's placeholders in place of `?`. Quoted text and comments are
/// left alone; `??` stands for the character itself.
pub fn number_placeholders<'s>(dialect: &dyn Dialect, sql: &'s str) -> Cow<'s, str> {
    let mut placeholder = String::new();
    dialect.push_placeholder(&mut placeholder, 1);
    if placeholder == "?" || !sql.contains('?') {
        return Cow::Borrowed(sql);
    }
    let mut w = Writer::new(dialect);
    let mut rest = sql;
    while let Some(at) = rest.find(['?', '\'', '"', '`', '-', '/']) {
        w.push(&rest[..at]);
        rest = &rest[at..];
        let skipped = match rest.as_bytes() {
            [b'?', b'?', ..] => {
                w.push("?");
                rest = &rest[2..];
                continue;
            }
            [b'?', ..] => {
                w.placeholder();
                rest = &rest[1..];
                continue;
            }
            [b'-', b'-', ..] => rest.find('\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => rest.find("*/").map_or(rest.len(), |end| end + 2),
            [quote @ (b'\'' | b'"' | b'`'), ..] => {
                // a doubled quote ends one text and starts the next, which comes to the same
                rest[1..].find(char::from(*quote)).map_or(rest.len(), |end| end + 2)
            }
            _ => 1,
        };
        w.push(&rest[..skipped]);
        rest = &rest[skipped..];
    }
    w.push(rest);
    Cow::Owned(w.sql)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Postgres, Sqlite};

    #[test]
    fn placeholders_are_numbered_outside_of_texts_and_comments() {
        let sql = "select '?', \"a?\", ?? /* ? */ from t -- ?\nwhere a = ? and b = 'it''s ?' and c - ? > 0";
        assert_eq!(number_placeholders(&Sqlite, sql), sql);
        assert_eq!(
            number_placeholders(&Postgres, sql),
            "select '?', \"a?\", ? /* ? */ from t -- ?\nwhere a = $1 and b = 'it''s ?' and c - $2 > 0"
        );
    }

    #[test]
    fn texts_that_do_not_end_are_left_to_the_database() {
        for sql in ["? '", "? /*", "? --", "?\"?", "é?é'ü"] {
            let _ = number_placeholders(&Postgres, sql);
        }
    }
}
