//! Point 7: every refusal has one shape, from every route.

use super::support::{Api, JSON};

#[tokio::test]
async fn all_faults_come_at_once_under_the_callers_names() {
    let api = Api::new();
    let body = r#"{"name ": "", "tier": "abc", "paused": "perhaps", "buyer_ids": "x"}"#;
    let answer = api.post("/api/v1/buyer_groups?columns=nmae", body).await;
    assert_eq!((answer.status, answer.header("content-type")), (422, "application/json"));
    let json = answer.json();
    assert_eq!((&json["success"], &json["status"]), (&false.into(), &422.into()));
    let names: Vec<&String> = json["errors"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["buyer_ids", "columns", "name", "paused", "tier"]);
    assert!(answer.error().contains("Tier must be a decimal number."), "{}", answer.error());
    assert_eq!(json["request_id"], answer.header("x-request-id"));
}

#[tokio::test]
async fn ids_are_named_one_by_one() {
    let api = Api::new();
    let answer = api.post("/api/v1/buyer_groups", r#"{"name": "West", "buyer_ids": [999, 998]}"#).await;
    let named = ["999", "998"].map(|id| format!("must be ids of buyers: {id} is not a buyer"));
    assert_eq!(answer.json()["errors"]["buyer_ids"], serde_json::json!(named));
    let answer = api.post("/api/v1/offers", r#"{"name": "Auto", "buyer_group_ids": [999]}"#).await;
    let rule = answer.json()["errors"]["buyer_group_ids"][0].as_str().unwrap().to_owned();
    assert!(rule.ends_with(": 999 is not a buyer group"), "{rule}");
}

#[tokio::test]
async fn json_even_when_csv_was_asked() {
    let api = Api::new();
    let answer = api.get("/api/v1/buyer_groups.csv?per_page=0").await;
    assert_eq!((answer.status, answer.header("content-type")), (422, "application/json"));
    assert_eq!(answer.error(), "Per page must be from 1 to 100000.");
}

#[tokio::test]
async fn unknown_addresses_and_methods() {
    let api = Api::new();
    for path in
        ["/api", "/api/v1", "/api/v1/calls", "/api/v1/buyer_groups/1/2", "/api/docs/1.0/calls", "/api/v2/x"]
    {
        let answer = api.get(path).await;
        assert_eq!((answer.status, answer.json()["success"].clone()), (404, false.into()), "{path}");
    }
    for (method, path, allow) in [
        ("DELETE", "/api/v1/buyer_groups", "GET,HEAD,POST"),
        ("PUT", "/api/v1/buyers", "GET,HEAD,POST"),
        ("GET", "/api/v1/offers/1/restore", "POST"),
        ("DELETE", "/api/v1/company", "POST,PUT,PATCH,GET,HEAD"),
        ("POST", "/api/openapi.json", "GET,HEAD"),
        ("PURGE", "/api/v1/buyer_groups/1", "POST,PUT,PATCH,GET,HEAD,DELETE"),
    ] {
        let answer = api.call(method, path, &[JSON], "").await;
        assert_eq!((answer.status, answer.header("allow")), (405, allow), "{method} {path}");
        assert_eq!(answer.error(), "This address has other methods: see the header Allow.");
    }
}

#[tokio::test]
async fn answers_are_not_stored_anywhere() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    for path in ["/api/v1/buyer_groups", "/api/v1/nothing", &format!("/api/v1/buyer_groups/{id}")] {
        let answer = api.call("GET", path, &[("if-none-match", "\"1\"")], "").await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_ne!(answer.status, 304, "{path}");
    }
}

#[tokio::test]
async fn too_many_parameters_are_refused() {
    let api = Api::new();
    let many: Vec<String> = (0..1_001).map(|n| format!("n{n}=1")).collect();
    assert_eq!(api.get(&format!("/api/v1/buyer_groups?{}", many.join("&"))).await.status, 400);
    let body = format!("{{{}}}", (0..1_001).map(|n| format!("\"n{n}\":1")).collect::<Vec<_>>().join(","));
    assert_eq!(api.post("/api/v1/buyer_groups", &body).await.status, 400);
}
