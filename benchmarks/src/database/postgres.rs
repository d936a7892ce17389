//! PostgreSQL, at the URL in `TEST_POSTGRES_URL`: two databases that go when the program ends.

use super::{Database, Outcome, Raw, orm};
use crate::rows::{AUTHORS, BOOKS_EACH, WITH_BOOKS, author, book};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Statement};

/// A connection with every statement that the hand-written side needs, prepared.
pub struct RawPostgres {
    pub client: Client,
    pub insert: Statement,
    pub insert_many: Statement,
    pub all_authors: Statement,
    pub some_authors: Statement,
    pub books: Statement,
    pub author_by_key: Statement,
    pub update: Statement,
    pub update_many: Statement,
}

/// The databases of this run, to be dropped.
pub struct Databases {
    admin: Client,
    names: [String; 2],
}

impl Databases {
    pub async fn drop(self) -> Outcome<()> {
        for name in &self.names {
            self.admin.batch_execute(&format!("drop database if exists {name} with (force)")).await?;
        }
        Ok(())
    }
}

pub async fn open(url: &str) -> Outcome<(Database, Databases)> {
    let admin = connect(url).await?;
    let names = ["raw", "orm"].map(|side| format!("mikro_orm_bench_{}_{side}", std::process::id()));
    for name in &names {
        admin.batch_execute(&format!("create database {name}")).await?;
    }
    let [raw_url, orm_url] = [0, 1].map(|side: usize| with_database(url, &names[side]));
    let orm = orm(orm_url.as_str()).await?;
    orm.schema().create().await?;
    let raw = connect(&raw_url).await?;
    for sql in orm.driver().create_schema_sql() {
        raw.batch_execute(&sql).await?;
    }
    fill(&raw).await?;
    fill(&connect(&orm_url).await?).await?;
    let raw = RawPostgres {
        insert: raw.prepare("insert into author (name, email, age, bio) values ($1, $2, $3, $4) returning id").await?,
        insert_many: raw
            .prepare(
                "insert into author (name, email, age, bio) select name, email, age, bio from \
                 unnest($1::text[], $2::text[], $3::int[], $4::text[]) with ordinality as t(name, email, age, bio, place) \
                 order by place returning id",
            )
            .await?,
        all_authors: raw.prepare("select id, name, email, age, bio from author").await?,
        some_authors: raw.prepare("select id, name, email, age, bio from author where id <= $1").await?,
        books: raw.prepare("select id, title, author_id, price, published_at, pages from book where author_id = any($1)").await?,
        author_by_key: raw.prepare("select id, name, email, age, bio from author where id = $1").await?,
        update: raw.prepare("update author set age = $1 where id = $2").await?,
        update_many: raw
            .prepare_typed(
                "update author set age = t.age from unnest($1::bigint[], $2::int[]) as t(id, age) where author.id = t.id",
                &[Type::INT8_ARRAY, Type::INT4_ARRAY],
            )
            .await?,
        client: raw,
    };
    Ok((Database { name: "PostgreSQL", raw: Raw::Postgres(raw), orm }, Databases { admin, names }))
}

/// The URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let (server, options) = url.split_once('?').unwrap_or((url, ""));
    let server = match server.splitn(4, '/').collect::<Vec<_>>()[..] {
        [scheme, empty, host, _] | [scheme, empty, host] => format!("{scheme}/{empty}/{host}"),
        _ => server.to_owned(),
    };
    let mark = if options.is_empty() { "" } else { "?" };
    format!("{server}/{name}{mark}{options}")
}

async fn connect(url: &str) -> Outcome<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("the hand-written side lost its connection: {error}");
        }
    });
    Ok(client)
}

async fn fill(client: &Client) -> Outcome<()> {
    for author in (1..=AUTHORS).map(author) {
        client
            .execute_typed(
                "insert into author (name, email, age, bio) values ($1, $2, $3, $4)",
                &[(&author.name, Type::TEXT), (&author.email, Type::TEXT), (&author.age, Type::INT4), (&author.bio, Type::TEXT)],
            )
            .await?;
    }
    let books =
        client.prepare("insert into book (title, author_id, price, published_at, pages) values ($1, $2, $3, $4, $5)").await?;
    for book in (1..=WITH_BOOKS * BOOKS_EACH).map(book) {
        client.execute(&books, &[&book.title, &book.author_id, &book.price, &book.published_at, &book.pages]).await?;
    }
    client.batch_execute("vacuum analyze").await?;
    Ok(())
}
