//! `order by`.

use super::scope::{Builder, Scope};
use crate::shape::is_inverse;
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::KEY;
use mikro_orm_core::query::OrderTerm;

impl<'m> Builder<'m, '_> {
    /// Appends ` order by ..`, or nothing: terms with the sources that they start from. Joins what they go through.
    pub(super) fn order<'o>(
        &mut self,
        scope: &mut Scope<'m>,
        order: impl IntoIterator<Item = (usize, &'o OrderTerm)>,
    ) -> Result<()> {
        for (i, (source, term)) in order.into_iter().enumerate() {
            let mut source = source;
            for field in &term.path {
                source = self.referred_source(scope, source, *field)?;
            }
            let mut field = term.field;
            if is_inverse(scope.entity(source), field) {
                // the key of what is joined
                source = self.referred_source(scope, source, field)?;
                field = KEY;
            }
            if let Some(place) = &term.json {
                self.w.push(if i == 0 { " order by " } else { ", " });
                let text = self.text(|b| b.json_place(scope, source, field, place, false))?;
                self.term(term, &text);
                continue;
            }
            for (part, column) in scope.columns(source, field)?.iter().enumerate() {
                self.w.push(if i + part == 0 { " order by " } else { ", " });
                let property = scope.entity(source).property(*column);
                let text = self.text(|b| {
                    b.column(scope, source, property);
                    Ok(())
                })?;
                self.term(term, &text);
            }
        }
        Ok(())
    }

    /// Appends what is ordered by, and in which direction.
    fn term(&mut self, term: &OrderTerm, text: &str) {
        let dialect = self.w.dialect();
        if let Some(nulls) = term.nulls {
            dialect.push_nulls_before(&mut self.w, nulls, text);
        }
        self.w.push(text).push(if term.descending { " desc" } else { " asc" });
        if let Some(nulls) = term.nulls {
            dialect.push_nulls(&mut self.w.sql, nulls);
        }
    }
}
