//! Fields of embedded structs, set one by one: they have places behind the entity's own fields.

use super::any_ref::AnyRef;
use crate::entity::FieldDef;
use crate::value::Value;

impl AnyRef {
    /// Of a field of an embedded struct: the entity's field, how many columns that has, and which of them this one is.
    pub(super) fn embedded_place(&self, field: u16) -> Option<(u16, usize, usize)> {
        if usize::from(field) < self.descriptor().fields.len() {
            return None;
        }
        let entity = self.metadata()?;
        let whole = entity.property(field).part_of?;
        let columns = entity.columns_of(whole);
        Some((whole, columns.len(), columns.iter().position(|column| *column == field)?))
    }

    /// The entity's field that this is, or that has this within it.
    pub(super) fn def_of(&self, field: u16) -> &'static FieldDef {
        let whole = self.embedded_place(field).map_or(field, |(whole, ..)| whole);
        &self.descriptor().fields[usize::from(whole)]
    }

    /// The property's name.
    pub(super) fn name_of(&self, field: u16) -> &'static str {
        match self.descriptor().fields.get(usize::from(field)) {
            Some(def) => def.name,
            None => self.metadata().map_or("", |entity| entity.property(field).name),
        }
    }

    /// Embedded structs as they are once some of their fields are set.
    ///
    /// # Safety
    /// `entity` is a valid entity of this cell's type.
    pub(super) unsafe fn embedded_values(&self, entity: *const u8, set: &[(u16, Value<'_>)]) -> Vec<(u16, Value<'static>)> {
        let mut values: Vec<(u16, Value<'static>)> = Vec::new();
        for (field, value) in set {
            let Some((whole, columns, part)) = self.embedded_place(*field) else { continue };
            let at = values.iter().position(|(known, _)| *known == whole).unwrap_or_else(|| {
                let def = &self.descriptor().fields[usize::from(whole)];
                // (what is set as a whole counts, and not what is there)
                let given = set.iter().rfind(|(known, _)| *known == whole).map(|(_, value)| value.clone().into_owned());
                // SAFETY: I6; the value is a copy
                let is = || unsafe { (def.vtable.read)(entity.add(def.offset), std::marker::PhantomData).into_owned() };
                values.push((whole, given.unwrap_or_else(is)));
                values.len() - 1
            });
            let known = std::mem::take(&mut values[at].1);
            values[at].1 = with_part(&known, columns, part, value.clone().into_owned());
        }
        values
    }

    /// Sets a field among those that are set already: of an embedded struct in the struct, where that is among them.
    pub(super) fn note_value(&self, set: &mut Vec<(u16, Value<'static>)>, field: u16, value: Value<'static>) {
        if let Some((whole, columns, part)) = self.embedded_place(field)
            && let Some((_, known)) = set.iter_mut().find(|(known, _)| *known == whole)
        {
            *known = with_part(known, columns, part, value);
            return;
        }
        // what is set as a whole takes the place of its parts
        set.retain(|(known, _)| self.embedded_place(*known).is_none_or(|(whole, ..)| whole != field));
        match set.iter_mut().find(|(known, _)| *known == field) {
            Some(known) => known.1 = value,
            None => set.push((field, value)),
        }
    }
}

/// An embedded struct with another value in one of its columns; null when all of them are.
pub(super) fn with_part(whole: &Value<'_>, columns: usize, part: usize, value: Value<'static>) -> Value<'static> {
    let mut parts = match whole {
        Value::Row(parts) => parts.iter().map(|part| part.clone().into_owned()).collect(),
        _ => vec![Value::Null; columns],
    };
    if let Some(place) = parts.get_mut(part) {
        *place = value;
    }
    if parts.iter().all(Value::is_null) { Value::Null } else { Value::Row(parts) }
}
