//! The API server: routes, rendering, sign-in, the accept loop and the command line.
//!
//! [`app`] holds every route. A request becomes a `Call` (`call.rs`), whose handler in `routes/` is a few lines between
//! the domain's parsers and the store. Only `error.rs` has status codes; nothing here has SQL.

pub mod accounts;
mod app;
mod assets;
mod auth;
mod call;
pub mod cli;
mod conditions;
mod counters;
mod csv;
mod demo;
mod docs;
mod error;
mod events;
mod finish;
mod housekeeping;
mod listen;
mod negotiate;
mod openapi;
mod origin;
mod params;
mod render;
mod routes;
pub mod secret;
mod stale;
mod state;
mod webhooks;
mod zones;

pub use app::{Service, app};
pub use assets::Assets;
pub use demo::{Demo, fill as fill_demo};
pub use listen::serve;
pub use origin::{Origin, Origins};
pub use params::BODY_DEADLINE;
pub use state::{App, Parts, system_clock};
pub use webhooks::{Targets, Webhooks};
pub use zones::BundledZones;
