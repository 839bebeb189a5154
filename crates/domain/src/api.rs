//! The bodies of answers that server and browser share.

use serde::Serialize;

use crate::decimal::Decimal;
use crate::usage::{CapsQuery, UsageState};

/// `metadata` of a list (COMPATIBILITY.md 4 and 21).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// Records in all, whatever the page.
    pub total_count: u64,
    /// The page sent; absent when the list is walked by `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Records on a page.
    pub per_page: u32,
    /// Pages in all.
    pub total_pages: u64,
    /// The next page; null on the last.
    pub next_page: Option<u32>,
    /// Where `cursor` goes on; 0 at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<i64>,
    /// Groups in each state, when `summary=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub states: Option<States>,
    /// Each tier, the lowest first, when `summary=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Vec<TierSummary>>,
}

/// How many groups are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct States {
    /// In every state together; deleted ones are not among them.
    pub all: u64,
    /// With room in every cap.
    pub taking_calls: u64,
    /// Some cap at 80 % or more.
    pub near_cap: u64,
    /// Some cap without room.
    pub maxed_out: u64,
    /// Switched off.
    pub paused: u64,
    /// Deleted, and in none of the other counts.
    pub deleted: u64,
}

/// One tier of the routing order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierSummary {
    /// The tier.
    pub tier: Decimal,
    /// Groups in it.
    pub groups: u64,
    /// Those of them that can take a call now.
    pub can_take_calls: u64,
}

/// `metadata` of the caps screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CapsMetadata {
    /// Rows in all, whatever the page.
    pub total_count: u64,
    /// The page sent.
    pub page: u32,
    /// Rows on a page.
    pub per_page: u32,
    /// Pages in all.
    pub total_pages: u64,
    /// The next page; null on the last.
    pub next_page: Option<u32>,
    /// How many rows there are in each state, whichever states are asked for.
    pub states: UsageStates,
}

impl CapsMetadata {
    /// What is said of a page of so many rows in all.
    #[must_use]
    pub fn of(query: &CapsQuery, total_count: u64, states: UsageStates) -> Self {
        let (page, per_page) = (query.page, query.per_page);
        let total_pages = total_count.div_ceil(u64::from(per_page.max(1)));
        let next_page = (u64::from(page) < total_pages).then(|| page + 1);
        Self { total_count, page, per_page, total_pages, next_page, states }
    }
}

/// How many rows of the caps screen are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UsageStates {
    /// In every state together.
    pub all: u64,
    /// Groups without a limit.
    pub uncapped: u64,
    /// Less than 80 % used.
    pub open: u64,
    /// 80 % used, or more.
    pub near: u64,
    /// Without room for a call.
    pub full: u64,
}

impl UsageStates {
    /// Counts one more.
    pub fn add(&mut self, state: UsageState) {
        self.all += 1;
        *match state {
            UsageState::Uncapped => &mut self.uncapped,
            UsageState::Open => &mut self.open,
            UsageState::Near => &mut self.near,
            UsageState::Full => &mut self.full,
        } += 1;
    }
}

/// The body of every refusal (COMPATIBILITY.md 7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Always false.
    pub success: bool,
    /// The HTTP status.
    pub status: u16,
    /// Sentences for people, what to do next among them.
    pub error: String,
    /// For each parameter at fault its broken rules, as the rest of a sentence.
    pub errors: std::collections::BTreeMap<String, Vec<String>>,
    /// Names the request in the server's log.
    pub request_id: String,
}
