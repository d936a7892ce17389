//! Connecting both sides of relations.

use super::types::{EntityMetadata, Pivot, PropertyKind, PropertyMetadata, RelationMetadata};
use crate::error::{Error, Result};

/// Connects each inverse side with its owning side.
pub(super) fn wire(entities: &mut [EntityMetadata]) -> Result<()> {
    for entity in 0..entities.len() {
        for place in 0..entities[entity].descriptor.fields.len() {
            let attributes = &entities[entity].descriptor.fields[place].attributes;
            if let Some(mapped_by) = attributes.mapped_by {
                connect(entities, entity, place, mapped_by)?;
            }
        }
    }
    full(entities);
    for entity in entities.iter() {
        for (property, field) in entity.properties.iter().zip(entity.descriptor.fields) {
            if let Some(inversed_by) = field.attributes.relation.inversed_by {
                check_inverse(entities, entity, property, inversed_by)?;
            }
        }
    }
    Ok(())
}

/// Connects the inverse side at this place with the target's property that it names.
fn connect(entities: &mut [EntityMetadata], at: usize, place: usize, mapped_by: &str) -> Result<()> {
    let (entity, inverse) = (&entities[at], &entities[at].properties[place]);
    let fail = |message: String| Err(fail(entity, inverse, message));
    let Some(target) = inverse.relation.as_ref().map(|relation| relation.target) else { return Ok(()) };
    let target_entity = &entities[target.0 as usize];
    if inverse.kind == PropertyKind::Scalar {
        // (what this one would be mapped by may hold a key, too)
        let holds_key = target_entity.by_name(mapped_by).is_some_and(|owning| owning.kind == PropertyKind::Scalar);
        let both =
            if holds_key { format!(", and {}.{mapped_by} a `Ref<{}>`", target_entity.name, entity.name) } else { String::new() };
        return fail(format!(
            "holds a key without a column of its own, which is not supported: make it an `Option<Ref<{}>>` with \
             `#[orm(one_to_one, mapped_by = {mapped_by})]`, whose `id()` is there without loading what it refers to{both}",
            target_entity.name
        ));
    }
    let Some(owning) = target_entity.by_name(mapped_by) else {
        return fail(format!(
            "is mapped by {}.{mapped_by}, which does not exist: name {}'s field that refers back",
            target_entity.name, target_entity.name
        ));
    };
    let (expected, form) = match inverse.kind {
        PropertyKind::OneToOne => (PropertyKind::OneToOne, format!("`#[orm(one_to_one)]` and `Ref<{}>`", entity.name)),
        PropertyKind::ManyToMany => {
            (PropertyKind::ManyToMany, format!("`#[orm(many_to_many)]` and `Collection<{}>`", entity.name))
        }
        _ => (PropertyKind::ManyToOne, format!("`Ref<{}>`", entity.name)),
    };
    let Some(back) = owning.relation.as_ref().filter(|back| back.target.0 as usize == at) else {
        return fail(format!(
            "is mapped by {}.{mapped_by}, which does not refer to {}: name the field with {form}",
            target_entity.name, entity.name
        ));
    };
    if owning.kind != expected || !back.owner {
        return fail(format!(
            "is mapped by {}.{mapped_by}, which is not the owning side of such a relation: name the field with {form}",
            target_entity.name
        ));
    }
    if back.condition.is_some() {
        return fail(format!(
            "is mapped by {}.{mapped_by}, which has a condition: name the relation without one",
            target_entity.name
        ));
    }
    // (several may show parts of it)
    let is_part = inverse.relation.as_ref().is_some_and(|relation| relation.condition.is_some());
    if back.other_side.is_some() && !is_part {
        return fail(format!(
            "is the second {} that {}.{mapped_by} maps: keep one of them{}",
            if inverse.kind.is_to_many() { "collection" } else { "property" },
            target_entity.name,
            if inverse.kind.is_to_many() { ", or give one a condition (`where = ..`)" } else { "" }
        ));
    }
    let (owning, pivot, place) = (owning.index, back.pivot, inverse.index);
    if let Some(relation) = &mut entities[target.0 as usize].properties[usize::from(owning)].relation
        && !is_part
    {
        relation.other_side = Some(place);
    }
    if let Some(relation) = &mut entities[at].properties[usize::from(place)].relation {
        relation.other_side = Some(owning);
        // from here the table looks the other way round; only the owner keeps an order
        relation.pivot = pivot.map(|pivot| Pivot { own: pivot.item, item: pivot.own, order: None, ..pivot });
    }
    Ok(())
}

/// Finds, for each collection with a condition, the one without it over the same foreign key or table.
fn full(entities: &mut [EntityMetadata]) {
    for at in 0..entities.len() {
        for place in 0..entities[at].properties.len() {
            let entity = &entities[at];
            let Some(relation) = entity.properties[place].relation.as_ref().filter(|r| r.condition.is_some()) else { continue };
            let full = match relation.other_side {
                Some(owning) => {
                    let owning = entities[relation.target.0 as usize].property(owning);
                    owning.relation.as_ref().and_then(|owning| owning.other_side)
                }
                None => {
                    let is_full = |other: &RelationMetadata| {
                        other.owner && other.condition.is_none() && other.pivot.is_some() && other.pivot == relation.pivot
                    };
                    let all = entity.properties.iter().filter(|p| p.kind == PropertyKind::ManyToMany);
                    all.filter(|p| p.relation.as_ref().is_some_and(is_full)).map(|p| p.index).next()
                }
            };
            if let Some(relation) = &mut entities[at].properties[place].relation {
                relation.full = full;
            }
        }
    }
}

/// What `inversed_by` names must be the side that says `mapped_by`.
fn check_inverse(
    entities: &[EntityMetadata],
    entity: &EntityMetadata,
    property: &PropertyMetadata,
    inversed_by: &str,
) -> Result<()> {
    let Some(relation) = &property.relation else { return Ok(()) };
    let target = &entities[relation.target.0 as usize];
    let known = relation.other_side.map(|other| target.property(other).name);
    if known == Some(inversed_by) {
        return Ok(());
    }
    let back = target.by_name(inversed_by).and_then(|back| Some((back, back.relation.as_ref()?)));
    if let Some((back, _)) = back
        .filter(|(_, back)| back.owner && back.target == entity.id)
        .filter(|(back, _)| back.kind == PropertyKind::OneToOne && property.kind == PropertyKind::OneToOne)
    {
        let message = format!(
            "and {0}.{1} are both owning sides: say `mapped_by = {2}` at {0}.{1}, and make that an `Option`",
            target.name, back.name, property.name
        );
        return Err(fail(entity, property, message));
    }
    Err(fail(
        entity,
        property,
        format!(
            "is inversed by {0}.{inversed_by}, which is not mapped by {1}.{2}: add `mapped_by = {2}` there, or leave `inversed_by` out",
            target.name, entity.name, property.name
        ),
    ))
}

fn fail(entity: &EntityMetadata, property: &PropertyMetadata, message: String) -> Error {
    Error::Metadata { entity: entity.name.to_owned(), property: Some(property.name.to_owned()), message }
}
