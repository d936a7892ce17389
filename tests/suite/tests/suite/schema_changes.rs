//! What becomes of a schema, and of its rows, when entities change. The statements are in `golden/schema`, a folder for each
//! case: `GOLDEN=write` writes them anew.

use super::harness::{Kind, Place};
use mikro_orm::metadata::{EntityList, discover};
use mikro_orm::schema::UpdateOptions;
use mikro_orm_sql::dialect::MySql;
use mikro_orm_sql::schema::{self, model::DatabaseSchema};

/// Entities before and after, rows from before, and what is there of them afterwards.
macro_rules! changes {
    ($($(#[$meta:meta])* fn $name:ident()
        before [$($root:ty),*] { $($before:item)* }
        after [$($new_root:ty),*] { $($after:item)* }
        rows [$($row:expr),*] then $query:literal => $found:expr;
    )*) => {$(
        mod $name {
            mod before {
                #![allow(dead_code, unused_imports)]
                use mikro_orm::prelude::*;
                $($before)*
                pub fn entities() -> mikro_orm::metadata::EntityList { mikro_orm::entities![$($root),*] }
            }
            mod after {
                #![allow(dead_code, unused_imports)]
                use mikro_orm::prelude::*;
                $($after)*
                pub fn entities() -> mikro_orm::metadata::EntityList { mikro_orm::entities![$($new_root),*] }
            }
            const CASE: super::Case = super::Case {
                name: stringify!($name),
                before: before::entities,
                after: after::entities,
                rows: &[$($row),*],
                query: $query,
                found: $found,
            };
            $(#[$meta])*
            #[test]
            fn sqlite() {
                super::check(super::Kind::Sqlite, &CASE);
            }
            $(#[$meta])*
            #[test]
            fn postgres() {
                super::check(super::Kind::Postgres, &CASE);
            }
            $(#[$meta])*
            #[test]
            fn mysql() {
                super::between_models(&CASE);
            }
        }
    )*};
}

struct Case {
    name: &'static str,
    before: fn() -> EntityList,
    after: fn() -> EntityList,
    rows: &'static [&'static str],
    query: &'static str,
    found: &'static [&'static str],
}

fn check(kind: Kind, case: &Case) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::new(kind).await;
        let outcome = change(&place, case).await;
        place.end().await;
        outcome.unwrap_or_else(|error| panic!("{error}\n{error:#?}"));
    });
}

async fn change(place: &Place, case: &Case) -> mikro_orm::Result<()> {
    let before = place.open((case.before)()).await;
    before.schema().create().await?;
    for row in case.rows {
        before.em().raw(*row).execute().await?;
    }
    let after = place.open((case.after)()).await;
    let migration = after.schema().update_migration_sql().await?;
    let there = migration.up;
    // there and back, and there again
    after.schema().run(&there).await?;
    after.schema().run(&migration.down).await.unwrap_or_else(|error| panic!("{error}, in\n{}", migration.down));
    let left = before.schema().update_sql().await?;
    assert!(left.is_empty(), "after\n{}\nthis is left to do:\n{left}", migration.down);
    let there_again = after.schema().update_sql().await?;
    after.schema().run(&there_again).await?;
    let again = after.schema().update_sql().await?;
    assert!(again.is_empty(), "an update is to be the last one, but this is left to do:\n{again}");
    let found: Vec<(Option<String>,)> = after.em().raw(case.query).rows().await?;
    let found: Vec<String> = found.into_iter().map(|(row,)| row.unwrap_or_else(|| "null".to_owned())).collect();
    assert_eq!(found, case.found, "the rows, after\n{there}");
    // and back
    let back = before.schema().update_sql().await?;
    before.schema().run(&back).await?;
    let again = before.schema().update_sql().await?;
    assert!(again.is_empty(), "going back, this is left to do:\n{again}");
    let file = if place.kind == Kind::Sqlite { "sqlite.sql" } else { "postgres.sql" };
    golden(case.name, file, &format!("{there}-- and back\n{back}"));
    before.close().await;
    after.close().await;
    Ok(())
}

/// MySQL and MariaDB, without a server: what entities ask for before is compared with what they ask for afterwards.
fn between_models(case: &Case) {
    let [mysql, mariadb] = [MySql::MYSQL, MySql::MARIADB].map(|dialect| {
        let wanted = |entities: fn() -> EntityList| {
            let metadata = discover(&entities()).unwrap();
            schema::within_limits(&metadata, &dialect)?;
            Ok::<_, mikro_orm::Error>(schema::wanted(&metadata, &dialect))
        };
        let statements = |from: &DatabaseSchema, to: &DatabaseSchema| {
            let difference = schema::compare(from, to, &UpdateOptions::new(), &dialect);
            schema::alter_mysql(&difference, from, to, &dialect)
        };
        match wanted(case.before).and_then(|before| Ok((before, wanted(case.after)?))) {
            Ok((before, after)) => format!("{}-- and back\n{}", statements(&before, &after), statements(&after, &before)),
            Err(error) => format!("-- {error}\n"),
        }
    });
    golden(case.name, "mysql.sql", &mysql);
    golden(case.name, "mariadb.sql", if mariadb == mysql { "" } else { &mariadb });
}

/// Compares with what a file has: no file is no statements.
fn golden(case: &str, name: &str, statements: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/schema").join(case);
    let file = folder.join(name);
    if std::env::var("GOLDEN").is_ok_and(|what| what == "write") {
        std::fs::create_dir_all(&folder).unwrap();
        match statements {
            "" => drop(std::fs::remove_file(&file)),
            _ => std::fs::write(&file, statements).unwrap(),
        }
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(statements, expected, "{} differs", file.display());
}

changes! {
    /// spec: Y242, Y245
    fn column_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub subtitle: Option<String>, pub title: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title || coalesce(subtitle, '-') from book" => &["Oaths-"];

    /// spec: Y242, Y245
    fn column_added_with_default()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(default = 7)] pub stock: i32, #[orm(default = "it's")] pub note: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title || stock || note from book" => &["Oaths7it's"];

    /// spec: Y242, Y245
    fn column_added_that_is_mandatory()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub stock: i32 } }
        rows []
        then "select title from book" => &[];

    /// spec: Y242, Y245
    fn column_dropped()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(index)] pub stock: i32 } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        // (none when it comes back, since it is mandatory then)
        rows []
        then "select title from book" => &[];

    /// spec: Y242, Y245
    fn column_renamed()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(index)] pub title: String, pub stock: Option<i32> } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(index)] pub name: String, pub stock: Option<i32> } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select name from book" => &["Oaths"];

    /// spec: Y242
    fn columns_that_may_have_been_renamed()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub one: Option<i32>, pub two: Option<i32>, pub kept: i32 } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub three: Option<i32>, pub four: Option<i32>, pub kept: i32 } }
        rows ["insert into book (one, two, kept) values (1, 2, 3)"]
        then "select cast(kept as varchar(9)) || coalesce(cast(three as varchar(9)), '-') from book" => &["3-"];

    /// spec: Y242, Y245, S038
    fn column_widened()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub stock: i32, #[orm(length = 20)] pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub stock: i64, #[orm(length = 200)] pub title: String } }
        rows ["insert into book (stock, title) values (5, 'Oaths')"]
        then "select title || stock from book" => &["Oaths5"];

    /// spec: Y242, Y245
    fn column_retyped()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(default = "1")] pub stock: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(default = 1)] pub stock: i32 } }
        rows ["insert into book (stock) values ('41')"]
        then "select cast(stock + 1 as varchar(9)) from book" => &["42"];

    /// spec: Y242, Y245
    fn column_made_nullable()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: Option<String> } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, Y245
    fn column_made_mandatory()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub stock: Option<i32> } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(default = 3)] pub stock: i32 } }
        rows ["insert into book (title) values ('Oaths')", "insert into book (title, stock) values ('Vows', 5)"]
        then "select title || stock from book order by id" => &["Oaths3", "Vows5"];

    /// spec: Y242, Y245
    fn default_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(default = "none")] pub title: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, Y245
    fn default_changed()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(default = 1.5)] pub price: f64 } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(default = 2.5)] pub price: f64 } }
        rows ["insert into book (price) values (4.5)"]
        then "select cast(price as varchar(9)) from book" => &["4.5"];

    /// spec: Y242, Y245
    fn default_becomes_an_expression()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(default = 1)] pub stock: i32 } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(default_raw = "1 + 2")] pub stock: i32 } }
        rows ["insert into book (stock) values (4)"]
        then "select cast(stock as varchar(9)) from book" => &["4"];

    /// spec: Y242
    fn index_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(index)] pub title: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242
    fn index_renamed()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(index)] pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(index = "by title")] pub title: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242
    fn index_made_unique()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(index)] pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(unique)] pub title: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, Y244, Y245
    fn relation_added()
        before [Book, Author] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
        }
        after [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub author: Option<Ref<Author>> }
        }
        rows ["insert into book (title) values ('Oaths')", "insert into author (name) values ('Jon')"]
        then "select title || coalesce(author_id, 0) from book" => &["Oaths0"];

    /// spec: Y242, Y245
    fn column_becomes_a_relation()
        before [Book, Author] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub author_id: i64 }
        }
        after [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub author: Ref<Author> }
        }
        rows ["insert into author (name) values ('Jon')", "insert into book (author_id) values (1)"]
        then "select name from book join author on author.id = author_id" => &["Jon"];

    /// spec: Y242, Y245
    fn foreign_key_s_rule_changed()
        before [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub author: Ref<Author> }
        }
        after [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(delete_rule = cascade, defer = deferred)] pub author: Ref<Author> }
        }
        rows ["insert into author (name) values ('Jon')", "insert into book (author_id) values (1)"]
        then "select name from book join author on author.id = author_id" => &["Jon"];

    /// spec: Y242, Y245
    fn foreign_key_to_another_table()
        before [Book, Person] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Person { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub by: Ref<Author> }
        }
        after [Book, Author] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Person { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub by: Ref<Person> }
        }
        rows ["insert into author (name) values ('Jon')", "insert into person (name) values ('Arya')", "insert into book (by_id) values (1)"]
        then "select name from book join person on person.id = by_id" => &["Arya"];

    /// spec: Y242, Y245
    fn key_widened()
        before [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i32, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i32, pub author: Ref<Author> }
        }
        after [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, pub name: String }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub author: Ref<Author> }
        }
        rows ["insert into author (name) values ('Jon')", "insert into book (author_id) values (1)"]
        then "select name from book join author on author.id = author_id" => &["Jon"];

    /// spec: Y242, Y245
    fn key_of_more_columns()
        before [Page] {
            #[derive(Entity)] pub struct Page { #[orm(primary, on_create = || 0)] pub number: i64, pub book: i64, pub text: String }
        }
        after [Page] {
            #[derive(Entity)] pub struct Page { #[orm(primary)] pub number: i64, #[orm(primary)] pub book: i64, pub text: String }
        }
        rows ["insert into page (number, book, text) values (1, 2, 'x')"]
        then "select text from page where number = 1 and book = 2" => &["x"];

    /// spec: Y242, Y245
    fn key_that_is_counted()
        before [Page] { #[derive(Entity)] pub struct Page { #[orm(primary, on_create = || 0)] pub id: i64, pub text: String } }
        after [Page] { #[derive(Entity)] pub struct Page { #[orm(primary)] pub id: i64, pub text: String } }
        rows ["insert into page (id, text) values (41, 'x')"]
        then "select text || id from page" => &["x41"];

    /// spec: Y242, Y244
    fn table_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Review] {
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
            #[derive(Entity)] pub struct Review { #[orm(primary)] pub id: i64, #[orm(unique)] pub text: String, pub book: Ref<Book>, pub answers: Option<Ref<Review>> }
        }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, Y244
    fn tables_of_a_cycle_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book, Hen] {
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
            #[derive(Entity)] pub struct Hen { #[orm(primary)] pub id: i64, pub from: Option<Ref<Egg>> }
            #[derive(Entity)] pub struct Egg { #[orm(primary)] pub id: i64, pub of: Option<Ref<Hen>> }
        }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242
    fn pivot_added()
        before [Book, Tag] {
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
            #[derive(Entity)] pub struct Tag { #[orm(primary)] pub id: i64, pub name: String }
        }
        after [Book] {
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(many_to_many)] pub tags: Collection<Tag> }
            #[derive(Entity)] pub struct Tag { #[orm(primary)] pub id: i64, pub name: String }
        }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, Y245
    fn much_at_once()
        before [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, #[orm(unique)] pub name: String, pub mentor: Option<Ref<Author>> }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub author: Ref<Author>, pub old: Option<bool> }
        }
        after [Book] {
            #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64, #[orm(unique)] pub full_name: String, pub age: Option<i16>, pub mentor: Option<Ref<Author>> }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(text, index)] pub title: String, #[orm(delete_rule = cascade)] pub author: Ref<Author>, pub publisher: Option<Ref<Publisher>> }
            #[derive(Entity)] pub struct Publisher { #[orm(primary)] pub code: String }
        }
        rows ["insert into author (name) values ('Jon')", "insert into author (name, mentor_id) values ('Arya', 1)", "insert into book (title, author_id) values ('Oaths', 2)"]
        then "select b.title || a.full_name || m.full_name from book b join author a on a.id = b.author_id join author m on m.id = a.mentor_id" => &["OathsAryaJon"];

    /// spec: Y242, S097, S098
    fn compound_index_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32 } }
        after [Book] { #[derive(Entity)] #[orm(index([year, title]), index([title], name = "titles"))] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32 } }
        rows ["insert into book (title, year) values ('Oaths', 1)"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, S099
    fn compound_unique_changed()
        before [Book] { #[derive(Entity)] #[orm(unique(year, title))] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32, pub part: i32 } }
        after [Book] { #[derive(Entity)] #[orm(unique(year, title, part))] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32, pub part: i32 } }
        rows ["insert into book (title, year, part) values ('Oaths', 1, 1)"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, Y218
    fn partial_index_changed()
        before [Book] { #[derive(Entity)] #[orm(index(title, where = "{year} > 1990"))] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32 } }
        after [Book] { #[derive(Entity)] #[orm(index(title, where = "{year} > 2000 and {title} <> ''"))] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32 } }
        rows ["insert into book (title, year) values ('Oaths', 1)"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, S100
    fn expression_index_changed()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] #[orm(index(name = "lower titles", expression = "lower({title})"))] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, S101, S102, S103
    fn checks_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub price: f64, pub stock: i32 } }
        after [Book] { #[derive(Entity)] #[orm(check("{price} >= 0 or {stock} = 0"), check("{stock} < 1000", name = "few"))] pub struct Book { #[orm(primary)] pub id: i64, pub price: f64, #[orm(check = "{stock} >= 0")] pub stock: i32 } }
        rows ["insert into book (price, stock) values (2.5, 3)"]
        then "select cast(stock as varchar(9)) from book" => &["3"];

    /// spec: Y242, S101
    fn check_changed()
        before [Book] { #[derive(Entity)] #[orm(check("{stock} >= 0"))] pub struct Book { #[orm(primary)] pub id: i64, pub stock: i32 } }
        after [Book] { #[derive(Entity)] #[orm(check("{stock} >= 1"))] pub struct Book { #[orm(primary)] pub id: i64, pub stock: i32 } }
        rows ["insert into book (stock) values (3)"]
        then "select cast(stock as varchar(9)) from book" => &["3"];

    /// spec: Y242, Y217
    fn comments_changed()
        before [Book] { #[derive(Entity)] #[orm(comment = "what is read")] pub struct Book { #[orm(primary)] pub id: i64, #[orm(comment = "it's")] pub stock: i32 } }
        after [Book] { #[derive(Entity)] #[orm(comment = "what is lent")] pub struct Book { #[orm(primary)] pub id: i64, pub stock: i32, #[orm(comment = "new")] pub part: Option<i32> } }
        rows ["insert into book (stock) values (3)"]
        then "select cast(stock as varchar(9)) from book" => &["3"];

    /// spec: S068, Y242, Y245
    fn native_enum_made_of_texts()
        before [Film] { #[derive(Entity)] pub struct Film { #[orm(primary)] pub id: i64, #[orm(default = Kind::Drama)] pub kind: Kind }
            #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { Drama, Comedy } }
        after [Film] { #[derive(Entity)] pub struct Film { #[orm(primary)] pub id: i64, #[orm(native_enum, default = Kind::Drama)] pub kind: Kind }
            #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { Drama, Comedy } }
        rows ["insert into film (kind) values ('comedy')"]
        then "select cast(kind as varchar(9)) from film" => &["comedy"];

    /// spec: S068, Y242, Y245
    fn native_enum_gets_items()
        before [Film] { #[derive(Entity)] pub struct Film { #[orm(primary)] pub id: i64, #[orm(native_enum = "Film kind")] pub kind: Kind }
            #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { Drama, Comedy } }
        after [Film] { #[derive(Entity)] pub struct Film { #[orm(primary)] pub id: i64, #[orm(native_enum = "Film kind")] pub kind: Kind }
            #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { #[orm(name = "it's early")] Early, Drama, Action, Comedy, Western } }
        rows ["insert into film (kind) values ('comedy')"]
        then "select cast(kind as varchar(9)) from film" => &["comedy"];

    /// spec: S068, Y242, Y245
    fn native_enum_loses_items()
        before [Film] { #[derive(Entity)] pub struct Film { #[orm(primary)] pub id: i64, #[orm(native_enum = "Film kind", default = Kind::Drama)] pub kind: Kind,
                #[orm(native_enum = "Film kind")] pub more: Vec<Kind> }
            #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { Drama, Comedy, Western } }
        after [Film] { #[derive(Entity)] pub struct Film { #[orm(primary)] pub id: i64, #[orm(native_enum = "Film kind", default = Kind::Western)] pub kind: Kind,
                #[orm(native_enum = "Film kind")] pub more: Vec<Kind> }
            #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { Western, Comedy } }
        rows []
        then "select cast(kind as varchar(9)) from film" => &[];

    /// spec: Y208, Y242, Y245
    fn decimal_gets_digits()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(precision = 6, scale = 2)] pub price: rust_decimal::Decimal, pub sum: Option<rust_decimal::Decimal> } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(precision = 10, scale = 2)] pub price: rust_decimal::Decimal, #[orm(precision = 12)] pub sum: Option<rust_decimal::Decimal> } }
        rows ["insert into book (price, sum) values ('1234.50', '7')"]
        then "select cast(price as varchar(9)) || ' ' || cast(sum as varchar(9)) from book" => &["1234.50 7"];

    /// spec: Y211, Y242, Y245
    fn list_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64 } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub numbers: Option<Vec<i64>>, #[orm(default = vec!["it's".to_owned(), "\"\\".to_owned()])] pub tags: Vec<String> } }
        rows ["insert into book (id) values (7)"]
        then "select coalesce(cast(numbers as varchar(9)), 'null') from book" => &["null"];

    /// spec: Y242, S067
    fn enum_items_changed()
        before [Book] { #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { Novel, Poem } #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub kind: Kind } }
        after [Book] { #[derive(Debug, Clone, Copy, DbEnum)] pub enum Kind { Novel, Poem, Play } #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub kind: Kind } }
        rows ["insert into book (kind) values ('poem')"]
        then "select kind from book" => &["poem"];

    /// spec: Y242, S078
    fn generated_columns_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(generated = "lower({title}) virtual")] pub quiet: Option<String>, #[orm(generated = "length({title}) stored", index)] pub letters: i32 } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select quiet || letters from book" => &["oaths5"];

    /// spec: Y242, S078
    fn generated_column_changed()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(generated = "lower({title})", unique)] pub shown: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(generated = "upper({title})", unique)] pub shown: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select shown from book" => &["OATHS"];

    /// spec: Y242, S078
    fn generated_columns_of_what_is_retyped()
        before [Book] {
            #[derive(Entity)] pub struct Book {
                #[orm(primary)] pub id: i64,
                pub stock: i32,
                pub price: i32,
                #[orm(default = 1)] pub gone: i32,
                #[orm(generated = "{stock} * 2", index)] pub double: i64,
                #[orm(generated = "{stock} * {price} + {gone}")] pub value: i64,
                #[orm(generated = "{stock} + 1")] pub next: i64,
                #[orm(generated = "{stock} + 2")] pub after_next: i64,
            }
        }
        after [Book] {
            #[derive(Entity)] pub struct Book {
                #[orm(primary)] pub id: i64,
                pub stock: i64,
                pub price: i32,
                #[orm(generated = "{stock} * 2", index)] pub double: i64,
                #[orm(generated = "{stock} * {price}")] pub value: i64,
                #[orm(default = 0)] pub next: i64,
                #[orm(generated = "{stock} * 4")] pub quadruple: i64,
            }
        }
        rows ["insert into book (stock, price, gone) values (3, 5, 1)"]
        then "select cast(stock + double + value + quadruple + next as varchar(9)) from book" => &["40"];

    /// spec: Y242, S078
    fn generated_column_made_plain()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(generated = "lower({title})")] pub shown: String } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(default = "none")] pub shown: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select shown from book" => &["oaths"];

    /// spec: Y242, S080, S081
    fn key_becomes_an_identity()
        before [Book, Page] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } #[derive(Entity)] pub struct Page { #[orm(primary, identity = always)] pub id: i64 } }
        after [Book, Page] { #[derive(Entity)] pub struct Book { #[orm(primary, identity = always)] pub id: i64, pub title: String } #[derive(Entity)] pub struct Page { #[orm(primary, identity = by_default)] pub id: i64 } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y242, Y225
    fn views_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book, Letters, Long] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
            #[derive(Entity)] #[orm(view = "select id, letters from letters where letters > 3")] pub struct Long { #[orm(primary)] pub id: i64, pub letters: i32 }
            #[derive(Entity)] #[orm(view = "select id, length(title) as letters from book")] pub struct Letters { #[orm(primary)] pub id: i64, pub letters: i32 } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select cast(letters as varchar(9)) from long" => &["5"];

    /// spec: Y242, Y225
    fn view_changed_with_its_table()
        before [Book, Letters, Long] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub stock: i32 }
            #[derive(Entity)] #[orm(view = "select id, letters from letters where letters > 3")] pub struct Long { #[orm(primary)] pub id: i64, pub letters: i32 }
            #[derive(Entity)] #[orm(view = "select id, length(title) as letters, stock from book")] pub struct Letters { #[orm(primary)] pub id: i64, pub letters: i32, pub stock: i32 } }
        after [Book, Letters, Long] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub name: String, pub stock: i64 }
            #[derive(Entity)] #[orm(view = "select id, letters from letters where letters > 3")] pub struct Long { #[orm(primary)] pub id: i64, pub letters: i32 }
            #[derive(Entity)] #[orm(view = "select id, length(name) as letters, stock + 1 as stock from book")] pub struct Letters { #[orm(primary)] pub id: i64, pub letters: i32, pub stock: i64 } }
        rows ["insert into book (title, stock) values ('Oaths', 2)"]
        then "select cast(stock as varchar(9)) from letters" => &["3"];

    /// spec: Y242, Y225, Y226
    fn views_dropped()
        before [Book, Letters, Long] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
            #[derive(Entity)] #[orm(view = "select id, letters from letters where letters > 3")] pub struct Long { #[orm(primary)] pub id: i64, pub letters: i32 }
            #[derive(Entity)] #[orm(view = "select id, length(title) as letters from book", materialized)] pub struct Letters { #[orm(primary)] pub id: i64, pub letters: i32 } }
        after [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y218, Y242, Y245
    fn index_options_changed()
        before [Book] {
            #[derive(Entity)] #[orm(index(title, name = "titles"))]
            pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32, pub note: Option<String> }
        }
        after [Book] {
            #[derive(Entity)]
            #[orm(
                index(title(desc, nulls = last, ops = "text_pattern_ops", length = 20), year, include(note), with = "fillfactor = 70", name = "titles"),
                index(note(length = 10), using = "btree", invisible = true, where = "{year} > 0"),
                index(year(desc)),
            )]
            pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32, #[orm(text)] pub note: Option<String> }
        }
        rows ["insert into book (title, year) values ('Oaths', 2020)"]
        then "select title from book" => &["Oaths"];

    /// spec: Y218, Y242
    fn index_built_while_rows_are_written()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String } }
        after [Book] {
            #[derive(Entity)] #[orm(index(title, concurrently = true))]
            pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
        }
        rows ["insert into book (title) values ('Oaths')"]
        then "select title from book" => &["Oaths"];

    /// spec: Y203, Y218, Y242
    fn unique_that_can_wait()
        before [Book] {
            #[derive(Entity)] #[orm(unique(title, year))]
            pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32, pub place: i32 }
        }
        after [Book] {
            #[derive(Entity)] #[orm(unique(title, year, defer = deferred), unique(place, defer = immediate))]
            pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub year: i32, pub place: i32 }
        }
        rows ["insert into book (title, year, place) values ('Oaths', 1, 1), ('Vows', 2, 2)"]
        then "select title from book order by id" => &["Oaths", "Vows"];

    /// spec: Y219, Y242
    fn exclusions_added()
        before [Stay] { #[derive(Entity)] pub struct Stay { #[orm(primary)] pub id: i64, pub arrives: i32, pub leaves: i32 } }
        after [Stay] {
            #[derive(Entity)]
            #[orm(
                exclude("int4range({arrives}, {leaves}) with &&", using = "gist", name = "no_overlap"),
                exclude("int4range({arrives}, {leaves}) with =", using = "gist", where = "{arrives} > 7", defer = deferred, name = "no_copy"),
            )]
            pub struct Stay { #[orm(primary)] pub id: i64, pub arrives: i32, pub leaves: i32 }
        }
        rows ["insert into stay (arrives, leaves) values (1, 5), (5, 7)"]
        then "select cast(count(*) as varchar(9)) from stay" => &["2"];

    /// spec: Y220, Y242
    fn triggers_added()
        before [Book, Shelf] {
            #[derive(Entity)] pub struct Shelf { #[orm(primary)] pub id: i64, pub books: i32 }
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
        }
        after [Book, Shelf, Log] {
            #[derive(Entity)] pub struct Shelf { #[orm(primary)] pub id: i64, pub books: i32 }
            #[derive(Entity)]
            #[orm(
                trigger("counted", after(insert, delete), when = "1 = 1", body = "update shelf set books = (select count(*) from book);"),
                trigger("logged", before(update), body(postgres = "insert into log (text) values (new.{title})", sqlite = "insert into log (text) values ('sqlite')", mysql = "set new.{title} = trim(new.{title})")),
                trigger("each", after(update), each = statement, body(postgres = "perform 1")),
            )]
            pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
            #[derive(Entity)]
            #[orm(trigger("kept", before(delete), body(postgres = "return null", sqlite = "select raise(ignore)", mysql = "signal sqlstate '45000'")))]
            pub struct Log { #[orm(primary)] pub id: i64, pub text: String }
        }
        rows ["insert into book (title) values ('Oaths')", "insert into shelf (books) values (0)"]
        then "select title from book" => &["Oaths"];

    /// spec: Y220, Y242, Y245
    fn trigger_changed_with_its_table()
        before [Book] {
            #[derive(Entity)]
            #[orm(trigger("counted", after(insert), when = "new.{title} <> ''", body = "update book set stock = stock + 1"))]
            pub struct Book { #[orm(primary)] pub id: i64, pub title: String, pub stock: i32 }
        }
        after [Book] {
            #[derive(Entity)]
            #[orm(trigger("counted", after(insert), when = "new.{name} <> ''", body = "update book set stock = stock + 1"))]
            pub struct Book { #[orm(primary)] pub id: i64, pub name: String, pub stock: i64, #[orm(default = 1)] pub part: i32 }
        }
        rows ["insert into book (title, stock) values ('Oaths', 0)", "insert into book (title, stock) values ('Vows', 0)"]
        then "select cast(stock as varchar(9)) from book order by id" => &["2", "1"];

    /// spec: Y128, Y242
    fn kinds_get_tables_of_their_own()
        before [Person] {
            #[derive(Entity)]
            pub struct Person { #[orm(primary)] pub id: i64, pub name: String }
        }
        after [Person] {
            #[derive(Entity)]
            pub struct Person { #[orm(primary)] pub id: i64, pub name: String, #[orm(embedded, table_per_type)] pub role: Option<Role> }
            #[derive(Embeddable, Clone)]
            pub enum Role {
                Employee(Employee),
                #[orm(table = "boss", below = Employee)]
                Manager { #[orm(embedded, prefix = false)] employee: Employee, #[orm(unique)] car: Option<String> },
                Guest,
            }
            #[derive(Embeddable, Clone)]
            pub struct Employee { #[orm(check = "{salary} > 0")] pub salary: i64, #[orm(index, length = 20)] pub room: String }
        }
        rows ["insert into person (name) values ('Jon')"]
        then "select name from person" => &["Jon"];

    /// spec: Y219, Y242
    fn partitions_added()
        before [Measure] {
            #[derive(Entity)]
            #[orm(partition_by = "range ({year})", partition("measure_old", "from (0) to (2000)"), partition("measure_rest", "default"))]
            pub struct Measure { #[orm(primary)] pub id: i64, #[orm(primary)] pub year: i32, pub value: i32 }
        }
        after [Measure] {
            #[derive(Entity)]
            #[orm(
                partition_by = "range ({year})",
                partition("measure_old", "from (minvalue) to (2000)"),
                partition("measure_new", "from (2020) to (2030)"),
                partition("measure_rest", "default"),
                index(value)
            )]
            pub struct Measure { #[orm(primary)] pub id: i64, #[orm(primary)] pub year: i32, pub value: i32 }
        }
        rows ["insert into measure (id, year, value) values (1, 1990, 1), (2, 2010, 2)"]
        then "select cast(value as varchar(9)) from measure order by id" => &["1", "2"];

    /// spec: Y219
    fn table_in_partitions_added()
        before [Book] { #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64 } }
        after [Book, Part] {
            #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64 }
            #[derive(Entity)]
            #[orm(partition_by = "hash ({id})", partition("part_0", "with (modulus 2, remainder 0)"), partition("part_1", "with (modulus 2, remainder 1)"))]
            pub struct Part { #[orm(primary)] pub id: i64, pub book: Ref<Book> }
        }
        rows []
        then "select cast(id as varchar(9)) from book" => &[];
}

/// spec: Y219
#[test]
fn another_partitioning_is_refused() {
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    #[orm(table = "measure")]
    struct Whole {
        #[orm(primary)]
        id: i64,
    }
    #[derive(Entity)]
    #[orm(table = "measure", partition_by = "hash ({id})", partition("measure_0", "with (modulus 1, remainder 0)"))]
    struct Parted {
        #[orm(primary)]
        id: i64,
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::new(Kind::Postgres).await;
        let before = place.open(mikro_orm::entities![Whole]).await;
        before.schema().create().await.unwrap();
        let after = place.open(mikro_orm::entities![Parted]).await;
        let error = after.schema().update().await.unwrap_err().to_string();
        assert!(error.contains("the table `measure` is partitioned not at all, and is to be by HASH (id)"), "{error}");
        before.close().await;
        after.close().await;
        place.end().await;
    });
}
