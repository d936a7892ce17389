//! The identity map's memory, attacked with safe programs: what could dangle, tear, leak or lie.
//!
//! They run under AddressSanitizer with leak detection, too (`./test` does that).
#![forbid(unsafe_op_in_unsafe_fn)]

mod heap {
    mod database;
    mod entities;
    mod process;

    mod collections;
    mod described;
    mod drafts;
    mod flushes;
    mod forged;
    mod forks;
    mod graphs;
    mod keys;
    mod leaks;
    mod lifetimes;
    mod links;
    mod panics;
    mod programs;
    mod stale;
    mod threads;
    mod two_heaps;
    mod unread;
    mod wide;
}
