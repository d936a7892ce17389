//! Equality of metadata: whether two entities are described alike, whoever says it, a type or a schema.

use super::types::{EntityMetadata, PropertyMetadata};
use crate::entity::ColumnAttributes;

/// The databases for which a field's type may choose a type and SQL.
pub(super) const DATABASES: [&str; 4] = ["sqlite", "postgres", "mysql", "mariadb"];

impl PartialEq for EntityMetadata {
    /// Whether all that is known of both is the same, but for where it comes from. (Relations lead to the same places in their
    /// metadata.)
    fn eq(&self, other: &Self) -> bool {
        // (exhaustive, so that what is added is compared)
        let EntityMetadata {
            id,
            name,
            table,
            source,
            schema,
            alias,
            properties,
            key,
            key_columns,
            key_name,
            version,
            checks,
            selected,
            collections,
            unwritten,
            read_back,
            eager,
            indexes,
            constraints,
            triggers,
            partition_by,
            partitions,
            order,
            comment,
            is_pivot,
            pivot_of,
            levels,
            discriminator,
            level_of,
            descriptor,
            shape: _,
        } = self;
        (id, name, table, source, schema) == (&other.id, &other.name, &other.table, &other.source, &other.schema)
            && (alias, properties, key, key_columns, key_name)
                == (&other.alias, &other.properties, &other.key, &other.key_columns, &other.key_name)
            && (version, checks, selected, collections) == (&other.version, &other.checks, &other.selected, &other.collections)
            && (unwritten, read_back, eager) == (&other.unwritten, &other.read_back, &other.eager)
            && (indexes, constraints, order, comment) == (&other.indexes, &other.constraints, &other.order, &other.comment)
            && (triggers, partition_by, partitions) == (&other.triggers, &other.partition_by, &other.partitions)
            && (is_pivot, pivot_of) == (&other.is_pivot, &other.pivot_of)
            && (levels, discriminator, level_of) == (&other.levels, &other.discriminator, &other.level_of)
            && descriptor.readonly == other.descriptor.readonly
    }
}

impl PartialEq for PropertyMetadata {
    fn eq(&self, other: &Self) -> bool {
        let PropertyMetadata {
            index,
            name,
            kind,
            column,
            parts,
            part_of,
            leaf,
            levels,
            shared,
            column_type,
            custom_type,
            custom_types,
            json,
            items,
            native_enum,
            nullable,
            primary,
            unique,
            index_name,
            length,
            text,
            default,
            default_raw,
            hidden,
            on_create,
            version,
            concurrency_check,
            persist,
            generated,
            details,
            serialized_name,
            comment,
            groups,
            relation,
            check,
            type_on,
            sql_on,
            join_columns,
        } = self;
        (index, name, kind, column, parts, part_of)
            == (&other.index, &other.name, &other.kind, &other.column, &other.parts, &other.part_of)
            && levels == &other.levels
            && (leaf, shared, column_type, custom_type, custom_types, json)
                == (&other.leaf, &other.shared, &other.column_type, &other.custom_type, &other.custom_types, &other.json)
            && (items, native_enum, nullable, primary, unique, index_name)
                == (&other.items, &other.native_enum, &other.nullable, &other.primary, &other.unique, &other.index_name)
            && (length, text, default, default_raw, hidden, on_create)
                == (&other.length, &other.text, &other.default, &other.default_raw, &other.hidden, &other.on_create)
            && (version, concurrency_check, persist, generated)
                == (&other.version, &other.concurrency_check, &other.persist, &other.generated)
            && (serialized_name, comment, groups, relation, check, join_columns)
                == (&other.serialized_name, &other.comment, &other.groups, &other.relation, &other.check, &other.join_columns)
            && same_details(details, other.details)
            && DATABASES
                .iter()
                .all(|database| type_on(database) == (other.type_on)(database) && sql_on(database) == (other.sql_on)(database))
    }
}

fn same_details(one: &ColumnAttributes, other: &ColumnAttributes) -> bool {
    std::ptr::eq(one, other) || one == other
}
