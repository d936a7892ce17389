//! Enums, and types of the application's.

use super::world;
use mikro_orm::prelude::*;
use mikro_orm::value::ValueError;

world! {
    /// People with roles.
    Staff: Employee
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum Role {
    Reader,
    ChiefEditor,
    #[orm(name = "owner's {friend}")]
    Friend,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[repr(i16)]
pub enum Level {
    Low = -1,
    Middle,
    High = 300,
}

/// Money, in cents.
#[derive(Debug, Clone, Copy, PartialEq, DbType)]
pub struct Cents(pub i64);

impl CustomType for Cents {
    type Database = i64;
    fn to_database(&self) -> i64 {
        self.0
    }
    fn from_database(cents: i64) -> Result<Self, ValueError> {
        if cents < 0 { Err(ValueError::new("money can't be negative")) } else { Ok(Cents(cents)) }
    }
}

/// An e-mail address, which is a key.
#[derive(Debug, Clone, PartialEq, DbType)]
pub struct Mail(pub String);

impl CustomType for Mail {
    type Database = String;
    fn to_database(&self) -> String {
        self.0.to_lowercase()
    }
    fn from_database(text: String) -> Result<Self, ValueError> {
        Ok(Mail(text))
    }
    fn column_type(database: &str) -> Option<&'static str> {
        (database == "postgres").then_some("varchar(99)")
    }
}

#[derive(Entity)]
pub struct Employee {
    #[orm(primary)]
    pub mail: Mail,
    #[orm(default = Role::Reader)]
    pub role: Role,
    pub level: Option<Level>,
    pub wage: Cents,
    pub bonus: Option<Cents>,
    pub boss: Option<Ref<Employee>>,
}
