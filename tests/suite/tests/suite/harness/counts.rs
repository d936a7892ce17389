//! How many statements are expected.

use super::Kind;

/// A number for all drivers, or one for each: `t.expect(4)`, `t.expect((2, 3))` (SQLite, PostgreSQL).
pub struct Counts {
    sqlite: usize,
    postgres: usize,
}

impl Counts {
    pub fn of(&self, kind: Kind) -> usize {
        match kind {
            Kind::Sqlite => self.sqlite,
            Kind::Postgres => self.postgres,
        }
    }
}
impl From<usize> for Counts {
    fn from(count: usize) -> Self {
        Counts { sqlite: count, postgres: count }
    }
}
impl From<(usize, usize)> for Counts {
    fn from((sqlite, postgres): (usize, usize)) -> Self {
        Counts { sqlite, postgres }
    }
}
