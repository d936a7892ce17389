//! A description that is wrong would be written by.
#![forbid(unsafe_code)]
use mikro_orm_core::entity::EntityDescriptor;
use mikro_orm_core::metadata::EntityType;

fn described() -> &'static EntityDescriptor {
    panic!("not called")
}

fn main() {
    let _ = EntityType::described_by(described);
}
