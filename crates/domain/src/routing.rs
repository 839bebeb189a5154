//! Who can take a call, and which share of its tier's calls.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::cap::{Caps, Metric, Window};
use crate::decimal::Decimal;
use crate::instant::Instant;
use crate::value::Input;

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

/// Why a group cannot take a call now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A person switched it off.
    Paused,
    /// A cap leaves no room.
    CapFull {
        /// What it counts.
        metric: Metric,
        /// Within which stretch.
        window: Window,
        /// When the window starts anew; the total never does by itself.
        resets_at: Option<Instant>,
    },
    /// As many live calls as it may have.
    NoLiveSlot,
    /// It has no buyers.
    NoBuyer,
    /// All of its buyers are paused.
    BuyersPaused,
}

impl Reason {
    /// A word for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::CapFull { .. } => "cap_full",
            Self::NoLiveSlot => "no_live_slot",
            Self::NoBuyer => "no_buyer",
            Self::BuyersPaused => "buyers_paused",
        }
    }

    /// A sentence for people, without the time of the reset.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Paused => "The group is paused.".to_owned(),
            Self::CapFull { metric, window, .. } => {
                format!("The cap on {} {} is full.", metric.label().to_ascii_lowercase(), window.when())
            }
            Self::NoLiveSlot => "As many calls are live as the group may have at once.".to_owned(),
            Self::NoBuyer => "The group has no buyers.".to_owned(),
            Self::BuyersPaused => "All of its buyers are paused.".to_owned(),
        }
    }
}

impl Reason {
    fn read(input: &Input) -> Option<Self> {
        let text = |name| member(input, name).and_then(Input::as_text);
        Some(match text("code")? {
            "paused" => Self::Paused,
            "no_live_slot" => Self::NoLiveSlot,
            "no_buyer" => Self::NoBuyer,
            "buyers_paused" => Self::BuyersPaused,
            "cap_full" => Self::CapFull {
                metric: Metric::ALL.into_iter().find(|metric| Some(metric.name()) == text("metric"))?,
                window: Window::ALL.into_iter().find(|window| Some(window.name()) == text("window"))?,
                resets_at: text("resets_at").and_then(Instant::parse),
            },
            _ => return None,
        })
    }
}

/// A member of an object.
fn member<'a>(input: &'a Input, name: &str) -> Option<&'a Input> {
    let Input::Map(members) = input else { return None };
    members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

impl Serialize for Reason {
    /// `{"code", "message"}`, for a cap also `metric`, `window`, `resets_at`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("message", &self.message())?;
        if let Self::CapFull { metric, window, resets_at } = self {
            map.serialize_entry("metric", metric.name())?;
            map.serialize_entry("window", window.name())?;
            map.serialize_entry("resets_at", resets_at)?;
        }
        map.end()
    }
}

/// Whether a group can take a call now: it can when there is no reason against it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eligibility {
    /// Every reason why not.
    pub reasons: Vec<Reason>,
}

impl Eligibility {
    /// Judges a group by its pause, its caps and its buyers. `resets_at` tells when a window starts anew.
    #[must_use]
    pub fn of(
        paused: bool,
        caps: &Caps,
        buyers: usize,
        buyers_on: usize,
        resets_at: impl Fn(Window) -> Option<Instant>,
    ) -> Self {
        let mut reasons = Vec::new();
        if paused {
            reasons.push(Reason::Paused);
        }
        reasons.extend(caps.full().map(|cap| Reason::CapFull {
            metric: cap.metric,
            window: cap.window,
            resets_at: resets_at(cap.window),
        }));
        if caps.no_live_slot() {
            reasons.push(Reason::NoLiveSlot);
        }
        if buyers == 0 {
            reasons.push(Reason::NoBuyer);
        } else if buyers_on == 0 {
            reasons.push(Reason::BuyersPaused);
        }
        Self { reasons }
    }

    /// Reads back what the server sent; a reason that this version does not know is left out.
    #[must_use]
    pub fn read(input: &Input) -> Self {
        let reasons = member(input, "reasons");
        let Some(Input::List(items)) = reasons else { return Self::default() };
        Self { reasons: items.iter().filter_map(Reason::read).collect() }
    }

    /// Whether nothing speaks against it.
    #[must_use]
    pub fn can_take_calls(&self) -> bool {
        self.reasons.is_empty()
    }
}

impl Serialize for Eligibility {
    /// `{"can_take_calls": false, "reasons": [...]}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("can_take_calls", &self.can_take_calls())?;
        map.serialize_entry("reasons", &self.reasons)?;
        map.end()
    }
}

/// A group among the others of its tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Competitor {
    /// Its part of the tier's calls, against the sum of all weights.
    pub weight: Decimal,
    /// Whether it can take a call now.
    pub eligible: bool,
}

/// The share that each group of one tier would get of its calls now, from 0 to 1 (DOMAIN.md, "Share").
///
/// ```
/// use domain::{Competitor, Decimal, shares};
/// let group = |weight, eligible| Competitor { weight: Decimal::whole(weight), eligible };
/// let shares = shares(&[group(3, true), group(1, true), group(9, false)]);
/// assert_eq!(format!("{} {} {}", shares[0], shares[1], shares[2]), "0.75 0.25 0");
/// ```
#[must_use]
pub fn shares(tier: &[Competitor]) -> Vec<Decimal> {
    let eligible = tier.iter().filter(|group| group.eligible);
    let count = eligible.clone().count();
    let sum: i64 = eligible.map(|group| group.weight.units()).fold(0, i64::saturating_add);
    tier.iter().map(|group| share(*group, count, sum)).collect()
}

/// One group's share, from the number of eligible groups in its tier and the sum of their weights in units.
///
/// A weight of 0 gets nothing, unless all have 0: then all get alike.
#[must_use]
pub fn share(group: Competitor, eligible: usize, sum_of_weights: i64) -> Decimal {
    if !group.eligible {
        return Decimal::ZERO;
    }
    if sum_of_weights == 0 {
        return Decimal::ONE.part_of(Decimal::whole(i32::try_from(eligible).unwrap_or(i32::MAX)));
    }
    part(group.weight.units(), sum_of_weights)
}

/// `part / whole` to 4 places, half up, for a sum that may be larger than a [`Decimal`].
fn part(part: i64, whole: i64) -> Decimal {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let units = (part * 20_000 + whole) / (whole * 2);
    Decimal::from_units_saturating(i64::try_from(units).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(groups: &[(i32, bool)]) -> Vec<String> {
        let tier: Vec<Competitor> = groups
            .iter()
            .map(|&(weight, eligible)| Competitor { weight: Decimal::whole(weight), eligible })
            .collect();
        shares(&tier).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn shares_follow_the_weights_of_those_that_can_take_calls() {
        assert_eq!(of(&[(3, true), (2, true), (1, true), (4, false)]), ["0.5", "0.3333", "0.1667", "0"]);
        assert_eq!(of(&[(0, true), (5, true)]), ["0", "1"]);
        assert_eq!(of(&[(0, true), (0, true), (7, false)]), ["0.5", "0.5", "0"]);
        assert_eq!(of(&[(0, true)]), ["1"]);
        assert_eq!(of(&[(1, false)]), ["0"]);
    }
}
