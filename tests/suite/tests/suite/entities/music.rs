//! Playlists and tracks: many on both sides.

use super::world;
use mikro_orm::prelude::*;

world!(Music: Playlist);

#[derive(Entity)]
pub struct Playlist {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many)]
    pub tracks: Collection<Track>,
}

#[derive(Entity)]
pub struct Track {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, mapped_by = tracks)]
    pub playlists: Collection<Playlist>,
}

/// So many playlists (1..), each with all of so many tracks (1..).
pub async fn playlists(t: &super::Test<impl Sized>, playlists: i64, tracks: i64) -> mikro_orm::Result<()> {
    let em = t.em();
    let tracks: Vec<_> = (1..=tracks).map(|i| em.create(Track::builder().name(format!("track {i}")))).collect();
    for i in 1..=playlists {
        let playlist = em.create(Playlist::builder().name(format!("playlist {i}")));
        for track in &tracks {
            playlist.tracks.add(track)?;
        }
    }
    em.flush().await?;
    t.forget();
    Ok(())
}
