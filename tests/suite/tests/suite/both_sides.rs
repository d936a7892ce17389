//! Both sides of to-one relations are kept in step, whichever is edited.

use super::entities::*;

/// The first words of what was sent.
fn kinds(t: &Test<impl Sized>) -> Vec<String> {
    t.sent().iter().map(|sql| sql.split(' ').next().unwrap_or_default().to_owned()).collect()
}

suite! {
    /// spec: S209, U25
    async fn editing_the_owning_side_moves_the_other(t: &Test<Projects>) {
        let em = t.em();
        let (a, b) = (em.create(Project::builder().name("a")), em.create(Project::builder().name("b")));
        let ann = em.create(Maintainer::builder().name("Ann").second(&a));
        em.flush().await?;
        assert_eq!(a.deputy, Some(ann.to_ref()));
        ann.edit().second = Some(b.to_ref());
        assert!(a.deputy.is_none());
        assert_eq!(b.deputy, Some(ann.to_ref()));
        ann.edit().second = None;
        assert!(b.deputy.is_none());
        t.forget();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from maintainer where second_id is null").await, 1);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S209, U25
    async fn editing_the_side_without_a_column_is_an_edit_of_the_other(t: &Test<Projects>) {
        let em = t.em();
        let project = em.create(Project::builder().name("a"));
        let (ann, bob) = (em.create(Maintainer::builder().name("Ann")), em.create(Maintainer::builder().name("Bob")));
        em.flush().await?;
        t.forget();
        project.edit().deputy = Some(ann.to_ref());
        assert_eq!(ann.second, Some(project.to_ref()));
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `maintainer` set `second_id` = 1 where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "maintainer" set "second_id" = 1 where "id" = 1
            commit
            "#);
        }
        project.edit().deputy = Some(bob.to_ref());
        assert_eq!((&ann.second, &bob.second), (&None, &Some(project.to_ref())));
        project.edit().deputy = None;
        assert!(bob.second.is_none());
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from maintainer where second_id is not null").await, 0);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S209, U25
    async fn a_counterpart_that_is_replaced_refers_to_nothing(t: &Test<Projects>) {
        let em = t.em();
        let project = em.create(Project::builder().name("a"));
        let ann = em.create(Maintainer::builder().name("Ann").second(&project));
        let bob = em.create(Maintainer::builder().name("Bob").second(&project));
        assert_eq!((&ann.second, &bob.second), (&None, &Some(project.to_ref())));
        assert_eq!(project.deputy, Some(bob.to_ref()));
        let cid = em.create(Maintainer::builder().name("Cid"));
        cid.edit().second = Some(project.to_ref());
        assert_eq!((&bob.second, &project.deputy), (&None, &Some(cid.to_ref())));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from maintainer where second_id is not null").await, 1);
    }

    /// spec: S209, U25, S118
    async fn both_sides_may_be_of_one_entity(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em.find::<Citizen>().order_by(Citizen::id.asc()).await?;
        let (ann, bob, cid) = (&people[0], &people[1], &people[2]);
        cid.edit().follows = Some(bob.to_ref());
        assert_eq!((&ann.follows, &bob.follower), (&None, &Some(cid.to_ref())));
        cid.edit().follower = Some(cid.to_ref());
        assert_eq!((&cid.follows, &cid.follower), (&Some(cid.to_ref()), &Some(cid.to_ref())));
        assert!(bob.follower.is_none());
        cid.edit_with(|cid| {
            cid.follows = None;
            cid.follower = Some(ann.to_ref());
        });
        assert_eq!((&cid.follows, &cid.follower), (&None, &Some(ann.to_ref())));
        assert_eq!(ann.follows, Some(cid.to_ref()));
    }

    /// spec: S209, U25, Y074
    async fn counterparts_that_are_not_loaded_are_patched(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em.find::<Citizen>().order_by(Citizen::id.asc()).await?;
        t.forget();
        people[2].edit().passport = Some(em.reference(1));
        assert_eq!(people[2].passport.as_ref().and_then(Ref::id), Some(1));
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `passport` set `citizen_id` = 3 where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "passport" set "citizen_id" = 3 where "id" = 1
            commit
            "#);
        }
        assert_eq!(t.number("select citizen_id from passport where id = 1").await, 3);
    }

    /// spec: S209, U25
    async fn one_that_was_pointed_at_before_it_was_loaded_knows_it_then(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let passport = em.find_one_or_fail::<Passport>(1).await?;
        passport.edit().citizen = em.reference(3);
        let cid = passport.citizen.load().await?;
        assert_eq!(cid.passport, Some(passport.to_ref()));
        let ann = em.find_one_or_fail::<Citizen>(1).await?;
        assert!(ann.passport.is_none());
        passport.edit().citizen = ann.to_ref();
        assert!(cid.passport.is_none());
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S209, Y048
    async fn builders_connect_both_sides(t: &Test<Citizens>) {
        let em = t.em();
        let ann = em.create(Citizen::builder().name("Ann").passport(Passport::builder().number("A")));
        let passport = ann.passport.clone().unwrap();
        assert_eq!(passport.get()?.citizen, ann.to_ref());
        let other = em.create(Passport::builder().number("B").citizen(Citizen::builder().name("Bob")));
        let bob = other.citizen.get()?;
        assert_eq!(bob.passport, Some(other.to_ref()));
        let cid = em.create(Citizen::builder().name("Cid").follower(&ann).follows(bob));
        assert_eq!((&ann.follows, &bob.follower), (&Some(cid.to_ref()), &Some(cid.to_ref())));
        em.flush().await?;
        t.expect((4, 6));
        assert_eq!(t.number("select count(*) from passport p join citizen c on c.id = p.citizen_id").await, 2);
        assert_eq!(t.number("select count(*) from citizen where follows_id is not null").await, 2);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S209, U25
    async fn what_can_t_be_null_must_be_moved_or_removed(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em.find::<Citizen>().populate(Citizen::passport).order_by(Citizen::id.asc()).await?;
        let passport = people[0][Citizen::passport].clone().unwrap();
        people[0].edit().passport = None;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Citizen.passport: no longer refers to Passport 1, whose citizen can't be null"), "{error}");
        // moved
        passport.edit().citizen = people[2].to_ref();
        em.flush().await?;
        assert_eq!(t.number("select citizen_id from passport where id = 1").await, 3);
        // removed
        people[2].edit().passport = None;
        em.remove(&passport)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from passport").await, 1);
    }

    /// spec: U22
    async fn a_deleted_entity_is_gone_from_the_other_side(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em.find::<Citizen>().populate(Citizen::passport).order_by(Citizen::id.asc()).await?;
        em.remove::<Passport>(1)?;
        em.flush().await?;
        assert!(people[0].passport.is_none() && people[0][Citizen::passport].is_none());
        em.remove::<Passport>(2)?;
        em.remove(&people[1])?;
        em.flush().await?;
        assert!(people[0].follows.is_none());
        assert_eq!(t.number("select count(*) from citizen where follows_id is null").await, 2);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U22, Y082
    async fn a_delete_that_is_rolled_back_leaves_both_sides_connected(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let ann = em.find_one_or_fail::<Citizen>(1).populate(Citizen::passport).await?;
        let passport = ann.passport.clone();
        em.begin().await?;
        em.remove(passport.as_ref().unwrap())?;
        em.flush().await?;
        assert!(ann.passport.is_none());
        em.rollback().await?;
        assert_eq!(ann.passport, passport);
        assert_eq!(ann.passport.as_ref().unwrap().get()?.citizen, ann.to_ref());
    }

    /// spec: U22, U25, Y082
    async fn who_took_the_place_of_what_was_deleted_keeps_it_when_that_is_rolled_back(t: &Test<Projects>) {
        let em = t.em();
        let project = em.create(Project::builder().name("a").owner(Maintainer::builder().name("Ann")));
        em.flush().await?;
        let bob = em.create(Maintainer::builder().name("Bob").first(&project));
        em.begin().await?;
        em.flush().await?;
        em.rollback().await?;
        assert_eq!(project.owner, Some(bob.to_ref()));
        assert_eq!(bob.first, Some(project.to_ref()));
        em.flush().await?;
        assert_eq!(t.text("select name from maintainer where first_id = 1").await.as_deref(), Some("Bob"));
        assert_eq!(t.number("select count(*) from maintainer").await, 1);
    }

    /// spec: S119, U25
    async fn a_counterpart_that_is_lost_is_removed_where_the_relation_says_so(t: &Test<Projects>) {
        let em = t.em();
        let project = em.create(Project::builder().name("a").owner(Maintainer::builder().name("Ann")));
        em.flush().await?;
        let ann = project.owner.clone().unwrap();
        t.forget();
        project.edit().owner = None;
        assert!(ann.get()?.first.is_none());
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from maintainer").await, 0);

        // whoever is given back stays
        project.edit().owner = Some(em.create(Maintainer::builder().name("Bob")).to_ref());
        em.flush().await?;
        let bob = project.owner.clone();
        project.edit().owner = None;
        project.edit().owner = bob.clone();
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select count(*) from maintainer where first_id = 1").await, 1);
    }

    /// spec: S118, U25, U59
    async fn a_version_counts_what_is_stored_and_nothing_else(t: &Test<Series>) {
        let em = t.em();
        let first = em.create(Volume::builder().title("one"));
        em.create(Volume::builder().title("two").prequel(&first));
        em.flush().await?;
        let em = t.em();
        let first = em.find_one_or_fail::<Volume>(1).await?;
        let second = first.sequel.clone().unwrap();
        assert_eq!((second.id(), second.is_initialized()), (Some(2), false));
        t.forget();
        first.edit().title = "One".into();
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `volume` set `title` = 'One', `version` = 2 where `id` = 1 and `version` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "volume" set "title" = 'One', "version" = 2 where "id" = 1 and "version" = 1
            commit
            "#);
        }
        first.edit().title = "ONE".into();
        second.assign(Volume::title.set("TWO"))?;
        em.flush().await?;
        // begin, one update each, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from volume where title in ('ONE', 'TWO')").await, 2);

        // the other side's edits are not this one's
        let second = second.load().await?;
        let third = em.create(Volume::builder().title("three").prequel(second));
        em.flush().await?;
        assert_eq!(second.sequel, Some(third.to_ref()));
        let before = second.version;
        third.edit().prequel = None;
        em.flush().await?;
        assert_eq!((second.version, &second.sequel), (before, &None));
        assert_eq!(third.version, 2);
    }

    /// spec: S209, Y074
    async fn sides_without_a_column_of_rows_that_are_not_loaded_are_set_through_the_others(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let cid = em.reference::<Citizen>(3);
        em.assign_json(&cid, &serde_json::json!({ "name": "Sid", "passport": 2 }))?;
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select citizen_id from passport where id = 2").await, 3);
        assert_eq!(cid.load().await?.passport.as_ref().and_then(Ref::id), Some(2));
        let error = em.assign_json(em.reference::<Citizen>(1), &serde_json::json!({ "passport": null })).unwrap_err().to_string();
        assert!(error.contains("Citizen.passport") && error.contains("load it first"), "{error}");
    }

    /// spec: Y163
    async fn rows_of_raw_statements_know_the_other_sides(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let people = em.raw("select * from citizen order by id").entities::<Citizen>().await?;
        t.expect(3);
        let passports: Vec<_> = people.iter().map(|person| person.passport.as_ref().and_then(Ref::id)).collect();
        assert_eq!(passports, [Some(1), Some(2), None]);
        assert_eq!(people[1].follower, Some(people[0].to_ref()));
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S119, U25, U43
    async fn replacing_an_owner_deletes_it_before_the_new_one_is_inserted(t: &Test<Projects>) {
        let em = t.em();
        let project = em.create(
            Project::builder().name("a").owner(Maintainer::builder().name("Ann")).deputy(Maintainer::builder().name("Bob")),
        );
        em.flush().await?;
        let (ann, bob) = (project.owner.clone().unwrap(), project.deputy.clone().unwrap());
        t.forget();
        project.edit().owner = Some(em.create(Maintainer::builder().name("Cid")).to_ref());
        assert!(ann.get()?.first.is_none());
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            delete from `maintainer` where `id` in (1)
            insert into `maintainer` (`name`, `first_id`, `second_id`) values ('Cid', 1, null)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            delete from "maintainer" where "id" = any('{1}')
            insert into "maintainer" ("name", "first_id", "second_id") values ('Cid', 1, null) returning "id"
            commit
            "#);
        }

        project.edit().deputy = Some(em.create(Maintainer::builder().name("Dan")).to_ref());
        assert!(bob.get()?.second.is_none());
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `maintainer` set `second_id` = null where `id` = 2
            insert into `maintainer` (`name`, `first_id`, `second_id`) values ('Dan', null, 1)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "maintainer" set "second_id" = null where "id" = 2
            insert into "maintainer" ("name", "first_id", "second_id") values ('Dan', null, 1) returning "id"
            commit
            "#);
        }
        assert_eq!(t.number("select count(*) from maintainer where name = 'Bob'").await, 1);

        // what it replaces need not be loaded
        let em = t.em();
        let project = em.find_one_or_fail::<Project>(1).await?;
        em.create(Maintainer::builder().name("Fay").first(&project));
        em.flush().await?;
        assert_eq!(t.text("select name from maintainer where first_id = 1").await.as_deref(), Some("Fay"));

        // the new owner says so itself
        let em = t.em();
        let project = em.find_one_or_fail::<Project>(1).populate(Project::owner).await?;
        t.forget();
        em.create(Maintainer::builder().name("Eve").first(&project));
        em.flush().await?;
        assert_eq!(kinds(t), ["begin", "delete", "insert", "commit"]);
        assert_eq!(t.text("select name from maintainer where first_id = 1").await.as_deref(), Some("Eve"));
        assert_eq!(t.number("select count(*) from maintainer where name = 'Cid'").await, 0);
        // by the key
        let em = t.em();
        em.find_one_or_fail::<Project>(1).await?;
        t.forget();
        em.create(Maintainer::builder().name("Fay").first(1));
        em.flush().await?;
        assert_eq!(kinds(t), ["begin", "delete", "insert", "commit"]);
        assert_eq!(t.text("select name from maintainer where first_id = 1").await.as_deref(), Some("Fay"));
    }

    /// spec: S119, U25, U43, U45
    async fn replacing_an_owner_that_is_not_loaded_deletes_it_first_too(t: &Test<Projects>) {
        let em = t.em();
        em.create(Project::builder().name("a").owner(Maintainer::builder().name("Ann")));
        em.flush().await?;
        let em = t.em();
        let project = em.find_one_or_fail::<Project>(1).await?;
        assert!(!project.owner.as_ref().unwrap().is_initialized());
        t.forget();
        project.edit().owner = Some(em.create(Maintainer::builder().name("Bob")).to_ref());
        em.flush().await?;
        assert_eq!(kinds(t), ["begin", "delete", "insert", "commit"]);
        assert_eq!(t.text("select name from maintainer where first_id = 1").await.as_deref(), Some("Bob"));
        assert_eq!(t.number("select count(*) from maintainer").await, 1);
        // by one that is there, loaded or not
        for loaded in [true, false] {
            let em = t.em();
            let next = em.create(Maintainer::builder().name("next"));
            em.flush().await?;
            let key = next.id().unwrap();
            let em = t.em();
            let project = em.find_one_or_fail::<Project>(1).await?;
            if loaded {
                em.find_one_or_fail::<Maintainer>(key).await?;
            }
            project.edit().owner = Some(em.reference(key));
            em.flush().await?;
            assert_eq!(t.number("select id from maintainer where first_id = 1").await, key);
            assert_eq!(t.number("select count(*) from maintainer").await, 1);
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
    }

    /// spec: U25, U44
    async fn counterparts_are_swapped_without_breaking_the_constraint(t: &Test<Series>) {
        let em = t.em();
        let volumes: Vec<_> = (1..=3).map(|i| em.create(Volume::builder().title(format!("v{i}")))).collect();
        volumes[0].edit().prequel = Some(volumes[1].to_ref());
        em.flush().await?;
        t.forget();
        volumes[0].edit().prequel = None;
        volumes[2].edit().prequel = Some(volumes[1].to_ref());
        assert_eq!(volumes[1].sequel, Some(volumes[2].to_ref()));
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `volume` set `prequel_id` = null, `version` = 2 where `id` = 3 and `version` = 1
            update `volume` set `prequel_id` = 1, `version` = 2 where `id` = 2 and `version` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "volume" set "prequel_id" = null, "version" = 2 where "id" = 3 and "version" = 1
            update "volume" set "prequel_id" = 1, "version" = 2 where "id" = 2 and "version" = 1
            commit
            "#);
        }
        // and taken over
        volumes[0].edit().prequel = Some(volumes[1].to_ref());
        assert!(volumes[2].prequel.is_none());
        em.flush().await?;
        assert_eq!(t.number("select count(*) from volume where prequel_id is not null").await, 1);
        assert_eq!(volumes[0].version, 3);
    }

    /// spec: S209, U25, U71
    async fn a_counterpart_that_is_not_loaded_is_given_to_a_new_entity(t: &Test<Citizens>) {
        citizens(t).await?;
        let em = t.em();
        let ann = em.find_one_or_fail::<Citizen>(1).await?;
        let dan = em.create(Citizen::builder().name("Dan").passport(em.reference::<Passport>(1)));
        t.forget();
        em.flush().await?;
        // begin, insert, update, commit
        t.expect(4);
        assert_eq!(t.number("select citizen_id from passport where id = 1").await, 4);
        assert_eq!(dan.passport.as_ref().and_then(Ref::id), Some(1));
        em.flush().await?;
        t.expect(0);
        em.refresh(&ann).await?;
        assert!(ann.passport.is_none());

        // it is loaded before the flush, or who had it is
        let em = t.em();
        let eve = em.create(Citizen::builder().name("Eve"));
        eve.edit().passport = Some(em.reference(2));
        let bob = em.find_one_or_fail::<Citizen>(2).await?;
        assert!(bob.passport.is_none() && eve.passport.is_some());
        let passport = em.find_one_or_fail::<Passport>(2).await?;
        assert_eq!(passport.citizen, eve.to_ref());
        em.flush().await?;
        assert_eq!(t.number("select citizen_id from passport where id = 2").await, eve.id().unwrap());
    }

    /// spec: S209, U25, U71
    async fn what_was_given_to_a_new_entity_can_be_taken_back(t: &Test<Citizens>) {
        citizens(t).await?;
        // the entity is not inserted after all
        let em = t.em();
        let dan = em.create(Citizen::builder().name("Dan").passport(em.reference::<Passport>(1)));
        em.remove(&dan)?;
        t.forget();
        em.flush().await?;
        t.expect(0);
        // or has another one, or none
        let em = t.em();
        let dan = em.create(Citizen::builder().name("Dan").passport(em.reference::<Passport>(1)));
        dan.edit().passport = None;
        em.flush().await?;
        // begin, insert, commit
        t.expect(3);
        // or somebody else has it
        let em = t.em();
        em.create(Citizen::builder().name("Eve").passport(em.reference::<Passport>(1)));
        em.assign_json(em.reference::<Passport>(1), &serde_json::json!({ "citizen": 3 }))?;
        em.flush().await?;
        assert_eq!(t.number("select citizen_id from passport where id = 1").await, 3);
        // or it is removed
        let em = t.em();
        em.create(Citizen::builder().name("Fay").passport(em.reference::<Passport>(1)));
        em.remove::<Passport>(1)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from passport").await, 1);
    }

    /// spec: S209, U25, U32, U71
    async fn it_is_given_again_when_the_transaction_rolled_back(t: &Test<Citizens>) {
        citizens(t).await?;
        let mut owner = 1;
        for loaded in [false, true] {
            let em = t.em();
            em.begin().await?;
            let dan = em.create(Citizen::builder().name("Dan").passport(em.reference::<Passport>(1)));
            em.flush().await?;
            if loaded {
                em.find_one_or_fail::<Passport>(1).await?;
            }
            em.rollback().await?;
            assert_eq!(t.number("select citizen_id from passport where id = 1").await, owner);
            em.persist(&dan)?;
            em.flush().await?;
            owner = dan.id().unwrap();
            assert_eq!(t.number("select citizen_id from passport where id = 1").await, owner);
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
    }

    /// spec: S209, U59, U71
    async fn versions_of_rows_that_are_not_loaded_count_when_they_are_given(t: &Test<Series>) {
        let em = t.em();
        em.create(Volume::builder().title("two"));
        em.flush().await?;
        let em = t.em();
        let first = em.create(Volume::builder().title("one").sequel(em.reference::<Volume>(1)));
        em.flush().await?;
        assert_eq!(t.number("select prequel_id from volume where id = 1").await, first.id().unwrap());
        assert_eq!(t.number("select version from volume where id = 1").await, 2);
    }
}
