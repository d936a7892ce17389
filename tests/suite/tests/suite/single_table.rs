//! Single table inheritance: an entity whose kinds are the variants of an enum.

use super::entities::*;

async fn staff(t: &Test<Colleagues>) -> Result<()> {
    let em = t.em();
    em.create(Colleague::builder().name("Emp").role(ColleagueRole::Employee { salary: 100 }));
    em.create(Colleague::builder().name("Emp 2").role(ColleagueRole::Employee { salary: 200 }));
    em.create(Colleague::builder().name("Man").role(ColleagueRole::Manager { budget: Some(5) }));
    em.create(Colleague::builder().name("Own").role(ColleagueRole::CompanyOwner { budget: None, firm: "Acme".into() }));
    t.forget();
    em.flush().await?;
    // one insert, whatever their kinds
    t.expect(3);
    Ok(())
}

suite! {
    /// spec: Y128, S222
    async fn kinds_are_in_one_table_with_a_discriminator(t: &Test<Colleagues>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let table = sql.lines().find(|line| line.starts_with("create table colleague ")).unwrap();
        let column = |name: &str| table.split(", ").find(|column| column.starts_with(&format!("{name} "))).unwrap().to_owned();
        assert!(column("type").ends_with("not null"), "{table}");
        for name in ["salary", "budget", "firm"] {
            assert!(column(name).ends_with(" null") && !column(name).ends_with("not null"), "{table}");
        }
        assert!(sql.contains("colleague_type_index"), "{sql}");
    }

    /// spec: Y128, Y129
    async fn queries_ask_for_all_or_for_some_kinds(t: &Test<Colleagues>) {
        staff(t).await?;
        let em = t.em();
        let found = async |condition: Condition<Colleague>| -> Result<Vec<String>> {
            let found = em.find::<Colleague>().filter(condition).order_by(Colleague::id.asc()).await?;
            Ok(found.iter().map(|staff| staff.name.clone()).collect())
        };
        let all = em.find::<Colleague>().order_by(Colleague::id.asc()).await?;
        let roles: Vec<&ColleagueRole> = all.iter().map(|staff| &staff.role).collect();
        assert_eq!(
            roles,
            [
                &ColleagueRole::Employee { salary: 100 },
                &ColleagueRole::Employee { salary: 200 },
                &ColleagueRole::Manager { budget: Some(5) },
                &ColleagueRole::CompanyOwner { budget: None, firm: "Acme".into() },
            ]
        );
        t.forget();
        assert_eq!(found(Colleague::role.is_company_owner()).await?, ["Own"]);
        let sql = t.sql().replace('`', "\"");
        assert!(sql.contains(r#"where "c0"."type" = "#), "{sql}");
        // with the kinds below it
        assert_eq!(found(Colleague::role.is_manager()).await?, ["Man", "Own"]);
        assert_eq!(found(Colleague::role.r#type.eq("manager")).await?, ["Man"]);
        assert_eq!(found(Colleague::role.is_employee() | Colleague::role.is_company_owner()).await?, ["Emp", "Emp 2", "Own"]);
        assert_eq!(found(Colleague::role.r#type.in_(["manager", "owner"])).await?, ["Man", "Own"]);
        assert_eq!(found(Colleague::role.salary.gt(150)).await?, ["Emp 2"]);
        assert_eq!(found(Colleague::role.is_employee() & Colleague::role.salary.lt(150)).await?, ["Emp"]);
        // the same entities, whichever query finds them
        let owner = em.find_one_or_fail::<Colleague>(Colleague::role.is_company_owner()).await?;
        all[3].edit().name = "Other".into();
        assert_eq!(owner.name, "Other");
    }

    /// spec: Y130
    async fn relations_are_to_the_entity_whatever_its_kind(t: &Test<Colleagues>) {
        staff(t).await?;
        let em = t.em();
        let owner = em.find_one_or_fail::<Colleague>(Colleague::role.is_company_owner()).await?;
        let employee = em.create(Colleague::builder().name("New").role(ColleagueRole::Employee { salary: 1 }));
        owner.edit().favorite = Some((&employee).into());
        em.create(Keycard::builder().holder(&owner));
        em.flush().await?;
        assert_eq!(owner.updates, Some(1));
        let em = t.em();
        let keycards = em.find::<Keycard>().populate(Keycard::holder.with(Colleague::favorite)).await?;
        let holder = &keycards[0][Keycard::holder];
        assert!(matches!(&holder.role, ColleagueRole::CompanyOwner { firm, .. } if firm == "Acme"));
        assert_eq!(holder[Colleague::favorite].as_ref().map(|favorite| favorite.role.clone()), Some(ColleagueRole::Employee { salary: 1 }));
        let found = em.find::<Keycard>().filter(Keycard::holder.is(Colleague::role.is_company_owner())).await?;
        assert_eq!(found.len(), 1);
        assert_eq!(em.count(Keycard::holder.is(Colleague::role.is_employee())).await?, 0);
    }

    /// spec: Y130
    async fn what_a_kind_has_is_written_and_a_kind_can_change(t: &Test<Colleagues>) {
        staff(t).await?;
        let em = t.em();
        let all = em.find::<Colleague>().order_by(Colleague::id.asc()).await?;
        if let ColleagueRole::Employee { salary } = &mut all[0].edit().role {
            *salary += 1;
        }
        t.forget();
        em.flush().await?;
        let sql = t.sql().replace('`', "\"");
        assert!(sql.contains(r#"update "colleague" set "salary" = "#) && !sql.contains("budget"), "{sql}");
        all[1].edit().role = ColleagueRole::Manager { budget: Some(9) };
        em.flush().await?;
        assert_eq!(t.number("select count(*) from colleague where type = 'manager' and salary is null and budget = 9").await, 1);
        assert_eq!(t.em().find_one_or_fail::<Colleague>(all[1].id).await?.role, ColleagueRole::Manager { budget: Some(9) });
    }

    /// spec: Y130
    async fn kinds_are_updated_in_one_flush(t: &Test<Colleagues>) {
        let em = t.em();
        let car = em.create(Conveyance::builder().kind(ConveyanceKind::Car { doors: 4 }));
        let bike = em.create(Conveyance::builder().kind(ConveyanceKind::Bike { gears: 3 }));
        em.flush().await?;
        car.assign(Conveyance::kind.doors.set(Some(5)))?;
        bike.assign(Conveyance::kind.gears.set(Some(4)))?;
        em.flush().await?;
        assert_eq!((&car.kind, &bike.kind), (&ConveyanceKind::Car { doors: 5 }, &ConveyanceKind::Bike { gears: 4 }));
        let rows = t.number("select count(*) from conveyance where doors = 5 and gears is null or gears = 4 and doors is null").await;
        assert_eq!(rows, 2);
    }

    /// spec: Y130
    async fn the_database_computes_what_a_kind_has(t: &Test<Colleagues>) {
        let em = t.em();
        let car = em.create(Conveyance::builder().kind(ConveyanceKind::Car { doors: 4 }));
        let bike = em.create(Conveyance::builder().kind(ConveyanceKind::Bike { gears: 3 }));
        em.flush().await?;
        car.assign(Conveyance::kind.doors.set_raw("{kind.doors} + 1"))?;
        bike.assign(Conveyance::kind.gears.set_raw("{kind.gears} + 1"))?;
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!((&car.kind, &bike.kind), (&ConveyanceKind::Car { doors: 5 }, &ConveyanceKind::Bike { gears: 4 }));
        let rows = "select count(*) from conveyance where doors = 5 and gears is null or gears = 4 and doors is null";
        assert_eq!(t.number(rows).await, 2);
        t.forget();
        em.flush().await?;
        t.expect(0);
        // what another kind has
        assert_eq!(
            bike.assign(Conveyance::kind.doors.set_raw("5")).unwrap_err().to_string(),
            "Conveyance.kind.doors: belongs to another variant than the one that is there, so that there is nothing to compute: \
             set the whole of it first"
        );
        // what can't be read back is noticed before the commit
        car.assign(Conveyance::kind.doors.set_raw("null"))?;
        assert!(em.flush().await.unwrap_err().to_string().starts_with("Conveyance.kind: "));
        assert_eq!((&car.kind, t.number("select count(*) from conveyance where doors = 5").await), (&ConveyanceKind::Car { doors: 5 }, 1));
        // what is set later counts: the kind as a whole, or the property
        car.edit().kind = ConveyanceKind::Bike { gears: 7 };
        bike.assign(Conveyance::kind.gears.set_raw("{kind.gears} * 100"))?;
        bike.assign(Conveyance::kind.gears.set(Some(9)))?;
        em.flush().await?;
        assert_eq!((&car.kind, &bike.kind), (&ConveyanceKind::Bike { gears: 7 }, &ConveyanceKind::Bike { gears: 9 }));
        assert_eq!(t.number("select sum(gears) from conveyance where doors is null").await, 16);
        // rows that are not loaded, and their kinds
        let em = t.em();
        let unloaded = em.reference::<Conveyance>(car.id);
        unloaded.assign(Conveyance::kind.gears.set_raw("{kind.gears} + 1"))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from conveyance where gears = 8").await, 1);
        unloaded.assign(Conveyance::kind.gears.set_raw("null"))?;
        assert!(em.flush().await.unwrap_err().to_string().starts_with("Conveyance.kind: "));
        assert_eq!(t.number("select count(*) from conveyance where gears = 8").await, 1);
    }

    /// spec: Y128, Y129, Y130, Y190
    async fn kinds_have_structs_of_their_own(t: &Test<Colleagues>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let table = sql.lines().find(|line| line.starts_with("create table trawler ")).unwrap();
        let names = table.split_once('(').unwrap().1.split(", ").map(|column| column.split(' ').next().unwrap());
        assert_eq!(names.take(6).collect::<Vec<_>>(), ["id", "type", "masts", "canvas", "steam_power", "steam_fuel"], "{table}");
        assert!(!table.contains("steam_power integer not null") && !table.contains("steam_power int not null"), "{table}");
        let em = t.em();
        let steam = Steam { power: 90, fuel: None };
        em.create(Trawler::builder().drive(Drive::Sail(Sail { masts: 3, canvas: Some("linen".into()) })));
        em.create(Trawler::builder().drive(Drive::Steam(steam.clone())));
        em.create(Trawler::builder().drive(Drive::Oars));
        t.forget();
        em.flush().await?;
        t.expect(3);
        let em = t.em();
        let all = em.find::<Trawler>().order_by(Trawler::id.asc()).await?;
        assert_eq!(all[1].drive, Drive::Steam(steam));
        assert_eq!(all[2].drive, Drive::Oars);
        let found = em.find::<Trawler>().filter(Trawler::drive.is_sail() & Trawler::drive.sail.masts.gt(2)).await?;
        assert!(found[0].is_same(&all[0]) && found.len() == 1);
        assert_eq!(
            serde_json::to_value(&all[0]).unwrap()["drive"],
            serde_json::json!({ "type": "sail", "sail": { "masts": 3, "cloth": "linen" } })
        );
        if let Drive::Steam(steam) = &mut all[1].edit().drive {
            steam.power += 1;
        }
        t.forget();
        em.flush().await?;
        let sql = t.sql().replace('`', "\"");
        assert!(sql.contains(r#"update "trawler" set "steam_power" = "#) && !sql.contains("masts"), "{sql}");
        all[0].edit().drive = Drive::Steam(Steam { power: 5, fuel: Some("coal".into()) });
        all[2].assign(Trawler::drive.set(Drive::Sail(Sail { masts: 1, canvas: None })))?;
        em.flush().await?;
        let em = t.em();
        let all = em.find::<Trawler>().order_by(Trawler::id.asc()).await?;
        assert_eq!(all[0].drive, Drive::Steam(Steam { power: 5, fuel: Some("coal".into()) }));
        assert_eq!(all[2].drive, Drive::Sail(Sail { masts: 1, canvas: None }));
        assert_eq!(t.number("select count(*) from trawler where masts is null and canvas is null").await, 2);
    }
}
