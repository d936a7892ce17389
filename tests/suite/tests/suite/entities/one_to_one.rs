//! One-to-one relations: with both sides, to itself, that can't be null, and that remove what they lose.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// People with passports, who follow each other.
    Citizens: Citizen
}
world! {
    /// Firms with an office.
    Firms: Firm, Office
}
world! {
    /// Projects and who owns them.
    Projects: Project
}
world! {
    /// Books in series.
    Series: Volume
}

/// The inverse side of `Passport::citizen`, which can't be null.
#[derive(Entity)]
pub struct Citizen {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one, mapped_by = citizen)]
    pub passport: Option<Ref<Passport>>,
    #[orm(one_to_one, inversed_by = follower)]
    pub follows: Option<Ref<Citizen>>,
    #[orm(one_to_one, mapped_by = follows)]
    pub follower: Option<Ref<Citizen>>,
}

#[derive(Entity)]
pub struct Passport {
    #[orm(primary)]
    pub id: i64,
    pub number: String,
    #[orm(one_to_one)]
    pub citizen: Ref<Citizen>,
}

/// Owns a relation of which the other side knows nothing.
#[derive(Entity)]
pub struct Firm {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one, owner)]
    pub office: Option<Ref<Office>>,
}

#[derive(Entity)]
pub struct Office {
    #[orm(primary)]
    pub id: i64,
    pub city: String,
}

#[derive(Entity)]
pub struct Project {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one, mapped_by = first, orphan_removal)]
    pub owner: Option<Ref<Maintainer>>,
    #[orm(one_to_one, mapped_by = second)]
    pub deputy: Option<Ref<Maintainer>>,
}

#[derive(Entity)]
pub struct Maintainer {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(one_to_one)]
    pub first: Option<Ref<Project>>,
    #[orm(one_to_one)]
    pub second: Option<Ref<Project>>,
}

#[derive(Entity)]
pub struct Volume {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(version)]
    pub version: i32,
    #[orm(one_to_one)]
    pub prequel: Option<Ref<Volume>>,
    #[orm(one_to_one, mapped_by = prequel)]
    pub sequel: Option<Ref<Volume>>,
}

/// Ann (1) with passport A (1), who follows Bob (2) with passport B (2), and Cid (3) with neither.
pub async fn citizens(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    let ann = em.create(Citizen::builder().name("Ann").passport(Passport::builder().number("A")));
    let bob = em.create(Citizen::builder().name("Bob").passport(Passport::builder().number("B")));
    em.create(Citizen::builder().name("Cid"));
    em.flush().await?;
    ann.edit().follows = Some(bob.to_ref());
    em.flush().await?;
    t.forget();
    Ok(())
}
