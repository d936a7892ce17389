//! Removing entities, and taking that back.

use super::entities::*;
use mikro_orm::em::EntityState::{Deleted, Managed};

/// Hears of invoices, so that their deletes are known before anything else is.
struct OfInvoices;
impl Subscriber for OfInvoices {
    fn entities(&self) -> Option<mikro_orm::metadata::EntityList> {
        Some(entities![Invoice])
    }
}

suite! {
    /// spec: S138, U21, U22, U61, Y068
    async fn a_removed_entity_is_deleted_by_its_key_and_is_new_afterwards(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        t.forget();
        em.remove(&bran)?;
        em.flush().await?;
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sent().join("\n"), @r"
            begin
            delete from `author` where `id` in (3)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sent().join("\n"), @r#"
            begin
            delete from "author" where "id" = any('{3}')
            commit
            "#);
        }
        assert!(em.find_one::<Author>(3).await?.is_none());
        assert_eq!((bran.is_new(), &*bran.name), (true, "Bran"));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U61, Y068
    async fn references_and_keys_are_removed_without_being_loaded(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.remove::<Book>(1)?;
        em.remove(em.reference::<Book>(2))?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from book").await, 1);
        // a row that is gone already is what was asked for
        em.remove::<Book>(1)?;
        em.flush().await?;
        t.expect(3);
    }

    /// spec: U61, Y068
    async fn a_reference_that_is_removed_leaves_the_collection_that_it_was_added_to(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        bran.edited.load().await?;
        bran.edited.add(em.reference::<Book>(1))?;
        bran.edited.add(em.reference::<Book>(2))?;
        // (one of them is removed before what was added is stored, the other one after)
        em.remove(em.reference::<Book>(1))?;
        em.flush().await?;
        assert_eq!(bran.edited.known().len(), 1);
        em.remove(em.reference::<Book>(2))?;
        em.flush().await?;
        assert!(bran.edited.known().is_empty());
        assert_eq!(t.number("select count(*) from book").await, 1);
    }

    /// spec: U18, U20, Y067
    async fn persisting_takes_a_removal_back(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        t.forget();
        em.remove(&bran)?;
        em.persist(&bran)?;
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select count(*) from author").await, 3);
    }

    /// spec: U22, Y067
    async fn a_deleted_entity_can_be_stored_again(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let bran = em.find_one_or_fail::<Author>(3).await?;
        em.remove(&bran)?;
        em.flush().await?;
        t.forget();
        em.persist(&bran)?;
        em.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from author where name = 'Bran'").await, 1);
        assert!(!bran.is_new());
    }

    /// spec: U21, U24
    async fn removing_an_entity_unsets_loaded_relations_to_it_that_can_be_null(t: &Test<Tree>) {
        let em = t.em();
        let root = em.create(Node::builder().name("root").children([Node::builder().name("a"), Node::builder().name("b")]));
        em.flush().await?;
        t.forget();
        let children = root.children.get()?.to_vec();
        em.remove(&root)?;
        assert!(children.iter().all(|child| child.parent.is_none()));
        em.flush().await?;
        // begin, update, delete, commit
        t.expect(4);
        assert_eq!(t.number("select count(*) from node where parent_id is null").await, 2);
    }

    /// spec: U20, U21
    async fn removing_what_others_must_refer_to_names_them(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        jon[Author::books][0].edit().title = "Vows".into();
        em.remove(&jon)?;
        let error = em.flush().await.unwrap_err().to_string();
        assert!(error.starts_with("Book.author: refers to Author 1, which is to be removed"), "{error}");
        // with them it can go
        let books = jon[Author::books].to_vec();
        for book in &books {
            em.remove(book)?;
        }
        em.find::<Book>().filter(3).populate(Book::editor).await.unwrap()[0].edit().editor = None;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from author").await, 2);
    }

    /// spec: U47, U48
    async fn removing_a_new_entity_s_only_user_leaves_the_other(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        let oaths = book(&em, "Oaths", &jon);
        em.flush().await?;
        t.expect(4);
        em.remove(&oaths)?;
        em.flush().await?;
        t.expect(3);
        assert!(jon.books.get()?.is_empty());
        assert_eq!(t.number("select count(*) from author").await, 1);
    }

    /// spec: U61, U22, Y202
    async fn what_its_foreign_key_deletes_with_another_is_gone_in_memory_too(t: &Test<Cars>) {
        use mikro_orm::em::EntityState;
        for (by_key, watched) in [(false, false), (true, false), (false, true)] {
            let em = t.em();
            if watched {
                em.subscribe(OfInvoices);
            }
            let notes = || ["a", "b"].map(|text| Note::builder().text(text));
            let invoice = em.create(Invoice::builder().name("i").notes(notes()));
            let other = em.create(Invoice::builder().name("other").notes(notes()));
            em.flush().await?;
            let [a, b] = &invoice.notes.get()?[..] else { panic!("two notes") };
            let (a, b) = (a.clone(), b.clone());
            let kept = other.notes.get()?[0].clone();
            let id = a.id().unwrap();
            if by_key {
                em.remove::<Invoice>(invoice.id().unwrap())?;
            } else {
                em.remove(&invoice)?;
            }
            // one of them moves before
            b.edit().invoice = other.to_ref();
            t.forget();
            let failed: Result<()> = em
                .transactional(async |em| {
                    em.flush().await?;
                    assert_eq!((em.state_of(&a), em.state_of(&b)), (EntityState::Deleted, EntityState::Managed));
                    Err(Error::Closed)
                })
                .await;
            assert!(failed.is_err());
            assert_eq!((em.state_of(&a), a.id(), a.invoice.id()), (EntityState::Managed, Some(id), invoice.id()));
            t.forget();
            em.flush().await?;
            // begin, the one that moved, the invoice, commit
            t.expect(4);
            assert_eq!((em.state_of(&a), em.state_of(&b), em.state_of(&kept)), (EntityState::Deleted, EntityState::Managed, EntityState::Managed));
            assert!(em.find_one::<Note>(id).await?.is_none());
            assert_eq!((b.invoice.id(), other.notes.get()?.len()), (other.id(), 3));
            assert_eq!(t.number("select count(*) from note").await, 3);
            // nobody's any more, and can be stored again
            a.edit().text = "again".into();
            t.forget();
            em.flush().await?;
            t.expect(0);
            a.edit().invoice = other.to_ref();
            em.persist(&a)?;
            em.flush().await?;
            assert_eq!(t.number("select count(*) from note where text = 'again'").await, 1);
            em.remove(&other)?;
            em.flush().await?;
            assert_eq!(t.number("select count(*) from note").await, 0);
            assert_eq!((em.state_of(&a), em.state_of(&b)), (EntityState::Deleted, EntityState::Deleted));
        }
    }

    /// spec: U61, U22, Y202
    async fn a_removal_that_is_rolled_back_and_taken_back_removes_nothing_along(t: &Test<Cars>) {
        let em = t.em();
        let invoice = em.create(Invoice::builder().name("i").notes([Note::builder().text("a")]));
        em.flush().await?;
        let note = invoice.notes.get()?[0].clone();
        em.remove(&invoice)?;
        em.begin().await?;
        em.flush().await?;
        em.rollback().await?;
        em.persist(&invoice)?;
        note.edit().text = "b".into();
        em.flush().await?;
        assert_eq!(t.number("select count(*) from note where text = 'b'").await, 1);
        assert!(invoice.notes.get()?[0].is_same(&note));
    }

    /// spec: U61, Y202, S118
    async fn what_may_be_without_an_owner_goes_with_it_when_the_delete_rule_says_so(t: &Test<Cars>) {
        let text = |text: &str| Reminder::builder().text(text);
        for loaded in [false, true] {
            let em = t.em();
            let invoice = em.create(Invoice::builder().name("i").reminders([text("a").postmark(Postmark::builder()), text("b"), text("c")]));
            let other = em.create(Invoice::builder().name("o"));
            em.flush().await?;
            let (id, em) = (invoice.id, t.em());
            let (invoice, other) = (em.find_one_or_fail::<Invoice>(id).await?, em.find_one_or_fail::<Invoice>(other.id).await?);
            if loaded {
                em.populate(&invoice, Invoice::reminders).await?;
            }
            let reminders = em.find::<Reminder>().populate(Reminder::postmark).order_by(Reminder::id.asc()).await?;
            let [a, b, c] = [0, 1, 2].map(|at| reminders[at].plain().clone());
            let postmark = a.postmark.as_ref().unwrap().get()?.clone();
            // one is edited, and one goes elsewhere
            em.remove(&invoice)?;
            b.edit().text = "edited".into();
            c.edit().invoice = Some(other.to_ref());
            let new = em.create(text("new").invoice(&invoice));
            assert_eq!((a.invoice.as_ref(), em.state_of(&a)), (Some(invoice.reference()), Managed));
            let undone = em
                .transactional(async |em| {
                    em.flush().await?;
                    assert_eq!((em.state_of(&a), em.state_of(&b), em.state_of(&postmark)), (Deleted, Deleted, Deleted));
                    mikro_orm::Result::<()>::Err(Error::refused("no"))
                })
                .await;
            assert!(undone.is_err());
            assert_eq!((em.state_of(&a), em.state_of(&b), em.state_of(&postmark)), (Managed, Managed, Managed));
            assert_eq!((a.invoice.as_ref(), b.invoice.as_ref()), (Some(invoice.reference()), Some(invoice.reference())));
            em.persist(&new)?;
            em.remove(&invoice)?;
            em.flush().await?;
            assert_eq!((em.state_of(&a), em.state_of(&b), em.state_of(&postmark)), (Deleted, Deleted, Deleted));
            assert!(new.invoice.is_none() && !new.is_new());
            let left = em.raw("select text, invoice_id from reminder order by id").rows::<(String, Option<i64>)>().await?;
            assert_eq!(left, [("c".to_owned(), Some(other.id)), ("new".to_owned(), None)]);
            t.run("delete from reminder").await;
            // the removal is taken back: all is as it was
            let kept = em.create(Invoice::builder().name("k").reminders([text("k")]));
            em.flush().await?;
            em.remove(&kept)?;
            em.persist(&kept)?;
            em.flush().await?;
            assert_eq!((kept.reminders.get()?.len(), t.number("select count(*) from reminder where invoice_id is not null").await), (1, 1));
            t.run("delete from reminder").await;
        }
    }
}
