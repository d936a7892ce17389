//! Entities of several kinds, each with a table of its own.

use super::world;
use mikro_orm::prelude::*;
use uuid::Uuid;

world! {
    /// Integrations of several kinds, and what uses them.
    Integrations: Integration, Pipeline, Consignment
}

#[derive(Entity, Debug)]
pub struct Integration {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub name: String,
    #[orm(embedded, table_per_type)]
    pub kind: IntegrationKind,
    #[orm(mapped_by = integration)]
    pub pipelines: Collection<Pipeline>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub enum IntegrationKind {
    Foo {
        #[orm(length = 40, index)]
        foo_data: String,
        note: Option<String>,
    },
    #[orm(table = "bars")]
    Bar(Bar),
    #[orm(below = Bar)]
    Baz {
        #[orm(embedded, prefix = false)]
        bar: Bar,
        baz_data: i32,
    },
    Plain,
    Qux {
        note: Option<String>,
        #[orm(unique)]
        code: Uuid,
        #[orm(unique)]
        slot: Option<i32>,
    },
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Bar {
    pub bar_data: String,
    #[orm(check = "{level} >= 0")]
    pub level: i32,
}

#[derive(Entity, Debug)]
pub struct Pipeline {
    #[orm(primary)]
    pub id: i64,
    pub integration: Option<Ref<Integration>>,
}

/// What has a key of two columns, an own version, and perhaps no kind.
#[derive(Entity, Debug)]
pub struct Consignment {
    #[orm(primary)]
    pub country: String,
    #[orm(primary)]
    pub number: i64,
    #[orm(version)]
    pub version: i32,
    pub weight: f64,
    #[orm(embedded, table_per_type)]
    pub handling: Option<Handling>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub enum Handling {
    Cold {
        degrees: i32,
    },
    Fragile {
        #[orm(embedded, object)]
        label: FragileLabel,
    },
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct FragileLabel {
    pub text: String,
    pub size: Option<i32>,
}
