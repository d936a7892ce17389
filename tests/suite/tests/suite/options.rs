//! What is set on entity managers: flush modes, forks, repositories.

use super::entities::*;
use mikro_orm::FlushMode;
use mikro_orm::em::{EntityState, ForkOptions, Repository};
use std::ops::Deref;

suite! {
    /// spec: Y058, Y080, U17
    async fn a_flush_mode_is_the_query_s_the_entity_manager_s_or_the_orm_s(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        author(&em, "Sam");
        assert_eq!(em.find::<Author>().flush_mode(FlushMode::Commit).await?.len(), 3);
        let (found, total) = em.find_and_count::<Author>().flush_mode(FlushMode::Commit).await?;
        assert_eq!((found.len(), total), (3, 3));
        t.expect(3);
        em.set_flush_mode(FlushMode::Commit);
        assert_eq!(em.clone().count::<Author>(Condition::all()).await?, 3);
        assert_eq!((em.flush_mode(), em.fork().flush_mode()), (FlushMode::Commit, FlushMode::Commit));
        t.expect(1);
        assert_eq!(em.find::<Author>().flush_mode(FlushMode::Auto).await?.len(), 4);
        t.expect(4);
        // edits alone are what only `Always` stores first
        em.set_flush_mode(FlushMode::Auto);
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().name = "Jon Snow".into();
        assert_eq!(em.find::<Author>().filter(Author::name.eq("Jon Snow")).await?.len(), 0);
        t.expect(1);
        em.set_flush_mode(FlushMode::Always);
        assert_eq!(em.find::<Author>().filter(Author::name.eq("Jon Snow")).await?.len(), 1);
        t.expect(4);
        jon.edit().age = Some(18);
        em.populate(&jon, Author::books).flush_mode(FlushMode::Commit).await?;
        t.expect(1);
        em.populate(&jon, Author::edited).await?;
        t.expect(4);
    }

    /// spec: Y058, Y004[flush_mode]
    async fn queries_flush_what_their_conditions_and_orders_ask_about(t: &Test<Blog>) {
        library(t).await?;
        let sam = |em: &EntityManager| author(em, "Sam");
        let asked = |name: &str| Book::author.is(Author::name.eq(name));
        // a pending insert
        for ask in 0..9 {
            let em = t.em();
            let sam = sam(&em);
            let book = em.find_one_or_fail::<Book>(1).await?;
            book.edit().author = sam.to_ref();
            t.forget();
            let found = match ask {
                0 => em.find::<Book>().filter(asked("Sam")).await?.len(),
                1 => em.find_one(asked("Sam")).await?.iter().len(),
                2 => usize::try_from(em.count::<Book>(asked("Sam")).await?).unwrap(),
                3 => em.find::<Book>().filter(!(asked("Jon") | asked("Arya"))).await?.len(),
                4 => usize::from(em.find::<Book>().order_by(Book::author.order(Author::name.desc())).await?[0].id == 1),
                5 => em.find::<Book>().filter(asked("Sam")).select(Book::title).await?.len(),
                6 => em.find_and_count::<Book>().filter(asked("Sam")).await?.0.len(),
                7 => em.find::<Book>().filter(Book::author.is(Author::books.some(asked("Sam")))).await?.len(),
                _ => em.find::<Author>().populate(Author::books.filter(asked("Sam"))).filter(Author::name.eq("Sam")).await?[0]
                    [Author::books].len(),
            };
            assert_eq!((ask, found), (ask, 1));
            em.find_one_or_fail::<Book>(1).await?.edit().author = em.reference(1);
            em.remove(&sam)?;
            // a pending delete
            t.forget();
            assert_eq!(em.count::<Book>(asked("Sam")).await?, 0);
            assert_eq!(t.number("select count(*) from author").await, 3);
        }
        // what is not asked about waits
        let em = t.em();
        sam(&em);
        t.forget();
        em.find::<Book>().filter(Book::author.eq(1)).populate(Book::author).await?;
        em.count::<Book>(Book::title.eq("Oaths")).await?;
        assert_eq!(t.number("select count(*) from author").await, 3);
    }

    /// spec: Y058
    async fn commits_flush_in_every_mode(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.set_flush_mode(FlushMode::Commit);
        t.forget();
        em.transactional(async |em| {
            let jon = em.find_one_or_fail::<Author>(1).await?;
            jon.edit().age = Some(18);
            author(&em, "Sam");
            assert_eq!(em.find::<Author>().await?.len(), 3);
            Result::Ok(())
        })
        .await?;
        let sent = t.sent();
        let kinds: Vec<_> = sent.iter().map(|sql| sql.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(kinds, ["begin", "select", "select", "insert", "update", "commit"]);
    }

    /// spec: Y080
    async fn an_orm_has_a_flush_mode_for_all_its_entity_managers(t: &Test<Unflushed>) {
        let em = t.em();
        author(&em, "Jon");
        assert_eq!(em.find::<Author>().await?.len(), 0);
        assert_eq!(em.flush_mode(), FlushMode::Commit);
        em.flush().await?;
        assert_eq!(em.find::<Author>().await?.len(), 1);
    }

    /// spec: Y077
    async fn a_fork_can_do_without_transactions(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em().fork_with(ForkOptions::new().disable_transactions());
        let sam = author(&em, "Sam");
        em.flush().await?;
        sam.edit().age = Some(20);
        em.begin().await?;
        assert!(!em.is_in_transaction().await);
        em.commit().await?;
        let sent = t.sent();
        let kinds: Vec<_> = sent.iter().map(|sql| sql.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(kinds, ["insert", "update"]);
        let error = em.rollback().await.unwrap_err().to_string();
        assert!(error.contains("nothing can be rolled back"), "{error}");
        let title = em.transactional(async |em| Result::Ok(book(&em, "Maps", &sam).title.clone())).await?;
        assert_eq!((title.as_str(), t.number("select count(*) from book").await), ("Maps", 4));
        t.forget();
        // what a flush that failed has stored, nobody knows
        author(&em, "Gilly");
        em.create(Book::builder().title("x").author(99));
        assert!(matches!(em.flush().await, Err(Error::ForeignKeyViolation(_))));
        assert!(matches!(em.flush().await, Err(Error::OutcomeUnknown { .. })));
        assert_eq!(t.number("select count(*) from author").await, 5);
        em.clear();
        em.flush().await?;
        assert_eq!(em.fork().find::<Author>().await?.len(), 5);
    }

    /// spec: Y077
    async fn a_fork_can_go_on_with_copies_of_what_is_managed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books.with(Book::text)).await?;
        jon.edit().name = "Jon Snow".into();
        em.remove(&jon[Author::books][1])?;
        let vows = book(&em, "Vows", jon.plain());
        em.assign(em.reference::<Author>(2), Author::age.set(12))?;
        let fork = em.fork_with(ForkOptions::new().keep_entities());
        t.forget();
        let copy = fork.find_one_or_fail::<Author>(1).await?;
        assert!(!copy.is_same(&jon));
        assert_eq!((&*copy.name, fork.state_of(&copy), fork.state_of(&jon)), ("Jon Snow", EntityState::Managed, EntityState::Detached));
        let titles: Vec<_> = copy.books.get()?.iter().map(|book| book.title.clone()).collect();
        assert_eq!(titles, ["Oaths", "Snow", "Vows"]);
        let oaths = &copy.books.get()?[0];
        assert!(oaths.author.get()?.is_same(&copy) && oaths.text.get()? == "I shall");
        assert_eq!(fork.state_of(&copy.books.get()?[1]), EntityState::Removed);
        t.expect(0);
        // what one does is not the other's
        oaths.edit().title = "Oath".into();
        assert_eq!(jon[Author::books][0].title, "Oaths");
        fork.flush().await?;
        assert_eq!((copy.books.get()?.len(), copy.books.get()?[1].id()), (2, Some(4)));
        assert_eq!((em.state_of(&vows), vows.id()), (EntityState::New, None));
        assert_eq!(t.number("select count(*) from author where name = 'Jon Snow' or age = 12").await, 2);
        assert_eq!(t.number("select count(*) from book where title in ('Oath', 'Vows', 'Faces')").await, 3);
        t.forget();
        fork.flush().await?;
        t.expect(0);
        // a fork outlives what it was made of
        drop((em, jon, vows));
        assert_eq!(copy.books.get()?[0].author.get()?.name, "Jon Snow");
        assert_eq!(copy.edited.load().await?.len(), 1);
    }

    /// spec: Y079, Y077
    async fn a_clone_is_in_the_same_transaction_and_a_fork_is_not(t: &Test<Shared<Blog>>) {
        let em = t.em();
        em.begin().await?;
        let (clone, fork) = (em.clone(), em.fork());
        assert_eq!((clone.is_in_transaction().await, fork.is_in_transaction().await), (true, false));
        author(&clone, "Jon");
        clone.flush().await?;
        assert_eq!((em.count::<Author>(Condition::all()).await?, fork.count::<Author>(Condition::all()).await?), (1, 0));
        clone.commit().await?;
        assert!(!em.is_in_transaction().await);
        assert_eq!(fork.count::<Author>(Condition::all()).await?, 1);
    }

    /// spec: Y077
    async fn a_fork_has_what_is_pending_of_collections(t: &Test<Mixes>) {
        mixes(t, 2, 3).await?;
        let em = t.em();
        let first = em.find_one_or_fail::<Mix>(1).populate(Mix::tunes).await?;
        first.tunes.remove(&first[Mix::tunes][0])?;
        first.tunes.add(Tune::builder().name("new"))?;
        let second = em.find_one_or_fail::<Mix>(2).await?;
        second.tunes.add(em.create(Tune::builder().name("other")))?;
        let fork = em.fork_with(ForkOptions::new().keep_entities());
        let copy = fork.find_one_or_fail::<Mix>(1).await?;
        assert!(copy.tunes.is_dirty() && first.tunes.is_dirty());
        fork.flush().await?;
        assert!(!copy.tunes.is_dirty() && first.tunes.is_dirty());
        let links = async |id: i64| t.number(&format!("select count(*) from mix_tunes where mix_id = {id}")).await;
        assert_eq!((links(1).await, links(2).await), (3, 4));
        em.clear();
        fork.flush().await?;
        let names: Vec<_> = copy.tunes.get()?.iter().map(|tune| tune.name.clone()).collect();
        assert_eq!(names, ["tune 2", "tune 3", "new"]);
    }

    /// spec: Y082
    async fn after_a_failed_flush_everything_is_pending_still(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let sam = author(&em, "Sam");
        let twin = em.create(Author::builder().name("x").email("jon@north"));
        assert!(matches!(em.flush().await, Err(Error::UniqueViolation(_))));
        assert_eq!((sam.id(), em.state_of(&sam), em.state_of(&twin)), (None, EntityState::New, EntityState::New));
        twin.edit().email = "x@north".into();
        em.flush().await?;
        assert_eq!(em.state_of(&sam), EntityState::Managed);
        assert_eq!(t.number("select count(*) from author").await, 5);
    }

    /// spec: Y083
    async fn an_entity_can_have_a_repository_of_its_own(t: &Test<Shelf>) {
        let em = t.em();
        let volumes = em.repo::<Volume>();
        for title in ["Oaths", "Walls", "Oaths"] {
            volumes.create(Volume::builder().title(title));
        }
        volumes.em().flush().await?;
        assert_eq!(volumes.titled("Oaths").await?.len(), 2);
        assert_eq!(em.repo::<Volume>().count(Condition::all()).await?, 3);
        // a trait gives the plain one more methods, too
        assert_eq!(Repository::<Volume>::new(&em).longest().await?.unwrap().title, "Oaths");
    }
}

/// Authors and books, flushed by hand.
pub enum Unflushed {}
impl super::harness::World for Unflushed {
    fn entities() -> mikro_orm::metadata::EntityList {
        Blog::entities()
    }
    fn configure(builder: mikro_orm::OrmBuilder<Orm>) -> mikro_orm::OrmBuilder<Orm> {
        builder.flush_mode(FlushMode::Commit)
    }
}

world!(Shelf: Volume);

#[derive(Entity)]
#[orm(repository = Volumes)]
pub struct Volume {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
}

pub struct Volumes(Repository<Volume>);

impl Volumes {
    async fn titled(&self, title: &str) -> Result<Vec<Loaded<Volume>>> {
        self.find().filter(Volume::title.eq(title)).order_by(Volume::id.asc()).await
    }
}
impl From<Repository<Volume>> for Volumes {
    fn from(repository: Repository<Volume>) -> Self {
        Volumes(repository)
    }
}
impl Deref for Volumes {
    type Target = Repository<Volume>;
    fn deref(&self) -> &Repository<Volume> {
        &self.0
    }
}

trait VolumeQueries {
    async fn longest(&self) -> Result<Option<Loaded<Volume>>>;
}
impl VolumeQueries for Repository<Volume> {
    async fn longest(&self) -> Result<Option<Loaded<Volume>>> {
        self.find().order_by(Volume::id.asc()).limit(1).await.map(|found| found.into_iter().next())
    }
}
