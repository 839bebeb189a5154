//! A group in a day that is played: what its caps have counted and hold.

use crate::cap::{Cap, Metric};
use crate::decimal::Decimal;
use crate::eligibility::Need;
use crate::hours::Opening;
use crate::instant::Instant;
use crate::time_zone::FixedOffset;

use super::{Contender, Filled, Played};

pub(super) struct Group<'a> {
    pub(super) contender: &'a Contender,
    /// What each of its steps needs.
    need: Need,
    /// The caps that have a limit, each with the end of its window.
    cells: Vec<(Cap, Option<Instant>)>,
    live: i64,
    is_open: bool,
    played: Played,
}

impl<'a> Group<'a> {
    /// A group when the day begins; it is to be woken then.
    pub(super) fn new(contender: &'a Contender, need: Need, from: Instant) -> Self {
        let mut played = Played {
            group: contender.group,
            attempts: 0,
            connections: 0,
            conversions: 0,
            revenue: Decimal::ZERO,
            most_live: 0,
            filled: Vec::new(),
        };
        let limited = contender.caps.cells.iter().filter(|cap| cap.limit.is_some());
        let zone = FixedOffset(contender.offset);
        let cells: Vec<(Cap, Option<Instant>)> = limited
            .map(|cap| (Cap { reserved: Decimal::ZERO, ..*cap }, cap.window.next_reset(from, "", &zone)))
            .collect();
        let full = cells.iter().map(|(cap, _)| cap).filter(|cap| cap.is_full());
        played.filled.extend(full.map(|cap| Filled { metric: cap.metric, window: cap.window, at: from }));
        Self { contender, need, cells, live: 0, is_open: true, played }
    }

    /// Starts windows anew that have ended, and looks at the hours; gives the next time at which to do so.
    pub(super) fn wake(&mut self, now: Instant) -> Option<Instant> {
        let zone = FixedOffset(self.contender.offset);
        for (cap, end) in &mut self.cells {
            if end.is_some_and(|end| end <= now) {
                cap.used = Decimal::ZERO;
                *end = cap.window.next_reset(now, "", &zone);
            }
        }
        let opening = Opening::at(self.contender.hours.as_ref(), now, "", &zone);
        self.is_open = matches!(opening, Opening::Open { .. });
        let (Opening::Open { closes_at: change } | Opening::Closed { opens_at: change }) = opening;
        self.cells.iter().filter_map(|(_, end)| *end).chain(change).min()
    }

    pub(super) fn can_take_a_call(&self) -> bool {
        let Contender { paused, buyers, caps, .. } = self.contender;
        !paused
            && self.is_open
            && *buyers > 0
            && caps.live_limit.is_none_or(|limit| self.live < limit)
            && self.cells.iter().all(|(cap, _)| cap.has_room(self.need.of(cap.metric)))
    }

    /// Holds what a step may take, and dials it.
    pub(super) fn dial(&mut self, now: Instant) {
        self.live += 1;
        self.played.most_live = self.played.most_live.max(self.live);
        for metric in [Metric::Connection, Metric::BuyerConversion, Metric::Revenue, Metric::EarnedRevenue] {
            self.hold(metric, self.need.of(metric).units());
        }
        self.played.attempts += self.need.attempts;
        self.count(Metric::Attempt, now);
    }

    /// Gives back what a step has not used.
    pub(super) fn fail(&mut self) {
        self.let_go(&[Metric::Connection, Metric::BuyerConversion, Metric::Revenue, Metric::EarnedRevenue]);
        self.live -= 1;
    }

    pub(super) fn connect(&mut self, now: Instant) {
        self.let_go(&[Metric::Connection]);
        self.played.connections += 1;
        self.count(Metric::Connection, now);
    }

    pub(super) fn end(&mut self, converts: bool, now: Instant) {
        self.let_go(&[Metric::BuyerConversion, Metric::Revenue, Metric::EarnedRevenue]);
        self.live -= 1;
        if converts {
            self.played.conversions += 1;
            self.played.revenue = sum(self.played.revenue, self.need.revenue.units());
            for metric in [Metric::BuyerConversion, Metric::Revenue, Metric::EarnedRevenue] {
                self.count(metric, now);
            }
        }
    }

    pub(super) fn played(self) -> Played {
        self.played
    }

    fn let_go(&mut self, metrics: &[Metric]) {
        metrics.iter().for_each(|metric| self.hold(*metric, -self.need.of(*metric).units()));
    }

    fn hold(&mut self, metric: Metric, units: i64) {
        for (cap, _) in self.cells.iter_mut().filter(|(cap, _)| cap.metric == metric) {
            cap.reserved = sum(cap.reserved, units);
        }
    }

    /// Counts what a step needs of a metric.
    fn count(&mut self, metric: Metric, now: Instant) {
        let units = self.need.of(metric).units();
        for (cap, _) in self.cells.iter_mut().filter(|(cap, _)| cap.metric == metric) {
            let was_full = is_full(cap);
            cap.used = sum(cap.used, units);
            if is_full(cap) && !was_full {
                self.played.filled.push(Filled { metric, window: cap.window, at: now });
            }
        }
    }
}

/// Whether what was counted, without what is held, leaves no room.
fn is_full(cap: &Cap) -> bool {
    Cap { reserved: Decimal::ZERO, ..*cap }.is_full()
}

fn sum(one: Decimal, units: i64) -> Decimal {
    Decimal::from_units_saturating(one.units() + units)
}
