//! The real program: its commands, its deadlines, its end, what it writes into its log, and what is left of it after
//! kill -9.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod calls;
mod support;
mod webhooks;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use support::{Server, program, run, sqlite, stdout};

#[test]
fn sigterm_finishes_what_is_in_flight() {
    let mut server = Server::start(&[]);
    let mut stream = server.connect();
    let (first, rest) = (r#"{"name": "#, r#""In flight"}"#);
    write!(
        stream,
        "POST /api/v1/buyer_groups HTTP/1.1\r\nHost: x\r\n{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        server.basic(),
        first.len() + rest.len()
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.terminate();
    std::thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(&server.address).is_err(), "no new connections");
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_header_that_does_not_come_is_given_up() {
    let server = Server::start(&[]);
    let started = Instant::now();
    let mut stream = server.connect();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let waited = started.elapsed();
    assert!((9..15).contains(&waited.as_secs()), "{waited:?}");
}

#[test]
fn whoever_comes_when_all_places_are_taken_waits() {
    let server = Server::start(&["--max-connections", "1"]);
    let first = server.connect();
    std::thread::sleep(Duration::from_millis(200));
    let mut second = server.connect();
    second.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    second.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    assert!(second.read(&mut [0; 1]).is_err(), "not served while the first is there");
    drop(first);
    second.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn no_key_and_no_token_gets_into_the_log() {
    let server = Server::start(&["--log", "debug"]);
    let (public, private) = &server.key;
    let token = server.sign_in.split_once('#').unwrap().1;
    let by_header = server.ask(&format!("GET /api/v1/buyer_groups HTTP/1.1\r\n{}", server.basic()), "");
    assert!(by_header.starts_with("HTTP/1.1 200 "), "{by_header}");
    let by_query = server.ask(&format!("GET /api/v1/buyer_groups?auth_token={private} HTTP/1.1"), "");
    assert!(by_query.starts_with("HTTP/1.1 200 "), "{by_query}");
    server.ask(&format!("GET /api/v1/nothing?auth_token={private} HTTP/1.1"), "");
    let body = format!(r#"{{"token": "{token}"}}"#);
    let signed_in = server.ask("POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json", &body);
    assert!(signed_in.starts_with("HTTP/1.1 201 "), "{signed_in}");
    let cookie = signed_in.split_once("buyer_groups_session=").unwrap().1.split(';').next().unwrap();
    server.ask(&format!("GET /api/v1/session HTTP/1.1\r\nCookie: buyer_groups_session={cookie}"), "");

    let log = server.log();
    let encoded = server.basic();
    let encoded = encoded.rsplit_once(' ').unwrap().1;
    for secret in [private, encoded, token, cookie, "auth_token"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let request_id = by_query.split_once("x-request-id: ").unwrap().1.split('\r').next().unwrap();
    let line = log.lines().find(|line| line.contains(request_id)).unwrap();
    for part in ["GET", "/api/v1/buyer_groups", "200", "ms=", "company=1"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(!log.contains(public), "{log}");
}

#[test]
fn keys_are_made_listed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder);
    let keys = |words: &[&str]| run(program().arg("keys").args(words).args(["--database", &database]));
    let made = stdout(&keys(&["create", "--company", "Northline", "--name", "Billing"]));
    let (public, private) = made.trim().split_once(' ').unwrap();
    stdout(&keys(&["create", "--company", "Northline", "--read-only"]));
    let listed = stdout(&keys(&["list", "--company", "Northline"]));
    assert_eq!(listed.lines().count(), 2);
    assert!(listed.contains(public) && listed.contains("Billing") && !listed.contains(private), "{listed}");
    stdout(&keys(&["revoke", public]));
    assert!(stdout(&keys(&["list"])).contains("revoked 20"));
    let again = keys(&["revoke", public]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("There is no key"));
    let zone = keys(&["create", "--company", "Elsewhere", "--time-zone", "Mars"]);
    assert!(String::from_utf8_lossy(&zone.stderr).contains("The time zone must be a time zone"));
    let sign_in = ["sign-in", "--company", "Northline", "--public-url", "https://groups.example.com"];
    let address = stdout(&run(program().args(sign_in).args(["--database", &database])));
    assert!(address.starts_with("https://groups.example.com/sign-in#"), "{address}");
    let nobody = run(program().args(["sign-in", "--company", "Nobody", "--database", &database]));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("There is no company “Nobody”"));
}

#[test]
fn what_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder);
    let missing = folder.path().join("none");
    let missing = missing.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (options, why) in [
        (["--database", &database, "--assets", missing], "The folder of the admin page"),
        (["--database", "mysql://x", "--listen", "127.0.0.1:0"], "sqlite:// or postgres://"),
        (["--database", "sqlite:///nowhere/at/all.db", "--listen", "127.0.0.1:0"], "cannot be opened"),
        (["--database", &database, "--listen", &taken], "cannot be listened on"),
        (["--database", &database, "--public-url", "groups.example.com"], "must be like https://"),
    ] {
        let output = run(program().arg("serve").args(options));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && error.contains(why), "{options:?}: {error}");
    }
}

#[test]
fn every_option_is_explained() {
    let help = stdout(&run(program().args(["help", "serve"])));
    for name in ["LISTEN", "DATABASE", "ASSETS", "PUBLIC_URL", "MAX_CONNECTIONS", "LOG", "DEMO", "DEMO_CALLS"]
    {
        assert!(help.contains(&format!("BUYER_GROUPS_{name}")), "{name} in {help}");
    }
}

/// Opens a stream of changes and reads its greeting.
fn listen(server: &Server) -> TcpStream {
    let mut stream = server.connect();
    write!(
        stream,
        "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}\r\n\r\n",
        server.basic()
    )
    .unwrap();
    let greeting = read_until(&mut stream, "event: hello");
    assert!(greeting.starts_with("HTTP/1.1 200 ") && greeting.contains("text/event-stream"), "{greeting}");
    stream
}

/// Reads until a text has come.
fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut read = Vec::new();
    let mut some = [0; 1_024];
    loop {
        let count = stream.read(&mut some).unwrap();
        read.extend_from_slice(&some[..count]);
        let so_far = String::from_utf8_lossy(&read);
        assert!(count > 0, "the stream ended without {text}: {so_far}");
        if so_far.contains(text) {
            return so_far.into_owned();
        }
    }
}

#[test]
fn a_stream_tells_changes_and_ends_when_the_key_is_revoked() {
    let server = Server::start(&[]);
    let mut stream = listen(&server);
    let head =
        format!("POST /api/v1/buyers HTTP/1.1\r\nContent-Type: application/json\r\n{}", server.basic());
    let made = server.ask(&head, r#"{"name": "One"}"#);
    assert!(made.starts_with("HTTP/1.1 201 "), "{made}");
    read_until(&mut stream, "event: changed\ndata: {\"buyer\":[");
    stdout(&run(program().args(["keys", "revoke", &server.key.0, "--database", &sqlite(&server.folder)])));
    let revoked = Instant::now();
    // Longer than a header may take to arrive: a stream is no request that does not come.
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(revoked.elapsed() < Duration::from_secs(17), "{:?}", revoked.elapsed());
    assert!(!rest.contains("event:"), "{rest}");
}

#[test]
fn sigterm_ends_the_streams() {
    let mut server = Server::start(&[]);
    let mut streams = [listen(&server), listen(&server)];
    server.terminate();
    let ending = Instant::now();
    for stream in &mut streams {
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert!(rest.ends_with("0\r\n\r\n"), "ended as it should: {rest:?}");
    }
    assert!(server.child.wait().unwrap().success());
    assert!(ending.elapsed() < Duration::from_secs(5), "{:?}", ending.elapsed());
}
