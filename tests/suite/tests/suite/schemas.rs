//! Tables in several schemas: SQL, keys across them, and what becomes of them when the model changes.

use super::entities::*;
use mikro_orm::schema::UpdateOptions;

async fn stocked(em: &EntityManager) -> Result<()> {
    let lamp = em.create(StockItem::builder().code("lamp"));
    let sale = em.create(Sale::builder().code("s1").number(1));
    sale.items.add(&lamp)?;
    lamp.edit().reserved_by = Some(sale.to_ref());
    sale.edit().buyer = Some(em.create(Buyer::builder().name("Jon")).to_ref());
    em.flush().await
}

suite! {
    /// spec: Y217
    async fn tables_are_created_in_their_schemas(t: &Test<Schemas>) {
        let sql = t.orm.schema().create_sql().to_string();
        if t.is_sqlite() {
            insta::assert_snapshot!(sql, @r#"
            create table `buyer` (`id` integer not null primary key autoincrement, `name` text not null);
            create table `shop.item` (`id` integer not null primary key autoincrement, `code` text not null, `number` integer not null, `note` text null, `state` text not null default 'open', `buyer_id` integer null, constraint `item_note_check` check (`note` <> ''), constraint `item_state_check` check (`state` in ('open', 'paid')), constraint `item_buyer_id_foreign` foreign key (`buyer_id`) references `buyer` (`id`) on update cascade on delete set null);
            create unique index `shop.item_code_unique` on `shop.item` (`code`);
            create index `shop.item_buyer_id_index` on `shop.item` (`buyer_id`);
            create index `shop.notes` on `shop.item` (`note`);
            create unique index `shop.item_number_unique` on `shop.item` (`number`) where `number` > 0;
            create table `The stock.item` (`id` integer not null primary key autoincrement, `code` text not null, `reserved_by_id` integer null, constraint `item_reserved_by_id_foreign` foreign key (`reserved_by_id`) references `shop.item` (`id`) on update cascade on delete set null);
            create unique index `The stock.item_code_unique` on `The stock.item` (`code`);
            create index `The stock.item_reserved_by_id_index` on `The stock.item` (`reserved_by_id`);
            create table `shop.item_items` (`item_1_id` integer not null, `item_2_id` integer not null, primary key (`item_1_id`, `item_2_id`), constraint `item_items_item_1_id_foreign` foreign key (`item_1_id`) references `shop.item` (`id`) on update cascade on delete cascade, constraint `item_items_item_2_id_foreign` foreign key (`item_2_id`) references `The stock.item` (`id`) on update cascade on delete cascade);
            create index `shop.item_items_item_2_id_index` on `shop.item_items` (`item_2_id`);
            "#);
        } else {
            insta::assert_snapshot!(sql, @r#"
            create schema if not exists "The stock";
            create schema if not exists "shop";
            create table "buyer" ("id" bigserial primary key, "name" varchar(255) not null);
            create table "shop"."item" ("id" bigserial primary key, "code" varchar(255) not null, "number" int not null, "note" varchar(255) null, "state" text not null default 'open', "buyer_id" bigint null, constraint "item_note_check" check ("note" <> ''), constraint "item_state_check" check ("state" in ('open', 'paid')));
            create unique index "item_code_unique" on "shop"."item" ("code");
            create index "item_buyer_id_index" on "shop"."item" ("buyer_id");
            create index "notes" on "shop"."item" ("note");
            create unique index "item_number_unique" on "shop"."item" ("number") where "number" > 0;
            comment on table "shop"."item" is 'what is sold';
            create table "The stock"."item" ("id" bigserial primary key, "code" varchar(255) not null, "reserved_by_id" bigint null);
            create unique index "item_code_unique" on "The stock"."item" ("code");
            create index "item_reserved_by_id_index" on "The stock"."item" ("reserved_by_id");
            create table "shop"."item_items" ("item_1_id" bigint not null, "item_2_id" bigint not null, primary key ("item_1_id", "item_2_id"));
            create index "item_items_item_2_id_index" on "shop"."item_items" ("item_2_id");
            alter table "shop"."item" add constraint "item_buyer_id_foreign" foreign key ("buyer_id") references "buyer" ("id") on update cascade on delete set null;
            alter table "The stock"."item" add constraint "item_reserved_by_id_foreign" foreign key ("reserved_by_id") references "shop"."item" ("id") on update cascade on delete set null;
            alter table "shop"."item_items" add constraint "item_items_item_1_id_foreign" foreign key ("item_1_id") references "shop"."item" ("id") on update cascade on delete cascade;
            alter table "shop"."item_items" add constraint "item_items_item_2_id_foreign" foreign key ("item_2_id") references "The stock"."item" ("id") on update cascade on delete cascade;
            "#);
        }
    }

    /// spec: Y217
    async fn rows_are_written_and_read_across_schemas(t: &Test<Schemas>) {
        let em = t.em();
        stocked(&em).await?;
        em.create(Sale::builder().code("s2").number(2));
        em.flush().await?;
        t.forget();
        let em = t.em();
        let sales = em
            .find::<Sale>()
            .filter(Sale::items.some(StockItem::code.eq("lamp")) & Sale::buyer.is(Buyer::name.eq("Jon")))
            .populate((Sale::buyer, Sale::items))
            .strategy(Strategy::Joined)
            .await?;
        assert_eq!((sales.len(), &*sales[0][Sale::items][0].code), (1, "lamp"));
        assert_eq!(em.count::<StockItem>(StockItem::reserved_by.is(Sale::number.eq(1))).await?, 1);
        let buyer = em.find_one_or_fail::<Buyer>(1).populate(Buyer::sales).await?;
        assert_eq!(buyer[Buyer::sales].len(), 1);
        sales[0].edit().note = Some("soon".into());
        sales[0].items.remove_all()?;
        em.flush().await?;
        let other = em.find_one_or_fail::<Sale>(Sale::code.eq("s2")).await?;
        em.remove(&other)?;
        em.flush().await?;
        let sql = t.sql();
        if t.is_sqlite() {
            assert!(sql.contains("from `shop.item` as `i0`") && sql.contains("delete from `shop.item_items`"), "{sql}");
        } else {
            assert!(sql.contains("from \"shop\".\"item\" as \"i0\"") && sql.contains("delete from \"shop\".\"item_items\""), "{sql}");
            assert!(sql.contains("update \"shop\".\"item\"") && sql.contains("\"The stock\".\"item\""), "{sql}");
        }
        t.orm.schema().clear().await?;
        assert_eq!(t.em().count::<Sale>(Condition::all()).await?, 0);
    }

    /// spec: Y217, Y082
    async fn errors_name_the_entity_of_the_schema(t: &Test<Schemas>) {
        let em = t.em();
        stocked(&em).await?;
        let sale = em.create(Sale::builder().code("s1").number(3));
        let error = em.flush().await.unwrap_err();
        assert!(error.to_string().contains("Sale.code (constraint item_code_unique)"), "{error}");
        assert_eq!(error.constraint().unwrap().table.as_deref(), Some("shop.item"));
        sale.edit().code = "s3".into();
        sale.edit().note = Some("".into());
        let error = em.flush().await.unwrap_err();
        assert!(matches!(error, Error::CheckViolation(_)) && error.constraint().unwrap().entity.as_deref() == Some("Sale"), "{error}");
        sale.edit().note = None;
        em.create(StockItem::builder().code("lamp"));
        let error = em.flush().await.unwrap_err();
        assert!(error.to_string().contains("StockItem.code"), "{error}");
        t.orm.schema().drop().await?;
        let error = t.em().find::<Sale>().await.unwrap_err();
        assert!(error.to_string().starts_with("Sale: its table shop.item does not exist"), "{error}");
    }

    /// spec: Y217, Y241, Y242, Y243
    async fn schemas_are_updated_dropped_and_left_alone(t: &Test<Schemas>) {
        stocked(&t.em()).await?;
        let schema = t.orm.schema();
        let quoted = |name: &str| if t.is_sqlite() { format!("`shop.{name}`") } else { format!("shop.{name}") };
        t.run(&format!("create table {} (id int)", quoted("stray"))).await;
        t.run(&format!("alter table {} add column stray int", quoted("item"))).await;
        t.run(&format!("drop index {}", quoted("item_code_unique"))).await;
        if !t.is_sqlite() {
            let left = schema.update_sql_with(&UpdateOptions::new().skip_schemas(["shop"])).await?;
            assert!(left.is_empty(), "{left}");
            // what is in other schemas is nobody's business
            t.run("create schema foreign_affairs").await;
            t.run("create table foreign_affairs.item (id int)").await;
        }
        let left = schema.update_sql_with(&UpdateOptions::new().skip_tables(["shop.stray", "shop.item"])).await?;
        assert!(left.is_empty(), "{left}");
        let migration = schema.update_migration_sql().await?;
        schema.run(&migration.up).await?;
        assert!(schema.update_sql().await?.is_empty());
        schema.run(&migration.down).await?;
        assert_eq!(schema.update_migration_sql().await?, migration);
        schema.update().await?;
        assert_eq!(t.em().count::<Sale>(Condition::all()).await?, 1);
        schema.drop().await?;
        schema.drop().await?;
        if !t.is_sqlite() {
            assert_eq!(t.number("select count(*) from pg_namespace where nspname in ('shop', 'The stock')").await, 0);
            assert_eq!(t.number("select count(*) from foreign_affairs.item").await, 0);
        }
        // all of it comes again, schemas included
        let migration = schema.update_migration_sql().await?;
        schema.run(&migration.up).await?;
        assert!(schema.update_sql().await?.is_empty());
        schema.run(&migration.down).await?;
        assert!(t.em().find::<Sale>().await.is_err());
        schema.update().await?;
        stocked(&t.em()).await?;
    }
}
