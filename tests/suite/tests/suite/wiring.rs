//! Both sides of a relation are tied to each other, and what a handle can do is on the handle.

use super::entities::*;
use mikro_orm::em::EntityState;
use mikro_orm::metadata::Metadata;
use mikro_orm::serialize;
use serde_json::{json, to_value};

/// Each side's name as its other side has it.
fn sides(metadata: &Metadata) -> Vec<String> {
    let mut sides = Vec::new();
    for name in ["Sailor", "Vessel"] {
        for property in &metadata.by_name(name).unwrap().properties {
            let Some(relation) = &property.relation else { continue };
            let target = metadata.entity(relation.target);
            let other = relation.other_side.map_or("nothing", |other| target.property(other).name);
            let arrow = if relation.owner { "->" } else { "<-" };
            let orphans = if relation.orphan_removal { ", removes orphans" } else { "" };
            sides.push(format!("{name}.{} {arrow} {}.{other}{orphans}", property.name, target.name));
        }
    }
    sides
}

const SIDES: [&str; 8] = [
    "Sailor.ship -> Vessel.crew",
    "Sailor.commands -> Vessel.captain",
    "Sailor.served -> Vessel.veterans",
    "Sailor.feared -> Vessel.enemies",
    "Vessel.crew <- Sailor.ship, removes orphans",
    "Vessel.captain <- Sailor.commands",
    "Vessel.veterans <- Sailor.served",
    "Vessel.enemies <- Sailor.feared",
];

suite! {
    /// spec: S107, S108, S109, S112
    async fn both_sides_are_tied_when_the_owning_side_is_found_first(t: &Test<FromOwners>) {
        assert_eq!(sides(t.orm.metadata()), SIDES);
    }

    /// spec: S107, S108, S109, S112
    async fn both_sides_are_tied_when_the_other_side_is_found_first(t: &Test<FromInverses>) {
        assert_eq!(sides(t.orm.metadata()), SIDES);
        let em = t.em();
        let sailor = em.create(Sailor::builder());
        let vessel = em.create(Vessel::builder().crew([&sailor]).captain(&sailor).veterans([&sailor]).enemies([&sailor]));
        let own = Some(vessel.to_ref());
        assert_eq!((&sailor.ship, &sailor.commands), (&own, &own));
        assert_eq!((sailor.served.get()?.len(), sailor.feared.get()?.len()), (1, 1));
        em.flush().await?;
        let other = t.em();
        let found = other.find_one_or_fail::<Sailor>(1).populate((Sailor::served, Sailor::feared)).await?;
        assert_eq!((found[Sailor::served].len(), found[Sailor::feared].len()), (1, 1));
        assert_eq!((&found.ship, &found.commands), (&Some(other.reference(1)), &Some(other.reference(1))));
    }

    /// spec: S220, S221, Y182, S163
    async fn a_handle_can_do_everything_itself(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        // a new entity counts as initialized
        let new = author(&em, "Sam");
        assert!(new.is_new() && new.to_ref().is_initialized());
        assert_eq!(em.state_of(&new), EntityState::New);
        em.flush().await?;
        assert!(!new.is_new());

        let oaths = em.find_one_or_fail::<Book>(1).await?;
        assert_eq!(em.state_of(&oaths), EntityState::Managed);
        assert_eq!(oaths.to_ref(), em.reference::<Book>(1));
        assert_eq!(oaths.reference().id(), oaths.id());
        let jon = oaths.author.clone();
        assert!(!jon.is_initialized() && jon.get().is_err());
        assert_eq!(em.state_of(&jon), EntityState::Reference);
        assert_eq!(to_value(&oaths).unwrap()["author"], json!(1));
        t.forget();
        let populated = em.populate(&oaths, Book::author).await?;
        t.expect(1);
        assert!(populated.is_same(&oaths) && jon.is_initialized());
        assert_eq!(populated[Book::author].name, "Jon");
        assert_eq!(to_value(&populated).unwrap()["author"]["name"], json!("Jon"));
        assert_eq!(serialize(&populated).fields(Book::title).to_value()?["title"], json!("Oaths"));

        oaths.assign((Book::title.set("Vows"), Book::price.set(6.0)))?;
        assert_eq!((&*oaths.title, oaths.price), ("Vows", 6.0));
        em.refresh(&oaths).await?;
        assert_eq!((&*oaths.title, oaths.price), ("Oaths", 5.0));
        t.forget();
        em.flush().await?;
        t.expect(0);
        em.remove(&oaths)?;
        assert_eq!(em.state_of(&oaths), EntityState::Removed);
        em.clear();
        assert_eq!(em.state_of(&oaths), EntityState::Detached);
    }

    /// spec: U23, U24
    async fn keys_and_free_references_become_what_the_context_has(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        let arya = em.find_one_or_fail::<Author>(2).populate(Author::books).await?;
        let by_key = em.create(Book::builder().title("key").author(1));
        let by_free = em.create(Book::builder().title("free").author(Ref::<Author>::from_key(1)));
        let by_edit = em.create(Book::builder().title("edit").author(2));
        by_edit.edit().author = Ref::from_key(1);
        em.flush().await?;
        for book in [&by_key, &by_free, &by_edit] {
            assert!(book.author.get()?.is_same(&jon));
            assert!(jon[Author::books].iter().any(|item| item.is_same(book)));
        }
        assert_eq!((jon[Author::books].len(), arya[Author::books].len()), (5, 1));
    }

    /// spec: U29, U30, Y160, Y195
    async fn a_row_between_two_one_to_one_sides_goes_when_one_lets_go(t: &Test<Clubs>) {
        let em = t.em();
        let (club, fan) = (em.create(Club::builder().name("a")), em.create(Fan::builder().name("b")));
        em.create(Membership::builder().fan(&fan).club(&club));
        em.flush().await?;
        let em = t.em();
        let club = em.find_one_or_fail::<Club>(1).await?;
        let fan = em.find_one_or_fail::<Fan>(1).await?;
        assert!(club.membership.is_some() && club.membership == fan.membership);
        t.forget();
        fan.edit().membership = None;
        em.flush().await?;
        // begin, delete, commit
        t.expect(3);
        assert_eq!(t.number("select count(*) from membership").await, 0);
        assert_eq!(t.number("select count(*) from club").await + t.number("select count(*) from fan").await, 2);
        assert!(club.membership.is_none());
        t.forget();
        em.flush().await?;
        t.expect(0);
        // and a new one takes its place
        em.create(Membership::builder().fan(&fan).club(&club));
        em.flush().await?;
        assert!(fan.membership.is_some());
        assert_eq!(t.number("select count(*) from membership").await, 1);
    }

    /// spec: U26, U29, U30, Y160, Y195
    async fn a_row_between_two_collections_goes_when_one_lets_go(t: &Test<Clubs>) {
        let em = t.em();
        let club = em.create(Club::builder().name("a"));
        em.create(Fan::builder().name("first"));
        let fan = em.create(Fan::builder().name("second"));
        em.create(Visit::builder().fan(&fan).club(&club));
        em.flush().await?;
        for emptied in [false, true] {
            let em = t.em();
            let club = em.find_one_or_fail::<Club>(1).await?;
            let fan = em.find_one_or_fail::<Fan>(2).await?;
            assert!(club.visits.get()?[0].is_same(&fan.visits.get()?[0]));
            t.forget();
            if emptied {
                fan.visits.remove_all()?;
            } else {
                fan.visits.set([] as [Ref<Visit>; 0])?;
            }
            em.flush().await?;
            // begin, delete, commit
            t.expect(3);
            assert!(club.visits.get()?.is_empty() && fan.visits.get()?.is_empty());
            em.flush().await?;
            t.expect(0);
            assert_eq!(t.number("select count(*) from visit").await, 0);
            assert_eq!(t.number("select count(*) from club").await + t.number("select count(*) from fan").await, 3);
            t.run("insert into visit (fan_id, club_id) values (2, 1)").await;
        }
    }
}
