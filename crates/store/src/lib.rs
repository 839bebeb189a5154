//! The only place with SQL: SQLite and PostgreSQL behind one set of methods.
//!
//! Synchronous: every call is made from a thread that may block. It knows the domain, but no HTTP and no clock.
//!
//! - [`Store::read`] gives a [`Reader`] on one snapshot, [`Store::write`] queues a change for a [`Writer`].
//! - Every method takes the company first, every write the [`Actor`]; no statement reads across companies, but for the one
//!   that finds calls whose time is over.
//! - Which field is kept where follows from the domain's field tables (`place.rs`): groups, buyers, offers and the
//!   company are read and written by the same few methods.
//! - Calls are decided and counted in `calls.rs`; which records changed since a moment, `sequence.rs` knows.
//! - The tables stand in `schema.rs`, what the two databases need of a statement in `engine.rs`, the writer lane in
//!   `lane.rs`.

mod able;
mod accounts;
mod alerts;
mod calls;
mod caps;
mod columns;
mod create;
mod delete;
mod engine;
mod error;
mod faults;
mod history;
mod idempotency;
mod ids;
mod judge;
mod lane;
mod list;
mod members;
mod narrow;
mod outbox;
mod place;
mod plan;
mod plans;
mod reader;
mod records;
mod relation;
mod schema;
mod search;
mod seed;
mod sequence;
mod share;
mod sql;
mod store;
mod summary;
mod update;
mod usage;
mod writer;

pub use calls::{CallMismatch, CallTrace, NewCall, TracedEvent, TracedStep};
pub use error::{Error, OpenError};
pub use outbox::{Delivery, Due, WebhookState};
pub use reader::Reader;
pub use records::{
    Actor, ApiKey, ChangeEntry, Company, Found, Name, NewKey, Page, Role, SavedAnswer, Session, User,
};
pub use schema::PROGRAM_VERSION;
pub use sequence::Missed;
pub use store::{Settings, Store};
pub use usage::CapsPage;
pub use writer::Writer;
