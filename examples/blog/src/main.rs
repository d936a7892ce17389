//! A blog in SQLite: articles of a folder, with their authors, through all that the ORM does.
//!
//! `cargo run -p blog [folder]`; every step says what it does and shows the statements that it ran.

mod chapter;
mod entities;
mod folder;
mod front_matter;
mod log;
mod password;

use entities::User;
use mikro_orm::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let own_articles = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/articles"));
    let folder = arguments.next().map_or_else(own_articles, PathBuf::from);
    if arguments.next().is_some() {
        return Err("usage: blog [folder]".into());
    }
    let authors = folder::read(&folder)?;

    // `Article`, `Tag` and `Comment` are found by themselves: `User` refers to the one, and that to the others
    let orm = Orm::builder("sqlite::memory:").entities(entities![User]).logger(log::print).build().await?;
    chapter::run(&orm, &authors).await?;
    orm.close().await;
    Ok(())
}
