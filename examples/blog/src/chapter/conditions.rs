//! Conditions and orders that follow relations.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, User};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("Articles by what their author is");
    let user = em.find_one_or_fail::<User>(ids.user).await?;
    let email = user.email.as_str();
    let found = em.find::<Article>().filter(Article::author.is(User::email.eq(email))).order_by(Article::title.asc()).await?;
    found.iter().for_each(|article| println!("{}", article.title));

    heading("Authors by what their articles are");
    let long = User::articles.some(Article::text.like("%query%") | Article::title.like("%join%"));
    let found = em.find::<User>().filter(long & User::id.ne(ids.user)).order_by(User::name.asc()).await?;
    found.iter().for_each(|user| println!("{}", user.name));

    heading("An order through a relation, and a page of it");
    let (page, total) = em
        .find_and_count::<Article>()
        .filter(Article::author.ne(&user))
        .order_by((Article::author.order(User::name.desc()), Article::title.asc()))
        .limit(2)
        .await?;
    println!("{} of {total}: {}", page.len(), page.iter().map(|article| article.title.as_str()).collect::<Vec<_>>().join(", "));

    heading("What typed conditions can't say");
    let short = raw("length({title}) < ?").bind(20);
    let count = em.count(Article::author.eq(&user) & short).await?;
    println!("{count} short titles by {}", user.name);
    Ok(())
}
