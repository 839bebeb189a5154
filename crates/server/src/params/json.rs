//! JSON bodies.

use domain::Input;
use serde_json::value::RawValue;

use super::{DEEPEST, MOST_NAMES, too_deep, too_many};
use crate::error::Refusal;

/// The members of the object that a body holds, or of all objects of the list that it holds, in their order.
pub(super) fn members(body: &[u8]) -> Result<Vec<(String, Input)>, Refusal> {
    let raw: &RawValue =
        serde_json::from_slice(body).map_err(|error| not_json(&error, error.line(), error.column()))?;
    match (Scanner { text: raw.get(), at: 0 }).value(0)? {
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

/// The parser's words, with the place in the whole body.
fn not_json(error: &serde_json::Error, line: usize, column: usize) -> Refusal {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    Refusal::Unreadable(format!("The body is not JSON: {what} at line {line}, column {column}."))
}

fn not_an_object() -> Refusal {
    Refusal::Unreadable("The body must be a JSON object, such as {\"name\": \"West\"}.".to_owned())
}

/// Reads a text that has been parsed once already, so that it is JSON, in one pass; its numbers stay texts.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn value(&mut self, depth: usize) -> Result<Input, Refusal> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        Ok(match self.peek() {
            Some(b'{') => {
                let mut members = Vec::new();
                while self.goes_on(b'}') {
                    let name = self.string()?;
                    self.peek();
                    self.at += 1; // the colon
                    members.push((name, self.value(depth + 1)?));
                    if members.len() > MOST_NAMES {
                        return Err(too_many());
                    }
                }
                Input::Map(members)
            }
            Some(b'[') => {
                let mut items = Vec::new();
                while self.goes_on(b']') {
                    items.push(self.value(depth + 1)?);
                }
                Input::List(items)
            }
            Some(b'"') => Input::Text(self.string()?),
            _ => match self.word() {
                "true" => Input::Bool(true),
                "false" => Input::Bool(false),
                "null" => Input::Null,
                number => Input::Number(number.to_owned()),
            },
        })
    }

    /// The next character that is no blank.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over the bracket that opens or the comma; whether another member follows. If not, steps over `end`.
    fn goes_on(&mut self, end: u8) -> bool {
        let is_end = |byte: Option<u8>| byte.is_none_or(|byte| byte == end);
        let ends_here = is_end(self.peek());
        self.at += 1;
        if ends_here {
            return false;
        }
        let ends_empty = is_end(self.peek());
        self.at += usize::from(ends_empty);
        !ends_empty
    }

    fn string(&mut self) -> Result<String, Refusal> {
        self.peek();
        let start = self.at;
        let mut bytes = self.text.as_bytes()[start..].iter().skip(1);
        let mut length = 2;
        while let Some(byte) = bytes.next().filter(|byte| **byte != b'"') {
            let escaped = usize::from(*byte == b'\\' && bytes.next().is_some());
            length += 1 + escaped;
        }
        self.at = (start + length).min(self.text.len());
        serde_json::from_str(&self.text[start..self.at]).map_err(|error| {
            let before = &self.text[..start];
            let line = before.matches('\n').count() + 1;
            let column = start - before.rfind('\n').map_or(0, |at| at + 1) + error.column();
            not_json(&error, line, column)
        })
    }

    /// A number, or a word such as `true`.
    fn word(&mut self) -> &str {
        let start = self.at;
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        self.at += self.text.as_bytes()[start..].iter().take_while(is_part).count();
        &self.text[start..self.at]
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
    fn blanks_and_escapes_are_read_as_json_has_them() {
        let body = " {\n \"a \\\" ]b\" :\t[ ] , \"c\": [ 1 , { } , [ true,null ] ,\"\\\\\" ] , \"\\u00e9\":\"\\ud83d\\ude00\" } ";
        let text = |text: &str| Input::Text(text.to_owned());
        let nested = Input::List(vec![Input::Bool(true), Input::Null]);
        let list = vec![Input::Number("1".to_owned()), Input::Map(Vec::new()), nested, text("\\")];
        assert_eq!(
            members(body.as_bytes()).unwrap(),
            [
                ("a \" ]b".to_owned(), Input::List(Vec::new())),
                ("c".to_owned(), Input::List(list)),
                ("é".to_owned(), text("😀")),
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
        let half = "{\"tier\": 1,\n \"name\": \"\\ud800\"}";
        assert_eq!(
            fault(half.as_bytes()),
            "The body is not JSON: unexpected end of hex escape at line 2, column 17."
        );
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
