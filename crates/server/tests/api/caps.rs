//! How full the caps of groups are, in JSON, in CSV, and of one group.

use serde_json::{Value, json};

use super::support::{Api, another_company, basic};

async fn api_with_caps() -> (Api, i64, i64, i64) {
    let api = Api::new();
    let offer = |group: i64| format!(r#"{{"name": "Loans", "buyer_group_ids": [{group}]}}"#);
    let open = api.group(r#"{"name": "Open", "attempt_daily_limit": 80, "revenue_total_limit": 12.5}"#).await;
    let full = api.group(r#"{"name": "=Full", "tier": 2, "connection_hourly_limit": 0}"#).await;
    let none = api.group(r#"{"name": "None", "paused": true}"#).await;
    api.made("/api/v1/offers", &offer(full)).await;
    (api, open, full, none)
}

/// Of each row: the group, the metric, the window and the state.
fn rows(json: &Value, root: &str) -> Vec<String> {
    let rows = json[root].as_array().unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let shown = |row: &Value| ["name", "metric", "window", "state"].map(|name| text(&row[name])).join(" ");
    rows.iter().map(shown).collect()
}

#[tokio::test]
async fn the_fullest_caps_come_first_and_the_uncapped_are_said_so() {
    let (api, open, full, _) = api_with_caps().await;
    let answer = api.get("/api/v1/caps").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let body = answer.json();
    assert_eq!(
        rows(&body, "caps"),
        [
            "=Full connection hourly full",
            "Open attempt daily open",
            "Open revenue total open",
            "None null null uncapped"
        ]
    );
    assert_eq!(
        body["caps"][1],
        json!({
            "buyer_group_id": open, "name": "Open", "tier": 1, "paused": false,
            "metric": "attempt", "window": "daily", "limit": 80, "used": 0, "reserved": 0, "remaining": 80,
            "part": 0, "state": "open", "resets_at": "2026-11-25T05:00:00.000+00:00", "pace": 0, "full_at": null
        })
    );
    assert_eq!(
        body["metadata"],
        json!({
            "total_count": 4, "page": 1, "per_page": 25, "total_pages": 1, "next_page": null,
            "states": {"all": 4, "uncapped": 1, "open": 2, "near": 0, "full": 1}
        })
    );
    assert_eq!(body["caps"][0]["buyer_group_id"], json!(full));
}

#[tokio::test]
async fn caps_can_be_narrowed() {
    let (api, open, full, none) = api_with_caps().await;
    let offers = api.get("/api/v1/offers?columns=id").await.ids();
    for (query, count) in [
        ("state=open".to_owned(), 2),
        ("state=uncapped,full".to_owned(), 2),
        (format!("buyer_group_id={open},{none}"), 3),
        (format!("offer_id={}", offers[0]), 1),
        ("tier=2.0".to_owned(), 1),
        ("metric=revenue&state=open".to_owned(), 1),
        ("metric=revenue&state=uncapped".to_owned(), 2),
        ("window=hourly&state=full".to_owned(), 1),
        ("per_page=3&page=2".to_owned(), 1),
        (format!("buyer_group_id={full}&state="), 1),
    ] {
        let answer = api.get(&format!("/api/v1/caps?{query}")).await;
        assert_eq!(rows(&answer.json(), "caps").len(), count, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn every_parameter_at_fault_is_named() {
    let api = Api::new();
    let answer = api
        .get("/api/v1/caps?state=filled&buyer_group_id=x&offer_id=x&tier=x&metric=calls&window=yearly&page=0&per_page=1001")
        .await;
    assert_eq!(answer.status, 422);
    let errors = answer.json()["errors"].clone();
    let names: Vec<&str> = errors.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["buyer_group_id", "metric", "offer_id", "page", "per_page", "state", "tier", "window"]
    );
    assert_eq!(errors["state"], json!(["must be one of: uncapped, open, near, full"]));
    let answer = api.get("/api/v1/caps?colour=red").await;
    assert_eq!((answer.status, answer.header("x-ignored-parameters")), (200, "colour"));
    let strict = api.call("GET", "/api/v1/caps?colour=red", &[("prefer", "handling=strict")], "").await;
    assert_eq!(strict.status, 422);
}

#[tokio::test]
async fn caps_are_a_table_too() {
    let (api, _, full, _) = api_with_caps().await;
    let answer = api.get("/api/v1/caps.csv?per_page=100000").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"caps.csv\"");
    let lines: Vec<&str> = answer.text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "buyer_group_id,name,tier,paused,metric,window,limit,used,reserved,remaining,part,state,resets_at,pace,full_at"
    );
    assert_eq!(
        lines[1],
        format!("{full},'=Full,2,false,connection,hourly,0,0,0,0,1,full,2026-11-24T15:00:00.000+00:00,0,")
    );
    assert!(lines[4].ends_with(",None,1,true,,,,,,,,uncapped,,,"), "{}", lines[4]);
    assert_eq!(lines.len(), 6);
}

#[tokio::test]
async fn one_group_shows_every_cap() {
    let (api, open, ..) = api_with_caps().await;
    let address = format!("/api/v1/buyer_groups/{open}/usage");
    let answer = api.get(&address).await;
    let body = answer.json();
    let shown = rows(&body, "usage");
    assert_eq!((answer.status, shown.len(), &body["status"]), (200, 21, &json!(200)));
    assert_eq!(shown[0], "Open attempt hourly uncapped");
    assert_eq!(shown[1], "Open attempt daily open");
    assert_eq!(shown[20], "Open live_calls null uncapped");
    let uuid = api.get(&format!("/api/v1/buyer_groups/{open}?columns=uuid")).await.column("uuid");
    let by_uuid = api.get(&format!("/api/v1/buyer_groups/{}/usage", uuid.as_str().unwrap())).await;
    assert_eq!(by_uuid.text, answer.text);
    assert_eq!(api.get(&format!("{address}.csv")).await.status, 406);
    assert_eq!(api.post(&address, "{}").await.status, 405);
    for id in ["999999999", "x"] {
        assert_eq!(api.get(&format!("/api/v1/buyer_groups/{id}/usage")).await.status, 404);
    }
}

#[tokio::test]
async fn caps_are_those_of_the_callers_company() {
    let (api, open, ..) = api_with_caps().await;
    let stranger = another_company(&api);
    let stranger = [("authorization", stranger.as_str())];
    let caps = api.call("GET", "/api/v1/caps", &stranger, "").await;
    assert_eq!(caps.json()["metadata"]["states"]["all"], json!(0));
    let usage = api.call("GET", &format!("/api/v1/buyer_groups/{open}/usage"), &stranger, "").await;
    assert_eq!(usage.status, 404);
    let nobody = basic("nobody", "nothing");
    assert_eq!(api.call("GET", "/api/v1/caps", &[("authorization", &nobody)], "").await.status, 401);
}
