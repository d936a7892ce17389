//! What is taken out of a collection that owns it is deleted.

use super::entities::*;
use mikro_orm::em::EntityState;

/// The car with its parts, and its battery, its electrode and its electrolyte.
async fn loaded(em: &EntityManager) -> Result<(LoadedWith<Car, car::parts>, [Loaded<Part>; 3])> {
    let car = em.find_one_or_fail::<Car>(1).populate(Car::parts).await?;
    let battery = em.find_one_or_fail::<Part>(Part::name.eq("battery")).populate(Part::parts).await?;
    let electrolyte = em.find_one_or_fail::<Part>(Part::name.eq("electrolyte")).await?;
    let electrode = battery.parts.get()?[0].clone();
    Ok((car, [battery.into_plain(), electrode, electrolyte]))
}

suite! {
    /// spec: S208, U27, U30
    async fn what_is_taken_out_is_deleted_with_what_belongs_to_it(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let (car, parts) = loaded(&em).await?;
        t.forget();
        assert!(car.parts.remove(&parts[0])?);
        // it shows at once
        assert_eq!(em.state_of(&parts[0]), EntityState::Removed);
        assert_eq!(em.state_of(&parts[1]), EntityState::Removed);
        assert_eq!(car[Car::parts].len(), 1);
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            delete from `part` where `id` in (1, 3)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            delete from "part" where "id" = any('{1,3}')
            commit
            "#);
        }
        assert_eq!(t.text("select name from part").await.as_deref(), Some("electrolyte"));
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S208, U27
    async fn what_must_have_an_owner_keeps_it_until_it_is_deleted(t: &Test<Cars>) {
        let em = t.em();
        let invoice = em.create(Invoice::builder().name("1").lines([Line::builder().text("a"), Line::builder().text("b")]));
        em.flush().await?;
        t.forget();
        let lines = invoice.lines.get()?.to_vec();
        invoice.lines.remove(&lines[0])?;
        assert_eq!(lines[0].invoice, invoice.to_ref());
        assert_eq!(invoice.lines.get()?.len(), 1);
        em.flush().await?;
        // begin, delete, commit
        t.expect(3);
        assert_eq!(t.text("select text from line").await.as_deref(), Some("b"));
        assert_eq!(invoice.lines.get()?.len(), 1);
    }

    /// spec: U27, Y178
    async fn what_its_foreign_key_deletes_with_its_owner_can_be_taken_out(t: &Test<Cars>) {
        let em = t.em();
        let invoice = em.create(Invoice::builder().name("1").notes([Note::builder().text("a"), Note::builder().text("b")]));
        em.flush().await?;
        t.forget();
        invoice.notes.remove_where(|note| note.text == "a")?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.text("select text from note").await.as_deref(), Some("b"));
    }

    /// spec: S208, U26, U30
    async fn what_moves_to_another_owner_is_kept(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let (car, parts) = loaded(&em).await?;
        let (battery, electrode, electrolyte) = (&parts[0], &parts[1], &parts[2]);
        car.parts.remove(electrolyte)?;
        battery.parts.add(electrolyte)?;
        assert_eq!(em.state_of(electrolyte), EntityState::Managed);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part where part_of_id is not null").await, 2);
        // and back, by its own relation
        battery.parts.remove(electrolyte)?;
        electrolyte.edit().car = Some(car.to_ref());
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part where car_id = 1").await, 2);
        // with what belongs to it
        car.parts.remove(battery)?;
        assert_eq!(em.state_of(electrode), EntityState::Removed);
        let other = em.create(Car::builder().name("other").parts([battery]));
        assert_eq!((em.state_of(battery), em.state_of(electrode)), (EntityState::Managed, EntityState::Managed));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part").await, 3);
        assert_eq!(other.parts.get()?.len(), 1);
    }

    /// spec: S208, U24, U27
    async fn what_was_added_elsewhere_first_has_left_by_the_same_relation_only(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let (car, [battery, _, electrolyte]) = loaded(&em).await?;
        // adding takes it out of the collection of the same relation: it is not there any more to be removed
        let other = em.create(Car::builder().name("other"));
        other.parts.add(&electrolyte)?;
        car.parts.remove(&electrolyte)?;
        assert_eq!(em.state_of(&electrolyte), EntityState::Managed);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part where car_id = 2").await, 1);
        // by another relation it belongs to both, and what is removed from an owner is an orphan: the later word counts
        battery.parts.add(&electrolyte)?;
        other.parts.remove(&electrolyte)?;
        assert_eq!(em.state_of(&electrolyte), EntityState::Removed);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part").await, 2);
    }

    /// spec: S208, U26, U28, U30
    async fn it_is_kept_however_the_move_is_said(t: &Test<Cars>) {
        car(t).await?;
        for way in 0..4 {
            let em = t.em();
            let (car, [battery, electrode, electrolyte]) = loaded(&em).await?;
            t.forget();
            match way {
                0 => {
                    car.parts.remove(&electrolyte)?;
                    battery.parts.add(&electrolyte)?;
                }
                1 => {
                    car.parts.set([&battery])?;
                    battery.parts.set([&electrolyte, &electrode])?;
                }
                // by keys
                2 => {
                    car.parts.set([1])?;
                    battery.parts.set([2, 3])?;
                }
                _ => electrolyte.edit_with(|part| {
                    part.car = None;
                    part.part_of = Some(battery.to_ref());
                }),
            }
            assert_eq!((car.parts.get()?.len(), battery.parts.get()?.len()), (1, 2));
            em.flush().await?;
            // begin, update, commit
            t.expect(3);
            let car = em.find_one_or_fail::<Car>(1).populate(Car::parts.with(Part::parts)).refresh().await?;
            assert_eq!(car[Car::parts].iter().map(|part| (part.id, part[Part::parts].len())).collect::<Vec<_>>(), [(1, 2)], "{way}");
            assert_eq!(t.number("select count(*) from part").await, 3);
            t.run("update part set car_id = 1, part_of_id = null where id = 2").await;
        }
    }

    /// spec: S208, U26, U30
    async fn what_is_put_back_is_kept(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let (car, parts) = loaded(&em).await?;
        t.forget();
        car.parts.remove(&parts[0])?;
        car.parts.add(&parts[0])?;
        em.flush().await?;
        t.expect(0);
        let invoice = em.create(Invoice::builder().name("1").lines([Line::builder().text("a")]));
        em.flush().await?;
        t.forget();
        let line = invoice.lines.get()?[0].clone();
        invoice.lines.remove(&line)?;
        invoice.lines.add(&line)?;
        assert_eq!(invoice.lines.get()?.len(), 1);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U26, U30
    async fn what_the_user_removed_stays_removed(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let (car, parts) = loaded(&em).await?;
        em.remove(&parts[1])?;
        car.parts.remove(&parts[0])?;
        car.parts.add(&parts[0])?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part").await, 2);
        assert!(parts[1].is_new());
    }

    /// spec: S208, U26
    async fn what_is_new_is_not_inserted_after_all(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let (car, _) = loaded(&em).await?;
        t.forget();
        car.parts.add(Part::builder().name("wheel").parts([Part::builder().name("tyre")]))?;
        let wheel = car.parts.get()?.last().unwrap().clone();
        car.parts.remove(&wheel)?;
        em.flush().await?;
        t.expect(0);
        car.parts.add(&wheel)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part").await, 5);
        assert!(!wheel.parts.get()?[0].is_new());
    }

    /// spec: S208, U32
    async fn orphans_stay_orphans_when_their_transaction_rolls_back(t: &Test<Cars>) {
        car(t).await?;
        let em = t.em();
        let (car, parts) = loaded(&em).await?;
        let failed: Result<()> = em
            .transactional(async |em| {
                car.parts.remove(&parts[0])?;
                em.flush().await?;
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(t.number("select count(*) from part").await, 3);
        assert_eq!(em.state_of(&parts[0]), EntityState::Removed);
        assert_eq!(car.parts.get()?.len(), 1);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from part").await, 1);
    }

    /// spec: U83
    async fn what_a_transaction_inside_removes_does_not_come_back(t: &Test<Cars>) {
        let em = t.em();
        em.create(Invoice::builder().name("1").lines([Line::builder().text("a"), Line::builder().text("b")]));
        em.flush().await?;
        let em = t.em();
        let line = em.find_one_or_fail::<Line>(1).populate(Line::invoice.with(Invoice::lines)).await?;
        em.transactional(async |em| em.remove(&line)).await?;
        assert_eq!(t.number("select count(*) from line").await, 1);
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!(line[Line::invoice][Invoice::lines].len(), 1);
    }

    /// spec: U56
    async fn a_row_without_columns_is_inserted_and_only_what_was_removed_goes(t: &Test<Cars>) {
        let em = t.em();
        let file = em.create(File::builder().folder(Folder::builder()));
        em.flush().await?;
        let sent = t.sent();
        assert!(sent.len() == 4 && sent[1].contains("default values"), "{sent:?}");
        em.remove(&file)?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from folder").await, 1);
    }
}
