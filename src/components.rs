//! What pages are made of: props in, callbacks out.

pub mod confirm;
pub mod icon;
pub mod page;
pub mod shell;
pub mod toasts;
