//! One-to-one relations: columns, loading, and what a condition says of them.

use super::entities::*;

suite! {
    /// spec: Y050, Y099
    async fn the_side_without_a_column_orders_by_the_key_that_is_joined(t: &Test<Citizens>) {
        let em = t.em();
        let [a, b, c] = ["A", "B", "C"].map(|name| em.create(Citizen::builder().name(name)));
        em.flush().await?;
        a.edit().follows = Some(c.to_ref());
        b.edit().follows = Some(a.to_ref());
        em.flush().await?;
        // (nobody follows B)
        let order = async |order: mikro_orm::query::Order<Citizen>| {
            let found = em.fork().find::<Citizen>().order_by(order).await?;
            Ok::<_, Error>(found.iter().map(|citizen| citizen.name.clone()).collect::<String>())
        };
        assert_eq!(order(Citizen::follower.asc().nulls_last()).await?, "CAB");
        assert_eq!(order(Citizen::follower.desc().nulls_first()).await?, "BAC");
        assert_eq!(order(Citizen::follows.desc().nulls_last()).await?, "ABC");
    }

    /// spec: S104, S106, S113, S114, S115, S116, S117, S118, S127, S128
    async fn the_owning_side_has_a_unique_foreign_key_and_the_other_none(t: &Test<Citizens>) {
        let em = t.em();
        let metadata = t.orm.metadata();
        let columns = |entity: &str| -> Vec<String> {
            metadata.by_name(entity).unwrap().columns().map(|property| property.column().to_owned()).collect()
        };
        assert_eq!(columns("Citizen"), ["id", "name", "follows_id"]);
        assert_eq!(columns("Passport"), ["id", "number", "citizen_id"]);
        let citizen = em.create(Citizen::builder().name("Ann"));
        em.create(Passport::builder().number("A").citizen(&citizen));
        em.flush().await?;
        let other = t.em();
        other.create(Passport::builder().number("B").citizen(1));
        let error = other.flush().await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert!(error.to_string().contains("citizen_id"), "{error}");
        // (a builder takes an option, too, on either side)
        let other = t.em();
        let nobody: Option<Ref<Passport>> = None;
        other.create(Citizen::builder().name("Bo").passport(nobody));
        let cid = other.create(Citizen::builder().name("Cid").passport(Some(Passport::builder().number("C"))));
        other.flush().await?;
        assert_eq!(cid.passport.as_ref().map(|passport| passport.get().unwrap().number.clone()).as_deref(), Some("C"));
    }

    /// spec: S105, S114
    async fn a_relation_may_have_one_side_only(t: &Test<Firms>) {
        let em = t.em();
        let acme = em.create(Firm::builder().name("Acme").office(Office::builder().city("Riga")));
        let other = em.create(Firm::builder().name("Other"));
        em.flush().await?;
        t.expect(4);
        let office = acme.office.clone();
        acme.edit().office = None;
        em.flush().await?;
        other.edit().office = office;
        em.flush().await?;
        assert_eq!(t.number("select office_id from firm where name = 'Other'").await, 1);
        t.forget();
        let found = em.fork().find::<Firm>().populate(Firm::office).order_by(Firm::id.asc()).await?;
        t.expect(1);
        assert!(found[0][Firm::office].is_none());
        assert_eq!(found[1][Firm::office].as_ref().unwrap().city, "Riga");
    }

    /// spec: Y163, S117
    async fn the_side_without_a_column_is_a_reference_or_null_in_every_row(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em.find::<Citizen>().order_by(Citizen::id.asc()).await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"select `c0`.`id`, `c0`.`name`, `c0`.`follows_id`, `p1`.`id` as `p1__id`, `c2`.`id` as `c2__id` from `citizen` as `c0` left join `passport` as `p1` on `c0`.`id` = `p1`.`citizen_id` left join `citizen` as `c2` on `c0`.`id` = `c2`.`follows_id` order by `c0`.`id` asc");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"select "c0"."id", "c0"."name", "c0"."follows_id", "p1"."id" as "p1__id", "c2"."id" as "c2__id" from "citizen" as "c0" left join "passport" as "p1" on "c0"."id" = "p1"."citizen_id" left join "citizen" as "c2" on "c0"."id" = "c2"."follows_id" order by "c0"."id" asc"#);
        }
        let passports: Vec<_> = people.iter().map(|person| person.passport.as_ref().and_then(Ref::id)).collect();
        assert_eq!(passports, [Some(1), Some(2), None]);
        assert!(!people[0].passport.as_ref().unwrap().is_initialized());
        assert_eq!(people[1].follower, Some(people[0].to_ref()));
        t.forget();
        assert_eq!(people[0].passport.as_ref().unwrap().load().await?.number, "A");
        t.expect(1);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y163, S117
    async fn a_populated_side_without_a_column_is_read_in_the_same_join(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em
            .find::<Citizen>()
            .populate((Citizen::passport, Citizen::follower.with(Citizen::passport)))
            .order_by(Citizen::id.asc())
            .await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"select `c0`.`id`, `c0`.`name`, `c0`.`follows_id`, `p1`.`id` as `p1__id`, `p1`.`number` as `p1__number`, `p1`.`citizen_id` as `p1__citizen_id`, `c2`.`id` as `c2__id`, `c2`.`name` as `c2__name`, `c2`.`follows_id` as `c2__follows_id`, `p3`.`id` as `p3__id`, `p3`.`number` as `p3__number`, `p3`.`citizen_id` as `p3__citizen_id`, `c4`.`id` as `c4__id` from `citizen` as `c0` left join `passport` as `p1` on `c0`.`id` = `p1`.`citizen_id` left join `citizen` as `c2` on `c0`.`id` = `c2`.`follows_id` left join `passport` as `p3` on `c2`.`id` = `p3`.`citizen_id` left join `citizen` as `c4` on `c2`.`id` = `c4`.`follows_id` order by `c0`.`id` asc");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"select "c0"."id", "c0"."name", "c0"."follows_id", "p1"."id" as "p1__id", "p1"."number" as "p1__number", "p1"."citizen_id" as "p1__citizen_id", "c2"."id" as "c2__id", "c2"."name" as "c2__name", "c2"."follows_id" as "c2__follows_id", "p3"."id" as "p3__id", "p3"."number" as "p3__number", "p3"."citizen_id" as "p3__citizen_id", "c4"."id" as "c4__id" from "citizen" as "c0" left join "passport" as "p1" on "c0"."id" = "p1"."citizen_id" left join "citizen" as "c2" on "c0"."id" = "c2"."follows_id" left join "passport" as "p3" on "c2"."id" = "p3"."citizen_id" left join "citizen" as "c4" on "c2"."id" = "c4"."follows_id" order by "c0"."id" asc"#);
        }
        assert_eq!(people[1][Citizen::passport].as_ref().unwrap().number, "B");
        let follower = people[1][Citizen::follower].as_ref().unwrap();
        assert_eq!(follower[Citizen::passport].as_ref().unwrap().number, "A");
        assert!(people[2][Citizen::passport].is_none() && people[2][Citizen::follower].is_none());
        assert!(people[0][Citizen::passport].as_ref().unwrap().citizen.get()?.is_same(&people[0]));
    }

    /// spec: Y163
    async fn a_side_without_a_column_is_loaded_by_the_other_side_s_key(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em
            .find::<Citizen>()
            .populate(Citizen::passport)
            .strategy(mikro_orm::Strategy::SelectIn)
            .order_by(Citizen::id.asc())
            .await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            select `c0`.`id`, `c0`.`name`, `c0`.`follows_id`, `p1`.`id` as `p1__id`, `c2`.`id` as `c2__id` from `citizen` as `c0` left join `passport` as `p1` on `c0`.`id` = `p1`.`citizen_id` left join `citizen` as `c2` on `c0`.`id` = `c2`.`follows_id` order by `c0`.`id` asc
            select `p0`.`id`, `p0`.`number`, `p0`.`citizen_id` from `passport` as `p0` where `p0`.`citizen_id` in (1, 2)
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            select "c0"."id", "c0"."name", "c0"."follows_id", "p1"."id" as "p1__id", "c2"."id" as "c2__id" from "citizen" as "c0" left join "passport" as "p1" on "c0"."id" = "p1"."citizen_id" left join "citizen" as "c2" on "c0"."id" = "c2"."follows_id" order by "c0"."id" asc
            select "p0"."id", "p0"."number", "p0"."citizen_id" from "passport" as "p0" where "p0"."citizen_id" = any('{1,2}')
            "#);
        }
        assert_eq!(people[0][Citizen::passport].as_ref().unwrap().number, "A");
        assert!(people[2][Citizen::passport].is_none());
        // what is known is not read again
        let people = em.populate(&people, (Citizen::passport, Citizen::follower)).await?;
        t.expect(0);
        assert_eq!(people[1][Citizen::follower].as_ref().unwrap().name, "Ann");
    }

    /// spec: Y163
    async fn one_that_somebody_else_deleted_meanwhile_is_none(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let ann = em.find_one_or_fail::<Citizen>(1).await?;
        t.run("delete from passport where id = 1").await;
        let ann = em.populate(&ann, Citizen::passport).await?;
        assert!(ann[Citizen::passport].is_none() && ann.passport.is_none());
        em.flush().await?;
    }

    /// spec: Y163, U09
    async fn a_row_that_is_read_again_says_what_the_database_has_now(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em.find::<Citizen>().populate(Citizen::passport).order_by(Citizen::id.asc()).await?;
        t.run("update passport set citizen_id = 3 where id = 1").await;
        let again = em.find::<Citizen>().order_by(Citizen::id.asc()).await?;
        assert!(people[0].passport.is_none());
        assert_eq!(again[2].passport.as_ref().and_then(Ref::id), Some(1));
        // the other side hears of it when it is read
        let passports = em.find::<Passport>().order_by(Passport::id.asc()).await?;
        assert_eq!(passports[0].citizen, people[2].to_ref());
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y163, U09, U25
    async fn an_edit_of_the_other_side_wins_over_rows(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let passport = em.find_one_or_fail::<Passport>(1).await?;
        let cid = em.find_one_or_fail::<Citizen>(3).await?;
        passport.edit().citizen = cid.to_ref();
        assert_eq!(cid.passport, Some(passport.to_ref()));
        let people = em.find::<Citizen>().order_by(Citizen::id.asc()).await?;
        assert!(people[0].passport.is_none());
        assert_eq!(people[2].passport, Some(passport.to_ref()));
        // also when the rows come with what is joined to them
        let people = em.find::<Citizen>().populate(Citizen::passport).order_by(Citizen::id.asc()).await?;
        assert!(people[0][Citizen::passport].is_none());
        assert_eq!(people[2][Citizen::passport].as_ref().unwrap().number, "A");
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select citizen_id from passport where id = 1").await, 3);
    }

    /// spec: S113, Y163
    async fn conditions_and_orders_go_through_both_sides(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let with_b = em.find_one_or_fail::<Citizen>(Citizen::passport.is(Passport::number.eq("B"))).await?;
        assert_eq!(with_b.name, "Bob");
        let without = em.find::<Citizen>().filter(Citizen::passport.is_null()).await?;
        assert_eq!(without.iter().map(|person| &*person.name).collect::<Vec<_>>(), ["Cid"]);
        let by_key = em.find::<Citizen>().filter(Citizen::passport.eq(1) | Citizen::follower.in_([1])).order_by(Citizen::id.asc());
        t.forget();
        assert_eq!(by_key.await?.iter().map(|person| &*person.name).collect::<Vec<_>>(), ["Ann", "Bob"]);
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"select `c0`.`id`, `c0`.`name`, `c0`.`follows_id`, `p1`.`id` as `p1__id`, `c2`.`id` as `c2__id` from `citizen` as `c0` left join `passport` as `p1` on `c0`.`id` = `p1`.`citizen_id` left join `citizen` as `c2` on `c0`.`id` = `c2`.`follows_id` where `p1`.`id` = 1 or `c2`.`id` in (1) order by `c0`.`id` asc");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"select "c0"."id", "c0"."name", "c0"."follows_id", "p1"."id" as "p1__id", "c2"."id" as "c2__id" from "citizen" as "c0" left join "passport" as "p1" on "c0"."id" = "p1"."citizen_id" left join "citizen" as "c2" on "c0"."id" = "c2"."follows_id" where "p1"."id" = 1 or "c2"."id" = any('{1}') order by "c0"."id" asc"#);
        }
        assert_eq!(em.count::<Citizen>(Citizen::passport.is_not_null()).await?, 2);
        let ordered = em.find::<Citizen>().filter(Citizen::passport.is_not_null()).order_by(Citizen::passport.order(Passport::number.desc()));
        assert_eq!(ordered.await?[0].name, "Bob");
        let followed = em.find::<Passport>().filter(Passport::citizen.is(Citizen::follower.is(Citizen::name.eq("Ann")))).await?;
        assert_eq!(followed[0].number, "B");
    }
}
