//! Alerts: their list and each one are those of all records; what is written is that they were read.

use axum::http::header;
use axum::response::Response;
use domain::{Id, Key, Resource, Violation};
use store::SavedAnswer;

use super::records::{change, is_no_request_param, names};
use crate::call::Call;
use crate::error::{OK, Refusal};

/// The parameter of [`read_alerts`].
pub(crate) const UP_TO_PARAM: (&str, &str) =
    ("up_to", "The id of the newest alert that was seen: it and all before it are read. Must be an id.");

/// PUT, PATCH and POST on one alert.
pub(crate) async fn update_alert(call: Call) -> Result<Response, Refusal> {
    call.write(|reader, visit, faults| {
        let name = visit.call.name()?;
        let (change, shown) = change(reader, visit, Some(&name), faults)?;
        let (actor, company, now) = (visit.caller.actor, visit.company.clone(), visit.now);
        let (read, if_match) =
            (change.get(Key::Read).and_then(domain::Value::as_bool), visit.call.if_match());
        Ok(Box::new(move |writer| {
            let before = writer.get(&company, Resource::Alert, &name, &[Key::Revision], now)?;
            if if_match.required(|| Some(before.revision)).is_some_and(|wanted| wanted != before.revision) {
                return Err(store::Error::Stale);
            }
            if let Some(read) = read {
                writer.read_alert(actor.company, before.id, read)?;
            }
            let found = writer.get(&company, Resource::Alert, &before.id.into(), &shown.columns, now)?;
            Ok(shown.answer(&found, OK.as_u16()))
        }))
    })
    .await
}

/// POST on `/read`: everything up to an alert was read.
pub(crate) async fn read_alerts(call: Call) -> Result<Response, Refusal> {
    call.write(|_, visit, mut faults| {
        let is_ignored = |name: &str| is_no_request_param(name) && name != UP_TO_PARAM.0;
        let ignored = visit.call.ignored(&names(visit.call, is_ignored), &mut faults);
        let up_to = visit.call.params.get(UP_TO_PARAM.0).and_then(|input| Id::parse(input.as_text()?.trim()));
        if up_to.is_none() {
            faults.push(Violation::new(UP_TO_PARAM.0, "Up to", "must be the id of an alert"));
        }
        let Some(up_to) = up_to.filter(|_| faults.is_empty()) else { return Err(faults.into()) };
        let company = visit.company.id;
        Ok(Box::new(move |writer| {
            let read = writer.read_alerts(company, up_to)?;
            let ignored = ignored
                .iter()
                .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
            let mut headers: Vec<(String, String)> = ignored.collect();
            headers.push((header::CACHE_CONTROL.to_string(), "no-store".to_owned()));
            let status = OK.as_u16();
            Ok(SavedAnswer { status, headers, body: format!("{{\"status\":{status},\"read\":{read}}}") })
        }))
    })
    .await
}
