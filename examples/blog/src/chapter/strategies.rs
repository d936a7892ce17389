//! The same question, in one statement or in several.

use super::heading;
use crate::Result;
use crate::entities::{Article, User};
use mikro_orm::prelude::*;

pub async fn run(orm: &Orm) -> Result<()> {
    for (strategy, what) in [
        (Strategy::Balanced, "Balanced, the default: to-one joined, each collection a query"),
        (Strategy::Joined, "Joined: one query"),
        (Strategy::SelectIn, "SelectIn: a query for each relation"),
    ] {
        heading(what);
        let articles = orm
            .em()
            .find::<Article>()
            .populate(Article::author.with(User::articles))
            .order_by(Article::id.asc())
            .strategy(strategy)
            .await?;
        let first = &articles[0];
        let author = &first[Article::author];
        println!("{} is one of {} articles by {}", first.title, author[User::articles].len(), author.name);
    }
    Ok(())
}
