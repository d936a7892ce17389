//! Entities that are described at run time have the same metadata as types, and the same tables; and mistakes in them are
//! errors that say what to do.

use super::entities::schema_values::{Described, DescribedAtRunTime, schemas};
use super::entities::*;
use mikro_orm::dynamic::field;
use mikro_orm::entity_schema::{EntitySchema, Index, p};
use mikro_orm::metadata::{EntityMetadata, PropertyKind};

fn names(entities: &[EntityMetadata]) -> Vec<&str> {
    entities.iter().map(|entity| entity.name).collect()
}

/// What is wrong with schemas.
async fn mistake(schemas: impl IntoIterator<Item = EntitySchema>) -> String {
    let builder = Orm::builder("sqlite::memory:").entities(entities![Author]).entity_schemas(schemas);
    builder.build().await.map_or_else(|error| error.to_string(), |_| "no mistake".to_owned())
}
#[derive(Embeddable, Debug, Clone, PartialEq)]
struct Place {
    town: String,
    number: i32,
}

fn keyed(name: &str) -> EntitySchema {
    EntitySchema::new(name).property("id", p::i64().primary())
}

suite! {
    /// spec: S004, S005, S006, S007, S008, S009, Y206, Y207
    async fn a_schema_and_a_type_are_described_alike(t: &Test<Shared<Described>>) {
        let described = t.builder().entity_schemas(schemas()).build().await?;
        let (types, values) = (t.orm.metadata().entities(), described.metadata().entities());
        assert_eq!(names(types), names(values));
        for (one, other) in types.iter().zip(values) {
            for (one, other) in one.properties.iter().zip(&other.properties) {
                assert_eq!(one, other);
            }
            assert!(one == other, "{one:#?}\n{other:#?}");
        }
        assert_eq!(t.orm.schema().create_sql().to_string(), described.schema().create_sql().to_string());
        // (and what was created of types is what the schemas ask for)
        let update = described.schema().update_sql().await?;
        assert!(update.is_empty(), "{update}");
        described.close().await;
    }

    /// spec: S032, Y127
    async fn what_is_extended_comes_first(t: &Test<DescribedAtRunTime>) {
        let painter = t.orm.metadata().by_name("Painter").unwrap();
        assert_eq!(painter.properties.iter().take(4).map(|p| p.name).collect::<Vec<_>>(), ["id", "made_at", "seen_at", "name"]);
        assert!(t.orm.metadata().by_name("Dated").is_none(), "a base is no entity, unless it is given as one");

        // by name, and in several steps
        let named = EntitySchema::new("Named").is_abstract().extends("Keyed").property("name", p::string()).unique(["name"]);
        let keyed = EntitySchema::new("Keyed").is_abstract().property("id", p::i64().primary());
        let town = EntitySchema::new("Town").extends("Named").extends(&keyed).property("people", p::i32().default(0));
        let orm = Orm::builder("sqlite::memory:").entity_schemas([named, keyed, town]).build().await?;
        assert_eq!(names(orm.metadata().entities()), ["Town"]);
        let town = orm.metadata().by_name("Town").unwrap();
        assert_eq!(town.properties.iter().map(|p| p.name).collect::<Vec<_>>(), ["id", "name", "people"]);
        assert_eq!(town.indexes[0].name, "town_name_unique");
    }

    /// spec: S004[interface], S008, S009
    async fn schemas_refer_to_types_and_to_each_other(t: &Test<Shared<Blog>>) {
        let note = keyed("Note")
            .property("about", p::many_to_one("Book"))
            .property("by", p::many_to_one(p::entity::<Author>()).nullable())
            .property("answers", p::many_to_one("Note").nullable());
        let orm = t.builder().entities(entities![Book]).entity_schemas([note]).build().await?;
        let note = orm.metadata().by_name("Note").unwrap();
        let targets = note.properties.iter().filter_map(|p| p.relation.as_ref()).map(|r| orm.metadata().entity(r.target).name);
        assert_eq!(targets.collect::<Vec<_>>(), ["Book", "Author", "Note"]);
        assert!(note.properties.iter().skip(1).all(|property| property.kind == PropertyKind::ManyToOne));
        orm.close().await;
    }

    /// spec: S004, Y206
    async fn structs_are_embedded_by_name(t: &Test<Shared<Blog>>) {
        let house = keyed("House")
            .property("address", p::embedded::<Place>())
            .property("second", p::embedded::<Option<Place>>().prefix("other_"));
        let orm = t.builder().entity_schemas([house]).build().await?;
        let create = orm.schema().create_sql().to_string();
        t.run(create.lines().find(|line| line.contains("house")).unwrap()).await;
        let em = orm.em();
        let houses = em.dynamic("House")?;
        let wall = Place { town: "Wall".to_owned(), number: 1 };
        let house = houses.create(mikro_orm::data! { "address": wall.clone() })?;
        em.flush().await?;
        house.set("address.number", 2)?;
        house.set("second", wall)?;
        em.flush().await?;
        let em = orm.em();
        let found = em.dynamic("House")?.find_one_or_fail(field("address.number").eq(2) & field("second.town").eq("Wall")).await?;
        assert_eq!(found.get::<Place>("address")?, Place { town: "Wall".to_owned(), number: 2 });
        assert_eq!(found.get::<i32>("second.number")?, 1);
        assert_eq!(t.number("select other_number from house").await, 1);
        orm.close().await;
    }

    /// spec: S004, S006, Y128
    async fn kinds_have_tables_by_name(t: &Test<Shared<Integrations>>) {
        let integration = keyed("Integration")
            .property("name", p::string().unique())
            .property("kind", p::embedded::<IntegrationKind>().table_per_type());
        let orm = t.builder().entity_schemas([integration]).build().await?;
        let of_kinds = |orm: &Orm| -> Vec<String> {
            let integration = orm.metadata().by_name("Integration").unwrap();
            integration.levels.iter().map(|level| orm.metadata().entity(level.entity).table.clone()).collect()
        };
        assert_eq!(of_kinds(&orm), of_kinds(&t.orm));
        let em = orm.em();
        let kind = IntegrationKind::Foo { foo_data: "x".into(), note: None };
        em.dynamic("Integration")?.create(mikro_orm::data! { "name": "Mail", "kind": kind })?;
        em.flush().await?;
        let em = orm.em();
        let found = em.dynamic("Integration")?.find_one_or_fail(field("kind.foo_data").eq("x") & field("kind.type").eq("foo")).await?;
        assert!(matches!(found.get::<IntegrationKind>("kind")?, IntegrationKind::Foo { .. }));
        assert_eq!(t.number("select count(*) from foo").await, 1);
        orm.close().await;
    }

    /// spec: S004, Y206
    async fn collections_have_conditions_by_names(t: &Test<Shared<Blog>>) {
        let town = keyed("Town")
            .property("name", p::string())
            .property("houses", p::one_to_many("House").mapped_by("town"))
            .property("large", p::one_to_many("House").mapped_by("town").condition(field("rooms").gt(5) & field("town.name").ne("")));
        let house = keyed("House").property("rooms", p::i32()).property("town", p::many_to_one("Town"));
        let orm = t.builder().entity_schemas([town.clone(), house]).build().await?;
        for statement in orm.schema().create_sql().to_string().lines() {
            t.run(statement).await;
        }
        let em = orm.em();
        let town = em.dynamic("Town")?.create(mikro_orm::data! { "name": "Wall" })?;
        for rooms in [3, 7, 9] {
            em.dynamic("House")?.create(mikro_orm::data! { "rooms": rooms, "town": &town })?;
        }
        em.flush().await?;
        let em = orm.em();
        let towns = em.dynamic("Town")?.find().populate(["houses", "large"]).await?;
        assert_eq!((towns[0].collection("houses")?.items()?.len(), towns[0].collection("large")?.items()?.len()), (3, 2));
        assert_eq!(em.dynamic("Town")?.find().filter(field("large").size(2)).await?.len(), 1);
        orm.close().await;
        let condition = |condition| {
            let large = p::one_to_many("House").mapped_by("town").condition(condition);
            let house = keyed("House").property("rooms", p::i32()).property("town", p::many_to_one("Town"));
            mistake([keyed("Town").property("large", large), house])
        };
        assert_eq!(
            condition(field("room").gt(5)).await,
            "Town.large: has a condition that can't be: House.room: is not a property of House; did you mean `rooms`?"
        );
        assert_eq!(
            condition(field("town.large").size(1)).await,
            "Town.large: has a condition that is about this collection itself: say it with columns, or about one without a condition"
        );
    }

    /// spec: S006
    async fn what_is_built_once_is_built_for_all(t: &Test<DescribedAtRunTime>) {
        // as long as the schemas say the same: a repeated build leaks nothing
        let (one, other) = (t.orm.em().dynamic("Painter")?, Orm::builder("sqlite::memory:").entity_schemas(schemas()).build().await?);
        let jon = one.create_detached(mikro_orm::data! { "name": "Jon", "letters": "" })?;
        let em = other.em();
        let same = em.dynamic("Painter")?.reference(1)?;
        assert!(em.dynamic("Painter")?.persist(&jon).is_err(), "one of another entity manager");
        assert_eq!(jon.name(), same.name());
        let pupil = em.dynamic("Painter")?.create(mikro_orm::data! { "name": "Sam", "letters": "", "teacher": &same })?;
        assert_eq!(pupil.relation("teacher")?, Some(same));
    }

    /// spec: S004, Y235
    async fn mistakes_say_what_to_do(t: &Test<DescribedAtRunTime>) {
        assert!(t.orm.metadata().by_name("Painter").is_some());
        let mut found = Vec::new();
        found.push(mistake([EntitySchema::new("")]).await);
        found.push(mistake([EntitySchema::new("Town")]).await);
        found.push(mistake([EntitySchema::new("Town").property("name", p::string())]).await);
        found.push(mistake([keyed("Town"), keyed("Town")]).await);
        found.push(mistake([keyed("Author")]).await);
        found.push(mistake([keyed("Town").property("id", p::string())]).await);
        found.push(mistake([keyed("Town").property("a.b", p::string())]).await);
        found.push(mistake([keyed("Town").property("writer", p::many_to_one("Autor"))]).await);
        found.push(mistake([keyed("Town").extends("Twon")]).await);
        found.push(mistake([EntitySchema::new("Town").extends("Town")]).await);
        found.push(mistake([keyed("Town").property("books", p::one_to_many("Author"))]).await);
        found.push(mistake([keyed("Town").property("books", p::one_to_many("Author").mapped_by("town"))]).await);
        found.push(mistake([keyed("Town").property("name", p::i32().length(3))]).await);
        found.push(mistake([keyed("Town").property("name", p::string().default("a").default_raw("b"))]).await);
        found.push(mistake([keyed("Town").property("size", p::enumeration(["small", "large"]).default("huge"))]).await);
        found.push(mistake([keyed("Town").property("size", p::enumeration(["small", "small"]))]).await);
        found.push(mistake([keyed("Town").property("name", p::string()).index(Index::on(["nam"]))]).await);
        found.push(mistake([keyed("Town").order_by("name")]).await);
        found.push(mistake([EntitySchema::new("Town").property("id", p::string().lazy().primary())]).await);
        found.push(mistake([EntitySchema::new("Town").property("id", p::f64().primary())]).await);
        found.push(mistake([EntitySchema::new("Town").property("id", p::i64().nullable().primary())]).await);
        found.push(mistake([keyed("Town").property("rank", p::string().version())]).await);
        insta::allow_duplicates! {
            insta::assert_snapshot!(found.join("\n"), @r#"
        : a schema has no name: give it one, `EntitySchema::new("Author")`
        Town: has no properties: say `.property("id", p::i64().primary())`, and what else it has
        Town: has no primary key: say `.primary()` of a property
        Town: is the name of two schemas: rename one of them, or leave one out
        Author: has the name of a type that is an entity, too: rename one of them
        Town.id: is there twice, once perhaps from what the schema extends: leave one out
        Town.a.b: is no name for a property: conditions and paths could not say it
        Town.writer: refers to `Autor`, which is no entity of this ORM: add its schema to `entity_schemas`, or its type to `entities`; did you mean `Author`?
        Town: extends `Twon`, which is no schema of this ORM: add it to `entity_schemas`; did you mean `Town`?
        Town: extends itself (Town -> Town)
        Town.books: does not say which property refers back: add `.mapped_by(..)`, or make it `p::many_to_many(..)`
        Town.books: is mapped by Author.town, which does not exist: name Author's field that refers back
        Town.name: has a length, which limits texts and bytes
        Town.name: has both a default and a raw default: keep one
        Town.size: has the default `huge`, which is none of its items: small, large
        Town.size: is an enum that has the item `small` twice
        Town: has `index` over `nam`, which is none of its properties; did you mean `name`?
        Town: is ordered by `name`, which is none of its properties
        Town.id: is a primary key, which is always loaded: take `lazy` off
        Town.id: can't be a primary key: that is an integer, a text or a UUID
        Town.id: is a primary key, which is never null: take `nullable` off
        Town.rank: is the version, which must be an integer or a date and time
        "#);
        }
    }
}
