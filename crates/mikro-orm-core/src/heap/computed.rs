//! Fields that the database computes when their row is next written: `{pages} + 1`.

mod step;

pub(crate) use step::{Step, expressions, sum};

use super::FieldSet;
use super::any_ref::AnyRef;
use super::cell::flag;
use super::sync::Acquire;
use super::view::EntityView;
use crate::error::Error;
use crate::events::{Note, note};
use crate::field::FieldKind;
use crate::value::Value;
use std::ptr::NonNull;
use std::sync::Arc;

/// Fields with what is to be done to them, in order: one expression, and what is added after it. Which step it is tells its
/// address: one that is taken meanwhile is another.
pub(crate) type Computed = Vec<(u16, Arc<Step>)>;

impl AnyRef {
    /// Checks that the database can compute a field.
    ///
    /// # Errors
    /// When there is no row any more, or when the field is not the program's to set.
    pub(crate) fn check_computed(&self, field: u16) -> Result<(), Error> {
        let def = self.def_of(field);
        let fail = |message: &str| Err(Error::validation(self.name(), self.name_of(field), message));
        if self.is_in_json(field) {
            return fail("is in JSON, of which the database computes nothing: give it a value");
        }
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
        let Some(entity) = self.metadata() else { return Ok(()) };
        if !entity.property(field).persist {
            return fail("is not persisted, so the database can't compute it");
        }
        if entity.is_elsewhere(entity.property(field)) {
            return fail("is in a table of its kind's own, of which the database computes nothing: give it a value");
        }
        if entity.columns_of(field).len() != 1 {
            return fail("has several columns, of which an expression computes one: give it a value");
        }
        match self.view().map_or(Ok(()), |view| self.check_present(view, field)) {
            Err(message) => fail(&format!("{message}, so that there is nothing to compute: set the whole of it first")),
            Ok(()) => Ok(()),
        }
    }

    /// Has the next flush compute fields. What was set or to be computed before is forgotten, but for what is added to.
    pub(crate) fn compute_fields(&self, steps: Computed) {
        let sets = |field: u16| steps.iter().any(|(known, step)| *known == field && !step.is_add());
        self.drop_patched(sets);
        {
            let mut register = self.heap().register();
            let computed = register.computed.entry(self.ptr()).or_default();
            computed.retain(|(known, _)| !sets(*known));
            for (field, step) in steps {
                let def = self.column_def(field);
                let last = computed.iter_mut().rfind(|(known, _)| *known == field);
                // (what a flush has in hand is as it is)
                if !last.and_then(|(_, last)| Arc::get_mut(last)).is_some_and(|last| last.add(&step, def)) {
                    computed.push((field, step));
                }
            }
            self.cell().set(flag::COMPUTED);
        }
        self.register_change();
    }

    /// Whether the database is to compute a field.
    pub(crate) fn computes(&self, field: u16) -> bool {
        self.cell().is(flag::COMPUTED)
            && self
                .heap()
                .register()
                .computed
                .get(&self.ptr())
                .is_some_and(|steps| steps.iter().any(|(known, _)| *known == field))
    }

    /// The value that a field was set to and that the database does not have yet; `None` when it has, or gives it.
    pub(crate) fn set_to(&self, field: u16) -> Option<Value<'static>> {
        if let Some(view) = self.view() {
            let def = self.def_of(field);
            let is_part = self.embedded_place(field).is_some();
            let is_loaded = is_part || !matches!(def.vtable.kind, FieldKind::Lazy(_)) || view.is_lazy_loaded(field);
            let is_set = match self.snapshot_view() {
                Some(stored) if is_part => !view.value(field).same(&stored.value(field)),
                Some(stored) => view.diff(&stored).contains(field),
                None => self.is_new() && (is_part || !(def.attributes.default_raw.is_some() && view.is_unset(field))),
            };
            if is_loaded && is_set {
                return Some(view.value(field).into_owned());
            }
        }
        if !self.cell().is(flag::PATCHED) {
            return None;
        }
        let register = self.heap().register();
        self.value_among(register.patches.get(&self.ptr())?, field)
    }

    /// Adds to what a field is set to again, since a transaction rolled back, what was to be added to what the database has.
    pub(crate) fn settle_computed(&self) {
        let computed = self.computed();
        for (at, (field, first)) in computed.iter().enumerate() {
            if !first.is_add() || computed[..at].iter().any(|(before, _)| before == field) {
                continue;
            }
            let steps = computed.iter().filter(|(known, _)| known == field).map(|(_, step)| &**step);
            let def = self.column_def(*field);
            let Some(Ok(total)) = self.set_to(*field).map(|value| sum(self.name(), def, value, steps)) else { continue };
            if crate::events::quietly(|| self.assign_fields(vec![(*field, total)])).is_ok() {
                self.set_instead(&FieldSet::from_iter([*field]));
            }
        }
    }

    /// What the next flush has the database compute.
    pub(crate) fn computed(&self) -> Computed {
        if !self.cell().is(flag::COMPUTED) {
            return Computed::new();
        }
        self.heap().register().computed.get(&self.ptr()).cloned().unwrap_or_default()
    }

    /// Puts back what was computed in a transaction that rolled back, but for fields that were set since. What was added
    /// since is added, too.
    pub(crate) fn restore_computed(&self, mut steps: Computed, set_since: &FieldSet) {
        {
            let mut register = self.heap().register();
            let register = &mut *register;
            let patch = register.patches.get(&self.ptr());
            let patched = |field: u16| patch.is_some_and(|patch| patch.iter().any(|(known, _)| *known == field));
            let newer = register.computed.entry(self.ptr()).or_default();
            let replaced = |field: u16| newer.iter().any(|(known, step)| *known == field && !step.is_add());
            steps.retain(|(field, _)| !set_since.contains(*field) && !patched(*field) && !replaced(*field));
            let is_empty = steps.is_empty();
            steps.append(newer);
            *newer = steps;
            if newer.is_empty() {
                register.computed.remove(&self.ptr());
            }
            if is_empty {
                return;
            }
            self.cell().set(flag::COMPUTED);
        }
        self.register_change();
    }

    /// Forgets what was to be computed of these fields, since something else was set, and gives it. (What is set as a whole
    /// takes the place of its parts.)
    pub(super) fn set_instead(&self, fields: &FieldSet) -> Computed {
        let is_set =
            |field: u16| fields.contains(field) || self.embedded_place(field).is_some_and(|place| fields.contains(place.whole));
        self.forget_computed(|(field, _)| is_set(*field))
    }

    /// As [`AnyRef::set_instead`]; who takes back what a hook did gets it.
    pub(super) fn compute_no_more(&self, fields: &FieldSet) {
        let instead = self.set_instead(fields);
        if !instead.is_empty() {
            note(self, || Note::SetInstead(self.clone(), instead));
        }
    }

    /// As [`AnyRef::compute_no_more`], of what one version says and the one before did not.
    ///
    /// # Safety
    /// Both are published versions of this row that are not reclaimed meanwhile.
    pub(super) unsafe fn compute_no_more_since(&self, before: NonNull<u8>, now: NonNull<u8>) {
        if self.cell().is(flag::COMPUTED) {
            // SAFETY: as the caller says
            let (before, now) = unsafe { (EntityView::new(self.arena(), before), EntityView::new(self.arena(), now)) };
            self.compute_no_more(&self.computed_apart(&self.computed(), now, before));
        }
    }

    /// Forgets what was computed; what was asked for since stays.
    pub(crate) fn mark_computed(&self, done: &Computed) {
        self.forget_computed(|(_, step)| done.iter().any(|(_, known)| Arc::ptr_eq(known, step)));
    }

    /// Forgets all that is to be computed, and gives it: the row is gone, or is to be as the database has it.
    pub(crate) fn drop_computed(&self) -> Computed {
        self.forget_computed(|_| true)
    }

    fn forget_computed(&self, which: impl Fn(&(u16, Arc<Step>)) -> bool) -> Computed {
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
