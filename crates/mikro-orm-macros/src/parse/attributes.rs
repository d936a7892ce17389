//! What `#[orm(..)]` on a field says.

use super::{Errors, Options};
use syn::{Expr, Ident, LitInt, LitStr};

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
    "mapped_by",
    "extends",
    "no_const",
];

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
}

impl FieldAttributes {
    /// Reads the values; what they may stand on is the field's business.
    pub fn read(options: &Options, errors: &mut Errors) -> Self {
        FieldAttributes {
            primary: options.flag("primary", errors),
            unique: options.flag_or_text("unique", errors),
            index: options.flag_or_text("index", errors),
            length: options.number("length", errors),
            text: options.flag("text", errors),
            column_type: options.text("column_type", errors),
            name: options.text("name", errors),
            default: options.expr("default", errors),
            default_raw: options.text("default_raw", errors),
            hidden: options.flag("hidden", errors),
            on_create: options.expr("on_create", errors),
            on_update: options.expr("on_update", errors),
            version: options.flag("version", errors),
            mapped_by: options.field_name("mapped_by", errors),
            no_const: options.flag("no_const", errors),
        }
    }
}
