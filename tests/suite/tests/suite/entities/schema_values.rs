//! The same entities twice: as types, and as schemas that are described at run time.

use super::world;
use crate::suite::harness::World;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use mikro_orm::entity::{Cascade, ReferentialAction};
use mikro_orm::entity_schema::{EntitySchema, Index, p};
use mikro_orm::metadata::EntityList;
use mikro_orm::prelude::*;
use mikro_orm::{OrmBuilder, Strategy};
use rust_decimal::Decimal;
use uuid::Uuid;

world! {
    /// Types that `schemas` describes, too.
    Described: Painter, Painting, Frame, Gallery, Hanging, Style
}

/// The same as schemas.
pub enum DescribedAtRunTime {}
impl World for DescribedAtRunTime {
    fn entities() -> EntityList {
        Vec::new()
    }
    fn configure(builder: OrmBuilder<Orm>) -> OrmBuilder<Orm> {
        builder.entity_schemas(schemas())
    }
}

#[derive(BaseEntity)]
pub struct Dated {
    #[orm(primary)]
    pub id: i64,
    #[orm(on_create = moment)]
    pub made_at: DateTime<Utc>,
    #[orm(on_update = moment)]
    pub seen_at: DateTime<Utc>,
}

pub fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum Paint {
    Oil,
    Ink,
}

#[derive(Entity)]
#[orm(comment = "who paints", order_by = Painter::name.asc(), index(name, born), unique(name, motto, name = "known_as"), check("{fee} >= 0", name = "paid"))]
pub struct Painter {
    #[orm(extends)]
    pub base: Dated,
    #[orm(length = 80, index)]
    pub name: String,
    #[orm(text, hidden)]
    pub motto: Option<String>,
    pub born: Option<NaiveDate>,
    #[orm(default = 3)]
    pub fee: i32,
    #[orm(default_raw = "7")]
    pub rank: i16,
    #[orm(version)]
    pub version: i32,
    #[orm(lazy)]
    pub letters: Lazy<String>,
    #[orm(unique = "painter_code", name = "short_code", serialized_name = "code", groups("short"))]
    pub code: Option<String>,
    /// (a tree)
    #[orm(inversed_by = pupils)]
    pub teacher: Option<Ref<Painter>>,
    #[orm(mapped_by = teacher)]
    pub pupils: Collection<Painter>,
    #[orm(mapped_by = painter, orphan_removal, cascade(persist, remove))]
    pub paintings: Collection<Painting>,
    #[orm(many_to_many, fixed_order, pivot_table = "painter_styles", inversed_by = painters)]
    pub styles: Collection<Style>,
}

#[derive(Entity)]
pub struct Style {
    #[orm(primary)]
    pub name: String,
    #[orm(many_to_many, mapped_by = styles)]
    pub painters: Collection<Painter>,
}

#[derive(Entity)]
#[orm(table = "picture")]
pub struct Painting {
    #[orm(primary)]
    pub key: Uuid,
    #[orm(comment = "as on the label")]
    pub title: String,
    pub paint: Paint,
    pub sold: bool,
    pub width: f64,
    pub tone: f32,
    pub copies: u32,
    pub views: u64,
    pub small: i8,
    pub tiny: u8,
    pub middle: u16,
    #[orm(precision = 10, scale = 2)]
    pub price: Option<Decimal>,
    pub scan: Vec<u8>,
    pub data: serde_json::Value,
    pub words: Vec<String>,
    pub numbers: Option<Vec<i64>>,
    pub begun: NaiveDateTime,
    pub hour: Option<NaiveTime>,
    #[orm(generated = "(lower({title})) stored")]
    pub lower: Option<String>,
    #[orm(formula = "upper({title})")]
    pub upper: Option<String>,
    #[orm(persist = false)]
    pub note: Option<String>,
    #[orm(eager, delete_rule = cascade, join_column = "by_id", fk_name = "painted_by")]
    pub painter: Ref<Painter>,
    #[orm(one_to_one, mapped_by = painting)]
    pub frame: Option<Ref<Frame>>,
    #[orm(many_to_many, pivot_entity = Hanging, strategy = select_in)]
    pub galleries: Collection<Gallery>,
}

#[derive(Entity)]
pub struct Frame {
    #[orm(primary, one_to_one, inversed_by = frame)]
    pub painting: Ref<Painting>,
    pub wood: String,
}

#[derive(Entity)]
pub struct Gallery {
    #[orm(primary)]
    pub town: String,
    #[orm(primary)]
    pub number: i32,
}

#[derive(Entity)]
pub struct Hanging {
    #[orm(primary)]
    pub painting: Ref<Painting>,
    #[orm(primary)]
    pub gallery: Ref<Gallery>,
    #[orm(default = 0)]
    pub row: i32,
}

/// The same, described at run time.
pub fn schemas() -> Vec<EntitySchema> {
    let dated = EntitySchema::new("Dated")
        .property("id", p::i64().primary())
        .property("made_at", p::date_time().on_create(moment))
        .property("seen_at", p::date_time().on_update(moment));
    let painter = EntitySchema::new("Painter")
        .extends(&dated)
        .comment("who paints")
        .order_by("name")
        .index(Index::on(["name", "born"]))
        .index(Index::on(["name", "motto"]).unique().named("known_as"))
        .check_named("paid", "{fee} >= 0")
        .property("name", p::string().length(80).index())
        .property("motto", p::text().nullable().hidden())
        .property("born", p::date().nullable())
        .property("fee", p::i32().default(3))
        .property("rank", p::i16().default_raw("7"))
        .property("version", p::i32().version())
        .property("letters", p::string().lazy())
        .property(
            "code",
            p::string().nullable().unique_named("painter_code").column("short_code").serialized_name("code").groups(["short"]),
        )
        .property("teacher", p::many_to_one("Painter").nullable().inversed_by("pupils"))
        .property("pupils", p::one_to_many("Painter").mapped_by("teacher"))
        .property(
            "paintings",
            p::one_to_many("Painting").mapped_by("painter").orphan_removal().cascade(Cascade { persist: true, remove: true }),
        )
        .property("styles", p::many_to_many("Style").fixed_order().pivot_table("painter_styles").inversed_by("painters"));
    let style = EntitySchema::new("Style")
        .property("name", p::string().primary())
        .property("painters", p::many_to_many(&painter).mapped_by("styles"));
    let painting = EntitySchema::new("Painting")
        .table("picture")
        .property("key", p::uuid().primary())
        .property("title", p::string().comment("as on the label"))
        .property("paint", p::of::<Paint>())
        .property("sold", p::bool())
        .property("width", p::f64())
        .property("tone", p::f32())
        .property("copies", p::u32())
        .property("views", p::u64())
        .property("small", p::i8())
        .property("tiny", p::u8())
        .property("middle", p::u16())
        .property("price", p::decimal().nullable().precision(10).scale(2))
        .property("scan", p::bytes())
        .property("data", p::json())
        .property("words", p::list::<String>())
        .property("numbers", p::list::<i64>().nullable())
        .property("begun", p::local_date_time())
        .property("hour", p::time().nullable())
        .property("lower", p::string().nullable().generated("(lower({title})) stored"))
        .property("upper", p::string().nullable().formula("upper({title})"))
        .property("note", p::string().nullable().virtual_property())
        .property(
            "painter",
            p::many_to_one("Painter").eager().delete_rule(ReferentialAction::Cascade).join_column("by_id").fk_name("painted_by"),
        )
        .property("frame", p::one_to_one("Frame").mapped_by("painting"))
        .property("galleries", p::many_to_many("Gallery").pivot_entity("Hanging").strategy(Strategy::SelectIn));
    let frame = EntitySchema::new("Frame")
        .property("painting", p::one_to_one("Painting").primary().inversed_by("frame"))
        .property("wood", p::string());
    let gallery = EntitySchema::new("Gallery").property("town", p::string().primary()).property("number", p::i32().primary());
    let hanging = EntitySchema::new("Hanging")
        .property("painting", p::many_to_one("Painting").primary())
        .property("gallery", p::many_to_one("Gallery").primary())
        .property("row", p::i32().default(0));
    vec![painter, painting, frame, gallery, hanging, style]
}
