//! Entities that are read, and not written.

use super::entities::*;

async fn franc(t: &Test<Coins>) {
    t.run("insert into currency (id, name) values (1, 'franc')").await;
    t.forget();
}

suite! {
    /// spec: U36, Y216
    async fn edits_of_a_readonly_entity_are_not_flushed(t: &Test<Coins>) {
        franc(t).await;
        let em = t.em();
        let franc = em.find_one_or_fail::<Currency>(1).await?;
        t.forget();
        franc.edit().name = "euro".into();
        em.flush().await?;
        t.expect(0);
        assert_eq!(franc.name, "euro");
        // others that refer to it are as always
        let coin = em.create(Coin::builder().worth(5).currency(&franc));
        em.flush().await?;
        t.expect(3);
        assert_eq!(coin.currency.id(), Some(1));
        // nor is what is set on a row that is not loaded
        let em = t.em();
        em.reference::<Currency>(1).assign(Currency::name.set("euro"))?;
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.text("select name from currency").await.as_deref(), Some("franc"));
    }

    /// spec: U36
    async fn inserting_and_removing_a_readonly_entity_are_errors_that_name_it(t: &Test<Coins>) {
        franc(t).await;
        let em = t.em();
        let franc = em.find_one_or_fail::<Currency>(1).await?;
        t.forget();
        let why = "take `readonly` off the entity, or leave its rows to the database";
        let error = em.remove(&franc).unwrap_err().to_string();
        assert_eq!(error, format!("Currency: is readonly, so none can be deleted: {why}"));
        let euro = em.create_detached(Currency::builder().name("euro"));
        let error = em.persist(&euro).unwrap_err().to_string();
        assert_eq!(error, format!("Currency: is readonly, so none can be inserted: {why}"));
        em.flush().await?;
        t.expect(0);
        // also when something else needs it
        let coin = em.create(Coin::builder().worth(5).currency(&euro));
        assert_eq!(em.flush().await.unwrap_err().to_string(), error);
        t.expect(0);
        coin.edit().currency = (&franc).into();
        em.remove(&euro)?;
        em.flush().await?;
        assert_eq!(t.number("select count(*) from coin where currency_id = 1").await, 1);
        assert_eq!(t.number("select count(*) from currency").await, 1);
    }

    /// spec: U36
    async fn nor_are_links_that_it_owns_and_collections_of_it(t: &Test<Coins>) {
        franc(t).await;
        t.run("insert into mint (id) values (1)").await;
        t.run("insert into realm (id) values (1)").await;
        t.run("insert into realm (id) values (2)").await;
        t.run("update currency set mint_id = 1").await;
        t.run("insert into currency_realms (currency_id, realm_id) values (1, 1)").await;
        let first = t.em();
        let em = &first;
        let franc = em.find_one_or_fail::<Currency>(1).populate((Currency::realms, Currency::accepted_by)).await?;
        let two = em.find_one_or_fail::<Realm>(2).populate(Realm::currencies).await?;
        let mint = em.find_one_or_fail::<Mint>(1).await?;
        t.forget();
        // from either side
        franc.realms.remove(1)?;
        two.currencies.add(&franc)?;
        assert_eq!(franc[Currency::realms].len(), 1);
        em.flush().await?;
        t.expect(0);
        // not loaded
        let em = t.em();
        em.find_one_or_fail::<Currency>(1).await?.realms.set([2])?;
        em.find_one_or_fail::<Realm>(1).await?.currencies.remove_all()?;
        em.find_one_or_fail::<Mint>(1).await?.makes.remove_all()?;
        t.forget();
        em.flush().await?;
        t.expect(0);
        assert_eq!(t.number("select realm_id from currency_realms").await, 1);
        assert_eq!(t.number("select mint_id from currency").await, 1);
        // what another entity owns is as always
        franc.accepted_by.add(&mint)?;
        t.forget();
        first.flush().await?;
        t.expect(3);
        assert_eq!(t.number("select count(*) from mint_accepts").await, 1);
    }
}
