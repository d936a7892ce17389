//! Subscribers: their order, what they are told, and what they may do.

use super::entities::events::*;
use super::entities::{Blog, Book, Mix, Mixes, Shared, Tune};
use mikro_orm::events::AnyEntity;
use mikro_orm::prelude::*;
use mikro_orm::{Error, Result};
use std::sync::Arc;

fn listening(em: &EntityManager) -> Ear {
    let ear = Ear::default();
    em.subscribe(ear.clone());
    ear
}

fn novel(em: &EntityManager, title: &str, writer: &Loaded<Writer>, house: i64) -> Loaded<Novel> {
    em.create(Novel::builder().title(title).writer(writer).house(house))
}

/// Does something in `before_update`.
struct BeforeUpdate<F>(F);
impl<F: AsyncBefore> Subscriber for BeforeUpdate<F> {
    async fn before_update(&self, event: EntityEvent<'_>) -> Result<()> {
        self.0.call(event).await
    }
}
trait AsyncBefore: Send + Sync + 'static {
    fn call(&self, event: EntityEvent<'_>) -> impl Future<Output = Result<()>> + Send;
}

/// Finds the row that is updated.
struct FindsIt;
impl AsyncBefore for FindsIt {
    async fn call(&self, event: EntityEvent<'_>) -> Result<()> {
        let key = event.entity.key().expect("it is stored");
        let mikro_orm::key::Key::Int(id) = key else { panic!("{key}") };
        event.em.find::<Writer>().filter(Writer::id.eq(id)).await?;
        event.em.find_one_or_fail::<Writer>(id).await?;
        Ok(())
    }
}

/// Tries what is not allowed.
struct Flushes;
impl AsyncBefore for Flushes {
    async fn call(&self, event: EntityEvent<'_>) -> Result<()> {
        let begun = event.em.begin().await.unwrap_err().to_string();
        assert!(begun.starts_with("transactions can't be begun or ended inside a hook"), "{begun}");
        assert!(event.em.is_in_transaction().await);
        event.em.flush().await
    }
}

suite! {
    /// spec: Y268, Y272
    async fn events_come_by_groups(t: &Test<Press>) {
        let em = t.em();
        em.create(House::builder().name("Citadel"));
        em.flush().await?;
        let em = t.em();
        let ear = listening(&em);
        let jon = em.create(Writer::builder().name("Jon"));
        let sam = em.create(Writer::builder().name("Sam"));
        let novels = [novel(&em, "Oaths", &jon, 1), novel(&em, "Snow", &jon, 1), novel(&em, "Maps", &sam, 1)];
        ear.heard();
        t.forget();
        em.flush().await?;
        t.expect(4); // begin, two inserts, commit
        assert_eq!(
            ear.heard(),
            [
                "before_flush",
                "on_flush",
                "before_start",
                "after_start",
                "before_create Writer Jon",
                "before_create Writer Sam",
                "after_create Writer Jon",
                "after_create Writer Sam",
                "before_create Novel Oaths",
                "before_create Novel Snow",
                "before_create Novel Maps",
                "after_create Novel Oaths",
                "after_create Novel Snow",
                "after_create Novel Maps",
                "before_commit",
                "after_commit",
                "after_flush",
            ]
        );
        novels[0].edit().title = "Vows".into();
        jon.edit().name = "Aegon".into();
        em.flush().await?;
        assert_eq!(
            ear.heard()[4..8],
            ["before_update Writer Aegon", "after_update Writer Aegon", "before_update Novel Vows", "after_update Novel Vows"]
        );
        em.remove(&novels[0])?;
        em.remove(&novels[1])?;
        em.remove(&jon)?;
        em.remove::<House>(1)?;
        novels[2].edit().house = None;
        em.flush().await?;
        assert_eq!(
            ear.heard()[6..14],
            [
                "before_delete Novel Vows",
                "before_delete Novel Snow",
                "after_delete Novel Vows",
                "after_delete Novel Snow",
                "before_delete Writer Aegon",
                "after_delete Writer Aegon",
                "before_delete House 1",
                "after_delete House ",
            ]
        );
    }

    /// spec: U82, Y268
    async fn load_events_come_after_the_whole_query(t: &Test<Press>) {
        let em = t.em();
        let jon = em.create(Writer::builder().name("Jon"));
        let citadel = em.create(House::builder().name("Citadel"));
        em.create(Novel::builder().title("Oaths").writer(&jon).house(&citadel));
        em.create(Novel::builder().title("Snow").writer(&jon));
        em.flush().await?;

        /// Notes what is loaded when it is told.
        struct Loads(Ear);
        impl Subscriber for Loads {
            fn on_init(&self, entity: &AnyEntity) {
                self.0.hear(format!("init {}", entity.name()));
            }
            async fn on_load(&self, event: LoadEvent<'_>) -> Result<()> {
                if let Some(args) = event.of::<Novel>() {
                    self.0.hear(format!("{} by {}", args.entity.title, args.entity.writer.get()?.name));
                }
                if let Some(args) = event.of::<Writer>() {
                    self.0.hear(format!("{} wrote {}", args.entity.name, args.entity.novels.get()?.len()));
                    // and may query, as anybody
                    assert_eq!(args.em.count::<House>(Condition::all()).await?, 1);
                }
                Ok(())
            }
        }
        let em = t.em();
        let ear = Ear::default();
        em.subscribe(Loads(ear.clone()));
        for _ in 0..2 {
            em.find::<Novel>().populate((Novel::writer.with(Writer::novels), Novel::house)).order_by(Novel::id.asc()).await?;
        }
        let mut heard = ear.heard();
        heard.sort();
        assert_eq!(heard, ["Jon wrote 2", "Oaths by Jon", "Snow by Jon", "init House", "init Novel", "init Novel", "init Writer"]);
        em.transactional(async |em| em.find::<Novel>().refresh().await.map(drop)).await?;
        assert_eq!(ear.heard(), [] as [&str; 0]);
    }

    /// spec: Y271, Y274
    async fn subscribers_are_called_in_order_and_choose_their_entities(t: &Test<Shared<Press>>) {
        let (first, second) = (Ear::default(), Ear { prefix: "2 ", only: vec!["Novel"], ..Ear::default() });
        let second = Ear { heard: first.heard.clone(), ..second };
        let builder = t.builder().entities(entities![Novel]).subscriber(first.clone()).subscriber(second);
        let orm = builder.build().await?;
        let em = orm.em();
        let third = Ear { prefix: "3 ", only: vec!["Writer"], heard: first.heard.clone() };
        em.subscribe(third);
        let jon = em.create(Writer::builder().name("Jon"));
        em.create(Novel::builder().title("Oaths").writer(&jon));
        em.flush().await?;
        let heard = first.heard();
        let about = |what: &str| heard.iter().filter(|line| line.contains(what)).cloned().collect::<Vec<_>>();
        assert_eq!(about("before_create Writer"), ["before_create Writer Jon", "3 before_create Writer Jon"]);
        assert_eq!(about("before_create Novel"), ["before_create Novel Oaths", "2 before_create Novel Oaths"]);
        assert_eq!(about("before_flush"), ["before_flush", "2 before_flush", "3 before_flush"]);

        // a fork has them all, unless it is to have the ORM's alone
        em.fork().flush().await?;
        assert_eq!(first.heard().len(), 9);
        em.fork_with(mikro_orm::em::ForkOptions::new().fresh_subscribers()).flush().await?;
        assert_eq!(first.heard().len(), 6);
        orm.em().flush().await?;
        assert_eq!(first.heard().len(), 6);
        orm.close().await;
    }

    /// spec: Y269, U32, U81
    async fn a_flush_with_nothing_to_do_is_an_event_too(t: &Test<Press>) {
        let em = t.em();
        let ear = listening(&em);
        em.flush().await?;
        assert_eq!(ear.heard(), ["before_flush", "on_flush", "after_flush"]);
        t.expect(0);
    }

    /// spec: Y270, U81
    async fn transactions_are_events(t: &Test<Press>) {
        let em = t.em();
        let ear = listening(&em);
        em.transactional(async |em| {
            em.create(Writer::builder().name("Jon"));
            let refused: Result<()> = em
                .transactional(async |em| {
                    em.create(Writer::builder().name("Sam"));
                    em.flush().await?;
                    Err(Error::validation("Writer", "name", "no"))
                })
                .await;
            assert!(refused.is_err());
            em.transactional(async |_| Ok(())).await
        })
        .await?;
        let heard: Vec<_> = ear.heard().into_iter().filter(|line| !line.contains("Writer")).collect();
        assert_eq!(
            heard,
            [
                "before_start", "after_start", "before_start 1", "after_start 1", "before_flush", "on_flush", "after_flush",
                "before_rollback 1", "after_rollback 1", "before_start 1", "after_start 1", "before_flush", "on_flush",
                "after_flush", "before_commit 1", "after_commit 1", "before_flush", "on_flush", "after_flush",
                "before_commit", "after_commit",
            ]
        );
        assert_eq!(t.number("select count(*) from writer").await, 1);
        em.begin().await?;
        em.rollback().await?;
        assert_eq!(ear.heard(), ["before_start", "after_start", "before_rollback", "after_rollback"]);
        assert!(em.commit().await.is_err());
        assert_eq!(ear.heard(), ["before_flush", "on_flush", "after_flush"]);
    }

    /// spec: U81
    async fn a_failed_flush_is_rolled_back_with_events(t: &Test<Press>) {
        let em = t.em();
        let ear = listening(&em);
        let jon = em.create(Writer::builder().name("Jon"));
        let oaths = em.create(Novel::builder().title("Oaths").writer(&jon).house(7));
        ear.heard();
        assert!(em.flush().await.unwrap_err().is_foreign_key_violation());
        let heard = ear.heard();
        assert_eq!(heard[heard.len() - 3..], ["before_create Novel Oaths", "before_rollback", "after_rollback"]);
        assert!(jon.is_new() && jon.id().is_none() && oaths.is_new());
        oaths.edit().house = None;
        em.flush().await?;
        assert!(jon.id().is_some() && oaths.id().is_some());
        assert_eq!(t.number("select count(*) from novel").await, 1);
        em.flush().await?;
        assert_eq!(ear.heard().last().map(String::as_str), Some("after_flush"));
    }

    /// spec: U52
    async fn finding_the_row_that_is_updated_loses_nothing(t: &Test<Press>) {
        let em = t.em();
        for name in ["Jon", "Sam", "Arya"] {
            em.create(Writer::builder().name(name));
        }
        em.flush().await?;
        let em = t.em();
        em.subscribe(BeforeUpdate(FindsIt));
        let jon = em.find_one_or_fail::<Writer>(1).await?;
        jon.edit().name = "Aegon".into();
        em.flush().await?;
        assert_eq!(t.text("select name from writer where id = 1").await.as_deref(), Some("Aegon"));
        // a row that is not loaded
        let sam = em.reference::<Writer>(2);
        sam.assign(Writer::name.set("Samwell"))?;
        t.forget();
        em.flush().await?;
        t.expect(4); // begin, select, update, commit
        assert_eq!(t.text("select name from writer where id = 2").await.as_deref(), Some("Samwell"));
        assert_eq!(sam.get()?.name, "Samwell");
        em.flush().await?;
        t.expect(0);
        // one that is loaded meanwhile
        let arya = em.reference::<Writer>(3);
        arya.assign(Writer::name.set("No one"))?;
        let loaded = em.find_one_or_fail::<Writer>(3).await?;
        assert_eq!(loaded.name, "No one");
        em.flush().await?;
        assert_eq!(t.text("select name from writer where id = 3").await.as_deref(), Some("No one"));
    }

    /// spec: Y276, U31
    async fn flushing_inside_a_hook_is_an_error(t: &Test<Press>) {
        let em = t.em();
        let jon = em.create(Writer::builder().name("Jon"));
        em.flush().await?;
        em.subscribe(BeforeUpdate(Flushes));
        jon.edit().name = "Aegon".into();
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("`em.flush()` can't be called inside a hook or subscriber"), "{error}");
        assert_eq!(jon.name, "Aegon");
        assert_eq!(t.text("select name from writer").await.as_deref(), Some("Jon"));
        em.fork_with(mikro_orm::em::ForkOptions::new().fresh_subscribers()).flush().await?;
    }

    /// spec: U31
    async fn a_second_flush_waits_for_the_first(t: &Test<Shared<Press>>) {
        struct Slow(Ear);
        impl Subscriber for Slow {
            async fn before_flush(&self, _: FlushEvent<'_>) -> Result<()> {
                self.0.hear("begin");
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                Ok(())
            }
            async fn after_flush(&self, event: FlushEvent<'_>) -> Result<()> {
                tokio::task::yield_now().await;
                self.0.hear(format!("end of {}", event.work.change_sets()?.len()));
                Ok(())
            }
        }
        let em = t.em();
        let ear = Ear::default();
        em.subscribe(Slow(ear.clone()));
        em.create(Writer::builder().name("Jon"));
        let (first, second) = tokio::join!(em.flush(), em.flush());
        first?;
        second?;
        assert_eq!(ear.heard(), ["begin", "end of 1", "begin", "end of 0"]);
        assert_eq!(t.number("select count(*) from writer").await, 1);

        // and runs to its end, hooks included, when its future is dropped
        em.create(Writer::builder().name("Sam"));
        {
            let mut flush = std::pin::pin!(em.flush());
            let task = &mut std::task::Context::from_waker(std::task::Waker::noop());
            assert!(flush.as_mut().poll(task).is_pending());
        }
        em.flush().await?;
        assert_eq!(ear.heard(), ["begin", "end of 1", "begin", "end of 0"]);
        assert_eq!(t.number("select count(*) from writer").await, 2);
    }

    /// spec: Y275
    async fn what_subscribers_change_before_the_statements_is_part_of_the_flush(t: &Test<Press>) {
        /// Gives novels a house, and deletes those that are to be removed.
        struct Houses(Ear);
        impl Subscriber for Houses {
            async fn on_flush(&self, event: FlushEvent<'_>) -> Result<()> {
                for change_set in event.work.change_sets()? {
                    let Some(novel) = change_set.entity().downcast::<Novel>() else { continue };
                    if novel.title == "remove me" {
                        event.em.remove(novel)?;
                    } else if change_set.kind() == ChangeKind::Create {
                        let house = event.em.create(House::builder().name("Citadel"));
                        novel.edit().house = Some(house.to_ref());
                    }
                }
                Ok(())
            }
            async fn after_flush(&self, event: FlushEvent<'_>) -> Result<()> {
                for change_set in event.work.change_sets()? {
                    self.0.hear(format!("{:?} {}", change_set.kind(), change_set.entity().name()));
                }
                Ok(())
            }
        }
        let em = t.em();
        let jon = em.create(Writer::builder().name("Jon"));
        em.flush().await?;
        t.forget();
        let ear = Ear::default();
        em.subscribe(Houses(ear.clone()));
        let oaths = em.create(Novel::builder().title("Oaths").writer(&jon));
        em.flush().await?;
        t.expect(4); // the house, then the novel, which has it
        assert_eq!(ear.heard(), ["Create House", "Create Novel"]);
        assert_eq!(t.number("select house_id from novel").await, 1);
        oaths.edit().title = "remove me".into();
        em.flush().await?;
        t.expect(3); // a delete, and no update
        assert_eq!(ear.heard(), ["Delete Novel"]);
    }

    /// spec: Y275, S216
    async fn the_unit_of_work_can_be_looked_at(t: &Test<Press>) {
        struct Looks(Arc<Ear>);
        impl Subscriber for Looks {
            async fn before_flush(&self, event: FlushEvent<'_>) -> Result<()> {
                let names = |entities: Vec<AnyEntity>| entities.iter().map(AnyEntity::name).collect::<Vec<_>>();
                self.0.hear(format!("persist {:?}, remove {:?}", names(event.work.persisted()), names(event.work.removed())));
                for change_set in event.work.change_sets()? {
                    let old: Vec<_> = change_set.properties().map(|property| change_set.old_value(property)).collect();
                    let new: Vec<_> = change_set.properties().map(|property| change_set.new_value(property)).collect();
                    self.0.hear(format!("{change_set:?}: {old:?} -> {new:?}"));
                    if let Some(writer) = change_set.entity().downcast::<Writer>() {
                        let was = event.work.original(writer).map(|writer| writer.name.as_str());
                        self.0.hear(format!("{} was {was:?}", writer.name));
                        assert!(change_set.changes(Writer::name) && !change_set.changes(Novel::title));
                        assert!(change_set.changes_named("name") && !change_set.changes_named("nothing"));
                        assert_eq!(change_set.metadata().table, "writer");
                    }
                }
                Ok(())
            }
        }
        let em = t.em();
        let jon = em.create(Writer::builder().name("Jon"));
        let oaths = novel(&em, "Oaths", &jon, 1);
        oaths.edit().house = None;
        em.flush().await?;
        let ear = Arc::new(Ear::default());
        em.subscribe(Looks(ear.clone()));
        jon.edit().name = "Aegon".into();
        em.create(House::builder().name("Citadel"));
        em.remove(&oaths)?;
        em.flush().await?;
        assert_eq!(
            ear.heard(),
            [
                "persist [\"House\"], remove [\"Novel\"]",
                "Create new House [\"name\"]: [None] -> [Some(Text(\"Citadel\"))]",
                "Update Writer 1 [\"name\"]: [Some(Text(\"Jon\"))] -> [Some(Text(\"Aegon\"))]",
                "Aegon was Some(\"Jon\")",
                "Delete Novel 1 []: [] -> []",
            ]
        );
    }

    /// spec: U32, U81
    async fn errors_of_subscribers_fail_the_flush(t: &Test<Press>) {
        struct Fails(&'static str);
        impl Fails {
            fn at(&self, moment: &'static str) -> Result<()> {
                if self.0 == moment { Err(Error::validation("Writer", "name", moment)) } else { Ok(()) }
            }
        }
        impl Subscriber for Fails {
            async fn before_flush(&self, _: FlushEvent<'_>) -> Result<()> {
                self.at("before_flush")
            }
            async fn on_flush(&self, _: FlushEvent<'_>) -> Result<()> {
                self.at("on_flush")
            }
            async fn after_flush(&self, _: FlushEvent<'_>) -> Result<()> {
                self.at("after_flush")
            }
            async fn before_transaction_start(&self, _: TransactionEvent<'_>) -> Result<()> {
                self.at("before_start")
            }
            async fn after_transaction_start(&self, _: TransactionEvent<'_>) -> Result<()> {
                self.at("after_start")
            }
            async fn before_transaction_commit(&self, _: TransactionEvent<'_>) -> Result<()> {
                self.at("before_commit")
            }
            async fn after_create(&self, _: EntityEvent<'_>) -> Result<()> {
                self.at("after_create")
            }
        }
        for moment in ["before_flush", "on_flush", "before_start", "after_start", "after_create", "before_commit", "after_flush"] {
            let em = t.em();
            em.subscribe(Fails(moment));
            let jon = em.create(Writer::builder().name(moment));
            let error = em.flush().await.unwrap_err().to_string();
            assert_eq!(error, format!("Writer.name: {moment}"));
            let stored = i64::from(moment == "after_flush");
            assert_eq!(t.number(&format!("select count(*) from writer where name = '{moment}'")).await, stored);
            assert_eq!(jon.is_new(), stored == 0, "{moment}");
            let error = em.transactional(async |_| Ok::<_, Error>(())).await.map_err(|error| error.to_string());
            assert_eq!(error.is_err(), !["after_create"].contains(&moment) || stored == 0, "{moment}");
            assert!(!em.is_in_transaction().await);
        }
    }

    /// spec: U51
    async fn what_a_hook_makes_too_late_is_an_error(t: &Test<Press>) {
        struct Makes;
        impl Subscriber for Makes {
            async fn before_create(&self, event: EntityEvent<'_>) -> Result<()> {
                if let Some(args) = event.of::<Novel>()
                    && args.entity.house.is_none()
                {
                    let house = args.em.create(House::builder().name("Citadel"));
                    args.entity.edit().house = Some(house.to_ref());
                }
                Ok(())
            }
        }
        let em = t.em();
        em.subscribe(Makes);
        let jon = em.create(Writer::builder().name("Jon"));
        em.create(Novel::builder().title("Oaths").writer(&jon));
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(
            error,
            "Novel.house: refers to a House that a hook has made too late for this flush: make it in a subscriber's \
             `before_flush` or `on_flush`"
        );
        assert_eq!(t.number("select count(*) from writer").await, 0);
    }

    /// spec: Y273
    async fn collections_that_changed_are_no_update(t: &Test<Blog>) {
        super::entities::library(t).await?;
        let em = t.em();
        let ear = listening(&em);
        let jon = em.find_one_or_fail::<super::entities::Author>(1).await?;
        jon.books.add(em.reference::<Book>(3))?;
        em.flush().await?;
        let heard: Vec<_> = ear.heard().into_iter().filter(|line| line.contains("update")).collect();
        assert_eq!(heard, ["before_update Book 3", "after_update Book 3"]);
    }

    /// spec: U32, Y080
    async fn what_subscribers_did_is_taken_back_when_the_flush_fails(t: &Test<Press>) {
        /// Writes a house down for each novel, and gives it to the novel.
        struct Houses;
        impl Subscriber for Houses {
            async fn before_flush(&self, event: FlushEvent<'_>) -> Result<()> {
                for novel in event.work.persisted() {
                    let Some(novel) = novel.downcast::<Novel>() else { continue };
                    let count = event.em.count::<House>(Condition::all()).await?;
                    let house = event.em.create(House::builder().name(format!("House {count}")));
                    novel.edit().house = Some(house.to_ref());
                    novel.edit().title.push('!');
                }
                Ok(())
            }
            async fn before_update(&self, event: EntityEvent<'_>) -> Result<()> {
                if let Some(key) = event.change_set.key() {
                    assert_eq!(event.change_set.new_value("name").map(|name| name.into_owned()), Some(mikro_orm::value::Value::Text("Samwell".into())), "{key}");
                }
                event.em.find::<Writer>().await?;
                Ok(())
            }
            async fn after_update(&self, _: EntityEvent<'_>) -> Result<()> {
                Err(Error::other("not today"))
            }
        }
        let em = t.em();
        em.create(Writer::builder().name("Sam"));
        em.flush().await?;
        let em = t.em();
        em.subscribe(Houses);
        let sam = em.reference::<Writer>(1);
        sam.assign(Writer::name.set("Samwell"))?;
        let oaths = em.create(Novel::builder().title("Oaths").writer(&sam));
        for _ in 0..2 {
            assert_eq!(em.flush().await.unwrap_err().to_string(), "not today");
            assert!(oaths.is_new() && oaths.house.is_none());
            assert_eq!(oaths.title, "Oaths");
            assert_eq!(t.number("select count(*) from house").await, 0);
        }
        // what was pending still is, and the row that was loaded meanwhile has it
        assert_eq!(sam.get()?.name, "Samwell");
        let result: Result<()> = em
            .transactional(async |em| {
                assert!(em.flush().await.is_err());
                Ok(())
            })
            .await;
        assert!(result.is_err());
        t.run("update writer set name = 'Samwell'").await;
        em.refresh(sam.get()?).await?;
        em.flush().await?;
        assert_eq!(oaths.title, "Oaths!");
        assert_eq!(t.number("select count(*) from house").await, 1);
    }

    /// spec: Y275
    async fn changed_collections_can_be_looked_at(t: &Test<Mixes>) {
        struct Looks(Ear);
        impl Subscriber for Looks {
            async fn on_flush(&self, event: FlushEvent<'_>) -> Result<()> {
                for update in event.work.collections() {
                    let (owner, property) = (&update.owner, update.property);
                    self.0.hear(format!("{owner:?}.{property}: +{:?} -{:?}", update.added, update.removed));
                }
                Ok(())
            }
            async fn before_update(&self, event: EntityEvent<'_>) -> Result<()> {
                self.0.hear(format!("{:?} is updated", event.entity));
                Ok(())
            }
        }
        let em = t.em();
        let mix = em.create(Mix::builder().name("Winter"));
        let tunes = ["Oaths", "Snow"].map(|name| em.create(Tune::builder().name(name)));
        mix.tunes.add(&tunes[0])?;
        em.flush().await?;
        let ear = Ear::default();
        em.subscribe(Looks(ear.clone()));
        mix.tunes.add(&tunes[1])?;
        mix.tunes.remove(&tunes[0])?;
        em.flush().await?;
        let heard = ear.heard();
        assert!(heard.contains(&"Mix 1.tunes: +[Tune 2] -[Tune 1]".to_owned()), "{heard:?}");
        em.flush().await?;
        assert_eq!(ear.heard(), [] as [&str; 0]);
    }

    /// spec: U32
    async fn a_panic_in_a_hook_leaves_everything_usable(t: &Test<Press>) {
        struct Panics;
        impl Subscriber for Panics {
            async fn after_create(&self, event: EntityEvent<'_>) -> Result<()> {
                assert!(event.of::<Writer>().is_none_or(|args| args.entity.name != "Hodor"), "hold the door");
                Ok(())
            }
        }
        let em = t.em();
        em.subscribe(Panics);
        let hodor = em.create(Writer::builder().name("Hodor"));
        let flush = em.clone();
        let panicked = tokio::spawn(async move { flush.flush().await }).await.unwrap_err();
        assert!(panicked.is_panic());
        assert!(hodor.is_new());
        assert_eq!(t.number("select count(*) from writer").await, 0);
        em.begin().await?;
        let flush = em.clone();
        assert!(tokio::spawn(async move { flush.flush().await }).await.unwrap_err().is_panic());
        assert!(em.is_in_transaction().await);
        em.rollback().await?;
        hodor.edit().name = "Wylis".into();
        em.persist(&hodor)?;
        em.flush().await?;
        assert_eq!(t.text("select name from writer").await.as_deref(), Some("Wylis"));
    }
}
