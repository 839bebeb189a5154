//! [`Record`]: one group, buyer, offer, call or company as the server sent it.

use domain::{Decimal, Id, Input, Key, Resource, Value};

use crate::json;

/// The columns of one record, by key. A column that was not sent reads as nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    resource: Resource,
    values: Vec<(Key, Value)>,
}

impl Record {
    /// Reads an object of the API; what is no column of the resource is left out.
    #[must_use]
    pub fn read(resource: Resource, input: &Input) -> Self {
        let read = |(name, input): &(String, Input)| {
            let field = resource.field_named(name)?;
            Some((field.key, field.kind.read(input)))
        };
        let values = json::members(input).iter().filter_map(read).collect();
        let record = Self { resource, values };
        match resource {
            Resource::Call => record.called_by_number(),
            Resource::Alert => record.called_by_group(),
            _ => record,
        }
    }

    /// A call has no name of its own: it goes by the number that calls, or by its id where that is withheld.
    fn called_by_number(self) -> Self {
        let name = match (self.get(Key::CallerNumber).as_text(), self.id()) {
            (Some(number), _) => number.to_owned(),
            (None, Some(id)) => format!("Call {id}"),
            (None, None) => return self,
        };
        self.with(Key::Name, Value::Text(name))
    }

    /// An alert goes by the group whose cap it is about; there is none when a webhook failed.
    fn called_by_group(self) -> Self {
        let name = self.get(Key::BuyerGroupName).as_text().unwrap_or("Webhook").to_owned();
        self.with(Key::Name, Value::Text(name))
    }

    /// What kind of record it is.
    #[must_use]
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// What stands in a column.
    #[must_use]
    pub fn get(&self, key: Key) -> &Value {
        self.values.iter().find(|(own, _)| *own == key).map_or(&Value::Null, |(_, value)| value)
    }

    /// The same with another value in one column.
    #[must_use]
    pub fn with(mut self, key: Key, value: Value) -> Self {
        match self.values.iter_mut().find(|(own, _)| *own == key) {
            Some((_, own)) => *own = value,
            None => self.values.push((key, value)),
        }
        self
    }

    /// Its id; `None` only when that column was not asked for.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.get(Key::Id).as_int().and_then(Id::new)
    }

    /// Its name, or what it is called instead; blank when that column was not asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        self.get(Key::Name).as_text().unwrap_or_default()
    }

    /// For `If-Match`; `None` when that column was not asked for.
    #[must_use]
    pub fn revision(&self) -> Option<i64> {
        self.get(Key::Revision).as_int()
    }

    /// The number in a column, whether a count or a decimal.
    #[must_use]
    pub fn number(&self, key: Key) -> Option<Decimal> {
        match self.get(key) {
            Value::Decimal(decimal) => Some(*decimal),
            Value::Int(number) => i32::try_from(*number).ok().map(Decimal::whole),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_by_the_field_table() {
        let input = Input::Map(vec![
            ("id".to_owned(), Input::Number("123456".to_owned())),
            ("name".to_owned(), "Auto insurance, west".into()),
            ("weight".to_owned(), Input::Number("2.5".to_owned())),
            ("attempt_daily_limit".to_owned(), Input::Null),
            ("of_a_later_version".to_owned(), Input::Bool(true)),
        ]);
        let record = Record::read(Resource::BuyerGroup, &input);
        assert_eq!(record.id(), Id::new(123_456));
        assert_eq!(record.name(), "Auto insurance, west");
        assert_eq!(record.number(Key::Weight), "2.5".parse().ok());
        assert_eq!(record.get(Key::Tier), &Value::Null);
        assert_eq!(record.with(Key::Paused, Value::Bool(true)).get(Key::Paused).as_bool(), Some(true));
    }

    #[test]
    fn a_call_goes_by_its_number_or_else_by_its_id() {
        let call = |number: Input| {
            let members = vec![("id".to_owned(), "123456".into()), ("caller_number".to_owned(), number)];
            Record::read(Resource::Call, &Input::Map(members)).name().to_owned()
        };
        assert_eq!(call("+14155550134".into()), "+14155550134");
        assert_eq!(call(Input::Null), "Call 123456");
    }
}
