//! Webhooks from the real program to a real receiver.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::Server;

const ALLOWED: &[&str] = &["--allow-private-webhooks"];

/// What the receiver got.
#[derive(Debug)]
struct Post {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Post {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The secrets of these that have signed it, in the order of the signatures.
    fn signed_by<'a>(&self, secrets: &[&'a str]) -> Vec<&'a str> {
        let signed = format!("{}.{}", self.header("x-buyer-groups-timestamp"), self.body);
        let hex = |secret: &str| {
            let mut hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
            hmac.update(signed.as_bytes());
            hmac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let signatures = self.header("x-buyer-groups-signature").split(',').filter(|part| !part.is_empty());
        signatures
            .map(|signature| {
                let signature = signature.strip_prefix("v1=").unwrap();
                *secrets.iter().find(|secret| hex(secret) == signature).unwrap_or(&"nobody")
            })
            .collect()
    }
}

/// A receiver that answers with what it is told to, and 204 from then on.
struct Webhook {
    url: String,
    posts: Receiver<Post>,
    answers: Sender<&'static str>,
}

impl Webhook {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/alerts?to=me", listener.local_addr().unwrap());
        let ((sender, posts), (answers, told)) = (channel(), channel::<&'static str>());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let post = receive(&stream);
                let answer = told.try_recv().unwrap_or("204 No Content");
                write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").unwrap();
                if sender.send(post).is_err() {
                    return;
                }
            }
        });
        Self { url, posts, answers }
    }

    /// The next post, which must come soon.
    fn next(&self) -> Post {
        self.posts.recv_timeout(Duration::from_secs(30)).expect("nothing was posted")
    }

    /// Nothing more comes for a while.
    fn rests(&self) {
        if let Ok(post) = self.posts.recv_timeout(Duration::from_secs(3)) {
            panic!("unexpected: {post:?}");
        }
    }
}

fn receive(stream: &TcpStream) -> Post {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let first = line();
    let lines = std::iter::repeat_with(&mut line).take_while(|line| !line.is_empty());
    let headers: Vec<(String, String)> = lines
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        })
        .collect();
    let mut post = Post { line: first, headers, body: String::new() };
    let mut body = vec![0; post.header("content-length").parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    post.body = String::from_utf8(body).unwrap();
    post
}

impl Server {
    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let head = format!("{method} {path} HTTP/1.1\r\n{}\r\nContent-Type: application/json", self.basic());
        let answer = self.ask(&head, &body.to_string());
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        serde_json::from_str(body).unwrap()
    }

    fn webhook(&self, url: &str) {
        self.send("PUT", "/api/v1/company", &json!({"webhook_url": url}));
    }

    fn secret(&self) -> String {
        let made = self.send("POST", "/api/v1/company/webhook_secret", &json!({}));
        made["webhook_secret"].as_str().unwrap().to_owned()
    }

    /// Has a new group fill its cap: an alert.
    fn alert(&self, name: &str) {
        let buyer = json!({"name": name, "user_buyer_id": name, "phone_number": "+14155550101"});
        let buyer = self.send("POST", "/api/v1/buyers", &buyer)["buyer"]["id"].clone();
        let group = json!({"name": name, "buyer_ids": [buyer], "attempt_daily_limit": 1});
        let group = self.send("POST", "/api/v1/buyer_groups", &group)["buyer_group"]["id"].clone();
        let call =
            self.send("POST", "/api/v1/calls", &json!({"buyer_group_id": group}))["call"]["id"].clone();
        self.send("PUT", &format!("/api/v1/calls/{call}"), &json!({"event_id": "1", "event": "dialed"}));
    }

    fn state(&self) -> Value {
        self.send("GET", "/api/v1/company/webhook", &json!({}))["webhook"].clone()
    }

    /// Waits until something is so of the webhook.
    fn wait(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        for _ in 0..100 {
            if is_so(&self.state()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{what}: {}", self.state());
    }
}

#[test]
fn an_alert_is_posted_signed_and_again_when_it_was_not_taken() {
    let (server, webhook) = (Server::start(ALLOWED), Webhook::new());
    server.webhook(&webhook.url);
    let one = server.secret();
    webhook.answers.send("500 Internal Server Error").unwrap();
    webhook.answers.send("302 Found\r\nLocation: /elsewhere").unwrap();
    server.alert("West");

    let first = webhook.next();
    assert_eq!(first.line, "POST /alerts?to=me HTTP/1.1");
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(first.signed_by(&[&one]), [one.as_str()]);
    let body: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(body["type"], "cap.full");
    assert_eq!(body["id"], first.header("x-buyer-groups-id"));
    assert_eq!(body["alert"]["message"], "West: attempts per day at the limit, 1 of 1.");

    // Meanwhile the secret is changed: both sign.
    let two = server.secret();
    let second = webhook.next();
    assert_eq!(
        (&second.body, second.header("x-buyer-groups-id")),
        (&first.body, first.header("x-buyer-groups-id"))
    );
    assert_eq!(second.signed_by(&[&one, &two]), [two.as_str(), one.as_str()]);
    // Nothing came to where the redirect pointed: the next one is a third attempt.
    server.wait("a redirect is a failure", |state| {
        state["failure"] == "It answered 302; redirects are not followed."
    });
    let third = webhook.next();
    assert_eq!(third.line, "POST /alerts?to=me HTTP/1.1");
    assert_eq!(third.body, first.body);
    server.wait("it has arrived", |state| state["pending"] == 0 && state["failure"].is_null());
    webhook.rests();
}

#[test]
fn what_is_in_the_outbox_outlives_a_crash() {
    let (mut server, webhook) = (Server::start(ALLOWED), Webhook::new());
    // Nobody listens there.
    server.webhook("http://127.0.0.1:9/");
    server.alert("West");
    server.wait("it has failed", |state| state["pending"] == 1 && !state["failure"].is_null());
    server.crash_and_start(ALLOWED);
    server.webhook(&webhook.url);
    let post = webhook.next();
    assert_eq!(post.header("x-buyer-groups-signature"), "", "there is no secret yet");
    assert_eq!(serde_json::from_str::<Value>(&post.body).unwrap()["alert"]["buyer_group_name"], "West");
    server.wait("it has arrived", |state| state["pending"] == 0);
    webhook.rests();
}

#[test]
fn a_test_says_what_came_of_it_and_private_targets_are_not_called() {
    let (mut server, webhook) = (Server::start(ALLOWED), Webhook::new());
    server.webhook(&webhook.url);
    let secret = server.secret();
    let test = |server: &Server| {
        server.send("POST", "/api/v1/company/webhook_test", &json!({}))["webhook_test"].clone()
    };
    assert_eq!(test(&server), json!({"delivered": true, "answer": 204, "failure": null}));
    let post = webhook.next();
    assert_eq!(post.signed_by(&[&secret]), [secret.as_str()]);
    assert_eq!(serde_json::from_str::<Value>(&post.body).unwrap()["type"], "webhook.test");
    webhook.answers.send("410 Gone").unwrap();
    assert_eq!(test(&server)["failure"], "It answered 410.");
    webhook.next();

    // TLS to somebody who has none.
    server.webhook(&webhook.url.replace("http://", "https://"));
    // The receiver cannot read it and goes.
    assert!(test(&server)["failure"].as_str().is_some_and(|why| why.contains("TLS")), "{}", test(&server));

    // What was allowed once is not called by a server that does not allow it.
    let webhook = Webhook::new();
    server.webhook(&webhook.url.replace("127.0.0.1", "localhost"));
    server.crash_and_start(&[]);
    assert_eq!(test(&server)["failure"], "Its address must start with https://.");
    server.alert("West");
    server.wait("it is refused", |state| !state["failure"].is_null());
    webhook.rests();
}
