//! [`Plan`]: what is to be done to records, before it is known to which; and what that means for each of them.

use std::rc::Rc;

use domain::{Input, Key, Metric, Resource, Value, Window, ZoneNames, sentence, team_violation};

use super::edit::Edit;
use super::job::Task;
use crate::api::Write;
use crate::components::delete_dialog::ties_of;
use crate::record::Record;

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Switch them off, or on.
    Pause(bool),
    /// Change fields.
    Edit(Rc<[Edit]>),
    /// Set what the total caps have counted to 0.
    Reset,
    /// Delete them.
    Delete,
    /// Bring them back.
    Restore,
}

/// What edits make of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The record as it is.
    pub record: Rc<Record>,
    /// For each edit what its field holds before and after; or the rule that it would break, as a sentence.
    pub cells: Vec<(Value, Result<Value, String>)>,
}

impl Outlook {
    /// What edits make of a record.
    #[must_use]
    pub fn of(record: &Rc<Record>, edits: &[Edit], zones: &dyn ZoneNames) -> Self {
        let cell = |edit: &Edit| {
            let before = record.get(edit.field.key).clone();
            let after = edit.outcome(&before, zones);
            (before, after.map_err(|message| sentence(edit.field.label, &message)))
        };
        let mut outlook = Self { record: record.clone(), cells: edits.iter().map(cell).collect() };
        outlook.judge_team(edits);
        outlook
    }

    /// The one rule that two fields keep together, on the record as it would become.
    fn judge_team(&mut self, edits: &[Edit]) {
        let place = |key| edits.iter().position(|edit| edit.field.key == key);
        let (team, emails) = (place(Key::GenerateTeam), place(Key::TeamUsersEmails));
        let Some(at) = emails.or(team) else { return };
        let after = |place: Option<usize>, key| {
            let cell = place.and_then(|at| self.cells.get(at)).and_then(|(_, after)| after.as_ref().ok());
            cell.unwrap_or_else(|| self.record.get(key)).clone()
        };
        let has_team = after(team, Key::GenerateTeam).as_bool().unwrap_or_default();
        let emails = after(emails, Key::TeamUsersEmails);
        if let Some(violation) = team_violation(has_team, emails.as_texts())
            && let Some((_, after)) = self.cells.get_mut(at)
        {
            *after = Err(violation.sentence());
        }
    }

    /// The first rule that would be broken.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.cells.iter().find_map(|(_, after)| after.as_ref().err()).map(String::as_str)
    }

    /// Whether anything changes.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.cells.iter().any(|(before, after)| after.as_ref() != Ok(before))
    }
}

impl Plan {
    /// The columns that must be read to know what it means, beside id, name and revision.
    #[must_use]
    pub fn columns(&self, resource: Resource) -> Vec<Key> {
        match self {
            Self::Pause(_) => vec![Key::Paused],
            Self::Edit(edits) => columns_of(edits),
            Self::Reset => Metric::ALL.map(|metric| Key::Used(metric, Window::Total)).to_vec(),
            Self::Delete => ties_of(resource).to_vec(),
            Self::Restore => Vec::new(),
        }
    }

    /// What is to be done to a record; `None` when it is so already, or would break a rule.
    #[must_use]
    pub fn task(&self, record: &Rc<Record>, zones: &dyn ZoneNames) -> Option<Task> {
        let (write, back) = match self {
            Self::Pause(paused) => {
                let edit = Edit::set(record.resource(), Key::Paused, Input::Bool(*paused))?;
                changes(record, &[edit], zones)?
            }
            Self::Edit(edits) => changes(record, edits, zones)?,
            Self::Reset => (Write::Change(vec![(Key::ResetTotalCaps, Value::Bool(true))]), None),
            Self::Delete => (Write::Delete, Some(Write::Restore)),
            Self::Restore => (Write::Restore, Some(Write::Delete)),
        };
        Task::new(record, write, back)
    }
}

/// The columns that edits change or are judged by.
#[must_use]
pub fn columns_of(edits: &[Edit]) -> Vec<Key> {
    const TEAM: [Key; 2] = [Key::GenerateTeam, Key::TeamUsersEmails];
    let mut keys: Vec<Key> = edits.iter().map(|edit| edit.field.key).collect();
    if keys.iter().any(|key| TEAM.contains(key)) {
        keys.extend(TEAM);
    }
    keys
}

/// What edits write to a record, and what takes that back.
fn changes(record: &Rc<Record>, edits: &[Edit], zones: &dyn ZoneNames) -> Option<(Write, Option<Write>)> {
    let outlook = Outlook::of(record, edits, zones);
    if outlook.fault().is_some() || !outlook.is_changed() {
        return None;
    }
    let (mut after, mut before) = (Vec::new(), Vec::new());
    for (edit, (old, new)) in edits.iter().zip(outlook.cells) {
        if let Ok(new) = new
            && new != old
        {
            before.push((edit.field.key, old));
            after.push((edit.field.key, new));
        }
    }
    Some((Write::Change(after), Some(Write::Change(before))))
}

/// Whether records of that kind can be switched off.
#[must_use]
pub fn can_pause(resource: Resource) -> bool {
    resource.field(Key::Paused).is_some_and(domain::Field::is_writable)
}

/// Whether records of that kind have totals that can be set to 0.
#[must_use]
pub fn can_reset(resource: Resource) -> bool {
    resource.field(Key::ResetTotalCaps).is_some_and(domain::Field::is_writable)
}

#[cfg(test)]
mod tests {
    use super::super::edit::Way;
    use super::*;
    use crate::form::zones::NoZones;

    fn record(values: &[(Key, Value)]) -> Rc<Record> {
        let empty = Record::read(Resource::BuyerGroup, &Input::Null).with(Key::Id, Value::Int(123_456));
        Rc::new(values.iter().cloned().fold(empty, |record, (key, value)| record.with(key, value)))
    }

    fn edit(key: Key, way: Way, input: &str) -> Edit {
        let field = Resource::BuyerGroup.field(key).expect("it is in the table");
        Edit { field, way, input: input.into() }
    }

    #[test]
    fn only_what_changes_is_written_and_the_way_back_is_kept() {
        let record = record(&[
            (Key::Weight, Value::Decimal("3".parse().expect("a number"))),
            (Key::Tier, Value::Decimal("1".parse().expect("a number"))),
        ]);
        let edits = [edit(Key::Weight, Way::Multiply, "2"), edit(Key::Tier, Way::Set, "1")];
        let task = Plan::Edit(edits.into()).task(&record, &NoZones).expect("something changes");
        let weight =
            |text: &str| Write::Change(vec![(Key::Weight, Value::Decimal(text.parse().expect("a number")))]);
        assert_eq!((task.write, task.back), (weight("6"), Some(weight("3"))));
        let same = Plan::Edit([edit(Key::Tier, Way::Set, "1.0")].into());
        assert!(same.task(&record, &NoZones).is_none(), "what is so already is left alone");
    }

    #[test]
    fn what_is_paused_already_is_not_paused() {
        let paused = record(&[(Key::Paused, Value::Bool(true))]);
        assert!(Plan::Pause(true).task(&paused, &NoZones).is_none());
        let task = Plan::Pause(false).task(&paused, &NoZones).expect("it is resumed");
        assert_eq!(task.back, Some(Write::Change(vec![(Key::Paused, Value::Bool(true))])));
    }

    #[test]
    fn a_record_that_would_break_a_rule_is_left_out() {
        let record = record(&[(Key::Weight, Value::Decimal(domain::Decimal::ONE))]);
        let edits = [edit(Key::Weight, Way::Subtract, "2")];
        let outlook = Outlook::of(&record, &edits, &NoZones);
        assert_eq!(outlook.fault(), Some("Weight must not be below 0."));
        assert!(Plan::Edit(edits.into()).task(&record, &NoZones).is_none());
    }

    #[test]
    fn addresses_need_a_team_as_the_record_would_become() {
        let emails = Value::Texts(vec!["mia@example.com".to_owned()]);
        let team = record(&[(Key::GenerateTeam, Value::Bool(true)), (Key::TeamUsersEmails, emails)]);
        let off = edit(Key::GenerateTeam, Way::Set, "false");
        let outlook = Outlook::of(&team, std::slice::from_ref(&off), &NoZones);
        assert!(outlook.fault().is_some_and(|fault| fault.contains("must be blank")), "{outlook:?}");
        let both = [off, edit(Key::TeamUsersEmails, Way::Clear, "")];
        assert_eq!(Outlook::of(&team, &both, &NoZones).fault(), None);
    }

    #[test]
    fn totals_are_reset_without_a_way_back() {
        assert_eq!(Plan::Reset.task(&record(&[]), &NoZones).expect("a task").back, None);
        assert!(can_reset(Resource::BuyerGroup) && !can_reset(Resource::Offer));
        assert!(can_pause(Resource::Buyer) && !can_pause(Resource::Offer));
    }
}
