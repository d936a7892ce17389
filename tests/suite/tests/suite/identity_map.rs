//! One row, one entity; and merging what is fetched again.

use super::entities::*;

suite! {
    /// spec: S134, S160, U05, U08
    async fn the_same_row_is_the_same_entity(t: &Test<Blog>) {
        library(t).await?;
        let em = t.em();
        let books = em.find::<Book>().populate(Book::author).order_by(Book::id.asc()).await?;
        t.expect(1);
        assert!(books[0][Book::author].is_same(&books[1][Book::author]));
        let jon = em.find_one_or_fail::<Author>(Author::name.eq("Jon")).await?;
        assert!(jon.is_same(&books[0][Book::author]));
        t.expect(1);
    }
}
