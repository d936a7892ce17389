//! Entities that refer to themselves and to each other.

use super::entities::*;

suite! {
    /// spec: S118, U35, U46, U49, U50
    async fn a_tree_that_refers_to_itself_is_stored_level_by_level_in_one_flush(t: &Test<Tree>) {
        let em = t.em();
        // leaves first, so that the order of creation is no help
        let leaf = em.create(Node::builder().name("leaf"));
        let middle = em.create(Node::builder().name("middle").children([&leaf]));
        let root = em.create(Node::builder().name("root").children([&middle]));
        em.flush().await?;
        // one insert a level; on SQLite they are one text
        t.expect((3, 5));
        em.clear();
        let leaf = em.find_one_or_fail::<Node>(leaf.id).populate(Node::parent.with(Node::parent)).await?;
        let above = leaf[Node::parent].as_ref().unwrap();
        assert_eq!((&*above.name, &*above[Node::parent].as_ref().unwrap().name), ("middle", "root"));
        assert_eq!(root.children.get()?.len(), 1);
    }

    /// spec: U49, U50
    async fn entities_that_refer_to_themselves_get_their_key_afterwards(t: &Test<Tree>) {
        let em = t.em();
        let node = em.create(Node::builder().name("self"));
        node.edit().parent = Some(node.to_ref());
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from node where parent_id = id").await, 1);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U46, U49, U53
    async fn a_circle_is_broken_where_a_relation_can_be_null(t: &Test<Teams>) {
        let em = t.em();
        let team = em.create(Team::builder().name("Watch"));
        let jon = em.create(Member::builder().name("Jon").team(&team));
        em.create(Member::builder().name("Sam").team(&team));
        team.edit().lead = Some(jon.to_ref());
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            insert into `team` (`name`, `lead_id`) values ('Watch', null)
            insert into `member` (`name`, `team_id`) values ('Jon', 1)
            update `team` set `lead_id` = 1 where `id` = 1
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            insert into "team" ("name", "lead_id") values ('Watch', null) returning "id"
            insert into "member" ("name", "team_id") select v.c0, v.c1 from unnest('{Jon,Sam}'::text[], '{1,1}'::bigint[]) with ordinality as v(c0, c1, ord) order by v.ord returning "id"
            update "team" set "lead_id" = 1 where "id" = 1
            commit
            "#);
        }
        em.flush().await?;
        t.expect(0);
        em.clear();
        let team = em.find_one_or_fail::<Team>(team.id).populate((Team::lead, Team::members)).await?;
        assert_eq!((&*team[Team::lead].as_ref().unwrap().name, team[Team::members].len()), ("Jon", 2));
    }

    /// spec: U46, U47
    async fn a_circle_can_be_deleted_in_one_flush(t: &Test<Teams>) {
        let em = t.em();
        let team = em.create(Team::builder().name("Watch"));
        let jon = em.create(Member::builder().name("Jon").team(&team));
        team.edit().lead = Some(jon.to_ref());
        em.flush().await?;
        t.forget();
        em.remove(&team)?;
        em.remove(&jon)?;
        em.flush().await?;
        // begin, the lead set to null, members, teams, commit
        t.expect(5);
        assert_eq!(t.number("select count(*) from team").await + t.number("select count(*) from member").await, 0);
    }

    /// spec: U46
    async fn rows_can_be_free_one_after_the_other_where_entities_go_in_circles(t: &Test<Coop>) {
        let em = t.em();
        if t.is_sqlite() {
            t.run("drop table hen").await;
            t.run("create table hen (id integer primary key, from_id integer not null)").await;
        } else {
            t.run("alter table hen drop constraint hen_from_id_foreign").await;
        }
        t.run("insert into hen (id, from_id) values (100, 100)").await;
        t.run("insert into egg (id, by_id) values (100, 100)").await;
        // an egg, its hen, her egg, its hen
        let young = em.create(Hen::builder().from(Egg::builder().by(Hen::builder().from(Egg::builder().by(100)))));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from hen").await, 3);
        assert_eq!(young.from.get()?.by.get()?.from.get()?.by.id(), Some(100));
    }

    /// spec: U46, Y010
    async fn a_circle_that_can_t_be_broken_is_an_error_that_says_what_to_change(t: &Test<Coop>) {
        // (the referred rows can't be made in any other order either)
        let em = t.em();
        let hen = em.create(Hen::builder().from(Egg::builder().by(1)));
        hen.from.get()?.edit().by = hen.to_ref();
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("is part of a cycle") && error.contains("Option<Ref<"), "{error}");
        assert_eq!(t.number("select count(*) from hen").await, 0);
    }
}
