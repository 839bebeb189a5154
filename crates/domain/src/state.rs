//! [`State`]: how full a group is, as one word.

use crate::cap::Caps;

/// How full a group is, as one word (DOMAIN.md, "State").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Switched on, with room in every cap.
    TakingCalls,
    /// Switched on, and some cap is at 80 % or more.
    NearCap,
    /// Some cap leaves no room; ends by itself at the reset.
    MaxedOut,
    /// Switched off by a person.
    Paused,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::TakingCalls, Self::NearCap, Self::MaxedOut, Self::Paused];

    /// The state of a group.
    #[must_use]
    pub fn of(paused: bool, caps: &Caps) -> Self {
        match () {
            () if paused => Self::Paused,
            () if caps.maxed_out() => Self::MaxedOut,
            () if caps.near() => Self::NearCap,
            () => Self::TakingCalls,
        }
    }

    /// As in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TakingCalls => "taking_calls",
            Self::NearCap => "near_cap",
            Self::MaxedOut => "maxed_out",
            Self::Paused => "paused",
        }
    }

    /// As in the panel.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::TakingCalls => "Taking calls",
            Self::NearCap => "Near a cap",
            Self::MaxedOut => "Maxed out",
            Self::Paused => "Paused",
        }
    }
}
