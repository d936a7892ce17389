//! Entities that have an order of their own.

use super::world;
use mikro_orm::prelude::*;

world!(Records: Record, Track, Mood);

#[derive(Entity)]
#[orm(order_by = Record::name.asc())]
pub struct Record {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = record)]
    pub tracks: Collection<Track>,
}

#[derive(Entity)]
#[orm(order_by = (Track::record.order(Record::name.desc()), Track::place.asc(), Track::id.desc()))]
pub struct Track {
    #[orm(primary)]
    pub id: i64,
    pub place: i32,
    pub record: Ref<Record>,
    #[orm(many_to_many)]
    pub moods: Collection<Mood>,
}

#[derive(Entity)]
#[orm(order_by = [Mood::name.desc().nulls_last()])]
pub struct Mood {
    #[orm(primary)]
    pub id: i64,
    pub name: Option<String>,
    #[orm(many_to_many, mapped_by = moods)]
    pub tracks: Collection<Track>,
    #[orm(many_to_many, fixed_order)]
    pub likes: Collection<Mood>,
}
