//! Whether a reference is counted, and whether an entity is loaded, is nobody's to say.
#![forbid(unsafe_code)]
use mikro_orm_core::{Loaded, Ref};
use mikro_orm_macros::Entity;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Node {
    #[orm(primary)]
    pub id: i64,
    pub next: Option<Ref<Node>>,
}

fn main() {
    let mut reference: Ref<Node> = Ref::from_key(1);
    reference.settle();
    let _: Loaded<Node> = Loaded { reference };
}
