//! [`Held`] and [`Counted`]: how much of each metric.

use crate::cap::Metric;
use crate::decimal::Decimal;
use crate::eligibility::Need;

/// What a step holds of its group's caps, until it is counted or given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Attempts that were not dialed yet.
    pub attempts: i64,
    /// Connections: 1 until somebody has answered.
    pub connections: i64,
    /// Conversions: 1 until the call has converted.
    pub conversions: i64,
    /// Money that a conversion is expected to bring.
    pub revenue: Decimal,
    /// Live slots: 1 until the call has ended.
    pub slots: i64,
}

impl Held {
    /// What a new step holds.
    #[must_use]
    pub const fn of(need: Need) -> Self {
        Self { attempts: need.attempts, connections: 1, conversions: 1, revenue: need.revenue, slots: 1 }
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// How much of a metric is held.
    #[must_use]
    pub fn metric(self, metric: Metric) -> Decimal {
        match metric {
            Metric::Attempt => whole(self.attempts),
            Metric::Connection => whole(self.connections),
            Metric::BuyerConversion => whole(self.conversions),
            Metric::Revenue | Metric::EarnedRevenue => self.revenue,
        }
    }
}

/// What an event adds to the counters of a group, in every window alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Dials.
    pub attempts: i64,
    /// Answers.
    pub connections: i64,
    /// Conversions.
    pub conversions: i64,
    /// Money, gross.
    pub revenue: Decimal,
    /// Money after reversals; may be negative.
    pub earned: Decimal,
}

impl Counted {
    /// Whether nothing is counted.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// How much of a metric is counted.
    #[must_use]
    pub fn metric(self, metric: Metric) -> Decimal {
        match metric {
            Metric::Attempt => whole(self.attempts),
            Metric::Connection => whole(self.connections),
            Metric::BuyerConversion => whole(self.conversions),
            Metric::Revenue => self.revenue,
            Metric::EarnedRevenue => self.earned,
        }
    }
}

fn whole(count: i64) -> Decimal {
    Decimal::whole(i32::try_from(count).unwrap_or(i32::MAX))
}
