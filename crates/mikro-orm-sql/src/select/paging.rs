//! Pages of a query with joined collections.

use super::scope::{Builder, ROOT, Scope};
use mikro_orm_core::error::Result;
use mikro_orm_core::query::Select;

/// Appends ` where key in (select key from (select .. limit ..) as ..)`.
///
/// A joined collection repeats its owner's row, so a limit on the joined rows would cut collections. The keys
/// of the page are found first, by condition and order alone; the outer query joins and orders again. (The
/// subquery is nested once more than it must be here, because there are databases that need it.)
pub(super) fn page_of_roots<'m>(b: &mut Builder<'m, '_>, outer: &Scope<'m>, select: &Select) -> Result<()> {
    let entity = outer.entity(ROOT);
    let mut page = b.scope_of(entity, select.filter.as_ref());
    let mut tail = b.filter(&mut page, select.filter.as_ref())?;
    tail += &b.text(|b| {
        b.order(&mut page, select.order.iter().map(|term| (ROOT, term)))?;
        b.limit(select);
        Ok(())
    })?;

    b.w.push(" where ");
    b.columns_of(outer, ROOT, &entity.key_columns);
    b.w.push(" in (select ");
    b.column_list(&page, ROOT, &entity.key_columns);
    b.w.push(" from (select ");
    b.column_list(&page, ROOT, &entity.key_columns);
    b.from(&page)?;
    b.w.push(&tail).push(") as ").identifier(page.alias(ROOT)).push(")");
    Ok(())
}

/// The column with a row's number among those of its owner.
const ROW_NUMBER: &str = "row_number";

/// Appends ` where key in (select key from (select key, row_number() over (partition by owner order by ..) ..) ..)`.
///
/// The rows are numbered by condition and order alone; the outer query joins and orders again.
pub(super) fn page_per_owner<'m>(b: &mut Builder<'m, '_>, outer: &Scope<'m>, select: &Select, owner: u16) -> Result<()> {
    let entity = outer.entity(ROOT);
    let mut page = b.scope_of(entity, select.filter.as_ref());
    // (written in the order of the text, as placeholders are; only the order has none)
    let order = b.text(|b| b.order(&mut page, select.order.iter().map(|term| (ROOT, term))))?;
    let filter = b.filter(&mut page, select.filter.as_ref())?;

    b.w.push(" where ");
    b.columns_of(outer, ROOT, &entity.key_columns);
    b.w.push(" in (select ");
    b.column_list(&page, ROOT, &entity.key_columns);
    b.w.push(" from (select ");
    b.column_list(&page, ROOT, &entity.key_columns);
    b.w.push(", row_number() over (partition by ");
    b.column_list(&page, ROOT, page.columns(ROOT, owner)?);
    b.w.push(&order).push(") as ").identifier(ROW_NUMBER);
    b.from(&page)?;
    b.w.push(&filter).push(") as ").identifier(page.alias(ROOT));
    let mut word = " where ";
    for (operator, bound) in [(" > ", select.offset.filter(|offset| *offset > 0)), (" <= ", select.limit)] {
        if bound.is_some() {
            b.w.push(word).identifier(page.alias(ROOT)).push(".").identifier(ROW_NUMBER).push(operator).placeholder();
            word = " and ";
        }
    }
    b.w.push(")");
    Ok(())
}
