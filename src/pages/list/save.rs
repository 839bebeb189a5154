//! [`Writer`]: saves one value of a record: shown at once, taken back with a sentence when it is refused, and undone by a
//! click.

use std::rc::Rc;

use domain::{Field, Key, Resource, Value};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::live::Turn;
use crate::api::{Answer, ApiError, Stale};
use crate::form::words::{sentences, words};
use crate::panel::Panel;
use crate::record::Record;

/// Saves values. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    panel: Rc<Panel>,
    tell: Callback<Turn>,
}

impl Writer {
    /// Of the page that a component stands in; `tell` hears what is shown meanwhile and what came of it.
    pub fn new<C: Component>(ctx: &Context<C>, tell: Callback<Turn>) -> Self {
        Self { panel: Panel::of(ctx), tell }
    }

    /// Saves a value of a record over the one that it shows.
    pub fn write(&self, record: Rc<Record>, field: &'static Field, value: Value) {
        self.send(record, field, value, true);
    }

    fn send(&self, record: Rc<Record>, field: &'static Field, value: Value, can_undo: bool) {
        // One of its own, so that it is told from another value of the same record that is being saved.
        let of = Rc::new(Record::clone(&record));
        self.tell.emit(Turn::Ahead((of.clone(), vec![(field.key, value.clone())])));
        let writer = self.clone();
        spawn_local(async move {
            let answer = writer.update(&record, field.key, &value).await;
            let now = match &answer {
                Ok(record) => Some(Rc::new(record.clone())),
                Err(ApiError::Stale(stale)) => Some(Rc::new(stale.current.clone())),
                Err(_) => None,
            };
            writer.tell.emit(Turn::Settled((of, now)));
            writer.say(answer, record, field, &value, can_undo);
        });
    }

    /// Sends it on top of what the record was when it was read, or of what others made of its other fields since.
    async fn update(&self, record: &Record, key: Key, value: &Value) -> Answer<Record> {
        let id = record.id().map(|id| id.to_string()).unwrap_or_default();
        let mut revision = record.revision();
        loop {
            let values = [(key, value.clone())];
            let answer = self.panel.api.update(record.resource(), &id, &values, revision).await;
            match answer {
                Err(ApiError::Stale(stale))
                    if !touches(&stale, key) && stale.current.revision() != revision =>
                {
                    revision = stale.current.revision();
                }
                answer => return answer,
            }
        }
    }

    fn say(
        &self,
        answer: Answer<Record>,
        record: Rc<Record>,
        field: &'static Field,
        value: &Value,
        can_undo: bool,
    ) {
        let name = record.name().to_owned();
        let done = sentence(&name, field, value);
        match answer {
            Ok(now) if can_undo => {
                let (writer, before, now) = (self.clone(), record.get(field.key).clone(), Rc::new(now));
                let undo = move |()| writer.send(now.clone(), field, before.clone(), false);
                self.panel.toasts.undo(format!("Saved. {done}"), undo.into());
            }
            Ok(_) => self.panel.toasts.show(format!("Undone. {done}")),
            Err(error) => {
                let why = why(record.resource(), field, &error);
                self.panel.toasts.fail(format!("{} of {name} was not saved. {why}", field.label));
            }
        }
    }
}

/// Whether others have changed that field since.
fn touches(stale: &Stale, key: Key) -> bool {
    stale.changes.iter().any(|change| change.fields.iter().any(|(own, ..)| *own == key))
}

/// "Weight of Auto insurance, west is 4."
fn sentence(name: &str, field: &Field, value: &Value) -> String {
    let value = words(field, value);
    format!("{} of {name} is {value}.", field.label)
}

/// Why a value was not saved.
fn why(resource: Resource, field: &Field, error: &ApiError) -> String {
    match error {
        ApiError::Stale(stale) => sentences(resource, &stale.changes, &[field.key]).join(" "),
        ApiError::Refused(refused) => {
            let own = refused.errors.iter().filter(|(name, _)| name == field.name);
            let broken = own.flat_map(|(_, rules)| rules).map(|rule| format!("{} {rule}.", field.label));
            Some(broken.collect::<Vec<_>>().join(" "))
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| refused.sentence.to_string())
        }
        // Nothing is sent again by itself here.
        ApiError::Offline => "No connection to the server.".to_owned(),
        error => error.sentence().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Decimal, Metric, Window};

    use super::*;
    use crate::api::{Entry, Refused};

    fn field(key: Key) -> &'static Field {
        Resource::BuyerGroup.field(key).expect("it is in the table")
    }

    #[test]
    fn what_was_saved_is_said_as_people_say_it() {
        let limit = field(Key::Limit(Metric::Attempt, Window::Daily));
        let value = Value::Decimal(Decimal::whole(15_000));
        assert_eq!(sentence("West", limit, &value), "Daily attempt limit of West is 15,000.");
        assert_eq!(sentence("West", limit, &Value::Null), "Daily attempt limit of West is no limit.");
    }

    #[test]
    fn who_was_faster_is_said_with_what_they_made_of_that_field_alone() {
        let change = |by: &str, key, value| Entry {
            at: None,
            by: by.to_owned(),
            revision: 2,
            fields: vec![(key, Value::Null, Value::Decimal(Decimal::whole(value)))],
        };
        let record = Record::read(Resource::BuyerGroup, &domain::Input::Map(Vec::new()));
        let changes = vec![change("Sam Roy", Key::Weight, 4), change("Dana Kerr", Key::Tier, 2)];
        let stale = Stale { current: record, changes };
        assert!(touches(&stale, Key::Weight) && !touches(&stale, Key::Name));
        let error = ApiError::Stale(Rc::new(stale));
        assert_eq!(
            why(Resource::BuyerGroup, field(Key::Weight), &error),
            "Sam Roy changed Weight to 4 while you edited."
        );
    }

    #[test]
    fn a_refusal_gives_the_rule_of_the_field() {
        let rules = vec!["must not be below 0".to_owned()];
        let refused = Refused { sentence: "Check it.".into(), errors: vec![("weight".to_owned(), rules)] };
        let error = ApiError::Refused(refused);
        assert_eq!(why(Resource::BuyerGroup, field(Key::Weight), &error), "Weight must not be below 0.");
        assert_eq!(why(Resource::BuyerGroup, field(Key::Tier), &error), "Check it.");
    }
}
