//! Definitions that contradict themselves, or a database: each mistake is an error that names entity, property and remedy. (What the
//! derive can see is refused when the program is compiled; see `ui/fail` of the facade.)

#![allow(clippy::duplicated_attributes)] // some of the mistakes are such

use mikro_orm::metadata::{EntityList, discover};
use mikro_orm_sql::dialect::{MySql, Postgres};
use mikro_orm_sql::schema::within_limits;

/// Entities, and what is wrong with them.
macro_rules! mistakes {
    ($check:path: $($(#[$meta:meta])* fn $name:ident [$($root:ident),*] { $($item:item)* } $expected:literal)*) => {$(
        $(#[$meta])*
        #[test]
        fn $name() {
            #![allow(dead_code)]
            mod entities {
                #[allow(unused_imports)]
                use mikro_orm::prelude::*;
                $($item)*
            }
            assert_eq!($check(mikro_orm::entities![$(entities::$root),*]), $expected);
        }
    )*};
}

fn found(entities: EntityList) -> String {
    discover(&entities).err().map_or_else(|| "nothing".to_owned(), |error| error.to_string())
}

fn on_postgres(entities: EntityList) -> String {
    let metadata = discover(&entities).unwrap();
    within_limits(&metadata, &Postgres).err().map_or_else(|| "nothing".to_owned(), |error| error.to_string())
}

fn on_mysql(entities: EntityList) -> String {
    let metadata = discover(&entities).unwrap();
    within_limits(&metadata, &MySql::MYSQL).err().map_or_else(|| "nothing".to_owned(), |error| error.to_string())
}

mistakes! {
    found:

    /// spec: Y235
    fn two_tables_of_one_name [Book, Volume] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64 }
        #[derive(Entity)] #[orm(table = "book")] pub struct Volume { #[orm(primary)] pub id: i64 }
    } "Volume: has the same table as Book (`book`): give one of them `#[orm(table = \"..\")]`"

    /// spec: Y235
    fn two_columns_of_one_name [Book] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub title: String, #[orm(name = "title")] pub heading: String }
    } "Book.heading: has the same column as title (`title`): give one of them `#[orm(name = \"..\")]`"

    /// spec: Y128, Y235
    fn kinds_in_one_table_and_in_one_each [Person] {
        #[derive(Entity)] pub struct Person {
            #[orm(primary)] pub id: i64,
            #[orm(embedded, table_per_type)] pub role: Role,
            #[orm(embedded, prefix = false)] pub mood: Mood,
        }
        #[derive(Embeddable, Clone)] pub enum Role { Employee { salary: i64 }, Guest }
        #[derive(Embeddable, Clone)] pub enum Mood { Good { smile: i64 }, Bad }
    } "Person.role: has a table for each kind, while those of mood are in one table: cannot mix STI and TPT (single table and table \
       per type inheritance) in one entity; give mood a `prefix`, or say `table_per_type` of neither"

    /// spec: Y128, Y235
    fn tables_of_two_sorts_of_kinds [Person] {
        #[derive(Entity)] pub struct Person {
            #[orm(primary)] pub id: i64,
            #[orm(embedded, table_per_type)] pub role: Role,
            #[orm(embedded, table_per_type)] pub mood: Mood,
        }
        #[derive(Embeddable, Clone)] pub enum Role { Employee { salary: i64 }, Guest }
        #[derive(Embeddable, Clone)] pub enum Mood { Good { smile: i64 }, Bad }
    } "Person.mood: has a table for each kind, as role has: an entity has kinds of one sort; say `table_per_type` of one"

    /// spec: Y128, Y235
    fn tables_of_the_kinds_of_a_struct [Person] {
        #[derive(Entity)] pub struct Person { #[orm(primary)] pub id: i64, #[orm(embedded, table_per_type)] pub role: Role }
        #[derive(Embeddable, Clone)] pub struct Role { pub salary: i64 }
    } "Person.role: says `table_per_type`, and is no enum: make it one, or leave that out"

    /// spec: Y128, Y235
    fn the_table_of_a_kind_that_has_none [Person] {
        #[derive(Entity)] pub struct Person { #[orm(primary)] pub id: i64, #[orm(embedded)] pub role: Role }
        #[derive(Embeddable, Clone)] pub enum Role { #[orm(table = "staff")] Employee { salary: i64 }, Guest }
    } "Person.role: is a `Role`, whose variant Employee names a table: say `table_per_type` here, or take `table` off the variant"

    /// spec: Y128, Y235
    fn a_check_of_the_column_of_a_kind [Person] {
        #[derive(Entity)] #[orm(check("{role.salary} > 0"))]
        pub struct Person { #[orm(primary)] pub id: i64, pub name: String, #[orm(embedded, table_per_type)] pub role: Role }
        #[derive(Embeddable, Clone)] pub enum Role { Employee { salary: i64 }, Guest }
    } "Person: has `check` over `role.salary`, which is in the table of a kind (`table_per_type`), and not in this one: say `index`, \
       `unique` or `check` at the variant's field"

    /// spec: Y128, Y235
    fn the_table_of_a_kind_that_another_entity_has [Person, Guest] {
        #[derive(Entity)] pub struct Person { #[orm(primary)] pub id: i64, #[orm(embedded, table_per_type)] pub role: Role }
        #[derive(Embeddable, Clone)] pub enum Role { Employee { salary: i64 }, Guest }
        #[derive(Entity)] pub struct Guest { #[orm(primary)] pub id: i64 }
    } "Person: has the same table as Guest (`guest`): give one of them `#[orm(table = \"..\")]`"

    /// spec: Y235
    fn two_checks_of_one_name [Book] {
        #[derive(Entity)] #[orm(check("{id} > 0", name = "positive"), check("{id} > 1", name = "positive"))]
        pub struct Book { #[orm(primary)] pub id: i64 }
    } "Book: has two indexes or checks of the name `positive`: give one of them another `name`"

    /// spec: Y235
    fn two_indexes_of_one_name [Book] {
        #[derive(Entity)] #[orm(index(title, name = "titles"), index(title, id, name = "titles"))]
        pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
    } "Book: has two indexes or checks of the name `titles`: give one of them another `name`"

    /// spec: Y235
    fn two_tables_with_indexes_of_one_name [Book, Film] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(index = "titles")] pub title: String }
        #[derive(Entity)] pub struct Film { #[orm(primary)] pub id: i64, #[orm(index = "titles")] pub title: String }
    } "Film: has an index of the same name as Book (`titles`): give one of them another `name`; if a base says it, say `{table}` in the name, which is each table's"

    /// spec: Y235
    fn a_foreign_key_with_the_name_of_another [Book] {
        #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64 }
        #[derive(Entity)] pub struct Book {
            #[orm(primary)] pub id: i64,
            #[orm(fk_name = "by")] pub author: Ref<Author>,
            #[orm(fk_name = "by")] pub editor: Ref<Author>,
        }
    } "Book.editor: has the foreign key `by`, which is the name of another constraint of the table: give it another `fk_name`"

    /// spec: Y235
    fn a_column_twice_in_an_index [Book] {
        #[derive(Entity)] #[orm(index(title, title))] pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
    } "Book: has an index over `title` twice: keep one of them"

    /// spec: Y235
    fn an_index_over_what_has_no_column [Book] {
        #[derive(Entity)] #[orm(index(letters))] pub struct Book { #[orm(primary)] pub id: i64, #[orm(formula = "1")] pub letters: i64 }
    } "Book: has an index over `letters`, which has no column: its foreign key is elsewhere, or it is computed"

    /// spec: Y235
    fn a_check_of_no_property [Book] {
        #[derive(Entity)] #[orm(check("{pries} > 0"))] pub struct Book { #[orm(primary)] pub id: i64, pub price: i64 }
    } "Book: has `check` over `pries`, which is none of its properties"

    /// spec: Y235
    fn an_index_over_an_unknown_expression [Book] {
        #[derive(Entity)] #[orm(index(expression = "lower({titel})", name = "lower"))]
        pub struct Book { #[orm(primary)] pub id: i64, pub title: String }
    } "Book: has `index` over `titel`, which is none of its properties; did you mean `title`?"

    /// spec: Y235
    fn a_brace_that_is_not_closed [Book] {
        #[derive(Entity)] #[orm(check("{price > 0"))] pub struct Book { #[orm(primary)] pub id: i64, pub price: i64 }
    } "Book: has a `check` with a `{` that has no `}` (in `{price > 0`): write `{{` for the character"

    /// spec: Y235
    fn an_enum_s_value_that_is_too_long [Book] {
        #[derive(DbEnum, Debug, Clone, Copy, PartialEq)] pub enum Kind { Poem, Encyclopedia }
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(length = 10)] pub kind: Kind }
    } "Book.kind: has the length 10, which is less than its value `encyclopedia` has: leave it out, or make it longer"

    /// spec: Y235
    fn a_default_that_is_too_long [Book] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(length = 3, default = "none")] pub title: String }
    } "Book.title: has the length 3, and a default of 4 characters: make one of them fit the other"

    /// spec: Y235
    fn a_version_that_does_not_count [Book] {
        pub type Revision = bool;
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(version)] pub version: Revision }
    } "Book.version: is the version, which must be an integer or a date and time"

    /// spec: Y235
    fn two_owning_sides [Man] {
        #[derive(Entity)] pub struct Man { #[orm(primary)] pub id: i64, #[orm(one_to_one, inversed_by = man)] pub hat: Ref<Hat> }
        #[derive(Entity)] pub struct Hat { #[orm(primary)] pub id: i64, #[orm(one_to_one, inversed_by = hat)] pub man: Option<Ref<Man>> }
    } "Man.hat: and Hat.man are both owning sides: say `mapped_by = hat` at Hat.man, and make that an `Option`"

    /// spec: Y235
    fn an_inverse_side_that_says_nothing_of_it [Man] {
        #[derive(Entity)] pub struct Man { #[orm(primary)] pub id: i64, #[orm(inversed_by = men)] pub hat: Ref<Hat> }
        #[derive(Entity)] pub struct Hat { #[orm(primary)] pub id: i64, #[orm(many_to_many)] pub men: Collection<Man> }
    } "Man.hat: is inversed by Hat.men, which is not mapped by Man.hat: add `mapped_by = hat` there, or leave `inversed_by` out"

    /// spec: Y235
    fn a_pivot_entity_of_two_owning_sides [Book] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(many_to_many, pivot_entity = Tagging)] pub tags: Collection<Tag> }
        #[derive(Entity)] pub struct Tag { #[orm(primary)] pub id: i64, #[orm(many_to_many, pivot_entity = Tagging)] pub books: Collection<Book> }
        #[derive(Entity)] pub struct Tagging { #[orm(primary)] pub book: Ref<Book>, #[orm(primary)] pub tag: Ref<Tag> }
    } "Book.tags: has the pivot entity Tagging, as Tag.books has, and both are owning sides: make one the other side of the other, \
       with `#[orm(many_to_many, mapped_by = tags)]` at Tag.books"

    /// spec: Y235
    fn a_pivot_entity_that_does_not_refer_to_both [Book] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(many_to_many, pivot_entity = Tagging)] pub tags: Collection<Tag> }
        #[derive(Entity)] pub struct Tag { #[orm(primary)] pub id: i64 }
        #[derive(Entity)] pub struct Tagging { #[orm(primary)] pub id: i64, pub book: Ref<Book> }
    } "Book.tags: has the pivot entity Tagging, which does not refer to Tag: give Tagging a `Ref<Tag>`"

    /// spec: Y235
    fn a_pivot_entity_with_more_than_a_link_has [Book] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(many_to_many, pivot_entity = Tagging)] pub tags: Collection<Tag> }
        #[derive(Entity)] pub struct Tag { #[orm(primary)] pub id: i64 }
        #[derive(Entity)] pub struct Tagging { #[orm(primary)] pub book: Ref<Book>, #[orm(primary)] pub tag: Ref<Tag>, pub weight: i32 }
    } "Book.tags: has the pivot entity Tagging, but a link that is added to the collection has no value for Tagging.weight: make \
       that an `Option`, or give it a `default` or `default_raw`"

    /// spec: Y235
    fn a_reference_to_what_a_query_finds [Book] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, pub counted: Option<Ref<Count>> }
        #[derive(Entity)] #[orm(query = "select 1 as books")] pub struct Count { pub books: i64 }
    } "Book.counted: refers to Count, which is what a query finds, and has no key: make that a `view`"

    /// spec: Y235
    fn more_columns_than_the_key_has [Book] {
        #[derive(Entity)] pub struct Author { #[orm(primary)] pub id: i64 }
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(join_columns("a", "b"))] pub author: Ref<Author> }
    } "Book.author: names 2 columns for its foreign key, and the key of Author has one column: name them all, with `#[orm(join_columns(..))]`"
}

mistakes! {
    on_postgres:

    /// spec: Y235, Y238
    fn a_table_s_name_that_is_too_long [Book] {
        #[derive(Entity)] #[orm(table = "the_books_that_nobody_has_read_since_the_library_of_alexandria_burned")]
        pub struct Book { #[orm(primary)] pub id: i64 }
    } "Book: has the table `the_books_that_nobody_has_read_since_the_library_of_alexandria_burned`, which is longer than the 63 bytes \
       that postgres keeps: shorten it"

    /// spec: Y235, Y238
    fn a_column_s_name_that_is_too_long [Book] {
        #[derive(Entity)] pub struct Book {
            #[orm(primary)] pub id: i64,
            #[orm(name = "the_books_that_nobody_has_read_since_the_library_of_alexandria_burned")] pub unread: i64,
        }
    } "Book.unread: has the column \
       `the_books_that_nobody_has_read_since_the_library_of_alexandria_burned`, which is longer than the 63 bytes that postgres \
       keeps: shorten it"

    /// spec: Y235, Y238
    fn an_index_s_name_that_is_too_long [Book] {
        #[derive(Entity)] pub struct Book {
            #[orm(primary)] pub id: i64,
            #[orm(index = "the_books_that_nobody_has_read_since_the_library_of_alexandria_burned")] pub title: String,
        }
    } "Book: has the index `the_books_that_nobody_has_read_since_the_library_of_alexandria_burned`, which is longer than the 63 bytes \
       that postgres keeps: shorten it"

    /// (What is generated is shortened.)
    /// spec: Y235, Y238
    fn a_generated_name_fits [Book] {
        #[derive(Entity)] #[orm(index(the_books_that_nobody_has_read, since_the_library_of_alexandria_burned))]
        pub struct Book {
            #[orm(primary)] pub id: i64,
            pub the_books_that_nobody_has_read: i64,
            pub since_the_library_of_alexandria_burned: i64,
        }
    } "nothing"
}

mistakes! {
    on_mysql:

    /// spec: Y235, Y218
    fn a_unique_column_without_a_limit [Book] {
        #[derive(Entity)] pub struct Book { #[orm(primary)] pub id: i64, #[orm(unique, text)] pub title: String }
    } "Book.title: is unique and without a limit, which mysql can't have: give it a `length`"
}

/// spec: Y185, Y187
#[test]
fn keys_in_embeddables_are_where_a_foreign_key_can_be() {
    #![allow(dead_code)]
    use mikro_orm::prelude::*;
    #[derive(Entity)]
    pub struct Land {
        #[orm(primary)]
        pub code: String,
    }
    #[derive(Entity)]
    pub struct Tract {
        #[orm(primary)]
        pub land: i64,
        #[orm(primary)]
        pub number: i64,
    }
    type TractKey = (i64, i64);
    #[derive(Embeddable, Clone)]
    pub struct Place {
        pub street: String,
        #[orm(map_to_pk = Land)]
        pub land: String,
    }
    #[derive(Embeddable, Clone)]
    pub struct Parcel {
        #[orm(map_to_pk = Tract)]
        pub tract: Option<TractKey>,
    }
    #[derive(Embeddable, Clone)]
    pub struct Route {
        #[orm(embedded)]
        pub stops: Vec<Place>,
        #[orm(embedded)]
        pub branches: Vec<Route>,
    }
    #[derive(Embeddable, Clone)]
    pub enum Kind {
        Farm {
            #[orm(map_to_pk = Land)]
            land: String,
        },
        Mill,
    }
    #[derive(Entity)]
    pub struct InJson {
        #[orm(primary)]
        pub id: i64,
        #[orm(embedded, object)]
        pub place: Option<Place>,
    }
    #[derive(Entity)]
    pub struct InLists {
        #[orm(primary)]
        pub id: i64,
        #[orm(embedded)]
        pub routes: Vec<Route>,
    }
    #[derive(Entity)]
    pub struct InTables {
        #[orm(primary)]
        pub id: i64,
        #[orm(embedded, table_per_type)]
        pub kind: Kind,
    }
    #[derive(Entity)]
    pub struct OfSeveral {
        #[orm(primary)]
        pub id: i64,
        #[orm(embedded)]
        pub parcel: Parcel,
    }
    let remedy = "which has no foreign keys: remove `map_to_pk`, or put the field beside, in the entity";
    let fails = |entities: EntityList| discover(&entities).map(|_| ()).unwrap_err().to_string();
    assert_eq!(fails(entities![InJson]), format!("InJson.place.land: is in JSON, {remedy}"));
    assert_eq!(fails(entities![InLists]), format!("InLists.routes.stops.land: is in JSON, {remedy}"));
    assert_eq!(fails(entities![InTables]), format!("InTables.kind.land: is in a table of its kind's own, {remedy}"));
    assert_eq!(
        fails(entities![OfSeveral]),
        "OfSeveral.parcel.tract: is in an embedded struct, and the key of Tract has 2 columns: put it beside that, in the entity"
    );
}
