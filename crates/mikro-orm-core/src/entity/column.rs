//! What is rarely said about a column.

/// What `#[orm(...)]` on a field says about its column, or in place of one: most columns have nothing of it.
#[derive(Debug, PartialEq, Eq)]
pub struct ColumnAttributes {
    /// `formula = ".."`: SQL that queries compute the field from, with `{property}` for columns and `{alias}` for the table.
    pub formula: Option<&'static str>,
    /// `generated = "(..) stored"`: what the database computes the column from, with `{property}` for columns.
    pub generated: Option<&'static str>,
    /// `identity = ..`: how the database numbers the key.
    pub identity: Option<Identity>,
    /// `collation = ".."`: how texts are compared.
    pub collation: Option<&'static str>,
    /// `native_enum`, `native_enum = ".."`: the database has a type for the enum, of this name; `""` for a generated one.
    pub native_enum: Option<&'static str>,
    /// `column_type(postgres = "citext", sqlite = "text")`: the column's type on each of these databases.
    pub column_types: &'static [(&'static str, &'static str)],
    /// `precision = 10`: how many digits a decimal number has.
    pub precision: Option<u32>,
    /// `scale = 2`: how many of them are behind the point.
    pub scale: Option<u32>,
    /// `hydrate = false`: the column is written, and not read.
    pub hydrate: bool,
    /// `returning`: what is stored is read back after each write, since the database may change it.
    pub returning: bool,
    /// `ignore_schema_changes(..)`: what an update of the schema leaves as it is.
    pub ignored_changes: &'static [IgnoredChange],
}

impl ColumnAttributes {
    /// Nothing said.
    pub const NONE: ColumnAttributes = ColumnAttributes {
        formula: None,
        generated: None,
        identity: None,
        collation: None,
        native_enum: None,
        column_types: &[],
        precision: None,
        scale: None,
        hydrate: true,
        returning: false,
        ignored_changes: &[],
    };
}

/// How a key is numbered by the database (PostgreSQL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Whatever is given: giving one is an error.
    Always,
    /// Unless one is given.
    ByDefault,
}

/// What of a column an update of the schema leaves as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoredChange {
    /// Its type.
    Type,
    /// Its default.
    Default,
    /// Its comment.
    Comment,
    /// Its collation.
    Collation,
    /// What it is computed from.
    Generated,
}
