//! What belongs to one owner, and goes with it.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Cars and their parts, which can be without an owner; invoices and their lines, which can't.
    Cars: Car, Invoice, Folder
}

#[derive(Entity)]
pub struct Car {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = car, orphan_removal)]
    pub parts: Collection<Part>,
}

#[derive(Entity)]
pub struct Part {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub car: Option<Ref<Car>>,
    pub part_of: Option<Ref<Part>>,
    #[orm(mapped_by = part_of, orphan_removal)]
    pub parts: Collection<Part>,
}

#[derive(Entity)]
pub struct Invoice {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = invoice, orphan_removal)]
    pub lines: Collection<Line>,
    #[orm(mapped_by = invoice)]
    pub notes: Collection<Note>,
    #[orm(mapped_by = invoice)]
    pub reminders: Collection<Reminder>,
}

/// Can be without an invoice, and goes with the one that it has.
#[derive(Entity)]
pub struct Reminder {
    #[orm(primary)]
    pub id: i64,
    pub text: String,
    #[orm(delete_rule = cascade)]
    pub invoice: Option<Ref<Invoice>>,
    #[orm(one_to_one, mapped_by = reminder)]
    pub postmark: Option<Ref<Postmark>>,
}

/// Goes with its reminder, and is the only one of its.
#[derive(Entity)]
pub struct Postmark {
    #[orm(primary)]
    pub id: i64,
    #[orm(one_to_one, delete_rule = cascade)]
    pub reminder: Option<Ref<Reminder>>,
}

#[derive(Entity)]
pub struct Note {
    #[orm(primary)]
    pub id: i64,
    pub text: String,
    #[orm(delete_rule = cascade)]
    pub invoice: Ref<Invoice>,
}

#[derive(Entity)]
pub struct Line {
    #[orm(primary)]
    pub id: i64,
    pub text: String,
    pub invoice: Ref<Invoice>,
}

#[derive(Entity)]
pub struct Folder {
    #[orm(primary)]
    pub id: i64,
    #[orm(mapped_by = folder)]
    pub files: Collection<File>,
}

#[derive(Entity)]
pub struct File {
    #[orm(primary)]
    pub id: i64,
    #[orm(default = "bar")]
    pub text: String,
    pub folder: Ref<Folder>,
}

/// A car (1) with a battery (1), in it an electrode (3), and an electrolyte (2).
pub async fn car(t: &super::Test<impl Sized>) -> mikro_orm::Result<()> {
    let em = t.em();
    em.create(Car::builder().name("car").parts([
        Part::builder().name("battery").parts([Part::builder().name("electrode")]),
        Part::builder().name("electrolyte"),
    ]));
    em.flush().await?;
    t.forget();
    Ok(())
}
