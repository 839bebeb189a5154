//! The store on SQLite and on PostgreSQL: every test of a method runs on both.

mod accounts;
mod crash;
mod idempotency;
mod lane;
mod lists;
mod members;
mod records;
mod rules;
mod search;
mod support;
