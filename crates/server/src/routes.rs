//! The handlers, one file for each kind of address.

pub(crate) mod alerts;
pub(crate) mod calls;
pub(crate) mod caps;
pub(crate) mod company;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod pages;
pub(crate) mod records;
pub(crate) mod reference;
pub(crate) mod session;
pub(crate) mod webhook;
