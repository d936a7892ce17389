// spec: S001
use mikro_orm::prelude::*;

macro_rules! entity {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(Entity)]
        struct $name {
            #[orm(primary)]
            id: i64,
            $($field: $ty,)*
        }
    };
}
entity!(Author { name: String, age: Option<i32> });
entity!(Book { text: Lazy<String>, author: Ref<Author>, editor: Option<Ref<Author>> });

// names that the expansion must not take from where it stands
mod shadows {
    use mikro_orm::prelude::*;
    #[allow(dead_code)]
    enum Shadow {
        Some,
        None,
    }
    #[allow(unused_imports)]
    use Shadow::{None, Some};
    #[allow(dead_code)]
    struct Box;
    #[allow(dead_code)]
    struct Vec;
    #[allow(unused_macros)]
    macro_rules! matches {
        () => {};
    }
    mod core {}
    mod std {}
    mod __private {}

    fn now() -> i64 {
        7
    }

    #[derive(Entity)]
    struct Row {
        #[orm(primary)]
        id: i64,
        #[orm(on_create = now, default_raw = "7")]
        at: Option<i64>,
        #[orm(default = "x")]
        name: String,
        #[orm(mapped_by = row)]
        others: Collection<Other>,
    }
    #[derive(Entity)]
    struct Other {
        #[orm(primary)]
        id: String,
        row: Ref<Row>,
    }
    pub fn f() {
        let _ = Row::builder().others([Other::builder().id("x")]);
    }
}

fn main() {
    shadows::f();
    let _ = Book::builder().text("..").author(Author::builder().name("Jon").age(5)).editor(7);
}
