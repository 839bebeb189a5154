//! [`Call`]: one API request, received whole, and its way through the database: one blocking hop that signs in, reads
//! the parameters and reads the records in one snapshot; a write then waits for the writer lane.

use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequest, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, RequestPartsExt as _};
use domain::{Format, Id, Input, Instant, Params, Resource, Violation};
use sha2::{Digest as _, Sha256};
use store::{Company, Name, Reader, SavedAnswer, Writer};
use tokio::sync::oneshot;

use crate::auth::{Caller, Credentials};
use crate::conditions::{self, IfMatch};
use crate::error::Refusal;
use crate::finish::Trace;
use crate::negotiate::{self, Suffix};
use crate::stale::Stale;
use crate::state::App;
use crate::{params, secret};

/// Names that belong to every request rather than to a record, and their rules.
pub(crate) const FORMAT_PARAM: (&str, &str) = (
    "format",
    "json or csv; the suffix .json or .csv of the address beats it, and it beats the header Accept.",
);
/// Signs in without a header.
pub(crate) const AUTH_TOKEN_PARAM: (&str, &str) =
    ("auth_token", "The private key, for clients that cannot send the header Authorization.");
/// Tries a write out.
pub(crate) const DRY_RUN_PARAM: (&str, &str) =
    ("dry_run", "Pass dry_run=true to check and answer without changing anything. Must be a boolean value.");
/// Which part of the one record to answer with.
pub(crate) const ONE_PARAMS: [&str; 2] = ["columns", "root"];

/// One API request.
pub(crate) struct Call {
    pub(crate) app: App,
    pub(crate) resource: Resource,
    /// What stands for `/:id`.
    pub(crate) id: Option<String>,
    pub(crate) headers: HeaderMap,
    /// Query and body as one.
    pub(crate) params: Params,
    pub(crate) format: Format,
    path: String,
    query: String,
    method: axum::http::Method,
    credentials: Credentials,
    trace: Arc<Trace>,
    now: Instant,
}

/// Where a call is once its caller is known.
pub(crate) struct Visit<'a> {
    pub(crate) call: &'a Call,
    pub(crate) caller: &'a Caller,
    pub(crate) company: &'a Company,
    pub(crate) now: Instant,
}

/// What a caller may ask of every write.
struct RequestRules {
    is_dry_run: bool,
    idempotency_key: Option<String>,
}

/// A change, ready for the writer lane; it may run more than once.
pub(crate) type Job = Box<dyn FnMut(&mut Writer<'_>) -> Result<SavedAnswer, store::Error> + Send>;

impl FromRequest<App> for Call {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let Extension(trace): Extension<Arc<Trace>> = parts.extract().await.map_err(missing)?;
        let Extension(resource): Extension<Resource> = parts.extract().await.map_err(missing)?;
        let path_params: RawPathParams = parts.extract().await.map_err(|rejection| match rejection {
            // What is no UTF-8 names no record.
            RawPathParamsRejection::InvalidUtf8InPathParam(_) => store::Error::NotFound.into(),
            other => missing(other),
        })?;
        let id = path_params.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.to_owned());
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let mut from_query = params::from_query(&query)?;
        let auth_token = take_auth_token(&mut from_query);
        // A safe method never writes, whatever it carries, so its body is not even looked at.
        let from_body = if parts.method.is_safe() {
            Vec::new()
        } else {
            params::from_body(&parts.headers, params::receive(body, app.body_deadline).await?).await?
        };
        let mut params = params::merged(from_query, from_body)?;
        let suffix = parts.extensions.get::<Suffix>().copied();
        let format =
            negotiate::format(suffix, params.get("format").and_then(Input::as_text), &parts.headers)?;
        if !parts.method.is_safe() {
            params = params.unwrapped(resource);
        }
        Ok(Self {
            credentials: Credentials::of(&parts.method, &parts.headers, auth_token, &app.origins),
            now: app.now(),
            app: app.clone(),
            resource,
            id,
            params,
            format,
            path: parts.uri.path().to_owned(),
            query,
            method: parts.method,
            headers: parts.headers,
            trace,
        })
    }
}

/// Every route of a call has what [`Call`] looks for, so this is a fault of ours.
fn missing(rejection: impl std::fmt::Display) -> Refusal {
    Refusal::Internal(format!("a route lacks what its handler needs: {rejection}"))
}

fn take_auth_token(query: &mut Vec<(String, Input)>) -> Option<String> {
    let (tokens, others) =
        std::mem::take(query).into_iter().partition(|(name, _)| name == AUTH_TOKEN_PARAM.0);
    *query = others;
    let tokens: Vec<(String, Input)> = tokens;
    tokens.last().and_then(|(_, token)| token.as_text()).map(str::to_owned)
}

impl Call {
    /// Answers from the database: sign-in, company and `job` in one snapshot, on a blocking thread.
    pub(crate) async fn read<T: Send + 'static>(
        self,
        job: impl FnOnce(&mut Reader<'_>, &Visit<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        blocking(move || {
            let store = self.app.store.clone();
            store.read(|reader| Ok(self.enter(reader, self.now, job)))?
        })
        .await
    }

    /// The same for a request that comes back to the database; each time its caller is looked up
    /// anew, at the time that it is then.
    pub(crate) async fn look<T: Send + 'static>(
        self: &Arc<Self>,
        job: impl FnOnce(&mut Reader<'_>, &Visit<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let call = Arc::clone(self);
        blocking(move || {
            let store = call.app.store.clone();
            store.read(|reader| Ok(call.enter(reader, call.app.now(), job)))?
        })
        .await
    }

    fn enter<T>(
        &self,
        reader: &mut Reader<'_>,
        now: Instant,
        job: impl FnOnce(&mut Reader<'_>, &Visit<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let caller = self.credentials.identify(reader, now)?;
        let _ = self.trace.company.set(caller.actor.company);
        job(reader, &Visit { call: self, caller: &caller, company: &caller.company, now })
    }

    /// Changes the database: `prepare` checks what was sent and makes the job for the writer lane. It gets the faults
    /// that were found so far, so that all are refused at once.
    pub(crate) async fn write(
        self,
        prepare: impl FnOnce(&mut Reader<'_>, &Visit<'_>, Vec<Violation>) -> Result<Job, Refusal> + Send + 'static,
    ) -> Result<Response, Refusal> {
        let (done, outcome) = oneshot::channel();
        let app = self.app.clone();
        let stale = blocking(move || {
            let store = self.app.store.clone();
            let (job, stale, company, record) = store.read(|reader| {
                Ok(self.enter(reader, self.now, |reader, visit| {
                    if !visit.caller.may_write {
                        return Err(Refusal::Forbidden("This key may read, not change."));
                    }
                    if self.format == Format::Csv {
                        return Err(Refusal::NotAcceptable("Only lists can be had as CSV."));
                    }
                    let mut faults = Vec::new();
                    let rules = self.request_rules(&mut faults);
                    let job = self.with_request_rules(visit, rules, prepare(reader, visit, faults)?);
                    Ok((job, Stale::of(visit), visit.company.id, self.record()))
                }))
            })??;
            // Whoever waited may be gone when it is done; the change stands all the same.
            let done = move |answer| drop(done.send(answer));
            store.write_about(company, record, job, done);
            Ok(stale)
        })
        .await?;
        match outcome.await {
            Ok(Ok(answer)) => response(answer),
            Ok(Err(store::Error::Stale)) => Err(blocking(move || stale.refusal(&app)).await?),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Refusal::Unavailable("the writer lane ended".to_owned())),
        }
    }

    /// Reads what a caller may ask of every write.
    fn request_rules(&self, faults: &mut Vec<Violation>) -> RequestRules {
        let mut fault = |violation| faults.push(violation);
        let is_dry_run = self.flag(DRY_RUN_PARAM.0, "Dry run").unwrap_or_else(|violation| {
            fault(violation);
            false
        });
        let idempotency_key = conditions::idempotency_key(&self.headers).unwrap_or_else(|violation| {
            fault(violation);
            None
        });
        RequestRules { is_dry_run, idempotency_key }
    }

    /// Adds them to a job: `dry_run`, and the answer kept under an Idempotency-Key.
    fn with_request_rules(&self, visit: &Visit<'_>, rules: RequestRules, mut job: Job) -> Job {
        let RequestRules { is_dry_run, idempotency_key } = rules;
        let Some(key) = idempotency_key.filter(|_| !is_dry_run) else {
            return Box::new(move |writer| {
                let answer = job(writer)?;
                if is_dry_run {
                    writer.discard();
                }
                Ok(answer)
            });
        };
        let (actor, now, fingerprint) = (visit.caller.actor, visit.now, self.fingerprint());
        Box::new(move |writer| {
            if let Some(answer) = writer.replay(actor.company, actor.key, &key, &fingerprint, now)? {
                return Ok(answer);
            }
            let answer = job(writer)?;
            writer.remember(actor.company, actor.key, &key, &fingerprint, &answer, now)?;
            Ok(answer)
        })
    }

    /// What makes two requests the same: method, address and parameters.
    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{} {} {}", self.method, self.path, conditions::if_match_text(&self.headers)));
        for (name, input) in self.params.iter() {
            hash.update(format!("\n{name}={input:?}"));
        }
        secret::hex(&hash.finalize())
    }

    /// A parameter that is true or false; false when it is not sent.
    pub(crate) fn flag(&self, name: &str, label: &str) -> Result<bool, Violation> {
        let Some(input) = self.params.get(name).filter(|input| !input.is_blank()) else { return Ok(false) };
        match domain::Kind::Boolean.parse(input, &*self.app.zones) {
            Ok(value) => Ok(value.as_bool().unwrap_or_default()),
            Err(message) => Err(Violation::new(name, label, message)),
        }
    }

    /// The record that the address names. What can be no name is answered like a record that is not there.
    pub(crate) fn name(&self) -> Result<Name, Refusal> {
        let text = self.id.as_deref().unwrap_or_default();
        let is_uuid = text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        match Id::parse(text) {
            Some(id) => Ok(Name::Id(id)),
            None if is_uuid => Ok(Name::Uuid(text.to_owned())),
            None => Err(store::Error::NotFound.into()),
        }
    }

    /// The number of the record that the address names, if it names one by its number.
    fn record(&self) -> Option<Id> {
        self.id.as_deref().and_then(Id::parse)
    }

    /// What was ignored is a fault when the caller is strict; else a header names it.
    pub(crate) fn ignored(
        &self,
        names: &[String],
        faults: &mut Vec<Violation>,
    ) -> Option<(HeaderName, HeaderValue)> {
        if !names.is_empty() && conditions::is_strict(&self.headers) {
            let fault = |name: &String| Violation::new(name, name, "is not a parameter of this request");
            faults.extend(names.iter().map(fault));
            return None;
        }
        let header = conditions::ignored(names);
        header.map(|names| (HeaderName::from_static("x-ignored-parameters"), names))
    }

    /// The address of this call with another value for one parameter, without the key that it may carry.
    pub(crate) fn link(&self, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (own, text) in params::pairs(self.query.as_bytes()) {
            if own != name && own != AUTH_TOKEN_PARAM.0 {
                query.append_pair(&own, &text);
            }
        }
        query.append_pair(name, value);
        format!("{}{}?{}", self.app.origins.of(&self.headers), self.path, query.finish())
    }

    /// The revision that the caller wants the record to have.
    pub(crate) fn if_match(&self) -> IfMatch {
        IfMatch::of(&self.headers)
    }
}

/// Runs work that waits for the database on a thread where waiting is fine.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(Refusal::Internal(format!("the work on a request broke off: {error}"))),
    }
}

/// An answer as it is sent, now or again.
fn response(answer: SavedAnswer) -> Result<Response, Refusal> {
    let mut response = answer.body.into_response();
    *response.status_mut() = axum::http::StatusCode::from_u16(answer.status)
        .map_err(|error| Refusal::Internal(format!("a kept answer has no status: {error}")))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}
