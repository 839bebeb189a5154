//! The store on SQLite and on PostgreSQL: every test of a method runs on both.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests, as allowed in the tests themselves"
)]

mod accounts;
mod alerts;
mod calls;
mod crash;
mod filters;
mod idempotency;
mod lane;
mod lists;
mod members;
mod races;
mod records;
mod rules;
mod search;
mod sequence;
mod simulator;
mod steps;
mod support;
mod usage;
