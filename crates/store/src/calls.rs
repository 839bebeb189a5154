//! Calls: who takes one is decided and reserved in one change, every report about it is counted in one, and what was
//! counted can be counted again.
//!
//! - `candidates.rs` reads who may take a call, and `decide.rs` lets the domain choose; `reserve.rs` takes the room for the
//!   step that was chosen, all or none; `count.rs` turns what is held into what is counted, or gives it back.
//! - `take.rs`, `report.rs` and `expire.rs` are the changes: a new call, something that was heard of it, nothing more
//!   heard of it.
//! - `keep.rs` is how a call and its steps are read and written; `trace.rs` shows them, `verify.rs` counts everything anew.
//!
//! Each change takes the company's next number first (`sequence.rs`), so that two processes decide one after the other.
//! The conditions of the reserving statement hold all the same, whatever was read before.

mod candidates;
mod count;
mod decide;
mod expire;
mod keep;
mod report;
mod reserve;
mod take;
mod trace;
mod verify;

use domain::{CallEventKind, CallStep, Counted, Decimal, Decision, Id, Instant, Resource};

/// What a new call asks for: an offer, whose groups compete for it, or one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCall {
    /// What it is about.
    pub offer: Option<Id>,
    /// Who is asked, when it is about no offer.
    pub group: Option<Id>,
    /// Who calls, with the country code.
    pub caller_number: Option<String>,
}

/// Why a call went as it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallTrace {
    /// What was decided, the first decision first.
    pub steps: Vec<TracedStep>,
    /// What was reported, in the order in which it came in.
    pub events: Vec<TracedEvent>,
}

/// A decision about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedStep {
    /// When.
    pub decided_at: Instant,
    /// Every candidate, and why it went as it did.
    pub decision: Decision,
    /// Who was dialed; `None` when nobody could take it.
    pub step: Option<CallStep>,
}

/// A report about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedEvent {
    /// The caller's own id of it.
    pub event_id: String,
    /// What happened.
    pub kind: CallEventKind,
    /// When it came in.
    pub at: Instant,
    /// The step that it was about, from 1.
    pub step: i64,
    /// The buyer that it named.
    pub buyer: Option<Id>,
    /// The money that it named.
    pub revenue: Option<Decimal>,
    /// What it added to the counters of the step's group.
    pub counted: Counted,
}

/// A counter that is not what its calls come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallMismatch {
    /// Whose counter: a buyer group's, or a buyer's.
    pub resource: Resource,
    /// Which one's.
    pub id: Id,
    /// The counter's column, such as `attempt_daily_used` or `revenue_reserved`.
    pub counter: String,
    /// What it holds.
    pub kept: Decimal,
    /// What its calls come to.
    pub counted: Decimal,
}
