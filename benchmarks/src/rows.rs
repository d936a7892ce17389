//! The same rows as plain structs, for the hand-written side, and the data that both sides are filled with.

use chrono::{DateTime, Utc};
use std::sync::atomic::{AtomicI64, Ordering};

/// How many authors there are; all but inserts work on these.
pub const AUTHORS: i64 = 10_000;
/// How many of them have books.
pub const WITH_BOOKS: i64 = 1000;
/// How many books each of those has.
pub const BOOKS_EACH: i64 = 10;
/// How many tags there are.
pub const TAGS: i64 = 1000;
/// How many of them each book has.
pub const TAGS_EACH: i64 = 3;

pub struct AuthorRow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub age: Option<i32>,
    pub bio: Option<String>,
}

pub struct BookRow {
    pub id: i64,
    pub title: String,
    pub author_id: i64,
    pub price: f64,
    pub published_at: Option<DateTime<Utc>>,
    pub pages: i32,
}

pub struct TagRow {
    pub id: i64,
    pub name: String,
}

/// Tag number `n`.
pub fn tag(n: i64) -> TagRow {
    TagRow { id: n, name: format!("Tag {n}") }
}

/// The tags of book number `n`.
pub fn tags_of(book: i64) -> impl Iterator<Item = i64> {
    (0..TAGS_EACH).map(move |i| (book * 7 + i * 331) % TAGS + 1)
}

/// Author number `n`: half of them have a biography, two in three an age.
pub fn author(n: i64) -> AuthorRow {
    AuthorRow {
        id: n,
        name: format!("Author {n}"),
        email: format!("author{n}@example.com"),
        age: (n % 3 != 0).then_some((20 + n % 60) as i32),
        bio: (n % 2 == 0).then(|| format!("What is known about author {n}, in short")),
    }
}

/// Book number `n`: half of them were published.
pub fn book(n: i64) -> BookRow {
    BookRow {
        id: n,
        title: format!("The title of book {n}"),
        author_id: (n - 1) / BOOKS_EACH + 1,
        price: n as f64 * 0.25,
        published_at: (n % 2 == 0)
            .then(|| DateTime::from_timestamp_micros(1_600_000_000_000_000 + n * 86_400_123_456).unwrap_or_default()),
        pages: (100 + n % 500) as i32,
    }
}

/// So many authors that are not in the database: no two ever have the same email.
pub fn new_authors(count: usize) -> Vec<AuthorRow> {
    static NEXT: AtomicI64 = AtomicI64::new(1_000_000);
    (0..count).map(|_| author(NEXT.fetch_add(1, Ordering::Relaxed))).collect()
}
