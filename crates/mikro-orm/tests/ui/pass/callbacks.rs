// spec: S047, S048, S049
use mikro_orm::prelude::*;

fn slug(book: &Book) -> String {
    book.title.to_lowercase()
}
const fn zero() -> i64 {
    0
}

#[derive(Entity)]
pub struct Book {
    #[orm(primary, on_create = || "key")]
    pub id: String,
    pub title: String,
    #[orm(on_create = slug)]
    pub slug: String,
    #[orm(on_create = zero, on_update = |book| book.changes + 1)]
    pub changes: i64,
    #[orm(on_update = |book: &Book| Some(book.title.len() as i32))]
    pub length: Option<i32>,
    #[orm(on_create = || 7)]
    pub pages: Option<i32>,
    #[orm(on_create = |book| book.title.repeat(2))]
    pub text: Lazy<String>,
    #[orm(default = std::f64::consts::PI)]
    pub price: f64,
    #[orm(default = -1)]
    pub rank: i32,
    #[orm(default = b"x")]
    pub bytes: Vec<u8>,
}

fn main() {
    let _ = Book::builder().title("T");
    let default = |i: usize| Book::descriptor().fields[i].attributes.default.unwrap().get();
    assert_eq!(default(8), mikro_orm::value::Value::Int(-1));
}
