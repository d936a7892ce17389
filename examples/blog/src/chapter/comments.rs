//! Cascades and orphan removal.

use super::{Ids, heading};
use crate::Result;
use crate::entities::{Article, Comment};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("Comments come with their article");
    let article = em.create(Article::builder().title("Discussed").text("What do you think?").author(ids.user).comments([
        Comment::builder().text("First!").author(ids.user),
        Comment::builder().text("I think so, too.").author(ids.user),
        Comment::builder().text("I don't.").author(ids.user),
    ]));
    em.flush().await?;
    println!("{} has {} comments", article.title, article.comments.get()?.len());

    heading("What is taken out is deleted");
    article.comments.remove_where(|comment| comment.text == "First!")?;
    em.flush().await?;
    println!("{} comments are left", em.count::<Comment>(Condition::all()).await?);

    heading("Both sides are in step");
    let last = em.create(Comment::builder().text("The last word.").author(ids.user).article(&article));
    println!("{} comments before the flush", article.comments.get()?.len());
    em.remove(&last)?;
    println!("{} when the last one was taken back", article.comments.get()?.len());
    em.flush().await?;

    heading("And they go with it");
    em.remove(&article)?;
    em.flush().await?;
    println!("{} comments are left", em.count::<Comment>(Condition::all()).await?);
    Ok(())
}
