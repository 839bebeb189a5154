//! [`Edits`]: what would be changed in the groups of an offer, as it was typed.

use std::rc::Rc;

use domain::{Field, Id, Input, Key, Resource, Value, check};

use crate::api::Write;
use crate::bulk::job::Task;
use crate::form::grouped;
use crate::form::zones::BrowserZones;
use crate::record::Record;

/// What was typed for one field of one group.
#[derive(Clone, Debug, PartialEq)]
struct Edit {
    group: Id,
    key: Key,
    text: String,
}

/// What would be changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits(Vec<Edit>);

impl Edits {
    /// What was typed for a field; `None` where it stands as it is kept.
    #[must_use]
    pub fn typed(&self, group: Id, key: Key) -> Option<&str> {
        self.0.iter().find(|edit| edit.group == group && edit.key == key).map(|edit| edit.text.as_str())
    }

    /// Takes in what was typed for a field of a group. What means the same as what is kept is no edit.
    pub fn put(&mut self, group: &Record, key: Key, text: String) {
        let (Some(id), Some(field)) = (group.id(), Resource::BuyerGroup.field(key)) else { return };
        self.0.retain(|edit| edit.group != id || edit.key != key);
        if read(field, &text).is_none_or(|value| value != *group.get(key)) {
            self.0.push(Edit { group: id, key, text });
        }
    }

    /// Takes back every edit of a group.
    pub fn forget(&mut self, group: Id) {
        self.0.retain(|edit| edit.group != group);
    }

    /// The value of a field as it would be; as it is kept where nothing, or no value, was typed.
    #[must_use]
    pub fn value(&self, group: &Record, key: Key) -> Value {
        let typed = group.id().and_then(|id| self.typed(id, key)).zip(Resource::BuyerGroup.field(key));
        typed.and_then(|(text, field)| read(field, text)).unwrap_or_else(|| group.get(key).clone())
    }

    /// Whether anything of a group would be changed.
    #[must_use]
    pub fn touches(&self, group: Id) -> bool {
        self.0.iter().any(|edit| edit.group == group)
    }

    /// The rule that a typed text breaks, as a sentence.
    #[must_use]
    pub fn problem(&self, group: Id, key: Key) -> Option<String> {
        let field = Resource::BuyerGroup.field(key)?;
        let broken = checked(field, self.typed(group, key)?).err()?;
        Some(format!("{} {broken}.", field.label))
    }

    /// Whether something that was typed is no value.
    #[must_use]
    pub fn have_problems(&self) -> bool {
        self.0.iter().any(|edit| self.problem(edit.group, edit.key).is_some())
    }

    /// How many fields of how many groups would be changed.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let mut groups: Vec<Id> = self.0.iter().map(|edit| edit.group).collect();
        groups.sort_unstable();
        groups.dedup();
        (self.0.len(), groups.len())
    }

    /// One write for each group that would be changed, based on the revision that is shown, with its way back.
    #[must_use]
    pub fn tasks(&self, groups: &[Rc<Record>]) -> Vec<Task> {
        let task = |group: &Rc<Record>| {
            let own: Vec<&Edit> = self.0.iter().filter(|edit| Some(edit.group) == group.id()).collect();
            if own.is_empty() {
                return None;
            }
            let after = own.iter().map(|edit| (edit.key, self.value(group, edit.key))).collect();
            let before = own.iter().map(|edit| (edit.key, group.get(edit.key).clone())).collect();
            Task::new(group, Write::Change(after), Some(Write::Change(before)))
        };
        groups.iter().filter_map(task).collect()
    }
}

/// A value as a person would have typed it.
#[must_use]
pub fn text(value: &Value) -> String {
    match value {
        Value::Int(_) | Value::Decimal(_) => grouped(&value.to_string()),
        value => value.to_string(),
    }
}

fn checked(field: &Field, text: &str) -> Result<Option<Value>, String> {
    check(field, &Input::Text(text.to_owned()), &BrowserZones)
}

/// The value of a text, if it is one; a blank clears.
fn read(field: &Field, text: &str) -> Option<Value> {
    checked(field, text).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAILY: Key = Key::Limit(domain::Metric::Attempt, domain::Window::Daily);

    fn west() -> Rc<Record> {
        let decimal = |number| Value::Decimal(domain::Decimal::whole(number));
        let record = Record::read(Resource::BuyerGroup, &Input::Null)
            .with(Key::Id, Value::Int(100_001))
            .with(Key::Revision, Value::Int(7))
            .with(Key::Paused, Value::Bool(false))
            .with(Key::Weight, decimal(3))
            .with(DAILY, decimal(1_000));
        Rc::new(record)
    }

    #[test]
    fn what_means_the_same_is_no_edit() {
        let (group, mut edits) = (west(), Edits::default());
        edits.put(&group, DAILY, "$2,000".to_owned());
        edits.put(&group, Key::Paused, "true".to_owned());
        assert_eq!(edits.counts(), (2, 1));
        assert_eq!(edits.value(&group, DAILY), Value::Decimal(domain::Decimal::whole(2_000)));
        edits.put(&group, DAILY, " 1,000 ".to_owned());
        edits.put(&group, Key::Paused, "false".to_owned());
        assert_eq!(edits.counts(), (0, 0));
    }

    #[test]
    fn what_is_no_value_changes_nothing_and_is_said() {
        let (group, mut edits) = (west(), Edits::default());
        let id = group.id().expect("it has one");
        edits.put(&group, Key::Weight, "many".to_owned());
        assert_eq!(edits.value(&group, Key::Weight), *group.get(Key::Weight));
        assert!(edits.have_problems());
        assert_eq!(edits.problem(id, Key::Weight).as_deref(), Some("Weight must be a decimal number."));
    }

    #[test]
    fn each_group_is_one_write_with_its_way_back() {
        let (group, mut edits) = (west(), Edits::default());
        edits.put(&group, DAILY, String::new());
        edits.put(&group, Key::Weight, "5".to_owned());
        let tasks = edits.tasks(std::slice::from_ref(&group));
        let [task] = &tasks[..] else { panic!("one group") };
        let weight = |number| (Key::Weight, Value::Decimal(domain::Decimal::whole(number)));
        assert_eq!(task.write, Write::Change(vec![(DAILY, Value::Null), weight(5)]));
        assert_eq!(task.back, Some(Write::Change(vec![(DAILY, group.get(DAILY).clone()), weight(3)])));
    }
}
