//! A library whose entities are described at run time.

use crate::suite::harness::World;
use mikro_orm::OrmBuilder;
use mikro_orm::entity_schema::{EntitySchema, p};
use mikro_orm::metadata::EntityList;
use mikro_orm::prelude::*;

/// Writers, works, labels, and what else is in a library.
pub enum Library {}
impl World for Library {
    fn entities() -> EntityList {
        Vec::new()
    }
    fn configure(builder: OrmBuilder<Orm>) -> OrmBuilder<Orm> {
        let base = EntitySchema::new("Base").is_abstract().property("id", p::i64().primary());
        let writer = EntitySchema::new("Writer")
            .extends("Base")
            .property("name", p::string().length(80))
            .property("secret", p::string().hidden().nullable())
            .property("friend", p::many_to_one("Writer").nullable())
            .property("works", p::one_to_many("Work").mapped_by("writer"))
            .property("desk", p::one_to_one("Desk").mapped_by("writer"));
        let work = EntitySchema::new("Work")
            .extends("Base")
            .property("title", p::string().unique())
            .property("pages", p::i32().default(10))
            .property("state", p::enumeration(["draft", "printed"]).on_create(|| "draft".to_owned()))
            .property("edits", p::i32().on_update(|| 7))
            .property("text", p::text().lazy().nullable())
            .property("stamp", p::i64().default_raw("5"))
            .property("version", p::i32().version())
            .property("data", p::json().nullable())
            .property("words", p::list::<String>().default(Vec::<String>::new()))
            .property("writer", p::many_to_one("Writer"))
            .property("labels", p::many_to_many("Label"));
        let label = EntitySchema::new("Label")
            .property("word", p::string().primary())
            .property("works", p::many_to_many("Work").mapped_by("labels"));
        let desk =
            EntitySchema::new("Desk").extends("Base").property("wood", p::string()).property("writer", p::one_to_one("Writer"));
        let shelf = EntitySchema::new("Shelf")
            .property("room", p::string().primary())
            .property("number", p::i32().primary())
            .property("note", p::string().nullable());
        let place = EntitySchema::new("Place")
            .property("work", p::many_to_one("Work").primary())
            .property("shelf", p::many_to_one("Shelf"));
        builder.entity_schemas([base, writer, work, label, desk, shelf, place])
    }
}
