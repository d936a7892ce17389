//! Fields of embedded structs, set one by one: they have places behind the entity's own fields.

use super::any_ref::AnyRef;
use super::values::check_value;
use super::view::EntityView;
use super::{Computed, FieldSet};
use crate::embeddable::MISSING;
use crate::entity::FieldDef;
use crate::error::Error;
use crate::metadata::{JsonPath, PropertyKind};
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

    /// The field itself, also when it is one of an embedded struct: what tells which values it takes.
    pub(super) fn column_def(&self, field: u16) -> &'static FieldDef {
        self.metadata().map_or_else(|| self.def_of(field), |entity| entity.column_field(field))
    }

    /// Of what the database is to compute, what two versions of this row don't agree on: fields, and fields of embedded
    /// structs. One that is null, or of another variant, has none of its fields any more.
    pub(super) fn computed_apart(&self, computed: &Computed, now: EntityView<'_>, base: EntityView<'_>) -> FieldSet {
        let changed = now.diff(&base);
        let is_apart = |field: u16| {
            let Some(place) = self.embedded_place(field) else { return changed.contains(field) };
            changed.contains(place.whole)
                && (self.check_present(now, field).is_err() || !now.value(field).same(&base.value(field)))
        };
        computed.iter().map(|(field, _)| *field).filter(|field| is_apart(*field)).collect()
    }

    /// What two versions of this row differ in: fields, and those of embedded structs.
    pub(crate) fn differences(&self, now: EntityView<'_>, base: EntityView<'_>) -> FieldSet {
        let mut set = now.diff(&base);
        let Some(entity) = self.metadata() else { return set };
        let structs =
            entity.properties.iter().filter(|property| property.kind == PropertyKind::Embedded && set.contains(property.index));
        let parts: Vec<u16> = structs.flat_map(|property| property.parts.iter().copied()).collect();
        let differs = |part: &u16| !now.value(*part).same(&base.value(*part));
        parts.into_iter().filter(differs).for_each(|part| set.insert(part));
        set
    }

    /// Checks that a version of this row has a field of an embedded struct.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn check_present(&self, view: EntityView<'_>, field: u16) -> Result<(), &'static str> {
        let Some((place, def)) = self.embedded_place(field).and_then(|place| {
            let def = self.descriptor().fields[usize::from(place.whole)].vtable.embedded?;
            Some((place, def))
        }) else {
            return Ok(());
        };
        match (view.value(place.whole), place.part) {
            (Value::Row(parts), Some((_, part))) => def.check_present(&parts, part),
            (Value::Null, _) if self.def_of(field).vtable.nullable => Err(MISSING),
            _ => Ok(()),
        }
    }

    /// Checks that embedded structs can hold what the database says of fields of them.
    ///
    /// # Errors
    /// When they can't: nobody could read the row then.
    pub(crate) fn check_parts(&self, view: EntityView<'_>, fields: &[(u16, Value<'_>)]) -> Result<(), Error> {
        if fields.iter().all(|(field, _)| usize::from(*field) < self.descriptor().fields.len()) {
            return Ok(());
        }
        // SAFETY: a version of this row
        let values = unsafe { self.embedded_values(view.ptr().as_ptr(), fields) };
        values.iter().try_for_each(|(whole, value)| {
            let def = &self.descriptor().fields[usize::from(*whole)];
            check_value(def, value).map_err(|error| Error::Mapping {
                entity: self.name().to_owned(),
                property: def.name.to_owned(),
                message: error.to_string(),
            })
        })
    }

    /// The property's name.
    pub(crate) fn name_of(&self, field: u16) -> &'static str {
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

    /// What a field is set to among others; one of an embedded struct maybe with the struct.
    pub(super) fn value_among(&self, set: &[(u16, Value<'static>)], field: u16) -> Option<Value<'static>> {
        if let Some((_, value)) = set.iter().rfind(|(known, _)| *known == field) {
            return Some(value.clone());
        }
        let place = self.embedded_place(field)?;
        let (_, whole) = set.iter().rfind(|(known, _)| *known == place.whole)?;
        match (whole, place.part) {
            (Value::Row(parts), Some((_, part))) => parts.get(part).cloned(),
            _ => Some(Value::Null),
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
