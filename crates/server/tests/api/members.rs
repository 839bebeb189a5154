//! Point 11: lists of members, and the promise that adding and removing are exact under parallel requests.

use serde_json::json;

use super::support::{Api, JSON};

const LIST: &str = "/api/v1/buyer_groups";

#[tokio::test]
async fn lists_in_every_form() {
    let api = Api::new();
    let (one, two) = (api.buyer("one").await, api.buyer("two").await);
    let id = api.group(r#"{"name": "West"}"#).await;
    for sent in [
        format!("[{two}, {one}]"),
        format!("[\"{two}\", {one}, {two}]"),
        format!("\"{two},{one}\""),
        format!("\" {two} , {one},\""),
    ] {
        let answer = api.put(&format!("{LIST}/{id}"), &format!(r#"{{"buyer_ids": {sent}}}"#)).await;
        assert_eq!(answer.column("buyer_ids"), json!([two, one]), "{sent}");
        assert_eq!(answer.column("buyers_count"), 2);
    }
    let answer = api.put(&format!("{LIST}/{id}"), &format!(r#"{{"buyer_ids": {one}}}"#)).await;
    assert_eq!(answer.column("buyer_ids"), json!([one]));
    for sent in ["\"x\"", "[1.5]", "[[1]]", "true", "{\"a\": 1}", "[-1]"] {
        let answer = api.put(&format!("{LIST}/{id}"), &format!(r#"{{"buyer_ids": {sent}}}"#)).await;
        assert_eq!(answer.json()["errors"]["buyer_ids"][0], "must be a valid array of integers", "{sent}");
    }
}

#[tokio::test]
async fn set_first_then_add_then_remove() {
    let api = Api::new();
    let (a, b, c) = (api.buyer("a").await, api.buyer("b").await, api.buyer("c").await);
    let id = api.group(r#"{"name": "West"}"#).await;
    let body =
        format!(r#"{{"buyer_ids": [{b}, {a}], "add_buyer_ids": [{c}, {a}], "remove_buyer_ids": [{b}]}}"#);
    assert_eq!(api.put(&format!("{LIST}/{id}"), &body).await.column("buyer_ids"), json!([a, c]));
    let body = r#"{"add_user_buyer_ids": ["b"], "remove_user_buyer_ids": "a"}"#;
    assert_eq!(api.put(&format!("{LIST}/{id}"), body).await.column("buyer_ids"), json!([c, b]));
    let answer = api.put(&format!("{LIST}/{id}"), r#"{"add_user_buyer_ids": ["nobody"]}"#).await;
    assert_eq!(
        answer.json()["errors"]["add_user_buyer_ids"][0],
        "must be own ids of buyers: “nobody” is not a buyer"
    );
}

#[tokio::test]
async fn adding_a_member_or_removing_a_stranger_is_no_error() {
    let api = Api::new();
    let (a, b) = (api.buyer("a").await, api.buyer("b").await);
    let id = api.group(&format!(r#"{{"name": "West", "buyer_ids": [{a}]}}"#)).await;
    let body = format!(r#"{{"add_buyer_ids": [{a}], "remove_buyer_ids": [{b}]}}"#);
    assert_eq!(api.put(&format!("{LIST}/{id}"), &body).await.column("buyer_ids"), json!([a]));
    let body = format!(r#"{{"add_buyer_ids": [{a}], "remove_buyer_ids": [{a}]}}"#);
    let answer = api.put(&format!("{LIST}/{id}"), &body).await;
    assert_eq!(
        answer.json()["errors"]["add_buyer_ids"][0],
        format!("must not name {a}, which remove_buyer_ids names too")
    );
}

#[tokio::test]
async fn at_most_1000_ids_in_one_request() {
    let api = Api::new();
    let ids: Vec<String> = (1..=1_001).map(|id| id.to_string()).collect();
    let answer = api.post(LIST, &format!(r#"{{"name": "West", "buyer_ids": [{}]}}"#, ids.join(","))).await;
    assert_eq!(answer.json()["errors"]["buyer_ids"][0], "must have at most 1000 entries: it has 1001");
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_adds_and_removes_are_exact() {
    let api = std::sync::Arc::new(Api::new());
    let mut buyers = Vec::new();
    for n in 0..40 {
        buyers.push(api.buyer(&format!("b{n}")).await);
    }
    let (leaving, coming) = buyers.split_at(20);
    let id = api.group(&format!(r#"{{"name": "West", "buyer_ids": {}}}"#, json!(leaving))).await;
    let requests = leaving.iter().zip(coming).map(|(leaving, coming)| {
        let api = api.clone();
        let body = format!(r#"{{"add_buyer_ids": [{coming}], "remove_buyer_ids": [{leaving}]}}"#);
        tokio::spawn(async move { api.call("PUT", &format!("{LIST}/{id}"), &[JSON], &body).await.status })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 200);
    }
    let answer = api.get(&format!("{LIST}/{id}?columns=buyer_ids,buyers_count,revision")).await;
    let mut members: Vec<i64> =
        answer.column("buyer_ids").as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
    members.sort_unstable();
    assert_eq!(members, coming);
    assert_eq!((answer.column("buyers_count"), answer.column("revision")), (20.into(), 21.into()));
}
