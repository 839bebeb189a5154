//! The headers with which a caller ties a write to conditions (COMPATIBILITY.md 10 and 20).

use axum::http::{HeaderMap, HeaderValue, header};

use domain::Violation;

/// The longest Idempotency-Key, in bytes.
const LONGEST_KEY: usize = 255;

/// The strong ETag of a record with that revision.
pub(crate) fn etag(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// The header `If-Match` as it came, for telling requests apart.
pub(crate) fn if_match_text(headers: &HeaderMap) -> String {
    headers
        .get_all(header::IF_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>()
        .join(",")
}

/// What `If-Match` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// Nothing, or only that the record is there.
    Any,
    /// One of these revisions; tags that are not ours can never match.
    OneOf(Vec<i64>),
}

impl IfMatch {
    /// Reads the header. A weak tag never matches (RFC 9110, 13.1.1).
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut tags = headers.get_all(header::IF_MATCH).iter().peekable();
        if tags.peek().is_none() {
            return Self::Any;
        }
        let mut revisions = Vec::new();
        for tag in tags.filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(',')) {
            let tag = tag.trim();
            if tag == "*" {
                return Self::Any;
            }
            let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            revisions.extend(revision.and_then(|revision| revision.parse::<i64>().ok()));
        }
        Self::OneOf(revisions)
    }

    /// The revision that the record must have, given the one that it has; `None` when any will do.
    pub(crate) fn required(&self, current: impl FnOnce() -> Option<i64>) -> Option<i64> {
        /// Revisions start at 1.
        const NONE_HAS_IT: i64 = -1;
        match self {
            Self::Any => None,
            Self::OneOf(revisions) => match revisions.as_slice() {
                [] => Some(NONE_HAS_IT),
                [only] => Some(*only),
                several => current().filter(|revision| several.contains(revision)).or(Some(NONE_HAS_IT)),
            },
        }
    }
}

/// The key under which the first answer is kept, if the caller gave one.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Violation> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > LONGEST_KEY {
        let rule = format!("must be 1 to {LONGEST_KEY} characters of ASCII");
        return Err(Violation::new("Idempotency-Key", "Idempotency-Key", rule));
    }
    Ok(Some(key.to_owned()))
}

/// Whether `Prefer: handling=strict` is among the preferences.
pub(crate) fn is_strict(headers: &HeaderMap) -> bool {
    headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split([',', ';']))
        .any(|preference| preference.trim().eq_ignore_ascii_case("handling=strict"))
}

/// The names of parameters that were ignored, as a header: what is no token is percent-encoded, and a list that
/// would be long ends in `…` as `%E2%80%A6`.
pub(crate) fn ignored(names: &[String]) -> Option<HeaderValue> {
    const MOST: usize = 50;
    const LONGEST: usize = 100;
    const OUTSIDE_TOKEN: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.').remove(b'[').remove(b']');
    let shorten = |name: &String| match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.clone(),
    };
    let mut shown: Vec<String> = names.iter().take(MOST).map(shorten).collect();
    if names.len() > MOST {
        shown.push("…".to_owned());
    }
    let encoded: Vec<String> = shown
        .iter()
        .map(|name| percent_encoding::utf8_percent_encode(name, OUTSIDE_TOKEN).to_string())
        .collect();
    if encoded.is_empty() { None } else { HeaderValue::from_str(&encoded.join(", ")).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn if_match(values: &[&str]) -> IfMatch {
        IfMatch::of(&headers("if-match", values))
    }

    #[test]
    fn if_match_reads_our_tags_only() {
        assert_eq!(if_match(&[]), IfMatch::Any);
        assert_eq!(if_match(&["*"]), IfMatch::Any);
        assert_eq!(if_match(&["\"4\""]), IfMatch::OneOf(vec![4]));
        assert_eq!(if_match(&["\"4\", \"x\"", "W/\"5\""]), IfMatch::OneOf(vec![4]));
        assert_eq!(if_match(&["4"]), IfMatch::OneOf(Vec::new()));
    }

    #[test]
    fn one_of_several_revisions_is_enough() {
        assert_eq!(IfMatch::OneOf(vec![4]).required(|| None), Some(4));
        assert_eq!(IfMatch::OneOf(vec![4, 5]).required(|| Some(5)), Some(5));
        assert_eq!(IfMatch::OneOf(vec![4, 5]).required(|| Some(6)), Some(-1));
        assert_eq!(IfMatch::OneOf(vec![]).required(|| Some(6)), Some(-1));
        assert_eq!(IfMatch::Any.required(|| Some(6)), None);
    }

    #[test]
    fn strictness_is_a_preference_among_others() {
        assert!(is_strict(&headers("prefer", &["respond-async, handling=strict"])));
        assert!(!is_strict(&headers("prefer", &["handling=lenient"])));
    }

    #[test]
    fn ignored_names_are_safe_in_a_header() {
        let names = ["colour".to_owned(), "a\r\nb: ü".to_owned(), "x".repeat(300)];
        let shown = ignored(&names).unwrap();
        let shown = shown.to_str().unwrap();
        assert!(shown.starts_with("colour, a%0D%0Ab%3A%20%C3%BC, xxx"), "{shown}");
        assert!(shown.len() < 200);
        assert_eq!(ignored(&[]), None);
    }
}
