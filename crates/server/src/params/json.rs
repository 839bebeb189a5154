//! JSON bodies.

use std::fmt;

use domain::Input;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{DEEPEST, MOST_NAMES, too_deep, too_many};
use crate::error::Refusal;

/// The members of the object that a body holds, or of all objects of the list that it holds, in their order.
pub(super) fn members(body: &[u8]) -> Result<Vec<(String, Input)>, Refusal> {
    let raw: &RawValue = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = reason(&error);
        Refusal::Unreadable(format!("The body is not JSON: {what} at line {line}, column {column}."))
    })?;
    match input(raw, 0)? {
        Input::Null => Ok(Vec::new()),
        Input::Map(members) => Ok(members),
        Input::List(items) => {
            let mut merged = Vec::new();
            for item in items {
                let Input::Map(members) = item else { return Err(not_an_object()) };
                merged.extend(members);
                if merged.len() > MOST_NAMES {
                    return Err(too_many());
                }
            }
            Ok(merged)
        }
        _ => Err(not_an_object()),
    }
}

/// The parser's words without the place, which stands in ours.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

fn not_an_object() -> Refusal {
    Refusal::Unreadable("The body must be a JSON object, such as {\"name\": \"West\"}.".to_owned())
}

/// Reads one value. The whole text has been parsed once already, so it is JSON; its numbers stay texts.
fn input(raw: &RawValue, depth: usize) -> Result<Input, Refusal> {
    if depth > DEEPEST {
        return Err(too_deep());
    }
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = parse(text)?;
            if members.len() > MOST_NAMES {
                return Err(too_many());
            }
            let member = |(name, raw): (String, &RawValue)| Ok((name, input(raw, depth + 1)?));
            Input::Map(members.into_iter().map(member).collect::<Result<_, Refusal>>()?)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = parse(text)?;
            Input::List(items.into_iter().map(|raw| input(raw, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Input::Text(parse(text)?),
        Some(b't') => Input::Bool(true),
        Some(b'f') => Input::Bool(false),
        Some(b'n') | None => Input::Null,
        Some(_) => Input::Number(text.to_owned()),
    })
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| Refusal::Unreadable(format!("The body is not JSON: {error}.")))
}

/// The members of an object in their order, repeats included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(body: &str) -> Vec<String> {
        members(body.as_bytes()).unwrap().into_iter().map(|(name, _)| name).collect()
    }

    fn fault(body: &[u8]) -> String {
        match members(body).unwrap_err() {
            Refusal::Unreadable(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_keep_their_text() {
        let body = br#"{"weight": 0.1000000000000000055511151231257827, "tier": -1e2}"#;
        assert_eq!(
            members(body).unwrap(),
            [
                ("weight".to_owned(), Input::Number("0.1000000000000000055511151231257827".to_owned())),
                ("tier".to_owned(), Input::Number("-1e2".to_owned())),
            ]
        );
    }

    #[test]
    fn a_list_of_objects_is_one_object() {
        assert_eq!(names(r#"[{"name": "a"}, {"tier": 1}, {"name": "b"}]"#), ["name", "tier", "name"]);
        assert_eq!(names("null"), Vec::<String>::new());
        assert!(fault(b"[1]").starts_with("The body must be a JSON object"));
        assert!(fault(b"\"name\"").starts_with("The body must be a JSON object"));
    }

    #[test]
    fn what_does_not_parse_is_named_with_its_place() {
        assert_eq!(
            fault(b"{\"name\": \"West\",\n \"tier\" 1}"),
            "The body is not JSON: expected `:` at line 2, column 9."
        );
        assert!(fault(b"{\"name\": \"\xff\"}").starts_with("The body is not JSON"));
        assert!(fault(b"{\"name\": \"\\ud800\"}").starts_with("The body is not JSON"));
        assert!(fault(b"{} {}").starts_with("The body is not JSON: trailing characters"));
    }

    #[test]
    fn depth_and_number_of_names_have_limits() {
        let deep = |n: usize| format!("{{\"a\": {}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(members(deep(64).as_bytes()).is_ok());
        assert!(fault(deep(65).as_bytes()).contains("at most 64 deep"));
        assert!(fault(deep(200_000).as_bytes()).contains("at most 64 deep"));
        let many: Vec<String> = (0..1_001).map(|n| format!("\"n{n}\": 1")).collect();
        assert!(fault(format!("{{{}}}", many.join(",")).as_bytes()).contains("at most 1000 parameters"));
    }
}
