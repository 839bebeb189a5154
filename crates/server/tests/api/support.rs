//! A server in process, with a company, a key and a database of its own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use base64::Engine as _;
use domain::{Id, Instant};
use http_body_util::BodyExt as _;
use serde_json::Value;
use server::accounts::{self, KeyOptions};
use server::secret::KeyPair;
use server::{App, Assets, BundledZones, Origins, Parts, Service, Targets, Webhooks};
use store::{Settings, Store};
use tower::ServiceExt as _;

/// The time that every test runs at: 14:32 UTC on a Tuesday.
pub(crate) const NOW: &str = "2026-11-24T14:32:00.000+00:00";

pub(crate) fn now() -> Instant {
    Instant::parse(NOW).unwrap()
}

/// How long a body may take to arrive: bodies in process are there at once.
pub(crate) const SHORT_DEADLINE: Duration = Duration::from_millis(400);

/// A server in process.
pub(crate) struct Api {
    /// Taken out only at the end.
    running: Option<(Service, Store)>,
    pub(crate) company: Id,
    pub(crate) public: String,
    pub(crate) private: String,
    _folder: tempfile::TempDir,
}

/// An answer, received whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The `error` of a refusal.
    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("no refusal: {}", self.text)).to_owned()
    }

    /// The value of a column of the one record in it.
    pub(crate) fn column(&self, name: &str) -> Value {
        let json = self.json();
        let root = ["buyer_group", "buyer", "offer", "company", "call"]
            .into_iter()
            .find(|root| json[root].is_object());
        json[root.unwrap_or_else(|| panic!("no record: {}", self.text))][name].clone()
    }

    /// The ids of the list in it.
    pub(crate) fn ids(&self) -> Vec<i64> {
        let json = self.json();
        let root =
            ["buyer_groups", "buyers", "offers", "calls"].into_iter().find(|root| json[root].is_array());
        let list = root.map_or(json.clone(), |root| json[root].clone());
        let list = list.as_array().unwrap_or_else(|| panic!("no list: {}", self.text)).clone();
        list.iter().map(|record| record["id"].as_i64().unwrap()).collect()
    }
}

impl Api {
    /// A server with an empty company in New York.
    pub(crate) fn new() -> Self {
        Self::with(database, Settings::default(), empty_company)
    }

    /// The same, always on SQLite, whose disk is full after some 2 MB.
    pub(crate) fn on_a_small_disk() -> Self {
        Self::with(sqlite, Settings { most_pages: Some(500), ..Settings::default() }, empty_company)
    }

    /// A server with the demonstration.
    pub(crate) fn demo() -> Self {
        Self::with(database, Settings::default(), |store, zones| {
            let demo = server::fill_demo(store, zones, now()).unwrap();
            (demo.company, demo.key)
        })
    }

    fn with(
        database: fn(&Path) -> String,
        settings: Settings,
        fill: impl FnOnce(&Store, &BundledZones) -> (Id, KeyPair) + Send,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = database(folder.path());
        let zones = Arc::new(BundledZones::default());
        let (store, company, KeyPair { public, private }) = std::thread::scope(|scope| {
            let open = || {
                let store = Store::open(&url, zones.clone(), settings).unwrap();
                let (company, key) = fill(&store, &zones);
                (store, company, key)
            };
            scope.spawn(open).join().unwrap()
        });
        let assets = folder.path().join("dist");
        std::fs::create_dir(&assets).unwrap();
        std::fs::write(assets.join("index.html"), "<!doctype html><title>Buyer groups</title>").unwrap();
        std::fs::write(assets.join("app-3961a3115d1af1c7.css"), "body{}").unwrap();
        let app = App::new(Parts {
            store: store.clone(),
            zones,
            origins: Origins::new(Vec::new(), "127.0.0.1:8080".parse().unwrap()),
            assets: Assets::read(&assets).unwrap(),
            body_deadline: SHORT_DEADLINE,
            webhooks: Webhooks::new(Targets::Public).unwrap(),
            clock: now,
        });
        Self { running: Some((server::app(app), store)), company, public, private, _folder: folder }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.running.as_ref().unwrap().1
    }

    /// What answers requests.
    pub(crate) fn service(&self) -> Service {
        self.running.as_ref().unwrap().0.clone()
    }

    /// The header of the company's key.
    pub(crate) fn basic(&self) -> String {
        basic(&self.public, &self.private)
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.raw(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// Sends a request and leaves the body where it is.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Response<Body> {
        self.service().oneshot(request).await.unwrap()
    }

    /// A request with the company's key and these headers.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            request = request.header(header::AUTHORIZATION, self.basic());
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.call("POST", path, &[JSON], body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &str) -> Answer {
        self.call("PUT", path, &[JSON], body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, &[JSON], "").await
    }

    /// Makes a record and gives its id.
    pub(crate) async fn made(&self, path: &str, body: &str) -> i64 {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.column("id").as_i64().unwrap()
    }

    /// Makes a group and gives its id.
    pub(crate) async fn group(&self, body: &str) -> i64 {
        self.made("/api/v1/buyer_groups", body).await
    }

    /// Makes a buyer and gives its id.
    pub(crate) async fn buyer(&self, name: &str) -> i64 {
        self.made("/api/v1/buyers", &format!(r#"{{"name": "{name}", "user_buyer_id": "{name}"}}"#)).await
    }
}

impl Drop for Api {
    /// Where no runtime is: the connections to PostgreSQL have one of their own, which ends with them.
    fn drop(&mut self) {
        let running = self.running.take();
        let _ = std::thread::spawn(move || drop(running)).join();
    }
}

/// An empty company in New York, and a key.
fn empty_company(store: &Store, zones: &BundledZones) -> (Id, KeyPair) {
    let zone = Some("America/New_York");
    let company = accounts::create_company(store, zones, "Northline Media", zone, None, now()).unwrap();
    (company, accounts::create_key(store, company, &KeyOptions::default(), now()).unwrap())
}

fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("test.db").display())
}

/// A new database: on SQLite, or on the PostgreSQL of the tests for the tests of `api_on_postgres.rs`.
fn database(folder: &Path) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server =
        std::env::var("TEST_POSTGRES_URL").ok().filter(|_| module_path!().starts_with("api_on_postgres"));
    let Some(server) = server else { return sqlite(folder) };
    let name = format!("api_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let made = std::thread::scope(|scope| {
        let make = || {
            let mut client = postgres::Client::connect(&server, postgres::NoTls)?;
            client.batch_execute(&format!("CREATE DATABASE {name}"))
        };
        // The client has a runtime of its own, which cannot run inside that of a test.
        scope.spawn(make).join().unwrap()
    });
    made.unwrap();
    let (address, settings) = server.split_once('?').unwrap_or((&server, ""));
    format!("{}/{name}?{settings}", address.rsplit_once('/').unwrap().0)
}

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub(crate) fn basic(public: &str, private: &str) -> String {
    let pair = format!("{public}:{private}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// A second company on the same server, by its key's header.
pub(crate) fn another_company(api: &Api) -> String {
    let zones = BundledZones::default();
    let company = accounts::create_company(api.store(), &zones, "Another", None, None, now()).unwrap();
    let key = accounts::create_key(api.store(), company, &KeyOptions::default(), now()).unwrap();
    basic(&key.public, &key.private)
}
