//! Calls through the real program: several processes on one database, kill -9, what comes back by itself.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Server, key, postgres, program, run, sqlite, stdout};

/// An answer: its status, and its JSON.
type Answer = (u16, Value);

impl Server {
    /// Asks the API; an error when the server is gone.
    fn api(&self, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<Answer> {
        let basic = self.basic();
        let head = format!("{method} {path} HTTP/1.1\r\n{basic}\r\nContent-Type: application/json{headers}");
        let answer = self.try_ask(&head, body)?;
        let gone = || std::io::Error::other("the answer broke off");
        let status = answer.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(gone)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or_else(gone)?;
        Ok((status, serde_json::from_str(body).map_err(|_| gone())?))
    }

    fn get(&self, path: &str) -> Value {
        self.api("GET", path, "", "").unwrap().1
    }

    fn made(&self, path: &str, root: &str, body: &str) -> i64 {
        let (status, json) = self.api("POST", path, "", body).unwrap();
        assert_eq!(status, 201, "{json}");
        json[root]["id"].as_i64().unwrap()
    }

    /// A group with one buyer and these parameters.
    fn group(&self, more: &str) -> i64 {
        let buyer = self.made("/api/v1/buyers", "buyer", r#"{"name": "Desk", "user_buyer_id": "desk"}"#);
        let body = format!(r#"{{"name": "West", "buyer_ids": [{buyer}]{more}}}"#);
        self.made("/api/v1/buyer_groups", "buyer_group", &body)
    }
}

/// A server alone on SQLite, and three on one PostgreSQL, where there is one.
fn on_both(test: impl Fn(&[Server], &str)) {
    let servers = |count: usize, database: &str| {
        let key = key(database);
        let start = |_| Server::on(database, key.clone(), tempfile::tempdir().unwrap(), &["--log", "warn"]);
        (0..count).map(start).collect::<Vec<_>>()
    };
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder);
    test(&servers(1, &database), &database);
    if let Some(database) = postgres() {
        test(&servers(3, &database), &database);
    }
}

fn verify(database: &str) -> std::process::Output {
    run(program().args(["verify", "--company", "Northline", "--database", database]))
}

#[test]
fn a_cap_of_100_takes_100_calls_however_many_ask() {
    on_both(|servers, database| {
        let group = servers[0].group(r#", "connection_daily_limit": 100"#);
        let body = format!(r#"{{"buyer_group_id": {group}}}"#);
        let (asked, taken) = (AtomicU32::new(0), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for client in 0..24 {
                let (body, asked, taken) = (&body, &asked, &taken);
                let server = &servers[client % servers.len()];
                scope.spawn(move || {
                    while asked.fetch_add(1, Ordering::Relaxed) < 300 {
                        let (status, json) = server.api("POST", "/api/v1/calls", "", body).unwrap();
                        let call = &json["call"];
                        if status == 201 {
                            taken.lock().unwrap().push(call["id"].as_i64().unwrap());
                        } else {
                            let reason = &call["candidates"][0]["reasons"][0]["code"];
                            assert_eq!((status, reason), (200, &"cap_full".into()), "{json}");
                        }
                    }
                });
            }
        });
        let taken = taken.into_inner().unwrap();
        assert_eq!(taken.len(), 100);
        // All of them are answered and convert, each reported to whatever server.
        std::thread::scope(|scope| {
            for (client, calls) in taken.chunks(25).enumerate() {
                let server = &servers[client % servers.len()];
                scope.spawn(move || {
                    for call in calls {
                        let body = r#"{"event_id": "1", "event": "converted", "revenue": 0.1}"#;
                        let told = server.api("PUT", &format!("/api/v1/calls/{call}"), "", body).unwrap();
                        assert_eq!(told.0, 200, "{}", told.1);
                    }
                });
            }
        });
        let columns = "connection_daily_used,revenue_daily_used,concurrency_cap_used";
        let used = servers[0].get(&format!("/api/v1/buyer_groups/{group}?root=false&columns={columns}"));
        let expected = serde_json::json!({
            "connection_daily_used": 100, "revenue_daily_used": 10, "concurrency_cap_used": 100,
        });
        assert_eq!(used, expected);
        assert_eq!(stdout(&verify(database)), "Every counter is what its calls add up to.\n");
    });
}

/// What clients know of their calls: for each key of a new call its id, once acknowledged, and its acknowledged events.
type Known = BTreeMap<String, (Option<i64>, Vec<String>)>;

#[test]
fn nothing_acknowledged_is_lost_by_kill_9_and_every_counter_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let databases = [Some(sqlite(&folder)), postgres()];
    for database in databases.into_iter().flatten() {
        let key = key(&database);
        let start = || Server::on(&database, key.clone(), tempfile::tempdir().unwrap(), &["--log", "warn"]);
        let server = start();
        let group = server.group(r#", "attempt_daily_limit": 100000"#);
        let body = format!(r#"{{"buyer_group_id": {group}}}"#);
        let known = Mutex::new(Known::new());
        let count = AtomicU32::new(0);
        let mut server = Some(server);
        for round in 0..3 {
            let running = server.take().unwrap_or_else(start);
            let id = running.child.id().to_string();
            let is_over = AtomicBool::new(false);
            std::thread::scope(|scope| {
                for client in 0..6 {
                    let (running, known, body, is_over, count) = (&running, &known, &body, &is_over, &count);
                    scope.spawn(move || {
                        for number in 0.. {
                            let name = format!("{round}-{client}-{number}");
                            if live(running, known, &name, body, count).is_err() {
                                assert!(is_over.load(Ordering::SeqCst), "the server went by itself");
                                return;
                            }
                        }
                    });
                }
                while count.load(Ordering::Relaxed) < 60 * (round + 1) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                is_over.store(true, Ordering::SeqCst);
                assert!(std::process::Command::new("kill").args(["-9", &id]).status().unwrap().success());
            });
            running.kill();
            assert!(
                verify(&database).status.success(),
                "{}",
                String::from_utf8_lossy(&verify(&database).stdout)
            );
        }
        let server = start();
        let known = known.into_inner().unwrap();
        let mut events = 0;
        for (name, (id, acknowledged)) in &known {
            // Sent again, a call is the one that it was, acknowledged or not.
            let headers = format!("\r\nIdempotency-Key: {name}");
            let (status, again) = server.api("POST", "/api/v1/calls", &headers, &body).unwrap();
            assert_eq!(status, 201, "{again}");
            let again = again["call"]["id"].as_i64().unwrap();
            assert!(id.is_none_or(|id| id == again), "{name}");
            let told = server.get(&format!("/api/v1/calls/{again}?root=false"));
            let told: Vec<&str> = told["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["event_id"].as_str().unwrap())
                .collect();
            assert!(acknowledged.iter().all(|event| told.contains(&event.as_str())), "{name}: {told:?}");
            events += acknowledged.len();
        }
        assert!(known.len() >= 45 && events >= 180, "{} calls, {events} events", known.len());
        let total = server.get("/api/v1/calls?per_page=1")["metadata"]["total_count"].as_u64().unwrap();
        assert_eq!(total, known.len() as u64, "none twice");
        assert!(verify(&database).status.success());
    }
}

/// The life of one call, as far as the server lives.
fn live(
    server: &Server,
    known: &Mutex<Known>,
    name: &str,
    body: &str,
    count: &AtomicU32,
) -> std::io::Result<()> {
    known.lock().unwrap().insert(name.to_owned(), (None, Vec::new()));
    let headers = format!("\r\nIdempotency-Key: {name}");
    let (status, json) = server.api("POST", "/api/v1/calls", &headers, body)?;
    assert_eq!(status, 201, "{json}");
    let id = json["call"]["id"].as_i64().unwrap();
    known.lock().unwrap().get_mut(name).unwrap().0 = Some(id);
    for event in ["dialed", "connected", "converted", "ended"] {
        let body = format!(r#"{{"event_id": "{event}", "event": "{event}", "revenue": 1.5}}"#);
        let (status, json) = server.api("PUT", &format!("/api/v1/calls/{id}"), "", &body)?;
        assert_eq!(status, 200, "{json}");
        known.lock().unwrap().get_mut(name).unwrap().1.push(event.to_owned());
        count.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

#[test]
fn a_call_that_nobody_ends_gives_back_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder);
    let key = key(&database);
    let server = Server::on(&database, key.clone(), tempfile::tempdir().unwrap(), &[]);
    let group = server.group(r#", "attempt_daily_limit": 1"#);
    server.kill();
    // It came ten minutes ago, and its client was never heard of again.
    let zones = std::sync::Arc::new(server::BundledZones::default());
    let store = store::Store::open(&database, zones, store::Settings::default()).unwrap();
    let company = store.read(|reader| reader.company_named("Northline")).unwrap().unwrap().id;
    let user = store.read(|reader| reader.owner(company)).unwrap().id;
    let actor = store::Actor { company, user, key: None };
    let then = server::system_clock().plus_ms(-10 * 60_000);
    let new = store::NewCall { group: domain::Id::new(group), ..Default::default() };
    let call = store.write_now(move |writer| writer.take_call(&actor, &new, 1, then)).unwrap();
    store.close();
    drop(store);

    let server = Server::on(&database, key, tempfile::tempdir().unwrap(), &[]);
    let started = Instant::now();
    let told = loop {
        let told = server.get(&format!("/api/v1/calls/{call}?root=false"));
        if told["status"] != "dialing" || started.elapsed() > Duration::from_secs(20) {
            break told;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!((&told["status"], &told["steps"][0]["outcome"]), (&"expired".into(), &"expired".into()));
    let group = server.get(&format!("/api/v1/buyer_groups/{group}?root=false&columns=maxed_out"));
    assert_eq!(group["maxed_out"], false);
}

#[test]
fn a_counter_that_is_not_what_its_calls_add_up_to_is_named() {
    let Some(database) = postgres() else { return };
    let server = Server::on(&database, key(&database), tempfile::tempdir().unwrap(), &[]);
    let group = server.group("");
    let taken =
        server.api("POST", "/api/v1/calls", "", &format!(r#"{{"buyer_group_id": {group}}}"#)).unwrap();
    assert_eq!(taken.0, 201);
    assert!(verify(&database).status.success());
    let mut client = postgres::Client::connect(&database, postgres::NoTls).unwrap();
    client.batch_execute("UPDATE call_limits SET attempt_total_used = 70000").unwrap();
    let found = verify(&database);
    assert_eq!(found.status.code(), Some(1));
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert_eq!(
        said,
        format!("Northline: buyer group {group}, “West”: attempt_total_used is 7, and its calls come to 0\n")
    );
    assert!(String::from_utf8_lossy(&found.stderr).contains("1 counter is not what its calls add up to"));
}

#[test]
fn the_demonstration_can_keep_calls_coming() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder);
    let options = ["--demo", "--demo-calls", "1200", "--log", "debug"];
    let server = Server::on(&database, Default::default(), tempfile::tempdir().unwrap(), &options);
    let store = {
        let zones = std::sync::Arc::new(server::BundledZones::default());
        store::Store::open(&database, zones, store::Settings::default()).unwrap()
    };
    let company = store.read(|reader| reader.company_named("Northline Media")).unwrap().unwrap();
    let total = || {
        let params = domain::Params::default();
        let zones = server::BundledZones::default();
        let query =
            domain::ListQuery::parse(domain::Resource::Call, &params, domain::Format::Json, "UTC", &zones);
        let now = server::system_clock();
        store.read(|reader| reader.list(&company, &query.unwrap(), now)).unwrap().metadata.total_count
    };
    let (before, started) = (total(), Instant::now());
    assert!(before >= 200, "three days of calls: {before}");
    while total() < before + 40 {
        assert!(started.elapsed() < Duration::from_secs(30), "{}: {}", total(), server.log());
        std::thread::sleep(Duration::from_millis(100));
    }
    server.terminate();
    let found = run(program().args(["verify", "--database", &database]));
    assert_eq!(stdout(&found), "Every counter is what its calls add up to.\n");
}
