//! Edits of rows that are not loaded: there is no entity to fork, so they are kept as fields and values.

use super::any_ref::AnyRef;
use super::cell::flag;
use crate::error::Error;
use crate::value::Value;

impl AnyRef {
    /// Sets fields: of the row's version when it is loaded; else noted, merged when the row is loaded, and
    /// flushed when it is not.
    ///
    /// # Errors
    /// When a value does not fit its field, or the row is loaded and it does not fit there.
    pub(crate) fn assign_fields(&self, fields: Vec<(u16, Value<'static>)>) -> Result<(), Error> {
        if self.is_initialized() {
            return self.edit_fields(&fields);
        }
        if self.key().is_none() {
            return Err(Error::NotInitialized { what: self.describe() });
        }
        let (inverse, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(field, _)| self.is_inverse(*field));
        // (these are the other sides' columns)
        inverse.iter().try_for_each(|(field, value)| self.assign_counterpart(*field, value))?;
        if fields.is_empty() {
            return Ok(());
        }
        fields.iter().try_for_each(|(field, _)| self.check_assignable(*field))?;
        let set = fields.iter().map(|(field, _)| *field).collect();
        self.set_instead(&set);
        self.refer_instead(&set);
        {
            let mut register = self.heap().register();
            let patch = register.patches.entry(self.ptr()).or_default();
            for (field, value) in fields {
                match patch.iter_mut().find(|(known, _)| *known == field) {
                    Some(known) => known.1 = value,
                    None => patch.push((field, value)),
                }
            }
            self.cell().set(flag::PATCHED);
        }
        // a query that has loaded the row meanwhile either has seen the flag, or is seen here
        if self.is_initialized() { self.apply_patch() } else { Ok(()) }
    }

    /// Checks that a field of a row that is not loaded may be set.
    pub(super) fn check_assignable(&self, field: u16) -> Result<(), Error> {
        let def = &self.descriptor().fields[usize::from(field)];
        if def.attributes.primary {
            return Err(Error::validation(self.name(), def.name, "the primary key of an existing row can't be changed"));
        }
        if self.key().is_none() {
            return Err(Error::NotInitialized { what: self.describe() });
        }
        Ok(())
    }

    /// Forgets what a field of a row that is not loaded was set to.
    pub(super) fn drop_patched(&self, field: u16) {
        let mut register = self.heap().register();
        if let Some(patch) = register.patches.get_mut(&self.ptr()) {
            patch.retain(|(known, _)| *known != field);
        }
    }

    /// Merges the patch into the row, which was loaded meanwhile.
    pub(super) fn apply_patch(&self) -> Result<(), Error> {
        self.apply_awaited()?;
        if !self.cell().clear(flag::PATCHED) {
            return Ok(());
        }
        let patch = self.heap().register().patches.remove(&self.ptr());
        match patch {
            Some(patch) => crate::events::quietly(|| self.edit_fields(&patch)),
            None => Ok(()),
        }
    }

    /// Puts a patch back that was flushed in a transaction that rolled back, but for what was set since.
    pub(crate) fn restore_patch(&self, mut patch: Vec<(u16, Value<'static>)>) {
        let computed = self.computed();
        patch.retain(|(field, _)| self.awaited(*field).is_none() && computed.iter().all(|(known, _)| known != field));
        if patch.is_empty() {
            return;
        }
        self.cell().set(flag::PATCHED);
        let mut register = self.heap().register();
        let newer = register.patches.entry(self.ptr()).or_default();
        patch.retain(|(field, _)| newer.iter().all(|(known, _)| known != field));
        newer.extend(patch);
    }

    /// Forgets the patch: it was flushed, or the row is to be as the database has it.
    pub(crate) fn drop_patch(&self) {
        if self.cell().clear(flag::PATCHED) {
            self.heap().register().patches.remove(&self.ptr());
        }
    }
}
