//! Buyer groups, buyers and offers: list, get, create, update, delete, restore. Calls have the same list.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{Change, Format, Intent, Key, ListQuery, Paging, Resource, Violation, list};
use store::{Company, Found, Name, Page, Reader, SavedAnswer, Writer};

use crate::call::{Call, DRY_RUN_PARAM, FORMAT_PARAM, ONE_PARAMS, Visit};
use crate::error::{CREATED, OK, Refusal};
use crate::render::trace::Rendered;
use crate::{conditions, csv, render};

/// GET on the collection.
pub(crate) async fn list_records(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        let call = visit.call;
        let zones = &*call.app.zones;
        let query = ListQuery::parse(call.resource, &call.params, call.format, &visit.company.iana, zones);
        let is_ignored = |name: &str| !list::is_list_param(call.resource, name) && name != FORMAT_PARAM.0;
        let mut faults = Vec::new();
        let query = query.map_err(|broken| faults.extend(broken)).ok();
        let ignored = call.ignored(&names(call, is_ignored), &mut faults);
        let Some(query) = query.filter(|_| faults.is_empty()) else { return Err(faults.into()) };
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
        let is_ignored = |name: &str| !ONE_PARAMS.contains(&name) && name != FORMAT_PARAM.0;
        let shown = Shown::of(visit, &names(visit.call, is_ignored), Vec::new())?;
        if visit.call.format == Format::Csv {
            return Err(Refusal::NotAcceptable("Only lists can be had as CSV."));
        }
        let found = match shown.resource {
            Resource::Company => reader.company_record(visit.company.id, &shown.columns)?,
            resource => {
                reader.get(visit.company, resource, &visit.call.name()?, &shown.columns, visit.now)?
            }
        };
        Ok(shown.response(&found, &[]))
    })
    .await
}

/// POST on the collection.
pub(crate) async fn create_record(call: Call) -> Result<Response, Refusal> {
    call.write(|reader, visit, faults| {
        let (change, shown) = change(reader, visit, None, faults)?;
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
    call.write(|reader, visit, faults| {
        let name = visit.call.name()?;
        let (change, shown) = change(reader, visit, Some(&name), faults)?;
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
    call.write(|_, visit, faults| {
        let name = visit.call.name()?;
        let shown = Shown::of(visit, &names(visit.call, is_no_request_param), faults)?;
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
    call.write(|_, visit, faults| {
        let name = visit.call.name()?;
        let shown = Shown::of(visit, &names(visit.call, is_no_request_param), faults)?;
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
    name: &Name,
    now: domain::Instant,
) -> Option<i64> {
    writer.get(company, shown.resource, name, &[Key::Revision], now).ok().map(|found| found.revision)
}

/// Which part of the record the caller wants to see, and what was ignored of the request.
pub(super) struct Shown {
    pub(super) resource: Resource,
    pub(super) columns: Vec<Key>,
    pub(super) root: bool,
    pub(super) ignored: Option<(HeaderName, HeaderValue)>,
}

impl Shown {
    /// Reads it, given the names that are ignored. Refuses the request for its `faults` and those that are found here.
    pub(super) fn of(
        visit: &Visit<'_>,
        ignored: &[String],
        mut faults: Vec<Violation>,
    ) -> Result<Self, Refusal> {
        let shown = Self::read(visit, ignored, &mut faults);
        if faults.is_empty() { Ok(shown) } else { Err(faults.into()) }
    }

    /// The same, adding to the faults.
    pub(super) fn read(visit: &Visit<'_>, ignored: &[String], faults: &mut Vec<Violation>) -> Self {
        let call = visit.call;
        let (columns, root) = ListQuery::parse_one(call.resource, &call.params).unwrap_or_else(|broken| {
            faults.extend(broken);
            (Vec::new(), true)
        });
        let ignored = call.ignored(ignored, faults);
        Self { resource: call.resource, columns, root, ignored }
    }

    /// The record as it is read, with what is no column of it.
    pub(super) fn response(self, found: &Found, more: &[Rendered]) -> Response {
        let body = render::one(self.resource, &self.columns, &found.values, more, OK.as_u16(), self.root);
        let mut response = body.into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response.headers_mut().extend(header_value(header::ETAG, &conditions::etag(found.revision)));
        response.headers_mut().extend(self.ignored);
        response
    }

    /// The record after a write.
    pub(super) fn answer(&self, found: &Found, status: u16) -> SavedAnswer {
        self.answer_with(found, &[], status)
    }

    /// The same, with what is no column of it.
    pub(super) fn answer_with(&self, found: &Found, more: &[Rendered], status: u16) -> SavedAnswer {
        let mut headers = vec![(header::ETAG.to_string(), conditions::etag(found.revision))];
        if let Some((name, Ok(value))) = self.ignored.as_ref().map(|(name, value)| (name, value.to_str())) {
            headers.push((name.to_string(), value.to_owned()));
        }
        SavedAnswer {
            status,
            headers,
            body: render::one(self.resource, &self.columns, &found.values, more, status, self.root),
        }
    }
}

/// Reads what is to be written: to the record of that name, or a new one. Adds to the `faults` that the request has
/// already, and refuses it for all of them, those among them that only the database can find.
pub(super) fn change(
    reader: &mut Reader<'_>,
    visit: &Visit<'_>,
    name: Option<&Name>,
    mut faults: Vec<Violation>,
) -> Result<(Change, Shown), Refusal> {
    let call = visit.call;
    let intent = if name.is_some() { Intent::Update } else { Intent::Create };
    let request_params = [ONE_PARAMS[0], ONE_PARAMS[1], DRY_RUN_PARAM.0, FORMAT_PARAM.0];
    let (parsed, broken) =
        Change::read(call.resource, intent, &call.params, &request_params, &*call.app.zones);
    faults.extend(broken);
    let shown = Shown::read(visit, &parsed.ignored, &mut faults);
    if faults.is_empty() {
        return Ok((parsed.change, shown));
    }
    reader.add_faults(visit.company, name, &parsed.change, &mut faults)?;
    Err(faults.into())
}

pub(super) fn is_no_request_param(name: &str) -> bool {
    !ONE_PARAMS.contains(&name) && name != DRY_RUN_PARAM.0 && name != FORMAT_PARAM.0
}

/// The names of the parameters that are ignored.
pub(super) fn names(call: &Call, is_ignored: impl Fn(&str) -> bool) -> Vec<String> {
    call.params.iter().map(|(name, _)| name).filter(|name| is_ignored(name)).map(str::to_owned).collect()
}

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

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
