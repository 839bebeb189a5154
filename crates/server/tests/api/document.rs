//! The API document's own curl examples, verbatim but for host, key and the literal `:id`, on the demonstration.

use serde_json::json;

use super::support::{Api, JSON};

#[tokio::test]
async fn the_examples_of_the_document_work_as_they_stand() {
    let api = Api::demo();
    // curl … "https://[your-subdomain].trackdrive.com/api/v1/buyer_groups?page=1&order=created_at&"
    let answer = api.get("/api/v1/buyer_groups?page=1&order=created_at&").await;
    assert_eq!((answer.status, answer.ids().len()), (200, 25));
    assert_eq!(answer.json()["metadata"]["total_count"], 60);

    // curl … -X POST -d '…' https://[your-subdomain].trackdrive.com/api/v1/buyer_groups
    let body = r#"{"name ":"Great Group Of Buyers", "buyer_ids": [100123,100124]}"#;
    let answer = api.call("POST", "/api/v1/buyer_groups", &[JSON], body).await;
    assert_eq!((answer.status, answer.column("name")), (201, "Great Group Of Buyers".into()));
    assert_eq!(answer.column("buyer_ids"), json!([100_123, 100_124]));
    let made = answer.column("id");

    // curl … -X PUT -d '…' https://[your-subdomain].trackdrive.com/api/v1/buyer_groups/123456
    let body = r#"{"name ":"Great Group Of Buyers", "add_buyer_ids": [100123,100124], "remove_buyer_ids": [100101]}"#;
    let answer = api.call("PUT", "/api/v1/buyer_groups/123456", &[JSON], body).await;
    assert_eq!((answer.status, answer.column("name")), (200, "Great Group Of Buyers".into()));
    assert_eq!(answer.column("buyer_ids"), json!([100_123, 100_124]));

    // curl … -X DELETE https://[your-subdomain].trackdrive.com/api/v1/buyer_groups/:id
    let answer = api.call("DELETE", &format!("/api/v1/buyer_groups/{made}"), &[JSON], "").await;
    assert_eq!((answer.status, answer.column("deleted_at").is_string()), (200, true));

    // "Obtain internal buyer IDs by making a request to /api/v1/buyers?columns=name,id,user_buyer_id"
    let answer = api.get("/api/v1/buyers?columns=name,id,user_buyer_id&per_page=100").await;
    let buyer =
        answer.json()["buyers"].as_array().unwrap().iter().find(|buyer| buyer["id"] == 100_123).cloned();
    assert_eq!(
        buyer.unwrap().as_object().unwrap().keys().collect::<Vec<_>>(),
        ["name", "id", "user_buyer_id"]
    );
}

#[tokio::test]
async fn the_demonstration_is_believable() {
    let api = Api::demo();
    let count = |path: &'static str| {
        let api = &api;
        async move { api.get(path).await.json()["metadata"]["total_count"].as_i64().unwrap() }
    };
    assert_eq!(count("/api/v1/buyers").await, 40);
    assert_eq!(count("/api/v1/offers").await, 6);
    let states = api.get("/api/v1/buyer_groups?summary=true").await.json()["metadata"]["states"].clone();
    for (state, least) in [("taking_calls", 30), ("near_cap", 3), ("maxed_out", 3), ("paused", 3)] {
        assert!(states[state].as_i64().unwrap() >= least, "{state}: {states}");
    }
    let tiers = api.get("/api/v1/buyer_groups?summary=true").await.json()["metadata"]["tiers"].clone();
    assert!(tiers.as_array().unwrap().len() >= 4, "{tiers}");
}
