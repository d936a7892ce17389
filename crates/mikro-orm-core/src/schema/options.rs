//! How a schema is updated.

/// What an update of the schema may do; see [`SchemaGenerator::update`](super::SchemaGenerator::update).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct UpdateOptions {
    safe: bool,
    keep_tables: bool,
    skip_tables: Vec<String>,
    skip_columns: Vec<(String, String)>,
    skip_schemas: Vec<String>,
    skip_views: Vec<String>,
    skip_triggers: bool,
}

impl UpdateOptions {
    /// Everything that is not asked for by entities is dropped.
    pub fn new() -> Self {
        UpdateOptions::default()
    }
    /// Nothing is dropped that has data in it: no table and no column.
    pub fn safe(mut self) -> Self {
        self.safe = true;
        self
    }
    /// Whether tables are dropped that no entity has (they are, unless the update is [`safe`](Self::safe)).
    pub fn drop_tables(mut self, drop: bool) -> Self {
        self.keep_tables = !drop;
        self
    }
    /// Leaves tables alone, whatever they are; those of other schemas may be named as `shop.book`.
    pub fn skip_tables<N: Into<String>>(mut self, tables: impl IntoIterator<Item = N>) -> Self {
        self.skip_tables.extend(tables.into_iter().map(Into::into));
        self
    }
    /// Leaves views alone, whatever they are; those of other schemas may be named as `shop.stats`.
    pub fn skip_views<N: Into<String>>(mut self, views: impl IntoIterator<Item = N>) -> Self {
        self.skip_views.extend(views.into_iter().map(Into::into));
        self
    }
    /// Leaves triggers alone: those that entities declare are neither created, changed nor dropped. (Others always stay.)
    pub fn skip_triggers(mut self) -> Self {
        self.skip_triggers = true;
        self
    }
    /// Leaves alone all that is in these schemas.
    pub fn skip_schemas<N: Into<String>>(mut self, schemas: impl IntoIterator<Item = N>) -> Self {
        self.skip_schemas.extend(schemas.into_iter().map(Into::into));
        self
    }
    /// Leaves a column alone, whatever it is.
    pub fn skip_column(mut self, table: impl Into<String>, column: impl Into<String>) -> Self {
        self.skip_columns.push((table.into(), column.into()));
        self
    }

    /// Nothing is safe, for those who have seen to it that only what they want to drop is dropped.
    #[doc(hidden)]
    pub fn anything(mut self) -> Self {
        (self.safe, self.keep_tables) = (false, false);
        self
    }

    /// Whether nothing with data in it is dropped.
    pub fn is_safe(&self) -> bool {
        self.safe
    }
    /// Whether tables that no entity has are dropped.
    pub fn drops_tables(&self) -> bool {
        !self.safe && !self.keep_tables
    }
    /// Whether a table is left alone.
    pub fn skips(&self, table: &str) -> bool {
        self.skip_tables.iter().any(|skipped| skipped == table)
    }
    /// Whether a view is left alone.
    pub fn skips_view(&self, view: &str) -> bool {
        self.skip_views.iter().any(|skipped| skipped == view)
    }
    /// Whether triggers are left alone.
    pub fn skips_triggers(&self) -> bool {
        self.skip_triggers
    }
    /// Whether a schema is left alone.
    pub fn skips_schema(&self, schema: &str) -> bool {
        self.skip_schemas.iter().any(|skipped| skipped == schema)
    }
    /// Whether a column is left alone.
    pub fn skips_column(&self, table: &str, column: &str) -> bool {
        self.skip_columns.iter().any(|(of, skipped)| of == table && skipped == column)
    }
}
