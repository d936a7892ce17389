//! The PostgreSQL driver against a server. `TEST_POSTGRES_URL` says which; each test has a schema of its own.

mod postgres {
    mod batches;
    mod cancellation;
    mod encoding;
    mod errors;
    mod pool;
    mod queries;
    mod support;
    mod transactions;
}
