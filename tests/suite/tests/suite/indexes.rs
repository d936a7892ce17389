//! Indexes, unique constraints and checks of the struct.

use super::entities::*;

async fn hall(em: &EntityManager, name: &str) -> Result<Loaded<Auditorium>> {
    let hall = em.create(Auditorium::builder().name(name).wing("east"));
    em.flush().await?;
    Ok(hall)
}

suite! {
    /// spec: S096, S097, S098, S099, S100, S101, S102, S103
    async fn constraints_are_named_and_created(t: &Test<Seats>) {
        let sql = t.orm.schema().create_sql().to_string().replace(['`', '"'], "'");
        for part in [
            "create unique index 'seat_hall_id_place_unique' on 'seat' ('hall_id', 'place')",
            "create index 'seat places' on 'seat' ('place')",
            "create index 'seat names' on 'seat' (lower('name'))",
            "create unique index 'seat_name_unique' on 'seat' ('name') where 'price' > 100",
            "constraint 'no_debt' check ('price' >= 0)",
            "constraint 'seat_check' check ('place' <> 13 or 'price' = 0)",
            "constraint 'seat_name_check' check ('name' <> '')",
        ] {
            assert!(sql.contains(part), "{part}\n{sql}");
        }
    }

    /// spec: S099, Y082
    async fn several_columns_that_are_there_already_are_named(t: &Test<Seats>) {
        let em = t.em();
        let hall = hall(&em, "Great").await?;
        em.create(Seat::builder().hall(&hall).place(1));
        em.create(Seat::builder().hall(&hall).place(1));
        let error = em.flush().await.unwrap_err();
        assert!(error.is_unique_violation());
        assert_eq!(error.constraint().unwrap().properties, ["hall", "place"]);
assert!(error.to_string().contains("Seat.(hall, place) (constraint seat_hall_id_place_unique)"), "{error}");
    }

    /// spec: S101, S102, Y082
    async fn a_check_that_fails_names_its_property(t: &Test<Seats>) {
        let em = t.em();
        let hall = hall(&em, "Great").await?;
        let seat = em.create(Seat::builder().hall(&hall).place(1).name(""));
        let error = em.flush().await.unwrap_err();
        assert!(matches!(error, Error::CheckViolation(_)), "{error}");
        assert_eq!(error.constraint().unwrap().properties, ["name"], "{error}");
        seat.edit().name = Some("A".into());
        seat.edit().price = -1;
        let error = em.flush().await.unwrap_err();
        assert!(error.to_string().contains("no_debt"), "{error}");
        seat.edit().price = 1;
        em.flush().await?;
    }

    /// spec: S099, U43, U44, U45
    async fn values_of_several_columns_are_exchanged_in_one_flush(t: &Test<Seats>) {
        let em = t.em();
        let (one, two) = (hall(&em, "One").await?, hall(&em, "Two").await?);
        // one of the columns can wait as null
        one.edit().name = "Two".into();
        two.edit().name = "One".into();
        em.flush().await?;
        assert_eq!(t.text("select name from auditorium where id = 1").await.as_deref(), Some("Two"));
        // what gives its place up goes first
        let (a, b) = (em.create(Seat::builder().hall(&one).place(1)), em.create(Seat::builder().hall(&one).place(2)));
        em.flush().await?;
        em.remove(&a)?;
        b.edit().place = 1;
        em.create(Seat::builder().hall(&one).place(2));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from seat").await, 2);
        // none can: the error says so, and nothing is written
        let c = em.find_one_or_fail::<Seat>(Seat::place.eq(2)).await?;
        c.edit().place = 1;
        b.edit().place = 2;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.contains("in a circle of updates"), "{error}");
        assert_eq!(t.number("select place from seat where id = 2").await, 1);
    }
}
