//! What a response has in it.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, Tag, User};
use mikro_orm::prelude::*;
use mikro_orm::serialize;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("An article as JSON: what was populated is nested, the rest are keys");
    let article = em.find_one_or_fail::<Article>(ids.article).populate((Article::author, Article::tags)).await?;
    println!("{}", serde_json::to_string_pretty(&article)?);

    heading("As the call says");
    let brief =
        serialize(&article).populate(Article::tags).fields((Article::slug, Article::title, Article::tags.with(Tag::name)));
    println!("{}", serde_json::to_string(&brief)?);

    heading("A user has no password");
    let user = em.find_one_or_fail::<User>(ids.user).populate(User::password).await?;
    println!("{}", serde_json::to_string(&user)?);
    Ok(())
}
