//! Copying collections with their owner, for a fork of the identity map.

use super::pending::Pending;
use super::state::{of, of_or_new};
use crate::heap::any_ref::AnyRef;
use crate::heap::cell::CellPtr;
use crate::heap::copy::Copies;
use crate::heap::sync::Acquire;

/// Gives an entity's copy, which has no collections yet, the same items, and what is pending of them. (Rows have been
/// copied, and lists of what is to be stored are copied afterwards.)
pub(in crate::heap) fn copy_collections(from: &AnyRef, to: &AnyRef, copies: &Copies) {
    let copy_of = |cell: CellPtr| copies.get(&cell).copied();
    for field in from.collection_fields() {
        let Some(state) = of(from, *field) else { continue };
        let copy = of_or_new(to, *field);
        let writer = state.lock();
        let mut own = copy.lock();
        let items: Vec<CellPtr> = state.items().iter().filter_map(|item| copy_of(item.ptr())).collect();
        if !items.is_empty() {
            copy.set_items(to, items.into_iter(), |_| false, &mut own);
        }
        *own = writer.as_deref().map(|pending| {
            Box::new(Pending {
                added: pending.added.iter().filter_map(|(item, new)| Some((copy_of(item)?, new))).collect(),
                removed: pending.removed.iter().filter_map(|(item, there)| Some((copy_of(item)?, there))).collect(),
                whole: pending.whole,
                index: None,
            })
        });
        copy.mark(state.status.load(Acquire));
    }
}
