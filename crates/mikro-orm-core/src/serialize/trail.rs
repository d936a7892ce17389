//! The way from the root to what is being serialized: where circles are cut.

use crate::heap::AnyRef;
use std::cell::RefCell;

/// Entities are nested so deep, which is as deep as readers of JSON go by default; what is deeper is its key.
const DEPTH: usize = 60;
/// More entities than this within one are no output that somebody wants.
const ENTITIES: usize = 1 << 20;

#[derive(Default)]
struct Trail {
    /// The entities within which we are, by their cells' addresses.
    entities: Vec<usize>,
    /// The relations through which we came: of which entity, and which field.
    relations: Vec<Way>,
    /// Entities since the outermost one.
    count: usize,
}

thread_local! {
    // (serializers of the application's may serialize handles in turn: it is one way all the same)
    static TRAIL: RefCell<Trail> = RefCell::default();
}

/// A relation: the address of its owner's descriptor, and its place there.
pub(super) type Way = (usize, u16);

/// Being within an entity, until it is dropped (also when a serializer fails or panics).
pub(super) struct Within(());

/// Goes into an entity. `Ok(None)` when it is to be its key: it is within itself, or too deep.
///
/// # Errors
/// When there are too many.
pub(super) fn enter(entity: &AnyRef) -> Result<Option<Within>, String> {
    TRAIL.with_borrow_mut(|trail| {
        if trail.entities.is_empty() {
            trail.count = 0;
        }
        let address = entity.address();
        if trail.entities.len() >= DEPTH || trail.entities.contains(&address) {
            return Ok(None);
        }
        trail.count += 1;
        if trail.count > ENTITIES {
            return Err(format!(
                "more than {ENTITIES} entities are loaded behind one {}: say what is to be in the output with \
                 `serialize(&entity).populate(..)`",
                entity.name()
            ));
        }
        trail.entities.push(address);
        Ok(Some(Within(())))
    })
}

impl Drop for Within {
    fn drop(&mut self) {
        TRAIL.with_borrow_mut(|trail| trail.entities.pop());
    }
}

/// Being behind a relation, until it is dropped.
pub(super) struct Behind(());

/// Goes through a relation; `None` when we came through it already.
pub(super) fn follow(way: Way, again: bool) -> Option<Behind> {
    TRAIL.with_borrow_mut(|trail| {
        if !again && trail.relations.contains(&way) {
            return None;
        }
        trail.relations.push(way);
        Some(Behind(()))
    })
}

impl Drop for Behind {
    fn drop(&mut self) {
        TRAIL.with_borrow_mut(|trail| trail.relations.pop());
    }
}
