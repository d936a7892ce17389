//! Lists as one-dimensional arrays.

use super::{Source, array_literal, base, scalar};
use tokio_postgres::types::Type;
use tokio_postgres::types::private::BytesMut;

/// The binary form: a header, then each element with its length (-1 for null).
pub(super) fn binary(list: &Source<'_>, element: &Type, out: &mut BytesMut) -> Result<(), String> {
    let length = i32::try_from(list.len()).map_err(|_| "the list is too long".to_owned())?;
    out.extend_from_slice(&i32::from(length > 0).to_be_bytes()); // dimensions
    let has_null = out.len();
    out.extend_from_slice(&0_i32.to_be_bytes());
    out.extend_from_slice(&element.oid().to_be_bytes());
    if length == 0 {
        return Ok(());
    }
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&1_i32.to_be_bytes()); // the first index

    let element = base(element);
    let mut nulls = false;
    list.each(|value| {
        if value.is_null() {
            nulls = true;
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            return Ok(());
        }
        if !scalar::is_native(value, element) {
            return Err(format!("a list for {} holds values of several kinds ({} among them)", element.name(), value.kind()));
        }
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        scalar::binary(value, element, out)?;
        let size = i32::try_from(out.len() - start - 4).map_err(|_| "a value is larger than PostgreSQL's messages".to_owned())?;
        out[start..start + 4].copy_from_slice(&size.to_be_bytes());
        Ok(())
    })?;
    if nulls {
        out[has_null..has_null + 4].copy_from_slice(&1_i32.to_be_bytes());
    }
    Ok(())
}

/// The text form, for elements that the server shall read as it reads literals.
pub(super) fn text(list: &Source<'_>, element: &Type, out: &mut BytesMut) -> Result<(), String> {
    let mut literal = String::with_capacity(list.len() * 8);
    array_literal(&mut literal, |each| {
        list.each(|value| {
            super::literal::check(value, element)?;
            each(value);
            Ok::<(), String>(())
        })
    })?;
    scalar::text(&literal, out)
}
