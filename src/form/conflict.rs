//! What others changed while a form was open, as sentences.

use domain::{Field, Kind, Resource, Value};

use super::grouped;
use crate::api::Entry;

/// A sentence for each change: "Dana Kerr changed Weight to 4 and Tier to 2 while you edited."
#[must_use]
pub fn sentences(resource: Resource, changes: &[Entry]) -> Vec<String> {
    let sentence = |change: &Entry| {
        let field = |key| resource.field(key);
        let deeds: Vec<String> =
            change.fields.iter().filter_map(|(key, _, after)| Some(deed(field(*key)?, after))).collect();
        (!deeds.is_empty()).then(|| format!("{} {} while you edited.", change.by, listed(&deeds)))
    };
    changes.iter().filter_map(sentence).collect()
}

/// "changed Weight to 4", "cleared Daily attempt limit".
fn deed(field: &Field, after: &Value) -> String {
    let label = &field.label;
    match after {
        blank if blank.is_blank() => format!("cleared {label}"),
        // A list would be a sentence of its own.
        Value::Ids(_) | Value::Texts(_) => format!("changed {label}"),
        after => format!("changed {label} to {}", words(field.kind, after)),
    }
}

/// A value as people say it.
#[must_use]
pub fn words(kind: Kind, value: &Value) -> String {
    let text = value.to_string();
    match kind {
        Kind::Boolean => if value.as_bool() == Some(true) { "yes" } else { "no" }.to_owned(),
        Kind::Choice(choices) => {
            choices.iter().find(|choice| choice.name == text).map_or(text, |choice| choice.label.to_owned())
        }
        kind if kind.is_number() => grouped(&text),
        _ => text,
    }
}

/// "a, b and c".
#[must_use]
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Decimal, Id, Key, Metric, Window};

    use super::*;

    fn entry(by: &str, fields: &[(Key, Value)]) -> Entry {
        let fields = fields.iter().map(|(key, after)| (*key, Value::Null, after.clone())).collect();
        Entry { at: None, by: by.to_owned(), revision: 2, fields }
    }

    #[test]
    fn each_change_names_who_and_what() {
        let changes = [
            entry("Dana Kerr", &[(Key::Weight, Value::Decimal(Decimal::whole(4)))]),
            entry(
                "Sam Roy",
                &[
                    (Key::Limit(Metric::Attempt, Window::Daily), Value::Null),
                    (Key::DialBuyersType, Value::Text("simultaneously".to_owned())),
                    (Key::BuyerIds, Value::Ids(Id::new(100_123).into_iter().collect())),
                    (Key::Limit(Metric::Revenue, Window::Total), Value::Decimal("15000.5".parse().unwrap())),
                ],
            ),
            entry("Lee", &[]),
        ];
        assert_eq!(
            sentences(Resource::BuyerGroup, &changes),
            [
                "Dana Kerr changed Weight to 4 while you edited.",
                "Sam Roy cleared Daily attempt limit, changed Dialing to All at once, changed Buyers and changed \
                 Total revenue limit to 15,000.5 while you edited.",
            ]
        );
    }
}
