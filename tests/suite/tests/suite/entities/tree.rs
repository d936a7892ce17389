//! An entity that refers to itself.

use super::world;
use mikro_orm::prelude::*;

world!(Tree: Node);

#[derive(Entity)]
pub struct Node {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub parent: Option<Ref<Node>>,
    #[orm(mapped_by = parent)]
    pub children: Collection<Node>,
}
