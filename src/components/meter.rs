//! [`meter`]: how much of a limit is used, as a bar; the numbers stand beside it.

use domain::{Cap, Decimal, Key, Metric, Window};
use yew::prelude::*;

use crate::format;
use crate::record::Record;

/// How full a cap is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// There is room.
    Room,
    /// 80 % or more is used.
    Near,
    /// No room is left.
    Full,
}

impl Level {
    /// Of a cap.
    #[must_use]
    pub fn of(cap: Cap) -> Self {
        match cap {
            full if full.is_full() => Self::Full,
            near if near.is_near() => Self::Near,
            _ => Self::Room,
        }
    }

    /// Its class in the sheet.
    #[must_use]
    pub const fn class(self) -> Option<&'static str> {
        match self {
            Self::Room => None,
            Self::Near => Some("near"),
            Self::Full => Some("full"),
        }
    }
}

/// A bar that is filled to a part from 0 to 1, what is above counting as 1. It says nothing that the text beside it does
/// not. `class` is how full that is or how it looks.
pub fn meter(part: f64, class: Option<&'static str>) -> Html {
    let tenths = (part.clamp(0.0, 1.0) * 1_000.0).round() as u32;
    let width = AttrValue::from([tenths / 10, tenths % 10].map(|n| n.to_string()).join(".") + "%");
    html! {
        <svg class={classes!("meter", class)} aria-hidden="true">
            <rect {width} />
        </svg>
    }
}

/// The part of a limit that is used; `None` when there is no limit.
#[must_use]
pub fn part(cap: Cap) -> Option<f64> {
    let limit = cap.limit?;
    Some(if limit > Decimal::ZERO { cap.used.to_f64() / limit.to_f64() } else { 1.0 })
}

/// The cap that a column of used amounts belongs to.
#[must_use]
pub fn cap_of(record: &Record, used: Key) -> Option<Cap> {
    // Live calls are full and near as attempts are: one more call must fit.
    let (metric, window, limit) = match used {
        Key::Used(metric, window) => (metric, window, Key::Limit(metric, window)),
        Key::ConcurrencyCapUsed => (Metric::Attempt, Window::Total, Key::ConcurrencyCapLimit),
        _ => return None,
    };
    let used = record.number(used).unwrap_or(Decimal::ZERO);
    Some(Cap::new(metric, window, record.number(limit), used))
}

/// "of 1,000", "no limit", "closed": what stands after the number that is used.
#[must_use]
pub fn limit_text(cap: Cap, currency: &str) -> String {
    match cap.limit {
        None => "no limit".to_owned(),
        Some(Decimal::ZERO) => "closed".to_owned(),
        Some(limit) => ["of", &amount(cap.metric, limit, currency)].join(" "),
    }
}

/// An amount of what a metric counts: calls or money.
#[must_use]
pub fn amount(metric: Metric, number: Decimal, currency: &str) -> String {
    if metric.is_money() { format::money(number, currency) } else { format::decimal(number) }
}

/// "412 of 1,000" with a meter under it.
pub fn usage(cap: Cap, currency: &str) -> Html {
    html! {
        <div class="use">
            <span class="num">{ amount(cap.metric, cap.used, currency) }</span>
            <span class="num lim">{ limit_text(cap, currency) }</span>
            if let Some(part) = part(cap) {
                { meter(part, Level::of(cap).class()) }
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cap(used: &str, limit: &str) -> Cap {
        let used = used.parse().expect("a number");
        Cap::new(Metric::Attempt, Window::Daily, limit.parse().ok(), used)
    }

    #[test]
    fn the_part_of_a_limit() {
        assert_eq!(part(cap("1", "")), None);
        assert_eq!(part(cap("1", "4")), Some(0.25));
        assert_eq!(part(cap("0", "0")), Some(1.0), "a limit of 0 is full from the start");
    }

    #[test]
    fn a_cap_is_full_when_no_call_fits_any_more() {
        assert_eq!(Level::of(cap("7", "10.5")), Level::Room);
        assert_eq!(Level::of(cap("9", "10.5")), Level::Near);
        assert_eq!(Level::of(cap("10", "10.5")), Level::Full);
    }
}
