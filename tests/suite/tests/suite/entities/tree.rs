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

world! {
    /// Entities that refer to themselves, which nothing lets go of when what they refer to is deleted.
    Branches: Branch, Twig, Tile
}

#[derive(Entity)]
pub struct Branch {
    #[orm(primary)]
    pub id: i64,
    #[orm(delete_rule = no_action)]
    pub parent: Option<Ref<Branch>>,
}

/// Checked row by row.
#[derive(Entity)]
pub struct Twig {
    #[orm(primary)]
    pub id: i64,
    #[orm(delete_rule = restrict)]
    pub parent: Option<Ref<Twig>>,
}

/// With a key of two columns.
#[derive(Entity)]
pub struct Tile {
    #[orm(primary)]
    pub x: i32,
    #[orm(primary)]
    pub y: i32,
    #[orm(delete_rule = no_action)]
    pub above: Option<Ref<Tile>>,
}
