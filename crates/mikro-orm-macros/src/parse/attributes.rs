//! What `#[orm(..)]` on a field says.

use super::{Errors, Options};
use syn::{Expr, Ident, LitInt, LitStr, Path};

/// All attributes of fields.
pub const FIELD: &[&str] = &[
    "primary",
    "unique",
    "index",
    "length",
    "text",
    "column_type",
    "name",
    "default",
    "default_raw",
    "lazy",
    "hidden",
    "on_create",
    "on_update",
    "version",
    "one_to_many",
    "many_to_one",
    "one_to_one",
    "many_to_many",
    "mapped_by",
    "inversed_by",
    "owner",
    "cascade",
    "orphan_removal",
    "where",
    "eager",
    "strategy",
    "fixed_order",
    "fixed_order_column",
    "pivot_table",
    "pivot_entity",
    "join_column",
    "inverse_join_column",
    "inverse_join_columns",
    "join_columns",
    "fk_name",
    "fk_constraint",
    "delete_rule",
    "update_rule",
    "defer",
    "map_to_pk",
    "persist",
    "concurrency_check",
    "generated",
    "formula",
    "identity",
    "collation",
    "native_enum",
    "precision",
    "scale",
    "hydrate",
    "returning",
    "ignore_schema_changes",
    "serialized_name",
    "groups",
    "serializer",
    "check",
    "comment",
    "embedded",
    "object",
    "prefix",
    "prefix_mode",
    "table_per_type",
    "extends",
    "no_const",
];

/// Attributes of relations, whichever kind.
pub const RELATION: &[&str] = &["cascade", "eager", "strategy"];
/// Attributes of relations that have a foreign key.
pub const FOREIGN_KEY: &[&str] =
    &["join_column", "join_columns", "fk_name", "fk_constraint", "delete_rule", "update_rule", "defer", "inversed_by", "owner"];
/// Attributes of many-to-many relations.
pub const MANY_TO_MANY: &[&str] =
    &["fixed_order", "fixed_order_column", "pivot_table", "pivot_entity", "inverse_join_column", "inverse_join_columns"];

/// What a foreign key does when what it refers to goes.
const RULES: &[&str] = &["cascade", "set_null", "set_default", "restrict", "no_action"];

/// What an update of the schema may leave as it is.
const IGNORED: &[&str] = &["type", "default", "comment", "collation", "generated"];

/// What `#[orm(..)]` on a field says; the names are the attributes'.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // each is an attribute of its own
pub struct FieldAttributes {
    pub primary: bool,
    /// Empty for a generated name.
    pub unique: Option<LitStr>,
    /// Empty for a generated name.
    pub index: Option<LitStr>,
    pub length: Option<LitInt>,
    pub text: bool,
    pub column_type: Option<LitStr>,
    pub name: Option<LitStr>,
    pub default: Option<Expr>,
    pub default_raw: Option<LitStr>,
    pub hidden: bool,
    pub on_create: Option<Expr>,
    pub on_update: Option<Expr>,
    pub version: bool,
    pub mapped_by: Option<Ident>,
    pub no_const: bool,
    pub concurrency_check: bool,
    pub persist: Option<bool>,
    pub serialized_name: Option<LitStr>,
    pub groups: Vec<LitStr>,
    pub serializer: Option<Expr>,
    pub check: Option<LitStr>,
    pub column: ColumnAttributes,
    pub comment: Option<LitStr>,
    pub embedded: Option<Embedded>,
    pub relation: RelationAttributes,
}

/// The databases that there are types for.
const DATABASES: &[&str] = &["postgres", "sqlite"];

/// What is rarely said about a column.
#[derive(Default)]
pub struct ColumnAttributes {
    pub formula: Option<LitStr>,
    pub generated: Option<LitStr>,
    pub identity: Option<Ident>,
    pub collation: Option<LitStr>,
    /// Empty for a generated name.
    pub native_enum: Option<LitStr>,
    /// The column's type on some databases, by their names.
    pub column_types: Vec<(Ident, LitStr)>,
    pub precision: Option<LitInt>,
    pub scale: Option<LitInt>,
    pub hydrate: Option<bool>,
    pub returning: bool,
    pub ignored_changes: Vec<Ident>,
}

impl ColumnAttributes {
    fn read(options: &Options, errors: &mut Errors) -> Self {
        ColumnAttributes {
            formula: options.text("formula", errors),
            generated: options.text("generated", errors),
            identity: options.word("identity", &["always", "by_default"], errors),
            collation: options.text("collation", errors),
            column_types: Vec::new(),
            precision: options.number("precision", errors),
            scale: options.number("scale", errors),
            native_enum: options.flag_or_text("native_enum", errors),
            hydrate: options.boolean("hydrate", errors),
            returning: options.flag("returning", errors),
            ignored_changes: options.words("ignore_schema_changes", IGNORED, errors).unwrap_or_default(),
        }
    }
}

/// What `#[orm(embedded, ..)]` says.
pub struct Embedded {
    /// Inside `None` for no prefix.
    pub prefix: Option<Option<LitStr>>,
    pub absolute: bool,
    /// As JSON: `object`, or because it is a list.
    pub object: bool,
    /// A table for each variant: `table_per_type`.
    pub tables: bool,
}

impl Embedded {
    fn read(options: &Options, errors: &mut Errors) -> Option<Self> {
        let (object, tables) = (options.flag("object", errors), options.flag("table_per_type", errors));
        if !options.flag("embedded", errors) {
            for name in ["prefix", "prefix_mode", "object", "table_per_type"] {
                if let Some(span) = options.span(name) {
                    errors
                        .push(span, format!("{}: `{name}` is for what is embedded; add `embedded`, or remove it", options.on()));
                }
            }
            return None;
        }
        let absolute = options.word("prefix_mode", &["relative", "absolute"], errors).is_some_and(|word| word == "absolute");
        Some(Embedded { prefix: options.text_or_false("prefix", errors), absolute, object, tables })
    }
}

/// What `#[orm(..)]` on a relation says.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // each is an attribute of its own
pub struct RelationAttributes {
    pub one_to_one: bool,
    pub many_to_many: bool,
    pub inversed_by: Option<Ident>,
    pub cascade: Option<Vec<Ident>>,
    pub orphan_removal: bool,
    /// `where`
    pub condition: Option<Expr>,
    pub eager: bool,
    pub strategy: Option<Ident>,
    pub fixed_order: bool,
    pub fixed_order_column: Option<LitStr>,
    pub pivot_table: Option<LitStr>,
    pub pivot_entity: Option<Path>,
    /// `join_column` is a list of one.
    pub join_columns: Vec<LitStr>,
    /// `inverse_join_column` is a list of one.
    pub inverse_join_columns: Vec<LitStr>,
    pub fk_name: Option<LitStr>,
    pub fk_constraint: Option<bool>,
    pub delete_rule: Option<Ident>,
    pub update_rule: Option<Ident>,
    pub defer: Option<Ident>,
    pub map_to_pk: Option<Path>,
}

impl RelationAttributes {
    fn read(options: &Options, errors: &mut Errors) -> Self {
        let mut join_columns = options.texts("join_columns", errors);
        join_columns.extend(options.text("join_column", errors));
        let mut inverse_join_columns = options.texts("inverse_join_columns", errors);
        inverse_join_columns.extend(options.text("inverse_join_column", errors));
        // the side without `mapped_by` is the owner: nothing is left to be said
        options.flag("owner", errors);
        RelationAttributes {
            one_to_one: options.flag("one_to_one", errors),
            many_to_many: options.flag("many_to_many", errors),
            inversed_by: options.field_name("inversed_by", errors),
            cascade: options.words("cascade", &["persist", "remove", "all"], errors),
            orphan_removal: options.flag("orphan_removal", errors),
            condition: options.expr("where", errors),
            eager: options.flag("eager", errors),
            strategy: options.word("strategy", &["joined", "select_in", "balanced"], errors),
            fixed_order: options.flag("fixed_order", errors),
            fixed_order_column: options.text("fixed_order_column", errors),
            pivot_table: options.text("pivot_table", errors),
            pivot_entity: options.path("pivot_entity", errors),
            join_columns,
            inverse_join_columns,
            fk_name: options.text("fk_name", errors),
            fk_constraint: options.boolean("fk_constraint", errors),
            delete_rule: options.word("delete_rule", RULES, errors),
            update_rule: options.word("update_rule", RULES, errors),
            defer: options.word("defer", &["deferred", "immediate"], errors),
            map_to_pk: options.path("map_to_pk", errors),
        }
    }
}

impl FieldAttributes {
    /// Reads the values; what they may stand on is the field's business.
    pub fn read(options: &Options, errors: &mut Errors) -> Self {
        let (column_type, column_types) = options.text_or_texts("column_type", DATABASES, errors);
        FieldAttributes {
            primary: options.flag("primary", errors),
            unique: options.flag_or_text("unique", errors),
            index: options.flag_or_text("index", errors),
            length: options.number("length", errors),
            text: options.flag("text", errors),
            column_type,
            name: options.text("name", errors),
            default: options.expr("default", errors),
            default_raw: options.text("default_raw", errors),
            hidden: options.flag("hidden", errors),
            on_create: options.expr("on_create", errors),
            on_update: options.expr("on_update", errors),
            version: options.flag("version", errors),
            mapped_by: options.field_name("mapped_by", errors),
            no_const: options.flag("no_const", errors),
            concurrency_check: options.flag("concurrency_check", errors),
            persist: options.boolean("persist", errors),
            serialized_name: options.text("serialized_name", errors),
            groups: options.texts("groups", errors),
            serializer: options.expr("serializer", errors),
            check: options.text("check", errors),
            comment: options.text("comment", errors),
            column: ColumnAttributes { column_types, ..ColumnAttributes::read(options, errors) },
            embedded: Embedded::read(options, errors),
            relation: RelationAttributes::read(options, errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entity::ENTITY;
    use super::FIELD;

    #[test]
    fn the_derive_s_page_lists_every_attribute() {
        let page = include_str!("../docs/entity.md");
        // the first cell of each row of the tables has the attributes, with examples of their values
        let cells: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()).collect();
        let is_listed = |name: &str| {
            let starts = |code: &str| code.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '(']));
            cells.iter().any(|cell| cell.split('`').any(starts))
        };
        let missing: Vec<_> = FIELD.iter().chain(ENTITY).filter(|name| !is_listed(name)).collect();
        assert!(missing.is_empty(), "not in `docs/entity.md`: {missing:?}");
    }
}
