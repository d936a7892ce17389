//! The memory of an identity map: one heap per context.
//!
//! Object graphs are cyclic, handles are shared, and entities outlive their entity manager. So a context is a
//! heap: an arena per entity, a cell per row, found by key. A cell holds the row's versions: an edit makes a
//! new one and publishes it, so that readers need no lock, and the version that the database has is the unit
//! of work's snapshot: a pointer, not a copy. Cells never move and are freed with the heap.
//!
//! This module holds the crate's `unsafe` code (but for the function tables of field types, in `field`). Its invariants:
//!
//! - **I1** A `Ref` that safe code can own (by value or `&mut`) holds a strong count of its heap. So do an
//!   owned `Collection` and an owned `Lazy`.
//! - **I2** A `Ref` inside the heap holds none, and is reached only (by `&`) through one that does. `settle`
//!   runs on everything that enters the heap, `fork` or `clone` on everything that leaves it.
//! - **I3** A published version is never written.
//! - **I4** Cells, and versions that were published, are freed only with `&mut Heap`. A version may share its values with the one
//!   that follows it, which drops them: it is freed first then, or with it.
//! - **I5** Entity types have no `Drop`: relations inside the heap must not be followed while it goes down.
//! - **I6** An entity's descriptor is right (`unsafe trait Entity`): all of its fields, at their offsets, with
//!   the tables of their types.
//!
//! What follows from them: a `&T` hangs on a handle that is owned somewhere; an owned handle is a count of
//! the heap; so when `Arc::get_mut` succeeds there is no `&T`, and versions that nothing points to can go.

mod any_ref;
mod apart;
mod arena;
mod awaited;
mod cell;
mod cell_map;
mod claims;
mod collection;
mod computed;
mod copy;
mod debug;
mod described;
mod edit;
mod embedded;
mod field_set;
mod hydrate;
mod keys;
mod lazy;
mod loaded;
#[cfg(mikro_loom)]
#[doc(hidden)]
#[allow(missing_docs)]
pub mod model;
mod one_to_one;
mod orphans;
mod patch;
mod publish;
mod reclaim;
mod reference;
mod referrers;
mod register;
mod scalar_table;
mod schedule;
mod shared;
mod sync;
mod untyped;
mod values;
mod view;

pub(crate) use any_ref::AnyRef;
pub(crate) use arena::Shape;
pub(crate) use awaited::Awaited;
pub(crate) use cell_map::{CellMap, CellSet};
pub use collection::{Collection, LoadCollection, LoadCount, LoadedCollection, LoadingCollection, Matching};
pub(crate) use collection::{Left, PairBefore, Part, Relinked, ReplacedBefore, leave_collections, rejoin};
pub(crate) use computed::{Computed, Step, expressions, sum};
pub(crate) use described::{Holds, ScalarTables, Undescribed};
pub(crate) use edit::open_draft;
pub use edit::{Edit, EditOutcome};
pub use field_set::FieldSet;
pub(crate) use hydrate::HydratePlan;
pub(crate) use keys::{canonical_column, canonical_key, canonical_parts};
pub use lazy::{Lazy, LoadedLazy};
pub use loaded::Loaded;
pub(crate) use orphans::{keep, keep_all, orphan, remove};
pub(crate) use publish::Scheduled;
pub use reference::{LoadReference, LoadingReference, Ref, ToManyField, ToOneField};
#[doc(hidden)]
pub use scalar_table::custom_table;
#[cfg(feature = "json")]
pub(crate) use scalar_table::scalar_vtable;
pub(crate) use schedule::ScheduleMark;
pub(crate) use shared::HeapArc;
pub(crate) use untyped::{First, converted, debug_reference};
pub(crate) use values::check_value;
pub(crate) use view::{EntityView, Pinned};

use crate::driver::BoxFuture;
use crate::entity::EntityDescriptor;
use crate::error::{Error, Result};
use crate::metadata::{EntityId, Metadata};
use crate::orm::Strategy;
use crate::populate::PopulateNode;
use crate::query::Expr;
use arena::Arena;
use register::Register;
use std::ptr::NonNull;
use std::sync::OnceLock;
use sync::{AcqRel, Acquire, AtomicPtr, AtomicU32, AtomicU64, Mutex, lock};

/// What a heap asks of its context: `book.author.load()` needs no entity manager at hand.
pub(crate) trait LoadContext: Send + Sync {
    /// Loads what the cell's entity refers to by a relation, or a lazy scalar; without either, the entity itself.
    fn load(
        self: std::sync::Arc<Self>,
        entity: AnyRef,
        node: Option<PopulateNode>,
        strategy: Option<Strategy>,
    ) -> BoxFuture<'static, Result<()>>;
    /// Loads the entity, unless it is loaded and is not to be read again, and relations and lazy scalars of it.
    fn load_entity(
        self: std::sync::Arc<Self>,
        entity: AnyRef,
        populate: Vec<PopulateNode>,
        strategy: Option<Strategy>,
        refresh: bool,
    ) -> BoxFuture<'static, Result<()>>;
    /// Finds items of a collection, and leaves it as it is.
    fn matching(
        self: std::sync::Arc<Self>,
        owner: AnyRef,
        node: PopulateNode,
        strategy: Option<Strategy>,
    ) -> BoxFuture<'static, Result<Vec<AnyRef>>>;
    /// Counts items of a collection.
    fn count(self: std::sync::Arc<Self>, owner: AnyRef, field: u16, filter: Option<Expr>) -> BoxFuture<'static, Result<u64>>;
}

/// An identity map's memory; see the module's documentation.
pub struct Heap {
    /// No other heap of this process has it, or had.
    id: u64,
    /// `None` for the private heap of a reference that was made without a context.
    metadata: Option<std::sync::Arc<Metadata>>,
    /// By entity id; made when first used.
    arenas: Box<[AtomicPtr<Arena>]>,
    /// Arenas of entities that the metadata does not know.
    strays: Mutex<Vec<ArenaPtr>>,
    register: Mutex<Register>,
    /// How many flushes have stored something.
    flushes: AtomicU64,
    /// How often the kept numbers of items were to be read again.
    recounts: AtomicU32,
    /// Collections with something to be stored.
    links: Mutex<collection::Listed>,
    /// The context has started over with another heap.
    left: std::sync::atomic::AtomicBool,
    context: OnceLock<std::sync::Weak<dyn LoadContext>>,
    /// How its entities are serialized.
    #[cfg(feature = "serde")]
    output: OnceLock<crate::serialize::OutputOptions>,
    events: OnceLock<std::sync::Arc<crate::events::Registry>>,
}

/// Where an arena is that was made with `Box::into_raw`; freed with the heap.
struct ArenaPtr(NonNull<Arena>);
// SAFETY: an arena is its lock and what never changes, and its cells hold what is `Send + Sync`
unsafe impl Send for ArenaPtr {}

/// The next heap's id.
static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

#[cfg(debug_assertions)]
static LIVE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// How many heaps there are, for tests that look for leaks (debug builds only).
#[cfg(debug_assertions)]
#[doc(hidden)]
pub fn live_heaps() -> usize {
    LIVE.load(std::sync::atomic::Ordering::SeqCst)
}

impl Heap {
    /// An empty heap for the entities of this metadata.
    pub(crate) fn shared(metadata: Option<std::sync::Arc<Metadata>>) -> HeapArc {
        #[cfg(debug_assertions)]
        LIVE.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let count = metadata.as_ref().map_or(0, |metadata| metadata.entities().len());
        HeapArc::new(Heap {
            id: NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
            metadata,
            arenas: (0..count).map(|_| AtomicPtr::new(std::ptr::null_mut())).collect(),
            strays: Mutex::new(Vec::new()),
            register: Mutex::new(Register::default()),
            flushes: AtomicU64::new(0),
            recounts: AtomicU32::new(0),
            links: Mutex::new(Vec::new()),
            left: std::sync::atomic::AtomicBool::new(false),
            context: OnceLock::new(),
            #[cfg(feature = "serde")]
            output: OnceLock::new(),
            events: OnceLock::new(),
        })
    }

    /// Tells the heap which context loads for it.
    pub(crate) fn set_context(&self, context: std::sync::Weak<dyn LoadContext>, events: std::sync::Arc<crate::events::Registry>) {
        // a heap has one context for life
        let _ = self.context.set(context);
        let _ = self.events.set(events);
    }

    /// Tells hooks that entities came to be.
    pub(crate) fn initialized(&self, entities: &[AnyRef]) {
        if let Some(events) = self.events.get() {
            events.init(entities);
        }
    }

    /// Says how entities are serialized when nothing else is said.
    #[cfg(feature = "serde")]
    pub(crate) fn set_output(&self, output: crate::serialize::OutputOptions) {
        // (once, with the context)
        let _ = self.output.set(output);
    }

    pub(crate) fn context(&self, what: impl FnOnce() -> String) -> Result<std::sync::Arc<dyn LoadContext>> {
        self.context.get().and_then(std::sync::Weak::upgrade).ok_or_else(|| Error::Detached { what: what() })
    }

    /// Whether nobody will flush what is edited here.
    fn is_abandoned(&self) -> bool {
        self.left.load(std::sync::atomic::Ordering::Relaxed)
            || self.context.get().is_none_or(|context| context.strong_count() == 0)
    }

    fn register(&self) -> sync::MutexGuard<'_, Register> {
        lock(&self.register)
    }

    /// Notes an error that could not be returned where it happened; the next flush reports it.
    pub(crate) fn pending_error(&self, error: Error) {
        self.register().errors.push(error);
    }

    /// The arena of an entity.
    ///
    /// # Safety
    /// `heap` is what the heap's `Arc` points to, and the heap is alive for `'a`.
    unsafe fn arena<'a>(heap: *const Heap, entity: EntityId, descriptor: &'static EntityDescriptor) -> &'a Arena {
        // SAFETY: alive, as the caller says
        let slot = unsafe { &(&(*heap).arenas)[entity.0 as usize] };
        let mut arena = slot.load(Acquire);
        if arena.is_null() {
            let made = Box::into_raw(Box::new(Arena::new(heap, descriptor, Some(entity))));
            arena = match slot.compare_exchange(std::ptr::null_mut(), made, AcqRel, Acquire) {
                Ok(_) => made,
                Err(first) => {
                    // SAFETY: made above, and nobody else has it
                    drop(unsafe { Box::from_raw(made) });
                    first
                }
            };
        }
        // SAFETY: arenas are freed with the heap
        unsafe { &*arena }
    }

    /// The arena for a descriptor, by its type.
    ///
    /// # Safety
    /// As [`Heap::arena`].
    unsafe fn arena_of<'a>(heap: *const Heap, descriptor: &'static EntityDescriptor) -> &'a Arena {
        // SAFETY: alive, as the caller says
        let this = unsafe { &*heap };
        if let Some(entity) = this.metadata.as_ref().and_then(|metadata| metadata.described_by(descriptor)) {
            // SAFETY: as the caller says
            return unsafe { Heap::arena(heap, entity.id, descriptor) };
        }
        let mut strays = lock(&this.strays);
        let key = descriptor.key();
        // SAFETY: strays are freed with the heap
        let known = strays.iter().map(|arena| unsafe { arena.0.as_ref() }).find(|arena| arena.descriptor.key() == key);
        if let Some(arena) = known {
            return arena;
        }
        let arena = NonNull::from(Box::leak(Box::new(Arena::new(heap, descriptor, None))));
        strays.push(ArenaPtr(arena));
        // SAFETY: as above
        unsafe { arena.as_ref() }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        #[cfg(debug_assertions)]
        LIVE.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
        self.free_versions();
        for slot in &mut self.arenas {
            let arena = sync::owned(slot);
            if !arena.is_null() {
                // SAFETY: made by `Box::into_raw`; the heap goes down, so nobody else has it
                drop(unsafe { Box::from_raw(arena) });
            }
        }
        for arena in lock(&self.strays).drain(..) {
            // SAFETY: made by `Box::leak`; as above
            drop(unsafe { Box::from_raw(arena.0.as_ptr()) });
        }
    }
}
