//! Rows of raw statements as structs.
use mikro_orm::prelude::*;
use mikro_orm::{Error, FromRow};

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    title: String,
    price: f64,
}

#[derive(FromRow)]
struct Sales {
    title: String,
    #[orm(name = "copies_sold")]
    sold: i64,
    revenue: Option<f64>,
}

/// spec: Y038 @sqlite
#[tokio::test]
async fn rows_of_a_raw_statement_are_structs_by_column_name() {
    let orm = Orm::builder("sqlite::memory:").entities(entities![Book]).build().await.unwrap();
    orm.schema().create().await.unwrap();
    let em = orm.em();
    em.create(Book::builder().title("Oaths").price(12.5));
    em.flush().await.unwrap();
    let sql = "select title, 2 as copies_sold, price * 2 as revenue from book where price > ?";
    let sales = em.raw(sql).bind(10.0).rows::<Sales>().await.unwrap();
    assert_eq!((sales[0].title.as_str(), sales[0].sold, sales[0].revenue), ("Oaths", 2, Some(25.0)));

    let error = em.raw("select title, 2 as sold from book").rows::<Sales>().await.err().unwrap();
    assert!(matches!(&error, Error::Mapping { property, .. } if property == "copies_sold"), "{error}");
    let error = em.raw("select title, 'x' as copies_sold, 1 as revenue from book").rows::<Sales>().await.err().unwrap();
    assert!(matches!(&error, Error::Mapping { property, .. } if property == "copies_sold"), "{error}");
}
