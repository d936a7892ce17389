//! Structs within entities: columns, conditions, edits.

use super::entities::*;

fn size(width: i32, height: i32, grams: i32) -> Size {
    Size { width, height, weight: Weight { grams } }
}

suite! {
    /// spec: Y185, Y189
    async fn embedded_structs_are_columns_with_prefixes(t: &Test<Letters>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let tables: Vec<&str> = sql.lines().filter(|line| line.starts_with("create table")).collect();
        let columns = |table: &str| -> Vec<String> {
            let text = tables.iter().find(|line| line.starts_with(&format!("create table {table} "))).unwrap();
            let inner = text.split_once('(').unwrap().1;
            let names = inner.split(", ").map(|column| column.split(' ').next().unwrap().to_owned());
            names.take_while(|name| name != "constraint" && name != "foreign").collect()
        };
        let own = ["street", "city", "door_code", "rent", "at_latitude", "at_long"];
        let mut expected = vec!["id".to_owned(), "name".to_owned()];
        expected.extend(own.map(|name| format!("home_{name}")));
        expected.extend(own.map(|name| format!("office_{name}")));
        expected.extend(["by", "times", "last"].map(str::to_owned));
        assert_eq!(columns("correspondent")[..expected.len()], expected[..], "{sql}");
        assert_eq!(columns("freight")[..6], ["id", "size_width", "size_height", "weight_grams", "to_id", "stamp_grams"]);
        assert!(sql.contains("correspondent_home_city_index") && sql.contains("correspondent_office_city_index"), "{sql}");
        assert!(sql.contains("freight_stamp_unique"), "{sql}");
        assert!(sql.contains("check (home_rent >= 0 and '{rent}' <> '')"), "{sql}");
    }

    /// spec: Y185, Y186, Y189
    async fn embedded_structs_are_stored_and_read(t: &Test<Letters>) {
        let em = t.em();
        let jon = em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")));
        let work = Address {
            door_code: Some("1234".into()),
            rent: Some(Cents(700)),
            place: Some(Point { lat: 1.5, long: -2.0 }),
            ..address("Rock 3", "Dragonstone")
        };
        let last = "2026-11-23T10:00:00.123456789Z".parse().unwrap();
        let seen = Seen { by: Role::ChiefEditor, times: 3, last };
        em.create(Correspondent::builder().name("Dany").home(address("Pyramid", "Meereen")).work(work.clone()).seen(seen.clone()));
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(jon.home.city, "Castle Black");
        let em = t.em();
        let found = em.find::<Correspondent>().order_by(Correspondent::name.asc()).await?;
        let (dany, jon) = (&found[0], &found[1]);
        assert_eq!((&jon.home, &jon.work, &jon.seen), (&address("Wall 1", "Castle Black"), &None, &None));
        assert_eq!((&dany.home, dany.work.as_ref()), (&address("Pyramid", "Meereen"), Some(&work)));
        // (databases keep microseconds)
        assert_eq!(dany.seen.as_ref().unwrap().last.timestamp_micros(), last.timestamp_micros());
        // nothing was changed
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y185, Y186
    async fn an_edit_writes_the_columns_that_differ(t: &Test<Letters>) {
        let em = t.em();
        let jon = em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")));
        em.flush().await?;
        t.forget();
        jon.edit().home.street = "Wall 2".into();
        em.flush().await?;
        let sql = t.sql().replace('`', "\"");
        assert!(sql.contains(r#"update "correspondent" set "home_street" = "#) && !sql.contains("home_city"), "{sql}");
        jon.edit().work = Some(Address { place: Some(Point { lat: 0.0, long: 1.0 }), ..address("Tower", "Oldtown") });
        em.flush().await?;
        jon.edit().work.as_mut().unwrap().place = None;
        em.flush().await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Correspondent>(1).await?;
        assert_eq!((jon.home.street.as_str(), &jon.work), ("Wall 2", &Some(address("Tower", "Oldtown"))));
        jon.edit().work = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from correspondent where office_street is null and office_city is null").await, 1);
        // (all columns null are none: nothing to write)
        assert!(t.em().find_one_or_fail::<Correspondent>(1).await?.work.is_none());
    }

    /// spec: Y193, Y097
    async fn conditions_orders_and_projections_reach_inside(t: &Test<Letters>) {
        let em = t.em();
        let place = Some(Point { lat: 5.0, long: 0.0 });
        em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")).work(address("x", "Oldtown")));
        em.create(Correspondent::builder().name("Dany").home(Address { place, rent: Some(Cents(5)), ..address("Pyramid", "Meereen") }));
        let sam = em.create(Correspondent::builder().name("Sam").home(address("Library", "Oldtown")));
        em.create(Freight::builder().size(size(1, 2, 300)).to(&sam).stamp(Weight { grams: 1 }));
        em.flush().await?;
        let em = t.em();
        let names = async |condition: Condition<Correspondent>| -> Result<Vec<String>> {
            let found = em.find::<Correspondent>().filter(condition).order_by(Correspondent::home.city.asc()).await?;
            Ok(found.iter().map(|found| found.name.clone()).collect())
        };
        assert_eq!(names(Correspondent::home.city.like("%e%")).await?, ["Jon", "Dany"]);
        assert_eq!(names(Correspondent::home.place.lat.gt(1.0)).await?, ["Dany"]);
        assert_eq!(names(Correspondent::home.rent.eq(Cents(5))).await?, ["Dany"]);
        assert_eq!(names(Correspondent::work.is_null()).await?, ["Dany", "Sam"]);
        assert_eq!(names(Correspondent::work.is_not_null()).await?, ["Jon"]);
        assert_eq!(names(Correspondent::work.eq(&address("x", "Oldtown"))).await?, ["Jon"]);
        assert_eq!(names(Correspondent::home.place.is_null()).await?, ["Jon", "Sam"]);
        assert_eq!(names(Correspondent::freights.some(Freight::size.weight.grams.gte(300))).await?, ["Sam"]);
        let rows: Vec<(String, Option<String>)> = em
            .find::<Correspondent>()
            .select((Correspondent::name, Correspondent::home.city))
            .order_by(Correspondent::home.city.desc())
            .await?
            .into_iter()
            .map(|(name, city)| (name, Some(city)))
            .collect();
        assert_eq!(rows[0], ("Sam".to_owned(), Some("Oldtown".to_owned())));
        let raw = em.find::<Correspondent>().filter(raw("{home.city} = ?").bind("Meereen")).await?;
        assert_eq!(raw.len(), 1);
        let freights = em.find::<Freight>().filter(Freight::to.is(Correspondent::home.city.eq("Oldtown"))).await?;
        assert_eq!(freights[0].size, size(1, 2, 300));
    }

    /// spec: Y185, Y194
    async fn fields_are_set_on_rows_that_are_not_loaded(t: &Test<Letters>) {
        let em = t.em();
        let jon = em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")));
        em.flush().await?;
        jon.assign(Correspondent::home.city.set("Winterfell"))?;
        assert_eq!(jon.home, address("Wall 1", "Winterfell"));
        // a struct that is missing is made of all that is set at once
        let error = jon.assign(Correspondent::work.city.set("Oldtown")).unwrap_err().to_string();
        assert!(error.contains("Correspondent.work") && error.contains("street"), "{error}");
        jon.assign((Correspondent::work.city.set("Oldtown"), Correspondent::work.street.set("x")))?;
        assert_eq!(jon.work, Some(address("x", "Oldtown")));
        em.flush().await?;
        let em = t.em();
        let reference = em.reference::<Correspondent>(1);
        reference.assign(Correspondent::home.street.set("Gate"))?;
        reference.assign(Correspondent::work.set(address("y", "Pyke")))?;
        reference.assign(Correspondent::work.street.set("z"))?;
        t.forget();
        em.flush().await?;
        t.expect(3);
        let em = t.em();
        let reference = em.reference::<Correspondent>(1);
        reference.assign(Correspondent::home.door_code.set("9"))?;
        // what was set is merged into what is loaded
        let jon = em.find_one_or_fail::<Correspondent>(1).await?;
        let home = Address { door_code: Some("9".into()), ..address("Gate", "Winterfell") };
        assert_eq!((&jon.home, &jon.work), (&home, &Some(address("z", "Pyke"))));
        em.flush().await?;
        assert_eq!(t.text("select home_city || home_door_code from correspondent").await.as_deref(), Some("Winterfell9"));
    }

    /// spec: Y075, Y130
    async fn the_database_computes_fields_of_embedded_structs(t: &Test<Letters>) {
        let em = t.em();
        let jon = em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")));
        let freight = em.create(Freight::builder().size(size(1, 2, 3)).to(&jon));
        em.flush().await?;
        t.run("update freight set size_width = 10").await;
        t.forget();
        freight.assign((Freight::size.width.increment(5), Freight::size.weight.grams.set_raw("{size.width} * 2 + {size.height}")))?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(freight.size, size(15, 2, 22));
        assert_eq!(t.number("select count(*) from freight where size_width = 15 and size_height = 2 and weight_grams = 22").await, 1);
        t.forget();
        em.flush().await?;
        t.expect(0);
        // an edit of another field, before and after; of the same; of all
        freight.edit().size.height = 3;
        freight.assign(Freight::size.width.set_raw("{size.width} + 1"))?;
        freight.edit().size.weight.grams = 4;
        em.flush().await?;
        assert_eq!(freight.size, size(16, 3, 4));
        freight.assign((Freight::size.width.increment(1), Freight::size.height.increment(1)))?;
        freight.edit().size.width = 20;
        em.flush().await?;
        assert_eq!(freight.size, size(20, 4, 4));
        freight.assign(Freight::size.width.increment(1))?;
        freight.assign(Freight::size.set(size(1, 1, 1)))?;
        freight.assign(Freight::size.height.increment(1))?;
        assert_eq!(freight.size, size(1, 2, 1));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from freight where size_width = 1 and size_height = 2 and weight_grams = 1").await, 1);
        // what fails is done by the next flush
        jon.assign(Correspondent::home.city.set_raw("upper({home.city})"))?;
        freight.assign(Freight::size.width.increment(1))?;
        let other = em.create(Correspondent::builder().name("Jon").home(address("Rock", "Dragonstone")));
        assert!(matches!(em.flush().await.unwrap_err(), Error::UniqueViolation(_)));
        assert_eq!((&*jon.home.city, freight.size.width), ("Castle Black", 1));
        other.edit().name = "Dany".into();
        em.flush().await?;
        assert_eq!((&*jon.home.city, freight.size.width), ("CASTLE BLACK", 2));
        // and what is rolled back
        let failed: Result<()> = em
            .transactional(async |em| {
                jon.assign(Correspondent::home.city.set_raw("lower({home.city})"))?;
                freight.assign(Freight::size.width.increment(1))?;
                em.flush().await?;
                assert_eq!((&*jon.home.city, freight.size.width), ("castle black", 3));
                freight.assign((Freight::size.width.increment(10), Freight::size.height.set(7)))?;
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!((&*jon.home.city, freight.size.width), ("CASTLE BLACK", 2));
        em.flush().await?;
        assert_eq!((&*jon.home.city, freight.size.width, freight.size.height), ("castle black", 13, 7));
        // rows that are not loaded
        let em = t.em();
        em.reference::<Freight>(freight.id).assign((Freight::size.set(size(1, 1, 1)), Freight::size.width.set_raw(raw("5 + ?").bind(5))))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from freight where size_width = 10 and size_height = 1").await, 1);
        // new ones
        let new = em.create(Correspondent::builder().name("Arya").home(address("Hall", "")));
        new.assign(Correspondent::home.city.set_raw("lower('BRAAVOS')"))?;
        em.flush().await?;
        assert_eq!(new.home, address("Hall", "braavos"));
    }

    /// spec: Y075, Y186
    async fn of_a_struct_that_is_null_nothing_is_computed(t: &Test<Letters>) {
        let em = t.em();
        let jon = em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")));
        em.flush().await?;
        assert_eq!(
            jon.assign(Correspondent::work.city.set_raw("'Oldtown'")).unwrap_err().to_string(),
            "Correspondent.work.city: is within a struct that is null, so that there is nothing to compute: set the whole of it first"
        );
        let nested = jon.assign(Correspondent::home.place.lat.set_raw("1")).unwrap_err().to_string();
        assert!(nested.starts_with("Correspondent.home.place.lat: is within a struct that is null"), "{nested}");
        jon.edit().work = Some(address("Tower", "Oldtown"));
        em.flush().await?;
        jon.assign(Correspondent::work.city.set_raw("upper({work.city})"))?;
        em.flush().await?;
        assert_eq!(jon.work.as_ref().unwrap().city, "OLDTOWN");
        // of what is taken away meanwhile neither
        jon.assign(Correspondent::work.city.set_raw("'Wall'"))?;
        jon.edit().work = None;
        em.flush().await?;
        assert_eq!((&jon.work, t.number("select count(*) from correspondent where office_city is null").await), (&None, 1));
        // a row that is not loaded would be one that nobody can read
        let em = t.em();
        em.reference::<Correspondent>(jon.id).assign(Correspondent::work.city.set_raw("'Wall'"))?;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Correspondent.work: ") && error.contains("street"), "{error}");
    }

    /// spec: Y186
    async fn columns_that_hold_nothing_are_an_error_where_the_struct_has_to_be_there(t: &Test<Letters>) {
        let em = t.em();
        em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")).work(address("x", "y")));
        em.flush().await?;
        t.run("update correspondent set office_street = null").await;
        let error = t.em().find::<Correspondent>().await.unwrap_err().to_string();
        assert!(error.contains("Correspondent.work") && error.contains("`street`"), "{error}");
    }

    /// spec: Y187, Y189
    async fn handles_print_embedded_structs(t: &Test<Letters>) {
        let em = t.em();
        let home = Address { door_code: Some("1234".into()), ..address("Wall 1", "Castle Black") };
        let jon = em.create(Correspondent::builder().name("Jon").home(home));
        em.flush().await?;
        let text = format!("{jon:?}");
        assert!(text.contains(r#"home: Address { street: "Wall 1", city: "Castle Black", door_code: ***, rent: None"#), "{text}");
        assert!(text.contains("work: None") && !text.contains("1234"), "{text}");
        let json = serde_json::to_value(&jon).unwrap();
        assert_eq!(
            json["home"],
            serde_json::json!({ "street": "Wall 1", "town": "Castle Black", "rent": null, "place": null })
        );
        assert_eq!(json["work"], serde_json::Value::Null);
    }

    /// spec: Y194
    async fn data_is_merged_into_embedded_structs(t: &Test<Letters>) {
        let em = t.em();
        let jon = em.create(Correspondent::builder().name("Jon").home(address("Wall 1", "Castle Black")));
        em.flush().await?;
        em.assign_json(&jon, &serde_json::json!({ "home": { "city": "Winterfell", "place": { "lat": 1.0, "long": 2.0 } } }))?;
        let place = Some(Point { lat: 1.0, long: 2.0 });
        assert_eq!(jon.home, Address { place, ..address("Wall 1", "Winterfell") });
        em.assign_json(&jon, &serde_json::json!({ "home": { "place": null }, "work": { "street": "a", "city": "b" } }))?;
        assert_eq!((&jon.home, &jon.work), (&address("Wall 1", "Winterfell"), &Some(address("a", "b"))));
        em.assign_json(&jon, &serde_json::json!({ "work": null }))?;
        assert_eq!(jon.work, None);
        let error = em.assign_json(&jon, &serde_json::json!({ "home": { "town": "x" } })).unwrap_err().to_string();
        assert!(error.contains("Correspondent.home.town") && error.contains("not a property"), "{error}");
        let error = em.assign_json(&jon, &serde_json::json!({ "home": { "city": 5 } })).unwrap_err().to_string();
        assert!(error.contains("Correspondent.home.city"), "{error}");
        let error = em.assign_json(&jon, &serde_json::json!({ "home": null })).unwrap_err().to_string();
        assert!(error.contains("can't be null"), "{error}");
    }

    /// spec: Y190
    async fn enums_are_a_discriminator_and_the_columns_of_all_variants(t: &Test<Farms>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let table = sql.lines().find(|line| line.starts_with("create table farm ")).unwrap();
        assert!(table.contains("first_kind") && table.contains("second_weight_grams"), "{table}");
        let column = |name: &str| table.split(", ").find(|column| column.starts_with(&format!("{name} "))).unwrap().to_owned();
        assert!(column("first_kind").ends_with("not null"), "{table}");
        assert!(sql.contains("farm_first_kind_index") && !sql.contains("third_kind"), "{sql}");
        for name in ["first_name", "first_can_meow", "first_can_bark", "first_place_long", "second_kind"] {
            assert!(column(name).ends_with(" null") && !column(name).ends_with("not null"), "{name}: {table}");
        }
        let em = t.em();
        let cat = |name: &str| Animal::Cat { name: name.into(), can_meow: true, weight: Some(Weight { grams: 4000 }) };
        let dog = Animal::Dog { name: "Ghost".into(), can_bark: None, place: Point { lat: 1.0, long: 2.0 } };
        let (first, second, third) = (cat("Ser"), Some(dog.clone()), Some(cat("Tom")));
        let others = vec![Animal::Unknown, dog.clone()];
        let farm = Farm::builder().first(first.clone()).second(second.clone()).third(third.clone()).others(others.clone());
        em.create(farm);
        em.create(Farm::builder().first(Animal::Unknown).others(vec![]));
        em.flush().await?;
        let em = t.em();
        let farms = em.find::<Farm>().order_by(Farm::id.asc()).await?;
        assert_eq!((&farms[0].first, &farms[0].second, &farms[0].third), (&first, &second, &third));
        assert_eq!((&farms[0].others, &farms[1].first, &farms[1].second), (&others, &Animal::Unknown, &None));
        t.forget();
        em.flush().await?;
        t.expect(0);
        let found = async |condition: Condition<Farm>| -> Result<Vec<i64>> {
            Ok(em.find::<Farm>().filter(condition).order_by(Farm::id.asc()).await?.iter().map(|farm| farm.id).collect())
        };
        assert_eq!(found(Farm::first.kind.eq("cat")).await?, [1]);
        assert_eq!(found(Farm::first.is_unknown()).await?, [2]);
        assert_eq!(found(Farm::third.is_cat()).await?, [1]);
        assert_eq!(found(Farm::first.can_meow.eq(true)).await?, [1]);
        assert_eq!(found(Farm::second.place.long.gt(1.0)).await?, [1]);
        assert_eq!(found(Farm::second.is_null()).await?, [2]);
        assert_eq!(found(Farm::third.name.eq("Tom")).await?, [1]);
        // another variant: its columns are written, and those of the old one are null
        farms[0].edit().first = dog;
        em.flush().await?;
        let nulls = "select count(*) from farm where first_kind = 'hound' and first_can_meow is null and first_weight_grams is null";
        assert_eq!(t.number(nulls).await, 1);
        let text = format!("{:?}", farms[0]);
        assert!(text.contains(r#"first: Animal { kind: "hound", name: "Ghost", can_bark: None, place: Point { lat: 1.0"#), "{text}");
        assert!(!text.split("second").next().unwrap().contains("can_meow"), "{text}");
        let json = serde_json::to_value(&farms[0]).unwrap();
        assert_eq!(json["others"][0], serde_json::json!({ "kind": "unknown" }));
        assert_eq!(
            json["third"],
            serde_json::json!({ "kind": "cat", "name": "Tom", "can_meow": true, "weight": { "grams": 4000 } })
        );
        t.run("update farm set first_kind = 'cow' where id = 1").await;
        let error = t.em().find_one::<Farm>(1).await.unwrap_err().to_string();
        assert!(error.contains("Farm.first") && error.contains("`kind`") && error.contains("`cat`, `hound`, `unknown`"), "{error}");
    }

    /// spec: Y185, Y190
    async fn values_that_must_be_unique_change_hands_within_structs(t: &Test<Farms>) {
        let em = t.em();
        let lock = |code: i32, engraving: &str, color: &str| Padlock { code, engraving: Some(engraving.into()), color: color.into() };
        let one = em.create(Locker::builder().lock(lock(1, "A", "red")));
        let two = em.create(Locker::builder().lock(lock(2, "B", "blue")));
        em.flush().await?;
        // given on, and swapped
        one.edit().lock = lock(2, "B", "red");
        two.edit().lock = lock(3, "A", "blue");
        em.flush().await?;
        em.remove(&one)?;
        let three = em.create(Locker::builder().lock(lock(2, "B", "green")));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from locker where lock_engraving = 'B' and lock_color = 'green'").await, 1);
        three.edit().lock.code = 3;
        two.edit().lock.code = 2;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("Locker.lock.code") && error.contains("circle"), "{error}");
    }

    /// spec: Y185, Y189, Y191
    async fn embedded_structs_hold_keys_of_other_entities(t: &Test<Estates>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let firm = "foreign key (Leased_from_realm_id) references dominion (id) on update cascade";
        assert!(sql.contains("foreign key (site_realm_id) references dominion (id) on update cascade on delete set null"), "{sql}");
        assert!(sql.contains(firm) && !sql.contains(&format!("{firm} on delete set null")), "{sql}");
        assert!(sql.contains("estate_leased_from") && sql.contains("foreign key (holder_crown) references dominion (id)"), "{sql}");
        assert!(sql.contains("estate_site_realm_id_index"), "{sql}");
        assert_eq!(t.orm.schema().update_sql().await?.to_string(), "");
        let em = t.em();
        let site = Site { street: "Wall 1".into(), realm: Some("north".into()) };
        let holder = Holder::Crown { realm: "vale".into() };
        let estate = em.create(Estate::builder().site(site).holder(holder.clone()));
        for id in ["north", "vale", "reach"] {
            em.create(Dominion::builder().id(id));
        }
        t.forget();
        // what they refer to comes first
        em.flush().await?;
        t.expect(4);
        estate.edit().site.realm = Some("vale".into());
        t.forget();
        em.flush().await?;
        let sql = t.sql().replace('`', "\"");
        assert!(sql.contains(r#"update "estate" set "site_realm_id" = "#) && !sql.contains("street"), "{sql}");
        let other = t.em();
        let found = other.find::<Estate>().filter(Estate::site.realm.eq("vale") & Estate::holder.realm.eq("vale")).await?;
        assert_eq!((found[0].site.realm.as_deref(), &found[0].holder), (Some("vale"), &Some(holder)));
        // what there is not, is nothing to refer to
        estate.edit().lease = Some(Lease { from: Party { realm: "beyond".into() }, years: 3 });
        assert!(matches!(em.flush().await.unwrap_err(), Error::ForeignKeyViolation(_)));
        estate.edit().lease.as_mut().unwrap().from.realm = "reach".into();
        em.flush().await?;
        assert_eq!(t.number("select count(*) from estate where \"Leased_from_realm_id\" = 'reach'").await, 1);
        // what a struct can do without goes with what it refers to, and what it can't holds that
        let realm = async |id: &'static str| em.find_one_or_fail::<Dominion>(id).await;
        em.remove(&realm("reach").await?)?;
        assert!(matches!(em.flush().await.unwrap_err(), Error::ForeignKeyViolation(_)));
        let em = t.em();
        let estate = em.find_one_or_fail::<Estate>(1).await?;
        estate.edit().holder = Some(Holder::Nobody);
        em.flush().await?;
        let vale = em.find_one_or_fail::<Dominion>("vale").await?;
        let failed: Result<()> = em
            .transactional(async |em| {
                em.remove(&vale)?;
                em.flush().await?;
                assert_eq!(estate.site.realm, None);
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(t.number("select count(*) from estate where site_realm_id = 'vale'").await, 1);
        em.flush().await?;
        assert_eq!((estate.site.realm.as_deref(), &*estate.site.street), (None, "Wall 1"));
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select count(*) from estate where site_realm_id is null").await, 1);
        assert_eq!(estate.lease, Some(Lease { from: Party { realm: "reach".into() }, years: 3 }));
    }
}
