//! Options of a query that concern what is populated, and where it goes.

use super::Find;
use crate::entity::Entity;

/// Whether the condition on the queried entities restricts what is populated, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PopulateWhere {
    /// Collections are loaded whole: `filter(Author::books.some(..))` says which authors are found, and all books of each
    /// are populated.
    #[default]
    All,
    /// Collections have the items for which the entities were found, and are partial.
    Infer,
}

impl<T: Entity, P, M> Find<T, P, M> {
    /// Whether the filter restricts populated collections, too. A hint's own condition is given with the hint:
    /// `.populate(Author::books.filter(..))`.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// use mikro_orm::PopulateWhere;
    ///
    /// let oaths = Author::books.some(Book::title.eq("Oaths"));
    /// let authors = em.find::<Author>().filter(oaths).populate(Author::books).populate_where(PopulateWhere::Infer).await?;
    /// assert_eq!(authors[0][Author::books].len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn populate_where(mut self, populate_where: PopulateWhere) -> Self {
        self.query.infer_where = populate_where == PopulateWhere::Infer;
        self
    }

    /// Loads the relations, too, that the filter and the order go through. The handles' type says nothing about them.
    pub fn populate_inferred(mut self) -> Self {
        self.query.populate_inferred = true;
        self
    }

    /// Loads all relations of the entities, of what these refer to, and so on, by a query per relation and step until
    /// nothing new is met. The handles' type says nothing about them.
    pub fn populate_all(mut self) -> Self {
        self.query.populate_all = true;
        self
    }

    /// Does not load eager relations.
    pub fn no_eager(mut self) -> Self {
        self.query.no_eager = true;
        self
    }

    /// Gives entities of their own, which this entity manager does not know: they are neither taken from the identity
    /// map nor kept in it, and what is edited on them is not stored. For large results that are only read.
    pub fn disable_identity_map(mut self) -> Self {
        self.query.unmanaged = true;
        self
    }
}
