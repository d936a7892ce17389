//! The order in which rows of different entities can be written.
//!
//! A depth-first topological sort over foreign keys, as Doctrine's and MikroORM's commit order calculators do
//! it: a cycle is broken at a nullable foreign key where there is one.

use super::types::{EntityId, EntityMetadata};

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Unvisited,
    Visiting,
    Done,
}

/// Targets before owners.
pub(super) fn of(entities: &[EntityMetadata]) -> Vec<EntityId> {
    let mut marks = vec![Mark::Unvisited; entities.len()];
    let mut order = Vec::with_capacity(entities.len());
    for entity in entities {
        visit(entities, entity.id, &mut marks, &mut order);
    }
    order
}

fn visit(entities: &[EntityMetadata], root: EntityId, marks: &mut [Mark], order: &mut Vec<EntityId>) {
    // an explicit stack: rings of hundreds of entities are nothing unusual for the compiler, nor should they be here
    let mut stack = vec![(root, targets(entities, root), 0)];
    if marks[root.0 as usize] != Mark::Unvisited {
        return;
    }
    marks[root.0 as usize] = Mark::Visiting;
    while let Some((entity, targets_of, next)) = stack.last_mut() {
        match targets_of.get(*next).copied() {
            Some(target) => {
                *next += 1;
                if marks[target.0 as usize] == Mark::Unvisited {
                    marks[target.0 as usize] = Mark::Visiting;
                    stack.push((target, targets(entities, target), 0));
                }
            }
            None => {
                marks[entity.0 as usize] = Mark::Done;
                order.push(*entity);
                stack.pop();
            }
        }
    }
}

/// What an entity refers to: what it must refer to first, so that a cycle closes at what it need not.
fn targets(entities: &[EntityMetadata], entity: EntityId) -> Vec<EntityId> {
    let mut edges: Vec<(bool, EntityId)> = entities[entity.0 as usize]
        .properties
        .iter()
        .filter(|property| property.column.is_some())
        .filter_map(|property| Some((property.nullable, property.relation.as_ref()?.target)))
        .filter(|(_, target)| *target != entity)
        .collect();
    edges.sort_by_key(|(nullable, _)| *nullable);
    edges.into_iter().map(|(_, target)| target).collect()
}
