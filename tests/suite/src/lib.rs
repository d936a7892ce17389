//! What the ORM does, written once and run on every driver: see `tests/suite.rs`.
