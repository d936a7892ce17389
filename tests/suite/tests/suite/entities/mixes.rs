//! Mixes and tunes: many on both sides.

use super::world;
use mikro_orm::prelude::*;

world!(Mixes: Mix);

#[derive(Entity)]
pub struct Mix {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many)]
    pub tunes: Collection<Tune>,
}

#[derive(Entity)]
pub struct Tune {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, mapped_by = tunes)]
    pub mixes: Collection<Mix>,
}

/// So many mixes (1..), each with all of so many tunes (1..).
pub async fn mixes(t: &super::Test<impl Sized>, mixes: i64, tunes: i64) -> mikro_orm::Result<()> {
    let em = t.em();
    let tunes: Vec<_> = (1..=tunes).map(|i| em.create(Tune::builder().name(format!("tune {i}")))).collect();
    for i in 1..=mixes {
        let mix = em.create(Mix::builder().name(format!("mix {i}")));
        for tune in &tunes {
            mix.tunes.add(tune)?;
        }
    }
    em.flush().await?;
    t.forget();
    Ok(())
}
