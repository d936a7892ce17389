//! One row, one entity.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, User};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("One row is one entity");
    let by_key = em.find_one_or_fail::<Article>(ids.article).await?;
    let by_slug = em.find_one_or_fail(Article::slug.eq(&by_key.slug)).await?;
    println!("found by key and by slug: the same entity? {}", by_key == by_slug);
    let again = em.find_one_or_fail::<Article>(ids.article).await?;
    println!("by key again, without a query: the same entity? {}", by_key == again);

    heading("References find their entities");
    println!("the article's author: {:?}", by_key.author);
    let user = em.find_one_or_fail::<User>(ids.user).await?;
    // nothing was done to the article: its reference is to the entity that was loaded just now
    println!("once {} is loaded, article.author.get() works: {}", user.name, by_key.author.get()?.email);
    Ok(())
}
