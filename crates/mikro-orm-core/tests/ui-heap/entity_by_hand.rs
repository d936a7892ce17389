//! What an entity is made of is the derive's word: by hand it is unsafe to say.
#![forbid(unsafe_code)]
use mikro_orm_core::Entity;
use mikro_orm_core::entity::EntityDescriptor;

pub struct Node {
    pub id: i64,
}
impl Entity for Node {
    const NAME: &'static str = "Node";
    type Key = i64;
    type Unpopulated = ();
    type Repository = mikro_orm_core::em::Repository<Self>;
    fn descriptor() -> &'static EntityDescriptor {
        panic!("not called")
    }
}

fn main() {}
