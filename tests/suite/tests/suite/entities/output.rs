//! Entities that say what they look like in serialized output.

use super::world;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use mikro_orm::prelude::*;
use mikro_orm::serialize::OutputOptions;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

world! {
    /// Writers and essays.
    Press: Writer, Essay, Persona
}

/// The same, where relations are objects and entities have no keys.
pub enum ObjectPress {}
impl crate::suite::harness::World for ObjectPress {
    fn entities() -> mikro_orm::metadata::EntityList {
        Press::entities()
    }
    fn configure(builder: mikro_orm::OrmBuilder<Orm>) -> mikro_orm::OrmBuilder<Orm> {
        builder.output(OutputOptions::new().force_object().without_keys())
    }
}

#[derive(Entity)]
#[orm(virtual(full_name = Self::full_name, essays_known = |writer| writer.essays.get().map_or(0, |essays| essays.len())))]
pub struct Writer {
    #[orm(hidden)]
    pub first_name: String,
    #[orm(hidden)]
    pub last_name: String,
    #[orm(primary)]
    pub id: i64,
    #[orm(serialized_name = "mail", groups("private", "admin"))]
    pub email: Option<String>,
    #[orm(hidden, lazy)]
    pub password: Lazy<String>,
    #[orm(serializer = |day: &Option<NaiveDate>| day.map(|day| day.format("%d.%m.%Y").to_string()))]
    pub born: Option<NaiveDate>,
    #[orm(mapped_by = author)]
    pub essays: Collection<Essay>,
}

impl Writer {
    fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Shows nothing but what is computed.
#[derive(Entity)]
#[orm(virtual(full_name = Self::full_name, initials = |persona| persona.full_name().chars().filter(|c| c.is_uppercase()).collect::<String>()))]
pub struct Persona {
    #[orm(primary)]
    pub id: i64,
    #[orm(hidden)]
    pub first_name: String,
    #[orm(hidden)]
    pub last_name: String,
}

impl Persona {
    fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

#[derive(Entity)]
pub struct Essay {
    #[orm(primary)]
    pub id: Uuid,
    pub title: String,
    #[orm(serializer = shout)]
    pub text: Lazy<String>,
    pub rating: Decimal,
    pub published: DateTime<Utc>,
    pub tags: serde_json::Value,
    pub cover: Vec<u8>,
    #[orm(groups("admin"))]
    pub paid: Option<i32>,
    pub r#type: String,
    pub author: Ref<Writer>,
    pub reviewer: Option<Ref<Writer>>,
}

fn shout(text: &str) -> String {
    text.to_uppercase()
}

/// Jon Snow (1), who wrote an essay (of nothing but ones), which Arya Stark (2) reviews.
pub async fn essay(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    let jon = Writer::builder().first_name("Jon").last_name("Snow").password("hunter2").email("jon@wall");
    let jon = em.create(jon.born(NaiveDate::from_ymd_opt(1983, 9, 1)));
    let arya = em.create(Writer::builder().first_name("Arya").last_name("Stark").password("hunter3"));
    em.create(
        Essay::builder()
            .id(Uuid::from_u128(0x1111_1111_1111_1111_1111_1111_1111_1111))
            .title("Oaths")
            .text("I shall")
            .rating(Decimal::new(1250, 2))
            .published(Utc.with_ymd_and_hms(2022, 9, 11, 15, 6, 44).unwrap())
            .tags(json!({"kind": ["new", 1]}))
            .cover(b"png".to_vec())
            .r#type("a")
            .author(&jon)
            .reviewer(&arya),
    );
    em.flush().await?;
    t.forget();
    Ok(())
}
