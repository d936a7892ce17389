//! What queries compute.

use super::world;
use mikro_orm::prelude::*;

world!(Galleries: Gallery, Painting, Poster);

/// Paintings, the first of which is its cover.
#[derive(Entity)]
pub struct Gallery {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = gallery, orphan_removal)]
    pub paintings: Collection<Painting>,
    #[orm(formula = "(select count(*) from painting p where p.gallery_id = {id})")]
    pub size: i64,
    #[orm(one_to_one, formula = "(select min(p.id) from painting p where p.gallery_id = {id})")]
    pub cover: Option<Ref<Painting>>,
    #[orm(map_to_pk = Painting, formula = "(select max(p.id) from painting p where p.gallery_id = {alias}.id)")]
    pub newest: Option<i64>,
}

#[derive(Entity)]
pub struct Painting {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub width: i32,
    pub height: i32,
    #[orm(formula = "{width} * {height}")]
    pub area: i32,
    /// (`name` is a column of several tables.)
    #[orm(formula = "upper({alias}.name) || '{{}'")]
    pub loud: String,
    #[orm(formula = "length({name})")]
    pub letters: Lazy<i32>,
    pub gallery: Option<Ref<Gallery>>,
}

#[derive(Entity)]
pub struct Poster {
    #[orm(primary)]
    pub id: i64,
    pub of: Ref<Painting>,
    pub copies: i32,
}
