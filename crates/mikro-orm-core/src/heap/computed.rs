//! Fields that the database computes when their row is next written: `{pages} + 1`.

use super::FieldSet;
use super::any_ref::AnyRef;
use super::cell::flag;
use super::sync::Acquire;
use crate::error::Error;
use crate::query::Expr;
use std::sync::Arc;

/// Fields with what the database computes. Which expression it is tells its address: one that is set again meanwhile is
/// another.
pub(crate) type Computed = Vec<(u16, Arc<Expr>)>;

impl AnyRef {
    /// Checks that the database can compute these fields.
    ///
    /// # Errors
    /// When there is no row any more, or when a field is not the program's to set.
    pub(crate) fn check_computed(&self, fields: &Computed) -> Result<(), Error> {
        for (field, _) in fields {
            let def = &self.descriptor().fields[usize::from(*field)];
            let fail = |message: &str| Err(Error::validation(self.name(), def.name, message));
            if self.is_gone() {
                return fail("can't be computed by the database, which has no such row any more");
            }
            if self.key().is_none() && !self.is_new() {
                return Err(Error::NotInitialized { what: self.describe() });
            }
            if def.attributes.primary {
                return fail("the primary key is what rows are found by, so the database can't compute it: give it a value");
            }
            if def.attributes.version {
                return fail("is the version, which flushes count");
            }
            let Some(entity) = self.metadata() else { continue };
            if !entity.property(*field).persist {
                return fail("is not persisted, so the database can't compute it");
            }
            if entity.columns_of(*field).len() != 1 {
                return fail("has several columns, of which an expression computes one: give it a value");
            }
        }
        Ok(())
    }

    /// Has the next flush compute fields. What an unloaded row's were set to before is forgotten.
    pub(crate) fn compute_fields(&self, fields: Computed) {
        {
            let mut register = self.heap().register();
            if let Some(patch) = register.patches.get_mut(&self.ptr()) {
                patch.retain(|(known, _)| fields.iter().all(|(field, _)| field != known));
                if patch.is_empty() {
                    register.patches.remove(&self.ptr());
                    self.cell().clear(flag::PATCHED);
                }
            }
            let computed = register.computed.entry(self.ptr()).or_default();
            computed.retain(|(known, _)| fields.iter().all(|(field, _)| field != known));
            computed.extend(fields);
            self.cell().set(flag::COMPUTED);
        }
        self.register_change();
    }

    /// What the next flush has the database compute.
    pub(crate) fn computed(&self) -> Computed {
        if !self.cell().is(flag::COMPUTED) {
            return Computed::new();
        }
        self.heap().register().computed.get(&self.ptr()).cloned().unwrap_or_default()
    }

    /// Puts back what was computed in a transaction that rolled back, but for fields that were set since.
    pub(crate) fn restore_computed(&self, mut fields: Computed, set_since: &FieldSet) {
        let newer = self.computed();
        fields.retain(|(field, _)| !set_since.contains(*field) && newer.iter().all(|(known, _)| known != field));
        if !fields.is_empty() {
            self.compute_fields(fields);
        }
    }

    /// Forgets what was to be computed of these fields, since something else was set, and gives it.
    pub(super) fn set_instead(&self, fields: &FieldSet) -> Computed {
        self.forget_computed(|(field, _)| fields.contains(*field))
    }

    /// Forgets what was computed; what was asked for since stays.
    pub(crate) fn mark_computed(&self, done: &Computed) {
        self.forget_computed(|(_, expression)| done.iter().any(|(_, known)| Arc::ptr_eq(known, expression)));
    }

    /// Forgets all that is to be computed, and gives it: the row is gone, or is to be as the database has it.
    pub(crate) fn drop_computed(&self) -> Computed {
        self.forget_computed(|_| true)
    }

    fn forget_computed(&self, which: impl Fn(&(u16, Arc<Expr>)) -> bool) -> Computed {
        if !self.cell().is(flag::COMPUTED) {
            return Computed::new();
        }
        let mut register = self.heap().register();
        let Some(known) = register.computed.get_mut(&self.ptr()) else { return Computed::new() };
        let forgotten = known.extract_if(.., |computed| which(computed)).collect();
        if known.is_empty() {
            register.computed.remove(&self.ptr());
            self.cell().clear(flag::COMPUTED);
        }
        forgotten
    }

    /// Whether the row is loaded and the database's version of it is known.
    pub(super) fn has_snapshot(&self) -> bool {
        !self.cell().snapshot.load(Acquire).is_null()
    }
}
