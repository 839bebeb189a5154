//! One file for each route: fetches, and says what is on the page.

pub mod list;
pub mod not_found;
pub mod sign_in;
