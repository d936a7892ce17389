//! Tables of their own for the kinds of an entity: what an enum's variants have, each in a table that goes on with the entity's rows.
//!
//! Such a table is an entity like any other, whose key refers to the one above it; that no identity map ever holds one is the only
//! difference. So schema, inserts, updates and deletes know nothing of it. To the entity its columns are columns like any,
//! which are elsewhere.

use super::pivots::{self, reference};
use super::types::{EntityId, EntityMetadata, Level, PropertyMetadata};
use crate::embeddable::{EmbeddableDef, Prefix, VariantField};
use crate::entity::{FieldDef, Source};
use crate::error::{Error, Result};
use crate::naming::{NameKind, Names};

/// Whether a field's variants have a table each.
pub(super) fn are_of(field: &FieldDef) -> bool {
    field.attributes.embedded.is_some_and(|said| said.tables)
}

/// Whether every variant that has the field has a value for it.
pub(super) fn is_required(def: &EmbeddableDef, at: usize) -> bool {
    def.variants.iter().all(|variant| variant.fields.get(at) != Some(&VariantField::Optional))
}

/// Adds the tables of all entities that have some.
pub(super) fn add(entities: &mut Vec<EntityMetadata>, names: Names<'_>) -> Result<()> {
    for at in 0..entities.len() {
        let fields = entities[at].descriptor.fields;
        let mut said = fields.iter().enumerate().filter(|(_, field)| are_of(field));
        if let Some((place, field)) = said.next() {
            let def = check(&entities[at], place, field)?;
            if let Some((other, _)) = said.next() {
                let message = format!(
                    "has a table for each kind, as {} has: an entity has kinds of one sort; say `table_per_type` of one",
                    fields[place].name
                );
                return Err(fail(&entities[at], other, message));
            }
            of_entity(entities, at, place, def, names);
        }
    }
    Ok(())
}

/// Checks what is said of an enum whose variants are to have a table each.
fn check(entity: &EntityMetadata, place: usize, field: &FieldDef) -> Result<&'static EmbeddableDef> {
    let Some(def) = field.vtable.embedded.filter(|def| !def.variants.is_empty()) else {
        return Err(fail(entity, place, "says `table_per_type`, and is no enum: make it one, or leave that out".to_owned()));
    };
    if entity.source != Source::Table {
        return Err(fail(entity, place, "says `table_per_type`, and its entity has no table itself: leave that out".to_owned()));
    }
    if field.attributes.concurrency_check || !field.attributes.persist {
        let message = "says `table_per_type`: what updates check, or never write, is in the entity's own table";
        return Err(fail(entity, place, message.to_owned()));
    }
    let in_one_table = |field: &&FieldDef| {
        let said = field.attributes.embedded.filter(|said| said.prefix == Prefix::None && !said.tables && !said.object);
        said.is_some() && field.vtable.embedded.is_some_and(|def| !def.variants.is_empty())
    };
    match entity.descriptor.fields.iter().find(in_one_table) {
        None => Ok(def),
        Some(other) => Err(fail(
            entity,
            place,
            format!(
                "has a table for each kind, while those of {} are in one table: cannot mix STI and TPT (single table and table per \
                 type inheritance) in one entity; give {} a `prefix`, or say `table_per_type` of neither",
                other.name, other.name
            ),
        )),
    }
}

fn of_entity(entities: &mut Vec<EntityMetadata>, at: usize, place: usize, def: &'static EmbeddableDef, names: Names<'_>) {
    let first = u32::try_from(entities.len()).unwrap_or(u32::MAX);
    let owner = &mut entities[at];
    let (mut levels, mut tables): (Vec<Level>, Vec<EntityMetadata>) = (Vec::new(), Vec::new());
    for (number, variant) in (0_u32..).zip(def.variants) {
        let above = variant.below.and_then(|below| u16::try_from(below).ok());
        let parent = above.and_then(|above| levels.get(usize::from(above))).map_or(owner.id, |above| above.entity);
        let table = variant.table.map_or_else(|| names.table(variant.name), ToOwned::to_owned);
        let entity = EntityId(first.saturating_add(number));
        levels.push(Level { entity, name: variant.name, stored: variant.stored, above, columns: Vec::new() });
        tables.push(table_of(owner, entity, parent, table, names));
    }
    let columns_of = |field: &FieldDef| field.vtable.embedded.map_or(1, EmbeddableDef::columns);
    let fields = def.fields.iter().enumerate().flat_map(|(at, field)| std::iter::repeat_n(at, columns_of(field)));
    for (field, part) in fields.zip(owner.properties[place].parts.clone()) {
        if field == 0 {
            owner.discriminator = Some(part);
        }
        let has = |level: usize| field > 0 && def.variants[level].fields.get(field) != Some(&VariantField::Missing);
        for level in 0..levels.len() {
            // (what those above have is in their tables)
            if has(level) && !levels[level].above.is_some_and(|above| has(usize::from(above))) {
                let column = column(owner, part, &mut tables[level], names);
                levels[level].columns.push((part, column));
                owner.properties[usize::from(part)].levels.push(u16::try_from(level).unwrap_or(u16::MAX));
            }
        }
        let elsewhere = &mut owner.properties[usize::from(part)];
        (elsewhere.index_name, elsewhere.unique, elsewhere.check, elsewhere.items) = (None, None, None, None);
        elsewhere.nullable = true;
    }
    for property in 0..owner.properties.len() {
        if let Some(path) = &owner.properties[property].json {
            owner.properties[property].levels = owner.properties[usize::from(path.column)].levels.clone();
        }
    }
    owner.levels = levels;
    entities.extend(tables);
}

fn table_of(owner: &EntityMetadata, id: EntityId, above: EntityId, table: String, names: Names<'_>) -> EntityMetadata {
    let own = owner.properties.iter().find(|property| property.primary).map_or("id", |property| property.name);
    EntityMetadata {
        name: owner.name,
        schema: owner.schema,
        level_of: Some(owner.id),
        ..pivots::blank_entity(id, table, vec![reference(0, own, above, true, true)], names)
    }
}

/// The column as one of the table's.
fn column(owner: &EntityMetadata, part: u16, table: &mut EntityMetadata, names: Names<'_>) -> u16 {
    let of_owner = owner.property(part);
    let index = u16::try_from(table.properties.len()).unwrap_or(u16::MAX);
    let renamed = |said: &Option<String>, kind: NameKind| {
        let generated = |table: &str| names.constraint(table, &[of_owner.column()], kind);
        said.as_ref().map(|name| if *name == generated(&owner.table) { generated(&table.table) } else { name.clone() })
    };
    let (unique, index_name) = (renamed(&of_owner.unique, NameKind::Unique), renamed(&of_owner.index_name, NameKind::Index));
    table.properties.push(PropertyMetadata {
        index,
        part_of: None,
        leaf: false,
        levels: Vec::new(),
        unique,
        index_name,
        ..of_owner.clone()
    });
    index
}

fn fail(entity: &EntityMetadata, place: usize, message: String) -> Error {
    let property = entity.properties.get(place).map(|property| property.name.to_owned());
    Error::Metadata { entity: entity.name.to_owned(), property, message }
}
