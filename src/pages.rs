//! One file for each route: fetches, and says what is on the page.

pub mod alerts;
pub mod buyer;
pub mod call;
pub mod caps;
pub mod company;
pub mod group;
pub mod list;
pub mod not_found;
pub mod offer;
pub mod record;
pub mod routing;
pub mod sign_in;
