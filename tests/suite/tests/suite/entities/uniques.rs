//! Values that may be there only once.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Workers with addresses, numbers and desks of their own, and badges under keys that the application gives.
    Uniques: Worker, Badge
}
world! {
    /// Rows whose columns are checked when they are updated.
    Checked: Ticket
}

#[derive(Entity)]
pub struct Desk {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub place: String,
}

#[derive(Entity)]
pub struct Worker {
    #[orm(primary)]
    pub id: i64,
    #[orm(version)]
    pub version: i32,
    #[orm(unique)]
    pub email: Option<String>,
    #[orm(unique)]
    pub number: i32,
    #[orm(one_to_one)]
    pub desk: Option<Ref<Desk>>,
}

#[derive(Entity)]
pub struct Badge {
    #[orm(primary)]
    pub code: String,
    pub color: String,
    pub worker: Option<Ref<Worker>>,
}

#[derive(Entity)]
pub struct Ticket {
    #[orm(primary)]
    pub id: i64,
    #[orm(concurrency_check)]
    pub seats: i32,
    #[orm(concurrency_check)]
    pub guest: Option<String>,
    pub remark: String,
}

/// Workers 1 to 3 with the addresses a, b and c, at desks of the same names.
pub async fn workers(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    for (number, name) in [(1, "a"), (2, "b"), (3, "c")] {
        em.create(Worker::builder().email(name).number(number).desk(Desk::builder().place(name)));
        em.flush().await?;
    }
    t.forget();
    Ok(())
}
