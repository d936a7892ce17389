//! The order in which rows of different entities can be written.
//!
//! Targets come before owners. Entities that refer to each other in circles are taken together: among them, what
//! must not be null comes first, so that a circle closes at a foreign key that can be set afterwards.

use super::types::{EntityId, EntityMetadata};

/// A foreign key to another entity: whether it can be null, and which.
type Edge = (bool, usize);

/// Targets before owners.
pub(super) fn of(entities: &[EntityMetadata]) -> Vec<EntityId> {
    let edges: Vec<Vec<Edge>> = entities.iter().map(edges).collect();
    order(&edges).into_iter().map(|at| entities[at].id).collect()
}

fn edges(entity: &EntityMetadata) -> Vec<Edge> {
    let columns = entity.foreign_keys().map(|(property, relation)| (property.nullable, relation.target));
    columns.filter(|(_, target)| *target != entity.id).map(|(nullable, target)| (nullable, target.0 as usize)).collect()
}

fn order(edges: &[Vec<Edge>]) -> Vec<usize> {
    let mut placed = vec![false; edges.len()];
    let mut order = Vec::with_capacity(edges.len());
    while order.len() < edges.len() {
        let mut stuck = true;
        for at in 0..edges.len() {
            if !placed[at] && edges[at].iter().all(|(_, target)| placed[*target]) {
                placed[at] = true;
                order.push(at);
                stuck = false;
            }
        }
        if stuck {
            place_circle(edges, &mut placed, &mut order);
        }
    }
    order
}

/// Places entities that refer to each other, and to nothing else that is not placed.
fn place_circle(edges: &[Vec<Edge>], placed: &mut [bool], order: &mut Vec<usize>) {
    // what reaches the least is in a circle that nothing leads out of
    let reached = (0..edges.len()).filter(|at| !placed[*at]).map(|at| reachable(edges, placed, at));
    let mut circle = reached.min_by_key(Vec::len).unwrap_or_default();
    circle.sort_unstable();
    while !circle.is_empty() {
        let first = (0..circle.len()).min_by_key(|index| waits_for(&edges[circle[*index]], placed)).unwrap_or_default();
        let at = circle.remove(first);
        placed[at] = true;
        order.push(at);
    }
}

/// How many keys to what is not placed there are: those that must not be null count first.
fn waits_for(edges: &[Edge], placed: &[bool]) -> (usize, usize) {
    let open = edges.iter().filter(|(_, target)| !placed[*target]);
    open.fold((0, 0), |(required, nullable), (null, _)| if *null { (required, nullable + 1) } else { (required + 1, nullable) })
}

/// The entity, and what it refers to over any number of steps, but for what is placed.
fn reachable(edges: &[Vec<Edge>], placed: &[bool], from: usize) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    seen[from] = true;
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(at) = reached.get(next).copied() {
        next += 1;
        for (_, target) in &edges[at] {
            if !placed[*target] && !std::mem::replace(&mut seen[*target], true) {
                reached.push(*target);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::order;

    const REQUIRED: bool = false;
    const NULLABLE: bool = true;

    #[test]
    fn targets_come_before_owners() {
        assert_eq!(order(&[vec![(REQUIRED, 1), (NULLABLE, 2)], vec![(NULLABLE, 2)], vec![]]), [2, 1, 0]);
    }

    #[test]
    fn a_circle_closes_at_a_key_that_can_be_null_wherever_it_is_entered() {
        assert_eq!(order(&[vec![(NULLABLE, 1)], vec![(REQUIRED, 0)]]), [0, 1]);
        assert_eq!(order(&[vec![(REQUIRED, 1)], vec![(NULLABLE, 0)]]), [1, 0]);
        assert_eq!(order(&[vec![(REQUIRED, 1)], vec![(REQUIRED, 2)], vec![(NULLABLE, 0)]]), [2, 1, 0]);
    }

    #[test]
    fn what_only_refers_to_a_circle_is_not_part_of_it() {
        assert_eq!(order(&[vec![(NULLABLE, 1)], vec![(NULLABLE, 2)], vec![(REQUIRED, 1)]]), [1, 2, 0]);
    }

    #[test]
    fn a_circle_without_a_way_out_has_an_order_all_the_same() {
        assert_eq!(order(&[vec![(REQUIRED, 1)], vec![(REQUIRED, 0)]]).len(), 2);
    }

    #[test]
    fn rings_of_any_length_are_taken() {
        let ring: Vec<_> = (0..500).map(|at| vec![(at != 7, (at + 1) % 500)]).collect();
        let order = order(&ring);
        let place = |at: usize| order.iter().position(|known| *known == at);
        assert_eq!(order.len(), 500);
        assert!(place(8) < place(7));
    }
}
