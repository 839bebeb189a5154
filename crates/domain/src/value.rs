//! [`Value`]: what a field of a record holds; [`Input`]: what somebody sent for it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::decimal::Decimal;
use crate::eligibility::Eligibility;
use crate::id::Id;
use crate::instant::Instant;

/// The value of one field, already checked. What may stand in which field, [`Kind`](crate::field::Kind) says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: no limit, never, not set.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A count.
    Int(i64),
    /// A number with a fraction.
    Decimal(Decimal),
    /// A text, or the name of a choice.
    Text(String),
    /// A point in time.
    Instant(Instant),
    /// Records, in their order.
    Ids(Vec<Id>),
    /// Texts, in their order.
    Texts(Vec<String>),
    /// Whether a group can take a call, and why not.
    Eligibility(Eligibility),
}

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The truth, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// The count, if it is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// The decimal, if it is one.
    #[must_use]
    pub fn as_decimal(&self) -> Option<Decimal> {
        if let Self::Decimal(decimal) = self { Some(*decimal) } else { None }
    }

    /// The instant, if it is one.
    #[must_use]
    pub fn as_instant(&self) -> Option<Instant> {
        if let Self::Instant(instant) = self { Some(*instant) } else { None }
    }

    /// The ids, if there are any.
    #[must_use]
    pub fn as_ids(&self) -> &[Id] {
        if let Self::Ids(ids) = self { ids } else { &[] }
    }

    /// The texts, if there are any.
    #[must_use]
    pub fn as_texts(&self) -> &[String] {
        if let Self::Texts(texts) = self { texts } else { &[] }
    }

    /// Whether nothing stands there.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Ids(ids) => ids.is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            _ => false,
        }
    }
}

impl fmt::Display for Value {
    /// As a cell of CSV and as the text of an input: null is empty, lists are joined by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    f.write_str(",")?;
                }
                item.fmt(f)?;
            }
            Ok(())
        }
        match self {
            Self::Null => Ok(()),
            Self::Bool(truth) => truth.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Decimal(decimal) => decimal.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
            Self::Ids(ids) => joined(f, ids),
            Self::Texts(texts) => joined(f, texts),
            Self::Eligibility(eligibility) => {
                let codes: Vec<&str> = eligibility.reasons.iter().map(|reason| reason.code()).collect();
                joined(f, &codes)
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Decimal(decimal) => decimal.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Instant(instant) => instant.serialize(serializer),
            Self::Ids(ids) => ids.serialize(serializer),
            Self::Texts(texts) => texts.serialize(serializer),
            Self::Eligibility(eligibility) => eligibility.serialize(serializer),
        }
    }
}

/// What somebody sent, before anything is known about it: JSON, a form, a query string, the text of an input.
///
/// A number is its text, never a float, so that nothing is lost before [`Decimal`] judges it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// JSON null.
    Null,
    /// JSON true or false.
    Bool(bool),
    /// The text of a JSON number.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Input>),
    /// An object, its members in their order.
    Map(Vec<(String, Input)>),
}

impl Input {
    /// Whether it clears a field: `""`, null, `[]`, and the form's lone `buyer_ids[]=`.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.iter().all(Self::is_blank),
            Self::Map(members) => members.is_empty(),
            Self::Bool(_) | Self::Number(_) => false,
        }
    }

    /// The text of a text or a number.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyInput;
        impl<'de> Visitor<'de> for AnyInput {
            type Value = Input;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_unit<E>(self) -> Result<Input, E> {
                Ok(Input::Null)
            }

            fn visit_none<E>(self) -> Result<Input, E> {
                Ok(Input::Null)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Input, D::Error> {
                Input::deserialize(deserializer)
            }

            fn visit_bool<E>(self, truth: bool) -> Result<Input, E> {
                Ok(Input::Bool(truth))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Input, E> {
                Ok(Input::Number(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Input, E> {
                Ok(Input::Number(number.to_string()))
            }

            /// Doubles come from JavaScript only. One that no [`Decimal`] can be is kept as a text that none can be.
            fn visit_f64<E>(self, number: f64) -> Result<Input, E> {
                Ok(Input::Number(
                    Decimal::from_f64(number).map_or_else(|| "NaN".to_owned(), |d| d.to_string()),
                ))
            }

            fn visit_str<E>(self, text: &str) -> Result<Input, E> {
                Ok(Input::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Input, E> {
                Ok(Input::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Input, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Input::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Input, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Input::Map(members))
            }
        }
        deserializer.deserialize_any(AnyInput)
    }
}
