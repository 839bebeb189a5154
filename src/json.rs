//! JSON by the browser's own parser: text to [`Input`] and back, without a second parser in the module.

use std::borrow::Cow;

use domain::{Decimal, Input, Value};
use js_sys::{Array, JSON, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};

/// Reads a text; what is not JSON reads as nothing.
#[must_use]
pub fn parse(text: &str) -> Input {
    JSON::parse(text).map_or(Input::Null, |value| input(&value))
}

fn input(value: &JsValue) -> Input {
    if let Some(truth) = value.as_bool() {
        return Input::Bool(truth);
    }
    if let Some(number) = value.as_f64() {
        return Input::Number(number_text(number));
    }
    if let Some(text) = value.as_string() {
        return Input::Text(text);
    }
    if Array::is_array(value) {
        return Input::List(value.unchecked_ref::<Array>().iter().map(|item| input(&item)).collect());
    }
    match value.dyn_ref::<Object>() {
        Some(object) => {
            let entries = Object::entries(object);
            let members = entries.iter().map(|entry| {
                let entry: Array = entry.unchecked_into();
                (entry.get(0).as_string().unwrap_or_default(), input(&entry.get(1)))
            });
            Input::Map(members.collect())
        }
        None => Input::Null,
    }
}

/// The text of a number: whole as far as doubles are exact, else as a decimal; what is neither is no number.
fn number_text(number: f64) -> String {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if number.trunc() == number && number.abs() <= EXACT {
        return (number as i64).to_string();
    }
    Decimal::from_f64(number).map_or_else(|| "NaN".to_owned(), |decimal| decimal.to_string())
}

/// The text of an object with these members.
#[must_use]
pub fn object(members: &[(Cow<'static, str>, &Value)]) -> String {
    let mut text = String::from("{");
    for (name, value) in members {
        if text.len() > 1 {
            text.push(',');
        }
        push_text(&mut text, name);
        text.push(':');
        push(&mut text, value);
    }
    text.push('}');
    text
}

fn push(text: &mut String, value: &Value) {
    match value {
        Value::Null | Value::Eligibility(_) => text.push_str("null"),
        // As they are printed they are JSON: true, 3, 2.5.
        Value::Bool(_) | Value::Int(_) | Value::Decimal(_) => text.push_str(&value.to_string()),
        Value::Text(_) | Value::Instant(_) => push_text(text, &value.to_string()),
        Value::Ids(ids) => push_list(text, ids, |text, id| text.push_str(&id.to_string())),
        Value::Texts(texts) => push_list(text, texts, |text, item| push_text(text, item)),
    }
}

fn push_list<T>(text: &mut String, items: &[T], push: impl Fn(&mut String, &T)) {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push(text, item);
    }
    text.push(']');
}

fn push_text(text: &mut String, item: &str) {
    // A text always has a JSON form.
    let quoted = JSON::stringify(&JsValue::from(item)).unwrap_or_else(|_| JsString::from("\"\""));
    text.push_str(&String::from(quoted));
}

/// What stands under a name in an object; nothing when it is none.
#[must_use]
pub fn member<'a>(input: &'a Input, name: &str) -> &'a Input {
    let Input::Map(members) = input else { return &Input::Null };
    members.iter().find(|(own, _)| own == name).map_or(&Input::Null, |(_, input)| input)
}

/// The members of an object.
#[must_use]
pub fn members(input: &Input) -> &[(String, Input)] {
    if let Input::Map(members) = input { members } else { &[] }
}

/// The items of a list.
#[must_use]
pub fn items(input: &Input) -> &[Input] {
    if let Input::List(items) = input { items } else { &[] }
}

/// The text under a name; blank when there is none.
#[must_use]
pub fn text(input: &Input, name: &str) -> String {
    member(input, name).as_text().unwrap_or_default().to_owned()
}

/// The whole number under a name.
#[must_use]
pub fn whole(input: &Input, name: &str) -> Option<i64> {
    member(input, name).as_text()?.parse().ok()
}

/// The count under a name; 0 when there is none.
#[must_use]
pub fn count(input: &Input, name: &str) -> u64 {
    whole(input, name).and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
}
