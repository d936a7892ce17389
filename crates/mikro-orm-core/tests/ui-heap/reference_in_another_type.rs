//! A reference that the heap does not know of would keep it for ever.
#![forbid(unsafe_code)]
use mikro_orm_core::Ref;
use mikro_orm_macros::Entity;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Node {
    #[orm(primary)]
    pub id: i64,
    pub link: Option<Link>,
}
#[derive(Clone)]
pub struct Link(Ref<Node>);

fn main() {}
