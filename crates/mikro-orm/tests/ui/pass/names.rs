// spec: S003
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    #[orm(no_const)]
    title: String,
    #[orm(no_const)]
    author: Ref<Author>,
    #[orm(no_const)]
    builder: Option<String>,
    r#type: i32,
    r#match: Option<Ref<Author>>,
}

impl Book {
    fn title(&self) -> &str {
        &self.title
    }
    fn author(&self) -> &Ref<Author> {
        &self.author
    }
}

#[derive(Entity)]
#[orm(no_const, module = "author_relations", table = "authors")]
struct Author {
    #[orm(primary)]
    id: i64,
    name: String,
    #[orm(mapped_by = author)]
    books: Collection<Book>,
    #[orm(mapped_by = r#match)]
    matches: Collection<Book>,
}

impl Author {
    fn name(&self) -> &str {
        &self.name
    }
    fn id() {}
}

mod author {}

#[derive(Entity)]
struct Type {
    #[orm(primary)]
    id: i64,
}

#[derive(Entity)]
struct HTTPServer {
    #[orm(primary)]
    id: i64,
    kind: Ref<Type>,
}

fn read(book: &LoadedWith<Book, With<book::author, author_relations::books>>) -> usize {
    book.title().len() + book.author().id().unwrap_or(0) as usize + book[book::author][author_relations::books].len()
}

fn main() {
    let _ = (read, Author::name, Author::id);
    let _ = Book::builder().r#type(5).title("T").author(7).builder("b").r#match(7);
    let _ = Book::r#type.eq(5);
    let _ = HTTPServer::kind.with(());
    let _: http_server::kind = HTTPServer::kind;
    let _: Option<r#type::Populate> = None;
    assert_eq!(Book::descriptor().fields[4].name, "type");
}
