//! Hooks of entities.

use super::entities::events::*;
use mikro_orm::prelude::*;
use mikro_orm::{Error, Result};

fn user(em: &EntityManager, email: &str, password: &str) -> Loaded<User> {
    em.create(User::builder().email(email).password(password))
}

suite! {
    /// spec: S212, S214, S215, S216, S217, S218, S219
    async fn a_password_is_hashed_when_it_changes(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        em.flush().await?;
        t.expect(3); // begin, insert, commit: with the hash
        assert!(jon.verify_password("ghost"));
        assert_eq!(t.text("select password from account").await.as_deref(), Some("#tsohg"));

        jon.edit().email = "jon@north".into();
        em.flush().await?;
        t.expect(3);
        assert_eq!(jon.password, "#tsohg");

        jon.edit().password = "wolf".into();
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.text("select password from account").await.as_deref(), Some("#flow"));
        em.flush().await?;
        t.expect(0);
        assert_eq!(
            heard(),
            [
                "init jon@wall",
                "create jon@wall",
                "created Some(1)",
                "update [\"email\"]",
                "updated jon@wall to jon@north",
                "update [\"password\"]",
                "updated jon@north to jon@north",
            ]
        );
    }

    /// spec: S215, U51, U52
    async fn hooks_see_entities_that_were_edited_without_being_loaded(t: &Test<Users>) {
        let em = t.em();
        user(&em, "jon@wall", "ghost");
        em.flush().await?;
        t.forget();
        let em = t.em();
        em.reference::<User>(1).assign(User::password.set("wolf"))?;
        em.flush().await?;
        t.expect(4); // select, begin, update, commit
        assert_eq!(t.text("select password from account").await.as_deref(), Some("#flow"));
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U51, S217
    async fn a_hook_can_set_the_key_and_query_the_transaction(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        let session = em.create(Session::builder().token("").user(&jon));
        em.flush().await?;
        assert_eq!(session.token, "jon@wall-1");
        assert_eq!(session.id().as_deref(), Some("jon@wall-1"));
        assert_eq!(t.number("select count(*) from session where token = 'jon@wall-1'").await, 1);
        let found = em.find_one_or_fail::<Session>("jon@wall-1").await?;
        assert!(found.is_same(&session));
        t.forget();
        session.edit().note = "seen".into();
        em.flush().await?;
        t.expect(3);
    }

    /// spec: U51
    async fn a_hook_loads_relations_of_rows_that_are_not_loaded(t: &Test<Users>) {
        let em = t.em();
        user(&em, "jon@wall", "ghost");
        em.flush().await?;
        let em = t.em();
        let session = em.create(Session::builder().token("").user(1));
        em.flush().await?;
        assert_eq!(session.token, "jon@wall-1");
    }

    /// spec: Y271
    async fn hooks_of_the_base_come_first(t: &Test<Audited>) {
        let em = t.em();
        let page = em.create(Page::builder().title("Oaths"));
        let draft = em.create(Draft::builder().text(".."));
        em.flush().await?;
        assert_eq!((page.revision, draft.revision), (1, 1));
        page.edit().title = "Vows".into();
        draft.edit().text = "...".into();
        em.flush().await?;
        assert_eq!((page.revision, draft.revision), (2, 2));
        assert_eq!(t.number("select revision from page").await, 2);
        let mut lines = heard();
        assert_eq!(lines.drain(..2).collect::<Vec<_>>(), ["base init Page", "base init Draft"]);
        let pages: Vec<_> = lines.iter().filter(|line| !line.contains("Draft")).collect();
        assert_eq!(
            pages,
            ["base create Page", "own create, revision 1", "base update false", "own update, revision 2", "base update false"]
        );
        t.em().find::<Draft>().await?;
        assert_eq!(heard(), ["base init Draft", "base load 1"]);
    }

    /// spec: Y273
    async fn update_hooks_are_for_updates(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        em.flush().await?;
        heard();
        jon.sessions.add(Session::builder().token("abc").user(&jon))?;
        jon.edit().logins = 0;
        em.flush().await?;
        assert_eq!(heard(), [] as [&str; 0]);
        jon.edit().logins = 1;
        jon.edit().logins = 0;
        em.flush().await?;
        assert_eq!(heard(), [] as [&str; 0]);
    }

    /// spec: U32, U51, S217
    async fn an_error_of_a_hook_fails_the_flush_and_nothing_is_lost(t: &Test<Users>) {
        let em = t.em();
        let arya = user(&em, "arya@north", "needle");
        let nobody = user(&em, "", "ghost");
        let error = em.flush().await.unwrap_err();
        assert_eq!(error.to_string(), "User.email: is empty");
        assert!(arya.is_new() && nobody.is_new());
        // what the hooks did is taken back: nothing is hashed twice
        assert_eq!((arya.password.as_str(), nobody.password.as_str()), ("needle", "ghost"));
        assert_eq!(t.number("select count(*) from account").await, 0);
        nobody.edit().email = "jon@wall".into();
        em.flush().await?;
        assert!(arya.verify_password("needle") && nobody.verify_password("ghost"));
        assert_eq!(t.number("select count(*) from account").await, 2);
    }

    /// spec: U32, U51
    async fn what_hooks_saw_is_taken_back_when_a_statement_fails(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        em.flush().await?;
        jon.edit().password = "wolf".into();
        let twin = user(&em, "jon@wall", "twin");
        assert!(em.flush().await.unwrap_err().is_unique_violation());
        assert_eq!((jon.password.as_str(), twin.password.as_str(), twin.id()), ("wolf", "twin", None));
        twin.edit().email = "aegon@wall".into();
        em.flush().await?;
        assert!(jon.verify_password("wolf") && twin.verify_password("twin"));
        assert_eq!(t.number("select count(*) from account where password like '#%'").await, 2);
    }

    /// spec: U32, Y080
    async fn hooks_run_again_after_the_transaction_was_rolled_back(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        em.flush().await?;
        let refused: Result<()> = em
            .transactional(async |em| {
                jon.edit().password = "wolf".into();
                em.flush().await?;
                assert!(jon.verify_password("wolf"));
                Err(Error::validation("User", "password", "no"))
            })
            .await;
        assert!(refused.is_err());
        assert_eq!(jon.password, "wolf");
        em.flush().await?;
        assert!(jon.verify_password("wolf"));
        assert_eq!(t.text("select password from account").await.as_deref(), Some("#flow"));
    }

    /// spec: U54
    async fn delete_hooks_get_the_entity(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        user(&em, "arya@north", "needle");
        em.flush().await?;
        heard();
        t.forget();
        em.remove(&jon)?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(heard(), ["delete jon@wall", "deleted jon@wall"]);
        // by its key: it is loaded for its hooks
        let em = t.em();
        em.remove::<User>(2)?;
        em.flush().await?;
        t.expect(4);
        assert_eq!(heard(), ["init arya@north", "load arya@north", "delete arya@north", "deleted arya@north"]);
        assert_eq!(t.number("select count(*) from account").await, 0);
        em.remove::<User>(2)?;
        em.flush().await?;
        assert_eq!(heard(), [] as [&str; 0]);
    }

    /// spec: U32, U51
    async fn a_key_that_a_hook_has_set_is_taken_back(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        let session = em.create(Session::builder().token("").user(&jon));
        let twin = em.create(Session::builder().token("").user(&jon));
        assert!(em.flush().await.unwrap_err().to_string().contains("is managed already"));
        assert_eq!((session.id(), twin.id(), jon.id()), (None, None, None));
        assert_eq!((session.token.as_str(), jon.password.as_str()), ("", "ghost"));
        em.remove(&twin)?;
        em.flush().await?;
        assert_eq!(session.id().as_deref(), Some("jon@wall-1"));
        assert_eq!(t.number("select count(*) from session").await, 1);
    }

    /// spec: U82, Y268
    async fn load_hooks_come_once_for_each_entity(t: &Test<Users>) {
        let em = t.em();
        let jon = user(&em, "jon@wall", "ghost");
        em.create(Session::builder().token("abc").user(&jon));
        em.create(Session::builder().token("def").user(&jon));
        em.flush().await?;
        heard();
        let em = t.em();
        em.find::<Session>().populate(Session::user).await?;
        assert_eq!(heard(), ["init jon@wall", "load jon@wall"]);
        em.find::<User>().refresh().await?;
        em.find_one_or_fail::<User>(1).await?;
        assert_eq!(heard(), [] as [&str; 0]);
        let em = t.em();
        let session = em.find_one_or_fail::<Session>("abc").await?;
        assert_eq!(heard(), [] as [&str; 0]);
        session.user.load().await?;
        assert_eq!(heard(), ["init jon@wall", "load jon@wall"]);
        t.em().raw("select * from account").entities::<User>().await?;
        assert_eq!(heard(), ["init jon@wall", "load jon@wall"]);
    }
}
