//! What the database computes when it updates a row.

use super::entities::events::{User, Users, hear, heard};
use super::entities::*;
use mikro_orm::em::ForkOptions;
use mikro_orm::query::Assign;

/// What was written, without quotes.
fn written(t: &Test<impl Sized>) -> Vec<String> {
    let sent = t.sent();
    sent.iter().filter(|sql| sql.starts_with("update")).map(|sql| sql.replace(['`', '"'], "")).collect()
}

suite! {
    /// spec: Y075, U57
    async fn the_database_computes_a_value_and_it_is_read_back(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.run("update author set age = 100 where id = 1").await;
        t.forget();
        jon.assign((Author::age.increment(1), Author::name.set("Snow")))?;
        assert_eq!(jon.age, Some(17));
        em.flush().await?;
        assert_eq!(written(t), ["update author as t set name = 'Snow', age = (t.age + 1) where id = 1 returning age"]);
        assert_eq!((jon.age, &*jon.name), (Some(101), "Snow"));
        // once
        em.flush().await?;
        t.expect(0);
        // what it is now is no edit
        jon.edit().name = "Jon".into();
        em.flush().await?;
        assert_eq!(written(t), ["update author set name = 'Jon' where id = 1"]);
        // with bound values and other columns, and those of other tables
        jon.assign(Author::age.set_raw(raw("(select count(*) from book where author_id = {id}) * ?").bind(10)))?;
        em.flush().await?;
        assert_eq!((jon.age, t.number("select age from author where id = 1").await), (Some(20), 20));
        // null is nothing to add to
        let bran = em.find_one_or_fail::<Author>(3).await?;
        bran.assign(Author::age.increment(1))?;
        em.flush().await?;
        assert_eq!(bran.age, None);
    }

    /// spec: Y075
    async fn a_value_that_is_set_counts_also_when_the_field_reads_so_already(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let age = jon.age.unwrap();
        t.forget();
        jon.assign(Author::age.increment(5))?;
        jon.assign(Author::age.set(age))?;
        em.flush().await?;
        t.expect(0);
        jon.assign(Author::age.set_raw("{age} * 2"))?;
        jon.assign((Author::age.set(age), Author::age.increment(1)))?;
        em.flush().await?;
        assert_eq!((jon.age, t.number("select age from author where id = 1").await), (Some(age + 1), i64::from(age + 1)));
    }

    /// spec: Y075
    async fn many_rows_are_computed_by_one_statement(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em.find::<Author>().order_by(Author::id.asc()).await?;
        t.forget();
        for author in &authors {
            author.assign(Author::age.set_raw("coalesce({age}, 0) + {id}"))?;
        }
        authors[0].edit().name = "Snow".into();
        em.flush().await?;
        t.expect(4);
        assert_eq!(authors.iter().map(|author| author.age).collect::<Vec<_>>(), [Some(18), Some(13), Some(3)]);
        assert_eq!(t.number("select sum(age) from author").await, 34);
        // rows that are not loaded, and stay so
        t.forget();
        let em = t.em();
        for key in [1, 2] {
            em.reference::<Author>(key).assign((Author::name.set(format!("{key}")), Author::age.increment(2)))?;
        }
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select sum(age) from author").await, 38);
        assert!(!em.reference::<Author>(1).is_initialized());
        em.flush().await?;
        t.expect(0);
        // loaded meanwhile
        let arya = em.reference::<Author>(2);
        arya.assign(Author::age.increment(1))?;
        let arya = em.find_one_or_fail::<Author>(arya.id().unwrap()).await?;
        assert_eq!(arya.age, Some(15));
        em.flush().await?;
        assert_eq!(arya.age, Some(16));
    }

    /// spec: Y075
    async fn the_later_word_on_a_property_counts(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.assign(Author::age.increment(1))?;
        jon.edit().age = Some(7);
        em.flush().await?;
        assert_eq!((jon.age, t.number("select age from author where id = 1").await), (Some(7), 7));
        jon.edit().age = Some(8);
        jon.assign(Author::age.set_raw("{age} * 2"))?;
        em.flush().await?;
        assert_eq!((jon.age, t.number("select age from author where id = 1").await), (Some(14), 14));
        jon.assign((Author::age.set(1), Author::age.increment(1), Author::name.set("Snow"), Author::age.increment(3)))?;
        em.flush().await?;
        assert_eq!(jon.age, Some(5));
        let arya = em.reference::<Author>(2);
        arya.assign(Author::age.increment(1))?;
        arya.assign(Author::age.set(5))?;
        em.flush().await?;
        assert_eq!(t.number("select age from author where id = 2").await, 5);
        arya.assign(Author::age.set(50))?;
        arya.assign(Author::age.increment(1))?;
        em.flush().await?;
        assert_eq!(t.number("select age from author where id = 2").await, 51);
        // a refresh takes the row as it is
        jon.assign(Author::age.increment(1))?;
        em.refresh(&jon).await?;
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y075
    async fn increments_add_up(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let age = async |id: i64| t.number(&format!("select age from author where id = {id}")).await;
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.run("update author set age = 100 where id = 1").await;
        t.forget();
        jon.assign((Author::age.increment(1), Author::age.increment(2)))?;
        jon.assign(Author::age.increment(3))?;
        jon.assign(Author::age.decrement(4))?;
        assert_eq!(jon.age, Some(17));
        em.flush().await?;
        assert_eq!(written(t), ["update author as t set age = (t.age + 2) where id = 1 returning age"]);
        assert_eq!((jon.age, age(1).await), (Some(102), 102));
        t.forget();
        em.flush().await?;
        t.expect(0);
        // below zero
        jon.assign((Author::age.increment(1), Author::age.decrement(3)))?;
        em.flush().await?;
        assert_eq!(written(t), ["update author as t set age = (t.age - 2) where id = 1 returning age"]);
        // added to an expression, and to a value, which reads as the sum
        jon.assign(Author::age.set_raw("{age} * 2"))?;
        jon.assign(Author::age.increment(5))?;
        em.flush().await?;
        assert_eq!((jon.age, age(1).await), (Some(205), 205));
        jon.edit().age = Some(8);
        jon.assign(Author::age.increment(1))?;
        assert_eq!(jon.age, Some(9));
        jon.assign(Author::age.decrement(2))?;
        em.flush().await?;
        assert_eq!((jon.age, age(1).await), (Some(7), 7));
        // what is set later takes their place
        jon.assign((Author::age.increment(1), Author::age.increment(1)))?;
        jon.edit().age = Some(3);
        em.flush().await?;
        assert_eq!((jon.age, age(1).await), (Some(3), 3));
        // a row that is not loaded
        let em = t.em();
        let arya = em.reference::<Author>(2);
        arya.assign((Author::age.increment(1), Author::age.increment(1)))?;
        arya.assign(Author::age.increment(1))?;
        em.flush().await?;
        assert_eq!(age(2).await, 14);
        arya.assign(Author::age.set(50))?;
        arya.assign((Author::age.increment(1), Author::age.increment(1)))?;
        let arya = em.find_one_or_fail::<Author>(2).await?;
        assert_eq!(arya.age, Some(52));
        em.flush().await?;
        assert_eq!(age(2).await, 52);
        // null is nothing to add to
        arya.edit().age = None;
        arya.assign(Author::age.increment(1))?;
        em.flush().await?;
        assert_eq!(arya.age, None);
    }

    /// spec: Y075
    async fn increments_count_once_whatever_becomes_of_a_flush(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let age = async |id: i64| t.number(&format!("select age from author where id = {id}")).await;
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.assign((Author::age.increment(1), Author::age.increment(1), Author::email.set("arya@north")))?;
        assert!(em.flush().await.is_err());
        jon.assign((Author::age.increment(1), Author::email.set("jon@wall")))?;
        drop(em.flush());
        em.flush().await?;
        assert_eq!((jon.age, age(1).await), (Some(20), 20));
        // a transaction that rolls back: what was counted in it and since
        let (jon, arya, bran) = (&jon, em.reference::<Author>(2), em.reference::<Author>(3));
        jon.assign(Author::age.increment(1))?;
        arya.assign(Author::age.increment(1))?;
        bran.assign(Author::age.set(1))?;
        let failed: Result<()> = em
            .transactional(async |em| {
                em.flush().await?;
                jon.assign(Author::age.increment(2))?;
                arya.assign(Author::age.increment(2))?;
                bran.assign(Author::age.increment(2))?;
                em.flush().await?;
                jon.assign(Author::age.increment(3))?;
                arya.assign(Author::age.increment(3))?;
                bran.assign(Author::age.increment(3))?;
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(jon.age, Some(20));
        em.flush().await?;
        assert_eq!((jon.age, age(1).await, age(2).await, age(3).await), (Some(26), 26, 17, 6));
        // set, flushed, and counted in it
        jon.edit().age = Some(50);
        let failed: Result<()> = em
            .transactional(async |em| {
                em.flush().await?;
                jon.assign(Author::age.increment(2))?;
                em.flush().await?;
                jon.assign(Author::age.increment(3))?;
                arya.assign(Author::age.increment(3))?;
                em.flush().await?;
                arya.assign(Author::age.set(7))?;
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(jon.age, Some(55));
        em.flush().await?;
        assert_eq!((jon.age, age(1).await, age(2).await), (Some(55), 55, 7));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y075
    async fn increments_of_what_has_no_row_yet_add_to_its_value(t: &Test<Fields>) {
        let em = t.em();
        let jon = account(&em, "Jon");
        jon.assign((Account::stock.increment(2), Account::stock.decrement(1)))?;
        assert_eq!(jon.stock, 2);
        let failed: Result<()> = em
            .transactional(async |em| {
                em.flush().await?;
                jon.assign(Account::stock.increment(5))?;
                em.flush().await?;
                assert_eq!(jon.stock, 7);
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        em.flush().await?;
        assert_eq!((jon.stock, t.number("select stock_of from account").await), (7, 7));
        // what the database gives is not known yet
        let arya = account(&em, "Arya");
        arya.assign(Account::rank.increment(1))?;
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(error, "Account.rank: can't be computed from {rank} while there is no row yet: give it a value, or flush first");
        arya.assign(Account::rank.set(3))?;
        arya.assign(Account::rank.increment(1))?;
        em.flush().await?;
        assert_eq!(t.number("select rank from account where name = 'Arya'").await, 4);
        // a sum that there is not
        arya.edit().rank = i32::MAX;
        assert_eq!(
            arya.assign((Account::name.set("Stark"), Account::rank.increment(1))).unwrap_err().to_string(),
            "Account.rank: can't be counted that far: the sum does not fit"
        );
        assert_eq!(arya.name, "Arya");
        em.flush().await?;
        arya.assign((Account::rank.decrement(i32::MAX), Account::rank.decrement(i32::MAX), Account::rank.increment(i32::MAX)))?;
        em.flush().await?;
        assert_eq!(arya.rank, 0);
    }

    /// spec: Y075
    async fn a_failed_flush_computes_again(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.assign((Author::age.increment(1), Author::email.set("arya@north")))?;
        em.reference::<Author>(3).assign(Author::age.set_raw("7"))?;
        assert!(matches!(em.flush().await.unwrap_err(), Error::UniqueViolation(_)));
        assert_eq!(jon.age, Some(17));
        jon.edit().email = "jon@wall".into();
        em.flush().await?;
        assert_eq!((jon.age, t.number("select age from author where id = 1").await), (Some(18), 18));
        assert_eq!(t.number("select age from author where id = 3").await, 7);
        // what the database can't say is an error that names it, and another word replaces it
        jon.assign(Author::age.set_raw("{years} + 1"))?;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Author.years: raw SQL names this property, which the entity does not have"), "{error}");
        jon.assign(Author::age.set_raw("{age} + 1"))?;
        em.flush().await?;
        assert_eq!(jon.age, Some(19));
        // what does not fit is noticed before the commit
        jon.assign(Author::name.set_raw("null"))?;
        assert!(matches!(em.flush().await.unwrap_err(), Error::NotNullViolation(_)));
        em.refresh(&jon).await?;
        em.flush().await?;
    }

    /// spec: Y075
    async fn nothing_is_counted_beyond_what_its_property_takes(t: &Test<Scalars>) {
        let em = t.em();
        em.create(Maybe::builder().u8(250).i16(i16::MAX).i32(i32::MAX).i64(i64::MAX));
        em.create(Maybe::builder());
        em.flush().await?;
        let stored = "select count(*) from maybe where u8 = 250 and i16 = 32767 and i32 = 2147483647 and i64 = 9223372036854775807";
        for loaded in [false, true] {
            for (property, raw, computed) in [
                ("u8", false, Maybe::u8.increment(6)),
                ("u8", false, Maybe::u8.decrement(251)),
                ("i16", false, Maybe::i16.increment(1)),
                ("i32", false, Maybe::i32.increment(1)),
                ("i64", false, Maybe::i64.increment(1)),
                ("i64", true, Maybe::i64.set_raw("{i64} + 1")),
            ] {
                let em = t.em();
                if loaded {
                    em.find::<Maybe>().await?;
                }
                let (one, two) = (em.reference::<Maybe>(1), em.reference::<Maybe>(2));
                one.assign(computed)?;
                two.assign(Maybe::short.set("other"))?;
                let error = em.flush().await.unwrap_err().to_string();
                assert!(error.starts_with("Maybe") && error.contains("beyond the numbers that"), "{error}");
                // (of an expression without parameters PostgreSQL does not say whose it is)
                assert!(error.contains(property) || (!t.is_sqlite() && raw), "{error}");
                assert_eq!(t.number(stored).await, 1);
                // nothing is lost: another word, and all is stored
                one.assign((Maybe::u8.set(250), Maybe::i16.set(i16::MAX), Maybe::i32.set(i32::MAX), Maybe::i64.set(i64::MAX)))?;
                em.flush().await?;
                assert_eq!(t.number(&format!("{stored} and 1 = (select count(*) from maybe where short = 'other')")).await, 1);
                t.run("update maybe set short = null").await;
            }
        }
    }

    /// spec: Y075, U59
    async fn versions_are_checked_and_counted_when_a_value_is_computed(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        em.flush().await?;
        t.forget();
        draft.assign(Draft::title.set_raw("{title} || '!'"))?;
        let failed: Result<()> = em
            .transactional(async |em| {
                em.flush().await?;
                assert_eq!(
                    written(t),
                    ["update draft as t set version = 2, title = (t.title || '!') where id = 1 and version = 1 returning title"]
                );
                assert_eq!((&*draft.title, draft.version), ("0!", 2));
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!((&*draft.title, draft.version), ("0", 1));
        em.flush().await?;
        assert_eq!((&*draft.title, draft.version), ("0!", 2));
        // a savepoint takes it back, and what was set since stays
        draft.assign(Draft::title.set_raw("{title} || '*'"))?;
        em.transactional(async |em| {
            let failed: Result<()> = em
                .transactional(async |em| {
                    em.flush().await?;
                    draft.edit().title = "new".into();
                    Err(Error::Closed)
                })
                .await;
            assert!(failed.is_err());
            Ok(())
        })
        .await?;
        assert_eq!((&*draft.title, draft.version), ("new", 3));
        // a row that is not loaded
        let other = t.em();
        other.reference::<Draft>(1).assign(Draft::title.set_raw("{title} || '.'"))?;
        other.flush().await?;
        assert_eq!(t.number("select version from draft where title = 'new.'").await, 4);
        // somebody was faster
        draft.assign(Draft::title.set_raw("{title} || '!'"))?;
        assert!(em.flush().await.unwrap_err().is_optimistic_lock());
        em.refresh(&draft).await?;
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!((&*draft.title, draft.version), ("new.", 4));
    }

    /// spec: Y075
    async fn lazy_scalars_are_computed_loaded_or_not(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let oaths = em.find_one_or_fail::<Book>(1).await?;
        oaths.assign(Book::text.set_raw("upper({text})"))?;
        let failed: Result<()> = em
            .transactional(async |em| {
                em.flush().await?;
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        t.forget();
        em.flush().await?;
        assert_eq!(written(t), ["update book as t set text = (upper(t.text)) where id = 1"]);
        assert_eq!(*oaths.text.load().await?, "I SHALL");
        oaths.assign((Book::text.set_raw("lower({text})"), Book::price.increment(0.5)))?;
        em.flush().await?;
        assert_eq!((&**oaths.text.get()?, oaths.price), ("i shall", 5.5));
    }

    /// spec: Y075
    async fn on_update_runs_and_forks_compute_what_they_kept(t: &Test<Fields>) {
        let em = t.em();
        let jon = account(&em, "Jon");
        em.flush().await?;
        jon.assign(Account::stock.increment(2))?;
        let fork = em.fork_with(ForkOptions::new().keep_entities());
        em.flush().await?;
        assert_eq!((jon.stock, jon.changes), (3, 1));
        fork.flush().await?;
        assert_eq!(fork.find_one_or_fail::<Account>(1).await?.stock, 5);
        // no log shows what belongs to a hidden property
        t.forget();
        jon.assign(Account::password.set_raw(raw("lower(?)").bind("SECRET")))?;
        em.flush().await?;
        assert!(t.sent().iter().all(|sql| !sql.contains("SECRET")));
        assert_eq!(jon.password, "secret");
        // of a removed row nothing is left
        jon.assign(Account::stock.increment(2))?;
        em.remove(&jon)?;
        em.flush().await?;
        em.flush().await?;
    }

    /// spec: Y075, S215
    async fn hooks_hear_of_computed_values(t: &Test<Users>) {
        let em = t.em();
        let jon = em.create(User::builder().email("jon@wall").password("ghost"));
        em.flush().await?;
        drop(heard());
        jon.assign(User::logins.increment(1))?;
        em.flush().await?;
        assert_eq!(jon.logins, 1);
        hear("again");
        t.forget();
        let em = t.em();
        em.reference::<User>(1).assign(User::logins.increment(1))?;
        em.flush().await?;
        t.expect(4); // select, begin, update, commit
        assert_eq!(t.number("select logins from account").await, 2);
        assert_eq!(heard()[..2], ["update [\"logins\"]", "updated jon@wall to jon@wall"]);
    }

    /// spec: Y075
    async fn inserts_compute_values_too(t: &Test<Blog>) {
        let em = t.em();
        for name in ["A", "B"] {
            let new = author(&em, name);
            new.assign((Author::name.set_raw(raw("lower(?) || '.'").bind("JON")), Author::age.set_raw(raw("?").bind(5))))?;
        }
        let arya = author(&em, "Arya");
        arya.assign(Author::age.set_raw("(select 1)"))?;
        let failed: Result<()> = em
            .transactional(async |em| {
                em.flush().await?;
                assert_eq!((arya.age, arya.id()), (Some(1), Some(3)));
                t.expect(3); // begin, and an insert for each set of columns
                Err(Error::Closed)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!((arya.age, arya.id()), (None, None));
        arya.assign(Author::age.set_raw("{age} + 1"))?;
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(error, "Author.age: can't be computed from {age} while there is no row yet: give it a value, or flush first");
        arya.assign(Author::age.set_raw("(select 2)"))?;
        em.flush().await?;
        assert_eq!(arya.age, Some(2));
        assert_eq!(t.number("select count(*) from author where name = 'jon.' and age = 5").await, 2);
        t.forget();
        em.flush().await?;
        t.expect(0);
        arya.assign(Author::age.increment(1))?;
        em.flush().await?;
        assert_eq!(arya.age, Some(3));
    }

    /// spec: Y075
    async fn what_the_database_cannot_compute_is_refused(t: &Test<Versions>) {
        let em = t.em();
        let draft = em.create(Draft::builder().title("0"));
        let refused = |assign: Assign<Draft>| draft.assign(assign).unwrap_err().to_string();
        em.flush().await?;
        assert_eq!(
            refused(Draft::id.increment(1)),
            "Draft.id: the primary key is what rows are found by, so the database can't compute it: give it a value"
        );
        assert_eq!(refused(Draft::version.increment(1)), "Draft.version: is the version, which flushes count");
        // nothing else was set
        assert!(draft.assign((Draft::title.set("1"), Draft::version.increment(1))).is_err());
        assert_eq!(draft.title, "0");
        t.forget();
        em.flush().await?;
        t.expect(0);
    }
}
