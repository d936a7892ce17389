//! Structs within entities that are JSON: objects, lists, conditions inside, edits.

use super::entities::*;
use serde_json::json;

fn full() -> Settings {
    Settings {
        token: Some("s3cret".into()),
        role: Some(Role::ChiefEditor),
        limit: Some(Cents(700)),
        seen: Some("2026-11-23T10:00:00.123456Z".parse().unwrap()),
        serial: Some("67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap()),
        key: Some(vec![0, 255, 16]),
        tags: Some(vec!["a".into(), "b\"c".into()]),
        colors: Colors { accent: "it's \"blue\"".into(), background: Some("white".into()) },
        history: vec![click("a", 1), Click { opened: vec![click("c", 3)], ..click("b", 2) }],
        ..settings("dark")
    }
}

/// Of the two texts, the one for this database.
fn per_database<'t>(t: &Test<Browsers>, sqlite: &'t str, postgres: &'t str) -> &'t str {
    if t.is_sqlite() { sqlite } else { postgres }
}

suite! {
    /// spec: Y187, Y188, Y189
    async fn structs_and_lists_are_json_in_one_column(t: &Test<Browsers>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        let table = sql.lines().find(|line| line.starts_with("create table browser ")).unwrap();
        let json = per_database(t, "text", "jsonb");
        for column in ["settings", "visits"] {
            assert!(table.contains(&format!("{column} {json} not null")), "{table}");
        }
        for column in ["spare", "profile_colors", "planned"] {
            assert!(table.contains(&format!("{column} {json} null")), "{table}");
        }
        assert!(table.contains("profile_nick") && table.contains("profile_age") && !table.contains("theme"), "{table}");
        let em = t.em();
        let profile = Profile { nick: "J".into(), colors: Some(Colors { accent: "x".into(), background: None }), age: None };
        em.create(Browser::builder().name("Jon").settings(full()).profile(profile.clone()).visits(vec![click("v", 5)]));
        em.create(Browser::builder().name("Sam").settings(settings("light")).planned(Some(vec![])));
        t.forget();
        em.flush().await?;
        t.expect(3);
        let em = t.em();
        let found = em.find::<Browser>().order_by(Browser::id.asc()).await?;
        let (jon, sam) = (&found[0], &found[1]);
        assert_eq!((&jon.settings, jon.profile.as_ref(), &jon.visits), (&full(), Some(&profile), &vec![click("v", 5)]));
        assert_eq!((&jon.other, &jon.planned), (&None, &None));
        assert_eq!((&sam.settings, &sam.profile, &sam.planned, sam.visits.len()), (&settings("light"), &None, &Some(vec![]), 0));
        t.forget();
        em.flush().await?;
        t.expect(0);
        let column = per_database(t, "settings", "settings::text");
        let stored: serde_json::Value =
            serde_json::from_str(&t.text(&format!("select {column} from browser where name = 'Jon'")).await.unwrap()).unwrap();
        assert_eq!(stored["colors"], json!({ "accent": "it's \"blue\"", "bg": "white" }));
        assert_eq!((&stored["key"], &stored["tags"], &stored["font_size"]), (&json!("00ff10"), &json!(["a", "b\"c"]), &json!(12)));
        assert_eq!(stored["history"][1]["opened"][0]["url"], json!("c"));
    }

    /// spec: Y187, Y188, Y192
    async fn an_edit_writes_the_document_and_unknown_keys_are_no_difference(t: &Test<Browsers>) {
        let em = t.em();
        em.create(Browser::builder().name("Jon").settings(settings("light")).visits(vec![click("a", 1), click("b", 2)]));
        em.flush().await?;
        let wider = per_database(
            t,
            "update browser set settings = json_insert(settings, '$.unknown', 5)",
            r#"update browser set settings = settings || '{"unknown": 5}'"#,
        );
        t.run(wider).await;
        let em = t.em();
        let jon = em.find_one_or_fail::<Browser>(1).await?;
        t.forget();
        em.flush().await?;
        jon.edit().name = "Jon Snow".into();
        em.flush().await?;
        assert!(!t.sql().contains("settings"), "what is unknown is no difference");
        assert_eq!(t.text("select name from browser").await.as_deref(), Some("Jon Snow"));
        jon.edit().settings.colors.accent = "green".into();
        jon.edit().visits[1].opened.push(click("c", 3));
        t.forget();
        em.flush().await?;
        let sql = t.sql().replace(['`', '"'], "");
        assert!(sql.contains("update browser set settings = ") && sql.contains("visits = ") && !sql.contains("spare"), "{sql}");
        let again = t.em().find_one_or_fail::<Browser>(1).await?;
        assert_eq!(again.settings.colors.accent, "green");
        assert_eq!(again.visits[1].opened, [click("c", 3)]);
        jon.edit().other = Some(Colors { accent: "x".into(), background: None });
        em.flush().await?;
        jon.edit().other = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from browser where spare is null").await, 1);
        // keys that are missing are null, and an error where that can't be
        t.run("update browser set visits = '[{\"url\": \"x\"}]'").await;
        let error = t.em().find_one::<Browser>(1).await.unwrap_err().to_string();
        assert!(error.contains("Browser.visits") && error.contains("seconds"), "{error}");
        t.run("update browser set visits = '7'").await;
        let error = t.em().find_one::<Browser>(1).await.unwrap_err().to_string();
        assert!(error.contains("Browser.visits") && error.contains("array"), "{error}");
    }

    /// spec: Y187, Y193, Y097
    async fn conditions_orders_and_projections_reach_into_json(t: &Test<Browsers>) {
        let em = t.em();
        let profile = |accent: &str| Profile {
            nick: "N".into(),
            colors: Some(Colors { accent: accent.into(), background: None }),
            age: None,
        };
        em.create(Browser::builder().name("Jon").settings(full()).profile(profile("p")));
        em.create(Browser::builder().name("Sam").settings(Settings { font_size: 9, ..settings("light") }).planned(Some(vec![])));
        em.flush().await?;
        let em = t.em();
        let names = async |condition: Condition<Browser>| -> Result<Vec<String>> {
            let found = em.find::<Browser>().filter(condition).order_by(Browser::settings.font_size.asc()).await?;
            Ok(found.iter().map(|found| found.name.clone()).collect())
        };
        assert_eq!(names(Browser::settings.theme.eq("dark")).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.theme.like("%")).await?, ["Sam", "Jon"]);
        assert_eq!(names(Browser::settings.font_size.lt(12)).await?, ["Sam"]);
        assert_eq!(names(Browser::settings.font_size.in_([9, 12])).await?, ["Sam", "Jon"]);
        assert_eq!(names(Browser::settings.zoom.gte(1.5)).await?, ["Sam", "Jon"]);
        assert_eq!(names(Browser::settings.role.eq(Role::ChiefEditor)).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.limit.gt(Cents(699))).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.seen.lt("2027-01-01T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap())).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.seen.eq("2026-11-23T10:00:00.123456Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap())).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.serial.eq("67e55044-10b1-426f-9247-bb680e5fe0c8".parse::<uuid::Uuid>().unwrap())).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.key.eq(vec![0, 255, 16])).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.token.is_null()).await?, ["Sam"]);
        assert_eq!(names(Browser::settings.colors.accent.eq("it's \"blue\"")).await?, ["Jon"]);
        assert_eq!(names(Browser::settings.colors.background.is_null()).await?, ["Sam"]);
        assert_eq!(names(Browser::profile.colors.accent.eq("p")).await?, ["Jon"]);
        assert_eq!(names(Browser::profile.nick.eq("N")).await?, ["Jon"]);
        assert_eq!(names(Browser::profile.is_null()).await?, ["Sam"]);
        assert_eq!(names(Browser::other.is_null()).await?, ["Sam", "Jon"]);
        assert_eq!(names(Browser::planned.is_not_null()).await?, ["Sam"]);
        assert_eq!(names(Browser::visits.is_null()).await?, [""; 0]);
        let rows = em.find::<Browser>().select((Browser::name, Browser::settings.theme)).order_by(Browser::settings.theme.desc()).await?;
        assert_eq!(rows, [("Sam".to_owned(), "light".to_owned()), ("Jon".to_owned(), "dark".to_owned())]);
        let raw = em.find::<Browser>().filter(raw("{settings.font_size} + 1 = ?").bind(10)).await?;
        assert_eq!(raw[0].name, "Sam");
        assert_eq!(em.count(Browser::settings.font_size.gt(9)).await?, 1);
        t.forget();
        em.find::<Browser>().filter(Browser::settings.colors.background.eq("white")).await?;
        let sql = t.sql();
        let path = per_database(
            t,
            r#"json_extract(`b0`.`settings`, '$."colors"."bg"') = ?"#,
            r#"("b0"."settings" #>> '{"colors","bg"}') = $1"#,
        );
        assert!(sql.contains(path), "{sql}");
    }

    /// spec: Y187, Y194
    async fn fields_in_json_are_set_one_by_one(t: &Test<Browsers>) {
        let em = t.em();
        let jon = em.create(Browser::builder().name("Jon").settings(settings("light")));
        em.flush().await?;
        jon.assign((Browser::settings.theme.set("dark"), Browser::settings.colors.accent.set("blue")))?;
        jon.assign(Browser::visits.set(vec![click("a", 1)]))?;
        assert_eq!((jon.settings.theme.as_str(), jon.settings.colors.accent.as_str(), jon.visits.len()), ("dark", "blue", 1));
        jon.assign(Browser::other.accent.set("x"))?;
        assert_eq!(jon.other, Some(Colors { accent: "x".into(), background: None }));
        jon.assign(Browser::settings.set(full()))?;
        assert_eq!(jon.settings, full());
        em.assign_json(&jon, &json!({
            "settings": { "theme": "none", "colors": { "background": "grey" } },
            "visits": [{ "url": "u", "seconds": 9, "opened": [] }],
            "planned": null,
        }))?;
        assert_eq!((jon.settings.theme.as_str(), jon.settings.font_size), ("none", 12));
        assert_eq!(jon.settings.colors, Colors { background: Some("grey".into()), ..full().colors });
        assert_eq!(jon.visits, [click("u", 9)]);
        let error = em.assign_json(&jon, &json!({ "visits": [{ "url": 5 }] })).unwrap_err().to_string();
        assert!(error.contains("Browser.visits") && error.contains("url"), "{error}");
        em.flush().await?;
        let em = t.em();
        let reference = em.reference::<Browser>(1);
        // of what is not loaded, the whole can be written, and no part of it
        let error = reference.assign(Browser::settings.theme.set("x")).unwrap_err().to_string();
        assert!(error.contains("Browser.settings.theme") && error.contains("load it"), "{error}");
        let error = reference.assign(Browser::settings.font_size.increment(1)).unwrap_err().to_string();
        assert_eq!(error, "Browser.settings.font_size: is in JSON, of which the database computes nothing: give it a value");
        reference.assign(Browser::visits.set(vec![]))?;
        em.flush().await?;
        let jon = t.em().find_one_or_fail::<Browser>(1).await?;
        assert_eq!((jon.settings.theme.as_str(), jon.visits.len()), ("none", 0));
    }

    /// spec: Y187
    async fn hidden_fields_in_json_stay_hidden(t: &Test<Browsers>) {
        let em = t.em();
        let jon = em.create(Browser::builder().name("Jon").settings(full()));
        t.forget();
        em.flush().await?;
        let log = t.printed().join("\n");
        assert!(!log.contains("s3cret"), "{log}");
        let text = format!("{jon:?}");
        assert!(text.contains(r#"settings: Settings { theme: "dark""#) && text.contains("token: ***"), "{text}");
        assert!(text.contains("visits: []") && text.contains("other: None") && !text.contains("s3cret"), "{text}");
        let json = serde_json::to_value(&jon).unwrap();
        assert!(!json.to_string().contains("s3cret"), "{json}");
        assert_eq!(json["settings"]["colors"]["background"], json!("white"));
        assert_eq!(json["settings"]["history"][0], json!({ "address": "a", "seconds": 1, "opened": [] }));
        assert_eq!((&json["other"], &json["visits"]), (&json!(null), &json!([])));
    }
}
