//! Building an ORM: discovery, what it refuses, naming, the schema, closing.

use super::entities::*;
use mikro_orm::metadata::EntityList;

/// The message with which an ORM of these entities is refused.
async fn refused(t: &Test<Shared<Blog>>, entities: EntityList) -> String {
    match t.builder().entities(entities).build().await {
        Ok(_) => panic!("these entities are refused"),
        Err(error) => error.to_string(),
    }
}

mod same_table {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    #[orm(table = "book")]
    pub struct Volume {
        #[orm(primary)]
        pub id: i64,
    }
}
mod same_name {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    #[orm(table = "other_book")]
    pub struct Book {
        #[orm(primary)]
        pub id: i64,
    }
}
mod same_column {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Sheet {
        #[orm(primary)]
        pub id: i64,
        pub title: String,
        #[orm(name = "title")]
        pub heading: String,
    }
}
mod second_collection {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Shelf {
        #[orm(primary)]
        pub id: i64,
        #[orm(mapped_by = shelf)]
        pub boxes: Collection<Parcel>,
        #[orm(mapped_by = shelf)]
        pub others: Collection<Parcel>,
    }
    #[derive(Entity)]
    pub struct Parcel {
        #[orm(primary)]
        pub id: i64,
        pub shelf: Ref<Shelf>,
    }
}
mod parts {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Endless {
        #[orm(primary)]
        pub id: i64,
        pub before: Option<Ref<Endless>>,
        #[orm(mapped_by = before, where = Endless::rest.size().gt(1))]
        pub rest: Collection<Endless>,
    }
    #[derive(Entity)]
    pub struct Whole {
        #[orm(primary)]
        pub id: i64,
        #[orm(many_to_many, where = OfPart::id.gt(1))]
        pub some: Collection<OfPart>,
    }
    #[derive(Entity)]
    pub struct OfPart {
        #[orm(primary)]
        pub id: i64,
        #[orm(many_to_many, mapped_by = some)]
        pub wholes: Collection<Whole>,
    }
    #[derive(Entity)]
    pub struct Other {
        #[orm(primary)]
        pub id: i64,
        #[orm(many_to_many, pivot_table = "links")]
        pub first: Collection<OfPart>,
        #[orm(many_to_many, pivot_table = "links", join_column = "that")]
        pub second: Collection<OfPart>,
    }
}
mod pivot_that_asks_for_more {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Festival {
        #[orm(primary)]
        pub id: i64,
        #[orm(many_to_many, pivot_entity = Ticket)]
        pub visitors: Collection<Fan>,
    }
    #[derive(Entity)]
    pub struct Fan {
        #[orm(primary)]
        pub id: i64,
    }
    #[derive(Entity)]
    pub struct Ticket {
        #[orm(primary)]
        pub id: i64,
        pub festival: Ref<Festival>,
        pub fan: Ref<Fan>,
        pub seat: i32,
    }
}

mod key_without_column {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Order {
        #[orm(primary)]
        pub id: String,
        #[orm(one_to_one, mapped_by = current_order, map_to_pk = Team)]
        pub owning_team: Option<String>,
    }
    #[derive(Entity)]
    pub struct Team {
        #[orm(primary)]
        pub id: String,
        #[orm(one_to_one)]
        pub current_order: Option<Ref<Order>>,
    }
}
mod keys_on_both_sides {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Order {
        #[orm(primary)]
        pub id: String,
        #[orm(one_to_one, mapped_by = current_order, map_to_pk = Team)]
        pub owning_team: Option<String>,
    }
    #[derive(Entity)]
    pub struct Team {
        #[orm(primary)]
        pub id: String,
        #[orm(one_to_one, map_to_pk = Order)]
        pub current_order: Option<String>,
    }
}
mod too_few_columns {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Voyage {
        #[orm(primary)]
        pub id: i64,
        #[orm(many_to_many, inverse_join_column = "pilot")]
        pub pilots: Collection<super::Pilot>,
    }
}
suite! {
    /// spec: S009, S014, S015, S020, S021, Y001
    async fn what_a_listed_entity_refers_to_is_discovered_and_bases_come_with_their_entities(t: &Test<Shared<People>>) {
        let orm = t.builder().entities(entities![Pet]).build().await?;
        let names: Vec<_> = orm.metadata().entities().iter().map(|entity| entity.name).collect();
        assert_eq!(names, ["Pet", "User"]);
        let orm = t.builder().entities(entities![Pet, User, Pet]).build().await?;
        assert_eq!(orm.metadata().entities().len(), 2);
        let user = orm.metadata().by_name("User").unwrap();
        let columns: Vec<_> = user.columns().map(|property| property.column()).collect();
        assert_eq!(columns, ["id", "created_at", "updated_at", "name"]);
    }

    /// spec: Y009, S016
    async fn an_orm_without_entities_says_what_to_add(t: &Test<Shared<Blog>>) {
        assert_eq!(refused(t, entities![]).await, "no entities were given: add `.entities(entities![..])` to the builder");
    }

    /// spec: S016, Y009, Y010, Y175, Y199
    async fn a_model_that_contradicts_itself_names_entity_property_and_remedy(t: &Test<Shared<Blog>>) {
        assert_eq!(refused(t, entities![Author, same_table::Volume]).await, r#"Volume: has the same table as Book (`book`): give one of them `#[orm(table = "..")]`"#);
        assert_eq!(refused(t, entities![Author, same_name::Book]).await, "Book: two entities have this name: rename one of the structs");
        assert_eq!(refused(t, entities![same_column::Sheet]).await, r#"Sheet.heading: has the same column as title (`title`): give one of them `#[orm(name = "..")]`"#);
        assert_eq!(
            refused(t, entities![pivot_that_asks_for_more::Festival]).await,
            "Festival.visitors: has the pivot entity Ticket, but a link that is added to the collection has no value for Ticket.seat: \
             make that an `Option`, or give it a `default` or `default_raw`"
        );
        assert_eq!(
            refused(t, entities![key_without_column::Order]).await,
            "Order.owning_team: holds a key without a column of its own, which is not supported: make it an `Option<Ref<Team>>` with \
             `#[orm(one_to_one, mapped_by = current_order)]`, whose `id()` is there without loading what it refers to"
        );
        assert_eq!(
            refused(t, entities![keys_on_both_sides::Order]).await,
            "Order.owning_team: holds a key without a column of its own, which is not supported: make it an `Option<Ref<Team>>` with \
             `#[orm(one_to_one, mapped_by = current_order)]`, whose `id()` is there without loading what it refers to, \
             and Team.current_order a `Ref<Order>`"
        );
        let error = refused(t, entities![too_few_columns::Voyage]).await;
        assert!(error.contains("Pilot has 2 columns: name them all, with `#[orm(inverse_join_columns(..))]`"), "{error}");
        assert_eq!(refused(t, entities![second_collection::Shelf]).await, "Shelf.others: is the second collection that Parcel.shelf maps: keep one of them, or give one a condition (`where = ..`)");
        assert_eq!(
            refused(t, entities![parts::Endless]).await,
            "Endless.rest: has a condition that is about this collection itself: say it with columns, or about one without a condition"
        );
        assert_eq!(
            refused(t, entities![parts::OfPart]).await,
            "OfPart.wholes: is mapped by Whole.some, which has a condition: name the relation without one"
        );
        assert_eq!(
            refused(t, entities![parts::Other]).await,
            "Other.second: has the same pivot table as Other.first (`links`), but not its entities, columns or order: say the same at \
             both, name another table with `pivot_table`, or make one the other side of the other with `mapped_by`"
        );
        assert!(matches!(
            t.builder().entities(entities![same_column::Sheet]).build().await,
            Err(Error::Metadata { entity, property: Some(property), .. }) if entity == "Sheet" && property == "heading"
        ));
        t.expect(0);
    }

    /// spec: Y010, Y067
    async fn an_entity_that_the_orm_does_not_know_is_an_error_that_names_it(t: &Test<Blog>) {
        let em = t.em();
        let known = "Tag: is not known to this ORM: add it to `entities![..]`, e.g. `.entities(entities![Tag])`";
        assert_eq!(em.find::<Tag>().await.unwrap_err().to_string(), known);
        assert_eq!(em.count::<Tag>("x".to_owned()).await.unwrap_err().to_string(), known);
        em.create(Tag::builder().name("new"));
        assert_eq!(em.flush().await.unwrap_err().to_string(), known);
        em.clear();
        assert_eq!(em.raw("select 1").entities::<Tag>().await.unwrap_err().to_string(), known);
        for refused in [em.persist::<Tag>("x".to_owned()), em.remove::<Tag>("x".to_owned()), em.assign::<Tag>("x".to_owned(), Tag::label.set("y"))] {
            assert_eq!(refused.unwrap_err().to_string(), known);
        }
        em.flush().await?;
        // what was made of it, and is persisted or comes along, is an error of the flush
        em.create_detached(Tag::builder().name("new"));
        assert_eq!(em.flush().await.unwrap_err().to_string(), known);
        t.expect(0);
    }

    /// spec: S129, S130, S057
    async fn tables_and_columns_are_snake_case_and_foreign_keys_name_the_target_s_key(t: &Test<Keys>) {
        let columns = |entity: &str| -> Vec<String> {
            let entity = t.orm.metadata().by_name(entity).unwrap();
            [entity.table.clone()].into_iter().chain(entity.columns().map(|property| property.column().to_owned())).collect()
        };
        assert_eq!(columns("Token"), ["token", "id", "text", "tag_name"]);
        assert_eq!(columns("Tag"), ["tag", "name", "label"]);
    }

    /// spec: S008, S011, S012, S104, S105, S106, S110, S111, S128, S118, S039, S040, S042, S059, Y238
    async fn tables_have_their_keys_indexes_and_constraints(t: &Test<Blog>) {
        let sql = t.orm.schema().create_sql().to_string();
        if t.is_sqlite() {
            insta::assert_snapshot!(sql, @r"
            create table `author` (`id` integer not null primary key autoincrement, `name` text not null, `email` text not null, `age` integer null);
            create unique index `author_email_unique` on `author` (`email`);
            create table `book` (`id` integer not null primary key autoincrement, `title` text not null, `price` real not null default 10.0, `text` text not null default '..', `author_id` integer not null, `editor_id` integer null, constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade, constraint `book_editor_id_foreign` foreign key (`editor_id`) references `author` (`id`) on update cascade on delete set null);
            create index `book_title_index` on `book` (`title`);
            create index `book_author_id_index` on `book` (`author_id`);
            create index `book_editor_id_index` on `book` (`editor_id`);
            ");
        } else {
            insta::assert_snapshot!(sql, @r#"
            create table "author" ("id" bigserial primary key, "name" varchar(255) not null, "email" varchar(255) not null, "age" int null);
            create unique index "author_email_unique" on "author" ("email");
            create table "book" ("id" bigserial primary key, "title" varchar(255) not null, "price" double precision not null default '10', "text" text not null default '..', "author_id" bigint not null, "editor_id" bigint null);
            create index "book_title_index" on "book" ("title");
            create index "book_author_id_index" on "book" ("author_id");
            create index "book_editor_id_index" on "book" ("editor_id");
            alter table "book" add constraint "book_author_id_foreign" foreign key ("author_id") references "author" ("id") on update cascade;
            alter table "book" add constraint "book_editor_id_foreign" foreign key ("editor_id") references "author" ("id") on update cascade on delete set null;
            "#);
        }
    }

    /// spec: Y001
    async fn a_schema_can_be_dropped_twice_and_created_again(t: &Test<Blog>) {
        library(t).await?;
        t.orm.schema().drop().await?;
        t.orm.schema().drop().await?;
        t.orm.schema().create().await?;
        assert_eq!(t.em().count::<Author>(Condition::all()).await?, 0);
    }

    /// spec: S148, Y002
    async fn a_closed_orm_says_so_and_reads_of_loaded_entities_go_on(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.orm.check_connection().await?;
        t.orm.close().await;
        assert!(matches!(t.orm.check_connection().await, Err(Error::Closed)));
        assert!(matches!(em.find::<Author>().await, Err(Error::Closed)));
        jon.edit().name = "Jon Snow".into();
        assert_eq!(em.flush().await.unwrap_err().to_string(), "the ORM is closed");
        assert_eq!(jon.name, "Jon Snow");
        t.expect(1);
    }
}

/// spec: S061 @sqlite
#[tokio::test]
async fn a_database_in_memory_is_one_for_all_of_an_orm() -> Result<()> {
    let orm = Orm::builder("sqlite::memory:").entities(mikro_orm::entities![same_table::Volume]).build().await?;
    orm.schema().create().await?;
    let (one, other) = (orm.em(), orm.em());
    one.create(same_table::Volume::builder());
    one.flush().await?;
    assert_eq!(other.find::<same_table::Volume>().await?.len(), 1);
    let second = Orm::builder("sqlite::memory:").entities(mikro_orm::entities![same_table::Volume]).build().await?;
    second.schema().create().await?;
    assert_eq!(second.em().find::<same_table::Volume>().await?.len(), 0);
    Ok(())
}
