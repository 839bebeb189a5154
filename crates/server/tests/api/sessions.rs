//! The session of the admin page.

use serde_json::Value;
use server::accounts;

use super::support::{Answer, Api, JSON, now};

const SESSION: &str = "/api/v1/session";
const ORIGIN: (&str, &str) = ("origin", "http://127.0.0.1:8080");
const NO_KEY: (&str, &str) = ("authorization", "");

/// A sign-in token of the company's owner.
fn token(api: &Api) -> String {
    let address =
        accounts::sign_in_address(api.store(), api.company, "http://127.0.0.1:8080", 60_000, now()).unwrap();
    address.strip_prefix("http://127.0.0.1:8080/sign-in#").unwrap().to_owned()
}

async fn sign_in(api: &Api, token: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[NO_KEY, JSON], headers].concat();
    api.call("POST", SESSION, &headers, &format!(r#"{{"token": "{token}"}}"#)).await
}

/// The cookie of a new session.
pub(crate) async fn cookie(api: &Api) -> String {
    let answer = sign_in(api, &token(api), &[ORIGIN]).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_signs_in_once() {
    let api = Api::new();
    let token = token(&api);
    let answer = sign_in(&api, &token, &[ORIGIN]).await;
    assert_eq!(answer.status, 201);
    let session = answer.json()["session"].clone();
    assert_eq!(
        (&session["user"]["name"], &session["company"]["name"]),
        (&"Owner".into(), &"Northline Media".into())
    );
    assert_eq!(
        (&session["company"]["time_zone"], &session["company"]["currency"]),
        (&"America/New_York".into(), &"USD".into())
    );
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("buyer_groups_session=") && cookie.contains("HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    let again = sign_in(&api, &token, &[ORIGIN]).await;
    assert_eq!((again.status, again.header("www-authenticate")), (401, "Session"));
    assert_eq!(sign_in(&api, "", &[]).await.status, 422);
}

#[tokio::test]
async fn reading_never_uses_a_token_up() {
    let api = Api::new();
    let token = token(&api);
    for path in [format!("/sign-in?token={token}"), format!("{SESSION}?token={token}")] {
        api.call("GET", &path, &[NO_KEY], &format!(r#"{{"token": "{token}"}}"#)).await;
    }
    assert_eq!(sign_in(&api, &token, &[]).await.status, 201);
}

#[tokio::test]
async fn a_session_reads_and_writes_from_its_own_page_only() {
    let api = Api::new();
    let cookie = cookie(&api).await;
    let cookie = ("cookie", cookie.as_str());
    let answer = api.call("GET", SESSION, &[NO_KEY, cookie], "").await;
    assert_eq!((answer.status, answer.json()["session"]["user"]["name"].clone()), (200, "Owner".into()));
    assert_eq!(api.call("GET", "/api/v1/buyer_groups", &[NO_KEY, cookie], "").await.status, 200);
    let create = |origin: &'static [(&'static str, &'static str)]| {
        let headers = [&[NO_KEY, cookie, JSON], origin].concat();
        let api = &api;
        async move { api.call("POST", "/api/v1/buyer_groups", &headers, r#"{"name": "West"}"#).await.status }
    };
    assert_eq!(create(&[ORIGIN]).await, 201);
    assert_eq!(create(&[("origin", "http://localhost:8080")]).await, 201);
    for foreign in [
        &[][..],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:8081")],
    ] {
        assert_eq!(create(foreign).await, 403, "{foreign:?}");
    }
}

#[tokio::test]
async fn pages_from_elsewhere_sign_nobody_in_or_out() {
    let api = Api::new();
    let token = token(&api);
    let foreign = ("origin", "http://evil.example");
    assert_eq!(sign_in(&api, &token, &[foreign]).await.status, 403);
    let cookie = cookie(&api).await;
    assert_eq!(api.call("DELETE", SESSION, &[NO_KEY, ("cookie", &cookie), foreign], "").await.status, 403);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let api = Api::new();
    let cookie = cookie(&api).await;
    let cookie = ("cookie", cookie.as_str());
    let answer = api.call("DELETE", SESSION, &[NO_KEY, cookie, ORIGIN], "").await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    let answer = api.call("GET", SESSION, &[NO_KEY, cookie], "").await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Session"));
    assert_eq!(api.call("GET", "/api/v1/buyer_groups", &[NO_KEY, cookie], "").await.status, 401);
    assert_eq!(api.call("DELETE", SESSION, &[NO_KEY], "").await.status, 204);
    assert_eq!(api.call("GET", SESSION, &[NO_KEY], "").await.json()["success"], Value::Bool(false));
}

#[tokio::test]
async fn an_address_expires() {
    let api = Api::new();
    let earlier = now().plus_ms(-60_000);
    let address = accounts::sign_in_address(api.store(), api.company, "", 60_000, earlier).unwrap();
    assert_eq!(sign_in(&api, address.strip_prefix("/sign-in#").unwrap(), &[]).await.status, 401);
}
