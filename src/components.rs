//! What pages are made of: props in, callbacks out.

pub mod bell;
pub mod cap_matrix;
pub mod cell;
pub mod confirm;
pub mod decision;
pub mod delete_dialog;
pub mod drag;
pub mod icon;
pub mod key_list;
pub mod leave;
pub mod member_picker;
pub mod menu;
pub mod meter;
pub mod named;
pub mod page;
pub mod pill;
pub mod reason;
pub mod share_rail;
pub mod shell;
pub mod toasts;
