//! [`StepOutcome`]: what came of a step.

use super::{CallStatus, CallStep};
use crate::call::OUTCOMES;
use crate::id::Id;

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// It is no step: no group could take the call.
    NoTaker,
    /// It is under way.
    Dialing,
    /// One of its buyers answered.
    Connected,
    /// None of its buyers did.
    Failed,
    /// The call was over before one of them did.
    Ended,
    /// Nothing more was heard of it.
    Expired,
}

impl StepOutcome {
    /// What came of a step of a call that has that status. `answered` is the buyer that answered the call, if one did:
    /// nobody is dialed twice for one call.
    #[must_use]
    pub fn of(step: Option<&CallStep>, status: CallStatus, answered: Option<Id>) -> Self {
        let Some(step) = step else { return Self::NoTaker };
        match status {
            _ if answered.is_some_and(|buyer| step.buyers.contains(&buyer)) => Self::Connected,
            _ if step.failed.len() == step.buyers.len() => Self::Failed,
            CallStatus::Dialing => Self::Dialing,
            CallStatus::Expired => Self::Expired,
            _ => Self::Ended,
        }
    }

    /// As in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        OUTCOMES[self as usize].name
    }

    /// As in the panel.
    #[must_use]
    pub const fn label(self) -> &'static str {
        OUTCOMES[self as usize].label
    }
}
