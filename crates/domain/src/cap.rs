//! Caps: metric × window, how full each is, and when a window starts anew.

use crate::decimal::Decimal;
use crate::instant::{Civil, Instant};
use crate::time_zone::Zones;

/// What a cap counts (COMPATIBILITY.md 18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Each dial, whatever comes of it.
    Attempt,
    /// The buyer answered.
    Connection,
    /// The call was worth money.
    BuyerConversion,
    /// What conversions brought, gross.
    Revenue,
    /// What is left of it after reversals.
    EarnedRevenue,
}

impl Metric {
    /// Every metric, in the order in which a call meets them.
    pub const ALL: [Self; 5] =
        [Self::Attempt, Self::Connection, Self::BuyerConversion, Self::Revenue, Self::EarnedRevenue];

    /// As in the API's names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Connection => "connection",
            Self::BuyerConversion => "buyer_conversion",
            Self::Revenue => "revenue",
            Self::EarnedRevenue => "earned_revenue",
        }
    }

    /// The heading of its row.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Attempt => "Attempts",
            Self::Connection => "Connections",
            Self::BuyerConversion => "Conversions",
            Self::Revenue => "Revenue",
            Self::EarnedRevenue => "Earned revenue",
        }
    }

    /// What one unit of it is, in a word or two.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Attempt => "tries",
            Self::Connection => "answered",
            Self::BuyerConversion => "paid calls",
            Self::Revenue => "gross",
            Self::EarnedRevenue => "after reversals",
        }
    }

    /// Whether it counts money rather than calls.
    #[must_use]
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Revenue | Self::EarnedRevenue)
    }
}

/// The stretch of time that a cap counts within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// From full hour to full hour.
    Hourly,
    /// From midnight to midnight.
    Daily,
    /// From the 1st to the 1st.
    Monthly,
    /// Since the last reset of the totals.
    Total,
}

impl Window {
    /// Every window, the shortest first.
    pub const ALL: [Self; 4] = [Self::Hourly, Self::Daily, Self::Monthly, Self::Total];
    /// The windows that start anew by themselves.
    pub const RESETTING: [Self; 3] = [Self::Hourly, Self::Daily, Self::Monthly];

    /// As in the API's names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Monthly => "monthly",
            Self::Total => "total",
        }
    }

    /// The heading of its column.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hourly => "Hour",
            Self::Daily => "Today",
            Self::Monthly => "Month",
            Self::Total => "Total",
        }
    }

    /// When it counted, as the end of a sentence.
    #[must_use]
    pub const fn when(self) -> &'static str {
        match self {
            Self::Hourly => "this hour",
            Self::Daily => "today",
            Self::Monthly => "this month",
            Self::Total => "in total",
        }
    }

    /// How often it counts, as the end of a sentence that outlasts it.
    #[must_use]
    pub const fn per(self) -> &'static str {
        match self {
            Self::Hourly => "per hour",
            Self::Daily => "per day",
            Self::Monthly => "per month",
            Self::Total => "in total",
        }
    }

    /// The start of the next window after `now`, in the zone's own hours, days and months; `None` for the total,
    /// which never starts anew by itself.
    ///
    /// A midnight that the zone skips is the first instant after it; one that it has twice is the earlier.
    #[must_use]
    pub fn next_reset(self, now: Instant, iana: &str, zones: &dyn Zones) -> Option<Instant> {
        const HOUR_MS: i64 = 3_600_000;
        let local = now.civil(zones.offset_at(iana, now));
        let next = match self {
            // The next full hour of the clock that runs now; where a jump comes first, it comes at that hour.
            Self::Hourly => return Some(now.plus_ms(HOUR_MS - local.ms_of_day % HOUR_MS)),
            Self::Daily => local.date.next_day(),
            Self::Monthly => local.date.next_month(),
            Self::Total => return None,
        };
        let (earlier, later) = zones.instants(iana, Civil { date: next, ms_of_day: 0 });
        Some(if earlier > now { earlier } else { later })
    }

    /// When the window that runs at `now` began: the last instant not after it at which one started anew; `None` for the
    /// total.
    #[must_use]
    pub fn began(self, now: Instant, iana: &str, zones: &dyn Zones) -> Option<Instant> {
        const DAY_MS: i64 = 86_400_000;
        // Longer than any window is, however its clocks were set; then from reset to reset.
        let before = match self {
            Self::Hourly => DAY_MS / 8,
            Self::Daily => 3 * DAY_MS,
            Self::Monthly => 33 * DAY_MS,
            Self::Total => return None,
        };
        let mut began = now.plus_ms(-before);
        while let Some(next) =
            self.next_reset(began, iana, zones).filter(|next| *next <= now && *next > began)
        {
            began = next;
        }
        Some(began)
    }
}

/// One cell of the cap matrix. `limit` `None` is no cap, 0 a cap of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// What it counts.
    pub metric: Metric,
    /// Within which stretch.
    pub window: Window,
    /// At most so much; `None`: as much as comes.
    pub limit: Option<Decimal>,
    /// What the current window has counted.
    pub used: Decimal,
    /// What calls under way may still count. No window's end takes that away: whenever such a call counts, it does so in
    /// the window that is current then.
    pub reserved: Decimal,
}

impl Cap {
    /// A cap of which nothing is reserved.
    #[must_use]
    pub const fn new(metric: Metric, window: Window, limit: Option<Decimal>, used: Decimal) -> Self {
        Self { metric, window, limit, used, reserved: Decimal::ZERO }
    }

    /// Whether it leaves no room: for calls, when one more would pass the limit; for money, when the limit is reached.
    #[must_use]
    pub fn is_full(self) -> bool {
        !self.has_room(Decimal::ZERO)
    }

    /// Whether it has room for so much more: for one call, or some money, at least.
    #[must_use]
    pub fn has_room(self, more: Decimal) -> bool {
        let least = if self.metric.is_money() { 1 } else { Decimal::ONE.units() };
        let Some(limit) = self.limit else { return true };
        self.taken().saturating_add(more.units().max(least)) <= limit.units()
    }

    /// What is left of the limit, not below 0; `None` without one.
    #[must_use]
    pub fn remaining(self) -> Option<Decimal> {
        self.limit.map(|limit| Decimal::from_units_saturating((limit.units() - self.taken()).max(0)))
    }

    /// Whether 80 % of the limit, or more, is used.
    #[must_use]
    pub fn is_near(self) -> bool {
        self.limit.is_some_and(|limit| self.counted() * 5 >= limit.units() * 4)
    }

    /// What was used, in units. Reversals that take back more than a window has earned make no room in a cap of
    /// nothing: so a window that starts anew never makes matters worse.
    fn counted(self) -> i64 {
        self.used.units().max(0)
    }

    /// What is used and reserved, in units.
    fn taken(self) -> i64 {
        self.counted().saturating_add(self.reserved.units())
    }

    /// How long `holds` does, when its window ends at `end`.
    fn lasting(self, holds: impl Fn(Self) -> bool, end: Option<Instant>) -> Lasting {
        match end {
            _ if !holds(self) => Lasting::No,
            Some(end) if !holds(Self { used: Decimal::ZERO, ..self }) => Lasting::Until(end),
            _ => Lasting::ForGood,
        }
    }
}

/// How long something lasts while nothing more is counted and nobody changes a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lasting {
    /// It is not so.
    No,
    /// It is so before that instant, and not from then on.
    Until(Instant),
    /// It does not end by itself.
    ForGood,
}

/// All caps of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Metric × window, in the order of [`Metric::ALL`] and [`Window::ALL`].
    pub cells: Vec<Cap>,
    /// Live calls at once, at most; `None`: no limit.
    pub live_limit: Option<i64>,
    /// Live calls now.
    pub live: i64,
}

impl Caps {
    /// The caps without room.
    pub fn full(&self) -> impl Iterator<Item = &Cap> {
        self.cells.iter().filter(|cap| cap.is_full())
    }

    /// Whether no live slot is free.
    #[must_use]
    pub fn no_live_slot(&self) -> bool {
        self.live_limit.is_some_and(|limit| self.live >= limit)
    }

    /// Whether some cap, or the concurrency cap, leaves no room for a call.
    #[must_use]
    pub fn maxed_out(&self) -> bool {
        self.no_live_slot() || self.full().next().is_some()
    }

    /// Whether some cap, or the concurrency cap, is at 80 % or more.
    #[must_use]
    pub fn near(&self) -> bool {
        self.near_live_limit() || self.cells.iter().any(|cap| cap.is_near())
    }

    /// Whether 80 % of the live calls that it may have at once, or more, are live.
    pub(crate) fn near_live_limit(&self) -> bool {
        self.live_limit.is_some_and(|limit| self.live * 5 >= limit * 4)
    }

    /// How long [`Caps::maxed_out`] holds. `end` tells when a window ends; the cells hold what it has counted, even when
    /// that has passed.
    #[must_use]
    pub fn full_for(&self, end: impl Fn(Window) -> Option<Instant>) -> Lasting {
        self.lasting(self.no_live_slot(), Cap::is_full, end)
    }

    /// How long [`Caps::near`] holds; as [`Caps::full_for`].
    #[must_use]
    pub fn near_for(&self, end: impl Fn(Window) -> Option<Instant>) -> Lasting {
        self.lasting(self.near_live_limit(), Cap::is_near, end)
    }

    fn lasting(
        &self,
        live: bool,
        holds: impl Fn(Cap) -> bool,
        end: impl Fn(Window) -> Option<Instant>,
    ) -> Lasting {
        let live = if live { Lasting::ForGood } else { Lasting::No };
        self.cells.iter().map(|cap| cap.lasting(&holds, end(cap.window))).fold(live, Ord::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cap(metric: Metric, limit: &str, used: &str) -> Cap {
        let used = used.parse().unwrap();
        Cap { metric, window: Window::Daily, limit: limit.parse().ok(), used, reserved: Decimal::ZERO }
    }

    #[test]
    fn a_cap_on_calls_is_full_when_one_more_would_pass_it() {
        for (limit, used, full) in [
            ("", "9999", false),
            ("0", "0", true),
            ("1", "0", false),
            ("1", "1", true),
            ("10.5", "9", false),
            ("10.5", "10", true),
            ("3", "5", true),
        ] {
            assert_eq!(cap(Metric::Attempt, limit, used).is_full(), full, "{used} of {limit}");
        }
    }

    #[test]
    fn a_cap_on_money_is_full_when_it_is_reached() {
        for (limit, used, full) in
            [("100", "99.9999", false), ("100", "100", true), ("0", "0", true), ("", "1", false)]
        {
            assert_eq!(cap(Metric::Revenue, limit, used).is_full(), full, "{used} of {limit}");
        }
    }

    #[test]
    fn no_cap_of_nothing_has_room() {
        assert!(cap(Metric::EarnedRevenue, "0", "-5").is_full());
        assert!(cap(Metric::EarnedRevenue, "0", "-5").is_near());
        assert!(!cap(Metric::EarnedRevenue, "1", "-5").is_full());
    }

    #[test]
    fn a_full_cap_lasts_until_the_last_window_in_which_it_is_full_ends() {
        let at = |window| match window {
            Window::Total => None,
            window => Some(Instant::from_ms(window as i64 + 1)),
        };
        let of = |cells: &[(Window, &str, &str)], live| {
            let cell = |&(window, limit, used)| Cap { window, ..cap(Metric::Attempt, limit, used) };
            Caps { cells: cells.iter().map(cell).collect(), live_limit: Some(5), live }
        };
        let (hour, day, total) = (Window::Hourly, Window::Daily, Window::Total);
        for (cells, live, full, near) in [
            (&[(day, "9", "3")][..], 0, Lasting::No, Lasting::No),
            (&[(day, "9", "9")], 0, Lasting::Until(Instant::from_ms(2)), Lasting::Until(Instant::from_ms(2))),
            (
                &[(hour, "9", "9"), (day, "10", "8")],
                0,
                Lasting::Until(Instant::from_ms(1)),
                Lasting::Until(Instant::from_ms(2)),
            ),
            (&[(total, "9", "8")], 0, Lasting::No, Lasting::ForGood),
            (&[(hour, "0", "0")], 0, Lasting::ForGood, Lasting::ForGood),
            (&[(day, "9", "9")], 5, Lasting::ForGood, Lasting::ForGood),
            (&[], 4, Lasting::No, Lasting::ForGood),
        ] {
            let caps = of(cells, live);
            assert_eq!((caps.full_for(at), caps.near_for(at)), (full, near), "{cells:?} {live}");
        }
    }

    #[test]
    fn what_is_reserved_takes_room_and_outlasts_the_window() {
        let reserved = |limit, used, reserved: &str| Cap {
            reserved: reserved.parse().unwrap(),
            ..cap(Metric::Attempt, limit, used)
        };
        assert!(reserved("10", "5", "5").is_full());
        assert!(!reserved("10", "5", "4").is_full());
        assert_eq!(reserved("10", "5", "4").remaining(), Some(Decimal::ONE));
        assert!(!reserved("10", "5", "4").is_near(), "near is about what was used");
        let caps = |cap| Caps { cells: vec![cap], live_limit: None, live: 0 };
        let end = Instant::from_ms(5);
        assert_eq!(caps(reserved("10", "5", "5")).full_for(|_| Some(end)), Lasting::Until(end));
        assert_eq!(caps(reserved("10", "0", "10")).full_for(|_| Some(end)), Lasting::ForGood);
    }

    #[test]
    fn a_cap_on_money_has_room_for_what_is_left_of_it() {
        let money = cap(Metric::Revenue, "100", "70");
        assert!(money.has_room("30".parse().unwrap()));
        assert!(!money.has_room("30.0001".parse().unwrap()));
    }

    #[test]
    fn near_begins_at_80_percent() {
        assert!(!cap(Metric::Attempt, "1000", "799").is_near());
        assert!(cap(Metric::Attempt, "1000", "800").is_near());
        assert!(!cap(Metric::Attempt, "", "800").is_near());
    }
}
