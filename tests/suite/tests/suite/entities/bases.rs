//! Bases that extend bases.

use super::world;
use mikro_orm::prelude::*;
use std::cell::RefCell;

world! {
    /// Two tables that have everything but a column each from their bases.
    Shelves: Jar, Bin
}

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn hear(what: String) {
    HEARD.with_borrow_mut(|heard| heard.push(what));
}

/// What hooks were called, since this was asked.
pub fn heard() -> Vec<String> {
    HEARD.take()
}

#[derive(BaseEntity)]
#[orm(hooks)]
pub struct Numbered {
    #[orm(primary)]
    pub id: i64,
    #[orm(on_create = |_| 1, on_update = |numbered| numbered.revision + 1)]
    pub revision: i32,
}

impl BaseHooks for Numbered {
    async fn before_create(args: BaseEventArgs<'_, Self>) -> mikro_orm::Result<()> {
        hear(format!("numbered {}", args.entity.revision));
        Ok(())
    }
}

#[derive(BaseEntity)]
#[orm(
    index(label, place),
    index([place], name = "{table}_places"),
    check("{place} > 0"),
    check("{place} < 1000", name = "few_in_{table}"),
    exclude("{place} with =, {label} with =", where = "{place} > 50", name = "{table}_apart"),
    trigger("{table}_moved", after(update), when = "new.{place} > 90", body = "update jar set weight = 77")
)]
pub struct Placed {
    #[orm(extends)]
    pub numbered: Numbered,
    #[orm(unique)]
    pub label: String,
    #[orm(default = 1, serializer = |place| place * 10)]
    pub place: i32,
    pub above: Option<Ref<Jar>>,
}

#[derive(BaseEntity)]
#[orm(hooks, unique(label, weight))]
pub struct Weighed {
    #[orm(extends)]
    pub placed: Placed,
    pub weight: i32,
}

impl BaseHooks for Weighed {
    async fn before_create(args: BaseEventArgs<'_, Self>) -> mikro_orm::Result<()> {
        args.entity.edit_with(|weighed| weighed.weight += 1);
        hear(format!("weighed {}", args.entity.label));
        Ok(())
    }
}

#[derive(Entity)]
#[orm(hooks, index(lid))]
pub struct Jar {
    #[orm(extends)]
    pub weighed: Weighed,
    pub lid: Option<String>,
}

impl Hooks for Jar {
    async fn before_create(args: EventArgs<'_, Self>) -> mikro_orm::Result<()> {
        hear(format!("jar {}", args.entity.weight));
        Ok(())
    }
}

#[derive(Entity)]
pub struct Bin {
    #[orm(extends)]
    pub placed: Placed,
}
