//! Relations that are loaded without being asked for, and relations with a strategy of their own.

use super::entities::*;

suite! {
    /// spec: Y160, U72
    async fn an_eager_relation_is_loaded_by_every_find(t: &Test<Places>) {
        ireland(t).await?;
        let em = t.em();
        let streets = em.find::<Street>().order_by(Street::name.asc()).await?;
        t.expect(1);
        let dublin = streets[0].city.get()?;
        assert_eq!(dublin.country.get()?.name, "Ireland");
        let cork = dublin.twin.as_ref().unwrap().get()?;
        let ann = dublin.mayor.as_ref().unwrap().get()?;
        // circles end
        assert_eq!(cork.name, "Cork");
        assert!(ann.home.as_ref().unwrap().get()?.is_same(cork));
        assert!(!ann.origin.as_ref().unwrap().is_initialized());

        // by key, too, and where it is a reference that is loaded
        em.clear();
        em.find_one_or_fail::<Street>(1).await?.city.get()?.country.get()?;
        t.expect(1);
        let em = t.em();
        let street = em.reference::<Street>(2);
        street.load().await?.city.get()?.country.get()?;
        t.expect(1);
        // behind what is populated, and of what is managed already
        let em = t.em();
        let mayors = em.find::<Mayor>().no_eager().await?;
        assert!(!mayors[0].home.as_ref().unwrap().is_initialized());
        em.find_one_or_fail::<Mayor>(1).await?;
        t.expect(2);
        assert_eq!(mayors[0].home.as_ref().unwrap().get()?.country.get()?.name, "Ireland");
    }

    /// spec: Y160, Y043
    async fn eager_relations_can_be_left_alone(t: &Test<Places>) {
        ireland(t).await?;
        let em = t.em();
        let street = em.find_one_or_fail::<Street>(1).no_eager().await?;
        assert!(!street.city.is_initialized());
        let em = t.em();
        // a hint for the reference is a hint for the relation
        let street = em.find_one_or_fail::<Street>(1).populate(Street::city.references()).await?;
        assert!(!street.city.is_initialized());
        let street = em.find_one_or_fail::<Street>(2).populate_paths(["city:ref"]).await?;
        assert!(!street.city.is_initialized());
        let sql = t.sql();
        assert_eq!((sql.lines().count(), sql.matches(" join ").count()), (3, 0));
        // refreshing an entity does not touch what it refers to
        let street = em.populate(&street, Street::city).await?;
        street[Street::city].edit().name = "Baile".into();
        em.refresh(&street).await?;
        assert_eq!(street.city.get()?.name, "Baile");
    }

    /// spec: Y161, Y048, S201
    async fn a_relation_has_its_own_strategy(t: &Test<Places>) {
        ireland(t).await?;
        let em = t.em();
        // streets are joined, and a mayor's origin is not
        let cities = em.find::<City>().populate(City::streets).no_eager().order_by(City::id.asc()).await?;
        t.expect(1);
        assert_eq!(cities.iter().map(|city| city[City::streets].len()).collect::<Vec<_>>(), [0, 2]);
        em.clear();
        em.find::<Mayor>().populate(Mayor::origin).no_eager().strategy(Strategy::Joined).await?;
        t.expect(2);
        em.clear();
        // a hint goes before the relation
        em.find::<Mayor>().populate(Mayor::origin.strategy(Strategy::Joined)).no_eager().await?;
        t.expect(1);
    }
}
