// What a required relation refers to is always there: a hint cannot leave it out.
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

async fn required(em: &EntityManager) -> mikro_orm::Result<()> {
    em.find::<Book>().populate(Book::author.filter(Author::name.eq("Jon"))).await?;
    Ok(())
}

fn main() {}
