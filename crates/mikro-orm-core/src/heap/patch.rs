//! Edits of rows that are not loaded: there is no entity to fork, so they are kept as fields and values.

use super::any_ref::AnyRef;
use super::cell::flag;
use super::keys::canonical_key;
use crate::entity::Target;
use crate::error::Error;
use crate::key::Key;
use crate::value::Value;

impl AnyRef {
    /// Sets fields: of the row's version when it is loaded; else noted, merged when the row is loaded, and
    /// flushed when it is not.
    ///
    /// # Errors
    /// When a value does not fit its field, or the row is loaded and it does not fit there.
    pub(crate) fn assign_fields(&self, fields: Vec<(u16, Value<'static>)>) -> Result<(), Error> {
        fields.iter().try_for_each(|(field, _)| self.check_not_computed(*field))?;
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
                self.note_value(patch, field, value);
            }
            self.cell().set(flag::PATCHED);
        }
        // a query that has loaded the row meanwhile either has seen the flag, or is seen here
        if self.is_initialized() { self.apply_patch() } else { Ok(()) }
    }

    /// Checks that it is not the database that computes a field.
    fn check_not_computed(&self, field: u16) -> Result<(), Error> {
        let property = self.metadata().and_then(|entity| entity.properties.get(usize::from(field)));
        let how = match property {
            Some(property) if property.generated.is_some() => "is generated",
            Some(property) if property.formula().is_some() => "is a formula",
            _ => return Ok(()),
        };
        Err(Error::validation(
            self.name(),
            self.name_of(field),
            format!("{how}, so that only the database computes it: set what it is computed from"),
        ))
    }

    /// Checks that a field of a row that is not loaded may be set.
    pub(crate) fn check_assignable(&self, field: u16) -> Result<(), Error> {
        let def = self.def_of(field);
        if def.attributes.primary {
            return Err(Error::validation(self.name(), def.name, "the primary key of an existing row can't be changed"));
        }
        if self.is_in_json(field) {
            let message = "is in JSON, of which a row that is not loaded can't be given a part: load it first";
            return Err(Error::validation(self.name(), self.name_of(field), message));
        }
        if self.key().is_none() {
            return Err(Error::NotInitialized { what: self.describe() });
        }
        Ok(())
    }

    /// Forgets what fields of a row that is not loaded were set to.
    pub(super) fn drop_patched(&self, which: impl Fn(u16) -> bool) {
        let mut register = self.heap().register();
        let Some(patch) = register.patches.get_mut(&self.ptr()) else { return };
        patch.retain(|(known, _)| !which(*known));
        // (an empty one would be work for a flush)
        if patch.is_empty() {
            register.patches.remove(&self.ptr());
            self.cell().clear(flag::PATCHED);
        }
    }

    /// Has rows that are not loaded, and were told to refer to this new entity by the key that it had, refer to it by the one
    /// that it has now; without a key they wait for it.
    pub(super) fn refer_by_new_key(&self, before: &Key) {
        let now = self.key();
        let mut register = self.heap().register();
        let register = &mut *register;
        for (cell, patch) in &mut register.patches {
            // SAFETY: a cell of this heap, which `self` keeps
            let header = unsafe { cell.get() };
            let fields = header.arena().descriptor.fields;
            let refers = |field: u16, value: &Value<'_>| {
                let target = fields[usize::from(field)].target.map(Target::descriptor);
                let target = target.filter(|target| std::ptr::eq(*target, self.descriptor()));
                target.is_some_and(|target| canonical_key(target, value).is_ok_and(|key| key.as_ref() == Some(before)))
            };
            match &now {
                Some(key) => {
                    let own = patch.iter_mut().filter(|(field, value)| refers(*field, value));
                    own.for_each(|(_, value)| *value = key.to_value().into_owned());
                }
                None => {
                    for (field, _) in patch.extract_if(.., |(field, value)| refers(*field, value)) {
                        register.awaited.push((*cell, field, self.ptr()));
                        header.set(flag::AWAITS);
                    }
                    if patch.is_empty() {
                        header.clear(flag::PATCHED);
                    }
                }
            }
        }
        register.patches.retain(|_, patch| !patch.is_empty());
    }

    /// Merges the patch into the row, which was loaded meanwhile.
    pub(super) fn apply_patch(&self) -> Result<(), Error> {
        // (mostly there is neither, and every row that is loaded comes by: one look at both)
        let mut found = self.cell().take(flag::PATCHED | flag::AWAITS);
        if found & flag::AWAITS != 0 {
            self.cell().set(found);
            self.apply_awaited()?;
            found = self.cell().take(flag::PATCHED);
        }
        if found & flag::PATCHED == 0 {
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
        let replaced = |field: u16| computed.iter().any(|(known, step)| *known == field && !step.is_add());
        patch.retain(|(field, _)| self.awaited(*field).is_none() && !replaced(*field));
        if patch.is_empty() {
            return;
        }
        self.cell().set(flag::PATCHED);
        let mut register = self.heap().register();
        let newer = register.patches.entry(self.ptr()).or_default();
        for (field, value) in std::mem::replace(newer, patch) {
            self.note_value(newer, field, value);
        }
    }

    /// Forgets the patch: it was flushed, or the row is to be as the database has it.
    pub(crate) fn drop_patch(&self) {
        if self.cell().clear(flag::PATCHED) {
            self.heap().register().patches.remove(&self.ptr());
        }
    }
}
