//! Fields of embedded structs, set one by one: they have places behind the entity's own fields.

use super::any_ref::AnyRef;
use crate::entity::FieldDef;
use crate::metadata::JsonPath;
use crate::value::Value;

/// Where a field of an embedded struct is.
pub(super) struct Place<'a> {
    /// The entity's field.
    pub whole: u16,
    /// How many columns that has, and which of them it is (or is in).
    part: Option<(usize, usize)>,
    /// Where in the column's JSON it is.
    path: Option<&'a JsonPath>,
}

impl AnyRef {
    /// The place of a field of an embedded struct; `None` for the entity's own.
    pub(super) fn embedded_place(&self, field: u16) -> Option<Place<'_>> {
        if usize::from(field) < self.descriptor().fields.len() {
            return None;
        }
        let entity = self.metadata()?;
        let property = entity.property(field);
        let whole = property.part_of?;
        let column = property.json.as_ref().map_or(field, |path| path.column);
        let columns = entity.columns_of(whole);
        let part = columns.iter().position(|known| *known == column).filter(|_| column != whole);
        Some(Place { whole, part: part.map(|part| (columns.len(), part)), path: property.json.as_ref() })
    }

    /// The entity's field that this is, or that has this within it.
    pub(super) fn def_of(&self, field: u16) -> &'static FieldDef {
        let whole = self.embedded_place(field).map_or(field, |place| place.whole);
        &self.descriptor().fields[usize::from(whole)]
    }

    /// The property's name.
    pub(super) fn name_of(&self, field: u16) -> &'static str {
        match self.descriptor().fields.get(usize::from(field)) {
            Some(def) => def.name,
            None => self.metadata().map_or("", |entity| entity.property(field).name),
        }
    }

    /// Whether a field is in JSON, of which a statement writes the whole.
    pub(super) fn is_in_json(&self, field: u16) -> bool {
        self.embedded_place(field).is_some_and(|place| place.path.is_some())
    }

    /// Embedded structs as they are once some of their fields are set.
    ///
    /// # Safety
    /// `entity` is a valid entity of this cell's type.
    pub(super) unsafe fn embedded_values(&self, entity: *const u8, set: &[(u16, Value<'_>)]) -> Vec<(u16, Value<'static>)> {
        let mut values: Vec<(u16, Value<'static>)> = Vec::new();
        for (field, value) in set {
            let Some(place) = self.embedded_place(*field) else { continue };
            let at = values.iter().position(|(known, _)| *known == place.whole).unwrap_or_else(|| {
                let def = &self.descriptor().fields[usize::from(place.whole)];
                // (what is set as a whole counts, and not what is there)
                let given = set.iter().rfind(|(known, _)| *known == place.whole).map(|(_, value)| value.clone().into_owned());
                // SAFETY: I6; the value is a copy
                let is = || unsafe { (def.vtable.read)(entity.add(def.offset), std::marker::PhantomData).into_owned() };
                values.push((place.whole, given.unwrap_or_else(is)));
                values.len() - 1
            });
            let known = std::mem::take(&mut values[at].1);
            values[at].1 = self.with_part(&known, &place, *field, value.clone().into_owned());
        }
        values
    }

    /// Sets a field among those that are set already: of an embedded struct in the struct, where that is among them.
    pub(super) fn note_value(&self, set: &mut Vec<(u16, Value<'static>)>, field: u16, value: Value<'static>) {
        if let Some(place) = self.embedded_place(field)
            && let Some((_, known)) = set.iter_mut().find(|(known, _)| *known == place.whole)
        {
            *known = self.with_part(known, &place, field, value);
            return;
        }
        // what is set as a whole takes the place of its parts
        set.retain(|(known, _)| self.embedded_place(*known).is_none_or(|place| place.whole != field));
        match set.iter_mut().find(|(known, _)| *known == field) {
            Some(known) => known.1 = value,
            None => set.push((field, value)),
        }
    }

    /// An embedded struct with another value in one of its fields; null when all of its columns are.
    fn with_part(&self, whole: &Value<'_>, place: &Place<'_>, field: u16, value: Value<'static>) -> Value<'static> {
        let Some((columns, part)) = place.part else { return self.with_path(whole, place, field, value) };
        let mut parts = match whole {
            Value::Row(parts) => parts.iter().map(|part| part.clone().into_owned()).collect(),
            _ => vec![Value::Null; columns],
        };
        if let Some(known) = parts.get_mut(part) {
            *known = self.with_path(known, place, field, value);
        }
        if parts.iter().all(Value::is_null) { Value::Null } else { Value::Row(parts) }
    }

    #[cfg(feature = "json")]
    fn with_path(&self, column: &Value<'_>, place: &Place<'_>, field: u16, value: Value<'static>) -> Value<'static> {
        use crate::embeddable::object;
        let Some(path) = place.path else { return value };
        let column_type = self.metadata().and_then(|entity| entity.property(field).column_type);
        object::with_value(column, &path.keys, object::scalar(&value, column_type.unwrap_or(crate::field::ColumnType::String)))
    }
    #[cfg(not(feature = "json"))]
    #[allow(clippy::unused_self)] // as the other
    fn with_path(&self, _: &Value<'_>, _: &Place<'_>, _: u16, value: Value<'static>) -> Value<'static> {
        value
    }
}
