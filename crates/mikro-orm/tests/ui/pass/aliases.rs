// spec: S003
use mikro_orm::prelude::*;

type Link<T> = Ref<T>;
type AuthorRef = Ref<Author>;
type Books = Collection<Book>;
type Text = Lazy<String>;
type Id = i64;
type Maybe<T> = Option<T>;

#[derive(Entity)]
pub struct Author {
    #[orm(primary)]
    pub id: Id,
    #[orm(one_to_many, mapped_by = author)]
    pub books: Books,
}

#[derive(Entity)]
pub struct Book {
    #[orm(primary)]
    pub id: i64,
    #[orm(lazy)]
    pub text: Text,
    #[orm(many_to_one)]
    pub author: AuthorRef,
    #[orm(many_to_one)]
    pub editor: Option<AuthorRef>,
    #[orm(many_to_one)]
    pub printer: Link<Author>,
    #[orm(default = None)]
    pub pages: Maybe<i32>,
}

fn read(book: &LoadedWith<Book, (book::text, book::author, book::editor)>) -> usize {
    if let Some(editor) = &book[Book::editor] {
        return editor.id as usize;
    }
    book[Book::text].len() + book[Book::author].id as usize
}

fn main() {
    let _ = read;
    let _ = Book::builder().text("..").author(7).printer(Author::builder().id(1));
    let _ = Author::builder().id(4).books([Book::builder().text("..").printer(7)]);
}
