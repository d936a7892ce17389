//! An article with an author and tags, and ten of them: how many statements it takes, where other ORMs take more.

use super::entities::showcase::{Article, Showcase, Tag, User};
use mikro_orm::prelude::*;

/// So many articles, each with an author and two tags of its own.
fn create(em: &EntityManager, articles: usize) {
    for n in 0..articles {
        let tags = ["rust", "orm"].map(|name| Tag::builder().name(format!("{name} {n}")));
        em.create(Article::builder().title(format!("Hello {n}")).author(User::builder().name("Jon")).tags(tags));
    }
}

suite! {
    /// spec: S110, S120, S198, S210, U48, U64, U69
    async fn one_article(t: &Test<Showcase>) {
        let em = t.em();
        create(&em, 1);
        em.flush().await?;
        // begin, user, tags, article, pivot, commit
        t.expect(6);

        let em = t.em();
        let articles = em.find::<Article>().populate((Article::author, Article::tags)).await?;
        t.expect(2);
        let article = &articles[0];
        assert_eq!((&*article[Article::author].name, article[Article::tags].len()), ("Jon", 2));

        article.edit().title = "Hello, world".into();
        article.tags.remove_where(|tag| tag.name.starts_with("orm"))?;
        em.flush().await?;
        // begin, update, pivot delete, commit
        t.expect(4);
        // what is in memory is what is stored
        assert_eq!(article[Article::tags].iter().map(|tag| &*tag.name).collect::<Vec<_>>(), ["rust 0"]);
        assert_eq!(t.number("select count(*) from article_tags").await, 1);
        assert_eq!(t.number("select count(*) from tag").await, 2);
        em.flush().await?;
        t.expect(0);
    }

    /// spec: U49, U58, U65, U69
    async fn ten_articles_take_no_more_statements_than_one(t: &Test<Showcase>) {
        let em = t.em();
        create(&em, 10);
        em.flush().await?;
        t.expect(6);

        let em = t.em();
        let articles = em.find::<Article>().populate((Article::author, Article::tags)).await?;
        t.expect(2);
        for (n, article) in articles.iter().enumerate() {
            article.edit().title = format!("Hello again {n}");
            article.tags.remove_where(|tag| tag.name.starts_with("orm"))?;
        }
        em.flush().await?;
        t.expect(4);
        assert!(articles.iter().all(|article| article[Article::tags].len() == 1));
        assert_eq!(t.number("select count(*) from article_tags").await, 10);
        assert_eq!(t.number("select count(*) from article where title like 'Hello again%'").await, 10);
    }
}
