// spec: S020, S015
use mikro_orm::prelude::*;

pub mod people {
    use super::common::{self, Timestamps};
    use mikro_orm::prelude::*;

    // before the base, in the order of the file
    #[derive(Entity)]
    pub struct User {
        #[orm(extends)]
        pub base: common::nested::Base,
        pub name: String,
        #[orm(mapped_by = owner)]
        pub pets: Collection<Pet>,
    }

    #[derive(Entity)]
    pub struct Pet {
        #[orm(primary)]
        pub id: i64,
        #[orm(extends)]
        times: Timestamps,
    }

    #[derive(Entity)]
    pub struct Robot {
        #[orm(extends)]
        pub base: crate::common::nested::Base,
    }
}

pub mod common {
    use mikro_orm::prelude::*;
    type Moment = i64;
    fn now() -> Moment {
        7
    }

    #[derive(BaseEntity)]
    pub struct Timestamps {
        #[orm(on_create = now)]
        pub created_at: Moment,
        #[orm(on_update = |times| times.created_at + 1)]
        pub updated_at: Moment,
        pub owner: Ref<super::people::User>,
    }

    pub(crate) mod nested {
        use mikro_orm::prelude::*;
        const LABEL: &str = "none";

        #[derive(BaseEntity, Debug)]
        pub struct Base {
            #[orm(primary)]
            pub id: i64,
            #[orm(default = LABEL)]
            pub label: String,
            pub text: Lazy<String>,
            pub required: Option<i32>,
        }
    }
}

use people::{Pet, Robot, User, pet, user};

fn read(pet: &LoadedWith<Pet, With<pet::owner, user::text>>) -> usize {
    pet[Pet::owner][User::text].len() + pet[Pet::owner].label.len() + pet.created_at as usize
}

fn main() {
    let _ = read;
    let names: Vec<_> = User::descriptor().fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["id", "label", "text", "required", "name", "pets"]);
    let _ = User::label.eq("x") & User::text.like("%") & User::pets.some(Pet::created_at.gt(5));
    let _ = User::builder().text("..").name("Jon").pets([Pet::builder()]);
    let _ = Robot::builder().text("..").required(None).id(7);
    let _ = Pet::builder().owner(7).created_at(7);
}
