//! Persisting and removing what entities are related to.

use super::entities::*;
use mikro_orm::em::EntityState;

/// A garden (1) with a green fence, two beds with a plant each, and a visitor.
async fn garden(t: &Test<Gardens>) -> Result<()> {
    let em = t.em();
    em.create(
        Garden::builder()
            .name("Eden")
            .fence(Fence::builder().color("green"))
            .beds([
                Bed::builder().name("herbs").plants([Plant::builder().name("mint").seed(Seed::builder().name("m"))]),
                Bed::builder().name("trees").plants([Plant::builder().name("apple")]),
            ])
            .visitors([Visitor::builder().name("Eve")]),
    );
    em.flush().await?;
    t.forget();
    Ok(())
}

suite! {
    /// spec: S203, S210, U18, U26
    async fn what_is_created_together_is_stored_together(t: &Test<Gardens>) {
        garden(t).await?;
        for (table, rows) in [("garden", 1), ("fence", 1), ("bed", 2), ("plant", 2), ("seed", 1), ("visitor", 1)] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, rows, "{table}");
        }
        let em = t.em();
        let eden = em.find_one_or_fail::<Garden>(1).await?;
        // by the relation's own call, whatever it cascades
        eden.visitors.add(Visitor::builder().name("Adam"))?;
        eden.beds.add(Bed::builder().name("roses").garden(&eden))?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from visitor").await, 2);
        assert_eq!(t.number("select count(*) from bed").await, 3);
    }

    /// spec: S125, S203, S204, S206, U18, U19
    async fn persisting_goes_along_relations_that_say_so_and_to_what_rows_need(t: &Test<Gardens>) {
        let em = t.em();
        let eden = em.create_detached(
            Garden::builder()
                .name("Eden")
                .beds([Bed::builder().name("herbs").plants([Plant::builder().name("not said")])])
                .visitors([Visitor::builder().name("not said")]),
        );
        em.persist(&eden)?;
        // its row refers to it, so it is needed
        let apple = em.create_detached(
            Plant::builder().name("apple").bed(&eden.beds.get()?[0]).seed(Seed::builder().name("pip")),
        );
        em.persist(&apple)?;
        t.forget();
        em.flush().await?;
        for (table, rows) in [("garden", 1), ("bed", 1), ("plant", 1), ("seed", 1), ("visitor", 0)] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, rows, "{table}");
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from visitor").await, 0);
    }

    /// spec: S125, S204, S205, S207, U21, U33, U61
    async fn removing_goes_along_relations_that_say_so(t: &Test<Gardens>) {
        garden(t).await?;
        let em = t.em();
        let eden = em
            .find_one_or_fail::<Garden>(1)
            .populate((Garden::beds.with(Bed::plants.with(Plant::seed)), Garden::visitors))
            .await?;
        let visitor = eden[Garden::visitors][0].clone();
        t.forget();
        em.remove(&eden)?;
        assert_eq!(em.state_of(&eden[Garden::beds][0]), EntityState::Removed);
        // (a visitor can be without a garden)
        assert!(visitor.garden.is_none());
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            update `visitor` set `garden_id` = null where `id` = 1
            delete from `plant` where `id` in (1, 2)
            delete from `bed` where `id` in (1, 2)
            delete from `garden` where `id` in (1)
            delete from `fence` where `id` in (1)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            update "visitor" set "garden_id" = null where "id" = 1
            delete from "plant" where "id" = any('{1,2}')
            delete from "bed" where "id" = any('{1,2}')
            delete from "garden" where "id" = any('{1}')
            delete from "fence" where "id" = any('{1}')
            commit
            "#);
        }
        for (table, rows) in [("garden", 0), ("fence", 0), ("bed", 0), ("plant", 0), ("seed", 1), ("visitor", 1)] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, rows, "{table}");
        }
    }

    /// spec: S207, U21, U33
    async fn what_is_loaded_after_the_removal_goes_along_and_what_is_not_stays(t: &Test<Gardens>) {
        garden(t).await?;
        let em = t.em();
        let eden = em.find_one_or_fail::<Garden>(1).await?;
        em.remove(&eden)?;
        assert!(em.flush().await.unwrap_err().is_foreign_key_violation());
        for bed in eden.beds.load().await? {
            bed.plants.load().await?;
        }
        em.flush().await?;
        assert_eq!(t.number("select count(*) from garden").await + t.number("select count(*) from plant").await, 0);
    }

    /// spec: U20, U21
    async fn what_is_removed_before_it_is_stored_is_not_stored_for_who_refers_to_it(t: &Test<Gardens>) {
        let em = t.em();
        let eden = em.create(Garden::builder().name("Eden").fence(Fence::builder().color("green")));
        let fence = eden.fence.clone().unwrap();
        em.remove(&fence)?;
        em.flush().await?;
        assert!(eden.fence.is_none());
        assert_eq!(t.number("select count(*) from fence").await, 0);
        // unless it is persisted again
        eden.edit().fence = Some(fence.clone());
        em.remove(&fence)?;
        em.persist(&fence)?;
        em.flush().await?;
        assert_eq!(t.number("select fence_id from garden").await, fence.id().unwrap());
    }

    /// spec: U20, U26
    async fn what_was_removed_when_it_was_new_is_not_brought_back_by_its_owners_move(t: &Test<Kennels>) {
        let em = t.em();
        let laika = em.create(Dog::builder().name("Laika"));
        em.flush().await?;
        em.remove(&laika)?;
        let kennel = em.create(Kennel::builder().name("north"));
        let ghost = em.create(Dog::builder().name("Ghost").leash(Leash::builder().color("red")));
        let leash = ghost.leash.clone().unwrap();
        em.remove(&leash)?;
        kennel.dogs.add(&ghost)?;
        em.flush().await?;
        assert_eq!((t.number("select count(*) from leash").await, t.number("select count(*) from dog").await), (0, 1));
        assert!(ghost.leash.is_none());
        em.persist(&leash)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from leash").await, 1);
    }

    /// spec: U21, U32
    async fn a_removal_that_is_taken_back_leaves_relations_as_they_were(t: &Test<Kennels>) {
        let em = t.em();
        let ghost = em.create(Dog::builder().name("Ghost").leash(Leash::builder().color("red")));
        let nymeria = em.create(Dog::builder().name("Nymeria"));
        let north = em.create(Kennel::builder().name("north").dogs([&ghost, &nymeria]));
        let south = em.create(Kennel::builder().name("south"));
        em.flush().await?;
        let stored = "select count(*) from dog where kennel_id = 1";
        // by a rollback, with and without a flush before it
        for flushes in [false, true] {
            let failed = em
                .transactional(async |em| {
                    em.remove(&north)?;
                    if flushes {
                        em.flush().await?;
                    }
                    Err::<(), _>(Error::Closed)
                })
                .await;
            assert!(failed.is_err());
            em.flush().await?;
            assert_eq!((t.number(stored).await, north.dogs.get()?.len()), (2, 2));
            assert_eq!(ghost.kennel.as_ref().unwrap().id(), Some(1));
        }
        // by persisting it again; what refers to something else by then does so still
        em.remove(&north)?;
        assert!(ghost.kennel.is_none());
        nymeria.edit().kennel = Some(south.to_ref());
        em.persist(&north)?;
        em.flush().await?;
        assert_eq!((t.number(stored).await, north.dogs.get()?.len(), south.dogs.get()?.len()), (1, 1, 1));
    }

    /// spec: U20, S207
    async fn what_was_removed_is_not_brought_back_by_what_refers_to_it(t: &Test<Gardens>) {
        garden(t).await?;
        let em = t.em();
        let eden = em.find_one_or_fail::<Garden>(1).populate(Garden::beds.with(Bed::plants)).await?;
        let herbs = eden[Garden::beds][0].clone();
        em.remove(&herbs)?;
        em.persist(&eden)?;
        eden.edit().name = "Paradise".into();
        assert_eq!(em.state_of(&herbs), EntityState::Removed);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from bed").await, 1);
        assert_eq!(t.text("select name from garden").await.as_deref(), Some("Paradise"));
        assert_eq!(eden.beds.get()?.len(), 1);
    }

    /// spec: S207, U21
    async fn many_are_removed_along(t: &Test<Gardens>) {
        let em = t.em();
        let beds = (0..3000).map(|i| Bed::builder().name(i.to_string()));
        let visitors = (0..3000).map(|i| Visitor::builder().name(i.to_string()));
        let eden = em.create(Garden::builder().name("Eden").beds(beds).visitors(visitors));
        em.flush().await?;
        t.forget();
        em.remove(&eden)?;
        em.flush().await?;
        // begin, visitors, beds, garden, commit
        t.expect(5);
        assert_eq!(t.number("select count(*) from bed").await, 0);
        assert_eq!(t.number("select count(*) from visitor where garden_id is null").await, 3000);
        // what was never stored, too
        let beds = (0..3000).map(|i| Bed::builder().name(i.to_string()));
        let eden = em.create(Garden::builder().name("Eden").beds(beds));
        em.remove(&eden)?;
        t.forget();
        em.flush().await?;
        t.expect(0);
    }
}
