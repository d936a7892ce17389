//! What the compiler says of entities that are types: whether words fit a property, and each other.

use super::column::ColumnSaid;
use super::relation::RelationSaid;
use crate::field::{ColumnType, FieldKind};

/// What is wrong with a column, and what to do.
pub(super) fn column(said: &ColumnSaid) -> Result<(), String> {
    let words = &said.attributes;
    let FieldKind::Scalar(ty) = said.tables.kind() else { return Ok(()) };
    let default = said.default.is_some();
    let (on_create, on_update) = (said.on_create.is_some(), said.on_update.is_some());
    let first_value = default || words.default_raw.is_some() || on_create || on_update || words.version;
    let is_text = ty == ColumnType::String;
    let computed = words.generated.is_some() || words.formula.is_some();
    let in_table = words.unique.is_some() || words.index.is_some() || words.length.is_some() || words.column_type.is_some();
    let in_table = in_table || words.check.is_some() || words.comment.is_some() || words.identity.is_some() || words.primary;
    let rules = [
        (
            ty == ColumnType::Row && said.map_to_pk.is_none() && said.embedded.is_none(),
            "is a value of several columns, which has no column: make it `p::embedded()`, or say whose key it is with `map_to_pk`",
        ),
        (words.primary && said.lazy, "is a primary key, which is always loaded: take `lazy` off"),
        (words.primary && said.nullable, "is a primary key, which is never null: take `nullable` off"),
        (
            words.primary && matches!(ty, ColumnType::F32 | ColumnType::F64 | ColumnType::Bool),
            "can't be a primary key: that is an integer, a text or a UUID",
        ),
        (words.primary && said.map_to_pk.is_some(), "is a key that is another entity's: make it a relation that is `primary`"),
        (words.primary && (words.version || on_update), "is a primary key, which does not change"),
        (words.length.is_some() && !(is_text || ty == ColumnType::Bytes), "has a length, which limits texts and bytes"),
        (words.length.is_some() && words.text, "has a length, and is a text without one: make it `p::string()`"),
        (words.collation.is_some() && !is_text, "has a collation, which is for texts"),
        (
            (words.precision.is_some() || words.scale.is_some()) && ty != ColumnType::Decimal,
            "has digits behind a point, which are for decimal numbers",
        ),
        (
            words.scale.is_some_and(|scale| words.precision.is_none_or(|all| scale > all)),
            "has more digits behind the point than `precision` says",
        ),
        (words.precision.is_some_and(|digits| digits > 1000), "has more digits than databases have, which is 1000"),
        (
            words.native_enum.is_some() && said.items.is_empty() && !said.tables.has_items(),
            "is no enum, which a type of the database would be for: make it `p::enumeration(..)`",
        ),
        (
            words.version && (default || words.default_raw.is_some() || on_create || on_update),
            "is a version, which flushes count themselves",
        ),
        (default && on_create, "has both `default` and `on_create`, which give the first value: keep one"),
        (default && words.default_raw.is_some(), "has both a default and a raw default: keep one"),
        (computed && first_value, "is computed by the database, so that nothing gives it a value"),
        (words.generated.is_some() && words.formula.is_some(), "is both `generated` and a `formula`: keep one"),
        (
            words.generated.is_some() && (!words.persist || words.primary),
            "is computed by the database, which stores it and gives no key",
        ),
        (words.formula.is_some() && (in_table || words.column.is_some()), "is a formula, which has no column in the table"),
        (
            !words.persist
                && (said.lazy
                    || words.version
                    || words.default_raw.is_some()
                    || !words.hydrate
                    || (in_table && said.map_to_pk.is_none())),
            "has no column of its own, so that nothing can be said of one",
        ),
        (
            words.identity.is_some() && !(words.primary && ty.is_integer()),
            "is numbered by the database, which is for a primary key that is an integer",
        ),
        (
            words.identity.is_some() && (first_value || words.column_type.is_some()),
            "is numbered by the database, so that nothing else gives it a value or a type",
        ),
        (
            !words.hydrate && (words.primary || words.version || words.concurrency_check || words.returning || said.lazy),
            "has to be read: take `unread` off",
        ),
    ];
    if let Some((_, message)) = rules.iter().find(|(wrong, _)| *wrong) {
        return Err((*message).to_owned());
    }
    if let Some(item) = said.items.iter().enumerate().find(|(at, item)| said.items[..*at].contains(item)) {
        return Err(format!("is an enum that has the item `{}` twice", item.1));
    }
    if !said.items.is_empty()
        && let Some(crate::value::Value::Text(default)) = &said.default
        && !said.items.iter().any(|item| item == default)
    {
        return Err(format!("has the default `{default}`, which is none of its items: {}", said.items.join(", ")));
    }
    match words.length {
        Some(length) => match said.items.iter().find(|item| item.chars().count() > length as usize) {
            Some(item) => Err(format!("has the item `{item}`, which is longer than its length says")),
            None => Ok(()),
        },
        None => Ok(()),
    }
}

/// What is wrong with a relation, and what to do.
pub(super) fn relation(said: &RelationSaid) -> Result<(), String> {
    let mapped = said.mapped_by.is_some();
    let of_owner = said.inversed_by.is_some() || !said.join_columns.is_empty() || said.foreign_key_name.is_some();
    let of_owner =
        of_owner || said.delete_rule.is_some() || said.update_rule.is_some() || said.defer.is_some() || !said.constraint;
    let of_pivot =
        said.pivot_table.is_some() || said.pivot_entity.is_some() || said.fixed_order || !said.inverse_join_columns.is_empty();
    let rules = [
        (
            said.to_many && !said.many_to_many && !mapped,
            "does not say which property refers back: add `.mapped_by(..)`, or make it `p::many_to_many(..)`",
        ),
        (
            mapped && (of_owner || of_pivot),
            "is the inverse side, which has no foreign key and no table: say that at the other side",
        ),
        (mapped && said.primary, "is the inverse side, which has no column to be a primary key"),
        (
            mapped && (said.unique.is_some() || said.index.is_some() || said.formula.is_some() || !said.persist),
            "is the inverse side, which has no column",
        ),
        (said.primary && said.nullable, "is a primary key, which is never null: take `nullable` off"),
        (said.formula.is_some() && of_owner, "is a formula, which has no foreign key"),
    ];
    match rules.iter().find(|(wrong, _)| *wrong) {
        Some((_, message)) => Err((*message).to_owned()),
        None => Ok(()),
    }
}
