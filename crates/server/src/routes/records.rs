//! Buyer groups, buyers and offers: list, get, create, update, delete, restore.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{Change, Format, Intent, Key, ListQuery, Paging, Resource, list};
use store::{Company, Found, Page, SavedAnswer, Writer};

use crate::call::{Call, DRY_RUN_PARAM, FORMAT_PARAM, ONE_PARAMS, Visit};
use crate::error::{CREATED, OK, Refusal};
use crate::{conditions, csv, render};

/// GET on the collection.
pub(crate) async fn list_records(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        let call = visit.call;
        let zones = &*call.app.zones;
        let query = ListQuery::parse(call.resource, &call.params, call.format, &visit.company.iana, zones)?;
        let is_ignored = |name: &str| !list::is_list_param(call.resource, name) && name != FORMAT_PARAM.0;
        let ignored = call.ignored(&names(call, is_ignored))?;
        let mut response = match call.format {
            Format::Json => {
                let page = reader.list(visit.company, &query, visit.now)?;
                json_list(call, &query, &page)
            }
            Format::Csv => {
                let ids = reader.ids(visit.company, &query, visit.now)?;
                csv::stream(call.app.clone(), visit.company.clone(), query, ids, visit.now)
            }
        };
        response.headers_mut().extend(ignored);
        Ok(response)
    })
    .await
}

/// GET on one record.
pub(crate) async fn get_record(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        let shown = Shown::of(visit, |name| !ONE_PARAMS.contains(&name) && name != FORMAT_PARAM.0)?;
        if visit.call.format == Format::Csv {
            return Err(Refusal::NotAcceptable("Only lists can be had as CSV."));
        }
        let found = match shown.resource {
            Resource::Company => reader.company_record(visit.company.id, &shown.columns)?,
            resource => {
                reader.get(visit.company, resource, &visit.call.name()?, &shown.columns, visit.now)?
            }
        };
        let mut response =
            render::one(shown.resource, &shown.columns, &found.values, OK.as_u16(), shown.root)
                .into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response.headers_mut().extend(header_value(header::ETAG, &conditions::etag(found.revision)));
        response.headers_mut().extend(shown.ignored);
        Ok(response)
    })
    .await
}

/// POST on the collection.
pub(crate) async fn create_record(call: Call) -> Result<Response, Refusal> {
    call.write(|visit| {
        let (change, shown) = change(visit, Intent::Create)?;
        let (actor, company, now) = (visit.caller.actor, visit.company.clone(), visit.now);
        Ok(Box::new(move |writer| {
            let id = writer.create(&actor, &change, now)?;
            let found = writer.get(&company, shown.resource, &id.into(), &shown.columns, now)?;
            let mut answer = shown.answer(&found, CREATED.as_u16());
            let location = format!("/api/v1/{}/{id}", shown.resource.plural());
            answer.headers.push((header::LOCATION.to_string(), location));
            Ok(answer)
        }))
    })
    .await
}

/// PUT, PATCH and POST on one record.
pub(crate) async fn update_record(call: Call) -> Result<Response, Refusal> {
    call.write(|visit| {
        let name = visit.call.name()?;
        let (change, shown) = change(visit, Intent::Update)?;
        let (actor, company, now) = (visit.caller.actor, visit.company.clone(), visit.now);
        let if_match = visit.call.if_match();
        Ok(Box::new(move |writer| {
            let revision = if_match.required(|| revision(writer, &company, &shown, &name, now));
            let id = writer.update(&actor, &name, &change, revision, now)?;
            let found = writer.get(&company, shown.resource, &id.into(), &shown.columns, now)?;
            Ok(shown.answer(&found, OK.as_u16()))
        }))
    })
    .await
}

/// DELETE on one record.
pub(crate) async fn delete_record(call: Call) -> Result<Response, Refusal> {
    call.write(|visit| {
        let (name, shown) = (visit.call.name()?, Shown::of(visit, is_no_request_param)?);
        let (actor, company, now) = (visit.caller.actor, visit.company.clone(), visit.now);
        let if_match = visit.call.if_match();
        Ok(Box::new(move |writer| {
            let revision = if_match.required(|| revision(writer, &company, &shown, &name, now));
            let id = writer.delete(&actor, shown.resource, &name, revision, now)?;
            let found = writer.get_deleted(&company, shown.resource, &id.into(), &shown.columns, now)?;
            Ok(shown.answer(&found, OK.as_u16()))
        }))
    })
    .await
}

/// POST on `/:id/restore`.
pub(crate) async fn restore_record(call: Call) -> Result<Response, Refusal> {
    call.write(|visit| {
        let (name, shown) = (visit.call.name()?, Shown::of(visit, is_no_request_param)?);
        let (actor, company, now) = (visit.caller.actor, visit.company.clone(), visit.now);
        let if_match = visit.call.if_match();
        Ok(Box::new(move |writer| {
            let revision = if_match.required(|| {
                let found = writer.get_deleted(&company, shown.resource, &name, &[Key::Revision], now);
                found.ok().map(|found| found.revision)
            });
            let id = writer.restore(&actor, shown.resource, &name, revision, now)?;
            let found = writer.get(&company, shown.resource, &id.into(), &shown.columns, now)?;
            Ok(shown.answer(&found, OK.as_u16()))
        }))
    })
    .await
}

fn revision(
    writer: &mut Writer<'_>,
    company: &Company,
    shown: &Shown,
    name: &store::Name,
    now: domain::Instant,
) -> Option<i64> {
    writer.get(company, shown.resource, name, &[Key::Revision], now).ok().map(|found| found.revision)
}

/// Which part of the record the caller wants to see, and what was ignored of the request.
pub(super) struct Shown {
    pub(super) resource: Resource,
    pub(super) columns: Vec<Key>,
    root: bool,
    ignored: Option<(HeaderName, HeaderValue)>,
}

impl Shown {
    fn of(visit: &Visit<'_>, is_ignored: impl Fn(&str) -> bool) -> Result<Self, Refusal> {
        let call = visit.call;
        let (columns, root) = ListQuery::parse_one(call.resource, &call.params)?;
        let ignored = call.ignored(&names(call, is_ignored))?;
        Ok(Self { resource: call.resource, columns, root, ignored })
    }

    /// The record after a write.
    pub(super) fn answer(&self, found: &Found, status: u16) -> SavedAnswer {
        let mut headers = vec![(header::ETAG.to_string(), conditions::etag(found.revision))];
        if let Some((name, Ok(value))) = self.ignored.as_ref().map(|(name, value)| (name, value.to_str())) {
            headers.push((name.to_string(), value.to_owned()));
        }
        SavedAnswer {
            status,
            headers,
            body: render::one(self.resource, &self.columns, &found.values, status, self.root),
        }
    }
}

/// Reads what is to be written, with every fault of the request at once.
pub(super) fn change(visit: &Visit<'_>, intent: Intent) -> Result<(Change, Shown), Refusal> {
    let call = visit.call;
    let request_params = [ONE_PARAMS[0], ONE_PARAMS[1], DRY_RUN_PARAM.0, FORMAT_PARAM.0];
    let parsed = Change::parse(call.resource, intent, &call.params, &request_params, &*call.app.zones);
    let shown = Shown::of(visit, |_| false);
    match (parsed, shown) {
        (Ok(parsed), Ok(shown)) => {
            let ignored = call.ignored(&parsed.ignored)?;
            Ok((parsed.change, Shown { ignored, ..shown }))
        }
        (Err(mut violations), Err(Refusal::Invalid(more))) => {
            violations.extend(more);
            Err(violations.into())
        }
        (Err(violations), _) => Err(violations.into()),
        (_, Err(refusal)) => Err(refusal),
    }
}

fn is_no_request_param(name: &str) -> bool {
    !ONE_PARAMS.contains(&name) && name != DRY_RUN_PARAM.0 && name != FORMAT_PARAM.0
}

fn names(call: &Call, is_ignored: impl Fn(&str) -> bool) -> Vec<String> {
    call.params.iter().map(|(name, _)| name).filter(|name| is_ignored(name)).map(str::to_owned).collect()
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

fn json_list(call: &Call, query: &ListQuery, page: &Page) -> Response {
    let body = render::list(call.resource, &query.columns, &page.rows, &page.metadata, query.root);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    if !query.root {
        let total = page.metadata.total_count.into();
        headers.insert(HeaderName::from_static("x-total-count"), total);
        headers.extend(header_value(header::LINK, &links(call, query, page)));
    }
    response
}

/// Where the list goes on (RFC 8288).
fn links(call: &Call, query: &ListQuery, page: &Page) -> String {
    let link = |rel: &str, name: &str, value: String| format!("<{}>; rel=\"{rel}\"", call.link(name, &value));
    let metadata = &page.metadata;
    let mut links = Vec::new();
    match query.paging {
        Paging::Page(number) => {
            let last = metadata.total_pages.max(1);
            links.push(link("first", "page", 1.to_string()));
            if number > 1 {
                links.push(link("prev", "page", u64::from(number - 1).min(last).to_string()));
            }
            links.extend(metadata.next_page.map(|next| link("next", "page", next.to_string())));
            links.push(link("last", "page", last.to_string()));
        }
        Paging::Cursor(_) => {
            let next = metadata.next_cursor.filter(|next| *next != 0);
            links.extend(next.map(|next| link("next", "cursor", next.to_string())));
        }
    }
    links.join(", ")
}

fn header_value(name: HeaderName, text: &str) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::from_str(text).ok().filter(|value| !value.is_empty())?;
    Some((name, value))
}
