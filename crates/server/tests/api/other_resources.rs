//! Buyers, offers and the company: the same machinery on other fields.

use serde_json::{Value, json};

use super::support::Api;

#[tokio::test]
async fn a_buyer_has_its_own_fields() {
    let api = Api::new();
    let body = r#"{"name": "One", "user_buyer_id": "loan-22-en", "phone_number": "(415) 555-0134",
        "concurrency_cap_limit": "5", "time_zone": "PST", "paused": "yes"}"#;
    let answer = api.post("/api/v1/buyers", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    for (column, value) in [
        ("type", json!("Buyer")),
        ("user_buyer_id", json!("loan-22-en")),
        ("phone_number", json!("+14155550134")),
        ("concurrency_cap_limit", json!(5)),
        ("time_zone", json!("PST")),
        ("paused", json!(true)),
        ("buyer_groups_count", json!(0)),
    ] {
        assert_eq!(answer.column(column), value, "{column}");
    }
    let twice = api.post("/api/v1/buyers", r#"{"name": "Two", "user_buyer_id": "loan-22-en"}"#).await;
    assert!(twice.json()["errors"]["user_buyer_id"].is_array(), "{}", twice.text);
    let id = answer.column("id");
    api.group(&format!(r#"{{"name": "West", "buyer_ids": [{id}]}}"#)).await;
    let answer = api.get(&format!("/api/v1/buyers/{id}?columns=buyer_group_ids,buyer_groups_count")).await;
    assert_eq!(answer.column("buyer_groups_count"), 1);
    assert_eq!(api.get("/api/v1/buyers?fulltext=LOAN-22").await.ids().len(), 1);
    assert_eq!(api.get("/api/v1/buyers?paused=false").await.ids().len(), 0);
}

#[tokio::test]
async fn an_offer_names_the_groups_that_serve_it() {
    let api = Api::new();
    let (a, b) = (api.group(r#"{"name": "A"}"#).await, api.group(r#"{"name": "B"}"#).await);
    let body = format!(
        r#"{{"name": "Auto", "user_offer_id": "auto-us", "expected_revenue": 12.50, "buyer_group_ids": [{b}, {a}]}}"#
    );
    let answer = api.post("/api/v1/offers", &body).await;
    assert_eq!(answer.column("buyer_group_ids"), json!([b, a]));
    assert_eq!(
        (answer.column("expected_revenue"), answer.column("buyer_groups_count")),
        (json!(12.5), json!(2))
    );
    let id = answer.column("id");
    let group = api.get(&format!("/api/v1/buyer_groups/{a}?columns=offer_ids")).await;
    assert_eq!(group.column("offer_ids"), json!([id]));
    let answer = api.put(&format!("/api/v1/offers/{id}"), r#"{"buyer_group_ids": []}"#).await;
    assert_eq!(answer.column("buyer_groups_count"), 0);
}

#[tokio::test]
async fn the_company_has_a_name_a_zone_and_a_currency() {
    let api = Api::new();
    let answer = api.get("/api/v1/company").await;
    assert_eq!((answer.status, answer.column("name")), (200, "Northline Media".into()));
    assert_eq!(
        (answer.column("time_zone"), answer.column("currency")),
        ("America/New_York".into(), "USD".into())
    );
    let tag = answer.header("etag").to_owned();
    let body = r#"{"name": "Northline", "time_zone": "Europe/Berlin", "currency": "eur"}"#;
    let headers = [super::support::JSON, ("if-match", tag.as_str())];
    let answer = api.call("PUT", "/api/v1/company", &headers, body).await;
    assert_eq!((answer.status, answer.column("currency")), (200, "EUR".into()), "{}", answer.text);
    let stale = api.call("PUT", "/api/v1/company", &headers, body).await;
    assert_eq!((stale.status, stale.json()["company"]["name"].clone()), (412, "Northline".into()));
    let group = api.post("/api/v1/buyer_groups?columns=daily_resets_at", r#"{"name": "West"}"#).await;
    assert_eq!(group.column("daily_resets_at"), "2026-11-24T23:00:00.000+00:00");
    for body in [r#"{"name": ""}"#, r#"{"time_zone": null}"#, r#"{"currency": "XYZ"}"#] {
        assert_eq!(api.put("/api/v1/company", body).await.status, 422, "{body}");
    }
    assert_eq!(api.get("/api/v1/company?columns=name&root=false").await.text, r#"{"name":"Northline"}"#);
    assert_ne!(api.get("/api/v1/company").await.column("id"), Value::Null);
}
