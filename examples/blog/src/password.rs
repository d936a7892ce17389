//! Passwords as argon2 hashes.

use crate::entities::User;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use mikro_orm::Error;
use mikro_orm::prelude::*;

/// Replaces a password that was set by its hash. (Called before an insert or update, and part of it.)
pub async fn hash(args: EventArgs<'_, User>) -> mikro_orm::Result<()> {
    if !args.change_set.changes(User::password) {
        return Ok(());
    }
    let password = args.entity.password.get()?.clone();
    // slow on purpose: not on a thread that other requests wait for
    let hashed =
        tokio::task::spawn_blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await
            .map_err(|error| error.to_string())
            .and_then(|hashed| hashed.map_err(|error| error.to_string()))
            .map_err(|error| Error::validation("User", "password", format!("could not be hashed: {error}")))?;
    args.entity.edit().password = Lazy::new(hashed);
    Ok(())
}

/// Whether a password is the one that the user chose; reads its hash when it is not loaded.
pub async fn verify(user: &Loaded<User>, password: &str) -> mikro_orm::Result<bool> {
    let stored = user.password.load().await?;
    let Ok(hash) = PasswordHash::new(stored) else { return Ok(false) };
    Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}
