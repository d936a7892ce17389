//! Relations that are eager, or have a strategy of their own.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Streets lead to cities by themselves, these to countries and mayors, and mayors to where they live.
    Places: Street
}

#[derive(Entity)]
pub struct Country {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

#[derive(Entity)]
pub struct City {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(eager)]
    pub country: Ref<Country>,
    #[orm(eager)]
    pub mayor: Option<Ref<Mayor>>,
    #[orm(eager)]
    pub twin: Option<Ref<City>>,
    #[orm(mapped_by = city, strategy = joined)]
    pub streets: Collection<Street>,
}

#[derive(Entity)]
pub struct Mayor {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(eager)]
    pub home: Option<Ref<City>>,
    #[orm(strategy = select_in)]
    pub origin: Option<Ref<Country>>,
}

#[derive(Entity)]
pub struct Street {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(eager)]
    pub city: Ref<City>,
}

/// Dublin in Ireland, with two streets and a mayor from France who lives in Cork, and Cork, its twin.
pub async fn ireland(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    let ireland = em.create(Country::builder().name("Ireland"));
    let france = em.create(Country::builder().name("France"));
    let cork = em.create(City::builder().name("Cork").country(&ireland));
    let ann = em.create(Mayor::builder().name("Ann").home(&cork).origin(&france));
    let dublin = em.create(City::builder().name("Dublin").country(&ireland).mayor(&ann).twin(&cork));
    em.create(Street::builder().name("Quay").city(&dublin));
    em.create(Street::builder().name("Gate").city(&dublin));
    em.flush().await?;
    t.forget();
    Ok(())
}
