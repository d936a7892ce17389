//! How many queries a plan takes, and of what: what is loaded is left alone, and long lists of keys are split.

use super::entities::*;

suite! {
    /// spec: U75
    async fn what_is_loaded_already_is_not_asked_for(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        em.find_one_or_fail::<Author>(1).populate(Author::books).await?;
        t.forget();
        let authors = em.find::<Author>().populate(Author::books.with(Book::editor)).order_by(Author::id.asc()).await?;
        assert_eq!(authors[1][Author::books][0][Book::editor].as_ref().unwrap().name, "Jon");
        let sent = t.sent();
        assert_eq!(sent.len(), 2);
        assert!(sent[1].contains("in (2, 3)") || sent[1].contains("any('{2,3}')"), "{}", sent[1]);
    }

    /// spec: U80, U73, U74
    async fn the_balanced_strategy_joins_to_one_chains_into_each_query(t: &Test<Stories>) {
        let em = t.em();
        let old = em.create(Label::builder().name("old"));
        let ann = em.create(Teller::builder().name("Ann"));
        em.create(Story::builder().title("Oaths").teller(&ann).labels([&old]));
        em.create(Story::builder().title("Walls").teller(Teller::builder().name("Bob")).labels([&old]));
        em.flush().await?;
        em.clear();
        t.forget();
        let tellers = em
            .find::<Teller>()
            .populate(Teller::stories.with((Story::teller, Story::labels.with(Label::stories.with(Story::teller)))))
            .order_by(Teller::id.asc())
            .await?;
        // tellers, their stories with whom they are from, labels by the pivot, their stories with whom these are from
        t.expect(4);
        let label = &tellers[0][Teller::stories][0][Story::labels][0];
        let mut names: Vec<_> = label[Label::stories].iter().map(|story| &*story[Story::teller].as_ref().unwrap().name).collect();
        names.sort_unstable();
        assert_eq!(names, ["Ann", "Bob"]);
        assert!(tellers[0][Teller::stories][0][Story::teller].as_ref().unwrap().is_same(&tellers[0]));
        em.clear();
        em.find::<Teller>().populate(Teller::stories.with((Story::teller, Story::labels))).strategy(Strategy::Joined).await?;
        t.expect(1);
    }

    /// spec: Y167, U72
    async fn hints_that_overlap_are_merged(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let authors = em
            .find::<Author>()
            .populate((
                Author::books.filter(Book::price.gt(1.0)).with(Book::text),
                Author::books.order_by(Book::title.desc()).with(Book::editor),
                Author::books.filter(Book::price.lt(100.0)),
            ))
            .populate_paths(["books.author", "books"])
            .order_by(Author::id.asc())
            .await?;
        // the editor and the author are joined
        t.expect(2);
        let books = &authors[0][Author::books];
        assert_eq!(books.iter().map(|book| &*book.title).collect::<Vec<_>>(), ["Snow", "Oaths"]);
        assert!(books[0].text.is_loaded() && books[0].editor.is_none());
        assert_eq!(authors[1].books.get()?[0].editor.as_ref().unwrap().get()?.name, "Jon");
    }

    /// spec: Y168, U74
    async fn lists_of_keys_that_are_too_long_for_a_statement_are_split(t: &Test<Blog>) {
        let count = if t.is_sqlite() { 4097 } else { 50_001 };
        let numbers = if t.is_sqlite() {
            format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {count}) ")
        } else {
            format!("with n(i) as (select generate_series(1, {count})) ")
        };
        t.run(&format!("{numbers} insert into author (id, name, email) select i, 'n', cast(i as text) from n")).await;
        t.run(&format!("{numbers} insert into book (id, title, author_id, price, text) select i, 't', i, 1, '' from n")).await;
        let em = t.em();
        t.forget();
        let authors = em.find::<Author>().populate(Author::books.order_by(Book::id.asc()).limit(1)).await?;
        t.expect(3);
        assert!(authors.len() == count && authors.iter().all(|author| author[Author::books].len() == 1));
        em.clear();
        let books = em.find::<Book>().populate(Book::author).strategy(Strategy::SelectIn).await?;
        t.expect(3);
        assert!(books.iter().all(|book| book[Book::author].id() == book.id()));
    }
}
