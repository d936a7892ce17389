//! Databases that hold what the entities can't.

use super::entities::*;

suite! {
    /// spec: Y010, U09
    async fn a_value_of_the_wrong_type_names_entity_and_property_and_loads_nothing_half(t: &Test<Blog>) {
        library(t).await?;
        // as another program might leave it
        if t.is_sqlite() {
            t.run("update book set price = 'cheap' where id = 2").await;
        } else {
            t.run("alter table book alter column price type text").await;
            t.run("update book set price = 'cheap' where id = 2").await;
        }
        let em = t.em();
        let error = em.find::<Book>().await.unwrap_err();
        assert!(matches!(&error, Error::Mapping { entity, property, .. } if entity == "Book" && property == "price"), "{error:?}");
        assert!(error.to_string().starts_with("Book.price: the database's value does not fit: "), "{error}");
        assert!(!error.to_string().contains("cheap"), "{error}");
        assert!(!em.reference::<Book>(2).is_initialized());
        t.forget();
        em.flush().await?;
        t.expect(0);
        // what is joined is no different
        let error = em.find::<Author>().populate(Author::books).await.unwrap_err();
        assert!(error.to_string().starts_with("Book.price: "), "{error}");
        // and the entity manager goes on
        assert_eq!(em.find::<Author>().await?.len(), 3);
    }

    /// spec: Y010
    async fn null_where_the_entity_has_none_names_entity_and_property(t: &Test<Blog>) {
        library(t).await?;
        if t.is_sqlite() {
            t.run("create table copy as select * from author").await;
            t.run("drop table book").await;
            t.run("drop table author").await;
            t.run("alter table copy rename to author").await;
        } else {
            t.run("alter table author alter column name drop not null").await;
        }
        t.run("update author set name = null where id = 2").await;
        let em = t.em();
        let error = em.find::<Author>().await.unwrap_err();
        assert!(error.to_string().starts_with("Author.name: the database's value does not fit: "), "{error}");
        assert_eq!(em.find::<Author>().filter(Author::name.is_not_null()).await?.len(), 2);
    }

    /// spec: Y010
    async fn a_number_that_is_too_large_names_entity_and_property(t: &Test<Blog>) {
        library(t).await?;
        if !t.is_sqlite() {
            t.run("alter table author alter column age type bigint").await;
        }
        t.run("update author set age = 3000000000 where id = 1").await;
        let error = t.em().find_one::<Author>(1).await.unwrap_err();
        assert!(error.to_string().starts_with("Author.age: the database's value does not fit: "), "{error}");
    }

    /// spec: Y010
    async fn a_column_that_is_not_there_is_an_error_of_the_statement(t: &Test<Blog>) {
        t.run("alter table author rename column age to years").await;
        let error = t.em().find::<Author>().await.unwrap_err();
        assert!(matches!(error, Error::Query { .. }));
        assert!(error.to_string().contains("age"), "{error}");
    }
}
