//! Transactions: closures, nesting, by hand, options, and what a rollback takes back.

use super::entities::*;
use mikro_orm::driver::IsolationLevel;
use mikro_orm::em::TransactionOptions;

/// An error of the application.
#[derive(Debug)]
enum AppError {
    NotAllowed,
    #[allow(dead_code)] // for the message of a test that fails
    Orm(Error),
}
impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        AppError::Orm(error)
    }
}

suite! {
    /// spec: Y135, Y079, U83
    async fn a_transaction_flushes_and_commits_on_the_same_unit_of_work(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        let oaths = em
            .transactional(async |inner| {
                assert!(inner.is_in_transaction().await);
                let oaths = book(&inner, "Oaths", &jon);
                assert_eq!(inner.find::<Book>().await?.len(), 1);
                oaths.edit().price = 1.0;
                Ok::<_, Error>(oaths)
            })
            .await?;
        // begin, author, book, select, update, commit
        t.expect(6);
        assert!(!em.is_in_transaction().await);
        assert!(em.find_one_or_fail::<Book>(oaths.id).await?.is_same(&oaths));
        assert_eq!(t.number("select count(*) from book where price = 1.0").await, 1);
    }

    /// spec: Y135, U83, Y082
    async fn an_error_rolls_back_and_is_what_the_caller_gets(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.forget();
        let result = em
            .transactional(async |em| {
                let sam = author(&em, "Sam");
                jon.edit().age = Some(99);
                em.flush().await?;
                assert_eq!(sam.id(), Some(4));
                Err::<(), _>(AppError::NotAllowed)
            })
            .await;
        assert!(matches!(result, Err(AppError::NotAllowed)));
        // begin, insert, update, rollback
        t.expect(4);
        assert_eq!(t.number("select count(*) from author").await, 3);
        // the edit is pending, the insert that the closure scheduled is forgotten
        assert_eq!(jon.age, Some(99));
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select age from author where id = 1").await, 99);
        assert_eq!(t.number("select count(*) from author").await, 3);
    }

    /// spec: Y135, Y082, U83
    async fn a_rollback_takes_keys_versions_and_deletes_back(t: &Test<Versions>) {
        let em = t.em();
        let kept = em.create(Draft::builder().title("kept"));
        let gone = em.create(Draft::builder().title("gone"));
        em.flush().await?;
        let new = em.create(Draft::builder().title("new"));
        let result = em
            .transactional(async |em| {
                kept.edit().title = "changed".into();
                em.remove(&gone)?;
                em.flush().await?;
                assert_eq!((kept.version, new.id(), gone.is_new()), (2, Some(3), true));
                kept.edit().title = "twice".into();
                em.flush().await?;
                assert_eq!(kept.version, 3);
                Err::<(), _>(AppError::NotAllowed)
            })
            .await;
        assert!(matches!(result, Err(AppError::NotAllowed)));
        assert_eq!((kept.version, new.id(), new.is_new(), gone.is_new()), (1, None, true, false));
        assert_eq!(t.number("select count(*) from draft").await, 2);
        // what was scheduled before is still scheduled
        em.flush().await?;
        assert!(!new.is_new());
        assert_eq!(kept.version, 2);
        assert_eq!(t.text("select title from draft where id = 1").await.as_deref(), Some("twice"));
        assert!(em.find_one::<Draft>(gone.id).await?.is_some());
    }

    /// spec: Y135, Y082, S044
    async fn a_rollback_takes_back_what_the_database_filled(t: &Test<Fields>) {
        let em = t.em();
        em.begin().await?;
        let (jon, arya) = (account(&em, "Jon"), account(&em, "Arya"));
        em.flush().await?;
        assert_eq!((jon.rank, arya.rank), (7, 7));
        arya.edit().rank = 8;
        em.rollback().await?;
        assert_eq!((jon.rank, arya.rank, jon.id()), (0, 8, None));
        em.persist(&jon)?;
        em.persist(&arya)?;
        t.run(if t.is_sqlite() { "select 1" } else { "alter table account alter column rank set default 9" }).await;
        em.flush().await?;
        assert_eq!((jon.rank, arya.rank), (if t.is_sqlite() { 7 } else { 9 }, 8));
    }

    /// spec: Y135, Y082
    async fn a_transaction_can_simply_be_run_again(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let mut emails = vec!["sam@north", "jon@north"];
        let mut attempts = 0;
        let sam = loop {
            attempts += 1;
            let email = emails.pop().unwrap();
            let result = em
                .transactional(async |em| Ok::<_, Error>(em.create(Author::builder().name("Sam").email(email))))
                .await;
            match result {
                Ok(sam) => break sam,
                Err(error) => assert!(error.is_unique_violation()),
            }
        };
        assert_eq!((attempts, &*sam.email), (2, "sam@north"));
        assert_eq!(t.number("select count(*) from author").await, 4);
    }

    /// spec: Y137, Y139, Y143
    async fn nested_transactions_are_savepoints(t: &Test<Blog>) {
        let em = t.em();
        em.transactional(async |em| {
            author(&em, "outer");
            let failed = em
                .transactional(async |em| {
                    author(&em, "failed");
                    em.flush().await?;
                    Err::<(), _>(AppError::NotAllowed)
                })
                .await;
            assert!(matches!(failed, Err(AppError::NotAllowed)));
            em.transactional(async |em| {
                author(&em, "nested");
                Ok::<_, Error>(())
            })
            .await?;
            Ok::<_, Error>(())
        })
        .await?;
        let begins: Vec<_> = t.sent().into_iter().filter(|line| !line.starts_with("insert")).collect();
        assert_eq!(begins.len(), 6, "{begins:?}");
        assert_eq!(begins.first().map(|line| &line[..5]), Some("begin"));
        assert!(begins[1].starts_with("savepoint") && begins[2].starts_with("rollback to") && begins[4].starts_with("release"));
        let names: Vec<_> = t.em().find::<Author>().order_by(Author::id.asc()).await?.iter().map(|author| author.name.clone()).collect();
        assert_eq!(names, ["outer", "nested"]);
    }

    /// spec: Y137, Y139
    async fn an_inner_level_that_fails_leaves_the_levels_above(t: &Test<Blog>) {
        let em = t.em();
        em.transactional(async |em| {
            author(&em, "1");
            em.transactional(async |em| {
                author(&em, "2");
                em.flush().await?;
                let failed: std::result::Result<(), AppError> = em
                    .transactional(async |em| {
                        author(&em, "3");
                        em.flush().await?;
                        Err(AppError::NotAllowed)
                    })
                    .await;
                assert!(failed.is_err());
                author(&em, "2 after");
                Ok::<_, Error>(())
            })
            .await
        })
        .await?;
        let names: Vec<_> = t.em().find::<Author>().order_by(Author::id.asc()).await?.iter().map(|author| author.name.clone()).collect();
        assert_eq!(names, ["1", "2", "2 after"]);
    }

    /// spec: Y139, Y082
    async fn a_flush_that_fails_in_a_savepoint_leaves_the_transaction_usable(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.transactional(async |em| {
            let failed = em
                .transactional(async |em| {
                    em.create(Author::builder().name("x").email("jon@north"));
                    Ok::<_, Error>(())
                })
                .await;
            assert!(failed.unwrap_err().is_unique_violation());
            author(&em, "Sam");
            Ok::<_, Error>(())
        })
        .await?;
        assert_eq!(t.number("select count(*) from author").await, 4);
    }

    /// spec: Y136, Y079
    async fn transactions_can_be_begun_committed_and_rolled_back_by_hand(t: &Test<Blog>) {
        let em = t.em();
        em.begin().await?;
        author(&em, "Jon");
        // committing flushes
        em.commit().await?;
        t.expect(3);
        em.begin().await?;
        let sam = author(&em, "Sam");
        em.flush().await?;
        em.rollback().await?;
        t.expect(3);
        assert_eq!(sam.id(), None);
        assert_eq!(t.number("select count(*) from author").await, 1);
        for result in [em.commit().await, em.rollback().await] {
            assert_eq!(result.unwrap_err().to_string(), "no transaction is open: call `begin` first");
        }
        em.begin().await?;
        em.begin().await?;
        author(&em, "Arya");
        em.flush().await?;
        em.rollback().await?;
        assert!(em.is_in_transaction().await);
        em.commit().await?;
        assert_eq!(t.number("select count(*) from author").await, 1);
    }

    /// spec: Y134, Y136
    async fn a_transaction_in_which_nothing_happens_costs_little(t: &Test<Blog>) {
        let em = t.em();
        em.transactional(async |_| Ok::<_, Error>(())).await?;
        // SQLite begins at once, PostgreSQL with the first statement
        t.expect((2, 0));
    }

    /// spec: Y136, Y082
    async fn after_a_failed_flush_a_transaction_can_only_be_rolled_back(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.begin().await?;
        let sam = em.create(Author::builder().name("Sam").email("jon@north"));
        assert!(em.flush().await.unwrap_err().is_unique_violation());
        sam.edit().email = "sam@north".into();
        assert!(em.commit().await.is_err());
        em.rollback().await?;
        em.begin().await?;
        em.persist(&sam)?;
        em.commit().await?;
        assert_eq!(t.number("select count(*) from author").await, 4);
    }

    /// spec: Y138
    async fn a_transaction_can_refuse_writes_and_choose_its_isolation(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let read_only = TransactionOptions::new().read_only();
        let found = em.transactional_with(read_only, async |em| em.find::<Author>().await).await?;
        assert_eq!(found.len(), 3);
        let refused = em
            .transactional_with(read_only, async |em| {
                author(&em, "Sam");
                Ok::<_, Error>(())
            })
            .await;
        assert!(matches!(refused, Err(Error::ReadOnly { .. })));
        t.forget();
        let serializable = TransactionOptions::new().isolation(IsolationLevel::Serializable);
        em.transactional_with(serializable, async |em| {
            author(&em, "Sam");
            Ok::<_, Error>(())
        })
        .await?;
        t.expect(3);
        let nested = em.transactional(async |em| em.transactional_with(serializable, async |_| Ok::<_, Error>(())).await).await;
        assert!(nested.unwrap_err().to_string().contains("for the outermost transaction only"));
    }

    /// spec: Y135
    async fn a_transaction_whose_future_is_dropped_is_rolled_back(t: &Test<Shared<Blog>>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        let reached = tokio::sync::Notify::new();
        let transaction = em.transactional(async |em| {
            author(&em, "Sam");
            jon.edit().age = Some(99);
            em.flush().await?;
            reached.notify_one();
            std::future::pending::<()>().await;
            Ok::<_, Error>(())
        });
        tokio::select! {
            _ = transaction => unreachable!("it waits for what never comes"),
            () = reached.notified() => {}
        }
        assert_eq!(t.number("select count(*) from author").await, 3);
        assert!(!em.is_in_transaction().await);
        // the edit is pending again
        em.flush().await?;
        assert_eq!(t.number("select age from author where id = 1").await, 99);
        assert_eq!(t.number("select count(*) from author").await, 3);
    }

    /// spec: Y136, S189
    async fn loading_goes_through_the_open_transaction(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.begin().await?;
        em.raw("update author set name = 'inside' where id = 1").execute().await?;
        let book = em.find_one_or_fail::<Book>(1).await?;
        assert_eq!(book.author.load().await?.name, "inside");
        assert_eq!(em.count::<Author>(Author::name.eq("inside")).await?, 1);
        em.rollback().await?;
        em.refresh(book.author.get()?).await?;
        assert_eq!(book.author.get()?.name, "Jon");
    }

    /// spec: Y135, Y081
    async fn clearing_inside_a_transaction_keeps_the_transaction(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.transactional(async |em| {
            author(&em, "Sam");
            em.flush().await?;
            em.clear();
            assert_eq!(em.find::<Author>().await?.len(), 4);
            author(&em, "Gilly");
            Ok::<_, Error>(())
        })
        .await?;
        assert_eq!(t.number("select count(*) from author").await, 5);
    }

    /// spec: Y137
    async fn propagation_says_what_an_open_transaction_means(t: &Test<Shared<Blog>>) {
        use mikro_orm::em::Propagation;
        let with = |propagation| TransactionOptions::new().propagation(propagation);
        let em = t.em();
        let nothing = async |_: EntityManager| Ok::<_, Error>(());
        assert!(em.transactional_with(with(Propagation::Mandatory), nothing).await.is_err());
        em.transactional_with(with(Propagation::Never), nothing).await?;
        em.transactional_with(with(Propagation::Supports), async |em| {
            assert!(!em.is_in_transaction().await);
            Ok::<_, Error>(())
        })
        .await?;
        em.transactional_with(with(Propagation::Required), async |em| {
            assert!(em.is_in_transaction().await);
            Ok::<_, Error>(())
        })
        .await?;
        let result = em
            .transactional(async |em| {
                author(&em, "Jon");
                em.flush().await?;
                assert!(em.transactional_with(with(Propagation::Never), nothing).await.is_err());
                t.forget();
                for joins in [Propagation::Required, Propagation::Supports, Propagation::Mandatory] {
                    em.transactional_with(with(joins), async |em| {
                        assert_eq!(em.count::<Author>(Condition::all()).await?, 1);
                        Ok::<_, Error>(())
                    })
                    .await?;
                }
                // no savepoints
                t.expect(3);
                em.transactional_with(with(Propagation::NotSupported), async |em| {
                    assert!(!em.is_in_transaction().await);
                    assert_eq!(em.count::<Author>(Condition::all()).await?, 0);
                    Ok::<_, Error>(())
                })
                .await?;
                Err::<(), _>(AppError::NotAllowed)
            })
            .await;
        assert!(matches!(result, Err(AppError::NotAllowed)), "{result:?}");
    }

    /// spec: Y137 @postgres
    async fn a_new_transaction_commits_on_its_own(t: &Test<Shared<Blog>>) {
        // SQLite has one writer at a time
        if t.is_sqlite() {
            return Ok(());
        }
        let em = t.em();
        let new = TransactionOptions::new().propagation(mikro_orm::em::Propagation::RequiresNew);
        let result = em
            .transactional(async |em| {
                author(&em, "lost");
                em.flush().await?;
                em.transactional_with(new, async |em| {
                    author(&em, "kept");
                    Ok::<_, Error>(())
                })
                .await?;
                Err::<(), _>(AppError::NotAllowed)
            })
            .await;
        assert!(result.is_err());
        assert_eq!(t.text("select name from author").await.as_deref(), Some("kept"));
    }
}
