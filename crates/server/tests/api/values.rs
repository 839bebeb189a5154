//! Points 6, 8, 9, 13, 14 and 18: what values are sent and taken.

use serde_json::{Value, json};

use super::support::{Api, NOW};

const LIST: &str = "/api/v1/buyer_groups";

#[tokio::test]
async fn a_new_group_has_the_documented_forms() {
    let api = Api::new();
    let answer = api.post(LIST, r#"{"name": "West"}"#).await;
    let id = answer.column("id");
    for (column, expected) in [
        ("legacy_id", id.clone()),
        ("type", "BuyerGroup".into()),
        ("created_at", NOW.into()),
        ("updated_at", NOW.into()),
        ("deleted_at", Value::Null),
        ("routes_show_path", format!("/buyer_groups/{id}").into()),
        ("routes_edit_path", format!("/buyer_groups/{id}/edit").into()),
        ("buyer_ids", json!([])),
        ("buyers_count", 0.into()),
        ("maxed_out", false.into()),
        ("tier", 1.into()),
        ("weight", 1.into()),
        ("paused", false.into()),
        ("dial_buyers_type", "sequentially".into()),
        ("attempt_daily_used", 0.into()),
        ("attempt_daily_limit", Value::Null),
        ("time_zone", Value::Null),
        ("concurrency_cap_limit", Value::Null),
        ("concurrency_cap_used", 0.into()),
    ] {
        assert_eq!(answer.column(column), expected, "{column}");
    }
    assert!(id.as_i64().unwrap() >= 100_001);
}

#[tokio::test]
async fn decimals_are_exact_and_in_their_shortest_form() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    for (sent, shown) in [
        ("3.0", "3"),
        ("2.50", "2.5"),
        ("-1", "-1"),
        ("\"-1.5\"", "-1.5"),
        ("1e2", "100"),
        ("\"1,500.25\"", "1500.25"),
        ("99999999999.9999", "99999999999.9999"),
        ("0.0001", "0.0001"),
    ] {
        let answer =
            api.put(&format!("{LIST}/{id}?columns=tier&root=false"), &format!(r#"{{"tier": {sent}}}"#)).await;
        assert_eq!(answer.text, format!(r#"{{"tier":{shown}}}"#), "{sent}");
    }
    for (sent, rule) in [
        ("0.00001", "must have at most 4 digits after the point"),
        ("0.1000000000000000055511151231257827", "must have at most 4 digits after the point"),
        ("100000000000", "must have at most 11 digits before the point"),
        ("1e400", "must have at most 11 digits before the point"),
        ("\"1,5\"", "must be a decimal number: use a point instead of the comma"),
        ("\"NaN\"", "must be a decimal number"),
        ("true", "must be a decimal number"),
        ("[1]", "must be a decimal number"),
        ("{\"a\": 1}", "must be a decimal number"),
    ] {
        let answer = api.put(&format!("{LIST}/{id}"), &format!(r#"{{"tier": {sent}}}"#)).await;
        assert_eq!((answer.status, &answer.json()["errors"]["tier"][0]), (422, &rule.into()), "{sent}");
    }
}

#[tokio::test]
async fn booleans_in_every_form() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let path = format!("{LIST}/{id}");
    for (sent, is_paused) in [
        ("1", true),
        ("false", false),
        ("\"TRUE\"", true),
        ("\"0\"", false),
        ("\"yes\"", true),
        ("\"No\"", false),
        ("\"on\"", true),
        ("\"off\"", false),
    ] {
        assert_eq!(
            api.put(&path, &format!(r#"{{"paused": {sent}}}"#)).await.column("paused"),
            is_paused,
            "{sent}"
        );
    }
    for sent in ["\"\"", "null", "2", "\"maybe\"", "[]"] {
        assert_eq!(api.put(&path, &format!(r#"{{"paused": {sent}}}"#)).await.status, 422, "{sent}");
    }
}

#[tokio::test]
async fn blanks_clear_what_the_document_says() {
    let api = Api::new();
    let buyer = api.buyer("one").await;
    let body = format!(r#"{{"name": "West", "buyer_ids": [{buyer}], "attempt_daily_limit": 10.5}}"#);
    let id = api.group(&body).await;
    let path = format!("{LIST}/{id}");
    assert_eq!(api.get(&path).await.column("attempt_daily_limit"), 10.5);
    for blank in ["\"\"", "null", "[]"] {
        api.put(&path, &body).await;
        let answer = api.put(&path, &format!(r#"{{"attempt_daily_limit": {blank}}}"#)).await;
        assert_eq!(answer.column("attempt_daily_limit"), Value::Null, "{blank}");
        let answer = api.put(&path, &format!(r#"{{"buyer_ids": {blank}}}"#)).await;
        assert_eq!(answer.column("buyer_ids"), json!([]), "{blank}");
    }
    api.put(&path, &body).await;
    let answer =
        api.put(&path, r#"{"add_buyer_ids": "", "remove_buyer_ids": [], "add_user_buyer_ids": null}"#).await;
    assert_eq!(answer.column("buyer_ids"), json!([buyer]));
    for name in ["name", "tier", "weight", "paused", "dial_buyers_type"] {
        let answer = api.put(&path, &format!(r#"{{"{name}": ""}}"#)).await;
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.json()["errors"][name].is_array(), "{name}");
    }
    for name in ["weight", "attempt_daily_limit", "revenue_total_limit"] {
        let answer = api.put(&path, &format!(r#"{{"{name}": -1}}"#)).await;
        assert_eq!(answer.json()["errors"][name][0], "must not be below 0", "{name}");
    }
}

#[tokio::test]
async fn a_limit_of_nothing_is_a_cap() {
    let api = Api::new();
    let answer = api
        .post(&format!("{LIST}?columns=maxed_out,state"), r#"{"name": "West", "attempt_daily_limit": 0}"#)
        .await;
    assert_eq!((answer.column("maxed_out"), answer.column("state")), (true.into(), "maxed_out".into()));
}

#[tokio::test]
async fn every_limit_can_be_set_and_read() {
    let api = Api::new();
    let limits: Vec<&str> = domain::Resource::BuyerGroup
        .writable()
        .map(|field| field.name)
        .filter(|name| name.ends_with("_limit"))
        .collect();
    assert_eq!(limits.len(), 21);
    let body: Vec<String> =
        limits.iter().enumerate().map(|(index, name)| format!("\"{name}\": {index}")).collect();
    let answer = api.post(LIST, &format!(r#"{{"name": "West", {}}}"#, body.join(", "))).await;
    for (index, name) in limits.iter().enumerate() {
        assert_eq!(answer.column(name), index, "{name}");
    }
}

#[tokio::test]
async fn pausing_says_when_and_by_whom() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let answer = api.put(&format!("{LIST}/{id}"), r#"{"paused": true}"#).await;
    assert_eq!(answer.column("paused_at"), NOW);
    assert!(answer.column("paused_by_user_id").is_i64());
    let answer = api.put(&format!("{LIST}/{id}"), r#"{"paused": false}"#).await;
    assert_eq!(answer.column("unpaused_at"), NOW);
}

#[tokio::test]
async fn a_team_has_its_rules() {
    let api = Api::new();
    let columns = "columns=generate_team,team_users_emails,team_offer_ids";
    let offer = api.made("/api/v1/offers", r#"{"name": "Auto"}"#).await;
    let body = format!(
        r#"{{"name": "West", "generate_team": true, "team_users_emails": ["a@example.com", "A@EXAMPLE.com"],
            "team_offer_ids": [{offer}]}}"#
    );
    let answer = api.post(&format!("{LIST}?{columns}"), &body).await;
    assert_eq!(answer.column("generate_team"), true);
    assert_eq!(answer.column("team_users_emails"), json!(["a@example.com"]));
    assert_eq!(answer.column("team_offer_ids"), json!([offer]));
    let answer = api.post(LIST, r#"{"name": "East", "team_users_emails": ["a@example.com"]}"#).await;
    assert_eq!(answer.json()["errors"]["team_users_emails"][0], "must be blank while generate_team is false");
    assert_eq!(api.post(LIST, r#"{"name": "East", "team_users_emails": []}"#).await.status, 201);
    let answer = api.post(LIST, r#"{"name": "East", "team_offer_ids": [999]}"#).await;
    assert_eq!(answer.json()["errors"]["team_offer_ids"][0], "must be ids of offers: 999 is not an offer");
}

#[tokio::test]
async fn reset_total_caps_does_nothing_to_a_new_group() {
    let api = Api::new();
    let answer = api.post(LIST, r#"{"name": "West", "reset_total_caps": true}"#).await;
    assert_eq!((answer.status, answer.column("attempt_total_used")), (201, 0.into()));
}

#[tokio::test]
async fn a_time_zone_is_kept_as_it_was_given() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West", "time_zone": "(UTC-08:00) Pacific Time (US & Canada)"}"#).await;
    let answer = api.get(&format!("{LIST}/{id}?columns=time_zone,daily_resets_at")).await;
    assert_eq!(answer.column("time_zone"), "(UTC-08:00) Pacific Time (US & Canada)");
    assert_eq!(answer.column("daily_resets_at"), "2026-11-25T08:00:00.000+00:00");
    assert_eq!(
        api.put(&format!("{LIST}/{id}"), r#"{"time_zone": ""}"#).await.column("time_zone"),
        Value::Null
    );
    assert_eq!(api.put(&format!("{LIST}/{id}"), r#"{"time_zone": "Mars"}"#).await.status, 422);
}
