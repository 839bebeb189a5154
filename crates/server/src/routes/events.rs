//! The stream of a company's changes.

use axum::response::Response;
use domain::{Format, Input, Kind};

use crate::call::{Call, FORMAT_PARAM};
use crate::error::Refusal;
use crate::events;

/// From which number a stream goes on, and its rule.
pub(crate) const SINCE_PARAM: (&str, &str) = (
    "since",
    "The id of the last event that the client has; it is told what has changed since. The header Last-Event-ID beats it. \
     Must be a whole number, 0 or more.",
);
const LAST_EVENT_ID: &str = "last-event-id";

/// GET /api/v1/events
pub(crate) async fn stream_events(call: Call) -> Result<Response, Refusal> {
    let mut faults = Vec::new();
    let input = call.params.get(SINCE_PARAM.0).filter(|input| !input.is_blank());
    let since = input.map(|input| since(input, &call)).transpose();
    let since = since.unwrap_or_else(|message| {
        faults.push(domain::Violation::new(SINCE_PARAM.0, "Since", message));
        None
    });
    let names = call.params.iter().map(|(name, _)| name);
    let is_ignored = |name: &&str| ![SINCE_PARAM.0, FORMAT_PARAM.0].contains(name);
    let unknown: Vec<String> = names.filter(is_ignored).map(str::to_owned).collect();
    let ignored = call.ignored(&unknown, &mut faults);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    if call.format == Format::Csv {
        return Err(Refusal::NotAcceptable("Only lists can be had as CSV."));
    }
    // A browser that comes again keeps the address that it began with, and sends the last id in this header. One that is
    // none of ours is answered like one that is gone.
    let last =
        call.headers.get(LAST_EVENT_ID).map(|id| id.to_str().ok().and_then(|id| id.trim().parse().ok()));
    let since = last.map_or(since, |last| Some(last.unwrap_or(i64::MAX)));
    let mut response = events::respond(call, since).await?;
    response.headers_mut().extend(ignored);
    Ok(response)
}

fn since(input: &Input, call: &Call) -> Result<i64, String> {
    let value = Kind::Count.parse(input, &*call.app.zones)?;
    Ok(value.as_int().unwrap_or_default())
}
