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
    let mut page = b.scope(entity);
    let mut tail = b.filter(&mut page, select.filter.as_ref())?;
    tail += &b.text(|b| {
        b.order(&mut page, &select.order)?;
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
