//! PostgreSQL, at the URL in `TEST_POSTGRES_URL`: two databases that go when the program ends.

use super::{Database, Outcome, Raw, orm};
use crate::rows::{AUTHORS, BOOKS_EACH, TAGS, WITH_BOOKS, author, book, tag, tags_of};
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
    pub some_books: Statement,
    pub tags: Statement,
    pub insert_books: Statement,
    pub insert_tags: Statement,
    pub insert_book_tags: Statement,
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
    for sql in orm.driver().schema().create().iter() {
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
        some_books: raw
            .prepare(
                "select b.id, b.title, b.author_id, b.price, b.published_at, b.pages, a.id, a.name, a.email, a.age, a.bio \
                 from book b join author a on a.id = b.author_id where b.id <= $1",
            )
            .await?,
        tags: raw
            .prepare("select p.book_id, t.id, t.name from book_tags p join tag t on t.id = p.tag_id where p.book_id = any($1)")
            .await?,
        insert_books: raw
            .prepare(
                "insert into book (title, author_id, price, published_at, pages) select title, author_id, price, published_at, \
                 pages from unnest($1::text[], $2::bigint[], $3::double precision[], $4::timestamptz[], $5::int[]) \
                 with ordinality as t(title, author_id, price, published_at, pages, place) order by place returning id",
            )
            .await?,
        insert_tags: raw
            .prepare(
                "insert into tag (name) select name from unnest($1::text[]) with ordinality as t(name, place) \
                 order by place returning id",
            )
            .await?,
        insert_book_tags: raw
            .prepare("insert into book_tags (book_id, tag_id) select * from unnest($1::bigint[], $2::bigint[])")
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
    let names: Vec<String> = (1..=TAGS).map(|n| tag(n).name).collect();
    client.execute("insert into tag (name) select * from unnest($1::text[])", &[&names]).await?;
    let links = (1..=WITH_BOOKS * BOOKS_EACH).flat_map(|book| tags_of(book).map(move |tag| (book, tag)));
    let (books, tags): (Vec<i64>, Vec<i64>) = links.unzip();
    client.execute("insert into book_tags select * from unnest($1::bigint[], $2::bigint[])", &[&books, &tags]).await?;
    client.batch_execute("vacuum analyze").await?;
    Ok(())
}
