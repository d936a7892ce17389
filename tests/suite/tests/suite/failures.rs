//! Flushes that fail: nothing is lost, and the message says what to do.

use super::entities::*;

suite! {
    /// spec: U32, Y082
    async fn a_unique_violation_keeps_everything_pending_until_it_is_fixed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let sam = em.create(Author::builder().name("Sam").email("jon@north"));
        let healing = book(&em, "Healing", &sam);
        let jon = em.reference::<Author>(1);
        jon.assign(Author::age.set(18))?;
        let error = em.flush().await.unwrap_err();
        assert!(error.is_unique_violation());
        assert_eq!(
            error.to_string(),
            "unique constraint violated: Author.email (constraint author_email_unique): another row has this value: use another one, or find and edit that row"
        );
        assert_eq!(error.constraint().unwrap().properties, ["email"]);
        // rolled back, and no key was taken
        assert_eq!(t.number("select count(*) from book where title = 'Healing'").await, 0);
        assert_eq!((sam.id(), sam.id, sam.is_new(), healing.id()), (None, 0, true, None));
        sam.edit().email = "sam@north".into();
        t.forget();
        em.flush().await?;
        t.expect(5);
        assert_eq!(healing.author.id(), sam.id());
        assert_eq!(t.number("select age from author where id = 1").await, 18);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U32, Y082, U59
    async fn a_failed_update_stays_an_update(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em.find::<Author>().order_by(Author::id.asc()).await?;
        authors[1].edit().email = "jon@north".into();
        authors[2].edit().name = "Brandon".into();
        assert!(em.flush().await.unwrap_err().is_unique_violation());
        assert_eq!(t.text("select name from author where id = 3").await.as_deref(), Some("Bran"));
        authors[1].edit().email = "arya2@north".into();
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.text("select name from author where id = 3").await.as_deref(), Some("Brandon"));
    }

    /// spec: Y082, U61
    async fn a_row_that_others_refer_to_can_t_be_deleted_until_they_let_go(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.remove::<Author>(2)?;
        let error = em.flush().await.unwrap_err();
        assert!(error.is_foreign_key_violation());
        let message = error.to_string();
        assert!(message.contains("other rows still refer to it: remove them too, or point them elsewhere first"), "{message}");
        assert_eq!(t.number("select count(*) from author").await, 3);
        em.remove::<Book>(3)?;
        t.forget();
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.number("select count(*) from author").await, 2);
    }

    /// spec: Y082
    async fn a_reference_to_what_is_not_there_names_the_relation(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.create(Book::builder().title("x").author(99));
        let error = em.flush().await.unwrap_err();
        assert!(error.is_foreign_key_violation());
        let message = error.to_string();
        assert!(message.contains("Book") && message.contains("what it refers to does not exist"), "{message}");
        book.edit().author = em.reference(1);
        em.flush().await?;
        assert_eq!(book.id(), Some(if t.is_sqlite() { 4 } else { 5 }));
    }

    /// spec: Y082
    async fn a_missing_value_names_entity_and_property(t: &Test<Blog>) {
        // the table is stricter than the entity
        if t.is_sqlite() {
            t.run("drop table book").await;
            t.run("drop table author").await;
            t.run("create table author (id integer primary key, name text not null, email text not null, age integer not null)").await;
        } else {
            t.run("alter table author alter column age set not null").await;
        }
        let em = t.em();
        let jon = author(&em, "Jon");
        let error = em.flush().await.unwrap_err();
        assert!(matches!(error, Error::NotNullViolation(_)));
        assert_eq!(error.to_string(), "a value is missing: Author.age: set the property, or make it an `Option` and its column nullable");
        jon.edit().age = Some(17);
        em.flush().await?;
        assert_eq!(jon.id(), Some(if t.is_sqlite() { 1 } else { 2 }));
    }

    /// spec: Y082
    async fn a_check_that_fails_names_its_constraint(t: &Test<Keys>) {
        if t.is_sqlite() {
            t.run("drop table token").await;
            t.run("drop table tag").await;
            t.run("create table tag (name text primary key, label text not null constraint no_bad check (label <> 'bad'))").await;
        } else {
            t.run("alter table tag add constraint no_bad check (label <> 'bad')").await;
        }
        let em = t.em();
        let tag = em.create(Tag::builder().name("x").label("bad"));
        let error = em.flush().await.unwrap_err();
        assert!(matches!(error, Error::CheckViolation(_)));
        assert_eq!(
            error.to_string(),
            "check constraint violated: Tag (constraint no_bad): the database's check does not allow the value: use one that it allows"
        );
        tag.edit().label = "good".into();
        em.flush().await?;
        assert_eq!(t.number("select count(*) from tag").await, 1);
    }

    /// spec: Y082, U07
    async fn a_key_that_is_taken_in_the_database_says_so(t: &Test<Keys>) {
        t.run("insert into tag (name, label) values ('x', 'theirs')").await;
        let em = t.em();
        let tag = em.create(Tag::builder().name("x"));
        let error = em.flush().await.unwrap_err();
        assert!(error.is_unique_violation());
        let message = error.to_string();
        assert!(message.contains("Tag.name") && message.contains("a row with this key exists"), "{message}");
        tag.edit().name = "y".into();
        em.flush().await?;
        assert_eq!(t.number("select count(*) from tag").await, 2);
    }

    /// spec: Y082, U32
    async fn giving_up_is_clearing_or_removing(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let twice = em.create(Author::builder().name("Jon").email("jon@north"));
        assert!(em.flush().await.is_err());
        em.remove(&twice)?;
        t.forget();
        em.flush().await?;
        t.expect(0);
        em.create(Author::builder().name("Jon").email("jon@north"));
        assert!(em.flush().await.is_err());
        em.clear();
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y082
    async fn an_error_is_no_place_for_values(t: &Test<Fields>) {
        let em = t.em();
        em.create(Account::builder().id(1).name("Jon").password("hunter2"));
        em.flush().await?;
        em.clear();
        em.create(Account::builder().id(1).name("Arya").password("hunter3"));
        let error = em.flush().await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(error.is_unique_violation() && !text.contains("hunter"), "{text}");
        assert!(t.sent().iter().all(|line| !line.contains("hunter")));
    }

    /// spec: U32, Y082
    async fn a_draft_that_is_open_at_the_flush_is_an_error_that_names_its_entity(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        t.forget();
        let mut draft = jon.edit();
        draft.name = "Jon Snow".into();
        assert_eq!(
            em.flush().await.unwrap_err().to_string(),
            "Author: has a draft open on this thread: let the guard of `.edit()` go before flushing, or use `.edit_with(..)`"
        );
        // other entity managers are not concerned
        t.em().flush().await?;
        drop(draft);
        em.flush().await?;
        t.expect(3);
    }

    /// spec: U32, Y082, Y068
    async fn a_draft_may_be_open_while_everything_else_goes_on(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        author(&em, "Sam");
        let draft_of = |error: Error| assert!(error.to_string().starts_with("Author: has a draft open on this thread"), "{error}");
        let mut draft = jon.edit();
        draft.name = "Jon Snow".into();
        // whatever would flush says so, and begins nothing
        t.forget();
        draft_of(em.find::<Author>().await.map(drop).unwrap_err());
        t.expect(0);
        draft_of(em.transactional(async |_| Ok::<_, Error>(())).await.unwrap_err());
        assert_eq!(t.number("select count(*) from author").await, 3);
        // it is another's to read, and to replace
        assert_eq!(jon.name, "Jon");
        jon.edit().age = Some(18);
        drop(draft);
        assert_eq!((&*jon.name, jon.age), ("Jon Snow", Some(18)));
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author where name = 'Jon Snow' and age = 18").await, 1);
        // of what is removed, and of what nobody manages any more, it is of no consequence
        let bran = em.find_one_or_fail::<Author>(3).await?;
        let mut draft = bran.edit();
        draft.name = "x".into();
        em.remove(&bran)?;
        drop(draft);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 3);
        let mut draft = jon.edit();
        draft.name = "x".into();
        em.clear();
        drop(draft);
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U22, U32
    async fn a_relation_to_something_that_was_deleted_is_null_or_an_error(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        em.remove(&bran)?;
        em.flush().await?;
        let book = em.create(Book::builder().title("x").author(1).editor(&bran));
        em.flush().await?;
        assert!(!book.is_new() && book.editor.is_none());
        book.edit().author = bran.to_ref();
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Book.author: refers to a Author that was removed"), "{error}");
        book.edit().author = em.reference(2);
        em.flush().await?;
        assert_eq!(t.number("select count(*) from book where author_id = 2").await, 2);
    }

    /// spec: U32, Y082
    async fn a_default_of_the_database_that_does_not_fit_stores_nothing(t: &Test<Fields>) {
        if t.is_sqlite() {
            t.run("drop table account").await;
            t.run(
                "create table account (id integer primary key autoincrement, name text, password text, status text, \
                 rank integer default 3000000000, slug text, changes integer, stock_of integer, note text)",
            )
            .await;
        } else {
            t.run("alter table account alter column rank type bigint").await;
            t.run("alter table account alter column rank set default 3000000000").await;
        }
        let em = t.em();
        let jon = account(&em, "Jon");
        for _ in 0..2 {
            let error = em.flush().await.unwrap_err();
            assert!(matches!(&error, Error::Mapping { property, .. } if property == "rank"), "{error:?}");
            assert_eq!((jon.is_new(), t.number("select count(*) from account").await), (true, 0));
        }
    }

    /// spec: U32, Y082
    async fn a_value_that_is_too_long_is_named(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().name = "o".repeat(300);
        jon.edit().email = "é".repeat(255);
        let sam = em.create(Author::builder().name("Sam").email("e".repeat(256)));
        if t.is_sqlite() {
            // lengths mean nothing to it
            return em.flush().await;
        }
        let of = |name: &str| {
            format!("Author.{name}: is too long for its column, which takes 255 characters: shorten it, or say `length = ..` or `text`")
        };
        let error = em.flush().await.unwrap_err();
        assert_eq!(error.to_string(), of("email"));
        // the database's own words are at hand
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.ends_with("(SQLSTATE 22001)"), "{cause}");
        sam.edit().email = "sam@north".into();
        assert_eq!(em.flush().await.unwrap_err().to_string(), of("name"));
        for author in &em.find::<Author>().filter(Author::id.ne(1)).flush_mode(mikro_orm::FlushMode::Commit).await? {
            author.edit().name = "n".repeat(256);
        }
        jon.edit().name = "Jon".into();
        assert_eq!(em.flush().await.unwrap_err().to_string(), of("name"));
        em.clear();
        em.reference::<Author>(1).assign(Author::name.set_raw(raw("{name} || ?").bind("n".repeat(255))))?;
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(error, "Author: has a value that is too long for its column, which takes 255 characters");
    }

    /// spec: U32, Y082
    async fn a_version_that_can_t_be_counted_further_stores_nothing(t: &Test<Versions>) {
        t.run(&format!("insert into draft (title, version) values ('x', {})", i32::MAX)).await;
        let em = t.em();
        let draft = em.find_one_or_fail::<Draft>(1).await?;
        draft.edit().title = "y".into();
        let error = em.flush().await.unwrap_err();
        assert!(error.to_string().contains("the version can't be counted any further"), "{error}");
        assert_eq!(t.text("select title from draft").await.as_deref(), Some("x"));
    }
}
