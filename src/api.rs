//! [`Api`]: the API client, one async method for each endpoint; [`ApiError`]: everything that can come of a request.

use std::rc::Rc;

use domain::api::{Metadata, Problem};
use domain::{Id, Input, Instant, Key, Resource, Value};
use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::{JSON, Reflect};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;
use yew::{AttrValue, Callback};

use crate::record::Record;
use crate::route::Query;

/// A server that says nothing for so long, in milliseconds, counts as one that cannot be reached.
const PATIENCE_MS: u32 = 30_000;
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
    Refused(Problem),
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
            Self::Refused(problem) => problem.error.clone().into(),
            Self::Stale(_) => "Somebody else changed this in the meantime.".into(),
            Self::NotFound => "This is not there any more.".into(),
            Self::Failed(sentence) => sentence.clone(),
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Session {
    /// The person.
    pub user: User,
    /// The tenant.
    pub company: Company,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// A name for people.
    pub name: String,
    /// An e-mail address.
    pub email: String,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Company {
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
}

/// The API client. Cheap to clone; always the same for the whole page.
#[derive(Clone, PartialEq)]
pub struct Api {
    signed_out: Callback<()>,
}

/// What a method gives.
pub type Answer<T> = Result<T, ApiError>;

impl Api {
    /// A client that tells when an answer says that nobody is signed in.
    #[must_use]
    pub fn new(signed_out: Callback<()>) -> Self {
        Self { signed_out }
    }

    /// Who is signed in.
    pub async fn session(&self) -> Answer<Rc<Session>> {
        read(&self.call(Method::GET, SESSION, None, None).await?, "session").map(Rc::new)
    }

    /// Signs in by the one-time token of a sign-in address.
    pub async fn sign_in(&self, token: &str) -> Answer<Rc<Session>> {
        let body = object([("token", token)])?;
        read(&self.call(Method::POST, SESSION, Some(body), None).await?, "session").map(Rc::new)
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
        let rows: Vec<Input> = read(&body, resource.plural())?;
        let records = rows.into_iter().map(|row| Rc::new(Record::read(resource, row))).collect();
        Ok(Page { records, metadata: read(&body, "metadata")? })
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
        self.record(Method::POST, resource, &address, Some(object(named(values))?), None).await
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
        self.record(Method::PUT, resource, &one(resource, id), Some(object(named(values))?), revision).await
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

    async fn record(
        &self,
        method: Method,
        resource: Resource,
        address: &str,
        body: Option<String>,
        revision: Option<i64>,
    ) -> Answer<Record> {
        let body = self.call(method, address, body, revision).await;
        let body = body.map_err(|refusal| refusal.on(resource))?;
        Ok(Record::read(resource, read(&body, resource.singular())?))
    }

    /// Sends a request and gives the body of the answer.
    async fn call(
        &self,
        method: Method,
        address: &str,
        body: Option<String>,
        revision: Option<i64>,
    ) -> Result<JsValue, Refusal> {
        let signal = AbortSignal::timeout_with_u32(PATIENCE_MS);
        let mut request = RequestBuilder::new(address).method(method).abort_signal(Some(&signal));
        if let Some(revision) = revision {
            request = request.header("If-Match", &format!("\"{revision}\""));
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
        let body = json(&response).await;
        if ok {
            return Ok(body);
        }
        // About the session itself, the answer says enough to the one who asked.
        if status == 401 && address != SESSION {
            self.signed_out.emit(());
        }
        Err(Refusal { status, body })
    }
}

/// Any answer but the one that was hoped for. [`Refusal::on`] is the one place that gives it a meaning.
struct Refusal {
    /// 0: there was no answer.
    status: u16,
    body: JsValue,
}

impl Refusal {
    fn unreachable() -> Self {
        Self { status: 0, body: JsValue::NULL }
    }

    /// What it means for a request about a record of that kind.
    fn on(self, resource: Resource) -> ApiError {
        match self.status {
            0 => ApiError::Offline,
            401 => ApiError::SignedOut,
            404 => ApiError::NotFound,
            412 => {
                let current = read(&self.body, resource.singular()).unwrap_or(Input::Null);
                let changes: Vec<Input> = read(&self.body, "changes").unwrap_or_default();
                let changes = changes.iter().map(|change| entry(resource, change)).collect();
                ApiError::Stale(Rc::new(Stale { current: Record::read(resource, current), changes }))
            }
            status => match serde_wasm_bindgen::from_value::<Problem>(self.body) {
                Ok(problem) if !problem.errors.is_empty() => ApiError::Refused(problem),
                Ok(problem) => ApiError::Failed(problem.error.into()),
                Err(_) => {
                    ApiError::Failed(format!("The server answered with status {status}. Try again.").into())
                }
            },
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        refusal.on(Resource::Company)
    }
}

fn entry(resource: Resource, change: &Input) -> Entry {
    let text = |name| member(change, name).and_then(Input::as_text);
    let fields = match member(change, "fields") {
        Some(Input::Map(fields)) => fields.as_slice(),
        _ => &[],
    };
    let fields = fields.iter().filter_map(|(name, change)| {
        let field = resource.field_named(name)?;
        let side = |name| field.kind.read(member(change, name).unwrap_or(&Input::Null));
        Some((field.key, side("before"), side("after")))
    });
    Entry {
        at: text("at").and_then(Instant::parse),
        by: text("by").unwrap_or("Somebody").to_owned(),
        revision: text("revision").and_then(|text| text.parse().ok()).unwrap_or_default(),
        fields: fields.collect(),
    }
}

fn member<'a>(input: &'a Input, name: &str) -> Option<&'a Input> {
    let Input::Map(members) = input else { return None };
    members.iter().find(|(own, _)| own == name).map(|(_, input)| input)
}

/// The address of one record.
fn one(resource: Resource, id: &str) -> String {
    match resource {
        Resource::Company => "/api/v1/company".to_owned(),
        listed => format!("/api/v1/{}/{id}", listed.plural()),
    }
}

fn named(values: &[(Key, Value)]) -> impl Iterator<Item = (String, &Value)> {
    values.iter().map(|(key, value)| (key.name().into_owned(), value))
}

/// The text of a JSON object.
fn object<N: AsRef<str>, V: Serialize>(members: impl IntoIterator<Item = (N, V)>) -> Answer<String> {
    let unsendable = |_| ApiError::Failed("This cannot be sent.".into());
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let object = js_sys::Object::new();
    for (name, value) in members {
        let value = value.serialize(&serializer).map_err(|error| unsendable(error.into()))?;
        Reflect::set(&object, &JsValue::from(name.as_ref()), &value).map_err(unsendable)?;
    }
    JSON::stringify(&object).map(String::from).map_err(unsendable)
}

/// The body of an answer; null when it is none or not JSON.
async fn json(response: &Response) -> JsValue {
    let text = response.text().await.unwrap_or_default();
    JSON::parse(&text).unwrap_or(JsValue::NULL)
}

/// What stands under a name in the body of an answer.
fn read<T: for<'de> Deserialize<'de>>(body: &JsValue, name: &str) -> Answer<T> {
    let value = Reflect::get(body, &JsValue::from(name)).unwrap_or(JsValue::NULL);
    serde_wasm_bindgen::from_value(value)
        .map_err(|_| ApiError::Failed("The server's answer could not be read. Reload the page.".into()))
}
