//! Enums that are types of the database, where it has such types.

use super::entities::*;

suite! {
    /// spec: S068 @postgres, S062, S066
    async fn they_are_stored_asked_for_and_written_in_batches(t: &Test<Films>) {
        for rows in [1, 2, 1000] {
            let em = t.em();
            for at in 0..rows {
                let other = (at % 3 == 0).then_some(Kind::Comedy);
                em.create(Film::builder().kind(Kind::Western).other(other).more(vec![Kind::Comedy; at % 3]));
            }
            em.create(Film::builder().more(vec![]));
            em.flush().await?;
            let em = t.em();
            let found = em.find::<Film>().filter(Film::kind.in_([Kind::Western, Kind::Comedy])).order_by(Film::id.asc()).await?;
            assert_eq!(found.len(), rows);
            for (at, film) in found.iter().enumerate() {
                assert_eq!((film.other.is_some(), film.more.len()), (at % 3 == 0, at % 3));
                film.edit().other = if film.other.is_none() { Some(Kind::Western) } else { None };
                film.edit().kind = Kind::Comedy;
                film.edit().more.push(Kind::Drama);
            }
            em.flush().await?;
            let em = t.em();
            assert_eq!(em.count::<Film>(Film::kind.eq(Kind::Comedy)).await?, rows as u64);
            assert_eq!(em.count::<Film>(Film::kind.eq(Kind::Drama)).await?, 1);
            assert_eq!(em.count::<Film>(Film::other.eq(Kind::Western)).await?, (0..rows).filter(|at| at % 3 != 0).count() as u64);
            assert_eq!(em.count::<Film>(Film::more.contains([Kind::Drama])).await?, rows as u64);
            assert_eq!(em.count::<Film>(Film::more.is_empty()).await?, 1);
            t.run("delete from film").await;
        }
        if !t.is_sqlite() {
            let types = t.text("select string_agg(typname, ';' order by typname) from pg_type where typtype = 'e' and \
                 typnamespace = current_schema()::regnamespace").await;
            assert_eq!(types.as_deref(), Some("Film kind;reel_kind"));
        }
    }

    /// spec: S068 @postgres, S067 @sqlite
    async fn they_are_keys_and_the_database_knows_no_others(t: &Test<Films>) {
        let em = t.em();
        let drama = em.create(Reel::builder().kind(Kind::Drama));
        let western = em.create(Reel::builder().kind(Kind::Western).next(&drama));
        em.create(Reel::builder().kind(Kind::Comedy).next(&western));
        em.flush().await?;
        let em = t.em();
        let western = em.find_one_or_fail::<Reel>(Kind::Western).await?;
        assert_eq!(western.next.as_ref().unwrap().load().await?.kind, Kind::Drama);
        em.remove(em.find_one_or_fail::<Reel>(Reel::next.eq(&western)).await?)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from reel").await, 2);
        assert!(t.em().raw("insert into reel (kind) values ('opera')").execute().await.is_err());
        let schema = t.orm.schema();
        assert!(schema.update_sql().await?.is_empty());
        schema.drop().await?;
        schema.drop().await?;
        schema.create().await?;
        assert!(schema.update_sql().await?.is_empty());
    }
}

/// Entities that can't be.
mod wrong {
    use super::Kind;
    use mikro_orm::prelude::*;

    #[derive(Debug, Clone, Copy, DbEnum)]
    #[repr(i16)]
    pub enum Number {
        One = 1,
    }
    #[derive(Debug, Clone, Copy, DbEnum)]
    pub enum Other {
        Drama,
    }
    pub type Alias = String;

    #[derive(Entity)]
    pub struct Numbered {
        #[orm(primary)]
        pub id: i64,
        #[orm(native_enum)]
        pub number: Number,
    }
    #[derive(Entity)]
    pub struct Named {
        #[orm(primary)]
        pub id: i64,
        #[orm(native_enum)]
        pub name: Alias,
    }
    #[derive(Entity)]
    pub struct Two {
        #[orm(primary)]
        pub id: i64,
        #[orm(native_enum = "kind")]
        pub one: Kind,
        #[orm(native_enum = "kind")]
        pub other: Other,
    }
    #[derive(Entity)]
    pub struct Short {
        #[orm(primary)]
        pub id: i64,
        #[orm(length = 4)]
        pub kind: Kind,
    }
}

/// spec: S068, Y235
#[tokio::test]
async fn what_can_t_be_a_type_of_the_database_is_an_error_that_says_what_to_do() {
    let fails = |entities: mikro_orm::metadata::EntityList| async move {
        Orm::builder("sqlite::memory:").entities(entities).build().await.map(drop).unwrap_err().to_string()
    };
    assert_eq!(
        fails(mikro_orm::entities![wrong::Numbered]).await,
        "Numbered.number: says `native_enum`, and its enum is stored as numbers: take the `repr` off the enum, or leave that out"
    );
    assert_eq!(
        fails(mikro_orm::entities![wrong::Named]).await,
        "Named.name: says `native_enum`, and is of a type that is no enum: derive `DbEnum` for it, or leave that out"
    );
    assert_eq!(
        fails(mikro_orm::entities![wrong::Two]).await,
        "Two.other: says `native_enum = \"kind\"`, which is another enum at Two.one: give one of them another name"
    );
    assert_eq!(
        fails(mikro_orm::entities![wrong::Short]).await,
        "Short.kind: has the length 4, which is less than its value `drama` has: leave it out, or make it longer"
    );
}
