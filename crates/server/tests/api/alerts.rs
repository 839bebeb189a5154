//! Alerts over HTTP, and what can be asked of a webhook without sending anything.

use serde_json::json;

use super::support::{Api, JSON, another_company};

/// A company with a group that may be tried once a day, and was: `full`.
async fn full() -> (Api, i64) {
    let api = Api::new();
    let body = r#"{"name": "West 1", "user_buyer_id": "west-1", "phone_number": "+14155550101"}"#;
    let buyer = api.made("/api/v1/buyers", body).await;
    let group =
        api.group(&format!(r#"{{"name": "West", "buyer_ids": [{buyer}], "attempt_daily_limit": 1}}"#)).await;
    let call = api.post("/api/v1/calls", &format!(r#"{{"buyer_group_id": {group}}}"#)).await;
    assert_eq!(call.status, 201, "{}", call.text);
    let call = format!("/api/v1/calls/{}", call.json()["call"]["id"]);
    let dialed = api.put(&call, r#"{"event_id": "1", "event": "dialed"}"#).await;
    assert_eq!(dialed.status, 200, "{}", dialed.text);
    (api, group)
}

#[tokio::test]
async fn a_call_that_fills_a_cap_raises_an_alert() {
    let (api, group) = full().await;
    let answer = api.get("/api/v1/alerts?open=true").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["metadata"]["total_count"], 1);
    let mut alert = answer["alerts"][0].clone();
    assert!(alert["uuid"].as_str().is_some_and(|uuid| uuid.len() == 36));
    alert["uuid"] = json!("");
    assert_eq!(
        alert,
        json!({
            "id": 1, "type": "Alert", "uuid": "", "created_at": "2026-11-24T14:32:00.000+00:00",
            "company_id": api.company, "kind": "full", "buyer_group_id": group, "buyer_group_name": "West",
            "metric": "attempt", "window": "daily", "limit": 1, "used": 1,
            "resets_at": "2026-11-25T05:00:00.000+00:00", "open": true, "read": false,
            "message": "West: attempts per day at the limit, 1 of 1.",
        })
    );

    // Somebody raises the limit.
    api.put(&format!("/api/v1/buyer_groups/{group}"), r#"{"attempt_daily_limit": 100}"#).await;
    let kinds = api.get("/api/v1/alerts?root=false&columns=kind,open,limit").await.json();
    let open = json!({"kind": "full", "open": false, "limit": 1});
    assert_eq!(kinds, json!([{"kind": "released", "open": false, "limit": 100}, open]));
}

#[tokio::test]
async fn the_list_is_narrowed_paged_and_had_as_csv() {
    let (api, group) = full().await;
    api.put(&format!("/api/v1/buyer_groups/{group}"), r#"{"attempt_daily_limit": 100}"#).await;
    let ids = |query: &'static str| {
        let api = &api;
        async move {
            let answer = api.get(&format!("/api/v1/alerts?root=false&columns=id&{query}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            answer.json()
        }
    };
    assert_eq!(ids("").await, json!([{"id": 2}, {"id": 1}]), "the newest first");
    assert_eq!(ids("per_page=1&page=2").await, json!([{"id": 1}]));
    assert_eq!(ids("cursor=1").await, json!([{"id": 2}]), "a walk goes on from the last that was seen");
    for (query, found) in [
        ("kind=released", json!([{"id": 2}])),
        ("metric=revenue", json!([])),
        ("window=daily&metric=attempt&kind=full", json!([{"id": 1}])),
        ("since=2026-11-24%2014:32:00%20UTC", json!([{"id": 2}, {"id": 1}])),
        ("since=2026-11-25", json!([])),
        ("fulltext=below%20the%20LIMIT", json!([{"id": 2}])),
        ("limit_from=50", json!([{"id": 2}])),
    ] {
        assert_eq!(ids(query).await, found, "{query}");
    }
    let csv = api.get("/api/v1/alerts.csv?columns=id,kind,message").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(
        csv.text,
        "id,kind,message\r\n2,released,\"West: attempts per day below the limit again, 1 of 100.\"\r\n\
         1,full,\"West: attempts per day at the limit, 1 of 1.\"\r\n"
    );
    let other = another_company(&api);
    let answer = api.call("GET", "/api/v1/alerts", &[("authorization", &other)], "").await;
    assert_eq!(answer.json()["metadata"]["total_count"], 0);
    let answer =
        api.call("PUT", "/api/v1/alerts/1", &[("authorization", &other), JSON], r#"{"read": true}"#).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn alerts_are_marked_as_read() {
    let (api, group) = full().await;
    api.put(&format!("/api/v1/buyer_groups/{group}"), r#"{"attempt_daily_limit": 100}"#).await;
    let answer = api.put("/api/v1/alerts/1", r#"{"read": true}"#).await;
    assert_eq!((answer.status, &answer.json()["alert"]["read"]), (200, &json!(true)), "{}", answer.text);
    let etag = answer.header("etag").to_owned();
    let answer = api.put("/api/v1/alerts/1", r#"{"read": "no"}"#).await;
    assert_eq!(answer.json()["alert"]["read"], false);
    let stale = api.call("PUT", "/api/v1/alerts/1", &[JSON, ("if-match", &etag)], r#"{"read": true}"#).await;
    assert_eq!(stale.status, 412, "{}", stale.text);
    let answer = api.post("/api/v1/alerts/read", r#"{"up_to": 2}"#).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"status":200,"read":2}"#));
    assert_eq!(api.get("/api/v1/alerts?read=false").await.json()["metadata"]["total_count"], 0);
    for (path, body) in [("/api/v1/alerts/read", "{}"), ("/api/v1/alerts/read", r#"{"up_to": "x"}"#)] {
        assert_eq!(api.post(path, body).await.status, 422);
    }
    let strict = [JSON, ("prefer", "handling=strict")];
    let answer = api.call("PUT", "/api/v1/alerts/1", &strict, r#"{"kind": "near"}"#).await;
    assert_eq!(answer.status, 422, "nothing else can be written");
    assert_eq!(api.delete("/api/v1/alerts/1").await.status, 405);
}

#[tokio::test]
async fn where_webhooks_may_not_go_is_said_when_it_is_set() {
    let api = Api::new();
    for (url, fault) in [
        ("http://example.com/alerts", "must start with https://"),
        ("https://10.0.0.7/alerts", "must not be in a private network: 10.0.0.7"),
        ("https://[::ffff:127.0.0.1]/", "must not be in a private network: ::ffff:127.0.0.1"),
        ("alerts", "must be an address such as https://example.com/alerts"),
        ("https://me:secret@example.com", "must be an address such as https://example.com/alerts"),
    ] {
        let answer = api.put("/api/v1/company", &json!({"webhook_url": url}).to_string()).await;
        assert_eq!(answer.status, 422, "{url}: {}", answer.text);
        assert_eq!(answer.json()["errors"]["webhook_url"], json!([fault]), "{url}");
    }
    let answer = api.post("/api/v1/company/webhook_test", "").await;
    assert_eq!(answer.error(), "Webhook must be set before it can be tried.");
    let answer = api.put("/api/v1/company", r#"{"webhook_url": "https://localhost/alerts"}"#).await;
    assert_eq!(answer.status, 200, "what a name stands for is looked at when something is sent");
    let test = api.post("/api/v1/company/webhook_test", "").await.json();
    assert_eq!(test["webhook_test"]["failure"], "localhost is in a private network.");
    let cleared = api.put("/api/v1/company", r#"{"webhook_url": ""}"#).await;
    assert_eq!(cleared.column("webhook_url"), json!(null));
}

#[tokio::test]
async fn an_alert_share_is_a_percentage() {
    let api = Api::new();
    for share in ["0", "101", "1.5", "-1", "x"] {
        let answer = api.put("/api/v1/company", &json!({"alert_share": share}).to_string()).await;
        assert_eq!(answer.error(), "Alert at must be a whole number from 1 to 100.", "{share}");
    }
    assert_eq!(api.put("/api/v1/company", r#"{"alert_share": 100}"#).await.column("alert_share"), 100);
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let api = Api::new();
    let answer = api.post("/api/v1/company/webhook_secret", "").await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let secret = answer.json()["webhook_secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == 70, "{secret}");
    let other = api.post("/api/v1/company/webhook_secret", "{}").await.json()["webhook_secret"].clone();
    assert_ne!(other, secret.as_str());
    for path in ["/api/v1/company", "/api/v1/company/webhook"] {
        let shown = api.get(path).await;
        assert_eq!(shown.status, 200);
        assert!(!shown.text.contains("whsec_"), "{}", shown.text);
    }
    let webhook = api.get("/api/v1/company/webhook").await.json()["webhook"].clone();
    let (now, tomorrow) = ("2026-11-24T14:32:00.000+00:00", "2026-11-25T14:32:00.000+00:00");
    assert_eq!(
        webhook["secrets"],
        json!([{"created_at": now, "ends_at": null}, {"created_at": now, "ends_at": tomorrow}])
    );
    api.post("/api/v1/company/webhook_secret", r#"{"end_older": true}"#).await;
    let webhook = api.get("/api/v1/company/webhook").await.json()["webhook"].clone();
    assert_eq!(webhook["secrets"], json!([{"created_at": now, "ends_at": null}]));
}
