//! What came with a request (COMPATIBILITY.md 2 and 3): query string, JSON, form and multipart bodies become one map
//! of untyped inputs, which only the domain's parsers judge.

mod form;
mod json;
mod multipart;

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use domain::{Input, Params};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::error::Refusal;

pub(crate) use form::pairs;

/// The longest body, in bytes.
pub(crate) const LONGEST_BODY: usize = 1 << 20;
/// How long a body may take to arrive, unless the server is told otherwise.
pub const BODY_DEADLINE: Duration = Duration::from_secs(30);
/// How deep lists and objects may stand in each other.
const DEEPEST: usize = 64;
/// How many names a request or an object in it may have: each is looked for among the others.
const MOST_NAMES: usize = 1_000;

/// Receives a body, within [`LONGEST_BODY`] and a deadline.
pub(crate) async fn receive(body: Body, deadline: Duration) -> Result<Bytes, Refusal> {
    let received = tokio::time::timeout(deadline, Limited::new(body, LONGEST_BODY).collect()).await;
    match received {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::TooLarge),
        Ok(Err(_)) => Err(Refusal::Unreadable("The body broke off.".to_owned())),
        Err(_) => Err(Refusal::TooSlow),
    }
}

/// What a body says; its kind is told by `Content-Type`, and where that is missing by its first character.
pub(crate) async fn from_body(headers: &HeaderMap, body: Bytes) -> Result<Vec<(String, Input)>, Refusal> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(Refusal::WrongMediaType("Send the body without Content-Encoding.".to_owned()));
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let body = body.strip_prefix(b"\xef\xbb\xbf").map_or(body.clone(), |rest| body.slice_ref(rest));
    match essence.as_str() {
        _ if body.iter().all(u8::is_ascii_whitespace) => Ok(Vec::new()),
        "multipart/form-data" => form::gathered(multipart::pairs(content_type, body).await?),
        "application/json" | "text/json" => json::members(&body),
        json if json.starts_with("application/") && json.ends_with("+json") => json::members(&body),
        // The default of curl and of clients that set nothing.
        "" | "application/x-www-form-urlencoded" if looks_like_json(&body) => json::members(&body),
        "" | "application/x-www-form-urlencoded" => form::gathered(pairs(&body)),
        other => Err(Refusal::WrongMediaType(format!(
            "Send JSON with Content-Type: application/json, or a form; “{other}” cannot be read."
        ))),
    }
}

/// The parameters of a query string.
pub(crate) fn from_query(query: &str) -> Result<Vec<(String, Input)>, Refusal> {
    form::gathered(pairs(query.as_bytes()))
}

/// One map; what comes later wins over what came before it.
pub(crate) fn merged(query: Vec<(String, Input)>, body: Vec<(String, Input)>) -> Result<Params, Refusal> {
    if query.len() + body.len() > MOST_NAMES {
        return Err(too_many());
    }
    Ok(query.into_iter().chain(body).collect())
}

fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn too_many() -> Refusal {
    Refusal::Unreadable(format!("A request may have at most {MOST_NAMES} parameters."))
}

fn too_deep() -> Refusal {
    Refusal::Unreadable(format!("Lists and objects may stand in each other at most {DEEPEST} deep."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_given_up() {
        let never = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
        let started = tokio::time::Instant::now();
        assert!(matches!(receive(Body::from_stream(never), BODY_DEADLINE).await, Err(Refusal::TooSlow)));
        assert_eq!(started.elapsed(), BODY_DEADLINE);
    }
}
