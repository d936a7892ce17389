//! Batches in pieces, so that a message stays reasonable.

use mikro_orm_core::driver::RowValues;
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::metadata::EntityMetadata;
use mikro_orm_core::value::Value;
use std::ops::Range;

/// The most rows in one statement. More per statement gains nothing: the server works longer than the network.
const MAX_ROWS: usize = 10_000;
/// About how much text and bytes one statement carries.
const MAX_BYTES: usize = 16 << 20;
/// Batches of fewer rows are not measured.
const SMALL: usize = 64;

/// The rows of each statement.
pub(super) fn split(entity: &EntityMetadata, columns: &[u16], rows: &dyn RowValues) -> Vec<Range<usize>> {
    let large = |field: &u16| {
        let of_any_size = [ColumnType::String, ColumnType::Bytes, ColumnType::Json];
        let column_type = entity.property(*field).column_type;
        column_type.is_some_and(|ty| of_any_size.contains(&ty) || matches!(ty, ColumnType::Array(_)))
    };
    let mut measured: Vec<usize> = (0..columns.len()).filter(|column| large(&columns[*column])).collect();
    if rows.len() <= SMALL {
        measured.clear();
    }
    let (mut ranges, mut start, mut bytes) = (Vec::new(), 0, 0);
    for row in 0..rows.len() {
        let size: usize = measured.iter().map(|column| size(&rows.value(row, *column))).sum();
        if row > start && (row - start >= MAX_ROWS || bytes + size > MAX_BYTES) {
            ranges.push(start..row);
            (start, bytes) = (row, 0);
        }
        bytes += size;
    }
    if start < rows.len() {
        ranges.push(start..rows.len());
    }
    ranges
}

fn size(value: &Value<'_>) -> usize {
    match value {
        Value::Text(v) | Value::Json(v) => v.len(),
        Value::Bytes(v) => v.len(),
        Value::Array(items) => items.iter().map(|item| 8 + size(item)).sum(),
        _ => 0,
    }
}
