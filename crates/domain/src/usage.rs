//! [`Usage`]: how full a cap is, how fast it fills and when it will be full: what the caps screen shows.

mod fields;
mod query;

use std::cmp::Reverse;

use crate::cap::{Cap, Caps, Metric, Window};
use crate::decimal::Decimal;
use crate::instant::Instant;
use crate::kind::Choice;
use crate::time_zone::Zones;

pub use fields::{USAGE_FIELDS, UsageField, UsageKey, UsageRow};
pub use query::{CAPS_PARAMS, CapsQuery};

/// What is limited: one of the caps, or the calls that are live at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meter {
    /// So much of a metric within a window.
    Cap(Metric, Window),
    /// So many calls at once.
    LiveCalls,
}

/// The names of what is limited, as the API has them in `metric`.
pub const METERS: &[Choice] = &[
    metric(Metric::Attempt),
    metric(Metric::Connection),
    metric(Metric::BuyerConversion),
    metric(Metric::Revenue),
    metric(Metric::EarnedRevenue),
    Choice { name: "live_calls", label: "Live calls" },
];

/// The names of the windows, as the API has them in `window`.
pub const WINDOWS: &[Choice] =
    &[window(Window::Hourly), window(Window::Daily), window(Window::Monthly), window(Window::Total)];

const fn metric(metric: Metric) -> Choice {
    Choice { name: metric.name(), label: metric.label() }
}

const fn window(window: Window) -> Choice {
    Choice { name: window.name(), label: window.label() }
}

impl Meter {
    /// The metric as the API names it: one of [`METERS`].
    #[must_use]
    pub const fn metric_name(self) -> &'static str {
        match self {
            Self::Cap(metric, _) => metric.name(),
            Self::LiveCalls => METERS[METERS.len() - 1].name,
        }
    }

    /// The window; calls that are live at once have none.
    #[must_use]
    pub const fn window(self) -> Option<Window> {
        match self {
            Self::Cap(_, window) => Some(window),
            Self::LiveCalls => None,
        }
    }
}

/// How full a cap is, as one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsageState {
    /// There is no limit.
    Uncapped,
    /// Less than 80 % of the limit is used.
    Open,
    /// 80 % of the limit, or more, is used.
    Near,
    /// What is used and reserved leaves no room for a call.
    Full,
}

/// The names of [`UsageState`].
pub const USAGE_STATES: &[Choice] = &[
    Choice { name: "uncapped", label: "Uncapped" },
    Choice { name: "open", label: "Open" },
    Choice { name: "near", label: "Near" },
    Choice { name: "full", label: "Full" },
];

impl UsageState {
    /// Every state, from the emptiest.
    pub const ALL: [Self; 4] = [Self::Uncapped, Self::Open, Self::Near, Self::Full];

    /// As in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        USAGE_STATES[self as usize].name
    }

    /// As in the panel.
    #[must_use]
    pub const fn label(self) -> &'static str {
        USAGE_STATES[self as usize].label
    }

    fn of(limit: Option<Decimal>, is_full: bool, is_near: bool) -> Self {
        match () {
            () if limit.is_none() => Self::Uncapped,
            () if is_full => Self::Full,
            () if is_near => Self::Near,
            () => Self::Open,
        }
    }
}

/// When each window that runs now began, and when it ends, by the clocks of one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spans {
    now: Instant,
    /// By [`Window`].
    began: [Option<Instant>; 4],
    ends: [Option<Instant>; 4],
}

impl Spans {
    /// The windows of a zone at an instant.
    #[must_use]
    pub fn at(now: Instant, iana: &str, zones: &dyn Zones) -> Self {
        Self {
            now,
            began: Window::ALL.map(|window| window.began(now, iana, zones)),
            ends: Window::ALL.map(|window| window.next_reset(now, iana, zones)),
        }
    }
}

/// How full one cap of a group is, or how many of its live calls are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// What is limited.
    pub meter: Meter,
    /// At most so much; `None`: as much as comes.
    pub limit: Option<Decimal>,
    /// What the current window has counted; of live calls, how many there are.
    pub used: Decimal,
    /// What calls under way may still count.
    pub reserved: Decimal,
    /// What is left of the limit, not below 0.
    pub remaining: Option<Decimal>,
    /// What is used, as a part of the limit: 1 is all of it. More, when the limit was lowered below what is used.
    pub part: Option<Decimal>,
    /// The same as one word.
    pub state: UsageState,
    /// When the window starts anew; neither the total nor live calls do by themselves.
    pub resets_at: Option<Instant>,
    /// How much is counted in an hour: since the window began, or in the last 10 minutes if it began later. The total is
    /// counted at the pace of the month. Live calls have none.
    pub pace: Option<Decimal>,
    /// When what is used would reach the limit at that pace; `None` when it has, when the window ends before, or when
    /// that is more than a year away.
    pub full_at: Option<Instant>,
}

/// Where a cap stands among others when the fullest come first.
pub type Rank = (Reverse<UsageState>, Reverse<Decimal>, i64);

/// A pace is taken over this long at least: the first call of a window makes no forecast.
const LEAST_MS: i64 = 10 * 60_000;
const HOUR_MS: i64 = 3_600_000;
/// What is further away is no forecast.
const FURTHEST_MS: i64 = 366 * 24 * HOUR_MS;

impl Usage {
    /// How full each cap of a group is, in the order of [`Caps::cells`], and its live calls. `caps` has a cell for every
    /// metric and window, whether limited or not: the pace of a total comes from the month.
    #[must_use]
    pub fn of(caps: &Caps, spans: &Spans) -> Vec<Self> {
        let month = |metric| {
            caps.cells.iter().find(|cap| cap.metric == metric && cap.window == Window::Monthly).copied()
        };
        let mut usages: Vec<Self> = caps
            .cells
            .iter()
            .map(|cap| {
                let paced = if cap.window == Window::Total { month(cap.metric) } else { Some(*cap) };
                Self::of_cap(*cap, paced, spans)
            })
            .collect();
        usages.push(Self::of_live_calls(caps));
        usages
    }

    fn of_cap(cap: Cap, paced: Option<Cap>, spans: &Spans) -> Self {
        let state = UsageState::of(cap.limit, cap.is_full(), cap.is_near());
        let pace = paced.and_then(|paced| Pace::of(paced, spans));
        let resets_at = spans.ends[cap.window as usize];
        let full_at = pace.filter(|_| state != UsageState::Full).and_then(|pace| {
            let at = spans.now.plus_ms(pace.ms_until(cap)?);
            resets_at.is_none_or(|end| at < end).then_some(at)
        });
        Self {
            meter: Meter::Cap(cap.metric, cap.window),
            limit: cap.limit,
            used: cap.used,
            reserved: cap.reserved,
            remaining: cap.remaining(),
            part: cap.limit.map(|limit| part(cap.used, limit)),
            state,
            resets_at,
            pace: pace.map(Pace::per_hour),
            full_at,
        }
    }

    fn of_live_calls(caps: &Caps) -> Self {
        let limit = caps.live_limit.map(calls);
        let used = calls(caps.live);
        Self {
            meter: Meter::LiveCalls,
            limit,
            used,
            reserved: Decimal::ZERO,
            remaining: caps.live_limit.map(|limit| calls((limit - caps.live).max(0))),
            part: limit.map(|limit| part(used, limit)),
            state: UsageState::of(limit, caps.no_live_slot(), caps.near_live_limit()),
            resets_at: None,
            pace: None,
            full_at: None,
        }
    }

    /// The rank of a group without any limit: the last.
    pub const NONE: Rank = (Reverse(UsageState::Uncapped), Reverse(Decimal::ZERO), i64::MAX);

    /// Sorts by how full: first what is full, then what is near; the fuller first, then what is next to reset.
    #[must_use]
    pub fn rank(&self) -> Rank {
        let resets_at = self.resets_at.map_or(i64::MAX, Instant::ms);
        (Reverse(self.state), Reverse(self.part.unwrap_or_default()), resets_at)
    }
}

fn calls(number: i64) -> Decimal {
    Decimal::from_units_saturating(number.saturating_mul(Decimal::ONE.units()))
}

/// Of a cap of nothing, nothing is all.
fn part(used: Decimal, limit: Decimal) -> Decimal {
    if limit <= Decimal::ZERO { Decimal::ONE } else { used.max(Decimal::ZERO).part_of(limit) }
}

/// So many units in so many milliseconds; both above 0, unless nothing was counted.
#[derive(Clone, Copy)]
struct Pace {
    units: i64,
    ms: i64,
}

impl Pace {
    /// Of what a window has counted since it began.
    fn of(cap: Cap, spans: &Spans) -> Option<Self> {
        let began = spans.began[cap.window as usize]?;
        let ms = spans.now.ms().saturating_sub(began.ms()).max(LEAST_MS);
        Some(Self { units: cap.used.units().max(0), ms })
    }

    fn per_hour(self) -> Decimal {
        Decimal::from_units_saturating(divided(i128::from(self.units) * i128::from(HOUR_MS), self.ms))
    }

    /// How long it takes to use up a cap; `None` when it never does, or not within the time that forecasts are made for.
    fn ms_until(self, cap: Cap) -> Option<i64> {
        let limit = cap.limit?.units();
        // A limit of 10.5 calls is reached by 10.
        let reached = if cap.metric.is_money() { limit } else { limit - limit % Decimal::ONE.units() };
        let left = i128::from(reached.saturating_sub(cap.used.units().max(0)).max(0));
        let ms = (self.units > 0).then(|| divided(left * i128::from(self.ms), self.units))?;
        (ms <= FURTHEST_MS).then_some(ms)
    }
}

/// Half rounded up; neither is below 0.
fn divided(number: i128, by: i64) -> i64 {
    let by = i128::from(by.max(1));
    i64::try_from((number + by / 2) / by).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
