//! The chapter: each part in a file of its own.

mod changes;
mod collections;
mod comments;
mod conditions;
mod creating;
mod identity_map;
mod output;
mod passwords;
mod populating;
mod strategies;
mod tags;
mod transactions;

use crate::Result;
use crate::folder::Author;
use mikro_orm::prelude::*;

/// All parts in order. Each starts with an entity manager of its own, as a request does.
pub async fn run(orm: &Orm, authors: &[Author]) -> Result<()> {
    heading("The schema");
    orm.schema().create().await?;

    let ids = creating::run(&orm.em(), authors).await?;
    identity_map::run(&orm.em(), &ids).await?;
    populating::run(&orm.em(), &ids).await?;
    collections::run(&orm.em(), &ids).await?;
    tags::run(&orm.em(), &ids).await?;
    comments::run(&orm.em(), &ids).await?;
    strategies::run(orm).await?;
    conditions::run(&orm.em(), &ids).await?;
    changes::run(&orm.em(), &ids).await?;
    passwords::run(&orm.em(), &ids).await?;
    output::run(&orm.em(), &ids).await?;
    transactions::run(&orm.em()).await?;
    Ok(())
}

/// The rows that the parts look at.
pub struct Ids {
    pub user: i64,
    pub article: i64,
}

/// What authors log in with until they choose something better.
fn first_password(name: &str) -> String {
    format!("{name} has to choose one")
}

fn heading(text: &str) {
    println!("\n== {text}");
}
