//! Creating entities: a whole graph at once, and a relation by its key.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, User};
use crate::folder::Author;
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, authors: &[Author]) -> Result<Ids> {
    let ids = graph(em, authors).await?;
    // as if another request came in: nothing is loaded
    em.clear();
    by_key(em, &ids).await?;
    Ok(ids)
}

/// Nested builders become authors with articles, in an order that the foreign keys allow.
async fn graph(em: &EntityManager, authors: &[Author]) -> Result<Ids> {
    heading("All authors and articles in one flush");
    let users: Vec<_> = authors
        .iter()
        .map(|author| {
            let articles = author.articles.iter().map(|draft| Article::builder().title(&draft.title).text(&draft.text));
            let user = User::builder().name(&author.name).email(&author.email);
            em.create(user.password(super::first_password(&author.name)).articles(articles))
        })
        .collect();
    println!("before: the first author's key is {:?}", users[0].id());
    em.flush().await?;
    for user in &users {
        let slugs: Vec<_> = user.articles.get()?.iter().map(|article| article.slug.as_str()).collect();
        println!("{} has the key {} and wrote {}", user.name, user.id, slugs.join(", "));
    }
    println!("the first author's password, as far as output goes: {:?}", users[0].password);
    Ok(Ids { user: users[0].id, article: users[0].articles.get()?[0].id })
}

/// A relation takes a key where the entity is not at hand: no query, but a reference.
async fn by_key(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("An author by key");
    let article =
        em.create(Article::builder().title("Signed with a number").text("The author is known by key alone.").author(ids.user));
    em.flush().await?;
    println!("{article:#?}");
    println!("the author is loaded: {}", article.author.is_initialized());
    Ok(())
}
