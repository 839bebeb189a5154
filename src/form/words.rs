//! What others changed while a form was open, and what a field holds, as people say it.

use domain::{Field, Key, Kind, Resource, Value};

use super::grouped;
use crate::api::Entry;

/// A sentence for each change: "Dana Kerr changed Weight to 4 and Tier to 2 while you edited." Of each, only the fields
/// that are `told` of.
#[must_use]
pub fn sentences(resource: Resource, changes: &[Entry], told: &[Key]) -> Vec<String> {
    let sentence = |change: &Entry| {
        let told = change.fields.iter().filter(|(key, ..)| told.contains(key));
        let deeds: Vec<String> =
            told.filter_map(|(key, _, after)| Some(deed(resource.field(*key)?, after))).collect();
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
        after => format!("changed {label} to {}", words(field, after)),
    }
}

/// A value as people say it: "4", "One at a time", "no limit".
#[must_use]
pub fn words(field: &Field, value: &Value) -> String {
    let text = value.to_string();
    match (field.key, field.kind) {
        (Key::Limit(..) | Key::ConcurrencyCapLimit, _) if value.is_blank() => "no limit".to_owned(),
        _ if value.is_blank() => "blank".to_owned(),
        (_, Kind::Boolean) => if value.as_bool() == Some(true) { "on" } else { "off" }.to_owned(),
        (_, Kind::Choice(choices)) => {
            choices.iter().find(|choice| choice.name == text).map_or(text, |choice| choice.label.to_owned())
        }
        (_, kind) if kind.is_number() => grouped(&text),
        (_, Kind::Texts | Kind::Emails) => value.as_texts().join(", "),
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

/// "1 change", "4 changes".
#[must_use]
pub fn changes(count: usize) -> String {
    if count == 1 { "1 change".to_owned() } else { format!("{count} changes") }
}

/// How many changes are left, as a sentence.
#[must_use]
pub fn left_of(count: usize) -> String {
    if count == 0 { "Nothing is changed any more.".to_owned() } else { format!("{} left.", changes(count)) }
}

#[cfg(test)]
mod tests {
    use domain::{Decimal, Id, Metric, Window};

    use super::*;

    fn entry(by: &str, fields: &[(Key, Value)]) -> Entry {
        let fields = fields.iter().map(|(key, after)| (*key, Value::Null, after.clone())).collect();
        Entry { at: None, by: by.to_owned(), revision: 2, fields }
    }

    #[test]
    fn each_change_names_who_and_what() {
        let changes = [
            entry("Dana Kerr", &[(Key::Weight, Value::Decimal(Decimal::whole(4))), (Key::Tier, Value::Null)]),
            entry(
                "Sam Roy",
                &[
                    (Key::Limit(Metric::Attempt, Window::Daily), Value::Null),
                    (Key::DialBuyersType, Value::Text("simultaneously".to_owned())),
                    (Key::BuyerIds, Value::Ids(Id::new(100_123).into_iter().collect())),
                    (Key::Limit(Metric::Revenue, Window::Total), Value::Decimal("15000.5".parse().unwrap())),
                ],
            ),
            entry("Lee", &[(Key::Tier, Value::Null)]),
        ];
        let told = [
            Key::Weight,
            Key::Limit(Metric::Attempt, Window::Daily),
            Key::DialBuyersType,
            Key::BuyerIds,
            Key::Limit(Metric::Revenue, Window::Total),
        ];
        assert_eq!(
            sentences(Resource::BuyerGroup, &changes, &told),
            [
                "Dana Kerr changed Weight to 4 while you edited.",
                "Sam Roy cleared Daily attempt limit, changed Dialing to All at once, changed Buyers and changed \
                 Total revenue limit to 15,000.5 while you edited.",
            ]
        );
    }

    #[test]
    fn values_are_said_as_people_say_them() {
        let said = |key, value| words(Resource::BuyerGroup.field(key).unwrap(), &value);
        assert_eq!(said(Key::ConcurrencyCapLimit, Value::Null), "no limit");
        assert_eq!(said(Key::TimeZone, Value::Null), "blank");
        assert_eq!(said(Key::GenerateTeam, Value::Bool(true)), "on");
        assert_eq!(said(Key::DialBuyersType, Value::Text("sequentially".to_owned())), "One at a time");
        assert_eq!(
            said(Key::TeamUsersEmails, Value::Texts(vec!["a@b.de".into(), "c@d.de".into()])),
            "a@b.de, c@d.de"
        );
    }
}
