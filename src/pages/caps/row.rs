//! [`CapRow`]: one row of the caps screen, as the server sent it, and what is said of it.

use std::rc::Rc;

use domain::usage::{METERS, USAGE_FIELDS};
use domain::{Cap, Decimal, Id, Input, Instant, Key, Metric, Resource, UsageKey, UsageState, Value, Window};

use crate::api::{Answer, Api};
use crate::components::meter::amount;
use crate::form::zones;
use crate::json;
use crate::record::Record;

/// A cap of a group, or a group without any.
#[derive(Debug, PartialEq)]
pub struct CapRow {
    values: Vec<Value>,
}

impl CapRow {
    /// Reads an object of the API.
    #[must_use]
    pub fn read(input: &Input) -> Self {
        Self {
            values: USAGE_FIELDS
                .iter()
                .map(|field| field.kind.read(json::member(input, field.name)))
                .collect(),
        }
    }

    fn get(&self, key: UsageKey) -> &Value {
        let at = USAGE_FIELDS.iter().position(|field| field.key == key);
        at.and_then(|at| self.values.get(at)).unwrap_or(&Value::Null)
    }

    fn text(&self, key: UsageKey) -> &str {
        self.get(key).as_text().unwrap_or_default()
    }

    fn number(&self, key: UsageKey) -> Decimal {
        self.get(key).as_decimal().unwrap_or_default()
    }

    /// The group.
    #[must_use]
    pub fn group(&self) -> Option<Id> {
        self.get(UsageKey::BuyerGroupId).as_int().and_then(Id::new)
    }

    /// What the group is called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text(UsageKey::Name)
    }

    /// Its tier.
    #[must_use]
    pub fn tier(&self) -> Decimal {
        self.number(UsageKey::Tier)
    }

    /// Whether the group is switched off.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.get(UsageKey::Paused).as_bool() == Some(true)
    }

    /// How full it is.
    #[must_use]
    pub fn state(&self) -> UsageState {
        let name = self.text(UsageKey::State);
        UsageState::ALL.into_iter().find(|state| state.name() == name).unwrap_or(UsageState::Uncapped)
    }

    /// When its window starts anew.
    #[must_use]
    pub fn resets_at(&self) -> Option<Instant> {
        self.get(UsageKey::ResetsAt).as_instant()
    }

    /// When it will be full, if it goes on like that and no reset comes before.
    #[must_use]
    pub fn full_at(&self) -> Option<Instant> {
        self.get(UsageKey::FullAt).as_instant()
    }

    /// The metric; live calls have none, and neither has a group without caps.
    fn metric(&self) -> Option<Metric> {
        let name = self.text(UsageKey::Metric);
        Metric::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// The field that holds its limit; `None` for a group without caps.
    #[must_use]
    pub fn limit_key(&self) -> Option<Key> {
        let window = Window::ALL.into_iter().find(|window| window.name() == self.text(UsageKey::Window));
        match (self.metric(), window) {
            (Some(metric), Some(window)) => Some(Key::Limit(metric, window)),
            (None, None) if !self.text(UsageKey::Metric).is_empty() => Some(Key::ConcurrencyCapLimit),
            _ => None,
        }
    }

    /// "Attempts today", "Live calls".
    #[must_use]
    pub fn what(&self) -> String {
        match self.limit_key() {
            Some(Key::Limit(metric, window)) => format!("{} {}", metric.label(), window.when()),
            Some(_) => METERS[METERS.len() - 1].label.to_owned(),
            None => "No limit at all".to_owned(),
        }
    }

    /// The cap itself; live calls count as attempts do. `None` for a group without caps.
    #[must_use]
    pub fn cap(&self) -> Option<Cap> {
        let (metric, window) = match self.limit_key()? {
            Key::Limit(metric, window) => (metric, window),
            _ => (Metric::Attempt, Window::Total),
        };
        let limit = self.get(UsageKey::Limit).as_decimal();
        let reserved = self.number(UsageKey::Reserved);
        Some(Cap { reserved, ..Cap::new(metric, window, limit, self.number(UsageKey::Used)) })
    }

    /// "588, 3 held by live calls"; blank without a limit.
    #[must_use]
    pub fn left(&self, currency: &str) -> String {
        let Some((cap, left)) = self.cap().zip(self.get(UsageKey::Remaining).as_decimal()) else {
            return String::new();
        };
        let left = amount(cap.metric, left, currency);
        if cap.reserved > Decimal::ZERO {
            [&left, ", ", &amount(cap.metric, cap.reserved, currency), " held"].concat()
        } else {
            left
        }
    }

    /// "38 an hour"; blank when nothing is counted.
    #[must_use]
    pub fn pace(&self, currency: &str) -> String {
        let pace = self.number(UsageKey::Pace);
        match self.cap() {
            Some(cap) if pace > Decimal::ZERO => {
                // A pace is an estimate: whole calls say enough, and tenths of them where there are few.
                let rounded = rounded(pace);
                [&amount(cap.metric, rounded, currency), " an hour"].concat()
            }
            _ => String::new(),
        }
    }

    /// What is to be expected: "Full at 15:40", "Full until 00:00", "Lasts until 00:00".
    #[must_use]
    pub fn forecast(&self, zone: &str) -> String {
        let until = self.resets_at().map(|at| zones::clock(at, zone));
        match (self.state(), self.full_at(), until) {
            (UsageState::Uncapped, ..) => "Never full".to_owned(),
            (UsageState::Full, _, Some(until)) => format!("Full until {until}"),
            (UsageState::Full, ..) if self.metric().is_none() => "Full until a call ends".to_owned(),
            (UsageState::Full, ..) => "Full until it is reset or raised".to_owned(),
            (_, Some(at), _) => format!("Full at {}", zones::clock(at, zone)),
            (_, None, Some(until)) => format!("Lasts until {until}"),
            (_, None, None) => String::new(),
        }
    }

    /// The group as far as its limit is edited here.
    #[must_use]
    pub fn record(&self) -> Option<Rc<Record>> {
        let (group, key) = (self.group()?, self.limit_key()?);
        let limit = match (key, self.get(UsageKey::Limit)) {
            (Key::ConcurrencyCapLimit, Value::Decimal(limit)) => Value::Int(limit.trunc()),
            (_, limit) => limit.clone(),
        };
        let record = Record::read(Resource::BuyerGroup, &Input::Map(Vec::new()));
        let record = record
            .with(Key::Id, Value::Int(group.get()))
            .with(Key::Name, Value::Text(self.name().to_owned()));
        Some(Rc::new(record.with(key, limit)))
    }
}

/// Every cap of one group, whether limited or not.
///
/// # Errors
/// When the server does not send them.
pub async fn of_group(api: &Api, group: Id) -> Answer<Vec<CapRow>> {
    let body = api.read(&format!("/api/v1/buyer_groups/{group}/usage")).await?;
    Ok(json::items(json::member(&body, "usage")).iter().map(CapRow::read).collect())
}

/// To whole units from 10 on, to tenths below.
fn rounded(pace: Decimal) -> Decimal {
    let step = if pace >= Decimal::whole(10) { Decimal::ONE.units() } else { Decimal::ONE.units() / 10 };
    Decimal::from_units_saturating((pace.units() + step / 2) / step * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(members: &[(&str, &str)]) -> CapRow {
        let members = members.iter().map(|(name, text)| ((*name).to_owned(), Input::from(*text)));
        CapRow::read(&Input::Map(members.collect()))
    }

    #[test]
    fn a_row_names_its_cap_and_the_field_of_its_limit() {
        let daily = row(&[("metric", "attempt"), ("window", "daily"), ("limit", "100"), ("used", "40")]);
        assert_eq!(daily.what(), "Attempts today");
        assert_eq!(daily.limit_key(), Some(Key::Limit(Metric::Attempt, Window::Daily)));
        let live = row(&[("metric", "live_calls"), ("limit", "5"), ("used", "2")]);
        assert_eq!((live.what().as_str(), live.limit_key()), ("Live calls", Some(Key::ConcurrencyCapLimit)));
        let none = row(&[("state", "uncapped")]);
        assert_eq!((none.what().as_str(), none.limit_key(), none.cap()), ("No limit at all", None, None));
    }

    #[test]
    fn a_pace_is_told_roughly() {
        for (pace, told) in [("38.4", "38"), ("9.96", "10"), ("0.26", "0.3"), ("1000.5", "1001")] {
            assert_eq!(rounded(pace.parse().unwrap()).to_string(), told);
        }
    }
}
