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

pub mod further {
    use mikro_orm::prelude::*;
    type Count = i32;
    fn none() -> Count {
        0
    }
    pub fn visible() -> Condition<super::people::Pet> {
        super::people::Pet::created_at.gt(0)
    }

    /// A base of a base, with everything that a field can say, of types that have their names here only.
    #[derive(BaseEntity)]
    #[orm(hooks, index(opened, label))]
    pub struct Owned {
        #[orm(extends)]
        pub base: super::common::nested::Base,
        #[orm(default = none())]
        pub opened: Count,
        #[orm(on_create = |owned| owned.label.len() as Count, on_update = |owned| owned.opened + 1)]
        pub length: Count,
        #[orm(on_update = || 7)]
        pub updated: Count,
        pub owner: Ref<super::people::User>,
    }
    impl BaseHooks for Owned {
        fn on_init(owned: &mikro_orm::events::BaseOf<'_, Self>) {
            assert_eq!(owned.label, "none");
        }
    }

    #[derive(BaseEntity)]
    #[orm(hooks, check("{weight} > 0"))]
    pub struct Heavy {
        #[orm(extends)]
        pub owned: Owned,
        pub weight: Count,
    }
    impl BaseHooks for Heavy {}
}

#[derive(Entity)]
#[orm(hooks, unique(weight, title))]
pub struct Anvil {
    #[orm(extends)]
    pub heavy: further::Heavy,
    pub title: String,
}
impl Hooks for Anvil {}

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
    let names: Vec<_> = Anvil::descriptor().fields.iter().map(|field| field.name).collect();
    let all = ["id", "label", "text", "required", "opened", "length", "updated", "owner", "weight", "title"];
    assert_eq!(names, all);
    let options = Anvil::descriptor().options;
    let fields = options.indexes.iter().map(|index| index.fields.iter().map(|field| field.name).collect::<Vec<_>>());
    assert_eq!(fields.collect::<Vec<_>>(), [["opened", "label"], ["weight", "title"]]);
    assert_eq!(options.checks[0].expression, "{weight} > 0");
    assert_eq!(Anvil::descriptor().hooks.len(), 3);
    let _ = Anvil::label.eq("x") & Anvil::weight.gt(1) & Anvil::owner.is(User::name.eq("y")) & Anvil::opened.eq(0);
    let _ = Anvil::builder().text("..").owner(7).weight(3).title("t");
    let read = |anvil: &LoadedWith<Anvil, anvil::owner>| anvil.id + i64::from(anvil.weight) + anvil[Anvil::owner].id;
    let _ = read;
}
