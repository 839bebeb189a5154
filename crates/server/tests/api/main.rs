//! The API in process: each point of how the API document's silences are read, the document's own examples, sign-in,
//! pages and the description of the API. The files are named after what they hold.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod addresses;
mod alerts;
mod bodies;
mod calls;
mod caps;
mod csv;
mod deleted;
mod document;
mod errors;
mod events;
mod list;
mod members;
mod openapi;
mod other_resources;
mod pages;
mod sessions;
mod sign_in;
mod support;
mod values;
mod writers;
