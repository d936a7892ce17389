//! Databases that come and go.

use super::entities::*;
use super::harness::{server, unique};
use mikro_orm::SqliteOptions;

suite! {
    /// spec: Y241
    async fn the_database_is_created_when_it_is_not_there(t: &Test<Blog>) {
        let name = if t.is_sqlite() { format!("{}/{}.db", std::env::temp_dir().display(), unique()) } else { unique() };
        let build = async |ensure: bool| {
            let builder = if t.is_sqlite() { Orm::builder(SqliteOptions::new(&name)) } else { Orm::builder(server().database(&name)) };
            builder.entities(entities![Author]).ensure_database(ensure).build().await
        };
        if !t.is_sqlite() {
            let error = build(false).await.unwrap_err();
            assert!(matches!(error, Error::Connection { .. }), "{error}");
        }
        let orm = build(true).await?;
        orm.schema().update().await?;
        orm.em().create(Author::builder().name("Jon").email("j"));
        let again = build(true).await?;
        assert_eq!(again.em().count::<Author>(Condition::all()).await?, 0);
        again.close().await;
        // its own is closed first
        assert!(orm.schema().drop_database(&name).await?);
        assert!(matches!(orm.em().find::<Author>().await.unwrap_err(), Error::Closed));
        assert!(!t.orm.schema().drop_database(&name).await?);
    }

    /// spec: Y241, Y243
    async fn other_databases_are_created_and_dropped(t: &Test<Blog>) {
        let name = if t.is_sqlite() { format!("{}/{}.db", std::env::temp_dir().display(), unique()) } else { format!("{} \"odd\"", unique()) };
        let schema = t.orm.schema();
        assert!(schema.create_database(&name).await?);
        assert!(!schema.create_database(&name).await?);
        assert!(schema.drop_database(&name).await?);
        assert!(!schema.drop_database(&name).await?);
        let error = schema.create_database(if t.is_sqlite() { "/nowhere/at/all.db" } else { "" }).await.unwrap_err();
        assert!(error.to_string().contains("can't be created"), "{error}");
        assert_eq!(t.em().count::<Author>(Condition::all()).await?, 0);
    }
}
