//! Table per type inheritance: an entity whose kinds are the variants of an enum, with a table each.

use super::entities::*;
use uuid::Uuid;

fn bar(data: &str, level: i32) -> Bar {
    Bar { bar_data: data.to_owned(), level }
}

async fn some(t: &Test<Integrations>) -> Result<()> {
    let em = t.em();
    let first = IntegrationKind::Foo { foo_data: "foo".into(), note: Some("first".into()) };
    em.create(Integration::builder().name("foo").kind(first));
    em.create(Integration::builder().name("bar").kind(IntegrationKind::Bar(bar("bar", 1))));
    em.create(Integration::builder().name("baz").kind(IntegrationKind::Baz { bar: bar("baz", 2), baz_data: 3 }));
    em.create(Integration::builder().name("plain").kind(IntegrationKind::Plain));
    em.create(Integration::builder().name("qux").kind(IntegrationKind::Qux { note: None, code: Uuid::from_u128(7), slot: None }));
    em.flush().await
}

fn plain(sql: &str) -> String {
    sql.replace(['`', '"'], "")
}

suite! {
    /// spec: Y128, Y131
    async fn each_kind_has_a_table_that_goes_on_with_the_entity_s(t: &Test<Integrations>) {
        let sql = plain(&t.orm.schema().create_sql().to_string());
        let table = |name: &str| sql.lines().find(|line| line.starts_with(&format!("create table {name} "))).unwrap().to_owned();
        let columns = |name: &str| -> Vec<String> {
            let table = table(name);
            let columns = table.split_once('(').unwrap().1.split(", ").map(|column| column.split(' ').next().unwrap().to_owned());
            columns.take_while(|column| !["constraint", "primary", "foreign", "check"].contains(&column.as_str())).collect()
        };
        assert_eq!(columns("integration"), ["id", "name"], "{sql}");
        assert_eq!(columns("foo"), ["id", "foo_data", "note"], "{sql}");
        assert_eq!(columns("bars"), ["id", "bar_data", "level"], "{sql}");
        assert_eq!(columns("baz"), ["id", "baz_data"], "{sql}");
        assert_eq!(columns("plain"), ["id"], "{sql}");
        // (columns of a kind can be required)
        assert!(table("baz").contains("baz_data") && !table("baz").contains("baz_data integer null"), "{sql}");
        assert!(sql.contains("references integration (id)") && sql.contains("references bars (id)"), "{sql}");
        assert!(sql.contains("on delete cascade"), "{sql}");
        assert!(sql.contains("foo_foo_data_index") && sql.contains("qux_code_unique"), "{sql}");
        assert_eq!(t.orm.schema().update_sql().await?.to_string(), "");
    }

    /// spec: Y128, Y130, Y131
    async fn rows_are_inserted_from_the_top(t: &Test<Integrations>) {
        let em = t.em();
        let lowest = em.create(Integration::builder().name("baz").kind(IntegrationKind::Baz { bar: bar("b", 1), baz_data: 2 }));
        t.forget();
        em.flush().await?;
        let sql = plain(&t.sql());
        let at = |table: &str| sql.find(&format!("insert into {table} ")).unwrap_or_else(|| panic!("{sql}"));
        assert!(at("integration") < at("bars") && at("bars") < at("baz"), "{sql}");
        assert_eq!(sql.matches("insert into").count(), 3, "{sql}");
        assert_eq!(t.number(&format!("select count(*) from baz where id = {} and baz_data = 2", lowest.id)).await, 1);
    }

    /// spec: Y130, Y131
    async fn a_flush_inserts_into_each_table_once(t: &Test<Integrations>) {
        t.forget();
        some(t).await?;
        // begin, commit, the entity's table, and five of kinds
        t.expect(8);
        for (table, rows) in [("integration", 5), ("foo", 1), ("bars", 2), ("baz", 1), ("plain", 1), ("qux", 1)] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, rows, "{table}");
        }
    }

    /// spec: Y129, Y131
    async fn each_row_is_its_kind(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        t.forget();
        let all = em.find::<Integration>().order_by(Integration::id.asc()).await?;
        t.expect(1);
        let kinds: Vec<&IntegrationKind> = all.iter().map(|one| &one.kind).collect();
        assert_eq!(
            kinds,
            [
                &IntegrationKind::Foo { foo_data: "foo".into(), note: Some("first".into()) },
                &IntegrationKind::Bar(bar("bar", 1)),
                &IntegrationKind::Baz { bar: bar("baz", 2), baz_data: 3 },
                &IntegrationKind::Plain,
                &IntegrationKind::Qux { note: None, code: Uuid::from_u128(7), slot: None },
            ]
        );
        // nothing has changed
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!(
            serde_json::to_value(&all[2]).unwrap()["kind"],
            serde_json::json!({ "type": "baz", "bar": { "bar_data": "baz", "level": 2 }, "baz_data": 3 })
        );
    }

    /// spec: Y129, Y131
    async fn queries_ask_for_one_kind(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let names = async |condition: Condition<Integration>| -> Result<Vec<String>> {
            let found = em.find::<Integration>().filter(condition).order_by(Integration::name.asc()).await?;
            Ok(found.iter().map(|one| one.name.clone()).collect())
        };
        t.forget();
        assert_eq!(names(Integration::kind.is_foo()).await?, ["foo"]);
        let sql = plain(&t.sql());
        assert!(sql.contains("inner join foo as i0_1 on i0.id = i0_1.id") && !sql.contains("left join"), "{sql}");
        // with those below it
        assert_eq!(names(Integration::kind.is_bar()).await?, ["bar", "baz"]);
        let sql = plain(&t.sql());
        assert!(sql.contains("inner join bars") && sql.contains("left join baz") && !sql.contains("join foo"), "{sql}");
        assert_eq!(names(Integration::kind.is_baz()).await?, ["baz"]);
        let sql = plain(&t.sql());
        assert!(sql.contains("inner join bars") && sql.contains("inner join baz") && !sql.contains("left join"), "{sql}");
        assert_eq!(names(Integration::kind.r#type.eq("bar")).await?, ["bar"]);
        assert_eq!(names(Integration::kind.r#type.ne("bar")).await?, ["baz", "foo", "plain", "qux"]);
        assert_eq!(names(!Integration::kind.is_bar()).await?, ["foo", "plain", "qux"]);
        assert_eq!(names(Integration::kind.is_foo() | Integration::kind.is_baz()).await?, ["baz", "foo"]);
        assert_eq!(names(Integration::kind.r#type.in_(["plain", "qux"])).await?, ["plain", "qux"]);
        assert_eq!(names(Integration::kind.r#type.eq("nothing")).await?, Vec::<String>::new());
        assert_eq!(em.count(Integration::kind.is_bar() & Integration::name.ne("bar")).await?, 1);
        assert_eq!(em.count(Integration::kind.is_foo() & Integration::kind.is_baz()).await?, 0);
    }

    /// spec: Y129, Y131
    async fn conditions_and_orders_are_on_columns_of_any_table(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let names = async |condition: Condition<Integration>| -> Result<Vec<String>> {
            let order = (Integration::kind.bar.level.desc(), Integration::name.asc());
            let found = em.find::<Integration>().filter(condition).order_by(order).await?;
            Ok(found.iter().map(|one| one.name.clone()).collect())
        };
        assert_eq!(names(Integration::kind.bar.level.gt(0)).await?, ["baz", "bar"]);
        assert_eq!(names(Integration::kind.baz_data.eq(3)).await?, ["baz"]);
        // a column that several kinds have
        assert_eq!(names(Integration::kind.note.eq("first")).await?, ["foo"]);
        assert_eq!(names(Integration::kind.note.is_null() & Integration::kind.is_qux()).await?, ["qux"]);
        assert_eq!(names(Integration::kind.is_baz() & Integration::name.like("b%")).await?, ["baz"]);
        t.forget();
        let page = em.find::<Integration>().filter(Integration::kind.is_bar()).order_by(Integration::name.desc()).limit(1).populate(Integration::pipelines).await?;
        assert_eq!(page[0].name, "baz");
        assert_eq!(em.count(Integration::kind.bar.level.gte(2)).await?, 1);
        let raw = em.find::<Integration>().filter(raw("{kind.bar.level} + 1 = ?").bind(3)).await?;
        assert_eq!(raw[0].name, "baz");
    }

    /// spec: Y130, Y131
    async fn only_tables_that_changed_are_updated(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let all = em.find::<Integration>().order_by(Integration::id.asc()).await?;
        t.forget();
        if let IntegrationKind::Foo { foo_data, .. } = &mut all[0].edit().kind {
            *foo_data = "changed".into();
        }
        em.flush().await?;
        let sql = plain(&t.sql());
        assert!(sql.contains("update foo set foo_data = ") && sql.matches("update ").count() == 1, "{sql}");
        all[2].edit().name = "renamed".into();
        em.flush().await?;
        let sql = plain(&t.sql());
        assert!(sql.contains("update integration set name = ") && sql.matches("update ").count() == 1, "{sql}");
        let mut both = all[2].edit();
        both.name = "again".into();
        if let IntegrationKind::Baz { bar, baz_data } = &mut both.kind {
            (bar.level, *baz_data) = (20, 30);
        }
        drop(both);
        em.flush().await?;
        let sql = plain(&t.sql());
        assert_eq!(sql.matches("update ").count(), 3, "{sql}");
        let there = t.em().find_one_or_fail::<Integration>(all[2].id).await?;
        assert_eq!((&*there.name, &there.kind), ("again", &IntegrationKind::Baz { bar: bar("baz", 20), baz_data: 30 }));
    }

    /// spec: Y130, Y131
    async fn a_row_can_become_another_kind(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let all = em.find::<Integration>().order_by(Integration::id.asc()).await?;
        all[0].edit().kind = IntegrationKind::Plain;
        // down, and up
        all[1].edit().kind = IntegrationKind::Baz { bar: bar("bar", 10), baz_data: 1 };
        all[2].edit().kind = IntegrationKind::Bar(bar("up", 2));
        em.flush().await?;
        let em = t.em();
        let now = em.find::<Integration>().order_by(Integration::id.asc()).await?;
        assert_eq!(now[0].kind, IntegrationKind::Plain);
        assert_eq!(now[1].kind, IntegrationKind::Baz { bar: bar("bar", 10), baz_data: 1 });
        assert_eq!(now[2].kind, IntegrationKind::Bar(bar("up", 2)));
        for (table, rows) in [("foo", 0), ("bars", 2), ("baz", 1), ("plain", 2)] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, rows, "{table}");
        }
    }

    /// spec: Y130, Y131
    async fn removing_a_row_removes_it_from_all_tables(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let all = em.find::<Integration>().await?;
        all.iter().try_for_each(|one| em.remove(one))?;
        t.forget();
        em.flush().await?;
        t.expect(3);
        for table in ["integration", "foo", "bars", "baz", "plain", "qux"] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, 0, "{table}");
        }
    }

    /// spec: Y130, Y131
    async fn removing_a_row_needs_no_constraint(t: &Test<Shared<Integrations>>) {
        let entities = mikro_orm::entities![Integration, Pipeline, Consignment];
        let orm = t.builder().entities(entities).foreign_keys(false).build().await?;
        orm.schema().refresh().await?;
        let em = orm.em();
        let lowest = em.create(Integration::builder().name("baz").kind(IntegrationKind::Baz { bar: bar("b", 1), baz_data: 2 }));
        em.flush().await?;
        em.remove(&lowest)?;
        em.flush().await?;
        for table in ["integration", "bars", "baz"] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, 0, "{table}");
        }
    }

    /// spec: Y130, Y131
    async fn relations_to_the_entity_give_its_kind(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let all = em.find::<Integration>().order_by(Integration::id.asc()).await?;
        em.create(Pipeline::builder().integration(&all[2]));
        em.create(Pipeline::builder());
        em.flush().await?;
        for strategy in [Strategy::Joined, Strategy::SelectIn] {
            let em = t.em();
            let found = em.find::<Pipeline>().populate(Pipeline::integration).strategy(strategy).order_by(Pipeline::id.asc()).await?;
            let integration = found[0][Pipeline::integration].as_ref().unwrap();
            assert_eq!(integration.kind, IntegrationKind::Baz { bar: bar("baz", 2), baz_data: 3 });
            assert!(found[1][Pipeline::integration].is_none());
        }
        let em = t.em();
        assert_eq!(em.count(Pipeline::integration.is(Integration::kind.is_bar())).await?, 1);
        assert_eq!(em.count(Pipeline::integration.is(!Integration::kind.is_bar())).await?, 0);
        assert_eq!(em.count(Pipeline::integration.is(Integration::kind.bar.level.eq(2))).await?, 1);
        let found = em.find::<Integration>().filter(Integration::pipelines.some(Pipeline::integration.is(Integration::kind.is_baz()))).await?;
        assert_eq!(found.len(), 1);
        let one = em.find_one_or_fail::<Pipeline>(Pipeline::integration.is_not_null()).await?;
        let kind = one.integration.as_ref().unwrap().load().await?;
        assert!(matches!(kind.kind, IntegrationKind::Baz { .. }));
        let owners = em.find::<Integration>().populate(Integration::pipelines).order_by(Integration::id.asc()).await?;
        assert_eq!(owners[2][Integration::pipelines].len(), 1);
    }

    /// spec: Y130, Y131
    async fn a_failed_flush_writes_nothing_and_can_be_repeated(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let new = em.create(Integration::builder().name("new").kind(IntegrationKind::Qux { note: None, code: Uuid::from_u128(7), slot: None }));
        let error = em.flush().await.unwrap_err();
        assert!(matches!(&error, Error::UniqueViolation { .. }), "{error:?}");
        assert!(error.to_string().contains("Integration") && error.to_string().contains("kind.code"), "{error}");
        assert_eq!(t.number("select count(*) from integration").await, 5);
        if let IntegrationKind::Qux { code, .. } = &mut new.edit().kind {
            *code = Uuid::from_u128(8);
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from qux").await, 2);
        let negative = em.create(Integration::builder().name("negative").kind(IntegrationKind::Bar(bar("", -1))));
        let error = em.flush().await.unwrap_err();
        assert!(matches!(&error, Error::CheckViolation { .. }), "{error:?}");
        em.remove(&negative)?;
        em.flush().await?;
    }

    /// spec: Y130, Y131
    async fn keys_of_several_columns_versions_and_rows_without_a_kind(t: &Test<Integrations>) {
        let em = t.em();
        let label = FragileLabel { text: "glass".into(), size: None };
        em.create(Consignment::builder().country("cz").number(1).weight(1.0));
        em.create(Consignment::builder().country("cz").number(2).weight(2.0).handling(Handling::Cold { degrees: -5 }));
        em.create(Consignment::builder().country("at").number(1).weight(3.0).handling(Handling::Fragile { label }));
        em.flush().await?;
        let em = t.em();
        let all = em.find::<Consignment>().order_by(Consignment::weight.asc()).await?;
        assert_eq!(all[0].handling, None);
        assert_eq!(all[1].handling, Some(Handling::Cold { degrees: -5 }));
        assert_eq!(em.find::<Consignment>().filter(Consignment::handling.label.text.eq("glass")).await?.len(), 1);
        assert_eq!(em.find::<Consignment>().filter(Consignment::handling.is_null()).await?.len(), 1);
        all[0].edit().handling = Some(Handling::Cold { degrees: 1 });
        all[1].edit().handling = None;
        if let Some(Handling::Fragile { label }) = &mut all[2].edit().handling {
            label.size = Some(4);
        }
        em.flush().await?;
        assert_eq!(all.iter().map(|one| one.version).collect::<Vec<_>>(), [2, 2, 2]);
        assert_eq!(t.number("select count(*) from cold where country = 'cz' and number = 1 and degrees = 1").await, 1);
        assert_eq!(t.number("select count(*) from cold").await, 1);
        let other = t.em();
        let now = other.find::<Consignment>().order_by(Consignment::weight.asc()).await?;
        assert_eq!(now[0].handling, Some(Handling::Cold { degrees: 1 }));
        assert_eq!(now[1].handling, None);
        let Some(Handling::Fragile { label }) = &now[2].handling else { panic!() };
        assert_eq!(label.size, Some(4));
        // somebody else was faster: also when only a kind's table changed
        if let Some(Handling::Cold { degrees }) = &mut now[0].edit().handling {
            *degrees = 2;
        }
        other.flush().await?;
        if let Some(Handling::Cold { degrees }) = &mut all[0].edit().handling {
            *degrees = 3;
        }
        assert!(matches!(em.flush().await.unwrap_err(), Error::OptimisticLock(_)));
    }

    /// spec: Y130, Y131
    async fn a_kind_can_t_be_set_without_its_row(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let reference = em.reference::<Integration>(1);
        reference.assign(Integration::kind.foo_data.set(Some("x".to_owned())))?;
        let error = em.flush().await.unwrap_err();
        assert!(error.to_string().contains("Integration.kind") && error.to_string().contains("load it before"), "{error}");
    }

    /// spec: Y130, Y131
    async fn of_tables_of_kinds_the_database_computes_nothing(t: &Test<Integrations>) {
        some(t).await?;
        let error = t.em().reference::<Integration>(3).assign(Integration::kind.baz_data.set_raw("1")).unwrap_err().to_string();
        assert!(error.contains("Integration.kind.baz_data: is in a table of its kind's own"), "{error}");
    }

    /// spec: Y129, Y131
    async fn other_ways_to_read_rows(t: &Test<Integrations>) {
        some(t).await?;
        let em = t.em();
        let rows = em.find::<Integration>().filter(Integration::kind.is_bar()).order_by(Integration::id.asc());
        let rows = rows.select((Integration::name, Integration::kind.bar.level, Integration::kind.baz_data)).await?;
        assert_eq!(rows, [("bar".to_owned(), 1, None), ("baz".to_owned(), 2, Some(3))]);
        let sql = "select i.*, f.foo_data, f.note, 'foo' as type from integration i join foo f on f.id = i.id";
        let raw = em.raw(sql).entities::<Integration>().await?;
        assert!(matches!(&raw[0].kind, IntegrationKind::Foo { foo_data, .. } if foo_data == "foo"));
        let error = t.em().raw("select * from integration").entities::<Integration>().await.unwrap_err();
        assert!(error.to_string().contains("Integration.kind"), "{error}");
        t.run("update foo set foo_data = 'elsewhere'").await;
        em.refresh(&raw[0]).await?;
        assert!(matches!(&raw[0].kind, IntegrationKind::Foo { foo_data, .. } if foo_data == "elsewhere"));
        let first = em.find::<Integration>().filter(Integration::kind.is_bar()).order_by(Integration::kind.bar.level.desc()).limit(1).offset(1).await?;
        assert_eq!(first[0].name, "bar");
        em.assign_json(&raw[0], &serde_json::json!({ "kind": { "type": "qux", "code": Uuid::from_u128(9).to_string() } }))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from qux").await, 2);
    }

    /// spec: Y130, Y131
    async fn values_that_must_be_unique_change_hands_among_rows_of_a_kind(t: &Test<Integrations>) {
        let em = t.em();
        let qux = |name: &str, code: u128, slot: i32| {
            let kind = IntegrationKind::Qux { note: None, code: Uuid::from_u128(code), slot: Some(slot) };
            em.create(Integration::builder().name(name).kind(kind))
        };
        let (one, two) = (qux("one", 1, 1), qux("two", 2, 2));
        em.flush().await?;
        let set = |row: &Loaded<Integration>, new: u128, taken: i32| {
            if let IntegrationKind::Qux { code, slot, .. } = &mut row.edit().kind {
                (*code, *slot) = (Uuid::from_u128(new), Some(taken));
            }
        };
        // given on, and swapped
        set(&one, 2, 2);
        set(&two, 3, 1);
        em.flush().await?;
        // freed by a removal, and by becoming another kind
        em.remove(&one)?;
        let three = qux("three", 2, 2);
        em.flush().await?;
        two.edit().kind = IntegrationKind::Plain;
        set(&three, 3, 1);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from qux where slot = 1").await, 1);
        assert_eq!(t.number("select count(*) from qux").await, 1);
        // a circle that can't be null in between
        let four = qux("four", 4, 4);
        em.flush().await?;
        set(&three, 4, 1);
        set(&four, 3, 4);
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("Integration.kind.code") && error.contains("circle"), "{error}");
    }
}
