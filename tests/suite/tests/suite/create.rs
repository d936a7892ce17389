//! Creating entities: graphs, handles, keys, builders, structs.

use super::entities::*;

suite! {
    /// spec: S134, S135, S139, S150, S203, S210, U33, U46
    async fn a_graph_of_new_entities_is_created_and_flushed_in_one_go(t: &Test<Blog>) {
        let em = t.em();
        let jon = em.create(
            Author::builder().name("Jon").email("jon@north").books([Book::builder().title("Oaths"), Book::builder().title("Snow")]),
        );
        let faces = em.create(Book::builder().title("Faces").author(Author::builder().name("Arya").email("arya@north")).editor(&jon));
        t.expect(0);
        em.flush().await?;
        // begin, authors, books (of two sets of columns), commit
        if t.is_sqlite() {
            insta::assert_snapshot!(t.sql(), @r"
            begin
            insert into `author` (`name`, `email`, `age`) values (?, ?, ?)
            insert into `book` (`title`, `price`, `text`, `author_id`, `editor_id`) values (?, ?, ?, ?, ?)
            commit
            ");
        } else {
            insta::assert_snapshot!(t.sql(), @r#"
            begin
            insert into "author" ("name", "email", "age") select v.c0, v.c1, v.c2 from unnest($1::text[], $2::text[], $3::int[]) with ordinality as v(c0, c1, c2, ord) order by v.ord returning "id"
            insert into "book" ("title", "price", "text", "author_id", "editor_id") select v.c0, v.c1, v.c2, v.c3, v.c4 from unnest($1::text[], $2::double precision[], $3::text[], $4::bigint[], $5::bigint[]) with ordinality as v(c0, c1, c2, c3, c4, ord) order by v.ord returning "id"
            commit
            "#);
        }
        assert_eq!(jon.id(), Some(jon.id));
        assert_eq!(faces.editor.as_ref().and_then(Ref::id), jon.id());
        em.clear();
        let books = em.find::<Book>().populate((Book::author, Book::editor)).order_by(Book::title.asc()).await?;
        let seen: Vec<_> = books.iter().map(|b| (&*b.title, &*b[Book::author].name, b[Book::editor].as_ref().map(|e| &*e.name))).collect();
        assert_eq!(seen, [("Faces", "Arya", Some("Jon")), ("Oaths", "Jon", None), ("Snow", "Jon", None)]);
    }
}
