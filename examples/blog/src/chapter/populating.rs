//! Relations and lazy columns: three ways in.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, User, article};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("An article with its author");
    let article = em.find_one_or_fail::<Article>(ids.article).populate(Article::author).await?;
    println!("{}", byline(&article));
    println!("{article:#?}");

    heading("The text is lazy");
    // `article[Article::text]` would not compile: this query did not ask for it
    if let Err(error) = article.text.get() {
        println!("get: {error}");
    }
    println!("load: {} characters", article.text.load().await?.chars().count());
    println!("load again, without a query: {} characters", article.text.load().await?.chars().count());

    heading("The text with the query");
    em.clear();
    let article = em.find_one_or_fail::<Article>(ids.article).populate((Article::author, Article::text)).await?;
    println!("{}: {} characters", byline(&article), article[Article::text].chars().count());

    heading("More for entities that are loaded");
    em.clear();
    let articles = em.find::<Article>().order_by(Article::id.asc()).limit(3).await?;
    let articles = em.populate(&articles, (Article::text, Article::author.with(User::articles))).await?;
    for article in &articles {
        let others = article[Article::author][User::articles].len() - 1;
        println!("{}: {} characters, {others} more of the author", byline(article), article[Article::text].chars().count());
    }
    Ok(())
}

/// What must be loaded stands in the signature.
fn byline(article: &Loaded<Article, impl Has<article::author>>) -> String {
    format!("{} by {}", article.title, article[Article::author].name)
}
