//! Buyer groups, as server and browser understand them: values, fields, caps, routing, the parameters of lists.
//!
//! Pure: no input or output, no clock, no zone database, no randomness; those are passed in. Start with
//! [`Resource`]: its field tables say what a record holds, and everything else is made from them.

pub mod api;
mod buyer;
pub mod buyer_group;
mod cap;
mod change;
mod company;
mod decimal;
pub mod field;
pub mod filter;
mod id;
mod instant;
pub mod kind;
pub mod list;
mod offer;
mod params;
mod record;
mod resource;
mod routing;
pub mod text;
mod time_zone;
mod value;
mod violation;

pub use cap::{Cap, Caps, Lasting, Metric, Window};
pub use change::{Change, Intent, Parsed, check, team_violation};
pub use decimal::{Decimal, DecimalError};
pub use field::{Field, Key, Section};
pub use id::Id;
pub use instant::{Civil, Date, Instant, WrittenDate};
pub use kind::Kind;
pub use list::{Format, ListQuery, Paging};
pub use params::Params;
pub use resource::Resource;
pub use routing::{Competitor, Eligibility, Reason, State, share, shares};
pub use time_zone::{TimeZone, ZoneNames, Zones};
pub use value::{Input, Value};
pub use violation::{Violation, sentence};
