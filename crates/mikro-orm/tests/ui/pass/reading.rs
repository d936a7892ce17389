// spec: S169, S171
#![forbid(unsafe_code)]
#[path = "../blog.rs"]
mod blog;
use blog::*;
use mikro_orm::prelude::*;

// several bounds; a nested bound; the parts of a handle, borrowed
fn byline(b: &Loaded<Book, impl Has<book::author> + Has<book::tags>>) -> String {
    let tags: Vec<&str> = b[Book::tags].iter().map(|t| t.name.as_str()).collect();
    format!("{} {}", b[Book::author].name, tags.join(","))
}
fn nested(b: &Loaded<Book, impl Has<book::author, Nested: Has<author::books>>>) -> usize {
    b[Book::author][Author::books].iter().count()
}
fn author_of<P: Has<book::author>>(b: &Loaded<Book, P>) -> &Loaded<Author, P::Nested> {
    &b[Book::author]
}
fn name_of<P>(b: &Loaded<Book, P>) -> &str
where
    P: Has<book::author> + Has<book::editor>,
{
    b[Book::editor].as_ref().map_or(b[Book::author].name.as_str(), |e| &e.name)
}
fn passes_on(b: &Loaded<Book, impl Has<book::author, Nested: Has<author::books>> + Has<book::tags>>) -> String {
    nested(b);
    byline(b)
}

// states by name, in any order of hints
type BookPage = LoadedWith<Book, (book::tags, With<book::author, author::books>)>;
struct Page {
    book: BookPage,
    all: Vec<LoadedWith<Book, book::author>>,
}
async fn page(em: &EntityManager) -> mikro_orm::Result<BookPage> {
    em.find_one_or_fail::<Book>(7).populate((Book::author.with(Author::books), Book::tags)).await
}
async fn opaque(em: &EntityManager) -> mikro_orm::Result<Vec<Loaded<Book, impl Has<book::author> + use<>>>> {
    em.find::<Book>().populate((Book::tags, Book::author)).await
}

async fn task(b: BookPage) -> String {
    let author = &b[Book::author];
    tokio::task::yield_now().await;
    let line = format!("{} {}", author.name, byline(&b));
    tokio::task::yield_now().await;
    line + &b[Book::author][Author::books].iter().map(|b| b.title.clone()).collect::<String>()
}
async fn generic<P: Has<book::author>>(b: Loaded<Book, P>) -> String {
    let author = &b[Book::author];
    tokio::task::yield_now().await;
    author.name.clone()
}
async fn borrowed(b: &Loaded<Book, impl Has<book::author>>) -> String {
    let author = &b[Book::author];
    tokio::task::yield_now().await;
    author.name.clone()
}
async fn spawns(em: EntityManager) {
    let page = page(&em).await.unwrap();
    let _ = tokio::spawn(task(page.clone())).await;
    let _ = tokio::spawn(generic(page.clone())).await;
    let _ = tokio::spawn(async move { borrowed(&page).await }).await;
}

async fn read(em: &EntityManager) -> mikro_orm::Result<()> {
    let hints = (Book::author.with(Author::books), Book::tags, Book::editor, Book::text);
    let books = em.find::<Book>().populate(hints).await?;
    for book in &books {
        let boxed: Box<dyn Fn() -> String + Send + Sync + '_> = Box::new(|| book[Book::author].name.clone());
        println!("{} {} {}", boxed(), byline(book), passes_on(book));
        for tag in &book[Book::tags] {
            println!("{}", tag.name);
        }
        println!("{} {}", author_of(book).name, author_of(book)[Author::books].iter().count());
        println!("{} {}", name_of(book), book[Book::text].len());
        let text: &str = &book[Book::text];
        println!("{text}");
        if let Some(editor) = &book[Book::editor] {
            println!("{}", editor.name);
        }
        println!("{}", book.plain().title);
    }
    let mut sorted: Vec<_> = books.iter().collect();
    sorted.sort_by_key(|b| &b[Book::author].name);
    let again = em.find::<Book>().populate(book::author).await?;
    let first = em.find_one_or_fail::<Book>(7).populate(((Book::tags,), Book::author.with((Author::books,)), ())).await?;
    let page = Page { book: first, all: again };
    println!("{} {}", page.book[Book::author].name, page.all[0][Book::author].name);
    Ok(())
}

fn write(em: &EntityManager, author: &Loaded<Author>, book: &LoadedWith<Book, book::author>) {
    em.create(Book::builder().title("T").author(author).tags([Tag::builder().name("a"), Tag::builder().name("b")]));
    em.create(Book::builder().title("T").author(7).editor(author.to_ref()).id(3));
    em.create(Book::builder().author(Author::builder().email("x").name("y")).title(String::from("T")).editor(author));
    em.create(Book::builder().title("T").author(&book.author).tags(vec![1, 2]).text("..."));
    em.create(Book::builder().title("T").author(&book[Book::author]));
    em.create(Author::builder().name("y").email("x").age(5).books([Book::builder().title("T")]));
    em.create(Author::builder().name("y").email("x").age(None).books([Book::builder().title("T").author(7)]));
    em.create(Author::builder().name("y").email("x").age(Some(5)).books([book]));
}

fn main() {
    let _ = (write, opaque);
    fn spawned(em: EntityManager) {
        tokio::spawn(async move { read(&em).await });
    }
    let _ = (spawned, spawns);
}
