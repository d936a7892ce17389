//! The other side of a relation.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, User};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("A collection is loaded when somebody says so");
    let user = em.find_one_or_fail::<User>(ids.user).await?;
    if let Err(error) = user.articles.get() {
        println!("get: {error}");
    }
    for article in user.articles.load().await? {
        // their author is the entity at hand, so nothing has to be loaded for it
        println!("{} by {}", article.title, article.author.get()?.name);
    }

    heading("A collection takes new items");
    user.articles.add(Article::builder().title("A late addition").text("Added to a collection.").author(&user))?;
    em.flush().await?;
    println!("{} has {} articles", user.name, user.articles.get()?.len());

    heading("Collections with the query");
    em.clear();
    let users = em.find::<User>().populate(User::articles).order_by(User::name.asc()).await?;
    for user in &users {
        println!("{} has {} articles", user.name, user[User::articles].len());
    }
    Ok(())
}
