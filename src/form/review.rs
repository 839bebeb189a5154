//! What a form would change, a line for each field: what it held and what it is to hold.

use domain::{Id, Input, Kind, Resource, Value};

use super::Entry;
use super::words::words;

/// What becomes of one field.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// What it held; `None` for a list of records, of which only the difference is told, and for a new record.
    pub was: Option<String>,
    /// What it is to hold.
    pub now: String,
}

/// The line of a field that was changed. `name` is what a record is called.
#[must_use]
pub fn line(entry: &Entry, name: impl Fn(Resource, Id) -> String) -> Line {
    Line {
        was: entry.was().filter(|was| !matches!(was, Value::Ids(_))).map(|was| words(entry.field, was)),
        now: told(entry, &entry.original, &entry.input, entry.value(), name),
    }
}

/// What an input stands for beside what both began with: a list of records by its difference, what breaks a rule as it
/// was typed.
#[must_use]
pub fn told(
    entry: &Entry,
    was: &Value,
    input: &Input,
    value: Option<&Value>,
    name: impl Fn(Resource, Id) -> String,
) -> String {
    match (entry.field.kind, value) {
        (Kind::Ids(resource), Some(value)) => {
            difference(was.as_ids(), value.as_ids(), |id| name(resource, id))
        }
        (_, Some(value)) => words(entry.field, value),
        (_, None) => match input {
            Input::List(items) => {
                let texts: Vec<&str> = items.iter().filter_map(Input::as_text).collect();
                texts.join(", ")
            }
            input => input.as_text().filter(|text| !text.is_empty()).unwrap_or("blank").to_owned(),
        },
    }
}

/// "+ Coastal Cover, − Great Plains Auto, in a new order".
fn difference(was: &[Id], now: &[Id], name: impl Fn(Id) -> String) -> String {
    let added = now.iter().filter(|id| !was.contains(id)).map(|id| format!("+ {}", name(*id)));
    let removed = was.iter().filter(|id| !now.contains(id)).map(|id| format!("− {}", name(*id)));
    let mut parts: Vec<String> = added.chain(removed).collect();
    let stayed = |list: &[Id], other: &[Id]| -> Vec<Id> {
        list.iter().filter(|id| other.contains(id)).copied().collect()
    };
    let orders = (stayed(was, now), stayed(now, was));
    if orders.0 != orders.1 {
        let names: Vec<String> = now.iter().map(|id| name(*id)).collect();
        parts.push(format!("in the order {}", names.join(", ")));
    }
    if parts.is_empty() { "as it was".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use domain::Key;

    use super::*;
    use crate::form::FormState;
    use crate::form::zones::NoZones;

    fn ids(numbers: &[i64]) -> Vec<Id> {
        numbers.iter().filter_map(|number| Id::new(*number)).collect()
    }

    #[test]
    fn a_list_is_told_by_its_difference() {
        for (was, now, told) in [
            (&[1, 2, 3][..], &[1, 3, 4][..], "+ #4, − #2"),
            (&[1, 2], &[2, 1], "in the order #2, #1"),
            (&[1, 2], &[1, 2], "as it was"),
            (&[1], &[], "− #1"),
        ] {
            assert_eq!(difference(&ids(was), &ids(now), |id| format!("#{id}")), told);
        }
    }

    #[test]
    fn a_field_is_told_by_both_values_and_a_broken_rule_as_it_was_typed() {
        let value = |key: Key| {
            if key == Key::Weight { Value::Decimal(domain::Decimal::whole(3)) } else { Value::Null }
        };
        let mut form = FormState::of_record(Resource::BuyerGroup, Some(1), value, &NoZones);
        let told = |form: &FormState, key| {
            let Line { was, now } = line(form.entry(key).unwrap(), |_, id| id.to_string());
            (was.unwrap_or_default(), now)
        };
        form.set(Key::Weight, "4.50".into(), &NoZones);
        assert_eq!(told(&form, Key::Weight), ("3".to_owned(), "4.5".to_owned()));
        form.set(Key::Weight, "4.5O".into(), &NoZones);
        assert_eq!(told(&form, Key::Weight), ("3".to_owned(), "4.5O".to_owned()));
        form.set(Key::ConcurrencyCapLimit, "7".into(), &NoZones);
        assert_eq!(told(&form, Key::ConcurrencyCapLimit), ("no limit".to_owned(), "7".to_owned()));
        let mut new = FormState::blank(Resource::BuyerGroup, &NoZones);
        new.set(Key::Weight, "4".into(), &NoZones);
        assert_eq!(told(&new, Key::Weight), (String::new(), "4".to_owned()));
    }
}
