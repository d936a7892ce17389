//! A violated constraint.

use super::BoxError;
use std::fmt;

/// Which constraint a row violated, as far as the database says, in terms of tables and of entities.
#[derive(Debug, Default)]
pub struct ConstraintViolation {
    /// The constraint's name.
    pub constraint: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
    /// The entity of the table.
    pub entity: Option<String>,
    /// The properties of the columns.
    pub properties: Vec<String>,
    /// What to do about it.
    pub remedy: Option<&'static str>,
    /// The driver's error.
    pub source: Option<BoxError>,
}

impl fmt::Display for ConstraintViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.entity, self.properties.as_slice()) {
            (Some(entity), []) => write!(f, "{entity}")?,
            (Some(entity), [property]) => write!(f, "{entity}.{property}")?,
            (Some(entity), properties) => write!(f, "{entity}.({})", properties.join(", "))?,
            (None, _) => match &self.table {
                Some(table) => write!(f, "table {table}")?,
                None => f.write_str("a constraint of the database")?,
            },
        }
        if let Some(constraint) = &self.constraint {
            write!(f, " (constraint {constraint})")?;
        }
        if let Some(remedy) = self.remedy {
            write!(f, ": {remedy}")?;
        }
        Ok(())
    }
}
