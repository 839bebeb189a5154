//! Points 10 and 20: what several writers need, and what a careful one asks for.

use serde_json::json;

use super::support::{Api, JSON};

const LIST: &str = "/api/v1/buyer_groups";

#[tokio::test]
async fn the_etag_is_the_revision_whatever_the_columns() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let path = format!("{LIST}/{id}");
    assert_eq!(api.get(&path).await.header("etag"), "\"1\"");
    assert_eq!(api.get(&format!("{path}?columns=name")).await.header("etag"), "\"1\"");
    assert_eq!(api.put(&path, r#"{"tier": 2}"#).await.header("etag"), "\"2\"");
    assert_eq!(api.put(&path, r#"{"tier": 2}"#).await.header("etag"), "\"2\"", "nothing was changed");
    assert_eq!(api.put(&path, r#"{"reset_total_caps": true}"#).await.header("etag"), "\"2\"");
}

#[tokio::test]
async fn a_lost_race_names_who_changed_what() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let path = format!("{LIST}/{id}");
    let write = |tag: &'static str, body: &'static str| {
        let (api, path) = (&api, &path);
        async move { api.call("PUT", path, &[JSON, ("if-match", tag)], body).await }
    };
    assert_eq!(write("\"1\"", r#"{"weight": 4}"#).await.status, 200);
    let lost = write("\"1\"", r#"{"weight": 5}"#).await;
    assert_eq!(lost.status, 412);
    let json = lost.json();
    assert_eq!((&json["success"], &json["status"]), (&false.into(), &412.into()));
    assert_eq!((&json["buyer_group"]["weight"], &json["buyer_group"]["revision"]), (&4.into(), &2.into()));
    assert_eq!(json["changes"][0]["fields"], json!({"weight": {"before": 1, "after": 4}}));
    assert_eq!((&json["changes"][0]["revision"], &json["changes"][0]["by"]), (&2.into(), &"Owner".into()));
    for (tag, status) in [("W/\"2\"", 412), ("\"x\"", 412), ("2", 412), ("\"1\", \"2\"", 200), ("*", 200)] {
        assert_eq!(write(tag, "{}").await.status, status, "{tag}");
    }
    let delete = api.call("DELETE", &path, &[("if-match", "\"1\"")], "").await;
    assert_eq!(delete.status, 412);
    assert_eq!(api.call("DELETE", &path, &[("if-match", "\"2\"")], "").await.status, 200);
    assert_eq!(api.call("PUT", &path, &[JSON, ("if-match", "\"9\"")], "{}").await.status, 404);
}

#[tokio::test]
async fn a_request_that_is_sent_twice_is_carried_out_once() {
    let api = Api::new();
    let create = |key: &'static str, body: &'static str| {
        let api = &api;
        async move { api.call("POST", LIST, &[JSON, ("idempotency-key", key)], body).await }
    };
    let first = create("a", r#"{"name": "West"}"#).await;
    let again = create("a", r#"{"name": "West"}"#).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("etag"), "\"1\"");
    let other = create("a", r#"{"name": "East"}"#).await;
    assert_eq!(other.json()["errors"]["Idempotency-Key"][0], "must be new: another request came with it");
    assert_eq!(create("b", r#"{"name": ""}"#).await.status, 422);
    assert_eq!(create("b", r#"{"name": "Mended"}"#).await.status, 201, "a refusal changed nothing");
    assert_eq!(api.get(LIST).await.ids().len(), 2);
    let long = "x".repeat(256);
    let answer = api.call("POST", LIST, &[JSON, ("idempotency-key", &long)], r#"{"name": "West"}"#).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn a_dry_run_answers_and_changes_nothing() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let path = format!("{LIST}/{id}");
    let answer = api.put(&format!("{path}?dry_run=true"), r#"{"name": "East"}"#).await;
    assert_eq!((answer.status, answer.column("name")), (200, "East".into()));
    assert_eq!(api.put(&path, r#"{"name": "East", "dry_run": "yes"}"#).await.column("name"), "East");
    assert_eq!(api.get(&path).await.column("name"), "West");
    assert_eq!(api.post(&format!("{LIST}?dry_run=1"), r#"{"name": "North"}"#).await.status, 201);
    assert_eq!(api.call("DELETE", &format!("{path}?dry_run=on"), &[], "").await.status, 200);
    assert_eq!(api.post(&format!("{LIST}?dry_run=1"), r#"{"name": ""}"#).await.status, 422);
    assert_eq!(api.get(LIST).await.ids(), [id]);
    assert_eq!(api.post(&format!("{LIST}?dry_run=perhaps"), r#"{"name": "x"}"#).await.status, 422);
}

#[tokio::test]
async fn a_client_may_send_back_what_it_read() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let read = api.get(&format!("{LIST}/{id}?root=false")).await.text;
    let answer = api.put(&format!("{LIST}/{id}"), &read).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("x-ignored-parameters").starts_with("id, legacy_id, type, uuid"));
    assert_eq!(answer.header("etag"), "\"1\"");
}

#[tokio::test]
async fn a_strict_caller_hears_of_unknown_parameters() {
    let api = Api::new();
    let answer = api.post(LIST, r#"{"name": "West", "colour": "red"}"#).await;
    assert_eq!((answer.status, answer.header("x-ignored-parameters")), (201, "colour"));
    let headers = [JSON, ("prefer", "handling=strict")];
    let answer = api.call("POST", LIST, &headers, r#"{"name": "West", "colour": "red"}"#).await;
    assert_eq!((answer.status, answer.error().as_str()), (422, "colour is not a parameter of this request."));
    assert_eq!(api.call("POST", LIST, &headers, r#"{"name": "West", "dry_run": true}"#).await.status, 201);
}

#[tokio::test]
async fn of_many_at_once_with_one_key_one_is_carried_out() {
    let api = Api::new();
    let create = || api.call("POST", LIST, &[JSON, ("idempotency-key", "a")], r#"{"name": "West"}"#);
    let answers = futures_util::future::join_all((0..16).map(|_| create())).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (201, &answers[0].text));
    }
    assert_eq!(api.get(LIST).await.ids().len(), 1);
}

#[tokio::test]
async fn a_full_disk_is_said_and_what_was_acknowledged_stays() {
    let api = Api::on_a_small_disk();
    let mut made = 0;
    let refused = loop {
        let key = format!("{made}-{}", "k".repeat(200));
        let answer = api.call("POST", LIST, &[JSON, ("idempotency-key", &key)], r#"{"name": "West"}"#).await;
        if answer.status != 201 {
            break answer;
        }
        made += 1;
        assert!(made < 2_000, "the disk never fills");
    };
    assert_eq!(refused.status, 507);
    assert_eq!(refused.error(), "The server's disk is full. Nothing was changed.");
    assert_eq!(api.get(&format!("{LIST}?per_page=1")).await.json()["metadata"]["total_count"], made);
}
