//! Point 1: who calls.

use server::accounts::{self, KeyOptions};

use super::support::{Api, JSON, another_company, basic, now};

const LIST: &str = "/api/v1/buyer_groups";

#[tokio::test]
async fn a_key_signs_in_by_header_or_by_query() {
    let api = Api::new();
    assert_eq!(api.get(LIST).await.status, 200);
    let by_query = format!("{LIST}?auth_token={}", api.private);
    assert_eq!(api.call("GET", &by_query, &[("authorization", "")], "").await.status, 200);
    let lower = api.basic().replacen("Basic", "basic", 1);
    assert_eq!(api.call("GET", LIST, &[("authorization", &lower)], "").await.status, 200);
}

#[tokio::test]
async fn both_at_once_must_be_the_same() {
    let api = Api::new();
    assert_eq!(api.get(&format!("{LIST}?auth_token={}", api.private)).await.status, 200);
    let answer = api.get(&format!("{LIST}?auth_token=bg_private_other")).await;
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (401, "The keys in Authorization and in auth_token differ.")
    );
}

#[tokio::test]
async fn no_key_or_a_wrong_one_is_challenged() {
    let api = Api::new();
    for authorization in [
        String::new(),
        basic(&api.public, "wrong"),
        basic("wrong", &api.private),
        basic("", ""),
        "Basic !!!".to_owned(),
        "Bearer abc".to_owned(),
        "Basic".to_owned(),
    ] {
        let answer = api.call("GET", LIST, &[("authorization", &authorization)], "").await;
        assert_eq!(answer.status, 401, "{authorization}");
        assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{authorization}");
    }
    let answer = api.call("GET", &format!("{LIST}?auth_token=wrong"), &[("authorization", "")], "").await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn no_password_dialog_opens_over_the_admin_page() {
    let api = Api::new();
    let answer = api.call("GET", LIST, &[("authorization", ""), ("sec-fetch-site", "same-origin")], "").await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Session"));
}

#[tokio::test]
async fn another_companys_record_is_like_one_that_never_was() {
    let api = Api::new();
    let id = api.group(r#"{"name": "Ours"}"#).await;
    let other = another_company(&api);
    let strip = |text: &str| text.split("\"request_id\"").next().unwrap().to_owned();
    for (method, body) in [("GET", ""), ("PUT", r#"{"name": "Theirs"}"#), ("DELETE", "")] {
        let headers = [("authorization", other.as_str()), ("content-type", "application/json")];
        let theirs = api.call(method, &format!("{LIST}/{id}"), &headers, body).await;
        let never = api.call(method, &format!("{LIST}/999999999"), &headers, body).await;
        assert_eq!(theirs.status, 404);
        assert_eq!(strip(&theirs.text), strip(&never.text), "{method}");
    }
    let theirs = api.call("GET", LIST, &[("authorization", &other)], "").await;
    assert_eq!(theirs.ids(), Vec::<i64>::new());
    assert_eq!(api.get(&format!("{LIST}/{id}")).await.column("name"), "Ours");
}

#[tokio::test]
async fn a_key_that_only_reads_is_forbidden_to_write() {
    let api = Api::new();
    let viewer = KeyOptions { read_only: true, ..KeyOptions::default() };
    let key = accounts::create_key(api.store(), api.company, &viewer, now()).unwrap();
    let authorization = basic(&key.public, &key.private);
    let headers = [("authorization", authorization.as_str()), JSON];
    assert_eq!(api.call("GET", LIST, &headers, "").await.status, 200);
    let answer = api.call("POST", LIST, &headers, r#"{"name": "West"}"#).await;
    assert_eq!((answer.status, answer.error().as_str()), (403, "This key may read, not change."));
}

#[tokio::test]
async fn a_key_may_refuse_to_be_sent_in_the_query() {
    let api = Api::new();
    let header_only = KeyOptions { no_query_auth: true, ..KeyOptions::default() };
    let key = accounts::create_key(api.store(), api.company, &header_only, now()).unwrap();
    let authorization = basic(&key.public, &key.private);
    assert_eq!(api.call("GET", LIST, &[("authorization", &authorization)], "").await.status, 200);
    let by_query = format!("{LIST}?auth_token={}", key.private);
    assert_eq!(api.call("GET", &by_query, &[("authorization", "")], "").await.status, 401);
}

#[tokio::test]
async fn a_company_may_refuse_keys_in_the_query() {
    let api = Api::new();
    let by_query = format!("/api/v1/company?auth_token={}", api.private);
    assert_eq!(api.get("/api/v1/company").await.column("query_auth"), true);
    for (set, status) in [("off", 401), ("on", 200)] {
        let answer = api.put("/api/v1/company", &format!(r#"{{"query_auth": "{set}"}}"#)).await;
        assert_eq!((answer.status, answer.column("query_auth")), (200, (set == "on").into()));
        let answer = api.call("GET", &by_query, &[("authorization", "")], "").await;
        assert_eq!(answer.status, status, "{set}: {}", answer.text);
        // The header holds, also beside the same key in the address.
        assert_eq!(api.get(&by_query).await.status, 200);
    }
    assert_eq!(api.put("/api/v1/company", r#"{"query_auth": ""}"#).await.status, 422);
}

#[tokio::test]
async fn a_revoked_key_opens_nothing() {
    let api = Api::new();
    accounts::revoke_key(api.store(), &api.public, now()).unwrap();
    assert_eq!(api.get(LIST).await.status, 401);
    let by_query = format!("{LIST}?auth_token={}", api.private);
    assert_eq!(api.call("GET", &by_query, &[("authorization", "")], "").await.status, 401);
}

#[tokio::test]
async fn keys_are_read_with_or_without_padding() {
    let api = Api::new();
    let padded = api.basic();
    for header in [padded.trim_end_matches('=').to_owned(), padded.replace("Basic ", "basic  ")] {
        let answer = api.call("GET", "/api/v1/company", &[("authorization", &header)], "").await;
        assert_eq!(answer.status, 200, "{header}");
    }
}
