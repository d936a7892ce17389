//! Rounds, clocks and medians.

use crate::allocations;
use std::time::{Duration, Instant};

/// What a round took.
#[derive(Clone, Copy)]
pub struct Measured {
    pub took: Duration,
    /// Calls of the allocator; zero unless they are counted.
    pub allocations: u64,
}

/// A running measurement.
pub struct Meter {
    began: Instant,
    allocations: u64,
}

impl Meter {
    pub fn start() -> Self {
        Meter { allocations: allocations::calls(), began: Instant::now() }
    }
    pub fn stop(self) -> Measured {
        let took = self.began.elapsed();
        Measured { took, allocations: allocations::calls() - self.allocations }
    }
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => values[len / 2],
        len => (values[len / 2 - 1] + values[len / 2]) / 2.0,
    }
}

/// Nanoseconds for people.
pub fn time(nanos: f64) -> String {
    match nanos {
        n if n < 10_000.0 => format!("{n:.0} ns"),
        n if n < 10_000_000.0 => format!("{:.1} µs", n / 1e3),
        n => format!("{:.1} ms", n / 1e6),
    }
}
