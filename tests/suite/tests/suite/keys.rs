//! Keys: generated, given, made on creation.

use super::entities::*;
use uuid::Uuid;

suite! {
    /// spec: S070, S077, U07
    async fn a_generated_key_is_unset_until_the_flush(t: &Test<Blog>) {
        let em = t.em();
        let jon = author(&em, "Jon");
        assert_eq!((jon.id(), jon.id, jon.is_new()), (None, 0, true));
        assert!(format!("{jon:?}").contains("id: None"));
        em.flush().await?;
        assert_eq!((jon.id(), jon.id, jon.is_new()), (Some(1), 1, false));
        // from now on it is found by its key
        assert!(em.find_one_or_fail::<Author>(1).await?.is_same(&jon));
        t.expect(3);
    }

    /// spec: S070, S074, U07
    async fn a_generated_key_can_be_given(t: &Test<Blog>) {
        let em = t.em();
        let jon = em.create(Author::builder().id(i64::MAX - 1).name("Jon").email("jon@north"));
        assert_eq!(jon.id(), Some(i64::MAX - 1));
        em.flush().await?;
        t.expect(3);
        em.clear();
        assert_eq!(em.find_one_or_fail::<Author>(i64::MAX - 1).await?.name, "Jon");
    }

    /// spec: S071, U01, U07, Y023
    async fn an_entity_with_a_given_key_is_in_the_identity_map_before_the_flush(t: &Test<Keys>) {
        let em = t.em();
        let abc = em.create(Tag::builder().name("abc"));
        let found = em.find_one_or_fail::<Tag>("abc".to_owned()).await?;
        assert!(found.is_same(&abc));
        assert!(em.reference::<Tag>("abc".to_owned()).get()?.is_same(&abc));
        t.expect(0);
        em.remove(&abc)?;
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S138, U21, Y068
    async fn what_was_never_flushed_is_removed_without_a_statement(t: &Test<Keys>) {
        let em = t.em();
        let abc = em.create(Tag::builder().name("abc"));
        em.create(Tag::builder().name("def"));
        em.remove(&abc)?;
        em.remove(em.reference::<Tag>("def".to_owned()))?;
        em.flush().await?;
        t.expect(0);
    }

    /// spec: S072, S047, U04
    async fn a_uuid_is_made_when_the_entity_is_created(t: &Test<Keys>) {
        let em = t.em();
        let token = em.create(Token::builder().text("x").tag(Tag::builder().name("new")));
        let id = token.id;
        assert_ne!(id, Uuid::nil());
        assert_eq!(token.id(), Some(id));
        em.flush().await?;
        t.expect(4);
        em.clear();
        let token = em.find_one_or_fail::<Token>(id).populate(Token::tag).await?;
        assert_eq!(token[Token::tag].as_ref().unwrap().name, "new");
        assert_eq!(token.tag.as_ref().unwrap().id().as_deref(), Some("new"));
        let given = Uuid::from_u128(7);
        em.create(Token::builder().id(given).text("y"));
        em.flush().await?;
        assert_eq!(em.find::<Token>().filter(Token::id.in_([id, given])).await?.len(), 2);
    }

    /// spec: S073 @postgres
    async fn a_uuid_can_be_made_by_the_database(t: &Test<Keys>) {
        if t.is_sqlite() {
            return Ok(());
        }
        let orm = t.builder().entities(mikro_orm::entities![Voucher, Redemption]).build().await?;
        orm.schema().create().await?;
        let em = orm.em();
        let voucher = em.create(Voucher::builder().text("a"));
        em.create(Redemption::builder().voucher(&voucher));
        em.create(Voucher::builder().text("b"));
        assert_eq!(voucher.id(), None);
        em.flush().await?;
        let id = voucher.id().expect("the insert gave it back");
        assert_eq!((voucher.id, id.is_nil()), (id, false));
        let found = orm.em().find::<Redemption>().populate(Redemption::voucher).await?;
        assert_eq!((found[0].voucher.id(), found[0][Redemption::voucher].text.as_str()), (Some(id), "a"));
        let given = Uuid::from_u128(7);
        em.create(Voucher::builder().id(given).text("c"));
        em.flush().await?;
        assert_eq!(orm.em().find_one_or_fail::<Voucher>(given).await?.text, "c");
    }

    /// spec: S071
    async fn relations_to_string_keys_take_and_give_strings(t: &Test<Keys>) {
        let em = t.em();
        em.create(Tag::builder().name("it's").tokens([Token::builder().text("a"), Token::builder().text("b")]));
        em.flush().await?;
        em.clear();
        let tokens = em.find::<Token>().filter(Token::tag.eq("it's".to_owned())).order_by(Token::text.asc()).await?;
        assert_eq!(tokens.iter().map(|token| token.tag.as_ref().unwrap().id().unwrap()).collect::<Vec<_>>(), ["it's", "it's"]);
        let tag = em.find_one_or_fail::<Tag>("it's".to_owned()).populate(Tag::tokens).await?;
        assert_eq!(tag[Tag::tokens].len(), 2);
        assert!(tag[Tag::tokens].iter().any(|token| token.is_same(&tokens[0])));
    }

    /// spec: U51
    async fn the_key_of_a_stored_entity_can_t_be_changed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Author>(1).await?;
        jon.edit().id = 99;
        let error = em.flush().await.unwrap_err().to_string();
        assert_eq!(error, "Author.id: the primary key of Author 1 can't be changed; create a new entity and remove this one");
        assert_eq!(jon.id(), Some(1));
        jon.edit().name = "Jon Snow".into();
        t.forget();
        em.flush().await?;
        t.expect(3);
    }

    /// spec: S071, U51
    async fn the_key_of_a_new_entity_can_be_changed_until_the_flush(t: &Test<Keys>) {
        let em = t.em();
        let tag = em.create(Tag::builder().name("one"));
        tag.edit().name = "two".into();
        assert_eq!(tag.id().as_deref(), Some("two"));
        em.create(Token::builder().text("x").tag(&tag));
        em.flush().await?;
        t.expect(4);
        assert_eq!(t.text("select tag_name from token").await.as_deref(), Some("two"));
    }

    /// spec: S051
    async fn a_default_is_part_of_the_insert_and_no_edit(t: &Test<Keys>) {
        let em = t.em();
        em.create(Tag::builder().name("1"));
        em.flush().await?;
        let sent = t.sent();
        assert!(sent.len() == 3 && sent[1].contains("values ('1', 'value1')"), "{sent:?}");
        em.flush().await?;
        t.expect(0);
    }

    /// spec: Y195, U32
    async fn texts_with_the_character_nul_are_found_or_refused(t: &Test<Keys>) {
        let em = t.em();
        if !t.is_sqlite() {
            let error = em.count(Tag::name.eq("a\0")).await.unwrap_err().to_string();
            assert!(error.starts_with("Tag.name: the text contains the character NUL"), "{error}");
            em.create(Tag::builder().name("good"));
            let bad = em.create(Tag::builder().name("a\0").label("b\0"));
            for _ in 0..2 {
                let error = em.flush().await.unwrap_err().to_string();
                assert!(error.starts_with("Tag.name: the text contains the character NUL"), "{error}");
            }
            bad.edit().name = "a".into();
            let error = em.flush().await.unwrap_err().to_string();
            assert!(error.starts_with("Tag.label: the text contains the character NUL"), "{error}");
            assert_eq!(t.number("select count(*) from tag").await, 0);
            bad.edit().label = "b".into();
            em.flush().await?;
            bad.edit().label = "b\0".into();
            assert!(em.flush().await.unwrap_err().to_string().starts_with("Tag.label: the text contains"));
            bad.edit().label = "c".into();
            em.reference::<Tag>("good".to_owned()).assign(Tag::label.set("d\0"))?;
            assert!(em.flush().await.unwrap_err().to_string().starts_with("Tag.label: the text contains"));
            assert_eq!(t.number("select count(*) from tag where label in ('b', 'value1')").await, 2);
            return Ok(());
        }
        for name in ["a\0", "a\0b", "a", "\0", "ä\0"] {
            em.create(Tag::builder().name(name));
        }
        em.flush().await?;
        for length in [0, 10_000] {
            let others = (0..length).map(|i| format!("other {i}"));
            let names = |some: &[&str]| others.clone().chain(some.iter().map(|name| (*name).to_owned())).collect::<Vec<_>>();
            assert_eq!(em.count(Tag::name.in_(names(&["a\0", "ä\0", "\0"]))).await?, 3);
            assert_eq!(em.count(Tag::name.in_(names(&["a"]))).await?, 1);
            assert_eq!(em.count(Tag::name.not_in(names(&["a\0b", "a"]))).await?, 3);
        }
    }

    /// spec: U38
    async fn what_is_to_refer_to_a_new_entity_follows_its_key(t: &Test<Keys>) {
        let em = t.em();
        let tokens: Vec<_> = ["1", "2"].into_iter().map(|text| em.create(Token::builder().text(text)).id).collect();
        em.flush().await?;
        let em = t.em();
        let (tag, gone) = (em.create(Tag::builder().name("draft")), em.create(Tag::builder().name("gone")));
        tag.tokens.add(em.reference::<Token>(tokens[0]))?;
        gone.tokens.add(em.reference::<Token>(tokens[1]))?;
        tag.edit().name = "final".into();
        tag.edit().name = "really".into();
        em.flush().await?;
        assert_eq!(t.text("select tag_name from token where text = '1'").await.as_deref(), Some("really"));
        assert_eq!(t.text("select tag_name from token where text = '2'").await.as_deref(), Some("gone"));
    }

    /// spec: U38
    async fn a_patch_of_which_nothing_is_left_is_no_work(t: &Test<Keys>) {
        let em = t.em();
        let token = em.create(Token::builder().text("1")).id;
        em.create(Tag::builder().name("old"));
        em.flush().await?;
        let em = t.em();
        let (old, new) = (em.find_one_or_fail::<Tag>("old".to_owned()).await?, em.create(Tag::builder().name("new")));
        let token = em.reference::<Token>(token);
        old.tokens.add(&token)?;
        new.tokens.add(&token)?;
        em.flush().await?;
        assert_eq!(t.text("select tag_name from token").await.as_deref(), Some("new"));
        t.forget();
        em.flush().await?;
        t.expect(0);
    }
}
