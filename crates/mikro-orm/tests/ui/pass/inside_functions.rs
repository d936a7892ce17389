// spec: S001
use mikro_orm::prelude::*;

fn blog() -> &'static str {
    #[derive(Entity)]
    struct Author {
        #[orm(primary)]
        id: i64,
        #[orm(on_create = || "anonymous")]
        name: String,
        #[orm(mapped_by = author)]
        books: Collection<Book>,
    }
    #[derive(Entity)]
    struct Book {
        #[orm(primary)]
        id: i64,
        author: Ref<Author>,
    }
    let _ = Author::builder().books([Book::builder()]);
    let _ = Book::author.is(Author::name.eq("Jon")) | Book::id.eq(7);
    fn read(book: &LoadedWith<Book, book::author>) -> &str {
        &book[Book::author].name
    }
    let _ = read;
    Book::NAME
}

fn another_blog() -> &'static str {
    #[derive(Entity)]
    pub struct Book {
        #[orm(primary)]
        pub id: i64,
    }
    Book::NAME
}

fn with_a_base() -> usize {
    #[derive(BaseEntity)]
    struct Base {
        #[orm(primary)]
        id: i64,
    }
    #[derive(Entity)]
    struct User {
        #[orm(extends)]
        base: Base,
        name: String,
    }
    let _ = User::builder().id(7).name("Jon");
    let _ = User::id.eq(7);
    User::descriptor().fields.len()
}

fn main() {
    assert_eq!(blog(), another_blog());
    assert_eq!(with_a_base(), 2);
}
