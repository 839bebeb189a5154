//! [`Eligibility`]: whether a group can take a call, and every reason why not.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::cap::{Caps, Metric, Window};
use crate::decimal::Decimal;
use crate::hours::Opening;
use crate::instant::Instant;
use crate::value::Input;

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
    /// A cap has room, but not for as much as this call may take: the offer's expected revenue, or an attempt for each
    /// buyer that is dialed at once.
    TooLittleLeft {
        /// What it counts.
        metric: Metric,
        /// Within which stretch.
        window: Window,
        /// What is left.
        left: Decimal,
        /// When the window starts anew; the total never does by itself.
        resets_at: Option<Instant>,
    },
    /// As many live calls as it may have.
    NoLiveSlot,
    /// The clock of its zone is not within its hours.
    OutsideHours {
        /// When they begin.
        opens_at: Option<Instant>,
    },
    /// It has no buyers.
    NoBuyer,
    /// All of its buyers are paused.
    BuyersPaused,
    /// All of its buyers that are not paused are on as many calls as they may be.
    BuyersBusy,
    /// All of its buyers were dialed for this call, and none answered.
    Tried,
}

impl Reason {
    /// A word for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::CapFull { .. } => "cap_full",
            Self::TooLittleLeft { .. } => "too_little_left",
            Self::NoLiveSlot => "no_live_slot",
            Self::OutsideHours { .. } => "outside_hours",
            Self::NoBuyer => "no_buyer",
            Self::BuyersPaused => "buyers_paused",
            Self::BuyersBusy => "buyers_busy",
            Self::Tried => "tried",
        }
    }

    /// When it ends by itself, if it does and the time is known.
    #[must_use]
    pub const fn ends_at(&self) -> Option<Instant> {
        match self {
            Self::CapFull { resets_at, .. } | Self::TooLittleLeft { resets_at, .. } => *resets_at,
            Self::OutsideHours { opens_at } => *opens_at,
            _ => None,
        }
    }

    /// A sentence for people, without the time at which it ends.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Paused => "The group is paused.".to_owned(),
            Self::CapFull { metric, window, .. } => {
                format!("The cap on {} {} is full.", metric.label().to_ascii_lowercase(), window.when())
            }
            Self::TooLittleLeft { metric, window, left, .. } => {
                let metric = metric.label().to_ascii_lowercase();
                format!("The cap on {metric} {} has only {left} left.", window.when())
            }
            Self::NoLiveSlot => "As many calls are live as the group may have at once.".to_owned(),
            Self::OutsideHours { .. } => "It is outside of the group's hours.".to_owned(),
            Self::NoBuyer => "The group has no buyers.".to_owned(),
            Self::BuyersPaused => "All of its buyers are paused.".to_owned(),
            Self::BuyersBusy => "All of its buyers are on as many calls as they may be.".to_owned(),
            Self::Tried => "Its buyers were dialed, and none answered.".to_owned(),
        }
    }
}

impl Reason {
    fn read(input: &Input) -> Option<Self> {
        let text = |name| member(input, name).and_then(Input::as_text);
        let instant = |name| text(name).and_then(Instant::parse);
        let metric = || Metric::ALL.into_iter().find(|metric| Some(metric.name()) == text("metric"));
        let window = || Window::ALL.into_iter().find(|window| Some(window.name()) == text("window"));
        Some(match text("code")? {
            "paused" => Self::Paused,
            "no_live_slot" => Self::NoLiveSlot,
            "no_buyer" => Self::NoBuyer,
            "buyers_paused" => Self::BuyersPaused,
            "buyers_busy" => Self::BuyersBusy,
            "tried" => Self::Tried,
            "outside_hours" => Self::OutsideHours { opens_at: instant("opens_at") },
            "cap_full" => {
                Self::CapFull { metric: metric()?, window: window()?, resets_at: instant("resets_at") }
            }
            "too_little_left" => Self::TooLittleLeft {
                metric: metric()?,
                window: window()?,
                left: text("left")?.parse().ok()?,
                resets_at: instant("resets_at"),
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
    /// `{"code", "message"}`, for a cap also `metric`, `window`, `resets_at` and what is `left`, for hours `opens_at`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("message", &self.message())?;
        match self {
            Self::CapFull { metric, window, resets_at }
            | Self::TooLittleLeft { metric, window, resets_at, .. } => {
                map.serialize_entry("metric", metric.name())?;
                map.serialize_entry("window", window.name())?;
                if let Self::TooLittleLeft { left, .. } = self {
                    map.serialize_entry("left", left)?;
                }
                map.serialize_entry("resets_at", resets_at)?;
            }
            Self::OutsideHours { opens_at } => map.serialize_entry("opens_at", opens_at)?,
            _ => {}
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

/// What a call may take of a group, at most, before its next step is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// How many buyers are dialed at once.
    pub attempts: i64,
    /// What a conversion is expected to bring.
    pub revenue: Decimal,
}

impl Need {
    /// Of some call, of which nothing is known.
    pub const LEAST: Self = Self { attempts: 1, revenue: Decimal::ZERO };

    /// How much of a metric that is.
    #[must_use]
    pub fn of(self, metric: Metric) -> Decimal {
        match metric {
            Metric::Attempt => Decimal::whole(i32::try_from(self.attempts).unwrap_or(i32::MAX)),
            Metric::Connection | Metric::BuyerConversion => Decimal::ONE,
            Metric::Revenue | Metric::EarnedRevenue => self.revenue,
        }
    }
}

/// What decides whether a group can take a call.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Whether a person switched it off.
    pub paused: bool,
    /// Its hours, now.
    pub opening: Opening,
    /// Its caps, now.
    pub caps: &'a Caps,
    /// How many buyers it has.
    pub buyers: usize,
    /// How many of them are not paused.
    pub buyers_on: usize,
}

impl Eligibility {
    /// Judges a group for a call that needs so much. `resets_at` tells when a window starts anew.
    #[must_use]
    pub fn of(group: Standing<'_>, need: Need, resets_at: impl Fn(Window) -> Option<Instant>) -> Self {
        let mut reasons = Vec::new();
        if group.paused {
            reasons.push(Reason::Paused);
        }
        if let Opening::Closed { opens_at } = group.opening {
            reasons.push(Reason::OutsideHours { opens_at });
        }
        reasons.extend(group.caps.cells.iter().filter_map(|cap| {
            let (metric, window) = (cap.metric, cap.window);
            if cap.is_full() {
                return Some(Reason::CapFull { metric, window, resets_at: resets_at(window) });
            }
            let left = cap.remaining().filter(|_| !cap.has_room(need.of(metric)))?;
            Some(Reason::TooLittleLeft { metric, window, left, resets_at: resets_at(window) })
        }));
        if group.caps.no_live_slot() {
            reasons.push(Reason::NoLiveSlot);
        }
        if group.buyers == 0 {
            reasons.push(Reason::NoBuyer);
        } else if group.buyers_on == 0 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cap::Cap;

    fn codes(cells: &[(Metric, &str, &str)], need: Need) -> Vec<&'static str> {
        let cell = |&(metric, limit, used): &(Metric, &str, &str)| Cap {
            metric,
            window: Window::Daily,
            limit: limit.parse().ok(),
            used: used.parse().unwrap(),
            reserved: Decimal::ZERO,
        };
        let caps = Caps { cells: cells.iter().map(cell).collect(), live_limit: None, live: 0 };
        let group =
            Standing { paused: false, opening: Opening::ALWAYS, caps: &caps, buyers: 3, buyers_on: 3 };
        Eligibility::of(group, need, |_| None).reasons.iter().map(Reason::code).collect()
    }

    #[test]
    fn a_call_needs_room_for_all_that_it_may_take() {
        let need = Need { attempts: 3, revenue: "25".parse().unwrap() };
        for (metric, limit, used, code) in [
            (Metric::Attempt, "10", "7", None),
            (Metric::Attempt, "10", "8", Some("too_little_left")),
            (Metric::Attempt, "10", "10", Some("cap_full")),
            (Metric::Connection, "10", "9", None),
            (Metric::Revenue, "100", "75", None),
            (Metric::Revenue, "100", "75.5", Some("too_little_left")),
            (Metric::EarnedRevenue, "100", "100", Some("cap_full")),
        ] {
            assert_eq!(codes(&[(metric, limit, used)], need), Vec::from_iter(code), "{metric:?} {used}");
        }
        assert!(
            codes(&[(Metric::Attempt, "10", "9"), (Metric::Revenue, "1", "0.9")], Need::LEAST).is_empty()
        );
    }

    #[test]
    fn reasons_are_read_as_they_are_sent() {
        let resets_at = Some(Instant::from_ms(1_700_000_000_000));
        let (metric, window) = (Metric::Revenue, Window::Daily);
        let reasons = vec![
            Reason::Paused,
            Reason::OutsideHours { opens_at: resets_at },
            Reason::CapFull { metric, window, resets_at },
            Reason::TooLittleLeft { metric, window, left: "2.5".parse().unwrap(), resets_at: None },
            Reason::NoLiveSlot,
            Reason::NoBuyer,
            Reason::BuyersPaused,
            Reason::BuyersBusy,
            Reason::Tried,
        ];
        let sent = serde_json::to_string(&Eligibility { reasons: reasons.clone() }).unwrap();
        assert_eq!(Eligibility::read(&serde_json::from_str(&sent).unwrap()).reasons, reasons);
    }
}
