//! Fields that no flush writes: columns that the database computes, and fields without a column.

use super::entities::*;
use mikro_orm::serialize;
use serde_json::to_value;

suite! {
    /// spec: S078, S079
    async fn generated_columns_are_computed_by_the_database_and_read_back(t: &Test<Register>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "'");
        let kept = if t.is_sqlite() { "virtual" } else { "stored" };
        for part in [
            "generated always as ('given_name' || ' ' || 'last_name') stored not null".to_owned(),
            format!("'sort_name' varchar(100) generated always as (lower('last_name')) {kept} null"),
            "generated always as (length('last_name')) stored".to_owned(),
        ] {
            assert!(sql.contains(&part), "{part}\n{sql}");
        }
        let em = t.em();
        let jon = em.create(Resident::builder().first_name("Jon").last_name("Snow"));
        assert_eq!((&*jon.full_name, &jon.sort_name), ("", &None));
        em.flush().await?;
        t.expect(3);
        assert_eq!((&*jon.full_name, jon.sort_name.as_deref()), ("Jon Snow", Some("snow")));
        jon.edit().last_name = "Stark".into();
        em.flush().await?;
        t.expect(3);
        assert_eq!((&*jon.full_name, jon.sort_name.as_deref()), ("Jon Stark", Some("stark")));
        em.flush().await?;
        t.expect(0);
        // many rows at once
        let arya = em.create(Resident::builder().first_name("Arya").last_name("Stark"));
        let bran = em.create(Resident::builder().first_name("Bran").last_name("Stark"));
        em.flush().await?;
        t.expect(3);
        assert_eq!((&*arya.full_name, &*bran.full_name), ("Arya Stark", "Bran Stark"));
        arya.edit().first_name = "No".into();
        bran.edit().first_name = "Three".into();
        em.flush().await?;
        t.expect(3);
        assert_eq!((&*arya.full_name, &*bran.full_name), ("No Stark", "Three Stark"));
        // a struct, too, whatever it says
        let found = t.em().find::<Resident>().filter(Resident::full_name.like("%Stark")).order_by(Resident::sort_name.asc());
        let names = found.order_by(Resident::full_name.desc()).select(Resident::full_name).await?;
        assert_eq!(names, ["Three Stark", "No Stark", "Jon Stark"]);
        // one that is lazy is read when asked for
        let other = t.em().find_one_or_fail::<Resident>(1).populate(Resident::letters).await?;
        assert_eq!((*other[Resident::letters], &*other.full_name), (5, "Jon Stark"));
    }

    /// spec: S078
    async fn generated_columns_are_never_written(t: &Test<Register>) {
        let em = t.em();
        let jon = em.create(Resident::builder().first_name("Jon").last_name("Snow"));
        jon.edit().full_name = "nobody".into();
        em.flush().await?;
        assert_eq!(jon.full_name, "Jon Snow");
        t.forget();
        jon.edit().full_name = "nobody".into();
        em.flush().await?;
        t.expect(0);
        let why = "Resident.full_name: is generated, so that only the database computes it: set what it is computed from";
        assert_eq!(em.assign(&jon, Resident::full_name.set("nobody")).unwrap_err().to_string(), why);
        assert_eq!(em.reference::<Resident>(1).assign(Resident::full_name.set("nobody")).unwrap_err().to_string(), why);
        let error = jon.assign(Resident::full_name.set_raw("'nobody'")).unwrap_err().to_string();
        assert!(error.starts_with("Resident.full_name: is not persisted"), "{error}");
        em.refresh(&jon).await?;
        assert_eq!(jon.full_name, "Jon Snow");
        // what is unique is told by its property
        em.create(Resident::builder().first_name("Jon").last_name("Snow"));
        let error = em.flush().await.unwrap_err();
        assert_eq!(error.constraint().unwrap().properties, ["full_name"], "{error}");
    }

    /// spec: S078
    async fn what_was_read_back_in_a_transaction_that_rolled_back_is_read_again(t: &Test<Register>) {
        let em = t.em();
        let jon = em.create(Resident::builder().first_name("Jon").last_name("Snow"));
        em.flush().await?;
        let failed: Result<()> = em.transactional(async |em| {
            jon.edit().last_name = "Stark".into();
            em.flush().await?;
            assert_eq!(jon.full_name, "Jon Stark");
            Err(Error::invalid("Resident", "no"))
        }).await;
        assert!(failed.is_err());
        t.forget();
        em.flush().await?;
        assert_eq!(t.text("select full_name from resident where id = 1").await.as_deref(), Some("Jon Stark"));
        assert_eq!(jon.full_name, "Jon Stark");
    }

    /// spec: S053
    async fn what_is_not_persisted_has_no_column(t: &Test<Register>) {
        let sql = t.orm.schema().create_sql().to_string();
        assert!(!sql.contains("visits") && !sql.contains("called") && !sql.contains("note"), "{sql}");
        let em = t.em();
        let hamlet = em.create(Hamlet::builder().name("Winterfell"));
        let jon = em.create(Resident::builder().first_name("Jon").last_name("Snow").visits(2).hamlet(&hamlet));
        assert_eq!((jon.visits, &*jon.called, &jon.note), (2, "stranger", &None));
        em.flush().await?;
        t.expect(4);
        // filled and serialized, and no reason to write anything
        jon.edit().visits += 1;
        jon.edit().note = Some("bastard".into());
        em.flush().await?;
        t.expect(0);
        let shown = to_value(&jon).unwrap();
        assert_eq!((&shown["visits"], &shown["called"], &shown["note"]), (&3.into(), &"stranger".into(), &"bastard".into()));
        assert_eq!(to_value(serialize(&jon).fields(["visits"])).unwrap()["visits"], 3);
        // what is read says nothing of it
        t.run("update resident set last_name = 'Stark'").await;
        em.find::<Resident>().await?;
        assert_eq!((&*jon.last_name, jon.visits, jon.note.as_deref()), ("Stark", 3, Some("bastard")));
        t.run("update resident set last_name = 'Targaryen'").await;
        em.refresh(&jon).await?;
        assert_eq!((&*jon.last_name, jon.visits, jon.note.as_deref()), ("Targaryen", 3, Some("bastard")));
        em.reference::<Resident>(1).assign(Resident::visits.set(4))?;
        em.assign(&jon, Resident::note.set("king"))?;
        assert_eq!((jon.visits, jon.note.as_deref()), (4, Some("king")));
        t.forget();
        em.flush().await?;
        t.expect(0);
        // for others it is as new
        let em = t.em();
        em.reference::<Resident>(1).assign(Resident::visits.set(9))?;
        em.flush().await?;
        t.expect(0);
        let jon = em.find_one_or_fail::<Resident>(1).await?;
        assert_eq!((jon.visits, &*jon.called, &jon.note, jon.hamlet_key, jon.changed), (9, "stranger", &None, Some(1), Some(7)));
        // one that shows another one's column is read, compared and not written
        assert_eq!(em.count(Resident::hamlet_key.eq(1)).await?, 1);
        t.forget();
        jon.edit().hamlet_key = None;
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S053
    async fn nobody_asks_the_database_for_what_is_not_persisted(t: &Test<Register>) {
        let em = t.em();
        let why = "Resident.visits: has no column to compare, read or order by: it is not persisted";
        assert_eq!(em.find::<Resident>().filter(Resident::visits.gt(1)).await.map(drop).unwrap_err().to_string(), why);
        assert_eq!(em.find::<Resident>().order_by(Resident::visits.asc()).await.map(drop).unwrap_err().to_string(), why);
        let error = em.find::<Resident>().select(Resident::visits).await.unwrap_err().to_string();
        assert!(error.starts_with("Resident.visits: has no column that could be selected"), "{error}");
        let error = em.find::<Resident>().filter(raw("{visits} > 1")).await.map(drop).unwrap_err().to_string();
        assert!(error.contains("Resident.visits: raw SQL names this property, which is not persisted"), "{error}");
        let error = em.reference::<Resident>(1).assign(Resident::visits.set_raw("1")).unwrap_err().to_string();
        assert!(error.contains("is not persisted"), "{error}");
    }

    /// spec: Y215
    async fn columns_that_are_written_and_not_read(t: &Test<Register>) {
        let em = t.em();
        let bundle = em.create(Bundle::builder().code("a").words("red box"));
        em.flush().await?;
        t.expect(3);
        assert_eq!((&*bundle.words, bundle.weight), ("red box", 3));
        let em = t.em();
        let bundle = em.find_one_or_fail::<Bundle>(Bundle::words.like("%box%")).await?;
        let sql = t.sql();
        assert!(!sql.split("from").next().unwrap().contains("words"), "{sql}");
        assert_eq!((&*bundle.words, bundle.weight), ("", 3));
        em.flush().await?;
        t.expect(0);
        bundle.edit().words = "blue box".into();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.text("select words from bundle").await.as_deref(), Some("blue box"));
        assert_eq!(t.number("select weight from bundle").await, 3);
        em.find::<Bundle>().await?;
        assert_eq!(bundle.words, "blue box");
        // an edit is taken back by what is known, not lost
        bundle.edit().words = "lost".into();
        em.refresh(&bundle).await?;
        assert_eq!(bundle.words, "blue box");
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y215
    async fn columns_that_are_read_back_after_each_write(t: &Test<Register>) {
        if !t.is_sqlite() {
            // (SQLite's triggers can't change the row that is written)
            t.run("create function upper_code() returns trigger as $$ begin new.code := upper(new.code); return new; end $$ language plpgsql").await;
            t.run("create trigger upper_code before insert or update on bundle for each row execute function upper_code()").await;
        }
        let stored = |code: &str| if t.is_sqlite() { code.to_owned() } else { code.to_uppercase() };
        let em = t.em();
        let (a, b) = (em.create(Bundle::builder().code("a").words("")), em.create(Bundle::builder().code("b").words("")));
        em.flush().await?;
        let sql = t.sql();
        assert!(sql.replace(['`', '"'], "'").contains("returning 'id', 'code'"), "{sql}");
        assert_eq!((&a.code, &b.code), (&stored("a"), &stored("b")));
        a.edit().code = "c".into();
        b.edit().code = "d".into();
        em.flush().await?;
        t.expect(3);
        assert_eq!((&a.code, &b.code), (&stored("c"), &stored("d")));
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S080, S081
    async fn identity_columns(t: &Test<Ledgers>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "'");
        let (always, by_default) = match t.is_sqlite() {
            true => ("'id' integer not null primary key autoincrement", "'id' integer not null primary key autoincrement"),
            false => (
                "'id' int generated always as identity not null primary key",
                "'id' bigint generated by default as identity not null primary key",
            ),
        };
        assert!(sql.contains(always) && sql.contains(by_default), "{sql}");
        let em = t.em();
        let (a, b) = (em.create(Ledger::builder().name("a")), em.create(Ledger::builder().name("b")));
        em.flush().await?;
        t.expect(3);
        assert_eq!((a.id, b.id), (1, 2));
        let given = em.create(Entry::builder().id(7).ledger(&a));
        let numbered = em.create(Entry::builder().ledger(&b));
        em.flush().await?;
        assert_eq!((given.id, numbered.ledger.id()), (7, Some(2)));
        em.create(Ledger::builder().id(9).name("c"));
        t.forget();
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(error, "Ledger.id: is numbered by the database alone: leave it out, or say `identity = by_default`");
        t.expect(0);
    }

    /// spec: Y215
    async fn what_updates_of_the_schema_leave_alone(t: &Test<Ledgers>) {
        t.run("drop table depot").await;
        match t.is_sqlite() {
            true => t.run("create table depot (id integer not null primary key autoincrement, size text not null default '5')").await,
            false => t.run("create table depot (id bigserial primary key, size bigint not null default 5)").await,
        }
        let update = t.orm.schema().update_sql().await?;
        assert!(update.is_empty(), "{update}");
        t.em().create(Depot::builder().size(4));
        // what else is different is not left alone, and keeps what is
        t.run("drop table depot").await;
        match t.is_sqlite() {
            true => t.run("create table depot (id integer not null primary key autoincrement, size text null default '5')").await,
            false => t.run("create table depot (id bigserial primary key, size bigint null default 5)").await,
        }
        t.orm.schema().update().await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
        t.run("insert into depot default values").await;
        assert_eq!(t.number("select cast(size as int) from depot").await, 5);
    }

    /// spec: Y215
    async fn collations(t: &Test<Shared<Register>>) {
        mod on_sqlite {
            use mikro_orm::prelude::*;
            #[derive(Entity)]
            pub struct Yard {
                #[orm(primary)]
                pub id: i64,
                #[orm(collation = "nocase", unique)]
                pub name: String,
            }
        }
        mod on_postgres {
            use mikro_orm::prelude::*;
            #[derive(Entity)]
            pub struct Yard {
                #[orm(primary)]
                pub id: i64,
                #[orm(collation = "C", unique)]
                pub name: String,
            }
        }
        if t.is_sqlite() {
            use on_sqlite::Yard;
            let orm = t.builder().entities(entities![Yard]).build().await?;
            orm.schema().create().await?;
            assert!(orm.schema().update_sql_with(&mikro_orm::schema::UpdateOptions::new().drop_tables(false)).await?.is_empty());
            let em = orm.em();
            em.create(Yard::builder().name("North"));
            em.flush().await?;
            assert_eq!(em.count(Yard::name.eq("NORTH")).await?, 1);
            orm.close().await;
        } else {
            use on_postgres::Yard;
            let orm = t.builder().entities(entities![Yard]).build().await?;
            orm.schema().create().await?;
            assert!(orm.schema().update_sql_with(&mikro_orm::schema::UpdateOptions::new().drop_tables(false)).await?.is_empty());
            let em = orm.em();
            ["b", "A", "a", "B"].into_iter().for_each(|name| drop(em.create(Yard::builder().name(name))));
            em.flush().await?;
            let names = em.find::<Yard>().order_by(Yard::name.asc()).select(Yard::name).await?;
            assert_eq!(names, ["A", "B", "a", "b"]);
            orm.close().await;
        }
    }

    /// spec: S078
    async fn what_is_computed_of_relations_in_a_circle(t: &Test<Knots>) {
        let em = t.em();
        let (a, b) = (em.create(Knot::builder()), em.create(Knot::builder()));
        a.edit().next = Some((&b).into());
        b.edit().next = Some((&a).into());
        em.flush().await?;
        assert_eq!((a.tension, b.tension), (b.id * 10, a.id * 10));
        t.forget();
        em.flush().await?;
        t.expect(0);
        a.edit().next = None;
        em.flush().await?;
        t.expect(3);
        assert_eq!((a.tension, a.version), (0, 2));
        let c = em.create(Knot::builder().next(&a));
        b.edit().next = Some((&c).into());
        em.flush().await?;
        assert_eq!((b.tension, c.tension), (c.id * 10, a.id * 10));
        assert_eq!(t.number("select cast(sum(tension) as bigint) from knot").await, c.id * 10 + a.id * 10);
    }

    /// spec: S078, S053, Y215
    async fn hooks_see_what_was_computed(t: &Test<Knots>) {
        let em = t.em();
        let (a, b) = (em.create(Bow::builder()), em.create(Bow::builder()));
        a.edit().next = Some((&b).into());
        b.edit().next = Some((&a).into());
        em.flush().await?;
        assert_eq!((a.tension, b.tension, a.seen, a.ends), (b.id * 10, a.id * 10, 100, 1));
        t.forget();
        em.flush().await?;
        t.expect(0);
        a.edit().next = None;
        em.flush().await?;
        assert_eq!((a.tension, a.seen), (0, 101));
        t.forget();
        em.flush().await?;
        t.expect(0);
        // nothing is to be written, so nobody is called
        a.edit().seen = 5;
        em.flush().await?;
        t.expect(0);
        assert_eq!(a.seen, 5);
    }

    /// spec: S078, S053, S082, Y127
    async fn bases_have_what_is_computed_and_filled(t: &Test<Stickers>) {
        let em = t.em();
        let sticker = em.create(Sticker::builder().label("ab").width(3).seen_by("me").secret("x".to_owned()));
        em.flush().await?;
        t.expect(3);
        assert_eq!((&*sticker.loud, &*sticker.both, sticker.area, sticker.width_again), ("AB", "", 6, 0));
        let em = t.em();
        let found = em.find::<Sticker>().filter(Sticker::both.eq("abAB") & Sticker::secret.is_not_null()).await?;
        let sticker = &found[0];
        assert_eq!((&*sticker.both, &*sticker.seen_by, &sticker.secret, sticker.width_again), ("abAB", "nobody", &None, 3));
        sticker.edit().width = 4;
        sticker.edit().label = "c".into();
        em.flush().await?;
        assert_eq!((&*sticker.loud, sticker.area), ("C", 4));
        // a struct is as good as a builder
        let base = Shown { id: 0, label: "s".into(), loud: "?".into(), both: "?".into(), seen_by: "you".into(), secret: None };
        let given = em.create(Sticker { base, area: 77, width: 2, width_again: 9 });
        em.flush().await?;
        assert_eq!((&*given.loud, given.area, &*given.seen_by), ("S", 2, "you"));
        let error = em.assign_json(&given, &serde_json::json!({"loud": "x"})).unwrap_err().to_string();
        assert!(error.starts_with("Sticker.loud: is generated"), "{error}");
        em.assign_json(&given, &serde_json::json!({"seen_by": "all", "width": 5}))?;
        em.flush().await?;
        assert_eq!((&*given.seen_by, given.area), ("all", 5));
    }

    /// spec: Y235, S053, S078, S082
    async fn mistakes_that_are_found_when_the_orm_is_built(t: &Test<Shared<Register>>) {
        #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
        pub enum Mood {
            Good,
        }
        #[derive(Entity)]
        pub struct NoColumn {
            #[orm(primary)]
            pub id: i64,
            #[orm(persist = false, name = "other")]
            pub shows: i64,
        }
        #[derive(Entity)]
        pub struct NoValue {
            #[orm(primary)]
            pub id: i64,
            #[orm(persist = false)]
            pub mood: Mood,
        }
        #[derive(Entity)]
        pub struct NoValueYet {
            #[orm(primary)]
            pub id: i64,
            #[orm(generated = "'good'")]
            pub mood: Mood,
        }
        #[derive(Entity)]
        pub struct Misspelled {
            #[orm(primary)]
            pub id: i64,
            pub name: String,
            #[orm(generated = "lower({nam})")]
            pub quiet: String,
        }
        #[derive(Entity)]
        pub struct OfAFormula {
            #[orm(primary)]
            pub id: i64,
            #[orm(formula = "{id} + 1")]
            pub next: i64,
            #[orm(formula = "{next} + 1")]
            pub last: i64,
        }
        #[derive(Entity)]
        pub struct OfNothing {
            #[orm(primary)]
            pub id: i64,
            #[orm(persist = false)]
            pub filled: i64,
            #[orm(formula = "{filled} + 1")]
            pub next: i64,
        }
        #[derive(Entity)]
        pub struct Keyed {
            #[orm(primary)]
            pub a: i64,
            #[orm(primary)]
            pub b: i64,
        }
        #[derive(Entity)]
        pub struct ToSeveral {
            #[orm(primary)]
            pub id: i64,
            #[orm(formula = "1")]
            pub keyed: Option<Ref<Keyed>>,
        }
        #[derive(Entity)]
        #[orm(query = "select 1 as n")]
        pub struct Found {
            pub n: i64,
        }
        #[derive(Entity)]
        pub struct ToFound {
            #[orm(primary)]
            pub id: i64,
            pub found: Ref<Found>,
        }
        let cases = [
            (
                entities![NoColumn],
                "NoColumn.shows: is not persisted, and no other field has the column `other` that it would show: take `name` off, for a \
                 field without a column, or `persist = false`",
            ),
            (
                entities![NoValue],
                "NoValue.mood: is filled after the entity is made, and its type has no value until then: make it an `Option`, or give it \
                 a `default`",
            ),
            (
                entities![NoValueYet],
                "NoValueYet.mood: is filled after the entity is made, and its type has no value until then: make it an `Option`",
            ),
            (
                entities![Misspelled],
                "Misspelled.quiet: has `generated` over `nam`, which is none of its properties; did you mean `name`?",
            ),
            (
                entities![OfAFormula],
                "OfAFormula.last: has a `formula` that names `next`, which is a formula: write out what that computes",
            ),
            (entities![OfNothing], "OfNothing.next: has a `formula` that names `filled`, which has no column"),
            (entities![ToSeveral], "ToSeveral.keyed: is a formula, which is one value, and the key of Keyed has 2 columns"),
            (entities![ToFound], "ToFound.found: refers to Found, which is what a query finds, and has no key: make that a `view`"),
        ];
        for (entities, message) in cases {
            let error = t.builder().entities(entities).build().await.map(drop).unwrap_err().to_string();
            assert_eq!(error, message);
        }
    }

    /// spec: S078, S082, Y224, Y225, Y185
    async fn what_is_embedded_is_computed_from_and_found(t: &Test<Pins>) {
        let em = t.em();
        let pin = em.create(Pin::builder().spot(Spot { x: 2, y: 3 }));
        em.create(Pin::builder().spot(Spot { x: 2, y: 3 }));
        em.flush().await?;
        assert_eq!(pin.area, 6);
        pin.edit().spot.y = 4;
        em.flush().await?;
        assert_eq!(pin.area, 8);
        let em = t.em();
        assert_eq!(em.find::<Pin>().filter(Pin::sum.eq(6)).await?[0].spot, Spot { x: 2, y: 4 });
        let counts = em.find::<PinCount>().order_by(PinCount::spot.y.desc()).await?;
        assert_eq!((&counts[0].spot, counts[0].many, counts.len()), (&Spot { x: 2, y: 4 }, 1, 2));
        let view = em.find_one_or_fail::<PinView>(PinView::sixth.eq(10) & PinView::at.y.eq(4)).await?;
        assert_eq!((&view.at, &view.far, view.sixth), (&Spot { x: 2, y: 4 }, &None, 10));
    }
}
