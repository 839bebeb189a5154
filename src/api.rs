//! [`Api`]: the API client, one async method for each endpoint; [`ApiError`]: everything that can come of a request.

use std::cell::Cell;
use std::rc::Rc;

use domain::api::{Metadata, States, TierSummary};
use domain::{Decimal, Id, Input, Instant, Key, Resource, Value};
use gloo_net::http::{Method, RequestBuilder};
use web_sys::AbortSignal;
use yew::{AttrValue, Callback};

use crate::browser::Timeout;
use crate::json::{self, count, items, member, members, text, whole};
use crate::record::Record;
use crate::route::Query;

/// A server that says nothing for so long, in milliseconds, counts as one that cannot be reached.
const PATIENCE_MS: u32 = 30_000;
/// An answer that takes longer than this, in milliseconds, is told of.
const SLOW_MS: i32 = 4_000;
/// Who is signed in: asked, begun and ended here.
const SESSION: &str = "/api/v1/session";

/// Why a request did not do what it was to do.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// The server could not be reached.
    Offline,
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// Rules are broken; each under the name of its field.
    Refused(Refused),
    /// Somebody else changed the record since it was read.
    Stale(Rc<Stale>),
    /// There is no such record, or not any more.
    NotFound,
    /// Anything else, as a sentence.
    Failed(AttrValue),
}

impl ApiError {
    /// What to tell the visitor.
    #[must_use]
    pub fn sentence(&self) -> AttrValue {
        match self {
            Self::Offline => "No connection to the server. Trying again.".into(),
            Self::SignedOut => "You were signed out. Sign in and your changes will still be here.".into(),
            Self::Refused(refused) => refused.sentence.clone(),
            Self::Stale(_) => "Somebody else changed this in the meantime.".into(),
            Self::NotFound => "This is not there any more.".into(),
            Self::Failed(sentence) => sentence.clone(),
        }
    }
}

/// What came instead of a write, or of a list, that breaks rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong and what to do next.
    pub sentence: AttrValue,
    /// For each parameter at fault its broken rules, as the rest of a sentence.
    pub errors: Vec<(String, Vec<String>)>,
}

/// What came instead of a write that was based on an older revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale {
    /// The record as it is now.
    pub current: Record,
    /// What happened since, the oldest first.
    pub changes: Vec<Entry>,
}

/// One change of the history of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub at: Option<Instant>,
    /// By whom: a name for people.
    pub by: String,
    /// The revision that it made.
    pub revision: i64,
    /// What: field, value before, value after.
    pub fields: Vec<(Key, Value, Value)>,
}

/// Who is signed in, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The person.
    pub user: User,
    /// The tenant.
    pub company: Company,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// An e-mail address.
    pub email: String,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// The zone in which its windows start anew.
    pub time_zone: String,
    /// ISO 4217; how money is shown.
    pub currency: String,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its records, in order.
    pub records: Vec<Rc<Record>>,
    /// How many there are, and where the page stands.
    pub metadata: Metadata,
    /// When the answer came, by the clock of this browser.
    pub at: Instant,
}

/// What a request has to tell besides its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// The answer takes long.
    Slow,
    /// What took long is over.
    Over,
}

/// A request under way: it tells once it takes long, and then that it is over.
struct Wait {
    news: Callback<News>,
    is_slow: Rc<Cell<bool>>,
    _slow: Timeout,
}

impl Wait {
    fn new(news: &Callback<News>) -> Self {
        let (slow, is_slow) = (news.clone(), Rc::new(Cell::new(false)));
        let told = is_slow.clone();
        let timeout = Timeout::new(SLOW_MS, move || {
            told.set(true);
            slow.emit(News::Slow);
        });
        Self { news: news.clone(), is_slow, _slow: timeout }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if self.is_slow.get() {
            self.news.emit(News::Over);
        }
    }
}

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

/// Any answer but the one that was hoped for. [`Refusal::on`] is the one place that gives it a meaning.
struct Refusal {
    /// 0: there was no answer.
    status: u16,
    body: Input,
}

impl Refusal {
    fn unreachable() -> Self {
        Self { status: 0, body: Input::Null }
    }

    /// What it means for a request about a record of that kind.
    fn on(self, resource: Resource) -> ApiError {
        match self.status {
            0 => ApiError::Offline,
            401 => ApiError::SignedOut,
            404 => ApiError::NotFound,
            412 => {
                let current = Record::read(resource, member(&self.body, resource.singular()));
                let changes = items(member(&self.body, "changes"));
                let changes = changes.iter().map(|change| entry(resource, change)).collect();
                ApiError::Stale(Rc::new(Stale { current, changes }))
            }
            status => {
                let (sentence, errors) = (text(&self.body, "error"), errors(&self.body));
                if sentence.is_empty() {
                    let sentence = format!("The server answered with status {status}. Try again.");
                    return ApiError::Failed(sentence.into());
                }
                let sentence = AttrValue::from(sentence);
                if errors.is_empty() {
                    ApiError::Failed(sentence)
                } else {
                    ApiError::Refused(Refused { sentence, errors })
                }
            }
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        refusal.on(Resource::Company)
    }
}

fn entry(resource: Resource, change: &Input) -> Entry {
    let fields = members(member(change, "fields")).iter().filter_map(|(name, change)| {
        let field = resource.field_named(name)?;
        let side = |name| field.kind.read(member(change, name));
        Some((field.key, side("before"), side("after")))
    });
    Entry {
        at: Instant::parse(&text(change, "at")),
        by: text(change, "by"),
        revision: whole(change, "revision").unwrap_or_default(),
        fields: fields.collect(),
    }
}

/// The broken rules of a refusal.
fn errors(body: &Input) -> Vec<(String, Vec<String>)> {
    let errors = members(member(body, "errors")).iter().map(|(name, messages)| {
        let messages = items(messages).iter().filter_map(|message| message.as_text().map(str::to_owned));
        (name.clone(), messages.collect())
    });
    errors.collect()
}

/// An answer without anybody in it is none: then nobody is signed in.
fn session(body: Input) -> Answer<Rc<Session>> {
    let session = member(&body, "session");
    let (user, company) = (member(session, "user"), member(session, "company"));
    if *company == Input::Null {
        return Err(ApiError::SignedOut);
    }
    Ok(Rc::new(Session {
        user: User { id: text(user, "id"), name: text(user, "name"), email: text(user, "email") },
        company: Company {
            id: text(company, "id"),
            name: text(company, "name"),
            time_zone: text(company, "time_zone"),
            currency: text(company, "currency"),
        },
    }))
}

fn metadata(input: &Input) -> Metadata {
    let number = |name| whole(input, name).and_then(|number| u32::try_from(number).ok());
    let states = member(input, "states");
    let tiers = member(input, "tiers");
    let tier = |tier: &Input| TierSummary {
        tier: text(tier, "tier").parse().unwrap_or(Decimal::ZERO),
        groups: count(tier, "groups"),
        can_take_calls: count(tier, "can_take_calls"),
    };
    Metadata {
        total_count: count(input, "total_count"),
        page: number("page"),
        per_page: number("per_page").unwrap_or_default(),
        total_pages: count(input, "total_pages"),
        next_page: number("next_page"),
        next_cursor: whole(input, "next_cursor"),
        states: (*states != Input::Null).then(|| States {
            all: count(states, "all"),
            taking_calls: count(states, "taking_calls"),
            near_cap: count(states, "near_cap"),
            maxed_out: count(states, "maxed_out"),
            paused: count(states, "paused"),
            deleted: count(states, "deleted"),
        }),
        tiers: (*tiers != Input::Null).then(|| items(tiers).iter().map(tier).collect()),
    }
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
