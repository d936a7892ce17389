//! What the blog stores.

use crate::password;
use chrono::{DateTime, Utc};
use mikro_orm::prelude::*;

/// What all entities have: a key that the database gives, and when the row was made and last changed.
#[derive(BaseEntity)]
pub struct Base {
    #[orm(primary)]
    pub id: i64,
    #[orm(on_create = Utc::now)]
    pub created_at: DateTime<Utc>,
    #[orm(on_create = Utc::now, on_update = Utc::now)]
    pub updated_at: DateTime<Utc>,
}

#[derive(Entity)]
#[orm(hooks, virtual(initials = User::initials))]
pub struct User {
    #[orm(extends)]
    pub base: Base,
    pub name: String,
    #[orm(unique)]
    pub email: String,
    /// Hashed by the hooks before it is stored. Hidden: no log, no `Debug` and no response shows it. Lazy: no list of
    /// users reads it.
    #[orm(hidden)]
    pub password: Lazy<String>,
    #[orm(mapped_by = author)]
    pub articles: Collection<Article>,
}

impl User {
    fn initials(&self) -> String {
        self.name.split_whitespace().filter_map(|word| word.chars().next()).collect()
    }
}

impl Hooks for User {
    async fn before_create(args: EventArgs<'_, User>) -> mikro_orm::Result<()> {
        password::hash(args).await
    }
    async fn before_update(args: EventArgs<'_, User>) -> mikro_orm::Result<()> {
        password::hash(args).await
    }
}

#[derive(Entity)]
pub struct Article {
    #[orm(extends)]
    pub base: Base,
    /// Made from the title once, so that links keep working when the title changes.
    #[orm(unique, on_create = |article| slug(&article.title))]
    pub slug: String,
    #[orm(index)]
    pub title: String,
    /// The beginning of the text.
    #[orm(length = 1000, on_create = Article::beginning)]
    pub description: String,
    #[orm(text)]
    pub text: Lazy<String>,
    pub author: Ref<User>,
    #[orm(many_to_many)]
    pub tags: Collection<Tag>,
    /// A comment without an article is none: what is taken out is deleted, and goes with its article.
    #[orm(mapped_by = article, orphan_removal)]
    pub comments: Collection<Comment>,
}

#[derive(Entity)]
pub struct Tag {
    #[orm(extends)]
    pub base: Base,
    #[orm(unique, length = 20)]
    pub name: String,
    #[orm(many_to_many, mapped_by = tags)]
    pub articles: Collection<Article>,
}

#[derive(Entity)]
pub struct Comment {
    #[orm(extends)]
    pub base: Base,
    #[orm(length = 1000)]
    pub text: String,
    pub article: Ref<Article>,
    pub author: Ref<User>,
}

impl Article {
    fn beginning(&self) -> String {
        let text = self.text.get().map_or("", String::as_str);
        match text.char_indices().nth(999) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        }
    }
}

/// `Say flush once!` as `say-flush-once`.
fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
