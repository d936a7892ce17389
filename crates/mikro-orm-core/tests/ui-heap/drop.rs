//! A destructor would see relations whose targets are gone.
#![forbid(unsafe_code)]
use mikro_orm_core::Ref;
use mikro_orm_macros::Entity;

#[derive(Entity)]
#[orm(crate = mikro_orm_core)]
pub struct Node {
    #[orm(primary)]
    pub id: i64,
    pub previous: Option<Ref<Node>>,
}
impl Drop for Node {
    fn drop(&mut self) {
        println!("{:?}", self.previous.as_ref().map(Ref::id));
    }
}

fn main() {}
