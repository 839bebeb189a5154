//! The webhook of the company: how it stands, its secrets, and a test. Its address is a field of the company.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use domain::{Format, Id, Instant, Key, Resource};
use serde::Serialize;
use store::SavedAnswer;

use super::records::{is_no_request_param, names};
use crate::call::Call;
use crate::error::{CREATED, OK, Refusal};
use crate::secret;
use crate::webhooks::Post;

/// The parameter of [`create_secret`].
pub(crate) const END_OLDER_PARAM: (&str, &str) = (
    "end_older",
    "Pass end_older=true to have the older secrets end at once, as when one has leaked. Must be a boolean value.",
);

#[derive(Serialize)]
struct Shown {
    status: u16,
    webhook: Webhook,
}

#[derive(Serialize)]
struct Webhook {
    url: Option<String>,
    secrets: Vec<Secret>,
    pending: i64,
    delivered_at: Option<Instant>,
    failure: Option<String>,
}

#[derive(Serialize)]
struct Secret {
    created_at: Instant,
    ends_at: Option<Instant>,
}

/// GET: where it goes, which secrets sign, what is on its way. Secrets themselves are never shown again.
pub(crate) async fn show_webhook(call: Call) -> Result<Response, Refusal> {
    call.read(|reader, visit| {
        refuse_csv(visit.call)?;
        let state = reader.webhook_state(visit.company.id, visit.now)?;
        let secret = |(created_at, ends_at)| Secret { created_at, ends_at };
        let webhook = Webhook {
            url: state.url,
            secrets: state.secrets.into_iter().map(secret).collect(),
            pending: state.pending,
            delivered_at: state.delivered_at,
            failure: state.failure,
        };
        Ok(json(&Shown { status: OK.as_u16(), webhook }))
    })
    .await
}

/// POST: a new secret, shown this once. The one before it signs beside it for a day.
pub(crate) async fn create_secret(call: Call) -> Result<Response, Refusal> {
    call.write(|_, visit, mut faults| {
        let is_ignored = |name: &str| is_no_request_param(name) && name != END_OLDER_PARAM.0;
        visit.call.ignored(&names(visit.call, is_ignored), &mut faults);
        let end_older = visit.call.flag(END_OLDER_PARAM.0, "End older").unwrap_or_else(|fault| {
            faults.push(fault);
            false
        });
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let secret =
            secret::webhook().map_err(|error| Refusal::Internal(format!("no random numbers: {error}")))?;
        let (company, now) = (visit.company.id, visit.now);
        Ok(Box::new(move |writer| {
            writer.add_webhook_secret(company, &secret, end_older, now)?;
            let status = CREATED.as_u16();
            // Of letters, digits and underscores.
            let body = format!("{{\"status\":{status},\"webhook_secret\":\"{secret}\"}}");
            let headers = vec![(header::CACHE_CONTROL.to_string(), "no-store".to_owned())];
            Ok(SavedAnswer { status, headers, body })
        }))
    })
    .await
}

#[derive(Serialize)]
struct Tested {
    status: u16,
    webhook_test: Outcome,
}

#[derive(Serialize)]
struct Outcome {
    delivered: bool,
    answer: Option<u16>,
    failure: Option<String>,
}

#[derive(Serialize)]
struct TestBody<'a> {
    id: &'a str,
    r#type: &'static str,
    company_id: Id,
}

/// POST: posts a test at once, and says what came of it.
pub(crate) async fn send_test(call: Call) -> Result<Response, Refusal> {
    let app = call.app.clone();
    let (company, url, secrets) = call
        .read(|reader, visit| {
            if !visit.caller.may_write {
                return Err(Refusal::Forbidden("This key may read, not change."));
            }
            refuse_csv(visit.call)?;
            let label = Resource::Company.field(Key::WebhookUrl).map_or("", |field| field.label);
            let url = reader.webhook_url(visit.company.id)?;
            let url = url.ok_or_else(|| {
                Refusal::invalid(&Key::WebhookUrl.name(), label, "must be set before it can be tried")
            })?;
            Ok((visit.company.id, url, reader.webhook_secrets(visit.company.id, visit.now)?))
        })
        .await?;
    let id = format!("test-{}", secret::request_id());
    let test = TestBody { id: &id, r#type: "webhook.test", company_id: company };
    let body = serde_json::to_string(&test).unwrap_or_default();
    let post = Post { url: &url, id: &id, body: &body, secrets: &secrets, now: app.now() };
    let outcome = match app.webhooks.post(&post).await {
        Ok(answer) => Outcome { delivered: true, answer: Some(answer.as_u16()), failure: None },
        Err(failure) => Outcome { delivered: false, answer: None, failure: Some(failure) },
    };
    Ok(json(&Tested { status: OK.as_u16(), webhook_test: outcome }))
}

fn refuse_csv(call: &Call) -> Result<(), Refusal> {
    if call.format == Format::Csv {
        return Err(Refusal::NotAcceptable("Only lists can be had as CSV."));
    }
    Ok(())
}

fn json(body: &impl Serialize) -> Response {
    let mut response = serde_json::to_string(body).unwrap_or_default().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
