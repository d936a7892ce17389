//! The query log, and entities for people to read.

use super::entities::*;

suite! {
    /// spec: S149
    async fn the_log_shows_statements_with_their_values_and_time(t: &Test<Blog>) {
        let em = t.em();
        em.create(Author::builder().name("O'Hara").email("o@north"));
        em.flush().await?;
        let printed: Vec<_> = t.printed().into_iter().map(|line| match line.find(" [took ") {
            Some(took) => {
                assert!(line.ends_with(" ms]"), "{line}");
                line[..took].to_owned()
            }
            None => line,
        }).collect();
        if t.is_sqlite() {
            insta::assert_snapshot!(printed.join("\n"), @r"
            [query] begin
            [query] insert into `author` (`name`, `email`, `age`) values ('O''Hara', 'o@north', null)
            [query] commit
            ");
        } else {
            insta::assert_snapshot!(printed.join("\n"), @r#"
            [query] begin
            [query] insert into "author" ("name", "email", "age") values ('O''Hara', 'o@north', null) returning "id"
            [query] commit
            "#);
        }
    }

    /// spec: S149
    async fn failures_are_logged_as_such(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.create(Author::builder().name("x").email("jon@north"));
        assert!(em.flush().await.is_err());
        let sent = t.sent();
        assert!(sent[1].starts_with("insert") && sent[1].ends_with("[failed]"), "{sent:?}");
        assert_eq!(sent.last().map(String::as_str), Some("rollback"));
    }

    /// spec: S149, S211
    async fn values_of_hidden_properties_never_reach_the_log(t: &Test<Fields>) {
        let em = t.em();
        let jon = account(&em, "Jon");
        account(&em, "Arya");
        em.flush().await?;
        jon.edit().password = "hunter3".into();
        em.flush().await?;
        em.find::<Account>().filter(Account::password.eq("hunter2") | Account::password.in_(["hunter4", "hunter5"])).await?;
        em.find_one::<Account>(raw("{password} = ?").bind("hunter6".to_owned())).await?;
        em.assign(em.reference::<Account>(2), Account::password.set("hunter7"))?;
        em.flush().await?;
        let printed = t.printed().join("\n");
        assert!(printed.contains("***") && !printed.contains("hunter"), "{printed}");
    }

    /// spec: S155, S156, S211, S158
    async fn entities_print_their_fields_references_and_collections(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let book = em.find_one_or_fail::<Book>(3).await?;
        assert_eq!(
            format!("{book:?}"),
            "Book { id: 3, title: \"Faces\", price: 7.5, text: <not loaded>, author: (Author) { id: 2 }, editor: (Author) { id: 1 } }"
        );
        let arya = em.find_one_or_fail::<Author>(2).await?;
        assert_eq!(
            format!("{arya:?}"),
            "Author { id: 2, name: \"Arya\", email: \"arya@north\", age: 11, books: Collection<Book> { initialized: false, dirty: false }, edited: Collection<Book> { initialized: false, dirty: false } }"
        );
        assert_eq!(format!("{:?}", book.author), format!("{arya:?}"));
        assert_eq!(format!("{:?}", book.editor.as_ref().unwrap()), "(Author) { id: 1 }");
    }

    /// spec: S155, S156
    async fn circles_are_cut_when_printing(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let arya = em.find_one_or_fail::<Author>(2).populate((Author::books.with(Book::text), Author::edited)).await?;
        assert_eq!(
            format!("{arya:?}"),
            "Author { id: 2, name: \"Arya\", email: \"arya@north\", age: 11, books: Collection<Book> { 0: Book { id: 3, title: \"Faces\", price: 7.5, text: \"many\", \
             author: (Author) { id: 2 }, editor: (Author) { id: 1 } }, initialized: true, dirty: false }, edited: Collection<Book> { initialized: true, dirty: false } }"
        );
    }

    /// spec: S155, S077, S211
    async fn hidden_values_are_masked_and_unset_keys_are_none(t: &Test<Fields>) {
        let em = t.em();
        let jon = account(&em, "Jon");
        let printed = format!("{jon:?}");
        assert!(printed.starts_with("Account { id: None, name: \"Jon\", password: ***, status: \"active\""), "{printed}");
        assert!(!format!("{jon:#?}").contains("hunter"));
    }

    /// spec: S195, S190
    async fn collections_print_whether_they_are_loaded_and_changed(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let arya = em.find_one_or_fail::<Author>(2).populate(Author::edited).await?;
        arya.edited.add(em.reference::<Book>(1))?;
        assert_eq!(format!("{:?}", arya.edited), "Collection<Book> { 0: (Book) { id: 1 }, initialized: true, dirty: true }");
        assert!(arya.edited.is_dirty());
        em.flush().await?;
        assert_eq!(format!("{:?}", arya[Author::edited]), "Collection<Book> { 0: (Book) { id: 1 }, initialized: true, dirty: false }");
        let oaths = arya.edited.load().await?[0].clone();
        assert!(arya.edited.remove(&oaths)?);
        assert_eq!(format!("{:?}", arya.edited), "Collection<Book> { initialized: true, dirty: true }");
        arya.books.add(Book::builder().title("x").author(&arya))?;
        assert_eq!(format!("{:#?}", arya.books), "Collection<Book> {\n    initialized: false,\n    dirty: true,\n}");
        em.flush().await?;
        assert!(!arya.edited.is_dirty() && !arya.books.is_dirty());
    }

    /// spec: S211, S155
    async fn what_is_hidden_is_masked_whatever_it_is(t: &Test<Press>) {
        essay(t).await?;
        let em = t.em();
        let jon = em.find_one_or_fail::<Writer>(1).populate(Writer::password).await?;
        for printed in [format!("{jon:?}"), format!("{jon:#?}"), format!("{:?}", jon.password), format!("{:?}", jon.to_ref())] {
            assert!(printed.contains("***") && !printed.contains("hunter") && !printed.contains("Snow"), "{printed}");
        }
    }
}
