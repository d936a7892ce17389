//! Poems and poets, between whom there are long ways.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Poems, their poets, and their motifs.
    Poems: Poem
}

#[derive(Entity)]
pub struct Poem {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    pub poet: Ref<Poet>,
    #[orm(many_to_many)]
    pub motifs: Collection<Motif>,
}

#[derive(Entity)]
pub struct Poet {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub best: Option<Ref<Poem>>,
    #[orm(one_to_one, owner)]
    pub portrait: Option<Ref<Portrait>>,
    #[orm(many_to_many)]
    pub readings: Collection<Reading>,
}

#[derive(Entity)]
pub struct Portrait {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, eager)]
    pub motifs: Collection<Motif>,
}

#[derive(Entity)]
pub struct Motif {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub champion: Option<Ref<Poet>>,
    #[orm(many_to_many, mapped_by = motifs)]
    pub portraits: Collection<Portrait>,
}

#[derive(Entity)]
pub struct Reading {
    #[orm(primary)]
    pub id: i64,
    pub place: String,
    pub parent: Option<Ref<Reading>>,
}

/// Sea (1) of Ann (1), Sky (2) of Bob (2), and Salt (3) of Ann, the best of both. Sea has the motif water (1), Sky has
/// air (2), Salt has both; Ann is the champion of water and Bob of air. Ann reads in the bar (2), which is a part of the
/// hall (1), and Bob in both; Ann's portrait (1) has both motifs.
pub async fn poems(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    for place in ["hall", "bar"] {
        em.create(Reading::builder().place(place));
    }
    let poets = ["Ann", "Bob"].map(|name| em.create(Poet::builder().name(name)));
    em.flush().await?;
    em.find_one_or_fail::<Reading>(2).await?.edit().parent = Some(em.reference(1));
    poets[0].readings.add(2)?;
    poets[1].readings.extend([1, 2])?;
    for (name, champion) in [("water", &poets[0]), ("air", &poets[1])] {
        em.create(Motif::builder().name(name).champion(champion));
    }
    em.flush().await?;
    let poem = |title: &str, poet: &Loaded<Poet>, motifs: &[i64]| {
        em.create(Poem::builder().title(title).poet(poet).motifs(motifs.iter().copied()))
    };
    poem("Sea", &poets[0], &[1]);
    poem("Sky", &poets[1], &[2]);
    let salt = poem("Salt", &poets[0], &[1, 2]);
    em.flush().await?;
    let portrait = em.create(Portrait::builder().name("in oil").motifs([1, 2]));
    poets[0].edit().portrait = Some(portrait.to_ref());
    poets.iter().for_each(|poet| poet.edit().best = Some(salt.to_ref()));
    em.flush().await?;
    t.forget();
    Ok(())
}
