//! What schemas say, in the words of descriptions.

use super::super::column::{ColumnSaid, ColumnWords, PrefixSaid};
use super::super::hooks::SchemaHooks;
use super::super::relation::RelationSaid;
use super::super::target::{Said, TargetName};
use super::super::{EntitySchema, Index, PropertySaid, SchemaParts};
use super::{Names, fail};
use crate::embeddable::{EmbeddedAttributes, Prefix};
use crate::entity::{
    CheckDef, ColumnAttributes, DefaultValue, EntityDescriptor, FieldAttributes, IndexDef, IndexField, IndexStep, OnUpdate,
    RelationAttributes, Source, TableAttributes, Target,
};
use crate::error::Result;
use crate::events::HookTable;
use crate::field::{EnumItem, EnumValue};
use crate::heap::{Holds, Undescribed};
use crate::metadata::{EntityList, EntityType};
use crate::naming::intern;
use crate::query::OrderTerm;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Where the descriptions of schemas will be.
type Places<'a> = HashMap<&'a str, &'static OnceLock<&'static EntityDescriptor>>;

/// Describes schemas, which were checked.
pub(super) fn all(schemas: &[EntitySchema], names: &Names) -> Result<EntityList> {
    let places: Places<'_> = schemas.iter().map(|schema| (schema.name.as_str(), keep(OnceLock::new()))).collect();
    let describe = |schema: &EntitySchema| {
        let described = Describing { schema, places: &places, names }.entity()?;
        // (each name is one schema's)
        let _ = places[schema.name.as_str()].set(described.descriptor());
        Ok(described)
    };
    schemas.iter().map(describe).collect()
}

/// A value that stays.
fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
fn list<T>(items: Vec<T>) -> &'static [T] {
    if items.is_empty() { &[] } else { items.leak() }
}
fn texts(texts: &[String]) -> &'static [&'static str] {
    list(texts.iter().map(|text| intern(text)).collect())
}
fn text(text: Option<&String>) -> Option<&'static str> {
    text.map(|text| intern(text))
}

/// `title`, `address.town`, `meta.pages`
fn index_field(said: &str) -> IndexField {
    let mut steps = said.split('.');
    let field = IndexField::of(intern(steps.next().unwrap_or_default()));
    IndexField { path: list(steps.map(|key| IndexStep::Key(intern(key))).collect()), ..field }
}

struct Describing<'a> {
    schema: &'a EntitySchema,
    places: &'a Places<'a>,
    names: &'a Names,
}

impl Describing<'_> {
    fn entity(&self) -> Result<EntityType> {
        let schema = self.schema;
        let fields = schema.properties.iter().map(|(name, property)| {
            let (holds, attributes) = match property {
                PropertySaid::Column(said) => self.column(said),
                PropertySaid::Relation(said) => self.relation(said),
            };
            (intern(name), holds, attributes)
        });
        let on_create = schema.properties.iter().map(|(_, property)| match property {
            PropertySaid::Column(said) => said.on_create.clone().or_else(|| said.on_update.clone()),
            PropertySaid::Relation(_) => None,
        });
        let conditions = schema.properties.iter().map(|(_, property)| match property {
            PropertySaid::Column(_) => None,
            PropertySaid::Relation(said) => said.condition.clone(),
        });
        let order = schema.order.iter().filter_map(|(column, descending)| {
            let field = schema.properties.iter().position(|(name, _)| name == column)?;
            Some(OrderTerm { descending: *descending, ..OrderTerm::by(u16::try_from(field).ok()?) })
        });
        let hooks = match schema.hooks.is_empty() {
            true => &[][..],
            false => list(vec![HookTable::of_schema(keep(SchemaHooks(schema.hooks.clone())))]),
        };
        let undescribed = Undescribed {
            name: intern(&schema.name),
            table: text(schema.table.as_ref()),
            options: keep(self.table()),
            fields: fields.collect(),
            hooks,
            readonly: schema.readonly,
            parts: keep(SchemaParts { on_create: on_create.collect(), conditions: conditions.collect(), order: order.collect() }),
        };
        let none =
            || fail(&schema.name, None, "has no properties: say `.property(\"id\", p::i64().primary())`, and what else it has");
        undescribed.describe().ok_or_else(none)
    }

    fn table(&self) -> TableAttributes {
        let schema = self.schema;
        let source = schema.view.as_ref().map_or(Source::Table, |view| Source::View {
            sql: intern(&view.sql),
            materialized: view.materialized,
            with_data: true,
        });
        let index = |index: &Index| IndexDef {
            fields: list(index.fields.iter().map(|field| index_field(field)).collect()),
            name: text(index.name.as_ref()),
            unique: index.unique,
            condition: text(index.condition.as_ref()),
            method: text(index.method.as_ref()),
            expression: text(index.expression.as_ref()),
            ..IndexDef::NONE
        };
        let check = |(name, expression): &(Option<String>, String)| CheckDef {
            expression: intern(expression),
            name: text(name.as_ref()),
        };
        TableAttributes {
            source,
            schema: text(schema.schema.as_ref()),
            comment: text(schema.comment.as_ref()),
            indexes: list(schema.indexes.iter().map(index).collect()),
            checks: list(schema.checks.iter().map(check).collect()),
            partition_by: text(schema.partition_by.as_ref()),
            partitions: list(schema.partitions.iter().map(|(name, bounds)| (intern(name), intern(bounds))).collect()),
            ..TableAttributes::NONE
        }
    }

    fn target(&self, target: &TargetName) -> Target {
        match &target.0 {
            Said::Name(name) => match self.names.types.get(name.as_str()) {
                Some(descriptor) => Target::Schema(keep(OnceLock::from(*descriptor))),
                // (it was checked that it is one or the other)
                None => Target::Schema(self.places[name.as_str()]),
            },
            Said::Type(entity) => Target::Schema(keep(OnceLock::from(entity.descriptor()))),
        }
    }

    fn column(&self, said: &ColumnSaid) -> (Holds, FieldAttributes) {
        let words = &said.attributes;
        let items: Vec<EnumItem> = said
            .items
            .iter()
            .map(|item| intern(item))
            .map(|item| EnumItem { name: item, value: EnumValue::Text(item) })
            .collect();
        let items = if items.is_empty() { None } else { Some(list(items)) };
        let on_update = said.on_update.clone().map(|giver| OnUpdate::Value(keep(move || giver.give())));
        let relation = match &said.map_to_pk {
            None => &RelationAttributes::NONE,
            Some(target) => keep(RelationAttributes { map_to_pk: Some(self.target(target)), ..RelationAttributes::NONE }),
        };
        let embedded = said.embedded.as_ref().map(|prefix| {
            let prefix = match prefix {
                PrefixSaid::Named => Prefix::Named,
                PrefixSaid::Text(text) => Prefix::Text(intern(text)),
                PrefixSaid::None => Prefix::None,
            };
            keep(EmbeddedAttributes { prefix, object: false, absolute: false, tables: said.table_per_type })
        });
        let attributes = FieldAttributes {
            primary: words.primary,
            unique: text(words.unique.as_ref()),
            index: text(words.index.as_ref()),
            length: words.length,
            text: words.text,
            column_type: text(words.column_type.as_ref()),
            column: text(words.column.as_ref()),
            default: said.default.clone().map(|value| DefaultValue::Known(keep(value))),
            default_raw: text(words.default_raw.as_ref()),
            hidden: words.hidden,
            on_create: said.on_create.is_some() || said.on_update.is_some(),
            on_update,
            version: words.version,
            persist: words.persist,
            concurrency_check: words.concurrency_check,
            serialized_name: text(words.serialized_name.as_ref()),
            groups: texts(&words.groups),
            check: text(words.check.as_ref()),
            comment: text(words.comment.as_ref()),
            details: details(words),
            embedded,
            relation,
            ..FieldAttributes::NONE
        };
        (Holds::Scalar { tables: said.tables, lazy: said.lazy, items }, attributes)
    }

    fn relation(&self, said: &RelationSaid) -> (Holds, FieldAttributes) {
        let target = self.target(&said.target);
        let holds = match said.to_many {
            true => Holds::ToMany(target),
            // (the side without a column may always be missing)
            false => Holds::ToOne { target, nullable: said.nullable || said.mapped_by.is_some() },
        };
        let relation = RelationAttributes {
            one_to_one: said.one_to_one,
            many_to_many: said.many_to_many,
            inversed_by: text(said.inversed_by.as_ref()),
            cascade: said.cascade,
            orphan_removal: said.orphan_removal,
            eager: said.eager,
            strategy: said.strategy,
            fixed_order: said.fixed_order,
            fixed_order_column: text(said.fixed_order_column.as_ref()),
            pivot_table: text(said.pivot_table.as_ref()),
            pivot_entity: said.pivot_entity.as_ref().map(|entity| self.target(entity)),
            join_columns: texts(&said.join_columns),
            inverse_join_columns: texts(&said.inverse_join_columns),
            foreign_key_name: text(said.foreign_key_name.as_ref()),
            constraint: said.constraint,
            delete_rule: said.delete_rule,
            update_rule: said.update_rule,
            defer: said.defer,
            ..RelationAttributes::NONE
        };
        let details = match &said.formula {
            None => &ColumnAttributes::NONE,
            formula => keep(ColumnAttributes { formula: text(formula.as_ref()), ..ColumnAttributes::NONE }),
        };
        let attributes = FieldAttributes {
            primary: said.primary,
            unique: text(said.unique.as_ref()),
            index: text(said.index.as_ref()),
            comment: text(said.comment.as_ref()),
            hidden: said.hidden,
            mapped_by: text(said.mapped_by.as_ref()),
            persist: said.persist,
            serialized_name: text(said.serialized_name.as_ref()),
            groups: texts(&said.groups),
            details,
            relation: keep(relation),
            ..FieldAttributes::NONE
        };
        (holds, attributes)
    }
}

fn details(words: &ColumnWords) -> &'static ColumnAttributes {
    let column_types = words.column_types.iter().map(|(database, spelled)| (intern(database), intern(spelled)));
    keep(ColumnAttributes {
        formula: text(words.formula.as_ref()),
        generated: text(words.generated.as_ref()),
        identity: words.identity,
        collation: text(words.collation.as_ref()),
        native_enum: text(words.native_enum.as_ref()),
        column_types: list(column_types.collect()),
        precision: words.precision,
        scale: words.scale,
        hydrate: words.hydrate,
        returning: words.returning,
        ignored_changes: list(words.ignored_changes.clone()),
    })
}
