//! The tables between both sides of many-to-many relations, as entities.
//!
//! A table of the relation's own is an entity like any other, with two foreign keys that are its key; that no
//! identity map ever holds one is the only difference. So schema, inserts, deletes and joins know nothing of pivots.

use super::by_type::ByType;
use super::types::{EntityId, EntityMetadata, Pivot, PropertyKind, PropertyMetadata, RelationMetadata};
use crate::entity::{Cascade, ColumnAttributes, EntityDescriptor, EntityIdentity, ReferentialAction, Source, TableAttributes};
use crate::error::{Error, Result};
use crate::field::ColumnType;
use crate::naming::{self, Names};
use std::alloc::Layout;
use std::any::TypeId;
use std::sync::OnceLock;

/// Adds the pivots of all owning many-to-many relations, and tells these of them.
pub(super) fn add(entities: &mut Vec<EntityMetadata>, by_type: &ByType, names: Names<'_>) -> Result<()> {
    for owner in 0..entities.len() {
        for place in 0..entities[owner].properties.len() {
            let property = &entities[owner].properties[place];
            let is_owner = property.relation.as_ref().is_some_and(|relation| relation.owner);
            if property.kind != PropertyKind::ManyToMany || !is_owner {
                continue;
            }
            let pivot = match entities[owner].descriptor.fields[place].attributes.relation.pivot_entity {
                Some(descriptor) => of_user(entities, owner, place, descriptor.descriptor(), by_type)?,
                None => match shared(entities, owner, place, names)? {
                    Some(pivot) => pivot,
                    None => own(entities, owner, place, names),
                },
            };
            let of = (entities[owner].properties[place].index, pivot.own, pivot.item);
            let table = &mut entities[pivot.entity.0 as usize];
            if !table.is_pivot {
                table.pivot_of.push(of);
            }
            if let Some(relation) = &mut entities[owner].properties[place].relation {
                relation.pivot = Some(pivot);
            }
        }
    }
    Ok(())
}

/// The table of a relation.
fn table_of(entity: &EntityMetadata, place: usize, names: Names<'_>) -> String {
    let said = entity.descriptor.fields[place].attributes.relation.pivot_table;
    said.map_or_else(|| names.pivot_table(&entity.table, entity.properties[place].name), ToOwned::to_owned)
}

/// The table of an earlier relation between the same entities, when this one names it, too.
fn shared(entities: &[EntityMetadata], owner: usize, place: usize, names: Names<'_>) -> Result<Option<Pivot>> {
    let (entity, property) = (&entities[owner], &entities[owner].properties[place]);
    let table = table_of(entity, place, names);
    let Some(known) = entities.iter().find(|known| known.is_pivot && known.table == table && known.schema == entity.schema)
    else {
        return Ok(None);
    };
    let target = property.relation.as_ref().map(|relation| relation.target);
    let side = |place: usize| known.properties[place].relation.as_ref().map(|relation| relation.target);
    let said = entity.descriptor.fields[place].attributes.relation;
    let same = |columns: &[&str], side: usize| columns.is_empty() || known.properties[side].join_columns == columns;
    let order = known.properties.get(2);
    let fits = (side(0), side(1)) == (Some(entity.id), target)
        && same(said.join_columns, 0)
        && same(said.inverse_join_columns, 1)
        && (!said.fixed_order || order.is_some())
        && said.fixed_order_column.is_none_or(|column| order.is_some_and(|order| order.name == column));
    if fits {
        return Ok(Some(Pivot { entity: known.id, own: 0, item: 1, order: order.map(|order| order.index) }));
    }
    Err(Error::Metadata {
        entity: entity.name.to_owned(),
        property: Some(property.name.to_owned()),
        message: format!(
            "has the same pivot table as {} (`{table}`), but not its entities, columns or order: say the same at both, name \
             another table with `pivot_table`, or make one the other side of the other with `mapped_by`",
            known.name
        ),
    })
}

/// A table of the relation's own.
fn own(entities: &mut Vec<EntityMetadata>, owner: usize, place: usize, names: Names<'_>) -> Pivot {
    let (entity, property) = (&entities[owner], &entities[owner].properties[place]);
    let said = entity.descriptor.fields[place].attributes.relation;
    let target = property.relation.as_ref().map_or(entity.id, |relation| relation.target);
    let target_entity = &entities[target.0 as usize];
    let id = EntityId(u32::try_from(entities.len()).unwrap_or(u32::MAX));
    let table = table_of(entity, place, names);
    let name = naming::intern(&format!("{}.{}", entity.name, property.name));
    // (tables of two schemas may have one name)
    let of_itself = target == entity.id || target_entity.table == entity.table;
    // (their columns are this with the names of the key's)
    let name_of = |of: &EntityMetadata, number: u8| if of_itself { format!("{}_{number}", of.table) } else { of.table.clone() };
    let in_order = said.fixed_order;
    let owned = |columns: &[&str]| columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>();
    let mut own = reference(0, &name_of(entity, 1), entity.id, said.constraint, !in_order);
    own.join_columns = owned(said.join_columns);
    let mut item = reference(1, &name_of(target_entity, 2), target, said.constraint, !in_order);
    item.join_columns = owned(said.inverse_join_columns);
    let mut properties = vec![own, item];
    let mut order = None;
    if in_order {
        let column = said.fixed_order_column.unwrap_or("id");
        properties.push(order_column(2, column));
        order = Some(2);
    }
    let schema = entity.schema;
    entities.push(EntityMetadata { name, schema, is_pivot: true, ..blank_entity(id, table, properties, names) });
    Pivot { entity: id, own: 0, item: 1, order }
}

/// A table that is no entity of the user's.
pub(super) fn blank_entity(id: EntityId, table: String, properties: Vec<PropertyMetadata>, names: Names<'_>) -> EntityMetadata {
    EntityMetadata {
        id,
        name: "",
        alias: names.alias(&table),
        table,
        source: Source::Table,
        schema: None,
        // (see `keys::resolve`)
        key: 0,
        key_columns: Vec::new(),
        key_name: None,
        version: None,
        checks: Vec::new(),
        selected: Vec::new(),
        unwritten: Vec::new(),
        read_back: Vec::new(),
        collections: Vec::new(),
        properties,
        eager: Vec::new(),
        indexes: Vec::new(),
        constraints: Vec::new(),
        triggers: &[],
        partition_by: None,
        partitions: &[],
        order: Vec::new(),
        comment: None,
        is_pivot: false,
        pivot_of: Vec::new(),
        levels: Vec::new(),
        discriminator: None,
        level_of: None,
        descriptor: &PIVOT,
        shape: OnceLock::new(),
    }
}

/// A foreign key of such a table, with whose row its own goes.
pub(super) fn reference(index: u16, name: &str, target: EntityId, constraint: bool, primary: bool) -> PropertyMetadata {
    PropertyMetadata {
        primary,
        relation: Some(RelationMetadata {
            target,
            other_side: None,
            owner: true,
            // (to be generated)
            foreign_key: constraint.then(String::new),
            slot: None,
            pivot: None,
            cascade: Cascade::default(),
            orphan_removal: false,
            condition: None,
            full: None,
            eager: false,
            strategy: None,
            fixed_order: false,
            delete_rule: Some(ReferentialAction::Cascade),
            update_rule: Some(ReferentialAction::Cascade),
            defer: None,
        }),
        ..blank(index, name, PropertyKind::ManyToOne)
    }
}

/// The column that counts the rows of a pivot with a fixed order.
fn order_column(index: u16, column: &str) -> PropertyMetadata {
    PropertyMetadata {
        column_type: Some(ColumnType::I64),
        primary: true,
        column: Some(column.to_owned()),
        ..blank(index, column, PropertyKind::Scalar)
    }
}

fn blank(index: u16, name: &str, kind: PropertyKind) -> PropertyMetadata {
    let name = naming::intern(name);
    PropertyMetadata {
        index,
        name,
        kind,
        column: None,
        parts: Vec::new(),
        part_of: None,
        leaf: false,
        levels: Vec::new(),
        json: None,
        shared: false,
        join_columns: Vec::new(),
        column_type: None,
        custom_type: None,
        custom_types: Vec::new(),
        type_on: |_| None,
        sql_on: |_| crate::field::InSql::default(),
        items: None,
        native_enum: None,
        nullable: false,
        primary: false,
        unique: None,
        index_name: None,
        length: None,
        text: false,
        default: None,
        default_raw: None,
        hidden: false,
        on_create: false,
        version: false,
        concurrency_check: false,
        generated: None,
        details: &ColumnAttributes::NONE,
        persist: true,
        serialized_name: name,
        comment: None,
        check: None,
        groups: &[],
        relation: None,
    }
}

/// An entity of the user's as the table: its first relation to the owner, and its first other one to the target.
fn of_user(
    entities: &[EntityMetadata],
    owner: usize,
    place: usize,
    descriptor: &'static EntityDescriptor,
    by_type: &ByType,
) -> Result<Pivot> {
    let (entity, property) = (&entities[owner], &entities[owner].properties[place]);
    let fail = |message: String| {
        Err(Error::Metadata { entity: entity.name.to_owned(), property: Some(property.name.to_owned()), message })
    };
    let Some(pivot) = by_type.get(&descriptor.key()).map(|id| &entities[id.0 as usize]) else {
        return fail(format!("has the pivot entity {}, which is not known", descriptor.name));
    };
    let target = property.relation.as_ref().map_or(entity.id, |relation| relation.target);
    let refers = |to: EntityId, but: Option<u16>| {
        let owns = |p: &&PropertyMetadata| {
            p.kind.is_to_one() && Some(p.index) != but && p.relation.as_ref().is_some_and(|r| r.owner && r.target == to)
        };
        pivot.properties.iter().find(owns).map(|property| property.index)
    };
    let Some(own) = refers(entity.id, None) else {
        return fail(format!(
            "has the pivot entity {0}, which does not refer to {1}: give {0} a `Ref<{1}>`",
            pivot.name, entity.name
        ));
    };
    let Some(item) = refers(target, Some(own)) else {
        let target = entities[target.0 as usize].name;
        return fail(format!(
            "has the pivot entity {0}, which does not refer to {target}: give {0} a `Ref<{target}>`",
            pivot.name
        ));
    };
    let said = entity.descriptor.fields[place].attributes.relation;
    let order = said.fixed_order_column.map(|column| pivot.by_column(column).map(|p| p.index));
    let order = match (order, said.fixed_order) {
        (Some(None), _) => return fail(format!("keeps its order by a column that {} does not have", pivot.name)),
        (Some(order), _) => order,
        (None, true) if pivot.has_generated_key() => Some(pivot.key),
        (None, true) => {
            return fail(format!(
                "has a fixed order, but {} no generated key: name a column with `fixed_order_column`",
                pivot.name
            ));
        }
        (None, false) => None,
    };
    Ok(Pivot { entity: pivot.id, own, item, order })
}

/// What all pivots without an entity of the user's share: no identity map holds one.
static PIVOT: EntityDescriptor = EntityDescriptor {
    name: "pivot",
    table: None,
    options: &TableAttributes::NONE,
    identity: EntityIdentity::Type(TypeId::of::<Row>),
    layout: Layout::new::<Row>(),
    drop: None,
    fields: &[],
    computed: &[],
    readonly: false,
    hooks: &[],
};

/// The type that stands for a pivot's rows; there is no value of it.
enum Row {}
