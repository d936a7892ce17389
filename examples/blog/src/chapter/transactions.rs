//! A transaction that is rolled back takes what it did back, in memory too.

use super::heading;
use crate::Result;
use crate::entities::{Article, User};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager) -> Result<()> {
    heading("A transaction that is rolled back");
    let before = em.count::<Article>(Condition::all()).await?;
    let mut created = None;
    let outcome: Result<()> = em
        .transactional(async |em| {
            let user = User::builder().name("Nobody").email("nobody@blog.example").password("none");
            let article = em.create(Article::builder().title("Never stored").text("..").author(user));
            em.flush().await?;
            println!("within, it has a key: {}", article.id().is_some());
            created = Some(article);
            Err("the editor said no".into())
        })
        .await;
    println!("the outcome: {outcome:?}");
    if let Some(article) = created {
        println!("afterwards its key is {:?}", article.id());
    }
    let after = em.count::<Article>(Condition::all()).await?;
    println!("{before} articles before, {after} after");

    heading("A transaction that is committed");
    let author = em
        .transactional::<_, mikro_orm::Error>(async |em| {
            let article = em.find_one_or_fail(Article::slug.eq("signed-with-a-number")).populate(Article::author).await?;
            em.remove(&article)?;
            Ok(article[Article::author].name.clone())
        })
        .await?;
    println!("one article of {author} is gone: {}", em.count::<Article>(Condition::all()).await?);
    Ok(())
}
