//! Calls: who takes one, what happens in it, how it went. Their list is that of all records.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use domain::call::{PREVIEW_FIELDS, who_is_asked};
use domain::{
    CallEvent, Change, EVENT_FIELDS, Format, Id, Instant, Intent, Key, Random, Resource, Value, Violation,
    list,
};
use store::{CallTrace, Company, Found, Name, NewCall, Reader};

use super::records::{JSON, Shown, is_no_request_param, names};
use crate::call::{Call, DRY_RUN_PARAM, FORMAT_PARAM, ONE_PARAMS, Visit};
use crate::error::{CREATED, OK, Refusal};
use crate::render::trace::{self, CallState, Names};
use crate::{render, secret};

/// POST on the collection: takes a call.
pub(crate) async fn create_call(call: Call) -> Result<Response, Refusal> {
    call.write(|reader, visit, mut faults| {
        let request_params = [ONE_PARAMS[0], ONE_PARAMS[1], DRY_RUN_PARAM.0, FORMAT_PARAM.0];
        let (new, ignored) = asked(visit, &request_params, &mut faults);
        let shown = Shown::read(visit, &ignored, &mut faults);
        refuse(reader, visit, &new, visit.now, faults)?;
        let (actor, company, now, seed) =
            (visit.caller.actor, visit.company.clone(), visit.now, secret::seed()?);
        Ok(Box::new(move |writer| {
            let id = writer.take_call(&actor, &new, seed, now)?;
            let told = Told::of(writer, &company, &id.into(), &shown.columns, Of::LastDecision, now)?;
            let status = if told.trace.steps.iter().any(|step| step.step.is_some()) { CREATED } else { OK };
            let more = trace::decision(told.state, &told.trace, &told.names);
            let mut answer = shown.answer_with(&told.found, &more, status.as_u16());
            answer.headers.push((header::LOCATION.to_string(), format!("/api/v1/calls/{id}")));
            Ok(answer)
        }))
    })
    .await
}

/// PUT, PATCH and POST on one call: reports what happened in it.
pub(crate) async fn report_event(call: Call) -> Result<Response, Refusal> {
    call.write(|reader, visit, mut faults| {
        let name = visit.call.name()?;
        let is_ignored =
            |name: &str| is_no_request_param(name) && EVENT_FIELDS.iter().all(|field| field.name != name);
        let shown = Shown::read(visit, &names(visit.call, is_ignored), &mut faults);
        let event = CallEvent::parse(&visit.call.params, &*visit.call.app.zones);
        let event = event.map_err(|broken| faults.extend(broken)).ok();
        let Some((event_id, event)) = event.filter(|_| faults.is_empty()) else {
            // A call that is not there is said first, as of every record.
            reader.get(visit.company, Resource::Call, &name, &[Key::Id], visit.now)?;
            return Err(faults.into());
        };
        let (actor, company, now, seed) =
            (visit.caller.actor, visit.company.clone(), visit.now, secret::seed()?);
        let if_match = visit.call.if_match();
        Ok(Box::new(move |writer| {
            let revision = writer.get(&company, Resource::Call, &name, &[Key::Revision], now)?.revision;
            let required = if_match.required(|| Some(revision));
            let id = writer.report(&actor, &name, &event_id, &event, seed, now)?;
            let told = Told::of(writer, &company, &id.into(), &shown.columns, Of::LastDecision, now)?;
            // Another process may have been quicker between the look at the revision and the report.
            let is_as_required = |wanted| revision == wanted && told.found.revision <= wanted + 1;
            if !required.is_none_or(is_as_required) {
                return Err(store::Error::Stale);
            }
            let more = trace::decision(told.state, &told.trace, &told.names);
            Ok(shown.answer_with(&told.found, &more, OK.as_u16()))
        }))
    })
    .await
}

/// GET on one call: with its trace.
pub(crate) async fn get_call(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        let is_ignored = |name: &str| !ONE_PARAMS.contains(&name) && name != FORMAT_PARAM.0;
        let shown = Shown::of(visit, &names(visit.call, is_ignored), Vec::new())?;
        refuse_csv(visit.call)?;
        let name = visit.call.name()?;
        let told = Told::of(reader, visit.company, &name, &shown.columns, Of::EveryDecision, visit.now)?;
        let more = trace::trace(told.state, &told.trace, &told.names);
        Ok(shown.response(&told.found, &more))
    })
    .await
}

/// POST on `/preview`: who would take a call. Nothing is reserved, so whoever may read may ask.
pub(crate) async fn preview_call(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        let call = visit.call;
        let at = &PREVIEW_FIELDS[0];
        let mut faults = Vec::new();
        let (new, ignored) = asked(visit, &[at.name, ONE_PARAMS[1], FORMAT_PARAM.0], &mut faults);
        let given = call.params.get(at.name).filter(|input| !input.is_blank());
        let now = match given.map(|input| list::moment(input, &visit.company.iana, &*call.app.zones)) {
            Some(Ok(instant)) => instant,
            Some(Err(message)) => {
                faults.push(Violation::new(at.name, at.label, message));
                visit.now
            }
            None => visit.now,
        };
        let shown = Shown::read(visit, &ignored, &mut faults);
        refuse(reader, visit, &new, now, faults)?;
        refuse_csv(call)?;
        let (decision, step) =
            reader.preview_call(visit.company.id, &new, Random::seeded(secret::seed()?), now)?;
        let names = Names::read(reader, visit.company, [(&decision, step.as_ref())], visit.now)?;
        let members = trace::preview(&decision, step.as_ref(), &names);
        let mut response = render::members(&members, OK.as_u16(), shown.root).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response.headers_mut().extend(shown.ignored);
        Ok(response)
    })
    .await
}

/// Reads who calls, and for what; gives the names that were ignored, but for those of the request itself.
fn asked(visit: &Visit<'_>, except: &[&str], faults: &mut Vec<Violation>) -> (NewCall, Vec<String>) {
    let call = visit.call;
    let (parsed, broken) =
        Change::read(Resource::Call, Intent::Create, &call.params, except, &*call.app.zones);
    // What cannot be read was given all the same.
    let is_broken = |key: Key| broken.iter().any(|violation| violation.field == key.name());
    if !is_broken(Key::OfferId) && !is_broken(Key::BuyerGroupId) {
        faults.extend(who_is_asked(&parsed.change));
    }
    faults.extend(broken);
    let id = |key: Key| parsed.change.get(key).and_then(Value::as_int).and_then(Id::new);
    let caller_number = parsed.change.get(Key::CallerNumber).and_then(Value::as_text).map(str::to_owned);
    let new = NewCall { offer: id(Key::OfferId), group: id(Key::BuyerGroupId), caller_number };
    (new, parsed.ignored)
}

/// Refuses a call for its faults, if it has any, and for those that only the database can find.
fn refuse(
    reader: &mut Reader<'_>,
    visit: &Visit<'_>,
    new: &NewCall,
    now: Instant,
    mut faults: Vec<Violation>,
) -> Result<(), Refusal> {
    if faults.is_empty() {
        return Ok(());
    }
    if new.offer.is_some() != new.group.is_some() {
        // Whom it would be about is of no matter here, only whether anybody could be asked.
        match reader.preview_call(visit.company.id, new, Random::seeded(0), now) {
            Err(store::Error::Violations(more)) => faults.extend(more),
            other => drop(other?),
        }
    }
    Err(faults.into())
}

fn refuse_csv(call: &Call) -> Result<(), Refusal> {
    match call.format {
        Format::Csv => Err(Refusal::NotAcceptable("Only lists can be had as CSV.")),
        Format::Json => Ok(()),
    }
}

/// How much of a trace is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    LastDecision,
    EveryDecision,
}

/// A call and how it went, with the names of those in it.
struct Told {
    /// With the columns that were asked for.
    found: Found,
    state: CallState,
    trace: CallTrace,
    names: Names,
}

impl Told {
    fn of(
        reader: &mut Reader<'_>,
        company: &Company,
        name: &Name,
        columns: &[Key],
        of: Of,
        now: Instant,
    ) -> Result<Self, store::Error> {
        let all = [columns, &trace::STATE].concat();
        let mut found = reader.get(company, Resource::Call, name, &all, now)?;
        let state = CallState::read(&found.values.split_off(columns.len()));
        let trace = reader.call_trace(company.id, found.id)?;
        let skipped = if of == Of::LastDecision { trace.steps.len().saturating_sub(1) } else { 0 };
        let told = trace.steps.iter().skip(skipped).map(|step| (&step.decision, step.step.as_ref()));
        let names = Names::read(reader, company, told, now)?;
        Ok(Self { found, state, trace, names })
    }
}
