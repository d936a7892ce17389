//! Places in JSON documents, with their types erased.

use super::CompareOp;
use crate::field::ColumnType;
use crate::value::Value;

/// One step into a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonStep {
    /// What an object has at a key.
    Key(String),
    /// The item of an array at an index, from 0.
    Item(u32),
}

/// A place in a JSON document, and what is asked for there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPlace {
    /// The way to it.
    pub steps: Vec<JsonStep>,
    /// What it is read as: what is of another kind is null.
    pub kind: JsonKind,
}

/// What is read from a JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it
pub enum JsonKind {
    Any,
    Text,
    Integer,
    Number,
    Bool,
}

/// What is asked of a place in a JSON document.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonTest {
    /// A comparison with a value, which is not null.
    Compare {
        /// How.
        op: CompareOp,
        /// With what.
        value: Value<'static>,
    },
    /// Whether it is one of these; never, when there are none.
    In {
        /// The values; none is null.
        values: Vec<Value<'static>>,
        /// The opposite.
        negated: bool,
    },
    /// Whether it is JSON's null, or nothing is there.
    IsNull {
        /// The opposite.
        negated: bool,
    },
}

impl JsonKind {
    /// The type of the column that such values would be in.
    pub fn column_type(self) -> ColumnType {
        match self {
            JsonKind::Any => ColumnType::Json,
            JsonKind::Text => ColumnType::String,
            JsonKind::Integer => ColumnType::I64,
            JsonKind::Number => ColumnType::F64,
            JsonKind::Bool => ColumnType::Bool,
        }
    }
}
