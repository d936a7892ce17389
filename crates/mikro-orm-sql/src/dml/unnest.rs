//! Inserts and updates of many rows from one array per column.
