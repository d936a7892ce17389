//! Names of tables, columns, indexes and constraints, by each strategy.

use super::entities::*;
use super::harness::World;

/// What is named so is stored, linked, found by joins and conditions, and told of in errors.
async fn lives<W: World>(t: &Test<W>) -> Result<()> {
    let em = t.em();
    let jon = em.create(BookAuthor::builder().first("Jon").last("Snow"));
    let oaths = em.create(ShelfBook::builder().isbn("1").firstPage(5).binding(Binding::Hard).rating(3));
    oaths.edit().author = Some(jon.to_ref());
    oaths.subjects.add(em.create(BookTag::builder().name("walls")))?;
    let vows = em.create(ShelfBook::builder().isbn("2").firstPage(7).binding(Binding::Soft));
    oaths.alike.add(&vows)?;
    em.flush().await?;
    let em = t.em();
    let found = em
        .find::<ShelfBook>()
        .filter(ShelfBook::subjects.some(BookTag::name.eq("walls")) & ShelfBook::author.is(BookAuthor::last.eq("Snow")))
        .populate((ShelfBook::author, ShelfBook::subjects, ShelfBook::alike))
        .strategy(Strategy::Joined)
        .await?;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0][ShelfBook::alike][0].isbn, "2");
    found[0].edit().firstPage = 9;
    found[0].alike.remove_all()?;
    em.flush().await?;
    let em = t.em();
    em.create(ShelfBook::builder().isbn("2").firstPage(7).binding(Binding::Soft));
    let error = em.flush().await.unwrap_err();
    assert_eq!(error.constraint().unwrap().properties, ["isbn"], "{error}");
    Ok(())
}

suite! {
    /// spec: Y238, S129, S130
    async fn names_are_in_snake_case_when_nothing_is_said(t: &Test<Underscored>) {
        lives(t).await?;
        let sql = t.orm.schema().create_sql().to_string();
        if t.is_sqlite() {
            insta::assert_snapshot!(sql, @r#"
            create table `people` (`first` text not null, `last` text not null, primary key (`first`, `last`));
            create table `book_tag` (`name` text not null primary key);
            create table `shelf_book` (`id` integer not null primary key autoincrement, `isbn` text not null, `first_page` integer not null, `binding` text not null, `author_first` text null, `author_last` text null, `R` integer null, constraint `shelf_book_first_page_check` check (`first_page` > 0), constraint `shelf_book_binding_check` check (`binding` in ('hard', 'soft')), constraint `shelf_book_check` check (`first_page` < 10000), constraint `shelf_book_author_first_author_last_foreign` foreign key (`author_first`, `author_last`) references `people` (`first`, `last`) on update cascade on delete set null);
            create unique index `shelf_book_isbn_unique` on `shelf_book` (`isbn`);
            create index `shelf_book_author_first_author_last_index` on `shelf_book` (`author_first`, `author_last`);
            create index `by R` on `shelf_book` (`R`);
            create index `shelf_book_binding_first_page_index` on `shelf_book` (`binding`, `first_page`);
            create table `shelf_book_subjects` (`shelf_book_id` integer not null, `book_tag_name` text not null, primary key (`shelf_book_id`, `book_tag_name`), constraint `shelf_book_subjects_shelf_book_id_foreign` foreign key (`shelf_book_id`) references `shelf_book` (`id`) on update cascade on delete cascade, constraint `shelf_book_subjects_book_tag_name_foreign` foreign key (`book_tag_name`) references `book_tag` (`name`) on update cascade on delete cascade);
            create index `shelf_book_subjects_book_tag_name_index` on `shelf_book_subjects` (`book_tag_name`);
            create table `shelf_book_alike` (`shelf_book_1_id` integer not null, `shelf_book_2_id` integer not null, primary key (`shelf_book_1_id`, `shelf_book_2_id`), constraint `shelf_book_alike_shelf_book_1_id_foreign` foreign key (`shelf_book_1_id`) references `shelf_book` (`id`) on update cascade on delete cascade, constraint `shelf_book_alike_shelf_book_2_id_foreign` foreign key (`shelf_book_2_id`) references `shelf_book` (`id`) on update cascade on delete cascade);
            create index `shelf_book_alike_shelf_book_2_id_index` on `shelf_book_alike` (`shelf_book_2_id`);
            "#);
        } else {
            insta::assert_snapshot!(sql, @r#"
            create table "people" ("first" varchar(255) not null, "last" varchar(255) not null, primary key ("first", "last"));
            create table "book_tag" ("name" varchar(255) not null primary key);
            create table "shelf_book" ("id" bigserial primary key, "isbn" varchar(255) not null, "first_page" int not null, "binding" text not null, "author_first" varchar(255) null, "author_last" varchar(255) null, "R" int null, constraint "shelf_book_first_page_check" check ("first_page" > 0), constraint "shelf_book_binding_check" check ("binding" in ('hard', 'soft')), constraint "shelf_book_check" check ("first_page" < 10000));
            create unique index "shelf_book_isbn_unique" on "shelf_book" ("isbn");
            create index "shelf_book_author_first_author_last_index" on "shelf_book" ("author_first", "author_last");
            create index "by R" on "shelf_book" ("R");
            create index "shelf_book_binding_first_page_index" on "shelf_book" ("binding", "first_page");
            create table "shelf_book_subjects" ("shelf_book_id" bigint not null, "book_tag_name" varchar(255) not null, primary key ("shelf_book_id", "book_tag_name"));
            create index "shelf_book_subjects_book_tag_name_index" on "shelf_book_subjects" ("book_tag_name");
            create table "shelf_book_alike" ("shelf_book_1_id" bigint not null, "shelf_book_2_id" bigint not null, primary key ("shelf_book_1_id", "shelf_book_2_id"));
            create index "shelf_book_alike_shelf_book_2_id_index" on "shelf_book_alike" ("shelf_book_2_id");
            alter table "shelf_book" add constraint "shelf_book_author_first_author_last_foreign" foreign key ("author_first", "author_last") references "people" ("first", "last") on update cascade on delete set null;
            alter table "shelf_book_subjects" add constraint "shelf_book_subjects_shelf_book_id_foreign" foreign key ("shelf_book_id") references "shelf_book" ("id") on update cascade on delete cascade;
            alter table "shelf_book_subjects" add constraint "shelf_book_subjects_book_tag_name_foreign" foreign key ("book_tag_name") references "book_tag" ("name") on update cascade on delete cascade;
            alter table "shelf_book_alike" add constraint "shelf_book_alike_shelf_book_1_id_foreign" foreign key ("shelf_book_1_id") references "shelf_book" ("id") on update cascade on delete cascade;
            alter table "shelf_book_alike" add constraint "shelf_book_alike_shelf_book_2_id_foreign" foreign key ("shelf_book_2_id") references "shelf_book" ("id") on update cascade on delete cascade;
            "#);
        }
    }

    /// spec: Y239
    async fn names_are_as_in_the_entity(t: &Test<EntityCased>) {
        lives(t).await?;
        let sql = t.orm.schema().create_sql().to_string();
        if t.is_sqlite() {
            insta::assert_snapshot!(sql, @r#"
            create table `people` (`first` text not null, `last` text not null, primary key (`first`, `last`));
            create table `BookTag` (`name` text not null primary key);
            create table `ShelfBook` (`id` integer not null primary key autoincrement, `isbn` text not null, `firstPage` integer not null, `binding` text not null, `author_first` text null, `author_last` text null, `R` integer null, constraint `ShelfBook_firstPage_check` check (`firstPage` > 0), constraint `ShelfBook_binding_check` check (`binding` in ('hard', 'soft')), constraint `ShelfBook_check` check (`firstPage` < 10000), constraint `ShelfBook_author_first_author_last_foreign` foreign key (`author_first`, `author_last`) references `people` (`first`, `last`) on update cascade on delete set null);
            create unique index `ShelfBook_isbn_unique` on `ShelfBook` (`isbn`);
            create index `ShelfBook_author_first_author_last_index` on `ShelfBook` (`author_first`, `author_last`);
            create index `by R` on `ShelfBook` (`R`);
            create index `ShelfBook_binding_firstPage_index` on `ShelfBook` (`binding`, `firstPage`);
            create table `ShelfBook_subjects` (`shelfBook` integer not null, `bookTag` text not null, primary key (`shelfBook`, `bookTag`), constraint `ShelfBook_subjects_shelfBook_foreign` foreign key (`shelfBook`) references `ShelfBook` (`id`) on update cascade on delete cascade, constraint `ShelfBook_subjects_bookTag_foreign` foreign key (`bookTag`) references `BookTag` (`name`) on update cascade on delete cascade);
            create index `ShelfBook_subjects_bookTag_index` on `ShelfBook_subjects` (`bookTag`);
            create table `ShelfBook_alike` (`shelfBook_1` integer not null, `shelfBook_2` integer not null, primary key (`shelfBook_1`, `shelfBook_2`), constraint `ShelfBook_alike_shelfBook_1_foreign` foreign key (`shelfBook_1`) references `ShelfBook` (`id`) on update cascade on delete cascade, constraint `ShelfBook_alike_shelfBook_2_foreign` foreign key (`shelfBook_2`) references `ShelfBook` (`id`) on update cascade on delete cascade);
            create index `ShelfBook_alike_shelfBook_2_index` on `ShelfBook_alike` (`shelfBook_2`);
            "#);
        } else {
            insta::assert_snapshot!(sql, @r#"
            create table "people" ("first" varchar(255) not null, "last" varchar(255) not null, primary key ("first", "last"));
            create table "BookTag" ("name" varchar(255) not null primary key);
            create table "ShelfBook" ("id" bigserial primary key, "isbn" varchar(255) not null, "firstPage" int not null, "binding" text not null, "author_first" varchar(255) null, "author_last" varchar(255) null, "R" int null, constraint "ShelfBook_firstPage_check" check ("firstPage" > 0), constraint "ShelfBook_binding_check" check ("binding" in ('hard', 'soft')), constraint "ShelfBook_check" check ("firstPage" < 10000));
            create unique index "ShelfBook_isbn_unique" on "ShelfBook" ("isbn");
            create index "ShelfBook_author_first_author_last_index" on "ShelfBook" ("author_first", "author_last");
            create index "by R" on "ShelfBook" ("R");
            create index "ShelfBook_binding_firstPage_index" on "ShelfBook" ("binding", "firstPage");
            create table "ShelfBook_subjects" ("shelfBook" bigint not null, "bookTag" varchar(255) not null, primary key ("shelfBook", "bookTag"));
            create index "ShelfBook_subjects_bookTag_index" on "ShelfBook_subjects" ("bookTag");
            create table "ShelfBook_alike" ("shelfBook_1" bigint not null, "shelfBook_2" bigint not null, primary key ("shelfBook_1", "shelfBook_2"));
            create index "ShelfBook_alike_shelfBook_2_index" on "ShelfBook_alike" ("shelfBook_2");
            alter table "ShelfBook" add constraint "ShelfBook_author_first_author_last_foreign" foreign key ("author_first", "author_last") references "people" ("first", "last") on update cascade on delete set null;
            alter table "ShelfBook_subjects" add constraint "ShelfBook_subjects_shelfBook_foreign" foreign key ("shelfBook") references "ShelfBook" ("id") on update cascade on delete cascade;
            alter table "ShelfBook_subjects" add constraint "ShelfBook_subjects_bookTag_foreign" foreign key ("bookTag") references "BookTag" ("name") on update cascade on delete cascade;
            alter table "ShelfBook_alike" add constraint "ShelfBook_alike_shelfBook_1_foreign" foreign key ("shelfBook_1") references "ShelfBook" ("id") on update cascade on delete cascade;
            alter table "ShelfBook_alike" add constraint "ShelfBook_alike_shelfBook_2_foreign" foreign key ("shelfBook_2") references "ShelfBook" ("id") on update cascade on delete cascade;
            "#);
        }
    }

    /// spec: Y239
    async fn names_are_those_of_mongodb_s_collections(t: &Test<Dashed>) {
        lives(t).await?;
        let sql = t.orm.schema().create_sql().to_string();
        if t.is_sqlite() {
            insta::assert_snapshot!(sql, @r#"
            create table `people` (`first` text not null, `last` text not null, primary key (`first`, `last`));
            create table `book-tag` (`name` text not null primary key);
            create table `shelf-book` (`id` integer not null primary key autoincrement, `isbn` text not null, `firstPage` integer not null, `binding` text not null, `author_first` text null, `author_last` text null, `R` integer null, constraint `shelf-book_firstPage_check` check (`firstPage` > 0), constraint `shelf-book_binding_check` check (`binding` in ('hard', 'soft')), constraint `shelf-book_check` check (`firstPage` < 10000), constraint `shelf-book_author_first_author_last_foreign` foreign key (`author_first`, `author_last`) references `people` (`first`, `last`) on update cascade on delete set null);
            create unique index `shelf-book_isbn_unique` on `shelf-book` (`isbn`);
            create index `shelf-book_author_first_author_last_index` on `shelf-book` (`author_first`, `author_last`);
            create index `by R` on `shelf-book` (`R`);
            create index `shelf-book_binding_firstPage_index` on `shelf-book` (`binding`, `firstPage`);
            create table `shelf-book-subjects` (`shelf-book` integer not null, `book-tag` text not null, primary key (`shelf-book`, `book-tag`), constraint `shelf-book-subjects_shelf-book_foreign` foreign key (`shelf-book`) references `shelf-book` (`id`) on update cascade on delete cascade, constraint `shelf-book-subjects_book-tag_foreign` foreign key (`book-tag`) references `book-tag` (`name`) on update cascade on delete cascade);
            create index `shelf-book-subjects_book-tag_index` on `shelf-book-subjects` (`book-tag`);
            create table `shelf-book-alike` (`shelf-book_1` integer not null, `shelf-book_2` integer not null, primary key (`shelf-book_1`, `shelf-book_2`), constraint `shelf-book-alike_shelf-book_1_foreign` foreign key (`shelf-book_1`) references `shelf-book` (`id`) on update cascade on delete cascade, constraint `shelf-book-alike_shelf-book_2_foreign` foreign key (`shelf-book_2`) references `shelf-book` (`id`) on update cascade on delete cascade);
            create index `shelf-book-alike_shelf-book_2_index` on `shelf-book-alike` (`shelf-book_2`);
            "#);
        } else {
            insta::assert_snapshot!(sql, @r#"
            create table "people" ("first" varchar(255) not null, "last" varchar(255) not null, primary key ("first", "last"));
            create table "book-tag" ("name" varchar(255) not null primary key);
            create table "shelf-book" ("id" bigserial primary key, "isbn" varchar(255) not null, "firstPage" int not null, "binding" text not null, "author_first" varchar(255) null, "author_last" varchar(255) null, "R" int null, constraint "shelf-book_firstPage_check" check ("firstPage" > 0), constraint "shelf-book_binding_check" check ("binding" in ('hard', 'soft')), constraint "shelf-book_check" check ("firstPage" < 10000));
            create unique index "shelf-book_isbn_unique" on "shelf-book" ("isbn");
            create index "shelf-book_author_first_author_last_index" on "shelf-book" ("author_first", "author_last");
            create index "by R" on "shelf-book" ("R");
            create index "shelf-book_binding_firstPage_index" on "shelf-book" ("binding", "firstPage");
            create table "shelf-book-subjects" ("shelf-book" bigint not null, "book-tag" varchar(255) not null, primary key ("shelf-book", "book-tag"));
            create index "shelf-book-subjects_book-tag_index" on "shelf-book-subjects" ("book-tag");
            create table "shelf-book-alike" ("shelf-book_1" bigint not null, "shelf-book_2" bigint not null, primary key ("shelf-book_1", "shelf-book_2"));
            create index "shelf-book-alike_shelf-book_2_index" on "shelf-book-alike" ("shelf-book_2");
            alter table "shelf-book" add constraint "shelf-book_author_first_author_last_foreign" foreign key ("author_first", "author_last") references "people" ("first", "last") on update cascade on delete set null;
            alter table "shelf-book-subjects" add constraint "shelf-book-subjects_shelf-book_foreign" foreign key ("shelf-book") references "shelf-book" ("id") on update cascade on delete cascade;
            alter table "shelf-book-subjects" add constraint "shelf-book-subjects_book-tag_foreign" foreign key ("book-tag") references "book-tag" ("name") on update cascade on delete cascade;
            alter table "shelf-book-alike" add constraint "shelf-book-alike_shelf-book_1_foreign" foreign key ("shelf-book_1") references "shelf-book" ("id") on update cascade on delete cascade;
            alter table "shelf-book-alike" add constraint "shelf-book-alike_shelf-book_2_foreign" foreign key ("shelf-book_2") references "shelf-book" ("id") on update cascade on delete cascade;
            "#);
        }
    }

    /// spec: Y240
    async fn an_application_names_everything(t: &Test<InCapitals>) {
        lives(t).await?;
        let sql = t.orm.schema().create_sql().to_string();
        if t.is_sqlite() {
            insta::assert_snapshot!(sql, @r#"
            create table `people` (`first` text not null, `last` text not null, primary key (`first`, `last`));
            create table `BOOK_TAG` (`NAME` text not null primary key);
            create table `SHELF_BOOK` (`ID` integer not null primary key autoincrement, `ISBN` text not null, `FIRSTPAGE` integer not null, `BINDING` text not null, `FK_author_first` text null, `FK_author_last` text null, `R` integer null, constraint `Check of SHELF_BOOK: FIRSTPAGE, which is the name that_1febf9c5` check (`FIRSTPAGE` > 0), constraint `Check of SHELF_BOOK: BINDING, which is the name that w_a6552901` check (`BINDING` in ('hard', 'soft')), constraint `Check of SHELF_BOOK: , which is the name that we give _3e4fff2e` check (`FIRSTPAGE` < 10000), constraint `ForeignKey of SHELF_BOOK: FK_author_first and FK_autho_0fb463b2` foreign key (`FK_author_first`, `FK_author_last`) references `people` (`first`, `last`) on update cascade on delete set null);
            create unique index `Unique of SHELF_BOOK: ISBN, which is the name that we _7f5b577d` on `SHELF_BOOK` (`ISBN`);
            create index `Index of SHELF_BOOK: FK_author_first and FK_author_las_91deda95` on `SHELF_BOOK` (`FK_author_first`, `FK_author_last`);
            create index `by R` on `SHELF_BOOK` (`R`);
            create index `Index of SHELF_BOOK: BINDING and FIRSTPAGE, which is t_5e66ffa9` on `SHELF_BOOK` (`BINDING`, `FIRSTPAGE`);
            create table `SHELF_BOOK TO subjects` (`SHELF_BOOK.ID` integer not null, `BOOK_TAG.NAME` text not null, primary key (`SHELF_BOOK.ID`, `BOOK_TAG.NAME`), constraint `ForeignKey of SHELF_BOOK TO subjects: SHELF_BOOK.ID, w_00a37aa4` foreign key (`SHELF_BOOK.ID`) references `SHELF_BOOK` (`ID`) on update cascade on delete cascade, constraint `ForeignKey of SHELF_BOOK TO subjects: BOOK_TAG.NAME, w_fa552048` foreign key (`BOOK_TAG.NAME`) references `BOOK_TAG` (`NAME`) on update cascade on delete cascade);
            create index `Index of SHELF_BOOK TO subjects: BOOK_TAG.NAME, which _f9d127dd` on `SHELF_BOOK TO subjects` (`BOOK_TAG.NAME`);
            create table `SHELF_BOOK TO alike` (`SHELF_BOOK_1.ID` integer not null, `SHELF_BOOK_2.ID` integer not null, primary key (`SHELF_BOOK_1.ID`, `SHELF_BOOK_2.ID`), constraint `ForeignKey of SHELF_BOOK TO alike: SHELF_BOOK_1.ID, wh_c4078075` foreign key (`SHELF_BOOK_1.ID`) references `SHELF_BOOK` (`ID`) on update cascade on delete cascade, constraint `ForeignKey of SHELF_BOOK TO alike: SHELF_BOOK_2.ID, wh_78b4a17c` foreign key (`SHELF_BOOK_2.ID`) references `SHELF_BOOK` (`ID`) on update cascade on delete cascade);
            create index `Index of SHELF_BOOK TO alike: SHELF_BOOK_2.ID, which i_b296a327` on `SHELF_BOOK TO alike` (`SHELF_BOOK_2.ID`);
            "#);
        } else {
            insta::assert_snapshot!(sql, @r#"
            create table "people" ("first" varchar(255) not null, "last" varchar(255) not null, constraint "PrimaryKey of people: first and last, which is the nam_2e7afd49" primary key ("first", "last"));
            create table "BOOK_TAG" ("NAME" varchar(255) not null, constraint "PrimaryKey of BOOK_TAG: NAME, which is the name that w_5f7f6a2c" primary key ("NAME"));
            create table "SHELF_BOOK" ("ID" bigserial not null, "ISBN" varchar(255) not null, "FIRSTPAGE" int not null, "BINDING" text not null, "FK_author_first" varchar(255) null, "FK_author_last" varchar(255) null, "R" int null, constraint "PrimaryKey of SHELF_BOOK: ID, which is the name that w_e0b0d398" primary key ("ID"), constraint "Check of SHELF_BOOK: FIRSTPAGE, which is the name that_1febf9c5" check ("FIRSTPAGE" > 0), constraint "Check of SHELF_BOOK: BINDING, which is the name that w_a6552901" check ("BINDING" in ('hard', 'soft')), constraint "Check of SHELF_BOOK: , which is the name that we give _3e4fff2e" check ("FIRSTPAGE" < 10000));
            create unique index "Unique of SHELF_BOOK: ISBN, which is the name that we _7f5b577d" on "SHELF_BOOK" ("ISBN");
            create index "Index of SHELF_BOOK: FK_author_first and FK_author_las_91deda95" on "SHELF_BOOK" ("FK_author_first", "FK_author_last");
            create index "by R" on "SHELF_BOOK" ("R");
            create index "Index of SHELF_BOOK: BINDING and FIRSTPAGE, which is t_5e66ffa9" on "SHELF_BOOK" ("BINDING", "FIRSTPAGE");
            create table "SHELF_BOOK TO subjects" ("SHELF_BOOK.ID" bigint not null, "BOOK_TAG.NAME" varchar(255) not null, constraint "PrimaryKey of SHELF_BOOK TO subjects: SHELF_BOOK.ID an_800119a0" primary key ("SHELF_BOOK.ID", "BOOK_TAG.NAME"));
            create index "Index of SHELF_BOOK TO subjects: BOOK_TAG.NAME, which _f9d127dd" on "SHELF_BOOK TO subjects" ("BOOK_TAG.NAME");
            create table "SHELF_BOOK TO alike" ("SHELF_BOOK_1.ID" bigint not null, "SHELF_BOOK_2.ID" bigint not null, constraint "PrimaryKey of SHELF_BOOK TO alike: SHELF_BOOK_1.ID and_27c5a278" primary key ("SHELF_BOOK_1.ID", "SHELF_BOOK_2.ID"));
            create index "Index of SHELF_BOOK TO alike: SHELF_BOOK_2.ID, which i_b296a327" on "SHELF_BOOK TO alike" ("SHELF_BOOK_2.ID");
            alter table "SHELF_BOOK" add constraint "ForeignKey of SHELF_BOOK: FK_author_first and FK_autho_0fb463b2" foreign key ("FK_author_first", "FK_author_last") references "people" ("first", "last") on update cascade on delete set null;
            alter table "SHELF_BOOK TO subjects" add constraint "ForeignKey of SHELF_BOOK TO subjects: SHELF_BOOK.ID, w_00a37aa4" foreign key ("SHELF_BOOK.ID") references "SHELF_BOOK" ("ID") on update cascade on delete cascade;
            alter table "SHELF_BOOK TO subjects" add constraint "ForeignKey of SHELF_BOOK TO subjects: BOOK_TAG.NAME, w_fa552048" foreign key ("BOOK_TAG.NAME") references "BOOK_TAG" ("NAME") on update cascade on delete cascade;
            alter table "SHELF_BOOK TO alike" add constraint "ForeignKey of SHELF_BOOK TO alike: SHELF_BOOK_1.ID, wh_c4078075" foreign key ("SHELF_BOOK_1.ID") references "SHELF_BOOK" ("ID") on update cascade on delete cascade;
            alter table "SHELF_BOOK TO alike" add constraint "ForeignKey of SHELF_BOOK TO alike: SHELF_BOOK_2.ID, wh_78b4a17c" foreign key ("SHELF_BOOK_2.ID") references "SHELF_BOOK" ("ID") on update cascade on delete cascade;
            "#);
        }
        t.forget();
        t.em().find::<ShelfBook>().filter(ShelfBook::author.is(BookAuthor::last.eq("Snow"))).await?;
        let sql = t.sql().replace('`', "\"");
        assert!(sql.contains("\"SHE0\"") && sql.contains("\"peo1\""), "{sql}");
    }

    /// spec: Y240
    async fn primary_keys_get_another_name(t: &Test<Shared<Underscored>>) {
        let shouting = Shared::<InCapitals>::configure(t.builder()).entities(Shared::<InCapitals>::entities()).build().await?;
        shouting.schema().update().await?;
        let left = shouting.schema().update_sql().await?;
        assert!(left.is_empty(), "{left}");
        let back = t.orm.schema().update_sql().await?;
        // (tables have other names, but for the one that says its own)
        let renamed = back.iter().filter(|statement| statement.contains("rename constraint")).count();
        assert_eq!(renamed, if t.is_sqlite() { 0 } else { 1 }, "{back}");
        t.orm.schema().run(&back).await?;
        assert!(t.orm.schema().update_sql().await?.is_empty());
        shouting.close().await;
    }
}
