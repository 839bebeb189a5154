//! Alerts: what is raised when a cap comes near its limit, reaches it, and has room again; each once per cap and window.

use crate::cap::{Cap, Metric};
use crate::decimal::Decimal;
use crate::field::{Column, Field, Key, Order, Param, Section};
use crate::filter::{Filter, FilterBy, Test};
use crate::kind::{Choice, Kind};
use crate::record;
use crate::usage::{METERS, WINDOWS};

/// What is raised; the names of [`AlertKind`].
pub const KINDS: &[Choice] = &[
    Choice { name: "near", label: "Near the limit" },
    Choice { name: "full", label: "At the limit" },
    Choice { name: "released", label: "Has room again" },
    Choice { name: "undelivered", label: "Webhook failed" },
];

/// What a cap can count; live calls at once come and go, and raise nothing.
const METRICS: &[Choice] = METERS.split_at(Metric::ALL.len()).0;

/// Why an alert is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// The company's share of the limit is used.
    Near,
    /// The limit is reached.
    Full,
    /// What was full has room again, what was near no longer is, or the window has ended.
    Released,
    /// A webhook was given up. At most one a day.
    Undelivered,
}

impl AlertKind {
    /// As in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        KINDS[self as usize].name
    }

    /// What happened, as a sentence for people.
    #[must_use]
    pub fn message(self, group: &str, cap: Cap) -> String {
        let (metric, window) = (cap.metric.label().to_lowercase(), cap.window.per());
        let limit = cap.limit.map_or_else(|| "no limit".to_owned(), |limit| limit.to_string());
        let is = match self {
            Self::Near => "near the limit",
            Self::Full => "at the limit",
            Self::Released => "below the limit again",
            Self::Undelivered => "not delivered",
        };
        format!("{group}: {metric} {window} {is}, {} of {limit}.", cap.used)
    }
}

/// How a cap stands to the lines at which alerts are raised. Only what was counted matters, not what calls under way
/// hold: that comes and goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Below the company's share, without a limit, or nothing was counted.
    #[default]
    Free,
    /// At the company's share, or above.
    Near,
    /// At the limit: one call more, or any money, would pass it.
    Full,
}

impl Level {
    /// The level with that number, 0 to 2; any other is free.
    #[must_use]
    pub const fn numbered(number: i64) -> Self {
        match number {
            1 => Self::Near,
            2 => Self::Full,
            _ => Self::Free,
        }
    }
}

impl Cap {
    /// How it stands, when `share` percent of a limit are near it.
    #[must_use]
    pub fn level(self, share: i64) -> Level {
        let counted = Self { reserved: Decimal::ZERO, ..self };
        match self.limit {
            Some(limit) if self.used > Decimal::ZERO => {
                if counted.is_full() {
                    Level::Full
                } else if self.used.units().saturating_mul(100) >= limit.units().saturating_mul(share) {
                    Level::Near
                } else {
                    Level::Free
                }
            }
            _ => Level::Free,
        }
    }
}

/// What has been raised for a cap in one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Raised {
    /// [`AlertKind::Near`]; or it was passed over, since the limit was reached at once.
    pub near: bool,
    /// [`AlertKind::Full`].
    pub full: bool,
    /// [`AlertKind::Released`].
    pub released: bool,
}

impl Raised {
    /// What is to be raised when a cap moves between two levels; taken note of.
    ///
    /// Each kind comes once, however often the lines are crossed and whatever becomes of the limit.
    pub fn moving(&mut self, before: Level, after: Level) -> Option<AlertKind> {
        let once = |raised: &mut bool, kind| (!std::mem::replace(raised, true)).then_some(kind);
        match (before, after) {
            (_, Level::Full) => {
                self.near = true;
                once(&mut self.full, AlertKind::Full)
            }
            (Level::Free, Level::Near) => once(&mut self.near, AlertKind::Near),
            (Level::Full, _) | (Level::Near, Level::Free) => once(&mut self.released, AlertKind::Released),
            (Level::Free, Level::Free) | (Level::Near, Level::Near) => None,
        }
    }
}

pub(crate) const FILTERS: &[Filter] = &[
    Filter::new(FilterBy::Field(Key::AlertKind), "kind", "Kind", Kind::Choice(KINDS)),
    Filter::new(FilterBy::Field(Key::Open), "open", "Open", Kind::Boolean),
    Filter::new(FilterBy::Field(Key::Read), "read", "Read", Kind::Boolean),
    Filter::new(FilterBy::Field(Key::BuyerGroupId), "buyer_group_id", "Buyer group", Kind::Id),
    Filter::new(FilterBy::Field(Key::Metric), "metric", "Metric", Kind::Choice(METRICS)),
    Filter::new(FilterBy::Field(Key::Window), "window", "Window", Kind::Choice(WINDOWS)),
    Filter {
        by: FilterBy::Field(Key::CreatedAt),
        test: Test::From,
        name: "since",
        label: "Since",
        kind: Kind::Instant,
    },
];

pub(crate) const FIELDS: &[Field] = {
    use Section::{Details, Record};
    &[
        Field::new(Key::Id, Kind::Id, Record, "Id")
            .told("Rises with every alert of the company.")
            .order(Order::Extension),
        Field::new(Key::Type, Kind::Text(64), Record, "Type"),
        Field::new(Key::Uuid, Kind::Text(36), Record, "UUID").told("The id under which a webhook brings it."),
        Field::new(Key::CreatedAt, Kind::Instant, Record, "Raised").order(Order::Extension),
        record::COMPANY_ID,
        Field::new(Key::AlertKind, Kind::Choice(KINDS), Details, "Kind").told("What was raised."),
        Field::new(Key::BuyerGroupId, Kind::Id, Details, "Buyer group").told("Whose cap it is about."),
        Field::new(Key::BuyerGroupName, Kind::Text(255), Details, "Name of the group")
            .told("As it was then."),
        Field::new(Key::Metric, Kind::Choice(METRICS), Details, "Metric").told("What the cap counts."),
        Field::new(Key::Window, Kind::Choice(WINDOWS), Details, "Window").told("Within which stretch."),
        Field::new(Key::CapLimit, Kind::Decimal, Details, "Limit").told("As it was then."),
        Field::new(Key::CapUsed, Kind::Decimal, Details, "Used").told("What was used of it then."),
        Field::new(Key::CapResetsAt, Kind::Instant, Details, "Resets")
            .told("When the window of that time ends; null for totals."),
        Field::new(Key::Open, Kind::Boolean, Details, "Open")
            .told("Whether the cap is still at that line, or above it, in the same window."),
        Field::new(Key::Read, Kind::Boolean, Details, "Read")
            .told("Whether somebody of the company has taken note.")
            .writable(Param::Extension),
        Field::new(Key::Message, Kind::Text(1_000), Details, "Message").told("The same as a sentence."),
        Field::new(Key::Revision, Kind::Count, Record, "Revision").column(Column::OnRequest),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cap::Window;
    use crate::random::Random;

    fn cap(metric: Metric, limit: &str, used: &str) -> Cap {
        Cap::new(metric, Window::Daily, limit.parse().ok(), used.parse().unwrap())
    }

    #[test]
    fn a_cap_is_near_from_the_companys_share_and_full_at_its_limit() {
        use Level::{Free, Full, Near};
        for (metric, limit, used, share, level) in [
            (Metric::Attempt, "100", "79", 80, Free),
            (Metric::Attempt, "100", "80", 80, Near),
            (Metric::Attempt, "100", "99", 80, Near),
            (Metric::Attempt, "100", "100", 80, Full),
            (Metric::Attempt, "100", "120", 80, Full),
            (Metric::Attempt, "100", "99", 100, Free),
            (Metric::Attempt, "100", "1", 1, Near),
            (Metric::Attempt, "10.5", "10", 80, Full),
            (Metric::Revenue, "100", "99.9999", 80, Near),
            (Metric::Revenue, "100", "100", 80, Full),
            (Metric::Attempt, "", "100", 80, Free),
            (Metric::Attempt, "0", "0", 80, Free),
            (Metric::EarnedRevenue, "0", "-5", 80, Free),
            (Metric::Revenue, "99999999999", "99999999998", 100, Near),
        ] {
            let share = if limit == "99999999999" { 99 } else { share };
            assert_eq!(cap(metric, limit, used).level(share), level, "{used} of {limit} at {share} %");
        }
    }

    #[test]
    fn what_is_only_held_raises_nothing() {
        let held = Cap { reserved: "100".parse().unwrap(), ..cap(Metric::Attempt, "100", "10") };
        assert_eq!(held.level(80), Level::Free);
    }

    #[test]
    fn each_kind_is_raised_once_in_a_window_whatever_happens() {
        let mut random = Random::seeded(7);
        for _ in 0..2_000 {
            let (mut raised, mut before, mut kinds) = (Raised::default(), Level::Free, Vec::new());
            for _ in 0..12 {
                let after = Level::numbered(i64::try_from(random.below(3)).unwrap());
                kinds.extend(raised.moving(before, after));
                before = after;
            }
            assert_ne!(kinds.first(), Some(&AlertKind::Released), "nothing is released that was not raised");
            let mut once = kinds.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), kinds.len(), "{kinds:?}");
        }
    }

    #[test]
    fn the_way_of_a_cap_through_a_window() {
        use Level::{Free, Full, Near};
        let kinds = |levels: &[Level]| {
            let mut raised = Raised::default();
            let moves = levels.windows(2).filter_map(|pair| raised.moving(pair[0], pair[1]));
            moves.map(AlertKind::name).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&[Free, Near, Full, Free]), ["near", "full", "released"]);
        assert_eq!(kinds(&[Free, Full, Near, Full]), ["full", "released"]);
        assert_eq!(kinds(&[Free, Near, Free, Near, Full, Free]), ["near", "released", "full"]);
    }

    #[test]
    fn an_alert_says_what_it_is_about() {
        let message = AlertKind::Near.message("Loans East", cap(Metric::BuyerConversion, "100", "80"));
        assert_eq!(message, "Loans East: conversions per day near the limit, 80 of 100.");
    }
}
