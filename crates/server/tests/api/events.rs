//! The stream of a company's changes. Time is virtual: who waits for the next look, or the next check, has it at once.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::{Change, Input, Intent, Params, Resource};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::{BundledZones, accounts};
use store::Actor;

use super::sessions::cookie;
use super::support::{Api, another_company, now};

const EVENTS: &str = "/api/v1/events";
/// More than any look or check is away.
const A_WHILE: Duration = Duration::from_secs(60);

/// One open stream.
struct Listener(Body);

#[derive(Debug)]
struct Event {
    id: i64,
    name: String,
    data: Value,
}

impl Listener {
    /// Opens a stream, with the company's key where no other header signs in.
    async fn open(api: &Api, path: &str, headers: &[(&str, &str)]) -> Result<Self, StatusCode> {
        let mut request = Request::get(path);
        if !headers.iter().any(|(name, _)| ["authorization", "cookie"].contains(name)) {
            request = request.header("authorization", api.basic());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = api.raw(request.body(Body::empty()).unwrap()).await;
        if response.status() != StatusCode::OK {
            return Err(response.status());
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Ok(Self(response.into_body()))
    }

    /// The same, and the greeting.
    async fn begin(api: &Api, path: &str, headers: &[(&str, &str)]) -> (Self, Event) {
        let mut listener = Self::open(api, path, headers).await.unwrap();
        let hello = listener.event().await.unwrap();
        assert_eq!(hello.name, "hello");
        (listener, hello)
    }

    /// The next piece of text; `None` at the end of the stream.
    async fn piece(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(A_WHILE, self.0.frame()).await.expect("nothing is sent")?;
        Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
    }

    /// The next event, whatever comments come before.
    async fn event(&mut self) -> Option<Event> {
        loop {
            let piece = self.piece().await?;
            if piece.starts_with(':') {
                continue;
            }
            assert!(piece.ends_with("\n\n"), "{piece:?}");
            let field = |name: &str| piece.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            return Some(Event {
                id: field("id: ").parse().unwrap(),
                name: field("event: ").to_owned(),
                data: serde_json::from_str(field("data: ")).unwrap(),
            });
        }
    }

    /// Nothing but comments until the caller has been looked up twice.
    async fn hears_nothing(&mut self) {
        for _ in 0..2 {
            assert_eq!(self.piece().await.unwrap(), ":\n\n");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_told_with_the_records_that_it_touched() {
    let api = Api::new();
    let (mut listener, hello) = Listener::begin(&api, EVENTS, &[]).await;
    assert_eq!(hello.data, json!({"seq": hello.id}));
    let buyer = api.buyer("one").await;
    let changed = listener.event().await.unwrap();
    assert_eq!((changed.name.as_str(), &changed.data), ("changed", &json!({"buyer": [buyer]})));
    assert!(changed.id > hello.id);
    // What changes between two looks is one event.
    let (one, two) = (api.group(r#"{"name": "One"}"#).await, api.group(r#"{"name": "Two"}"#).await);
    let mut told = Vec::new();
    while told.len() < 2 {
        let event = listener.event().await.unwrap();
        told.extend(event.data["buyer_group"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()));
    }
    assert_eq!(told, [one, two]);
    // A refusal changes nothing.
    assert_eq!(api.post("/api/v1/buyers", "{}").await.status, 422);
    listener.hears_nothing().await;
}

#[tokio::test(start_paused = true)]
async fn every_stream_of_a_company_is_told() {
    let api = Api::new();
    let (mut one, _) = Listener::begin(&api, EVENTS, &[]).await;
    let (mut two, _) = Listener::begin(&api, EVENTS, &[]).await;
    let buyer = api.buyer("one").await;
    // One that begins later knows of it already.
    let (mut late, _) = Listener::begin(&api, EVENTS, &[]).await;
    let group = api.group(r#"{"name": "West"}"#).await;
    for listener in [&mut one, &mut two] {
        let mut told = Vec::new();
        while told.len() < 2 {
            let data = listener.event().await.unwrap().data;
            told.extend(["buyer", "buyer_group"].iter().filter_map(|name| data[*name][0].as_i64()));
        }
        assert_eq!(told, [buyer, group]);
    }
    assert_eq!(late.event().await.unwrap().data["buyer_group"], json!([group]));
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_on_where_the_last_one_broke_off() {
    let api = Api::new();
    let (listener, hello) = Listener::begin(&api, EVENTS, &[]).await;
    drop(listener);
    let buyer = api.buyer("one").await;
    let last = hello.id.to_string();
    for (path, headers) in [
        (format!("{EVENTS}?since={last}"), vec![]),
        (EVENTS.to_owned(), vec![("last-event-id", last.as_str())]),
        // A browser that comes again keeps the address.
        (format!("{EVENTS}?since=0"), vec![("last-event-id", last.as_str())]),
    ] {
        let (mut listener, again) = Listener::begin(&api, &path, &headers).await;
        // Whoever breaks off now has missed nothing yet.
        assert_eq!(again.id, hello.id, "{path}");
        let changed = listener.event().await.unwrap();
        assert_eq!((changed.name.as_str(), &changed.data), ("changed", &json!({"buyer": [buyer]})), "{path}");
        assert_eq!(json!({"seq": changed.id}), again.data);
    }
    let (mut listener, _) = Listener::begin(&api, EVENTS, &[]).await;
    listener.hears_nothing().await;
}

#[tokio::test(start_paused = true)]
async fn who_has_missed_too_much_loads_anew() {
    let api = Api::new();
    let (mut open, hello) = Listener::begin(&api, EVENTS, &[]).await;
    // Numbers that are not there yet, or are none.
    for gone in ["999999999999", "nothing"] {
        let (mut listener, _) = Listener::begin(&api, EVENTS, &[("last-event-id", gone)]).await;
        let reset = listener.event().await.unwrap();
        assert_eq!((reset.name.as_str(), reset.data, reset.id), ("reset", json!({}), hello.id), "{gone}");
    }
    let company = api.company;
    // The writer reads too: a reader's connection to PostgreSQL could not be made in the runtime of a test.
    let user = api.store().write_now(move |writer| writer.keys(company)).unwrap()[0].user;
    let params: Params = [("name", Input::from("Many"))].into_iter().collect();
    let zones = BundledZones::default();
    let change = Change::parse(Resource::Buyer, Intent::Create, &params, &[], &zones).unwrap().change;
    let actor = Actor { company, user, key: None };
    let make = move |writer: &mut store::Writer<'_>| {
        (0..1_001).try_for_each(|_| writer.create(&actor, &change, now()).map(|_| ()))
    };
    api.store().write_now(make).unwrap();
    let reset = open.event().await.unwrap();
    assert_eq!((reset.name.as_str(), reset.data), ("reset", json!({})));
    assert!(reset.id > hello.id);
    // The stream goes on after that.
    let group = api.group(r#"{"name": "West"}"#).await;
    assert_eq!(open.event().await.unwrap().data, json!({"buyer_group": [group]}));
}

#[tokio::test(start_paused = true)]
async fn no_company_hears_of_another() {
    let api = Api::new();
    let stranger = another_company(&api);
    let (mut listener, _) = Listener::begin(&api, EVENTS, &[("authorization", &stranger)]).await;
    api.group(r#"{"name": "Ours"}"#).await;
    listener.hears_nothing().await;
    let (mut again, _) =
        Listener::begin(&api, &format!("{EVENTS}?since=0"), &[("authorization", &stranger)]).await;
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_secs(5), again.event()).await {
        assert_eq!(event.data["buyer_group"], Value::Null, "{event:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_when_its_key_is_revoked_or_its_session_ends() {
    let api = Api::new();
    let cookie = cookie(&api).await;
    let (mut by_session, _) = Listener::begin(&api, EVENTS, &[("cookie", &cookie)]).await;
    let (mut by_key, _) = Listener::begin(&api, EVENTS, &[]).await;
    by_session.hears_nothing().await;
    let origin = ("origin", "http://127.0.0.1:8080");
    let headers = [("authorization", ""), ("cookie", cookie.as_str()), origin];
    assert_eq!(api.call("DELETE", "/api/v1/session", &headers, "").await.status, 204);
    assert_eq!(by_session.piece().await, None);
    assert_eq!(by_key.piece().await.unwrap(), ":\n\n");
    accounts::revoke_key(api.store(), &api.public, now()).unwrap();
    assert_eq!(by_key.piece().await, None);
    assert_eq!(Listener::open(&api, EVENTS, &[]).await.err(), Some(StatusCode::UNAUTHORIZED));
}

#[tokio::test(start_paused = true)]
async fn a_company_has_200_streams_at_most() {
    let api = Api::new();
    let stranger = another_company(&api);
    let mut open = Vec::new();
    for _ in 0..200 {
        open.push(Listener::open(&api, EVENTS, &[]).await.unwrap());
    }
    assert_eq!(Listener::open(&api, EVENTS, &[]).await.err(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(Listener::open(&api, EVENTS, &[("authorization", &stranger)]).await.is_ok());
    open.pop();
    assert!(Listener::open(&api, EVENTS, &[]).await.is_ok());
}

#[tokio::test]
async fn every_parameter_is_checked() {
    let api = Api::new();
    for since in ["x", "-1", "1.5"] {
        let answer = api.get(&format!("{EVENTS}?since={since}")).await;
        assert_eq!((answer.status, answer.json()["errors"]["since"].is_array()), (422, true), "{since}");
    }
    assert_eq!(api.get("/api/v1/events.csv").await.status, 406);
    assert_eq!(api.post(EVENTS, "{}").await.status, 405);
    assert_eq!(api.call("GET", EVENTS, &[("authorization", "")], "").await.status, 401);
    let strict = api.call("GET", &format!("{EVENTS}?colour=red"), &[("prefer", "handling=strict")], "").await;
    assert_eq!(strict.status, 422);
}
