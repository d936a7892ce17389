//! Collections with conditions of their own, beside those that show all, or alone.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Gazettes, their papers, and who reviews them.
    Papers: Gazette
}

#[derive(Entity)]
pub struct Gazette {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = gazette)]
    pub papers: Collection<Paper>,
    #[orm(mapped_by = gazette, where = Paper::out.eq(true))]
    pub published: Collection<Paper>,
    /// Through relations of the items.
    #[orm(mapped_by = gazette, where = Paper::reviewer.is(Reviewer::name.like("J%")) | Paper::themes.some(Theme::name.eq("love")))]
    pub picked: Collection<Paper>,
}

#[derive(Entity)]
pub struct Reviewer {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    /// There is none that shows all.
    #[orm(one_to_many, mapped_by = reviewer, where = Paper::out.eq(false), orphan_removal)]
    pub waiting: Collection<Paper>,
}

#[derive(Entity)]
pub struct Paper {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(default = false)]
    pub out: bool,
    pub gazette: Option<Ref<Gazette>>,
    pub reviewer: Option<Ref<Reviewer>>,
    #[orm(many_to_many, pivot_table = "paper_theme")]
    pub themes: Collection<Theme>,
    #[orm(many_to_many, pivot_table = "paper_theme", where = Theme::popular.eq(true))]
    pub popular: Collection<Theme>,
    /// There is none that shows all.
    #[orm(many_to_many, pivot_table = "paper_mark", where = Theme::popular.eq(false))]
    pub marks: Collection<Theme>,
}

#[derive(Entity)]
pub struct Theme {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(default = false)]
    pub popular: bool,
    #[orm(many_to_many, mapped_by = themes)]
    pub papers: Collection<Paper>,
    #[orm(many_to_many, mapped_by = themes, where = Paper::out.eq(true))]
    pub published: Collection<Paper>,
}

/// North (1) with Ice (1, out, by Jon), Snow (2) and Wolf (3, out), and South (2) with Sun (4, out). Ice and Snow are about
/// war (1, popular) and love (2), Sun about war.
pub async fn papers(t: &super::Test<Papers>) -> mikro_orm::Result<()> {
    let em = t.em();
    let (north, south) = (em.create(Gazette::builder().name("North")), em.create(Gazette::builder().name("South")));
    let jon = em.create(Reviewer::builder().name("Jon"));
    let (war, love) = (em.create(Theme::builder().name("war").popular(true)), em.create(Theme::builder().name("love")));
    em.flush().await?;
    em.create(Paper::builder().title("Ice").out(true).gazette(&north).reviewer(&jon).themes([&war, &love]));
    em.create(Paper::builder().title("Snow").gazette(&north).themes([&war, &love]));
    em.create(Paper::builder().title("Wolf").out(true).gazette(&north));
    em.create(Paper::builder().title("Sun").out(true).gazette(&south).themes([&war]));
    em.flush().await?;
    t.forget();
    Ok(())
}
