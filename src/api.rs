//! [`Api`]: the API client, one async method for each endpoint; [`ApiError`]: everything that can come of a request.
//! What answers hold is read in `answer`, what refusals mean in `error`.

mod answer;
mod calls;
mod error;
mod wait;

use std::borrow::Cow;
use std::rc::Rc;

use domain::{Id, Input, Instant, Key, Resource, Value};
use gloo_net::http::{Method, RequestBuilder};
use web_sys::AbortSignal;
use yew::Callback;

pub use answer::{Company, Entry, Page, Session, User};
use answer::{metadata, session};
pub use calls::{Buyer, CallStory, Decided, Event, Line, Step};
use error::Refusal;
pub use error::{ApiError, Refused, Stale};
pub use wait::News;
use wait::Wait;

use crate::json::{self, items, member};
use crate::record::Record;
use crate::route::Query;

/// A server that says nothing for so long, in milliseconds, counts as one that cannot be reached.
const PATIENCE_MS: u32 = 30_000;
/// Who is signed in: asked, begun and ended here.
const SESSION: &str = "/api/v1/session";

/// One write out of many: what is to be done to a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Change these fields.
    Change(Vec<(Key, Value)>),
    /// Delete it.
    Delete,
    /// Bring it back.
    Restore,
}

/// The API client. Cheap to clone; the same as long as a session lasts.
#[derive(Clone, Default, PartialEq)]
pub struct Api {
    news: Callback<News>,
    session: u32,
}

/// What a method gives.
pub type Answer<T> = Result<T, ApiError>;

impl Api {
    /// A client that tells how its requests fare.
    #[must_use]
    pub fn new(news: Callback<News>) -> Self {
        Self { news, session: 0 }
    }

    /// The client of the next session: it is not equal to this one, so that everything is asked for anew.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self { session: self.session + 1, ..self.clone() }
    }

    /// Who is signed in.
    pub async fn session(&self) -> Answer<Rc<Session>> {
        self.call(Method::GET, SESSION, None, None).await.map(session)?
    }

    /// Signs in by the one-time token of a sign-in address.
    pub async fn sign_in(&self, token: &str) -> Answer<Rc<Session>> {
        let body = json::object(&[("token".into(), &Value::Text(token.to_owned()))]);
        self.call(Method::POST, SESSION, Some(body), None).await.map(session)?
    }

    /// Signs out.
    pub async fn sign_out(&self) -> Answer<()> {
        self.call(Method::DELETE, SESSION, None, None).await?;
        Ok(())
    }

    /// A page of a list. The query has the parameters of the API; ask for no more `columns` than are shown.
    pub async fn list(&self, resource: Resource, query: &Query) -> Answer<Page> {
        let address = format!("/api/v1/{}?{query}", resource.plural());
        let body = self.call(Method::GET, &address, None, None).await?;
        let rows = items(member(&body, resource.plural()));
        let records = rows.iter().map(|row| Rc::new(Record::read(resource, row))).collect();
        let at = Instant::from_ms(js_sys::Date::now() as i64);
        Ok(Page { records, metadata: metadata(member(&body, "metadata")), at })
    }

    /// What an address answers that is no record and no list of them.
    pub async fn read(&self, address: &str) -> Answer<Input> {
        Ok(self.call(Method::GET, address, None, None).await?)
    }

    /// Asks for something to be done that is no write of a record, and gives the answer.
    pub async fn post(&self, address: &str, values: &[(Cow<'static, str>, &Value)]) -> Answer<Input> {
        Ok(self.call(Method::POST, address, Some(json::object(values)), None).await?)
    }

    /// One record, by id or uuid; the id of the company is not looked at.
    pub async fn get(&self, resource: Resource, id: &str, columns: &[Key]) -> Answer<Record> {
        let names: Vec<_> = columns.iter().map(|key| key.name()).collect();
        let query = Query::default().with("columns", &names.join(","));
        self.record(Method::GET, resource, &format!("{}?{query}", one(resource, id)), None, None).await
    }

    /// Makes a record.
    pub async fn create(&self, resource: Resource, values: &[(Key, Value)]) -> Answer<Record> {
        let address = format!("/api/v1/{}", resource.plural());
        self.record(Method::POST, resource, &address, Some(body(values)), None).await
    }

    /// Changes the given fields of a record and leaves the others. With a revision it is [`ApiError::Stale`] when
    /// the record has changed since.
    pub async fn update(
        &self,
        resource: Resource,
        id: &str,
        values: &[(Key, Value)],
        revision: Option<i64>,
    ) -> Answer<Record> {
        self.record(Method::PUT, resource, &one(resource, id), Some(body(values)), if_match(revision)).await
    }

    /// Changes a record as [`Api::update`] does, or makes one when there is no id yet, once however often
    /// it is sent with the same `key`; gives the columns asked for.
    pub async fn save(
        &self,
        resource: Resource,
        id: Option<&str>,
        values: &[(Key, Value)],
        revision: Option<i64>,
        key: &str,
        columns: &[Key],
    ) -> Answer<Record> {
        let (method, address) = match id {
            Some(id) => (Method::PUT, one(resource, id)),
            None => (Method::POST, format!("/api/v1/{}", resource.plural())),
        };
        let names: Vec<_> = columns.iter().map(|key| key.name()).collect();
        let query = Query::default().with("columns", &names.join(","));
        let header =
            if id.is_some() { if_match(revision) } else { Some(("Idempotency-Key", key.to_owned())) };
        self.record(method, resource, &format!("{address}?{query}"), Some(body(values)), header).await
    }

    /// Deletes a record; [`Api::restore`] brings it back.
    pub async fn delete(&self, resource: Resource, id: Id) -> Answer<Record> {
        self.record(Method::DELETE, resource, &one(resource, &id.to_string()), None, None).await
    }

    /// Brings a deleted record back.
    pub async fn restore(&self, resource: Resource, id: Id) -> Answer<Record> {
        let address = format!("/api/v1/{}/{id}/restore", resource.plural());
        self.record(Method::POST, resource, &address, None, None).await
    }

    /// Does one write out of many. The answer has no more than the new revision; with the old one it is
    /// [`ApiError::Stale`] when the record has changed since.
    pub async fn write(
        &self,
        resource: Resource,
        id: Id,
        write: &Write,
        revision: Option<i64>,
    ) -> Answer<Option<i64>> {
        let (method, path, body) = match write {
            Write::Change(values) => (Method::PUT, "", Some(body(values))),
            Write::Delete => (Method::DELETE, "", None),
            Write::Restore => (Method::POST, "/restore", None),
        };
        let address = format!("{}{path}?columns={}", one(resource, &id.to_string()), Key::Revision.name());
        let record = self.record(method, resource, &address, body, if_match(revision)).await?;
        Ok(record.revision())
    }

    async fn record(
        &self,
        method: Method,
        resource: Resource,
        address: &str,
        body: Option<String>,
        header: Option<Header>,
    ) -> Answer<Record> {
        let body = self.call(method, address, body, header).await;
        let body = body.map_err(|refusal| refusal.on(resource))?;
        Ok(Record::read(resource, member(&body, resource.singular())))
    }

    /// Sends a request and gives the body of the answer.
    async fn call(
        &self,
        method: Method,
        address: &str,
        body: Option<String>,
        header: Option<Header>,
    ) -> Result<Input, Refusal> {
        let _wait = Wait::new(&self.news);
        let signal = AbortSignal::timeout_with_u32(PATIENCE_MS);
        let mut request = RequestBuilder::new(address).method(method).abort_signal(Some(&signal));
        if let Some((name, text)) = header {
            request = request.header(name, &text);
        }
        let sent = match body {
            Some(body) => match request.header("Content-Type", "application/json").body(body) {
                Ok(request) => request.send().await,
                Err(error) => Err(error),
            },
            None => request.send().await,
        };
        let Ok(response) = sent else { return Err(Refusal::unreachable()) };
        let (ok, status) = (response.ok(), response.status());
        let body = json::parse(&response.text().await.unwrap_or_default());
        if ok {
            return Ok(body);
        }
        // About the session itself, the answer says enough to the one who asked.
        if status == 401 && address != SESSION {
            self.news.emit(News::SignedOut);
        }
        Err(Refusal { status, body })
    }
}

/// A header of a request.
type Header = (&'static str, String);

/// The header for a write that is based on a revision.
fn if_match(revision: Option<i64>) -> Option<Header> {
    revision.map(|revision| ("If-Match", format!("\"{revision}\"")))
}

/// The address of one record.
fn one(resource: Resource, id: &str) -> String {
    match resource {
        Resource::Company => "/api/v1/company".to_owned(),
        listed => format!("/api/v1/{}/{id}", listed.plural()),
    }
}

/// The text of an object with these fields.
fn body(values: &[(Key, Value)]) -> String {
    let named: Vec<_> = values.iter().map(|(key, value)| (key.name(), value)).collect();
    json::object(&named)
}
