//! Point 7: every refusal has one shape, from every route.

use super::support::{Answer, Api, JSON};

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

/// The names of the parameters at fault.
fn at_fault(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    answer.json()["errors"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn what_only_the_database_can_find_comes_with_the_rest() {
    let api = Api::new();
    api.buyer("taken").await;
    api.made("/api/v1/offers", r#"{"name": "Auto", "user_offer_id": "taken"}"#).await;
    let group = api.group(r#"{"name": "West"}"#).await;
    let strict = [JSON, ("prefer", "handling=strict")];
    let body = r#"{"tier": "abc", "buyer_ids": [999], "team_users_emails": "mia@example.com",
        "add_user_buyer_ids": "nobody", "colour": "red"}"#;
    let all =
        ["add_user_buyer_ids", "buyer_ids", "colour", "columns", "dry_run", "team_users_emails", "tier"];
    let rest = "?columns=nmae&dry_run=perhaps";
    let answer = api.call("PUT", &format!("/api/v1/buyer_groups/{group}{rest}"), &strict, body).await;
    assert_eq!(at_fault(&answer), all);
    assert_eq!(answer.json()["errors"]["buyer_ids"][0], "must be ids of buyers: 999 is not a buyer");
    let answer = api.call("POST", &format!("/api/v1/buyer_groups{rest}"), &strict, body).await;
    let mut with_name = all.to_vec();
    with_name.insert(5, "name");
    assert_eq!(at_fault(&answer), with_name);

    let body = r#"{"phone_number": "12", "user_buyer_id": "taken"}"#;
    let answer = api.post("/api/v1/buyers", body).await;
    assert_eq!(at_fault(&answer), ["name", "phone_number", "user_buyer_id"]);
    let other = api.buyer("other").await;
    let answer = api.put(&format!("/api/v1/buyers/{other}"), body).await;
    assert_eq!(at_fault(&answer), ["phone_number", "user_buyer_id"]);

    let body =
        r#"{"name": "Solar", "expected_revenue": "x", "user_offer_id": "taken", "buyer_group_ids": [999]}"#;
    let answer = api.post("/api/v1/offers", body).await;
    assert_eq!(at_fault(&answer), ["buyer_group_ids", "expected_revenue", "user_offer_id"]);

    let answer = api.put("/api/v1/company?columns=nmae", r#"{"currency": "dollars", "name": ""}"#).await;
    assert_eq!(at_fault(&answer), ["columns", "currency", "name"]);
    let path = format!("/api/v1/buyer_groups/{group}{rest}");
    assert_eq!(at_fault(&api.delete(&path).await), ["columns", "dry_run"]);
    let answer = api.call("GET", "/api/v1/buyer_groups?page=0&colour=red", &strict, "").await;
    assert_eq!(at_fault(&answer), ["colour", "page"]);
}

#[tokio::test]
async fn no_rule_is_judged_by_a_value_that_could_not_be_read() {
    let api = Api::new();
    let group = api.group(r#"{"name": "West"}"#).await;
    let path = format!("/api/v1/buyer_groups/{group}");
    let body = r#"{"generate_team": "perhaps", "team_users_emails": "mia@example.com"}"#;
    assert_eq!(at_fault(&api.put(&path, body).await), ["generate_team"]);
    let answer = api.put(&path, r#"{"add_buyer_ids": "999", "remove_buyer_ids": "999"}"#).await;
    assert_eq!(answer.json()["errors"]["add_buyer_ids"].as_array().unwrap().len(), 1, "{}", answer.text);
}

#[tokio::test]
async fn a_record_that_is_not_there_has_no_faults() {
    let api = Api::new();
    assert_eq!(api.put("/api/v1/buyer_groups/999999", r#"{"tier": "abc"}"#).await.status, 404);
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
        ["/api", "/api/v1", "/api/v1/call", "/api/v1/buyer_groups/1/2", "/api/docs/1.0/call", "/api/v2/x"]
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
