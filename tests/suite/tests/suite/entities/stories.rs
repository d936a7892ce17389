//! Many-to-many relations of all kinds.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Stories, who tells them, and their labels.
    Stories: Story
}
world! {
    /// Playlists, whose songs have an order.
    Playlists: Playlist, Charts
}
world! {
    /// Baskets and what is in them, by an entity of their own.
    Baskets: Basket
}
world! {
    /// Halls, whose keys are two columns, and what is shown in them.
    Museums: Hall, Exhibit
}
world! {
    /// Rooms and guests, without constraints between them.
    Hotels: Room
}

#[derive(Entity)]
pub struct Teller {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = teller)]
    pub stories: Collection<Story>,
    /// Of itself, in one direction.
    #[orm(many_to_many)]
    pub friends: Collection<Teller>,
    /// Of itself, in both.
    #[orm(many_to_many)]
    pub students: Collection<Teller>,
    #[orm(many_to_many, mapped_by = students)]
    pub teachers: Collection<Teller>,
}

#[derive(Entity)]
pub struct Story {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    pub teller: Option<Ref<Teller>>,
    #[orm(many_to_many)]
    pub labels: Collection<Label>,
    /// A second one between the same entities.
    #[orm(many_to_many, pivot_table = "story_past", join_column = "tale", inverse_join_column = "mark")]
    pub past: Collection<Label>,
}

#[derive(Entity)]
pub struct Label {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub name: String,
    #[orm(many_to_many, mapped_by = labels)]
    pub stories: Collection<Story>,
}

#[derive(Entity)]
pub struct Playlist {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, fixed_order)]
    pub songs: Collection<Song>,
}

#[derive(Entity)]
pub struct Charts {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many, fixed_order, fixed_order_column = "place")]
    pub songs: Collection<Song>,
}

#[derive(Entity)]
pub struct Song {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    #[orm(many_to_many, mapped_by = songs)]
    pub playlists: Collection<Playlist>,
}

#[derive(Entity)]
pub struct Basket {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many, pivot_entity = BasketLine)]
    pub products: Collection<Product>,
    #[orm(mapped_by = basket)]
    pub lines: Collection<BasketLine>,
}

#[derive(Entity)]
pub struct Product {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(many_to_many, mapped_by = products)]
    pub baskets: Collection<Basket>,
}

#[derive(Entity)]
pub struct BasketLine {
    #[orm(primary)]
    pub id: i64,
    pub basket: Ref<Basket>,
    pub product: Ref<Product>,
    #[orm(default = 1)]
    pub amount: i32,
}

#[derive(Entity)]
pub struct Room {
    #[orm(primary)]
    pub id: i64,
    #[orm(many_to_many, fk_constraint = false)]
    pub guests: Collection<Guest>,
}

#[derive(Entity)]
pub struct Guest {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

#[derive(Entity)]
pub struct Hall {
    #[orm(primary)]
    pub floor: String,
    #[orm(primary)]
    pub number: i32,
    #[orm(many_to_many)]
    pub exhibits: Collection<Exhibit>,
    #[orm(many_to_many)]
    pub doors: Collection<Hall>,
    /// The table is an entity whose key is both relations.
    #[orm(many_to_many, pivot_entity = Watch)]
    pub guards: Collection<Exhibit>,
}

#[derive(Entity)]
pub struct Exhibit {
    #[orm(primary)]
    pub code: String,
    #[orm(many_to_many, mapped_by = exhibits)]
    pub halls: Collection<Hall>,
}

#[derive(Entity)]
pub struct Watch {
    #[orm(primary)]
    pub hall: Ref<Hall>,
    #[orm(primary)]
    pub exhibit: Ref<Exhibit>,
    #[orm(default = 8)]
    pub hours: i32,
}

/// The names of labels.
pub fn labels(story: &Loaded<Story>) -> Vec<String> {
    let mut names: Vec<_> = story.labels.get().unwrap().iter().map(|label| label.name.clone()).collect();
    names.sort_unstable();
    names
}

/// Old (1) with the labels red (1) and blue (2), New (2) with blue and green (3), and Bare (3) with none; Ann (1) tells
/// Old and New.
pub async fn stories(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    for name in ["red", "blue", "green"] {
        em.create(Label::builder().name(name));
    }
    let ann = em.create(Teller::builder().name("Ann"));
    em.flush().await?;
    em.create(Story::builder().title("Old").teller(&ann).labels([1, 2]));
    em.create(Story::builder().title("New").teller(&ann).labels([2, 3]));
    em.create(Story::builder().title("Bare"));
    em.flush().await?;
    t.forget();
    Ok(())
}
