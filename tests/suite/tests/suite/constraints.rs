//! Options of foreign keys, keys in the place of relations, and columns that several relations have.

use super::entities::*;

/// What creates a table, without quotes around names.
fn created<W: super::harness::World>(t: &Test<W>, table: &str) -> String {
    let all: Vec<_> = t.orm.schema().create_sql().iter().map(|sql| sql.replace(['`', '"'], "")).collect();
    let (table, alter) = (format!("create table {table} "), format!("alter table {table} "));
    all.into_iter().filter(|sql| sql.starts_with(&table) || sql.starts_with(&alter)).collect::<Vec<_>>().join("\n")
}

suite! {
    /// spec: S131, S132, Y202, Y205
    async fn foreign_keys_have_the_rules_and_names_that_are_said(t: &Test<Constraints>) {
        let ship = created(t, "ship");
        assert!(ship.contains(
            "constraint ship_built_in foreign key (built_in_id) references harbour (id) on update no action on delete cascade"
        ), "{ship}");
        // the columns without a constraint are there all the same, and have an index
        assert!(!ship.contains("last_seen_id)") && ship.contains("last_seen_id") && ship.contains("flag "), "{ship}");
        let all = t.orm.schema().create_sql().to_string().replace(['`', '"'], "");
        assert!(all.contains("create index ship_last_seen_id_index on ship (last_seen_id)"), "{all}");
        assert!(all.contains("create index ship_flag_index on ship (flag)"), "{all}");
        let passenger = created(t, "passenger");
        assert!(passenger.contains("references cabin (number) on update cascade deferrable initially deferred"), "{passenger}");
        assert!(passenger.contains("on update cascade on delete set null deferrable initially immediate"), "{passenger}");
    }

    /// spec: Y202, Y196
    async fn a_key_that_is_a_relation_goes_with_what_it_refers_to(t: &Test<Owners>) {
        assert!(created(t, "owner_detail").contains(
            "foreign key (owner_id1, owner_id2) references owner (id1, id2) on update cascade on delete cascade"
        ));
        let em = t.em();
        let owner = em.create(Owner::builder().id1(1).id2(2).name("o"));
        em.create(OwnerDetail::builder().owner(&owner).name("d"));
        em.flush().await?;
        t.run("delete from owner").await;
        assert_eq!(t.number("select count(*) from owner_detail").await, 0);
    }

    /// spec: S133
    async fn constraints_can_be_left_out_everywhere(t: &Test<Shared<Constraints>>) {
        let orm = t.builder().entities(mikro_orm::entities![Harbour, Ship, Cabin]).foreign_keys(false).build().await?;
        let all = orm.schema().create_sql().to_string();
        assert!(!all.contains("references") && all.contains("index"), "{all}");
        orm.close().await;
    }

    /// spec: S132, Y165
    async fn without_a_constraint_a_row_may_refer_to_nothing(t: &Test<Constraints>) {
        let em = t.em();
        let harbour = em.create(Harbour::builder().name("Hamburg"));
        em.create(Ship::builder().built_in(&harbour).registered(&harbour).last_seen(77));
        em.flush().await?;
        for strategy in [Strategy::Balanced, Strategy::SelectIn] {
            let em = t.em();
            let ship = em.find_one_or_fail::<Ship>(1).populate((Ship::built_in, Ship::last_seen)).strategy(strategy).await?;
            assert!(ship[Ship::last_seen].is_none());
            assert_eq!(ship[Ship::built_in].name, "Hamburg");
            t.forget();
            em.flush().await?;
            t.expect(0);
        }
        t.run("update ship set flag = 78").await;
        let em = t.em();
        let error = em.find::<Ship>().populate(Ship::registered).await.unwrap_err().to_string();
        assert_eq!(error, "Harbour not found (78, which Ship 1.registered refers to)");
    }

    /// spec: Y203
    async fn deferred_constraints_let_two_rows_refer_to_each_other(t: &Test<Constraints>) {
        let em = t.em();
        em.create(Passenger::builder().name("Jo").cabin("7"));
        em.create(Cabin::builder().number("7").guest("Jo"));
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.text("select cabin_number from passenger").await.as_deref(), Some("7"));
        assert_eq!(t.text("select guest_name from cabin").await.as_deref(), Some("Jo"));
    }

    /// spec: S094, S095
    async fn a_key_in_the_place_of_a_relation(t: &Test<Crews>) {
        assert!(created(t, "crew").contains("foreign key (current_mission_id) references mission (id) on update cascade on delete set null"));
        assert!(created(t, "crew").contains(
            "foreign key (manager_first_name, manager_last_name) references pilot (first_name, last_name)"
        ));
        let em = t.em();
        em.create(Crew::builder().id("crew1").current_mission("mission1").manager(("f".to_owned(), "l".to_owned())));
        em.create(Mission::builder().id("mission1"));
        em.create(Pilot::builder().first_name("f").last_name("l"));
        em.flush().await?;
        // what is referred to goes first, whatever was created first
        t.expect(5);

        for strategy in [Strategy::Balanced, Strategy::SelectIn, Strategy::Joined] {
            let em = t.em();
            let found = em.find_one_or_fail::<Crew>("crew1").populate_paths(["current_mission", "manager"]);
            let crew = found.strategy(strategy).await?;
            t.expect(1);
            assert_eq!(crew.current_mission.as_deref(), Some("mission1"));
            assert_eq!(crew.manager, Some(("f".to_owned(), "l".to_owned())));
        }
        let em = t.em();
        let crew = em.find_one_or_fail::<Crew>("crew1").await?;
        assert_eq!(em.count(Crew::current_mission.eq("mission1")).await?, 1);
        assert_eq!(em.count(Crew::manager.eq(("f".to_owned(), "l".to_owned()))).await?, 1);
        assert_eq!(em.count(Crew::manager.is_null()).await?, 0);
        t.forget();
        crew.edit().current_mission = None;
        em.flush().await?;
        let sent: Vec<_> = t.sent().iter().map(|sql| sql.replace(['`', '"'], "")).collect();
        assert_eq!(sent[1..sent.len() - 1], ["update crew set current_mission_id = null where id = 'crew1'"]);
        crew.edit().manager = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from crew where manager_first_name is null and manager_last_name is null").await, 1);
        let em = t.em();
        assert_eq!(em.find_one_or_fail::<Crew>("crew1").await?.manager, None);
        let error = em.find::<Crew>().populate_paths(["manager.first_name"]).await.unwrap_err().to_string();
        assert!(error.contains("Crew.manager") && error.contains("holds a key"), "{error}");
    }

    /// spec: Y195, Y205
    async fn pivots_name_all_columns_of_a_composite_key(t: &Test<Crews>) {
        let pivot = created(t, "sortie_seat");
        assert!(pivot.contains("primary key (sortie, given, family)"), "{pivot}");
        assert!(pivot.contains("foreign key (given, family) references pilot (first_name, last_name)"), "{pivot}");
        let em = t.em();
        let pilot = em.create(Pilot::builder().first_name("f").last_name("l"));
        let sortie = em.create(Sortie::builder().id(1));
        sortie.pilots.add(&pilot)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from sortie_seat where sortie = 1 and given = 'f' and family = 'l'").await, 1);
        let em = t.em();
        let sortie = em.find_one_or_fail::<Sortie>(1).populate(Sortie::pilots).await?;
        assert_eq!(sortie[Sortie::pilots].iter().map(|pilot| &*pilot.last_name).collect::<Vec<_>>(), ["l"]);
    }

    async fn one_to_one_keys_are_unique(t: &Test<Crews>) {
        let em = t.em();
        em.create(Mission::builder().id("m"));
        em.create(Crew::builder().id("a").current_mission("m"));
        em.create(Crew::builder().id("b").current_mission("m"));
        assert!(matches!(em.flush().await.unwrap_err(), Error::UniqueViolation(_)));
    }

    /// spec: Y200, Y204, Y205
    async fn relations_can_share_columns(t: &Test<Organizations>) {
        let card = created(t, "card");
        assert_eq!(card.matches(" organization_id ").count(), 1, "{card}");
        assert!(card.contains("(board_id, organization_id) references board"), "{card}");
        assert!(card.contains("(topic_id, organization_id) references topic"), "{card}");
        let em = t.em();
        let organization = em.create(Organization::builder());
        let board = em.create(Board::builder().id(5).organization(&organization));
        let topic = em.create(Topic::builder().id(6).organization(&organization));
        em.create(Card::builder().board(&board).topic(&topic));
        em.create(Card::builder().board(&board));
        em.flush().await?;
        t.expect(6);

        let em = t.em();
        let cards = em.find::<Card>().order_by(Card::id.asc()).populate((Card::board, Card::topic, Card::organization)).await?;
        t.expect(1);
        assert_eq!(cards[0].board.id(), Some((5, 1)));
        assert_eq!(cards[0].topic.as_ref().and_then(Ref::id), Some((6, 1)));
        assert!(cards[1].topic.is_none());
        assert_eq!(cards[1][Card::organization].as_ref().and_then(|found| found.id()), Some(1));
        assert_eq!(em.count(Card::topic.is_null()).await?, 1);

        // what others have, too, is left alone
        cards[0].edit().topic = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from card where organization_id = 1 and board_id = 5 and topic_id is null").await, 2);
        // a relation that is not written is not written
        t.forget();
        cards[0].edit().organization = None;
        em.flush().await?;
        t.expect(0);
    }
}
