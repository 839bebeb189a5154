//! [`Change`]: what somebody wants written, after every rule that needs no database has been kept.

use serde::{Serialize, Serializer};

use crate::field::{Blank, Field, Key};
use crate::kind::Kind;
use crate::params::Params;
use crate::resource::Resource;
use crate::time_zone::ZoneNames;
use crate::value::{Input, Value};
use crate::violation::Violation;

/// Whether a record is made or altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A new record: what is not sent has its default, and what has none must be sent.
    Create,
    /// An existing one: what is not sent stays.
    Update,
}

/// The fields that are to be written, each once, in the order of the field table, with their checked values.
///
/// It can never hold a value that breaks a rule of its field; whether the records exist that it names, the store says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    resource: Resource,
    values: Vec<(Key, Value)>,
}

/// A [`Change`], and what came along that is no parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What is to be written.
    pub change: Change,
    /// Names that were ignored: unknown ones and columns that cannot be written (COMPATIBILITY.md 10).
    pub ignored: Vec<String>,
}

impl Change {
    /// Reads what was sent for a record, `except` for the names that belong to the request itself (such as `dry_run`).
    ///
    /// # Errors
    /// Every broken rule at once, in the order of the field table.
    pub fn parse(
        resource: Resource,
        intent: Intent,
        params: &Params,
        except: &[&str],
        zones: &dyn ZoneNames,
    ) -> Result<Parsed, Vec<Violation>> {
        let (parsed, violations) = Self::read(resource, intent, params, except, zones);
        if violations.is_empty() { Ok(parsed) } else { Err(violations) }
    }

    /// The same for who has further rules to check before anything is refused: the broken rules, and the fields that
    /// break none. With a broken rule, the rest is to be judged and never to be written.
    #[must_use]
    pub fn read(
        resource: Resource,
        intent: Intent,
        params: &Params,
        except: &[&str],
        zones: &dyn ZoneNames,
    ) -> (Parsed, Vec<Violation>) {
        let mut values = Vec::new();
        let mut violations = Vec::new();
        for field in resource.writable() {
            match field_value(field, intent, params.get(field.name), zones) {
                Ok(Some(value)) => values.push((field.key, value)),
                Ok(None) => {}
                Err(message) => violations.push(Violation::new(field.name, field.label, message)),
            }
        }
        let mut change = Self { resource, values };
        let contradictions = change.contradictions();
        change.values.retain(|(key, _)| contradictions.iter().all(|violation| violation.field != key.name()));
        violations.extend(contradictions);
        let is_ignored = |name: &&str| {
            !except.contains(name) && !resource.field_named(name).is_some_and(Field::is_writable)
        };
        let ignored = params.iter().map(|(name, _)| name).filter(is_ignored).map(str::to_owned).collect();
        (Parsed { change, ignored }, violations)
    }

    /// The kind of record.
    #[must_use]
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// The new value of a field, if it is to be written.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<&Value> {
        self.values.iter().find(|(own, _)| *own == key).map(|(_, value)| value)
    }

    /// Every field that is to be written.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &Value)> {
        self.values.iter().map(|(key, value)| (*key, value))
    }

    /// Whether nothing is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// A buyer that is to be added and removed at once (COMPATIBILITY.md 11).
    fn contradictions(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut against = |add: Key, remove: Key| {
            let (Some(added), Some(removed)) = (self.get(add), self.get(remove)) else { return };
            let names = |value: &Value| -> Vec<String> {
                match value {
                    Value::Ids(ids) => ids.iter().map(ToString::to_string).collect(),
                    other => other.as_texts().to_vec(),
                }
            };
            let removed = names(removed);
            for both in names(added).into_iter().filter(|name| removed.contains(name)) {
                let label = self.resource.field(add).map_or("", |field| field.label);
                violations.push(Violation::new(
                    add.name(),
                    label,
                    format!("must not name {both}, which {} names too", remove.name()),
                ));
            }
        };
        against(Key::AddBuyerIds, Key::RemoveBuyerIds);
        against(Key::AddUserBuyerIds, Key::RemoveUserBuyerIds);
        violations
    }
}

impl Serialize for Change {
    /// An object from API name to value: what is sent, and what [`Change::parse`] reads back.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key.name(), value)))
    }
}

/// The value that a field is to get; `None` when it stays as it is.
fn field_value(
    field: &Field,
    intent: Intent,
    input: Option<&Input>,
    zones: &dyn ZoneNames,
) -> Result<Option<Value>, String> {
    match input {
        Some(input) => check(field, input, zones),
        None if intent == Intent::Update => Ok(None),
        None if field.is_required() => Err(blank_message(field)),
        None => field.default.map(|text| field.kind.parse(&text.into(), zones)).transpose(),
    }
}

/// Checks one input for one field: the same rule when a field of the form is left as when a request comes in.
///
/// `Ok(None)` means that a blank was sent where a blank changes nothing.
///
/// # Errors
/// The broken rule, as the rest of a sentence that starts with the field's label.
pub fn check(field: &Field, input: &Input, zones: &dyn ZoneNames) -> Result<Option<Value>, String> {
    if !input.is_blank() {
        return field.kind.parse(input, zones).map(Some);
    }
    match field.blank {
        Blank::Refused => Err(blank_message(field)),
        Blank::Clears => Ok(Some(field.kind.cleared())),
        Blank::ChangesNothing => Ok(None),
    }
}

fn blank_message(field: &Field) -> String {
    match field.kind {
        Kind::Text(_) => "must not be blank".to_owned(),
        kind => kind.parse(&Input::Null, &NoZones).err().unwrap_or_else(|| "must not be blank".to_owned()),
    }
}

/// For kinds that know no zones.
struct NoZones;
impl ZoneNames for NoZones {
    fn canonical(&self, _: &str) -> Option<String> {
        None
    }
}

/// Addresses are of no use without a team (COMPATIBILITY.md 13): checked on the record as it would become.
#[must_use]
pub fn team_violation(has_team: bool, emails: &[String]) -> Option<Violation> {
    let field = Resource::BuyerGroup.field(Key::TeamUsersEmails)?;
    (!has_team && !emails.is_empty())
        .then(|| Violation::new(field.name, field.label, "must be blank while generate_team is false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(intent: Intent, pairs: &[(&str, &str)]) -> Result<Parsed, Vec<Violation>> {
        let params: Params = pairs.iter().map(|&(name, text)| (name, Input::from(text))).collect();
        Change::parse(Resource::BuyerGroup, intent, &params, &[], &NoZones)
    }

    #[test]
    fn a_new_group_has_the_defaults() {
        let change = parse(Intent::Create, &[("name", " West ")]).unwrap().change;
        let shown: Vec<String> =
            change.iter().map(|(key, value)| format!("{}={value}", key.name())).collect();
        assert_eq!(
            shown,
            [
                "name=West",
                "weight=1",
                "tier=1",
                "paused=false",
                "dial_buyers_type=sequentially",
                "generate_team=false",
            ]
        );
    }

    #[test]
    fn all_faults_come_at_once() {
        let violations = parse(
            Intent::Create,
            &[
                ("tier", "abc"),
                ("weight", "-1"),
                ("paused", ""),
                ("attempt_daily_limit", "15O,000"),
                ("buyer_ids", "1,x"),
            ],
        )
        .unwrap_err();
        let mut sentences: Vec<String> = violations.iter().map(Violation::sentence).collect();
        sentences.sort();
        assert_eq!(
            sentences,
            [
                "Buyers must be a valid array of integers.",
                "Daily attempt limit must be a decimal number: it has the letter O in it.",
                "Name must not be blank.",
                "Paused must be a boolean value: 1, true, yes, on, 0, false, no, off.",
                "Tier must be a decimal number.",
                "Weight must not be below 0.",
            ]
        );
    }

    #[test]
    fn what_breaks_no_rule_is_kept_beside_what_does() {
        let pairs = [
            ("tier", "abc"),
            ("weight", "2"),
            ("add_buyer_ids", "5,6"),
            ("remove_buyer_ids", "6"),
            ("colour", "red"),
        ];
        let params: Params = pairs.into_iter().map(|(name, text)| (name, Input::from(text))).collect();
        let (parsed, violations) = Change::read(Resource::BuyerGroup, Intent::Update, &params, &[], &NoZones);
        let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["tier", "add_buyer_ids"]);
        let kept: Vec<Key> = parsed.change.iter().map(|(key, _)| key).collect();
        assert_eq!(kept, [Key::Weight, Key::RemoveBuyerIds]);
        assert_eq!(parsed.ignored, ["colour"]);
    }

    #[test]
    fn blanks_do_what_the_document_says() {
        let change = parse(
            Intent::Update,
            &[
                ("attempt_daily_limit", ""),
                ("buyer_ids", ""),
                ("add_buyer_ids", ""),
                ("team_users_emails", ""),
            ],
        )
        .unwrap()
        .change;
        assert_eq!(change.get(Key::BuyerIds), Some(&Value::Ids(Vec::new())));
        assert_eq!(change.get(Key::AddBuyerIds), None);
        assert_eq!(change.get(Key::TeamUsersEmails), Some(&Value::Texts(Vec::new())));
        for name in ["name", "tier", "weight", "paused", "dial_buyers_type"] {
            assert!(parse(Intent::Update, &[(name, " ")]).is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_no_parameter_is_named() {
        let parsed = parse(Intent::Update, &[("tier", "2"), ("uuid", "x"), ("colour", "red")]).unwrap();
        assert_eq!(parsed.ignored, ["uuid", "colour"]);
    }

    #[test]
    fn one_buyer_cannot_be_added_and_removed_at_once() {
        let violations =
            parse(Intent::Update, &[("add_buyer_ids", "5,6"), ("remove_buyer_ids", "6")]).unwrap_err();
        assert_eq!(violations[0].message, "must not name 6, which remove_buyer_ids names too");
    }
}
