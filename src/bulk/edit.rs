//! [`Edit`]: what is done to one field of many records, whatever each of them holds. The rules are the domain's own.

use domain::{Decimal, Field, Input, Key, Kind, Resource, Value, ZoneNames, check, text};

use domain::field::Blank;

/// How a field is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It gets a value.
    Set,
    /// Nothing stands in it any longer.
    Clear,
    /// A number is added to it.
    Add,
    /// A number is taken from it.
    Subtract,
    /// It is multiplied by a number.
    Multiply,
    /// Members are added to its list.
    Include,
    /// Members are taken out of its list.
    Exclude,
}

impl Way {
    /// The ways in which a field can be changed.
    #[must_use]
    pub fn of(field: &Field) -> Vec<Self> {
        let mut ways = vec![Self::Set];
        match field.kind {
            Kind::Ids(_) | Kind::Texts | Kind::Emails => {
                ways.splice(0..0, [Self::Include, Self::Exclude]);
            }
            kind if kind.is_number() => ways.extend([Self::Add, Self::Subtract, Self::Multiply]),
            _ => {}
        }
        if field.blank == Blank::Clears {
            ways.push(Self::Clear);
        }
        ways
    }

    /// As it is offered.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Set => "Set to",
            Self::Clear => "Clear",
            Self::Add => "+ add",
            Self::Subtract => "− subtract",
            Self::Multiply => "× multiply by",
            Self::Include => "Add",
            Self::Exclude => "Remove",
        }
    }
}

/// The fields that can be changed on many records at once: those that can be written and read back. Pausing has buttons
/// of its own.
pub fn editable(resource: Resource) -> impl Iterator<Item = &'static Field> {
    resource.writable().filter(|field| field.is_column() && field.key != Key::Paused)
}

/// What is done to one field.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Which.
    pub field: &'static Field,
    /// How.
    pub way: Way,
    /// With what, as it was typed; of no account where it is cleared.
    pub input: Input,
}

impl PartialEq for Edit {
    fn eq(&self, other: &Self) -> bool {
        (self.field.key, self.way, &self.input) == (other.field.key, other.way, &other.input)
    }
}

impl Edit {
    /// The edit that gives a field a value.
    #[must_use]
    pub fn set(resource: Resource, key: Key, input: Input) -> Option<Self> {
        Some(Self { field: resource.field(key)?, way: Way::Set, input })
    }

    /// Whether all is said: something was typed where something is needed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.way == Way::Clear || !self.input.is_blank()
    }

    /// What is wrong with what was typed, whatever the records hold: the rest of a sentence.
    #[must_use]
    pub fn fault(&self, zones: &dyn ZoneNames) -> Option<String> {
        match self.way {
            Way::Clear => None,
            Way::Add | Way::Subtract | Way::Multiply => self.number().err(),
            Way::Set | Way::Include | Way::Exclude => self.field.kind.parse(&self.input, zones).err(),
        }
    }

    fn number(&self) -> Result<Decimal, String> {
        let text = self.input.as_text().unwrap_or_default();
        text.parse().map_err(|error: domain::DecimalError| error.to_string())
    }

    /// What the field holds afterwards. Where there is no number, as with no limit, arithmetic changes nothing.
    ///
    /// # Errors
    /// The broken rule, as the rest of a sentence that starts with the field's label.
    pub fn outcome(&self, before: &Value, zones: &dyn ZoneNames) -> Result<Value, String> {
        let kind = self.field.kind;
        match self.way {
            Way::Clear => Ok(kind.cleared()),
            Way::Set => {
                check(self.field, &self.input, zones).map(|value| value.unwrap_or_else(|| before.clone()))
            }
            Way::Add | Way::Subtract | Way::Multiply => {
                let other = self.number()?;
                let Some(number) = number_of(before) else { return Ok(before.clone()) };
                let result = match self.way {
                    Way::Add => number.plus(other),
                    Way::Subtract => number.plus(other.negated()),
                    _ => number.times(other),
                };
                let result = result.map_err(|error| error.to_string())?;
                kind.parse(&Input::Number(result.to_string()), zones)
            }
            Way::Include => {
                let added = kind.parse(&self.input, zones)?;
                let all = [items(before), items(&added)].concat();
                kind.parse(&Input::List(all), zones)
            }
            Way::Exclude => {
                let gone = items(&kind.parse(&self.input, zones)?);
                let is_gone = |item: &Input| gone.iter().any(|other| is_same(kind, item, other));
                let rest: Vec<Input> = items(before).into_iter().filter(|item| !is_gone(item)).collect();
                if rest.is_empty() { Ok(kind.cleared()) } else { kind.parse(&Input::List(rest), zones) }
            }
        }
    }
}

fn number_of(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Int(number) => Decimal::from_units(number.checked_mul(Decimal::ONE.units())?),
        _ => None,
    }
}

/// The items of a list, as they would be sent.
fn items(value: &Value) -> Vec<Input> {
    let ids = value.as_ids().iter().map(|id| Input::Number(id.to_string()));
    ids.chain(value.as_texts().iter().map(|text| Input::Text(text.clone()))).collect()
}

fn is_same(kind: Kind, one: &Input, other: &Input) -> bool {
    let (one, other) = (one.as_text().unwrap_or_default(), other.as_text().unwrap_or_default());
    match kind {
        Kind::Emails => text::email_identity(one) == text::email_identity(other),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id, Metric, Window};

    use super::*;
    use crate::form::zones::NoZones;

    fn outcome(key: Key, way: Way, input: &str, before: Value) -> Result<String, String> {
        let field = Resource::BuyerGroup.field(key).expect("it is in the table");
        let edit = Edit { field, way, input: input.into() };
        edit.outcome(&before, &NoZones).map(|value| value.to_string())
    }

    fn decimal(text: &str) -> Value {
        Value::Decimal(text.parse().expect("a number"))
    }

    const LIMIT: Key = Key::Limit(Metric::Attempt, Window::Daily);

    #[test]
    fn arithmetic_is_exact() {
        for (way, input, before, after) in [
            (Way::Add, "0.2", "0.1", "0.3"),
            (Way::Add, "1,500", "500", "2000"),
            (Way::Subtract, "0.1", "0.3", "0.2"),
            (Way::Multiply, "1.1", "3", "3.3"),
            (Way::Multiply, "0", "99999999999", "0"),
        ] {
            assert_eq!(outcome(Key::Weight, way, input, decimal(before)).as_deref(), Ok(after), "{input}");
        }
        assert_eq!(outcome(Key::Tier, Way::Multiply, "-1", decimal("1.5")).as_deref(), Ok("-1.5"));
    }

    #[test]
    fn what_would_break_a_rule_is_not_done() {
        let refused = |key, way, input, before| outcome(key, way, input, before).expect_err("a broken rule");
        assert_eq!(refused(Key::Weight, Way::Subtract, "4", decimal("3")), "must not be below 0");
        assert_eq!(
            refused(Key::Weight, Way::Multiply, "1.1", decimal("0.0001")),
            "must have at most 4 digits after the point"
        );
        assert_eq!(
            refused(Key::Weight, Way::Multiply, "10", decimal("99999999999")),
            "must have at most 11 digits before the point"
        );
        assert_eq!(
            refused(Key::ConcurrencyCapLimit, Way::Multiply, "1.5", Value::Int(3)),
            "must be a whole number, 0 or more"
        );
        assert_eq!(refused(Key::Name, Way::Set, " ", Value::Text("West".to_owned())), "must not be blank");
    }

    #[test]
    fn no_limit_stays_none_when_it_is_added_to() {
        assert_eq!(outcome(LIMIT, Way::Add, "10", Value::Null).as_deref(), Ok(""));
        assert_eq!(outcome(LIMIT, Way::Set, "$10", Value::Null).as_deref(), Ok("10"));
        assert_eq!(outcome(LIMIT, Way::Clear, "", decimal("7")).as_deref(), Ok(""));
        assert_eq!(outcome(Key::ConcurrencyCapLimit, Way::Add, "2", Value::Int(3)).as_deref(), Ok("5"));
    }

    #[test]
    fn members_are_added_and_taken_out_each_once_and_in_their_order() {
        let ids = |ids: &[i64]| Value::Ids(ids.iter().filter_map(|id| Id::new(*id)).collect());
        let change = |way, input, before: &[i64]| outcome(Key::BuyerIds, way, input, ids(before));
        assert_eq!(change(Way::Include, "7,5", &[5, 6]).as_deref(), Ok("5,6,7"));
        assert_eq!(change(Way::Exclude, "5,9", &[5, 6]).as_deref(), Ok("6"));
        assert_eq!(change(Way::Exclude, "5", &[5]).as_deref(), Ok(""));
        let emails = Value::Texts(vec!["Mia@example.com".to_owned()]);
        assert_eq!(outcome(Key::TeamUsersEmails, Way::Exclude, "mia@EXAMPLE.com", emails).as_deref(), Ok(""));
    }

    #[test]
    fn every_field_that_can_be_written_and_read_has_its_ways() {
        let ways = |key| Way::of(Resource::BuyerGroup.field(key).expect("it is in the table"));
        assert_eq!(ways(Key::Name), [Way::Set]);
        assert_eq!(ways(Key::Weight), [Way::Set, Way::Add, Way::Subtract, Way::Multiply]);
        assert_eq!(ways(LIMIT), [Way::Set, Way::Add, Way::Subtract, Way::Multiply, Way::Clear]);
        assert_eq!(ways(Key::BuyerIds), [Way::Include, Way::Exclude, Way::Set, Way::Clear]);
        let offered: Vec<_> = editable(Resource::BuyerGroup).map(|field| field.key).collect();
        assert!(offered.contains(&Key::TimeZone) && !offered.contains(&Key::AddBuyerIds));
    }
}
