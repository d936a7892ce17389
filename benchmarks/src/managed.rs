//! What managed entities cost: a flush with many of them, and their memory.

use crate::allocations;
use crate::database::Outcome;
use crate::entities::Counter;
use crate::measure::{median, time};
use mikro_orm::prelude::*;
use std::hint::black_box;
use std::time::Instant;

const SIZES: [i64; 3] = [10, 1000, 100_000];

async fn filled(count: i64) -> Outcome<Orm> {
    let orm = Orm::builder("sqlite::memory:").entities(entities![Counter]).build().await?;
    orm.schema().create().await?;
    let em = orm.em();
    for n in 0..count {
        em.create(Counter::builder().name(format!("The name of counter {n}")).count(0));
    }
    em.flush().await?;
    Ok(orm)
}

/// A flush of nothing and of one change, with few and many managed entities.
pub async fn flush() -> Outcome<()> {
    println!(
        "\nA flush, by the number of managed entities (SQLite in memory):\n\n| managed | nothing changed | one change |\n|---:|---:|---:|"
    );
    for size in SIZES {
        let orm = filled(size).await?;
        let em = orm.em();
        let counters = em.find::<Counter>().await?;
        let changed = &counters[counters.len() / 2];
        let (mut nothing, mut one) = (Vec::new(), Vec::new());
        for round in 0..200 {
            let began = Instant::now();
            for _ in 0..100 {
                em.flush().await?;
            }
            nothing.push(began.elapsed().as_nanos() as f64 / 100.0);
            let began = Instant::now();
            for n in 0..20 {
                changed.edit().count = round * 20 + n + 1;
                em.flush().await?;
            }
            one.push(began.elapsed().as_nanos() as f64 / 20.0);
        }
        println!("| {size} | {} | {} |", time(median(&mut nothing)), time(median(&mut one)));
    }
    Ok(())
}

/// Bytes per managed entity, beside those of the plain struct with its text.
pub async fn memory() -> Outcome<()> {
    struct Plain {
        _id: i64,
        _name: String,
        _count: i32,
    }
    println!("\nBytes per entity:\n\n| entities | plain struct, with its text | managed | more |\n|---:|---:|---:|---:|");
    for size in SIZES {
        let orm = filled(size).await?;
        // (a query's first run fills caches that are the ORM's, not the entities')
        orm.em().find::<Counter>().await?;
        let before = allocations::bytes();
        let mut plain = Vec::with_capacity(size as usize);
        for n in 0..size {
            plain.push(Plain { _id: n, _name: format!("The name of counter {n}").into_boxed_str().into_string(), _count: 0 });
        }
        black_box(&plain);
        let plain_bytes = (allocations::bytes() - before) as f64 / size as f64;
        drop(plain);
        let before = allocations::bytes();
        let em = orm.em();
        let counters = em.find::<Counter>().await?;
        black_box(&counters);
        let managed_bytes = (allocations::bytes() - before) as f64 / size as f64;
        println!("| {size} | {plain_bytes:.0} | {managed_bytes:.0} | {:.0} |", managed_bytes - plain_bytes);
    }
    Ok(())
}
