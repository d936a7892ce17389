//! Columns whose types are spelled for each database.

use super::world;
use mikro_orm::prelude::*;

world!(Spelled: Container, Waybill);

#[derive(Entity)]
pub struct Container {
    #[orm(primary, column_type(postgres = "char(4)", sqlite = "varchar(4)"))]
    pub code: String,
    #[orm(column_type(postgres = "smallint"))]
    pub weight: i32,
    #[orm(column_type(sqlite = "numeric"), default = 7)]
    pub height: Option<i64>,
}

#[derive(Entity)]
pub struct Waybill {
    #[orm(primary)]
    pub id: i64,
    pub container: Ref<Container>,
    #[orm(column_type(postgres = "varchar(9)"))]
    pub other: Option<Ref<Container>>,
}
