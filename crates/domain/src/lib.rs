//! Buyer groups, as server and browser understand them: values, fields, caps, routing, the parameters of lists.
//!
//! Pure: no input or output, no clock, no zone database, no randomness; those are passed in. Start with
//! [`Resource`]: its field tables say what a record holds, and everything else is made from them.

pub mod alert;
pub mod api;
mod buyer;
pub mod buyer_group;
pub mod call;
mod call_event;
mod call_progress;
mod cap;
mod change;
mod company;
mod decimal;
mod eligibility;
pub mod field;
pub mod filter;
mod hours;
mod id;
mod instant;
pub mod kind;
pub mod list;
mod offer;
mod params;
mod random;
mod record;
mod resource;
mod routing;
mod share;
mod simulate;
mod state;
pub mod text;
mod time_zone;
pub mod usage;
mod value;
mod violation;

pub use alert::{AlertKind, Level, Raised};
pub use call_event::{CallEvent, CallEventKind, EVENT_FIELDS, EVENTS};
pub use call_progress::{CallProgress, CallStatus, CallStep, Counted, Effect, Held, RING_MS, StepOutcome};
pub use cap::{Cap, Caps, Lasting, Metric, Window};
pub use change::{Change, Intent, Parsed, check, team_violation};
pub use decimal::{Decimal, DecimalError};
pub use eligibility::{Eligibility, Need, Reason, Standing};
pub use field::{Field, Key, Section};
pub use hours::{Hours, Opening};
pub use id::Id;
pub use instant::{Civil, Date, Instant, WrittenDate};
pub use kind::Kind;
pub use list::{Format, ListQuery, Paging};
pub use params::Params;
pub use random::Random;
pub use resource::Resource;
pub use routing::{Candidate, Decision, Traced, Verdict, draw};
pub use share::{Competitor, share, shares};
pub use simulate::{
    ANSWERS_AFTER_MS, Contender, Filled, GIVES_UP_AFTER_MS, Pattern, Played, Simulated, simulate,
};
pub use state::State;
pub use time_zone::{FixedOffset, TimeZone, ZoneNames, Zones};
pub use usage::{CapsQuery, Meter, Spans, Usage, UsageField, UsageKey, UsageRow, UsageState};
pub use value::{Input, Value};
pub use violation::{Violation, sentence};
