//! The caps of all groups, and how full those of one are.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use domain::usage::{CAPS_PARAMS, USAGE_FIELDS};
use domain::{CapsQuery, Format, UsageRow, Value};
use serde::Serialize;

use crate::call::{Call, FORMAT_PARAM, Visit};
use crate::error::{OK, Refusal};
use crate::{csv, render};

/// GET /api/v1/caps
pub(crate) async fn list_caps(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        let call = visit.call;
        let mut faults = Vec::new();
        let query = CapsQuery::parse(&call.params, call.format, &*call.app.zones);
        let query = query.map_err(|broken| faults.extend(broken)).ok();
        let is_param = |name: &str| CAPS_PARAMS.iter().any(|(own, _)| *own == name);
        let ignored = call.ignored(&unknown(visit, is_param), &mut faults);
        let Some(query) = query.filter(|_| faults.is_empty()) else { return Err(faults.into()) };
        let page = reader.caps(visit.company, &query, visit.now)?;
        let mut response = match call.format {
            Format::Json => {
                json(&ListBody { status: OK.as_u16(), caps: &page.rows, metadata: &page.metadata })
            }
            Format::Csv => table(&page.rows),
        };
        response.headers_mut().extend(ignored);
        Ok(response)
    })
    .await
}

/// GET /api/v1/buyer_groups/:id/usage
pub(crate) async fn show_usage(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        let mut faults = Vec::new();
        let ignored = visit.call.ignored(&unknown(visit, |_| false), &mut faults);
        if !faults.is_empty() {
            return Err(faults.into());
        }
        if visit.call.format == Format::Csv {
            return Err(Refusal::NotAcceptable("Only lists can be had as CSV."));
        }
        let usage = reader.usage(visit.company, &visit.call.name()?, visit.now)?;
        let mut response = json(&UsageBody { status: OK.as_u16(), usage: &usage });
        response.headers_mut().extend(ignored);
        Ok(response)
    })
    .await
}

#[derive(Serialize)]
struct ListBody<'a> {
    status: u16,
    caps: &'a [UsageRow],
    metadata: &'a domain::api::CapsMetadata,
}

#[derive(Serialize)]
struct UsageBody<'a> {
    status: u16,
    usage: &'a [UsageRow],
}

/// The names of parameters that are not of this request.
fn unknown(visit: &Visit<'_>, is_param: impl Fn(&str) -> bool) -> Vec<String> {
    let names = visit.call.params.iter().map(|(name, _)| name);
    names.filter(|name| !is_param(name) && *name != FORMAT_PARAM.0).map(str::to_owned).collect()
}

fn json(body: &impl Serialize) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, serde_json::to_vec(body).unwrap_or_default()).into_response()
}

/// The rows are in memory as they are: a column of text, some numbers and times each.
fn table(rows: &[UsageRow]) -> Response {
    let mut text = USAGE_FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join(",").into_bytes();
    text.extend_from_slice(b"\r\n");
    let values = |row: &UsageRow| -> Vec<Value> { USAGE_FIELDS.iter().map(|f| row.value(f.key)).collect() };
    text.extend_from_slice(&render::csv_lines(&rows.iter().map(values).collect::<Vec<_>>()));
    csv::file("caps", text.into())
}
