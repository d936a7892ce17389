//! Many-to-many relations, from both sides.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, Tag};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("New tags for an article");
    let article = em.find_one_or_fail::<Article>(ids.article).await?;
    let [new, old] = ["new", "old"].map(|name| em.create(Tag::builder().name(name)));
    // the article's tags are not loaded, and need not be
    article.tags.extend([&new, &old])?;
    em.flush().await?;

    heading("The other side knows, too");
    em.clear();
    let tags = em.find::<Tag>().populate(Tag::articles).order_by(Tag::name.asc()).await?;
    for tag in &tags {
        println!("{}: {}", tag.name, titles(&tag[Tag::articles]));
    }

    heading("Either side takes and gives");
    let article = em.find_one_or_fail::<Article>(ids.article).populate(Article::tags).await?;
    article.tags.remove_where(|tag| tag.name == "old")?;
    article.tags.add(Tag::builder().name("newer"))?;
    println!("{} has {} article(s) before the flush", tags[1].name, tags[1].articles.get()?.len());
    em.flush().await?;

    heading("Articles by their tags");
    let found = em.find::<Article>().filter(Article::tags.some(Tag::name.eq("newer"))).populate(Article::tags).await?;
    for article in &found {
        let names: Vec<_> = article[Article::tags].iter().map(|tag| tag.name.as_str()).collect();
        println!("{}: {}", article.title, names.join(", "));
    }
    Ok(())
}

fn titles(articles: &[Loaded<Article>]) -> String {
    articles.iter().map(|article| article.title.as_str()).collect::<Vec<_>>().join(", ")
}
