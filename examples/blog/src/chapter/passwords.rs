//! Hooks: what is stored is a hash, whoever sets a password.

use super::{Ids, heading};
use crate::entities::User;
use crate::{Result, password};
use mikro_orm::prelude::*;

pub async fn run(em: &EntityManager, ids: &Ids) -> Result<()> {
    heading("A password is hashed when it is stored");
    let user = em.find_one_or_fail::<User>(ids.user).await?;
    println!("the password, as far as output goes: {:?}", user.password);
    println!("a guess is right: {}", password::verify(&user, "guessed").await?);
    println!("the right one is: {}", password::verify(&user, &super::first_password(&user.name)).await?);

    heading("And again only when it changes");
    let before = user.password.get()?.clone();
    user.edit().name = format!("{} ", user.name).trim().to_owned();
    user.edit().email = format!("new.{}", user.email);
    em.flush().await?;
    println!("still the same hash: {}", *user.password.get()? == before);
    user.edit().password = Lazy::new("correct horse".to_owned());
    em.flush().await?;
    println!("another hash: {}", *user.password.get()? != before);
    println!("the new one is right: {}", password::verify(&user, "correct horse").await?);
    Ok(())
}
