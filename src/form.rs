//! [`FormState`]: what stands in the fields of a form, and what of it is to be sent.
//!
//! A plain value without browser or network, tested on the host. Which text is right, the domain crate says: the
//! words beside a field are the words of the server.

use std::rc::Rc;

use domain::{
    Change, Field, Input, Intent, Key, Kind, Params, Resource, Section, Value, ZoneNames, check, sentence,
    team_violation,
};

pub mod acts;
pub mod chips;
pub mod draft;
pub mod edit;
pub mod input;
pub mod keeper;
pub mod merge;
pub mod names;
pub mod notes;
pub mod reading;
pub mod review;
pub mod scene;
pub mod words;
pub mod zones;

use merge::Clash;

/// One field of a form.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub field: &'static Field,
    /// What the server keeps, as last read.
    pub original: Value,
    /// What stands in the form, as it was typed.
    pub input: Input,
    /// Whether the field was left since it was last right: only then a broken rule is shown.
    pub touched: bool,
    /// What somebody else made of it, when that cannot stand together with what was typed.
    pub clash: Option<Clash>,
    intent: Intent,
    checked: Result<Value, String>,
    refused: Option<String>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.field.key == other.field.key
            && self.original == other.original
            && self.input == other.input
            && self.clash == other.clash
            && self.violation() == other.violation()
    }
}

// So two references to one entry are equal without a look at what is in it.
impl Eq for Entry {}

impl Entry {
    fn new(field: &'static Field, original: Value, intent: Intent, zones: &dyn ZoneNames) -> Self {
        let input = typed(field.kind, &original);
        let checked = checked(field, &input, &original, zones);
        let original = meant(original, &checked);
        Self { field, original, input, touched: false, clash: None, intent, checked, refused: None }
    }

    /// Takes what was typed and judges it, without a word about it.
    fn put(&mut self, input: Input, zones: &dyn ZoneNames) {
        self.checked = checked(self.field, &input, &self.original, zones);
        self.input = input;
        self.refused = None;
    }

    /// What the server keeps, where that is another value than the one in the form; not of a new record.
    #[must_use]
    pub fn was(&self) -> Option<&Value> {
        (self.intent == Intent::Update && self.is_changed()).then_some(&self.original)
    }

    /// Whether the server would have to be told: what was typed means another value, or none at all.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        match &self.checked {
            Ok(value) => *value != self.original,
            Err(_) => self.input != typed(self.field.kind, &self.original),
        }
    }

    /// What the field would hold once saved; `None` while a rule is broken.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.checked.as_ref().ok()
    }

    /// The broken rule that is to be shown, as the rest of a sentence that starts with the label.
    #[must_use]
    pub fn violation(&self) -> Option<&str> {
        let own = self.checked.as_ref().err().filter(|_| self.touched);
        self.refused.as_ref().or(own).map(String::as_str)
    }

    /// The same as a sentence.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        self.violation().map(|message| sentence(self.field.label, message))
    }

    /// The text in the input, for kinds that are one.
    #[must_use]
    pub fn text(&self) -> &str {
        self.input.as_text().unwrap_or_default()
    }

    /// The items in the input, for kinds that are lists.
    #[must_use]
    pub fn items(&self) -> Vec<&str> {
        if let Input::List(items) = &self.input {
            items.iter().filter_map(Input::as_text).collect()
        } else {
            Vec::new()
        }
    }
}

/// The fields of one record, as they stand in the form.
///
/// Only fields that can be written and read back are in it. Pausing is a button that acts at once, so `paused` is not.
#[derive(Clone, Debug, PartialEq)]
pub struct FormState {
    resource: Resource,
    intent: Intent,
    /// The revision that the originals belong to, for `If-Match`.
    pub revision: Option<i64>,
    entries: Vec<Rc<Entry>>,
}

impl FormState {
    /// The form of a record that is there: `value` says what the server keeps in each field.
    #[must_use]
    pub fn of_record(
        resource: Resource,
        revision: Option<i64>,
        value: impl Fn(Key) -> Value,
        zones: &dyn ZoneNames,
    ) -> Self {
        Self::new(resource, Intent::Update, revision, |field| value(field.key), zones)
    }

    /// The form of a new record, with the defaults.
    #[must_use]
    pub fn blank(resource: Resource, zones: &dyn ZoneNames) -> Self {
        let default = |field: &Field| {
            let text = field.default.map(Input::from);
            text.and_then(|text| field.kind.parse(&text, zones).ok()).unwrap_or_else(|| field.kind.cleared())
        };
        Self::new(resource, Intent::Create, None, default, zones)
    }

    /// The form of a new record with the settings of another; its name says so, and what only one record may have
    /// stays behind.
    #[must_use]
    pub fn copied(resource: Resource, value: impl Fn(Key) -> Value, zones: &dyn ZoneNames) -> Self {
        let mut form = Self::blank(resource, zones);
        let fields: Vec<&'static Field> = form.entries().map(|entry| entry.field).collect();
        for field in fields {
            let input = match (field.key, value(field.key)) {
                (Key::ExternalRecordId | Key::UserBuyerId | Key::UserOfferId, _) => continue,
                (Key::Name, name) => Input::Text(format!("{name} (copy)")),
                (_, value) => typed(field.kind, &value),
            };
            form.set(field.key, input, zones);
        }
        form
    }

    fn new(
        resource: Resource,
        intent: Intent,
        revision: Option<i64>,
        original: impl Fn(&Field) -> Value,
        zones: &dyn ZoneNames,
    ) -> Self {
        let fields = resource.writable().filter(|field| field.is_column() && field.key != Key::Paused);
        let entries =
            fields.map(|field| Rc::new(Entry::new(field, original(field), intent, zones))).collect();
        Self { resource, intent, revision, entries }
    }

    /// Every field, in the order of the field table.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|entry| &**entry)
    }

    /// The field with that key.
    #[must_use]
    pub fn entry(&self, key: Key) -> Option<&Rc<Entry>> {
        self.entries.iter().find(|entry| entry.field.key == key)
    }

    /// The fields of a section, in the order of the field table.
    pub fn in_section(&self, section: Section) -> impl Iterator<Item = &Rc<Entry>> {
        self.entries.iter().filter(move |entry| entry.field.section == section)
    }

    /// The form with some of its fields only, as they stand.
    #[must_use]
    pub fn only(&self, is_in: impl Fn(&Field) -> bool) -> Self {
        let entries = self.entries.iter().filter(|entry| is_in(entry.field)).cloned().collect();
        Self { entries, ..*self }
    }

    /// What the field would hold once saved, or holds now while what was typed breaks a rule.
    #[must_use]
    pub fn value(&self, key: Key) -> Value {
        let entry = self.entry(key);
        entry.map_or(Value::Null, |entry| entry.value().unwrap_or(&entry.original).clone())
    }

    /// The fields that the server would have to be told of.
    pub fn changed(&self) -> impl Iterator<Item = &Entry> {
        self.entries().filter(|entry| entry.is_changed())
    }

    /// The fields whose broken rule is shown.
    pub fn faulty(&self) -> impl Iterator<Item = &Entry> {
        self.entries().filter(|entry| entry.violation().is_some())
    }

    fn entry_mut(&mut self, key: Key) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.field.key == key).map(Rc::make_mut)
    }

    /// Takes what was typed. A broken rule shows only once the field is left, but goes as soon as it is mended.
    pub fn set(&mut self, key: Key, input: Input, zones: &dyn ZoneNames) {
        if key == Key::GenerateTeam {
            // The rule that team and addresses keep together is refused at the addresses.
            if let Some(emails) = self.entry_mut(Key::TeamUsersEmails) {
                emails.refused = None;
            }
        }
        let Some(entry) = self.entry_mut(key) else { return };
        entry.touched = entry.violation().is_some();
        if let Some(clash) = &mut entry.clash {
            // Who goes on typing after taking theirs means one's own again; before choosing, it stays open.
            clash.mine = input.clone();
            clash.choice = clash.choice.map(|_| merge::Side::Mine);
        }
        entry.put(input, zones);
        entry.touched &= entry.checked.is_err();
    }

    /// Checks the field as it is left; one that is right then shows what the server will keep: `$1500` as `1,500`.
    pub fn leave(&mut self, key: Key) {
        let Some(entry) = self.entry_mut(key) else { return };
        entry.touched = true;
        if let Ok(value) = &entry.checked {
            entry.input = typed(entry.field.kind, value);
        }
    }

    /// Checks everything that would be sent.
    ///
    /// # Errors
    /// With the number of faulty fields; each of them then shows its violation.
    pub fn submit(&mut self, zones: &dyn ZoneNames) -> Result<Change, usize> {
        let sent = |entry: &&Entry| entry.is_changed();
        let params: Params =
            self.entries().filter(sent).map(|entry| (entry.field.name, entry.input.clone())).collect();
        let mut violations = match Change::parse(self.resource, self.intent, &params, &[], zones) {
            Ok(parsed) => match self.team_violation() {
                None => return Ok(parsed.change),
                Some(violation) => vec![violation],
            },
            Err(violations) => violations,
        };
        for violation in violations.drain(..) {
            self.refuse_field(&violation.field, violation.message);
        }
        Err(self.faulty().count())
    }

    /// The one rule that two fields keep together, on the record as it would become.
    fn team_violation(&self) -> Option<domain::Violation> {
        let has_team = self.value(Key::GenerateTeam).as_bool()?;
        team_violation(has_team, self.value(Key::TeamUsersEmails).as_texts())
    }

    /// Puts the violations of an answer on their fields. Nothing that was typed is lost.
    ///
    /// Returns the messages that belong to no field here.
    pub fn refuse(&mut self, errors: &[(String, Vec<String>)]) -> Vec<String> {
        let mut homeless = Vec::new();
        for (name, messages) in errors {
            let message = messages.join("; ");
            if !self.refuse_field(name, message.clone()) {
                homeless.push(sentence(name, &message));
            }
        }
        homeless
    }

    fn refuse_field(&mut self, name: &str, message: String) -> bool {
        let Some(key) = self.resource.field_named(name).map(|field| field.key) else { return false };
        let Some(entry) = self.entry_mut(key) else { return false };
        entry.touched = true;
        entry.refused = Some(message);
        true
    }

    /// Takes everything back that was typed.
    pub fn discard(&mut self, zones: &dyn ZoneNames) {
        for entry in &mut self.entries {
            *entry = Rc::new(Entry::new(entry.field, entry.original.clone(), entry.intent, zones));
        }
    }

    /// Takes back what was typed into one field.
    pub fn revert(&mut self, key: Key, zones: &dyn ZoneNames) {
        if let Some(entry) = self.entry_mut(key) {
            *entry = Entry::new(entry.field, entry.original.clone(), entry.intent, zones);
        }
    }

    /// Brings in what was typed in `now` since it stood as in `sent`: while an answer was awaited.
    pub fn type_again(&mut self, now: &Self, sent: &Self, zones: &dyn ZoneNames) {
        for (now, sent) in now.entries().zip(sent.entries()) {
            if now.input != sent.input {
                self.set(now.field.key, now.input.clone(), zones);
            }
        }
    }
}

/// What an input means. A blank that changes nothing means what is there.
fn checked(field: &Field, input: &Input, original: &Value, zones: &dyn ZoneNames) -> Result<Value, String> {
    check(field, input, zones).map(|value| value.unwrap_or_else(|| original.clone()))
}

/// What is kept, where a column that is empty or was not sent means what its empty input means: a switch is off.
fn meant(original: Value, checked: &Result<Value, String>) -> Value {
    match checked {
        Ok(value) if original.is_blank() => value.clone(),
        _ => original,
    }
}

/// A value as a person would have typed it: lists by item, numbers in groups of three.
fn typed(kind: Kind, value: &Value) -> Input {
    let list = |items: Vec<String>| Input::List(items.into_iter().map(Input::Text).collect());
    match (kind, value) {
        (Kind::Ids(_), value) => list(value.as_ids().iter().map(ToString::to_string).collect()),
        (Kind::Texts | Kind::Emails, value) => list(value.as_texts().to_vec()),
        (Kind::Boolean, value) => Input::Bool(value.as_bool().unwrap_or_default()),
        (kind, value) if kind.is_number() => Input::Text(grouped(&value.to_string())),
        (_, value) => Input::Text(value.to_string()),
    }
}

/// `-1234567.5` as `-1,234,567.5`: the form that people read and the parser takes.
#[must_use]
pub fn grouped(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut text = String::with_capacity(number.len() + whole / 3);
    for (index, digit) in number.char_indices() {
        let follows_digit = text.ends_with(|c: char| c.is_ascii_digit());
        if index < whole && follows_digit && (whole - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
