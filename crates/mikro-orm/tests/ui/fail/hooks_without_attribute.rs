// Hooks that would never be called, and hooks that are promised and not there.
use mikro_orm::prelude::*;

#[derive(Entity)]
struct User {
    #[orm(primary)]
    id: i64,
    password: String,
}

impl Hooks for User {
    async fn before_create(args: EventArgs<'_, User>) -> mikro_orm::Result<()> {
        args.entity.edit().password = "hash".into();
        Ok(())
    }
}

#[derive(Entity)]
#[orm(hooks)]
struct Author {
    #[orm(primary)]
    id: i64,
}

fn main() {}
