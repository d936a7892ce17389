//! Edits, and what a flush makes of them.

use super::{Ids, heading};
use crate::Result;
use crate::entities::Article;
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("An edit and a flush: the columns that changed");
    let article = em.find_one_or_fail::<Article>(ids.article).await?;
    let before = article.updated_at;
    article.edit().title = format!("{} (revised)", article.title);
    em.flush().await?;
    println!("{} is still at /{}", article.title, article.slug);
    println!("updated_at moved: {}", article.updated_at > before);

    heading("A flush of nothing: no statement");
    em.flush().await?;

    heading("Half an edit is none");
    let refused = article.edit_with(|draft| {
        draft.title = String::new();
        if draft.title.is_empty() { Err("an article needs a title") } else { Ok(()) }
    });
    println!("{refused:?}, and the title is still {:?}", article.title);
    em.flush().await?;

    heading("A slug that is taken");
    em.create(Article::builder().title("Another").slug(&article.slug).text("..").author(ids.user));
    match em.flush().await {
        Err(error) if error.is_unique_violation() => println!("{error}"),
        other => println!("{other:?}"),
    }
    Ok(())
}
