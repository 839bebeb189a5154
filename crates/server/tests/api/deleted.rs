//! Point 12: deleted records.

use serde_json::Value;

use super::support::{Api, NOW};

#[tokio::test]
async fn a_deleted_record_leaves_every_list_until_it_is_restored() {
    let api = Api::new();
    for (resource, name) in [("buyer_groups", "West"), ("buyers", "One"), ("offers", "Auto")] {
        let list = format!("/api/v1/{resource}");
        let id = api.made(&list, &format!(r#"{{"name": "{name}"}}"#)).await;
        let path = format!("{list}/{id}");

        let answer = api.delete(&path).await;
        assert_eq!((answer.status, answer.column("deleted_at")), (200, NOW.into()), "{resource}");
        for (method, path) in [("GET", &path), ("PUT", &path), ("DELETE", &path)] {
            assert_eq!(api.call(method, path, &[], "").await.status, 404, "{method} {path}");
        }
        assert_eq!(api.get(&list).await.ids(), Vec::<i64>::new());
        assert_eq!(api.get(&format!("{list}?deleted=true")).await.ids(), [id]);
        assert_eq!(api.get(&format!("{list}?fulltext={name}")).await.ids(), Vec::<i64>::new());
        let shown = format!("{list}?deleted=true&columns=deleted_at,deleted_by&order=deleted_at&root=false");
        let row = format!(r#"[{{"deleted_at":"{NOW}","deleted_by":"Owner"}}]"#);
        assert_eq!(api.get(&shown).await.text, row);

        let restore = format!("{path}/restore");
        let stale = api.call("POST", &restore, &[("if-match", "\"1\"")], "").await;
        assert_eq!((stale.status, stale.column("deleted_at")), (412, NOW.into()), "{resource}");
        let answer = api.call("POST", &restore, &[("if-match", "\"2\"")], "").await;
        assert_eq!((answer.status, answer.column("deleted_at")), (200, Value::Null), "{resource}");
        assert_eq!(api.get(&list).await.ids(), [id]);
        assert_eq!(api.get(&format!("{path}?columns=deleted_by")).await.column("deleted_by"), Value::Null);
        assert_eq!(api.post(&format!("{path}/restore"), "").await.status, 404);
    }
}

#[tokio::test]
async fn the_summary_counts_live_and_deleted_groups_side_by_side() {
    let api = Api::new();
    let deleted = api.group(r#"{"name": "West A"}"#).await;
    api.group(r#"{"name": "East"}"#).await;
    api.group(r#"{"name": "West B", "paused": true}"#).await;
    api.delete(&format!("/api/v1/buyer_groups/{deleted}")).await;
    for (query, total, [all, of_paused, deleted]) in [
        ("", 2, [2, 1, 1]),
        ("&deleted=true", 1, [2, 1, 1]),
        ("&state=paused", 1, [2, 1, 1]),
        ("&deleted=true&state=paused", 0, [2, 1, 1]),
        ("&fulltext=west", 1, [1, 1, 1]),
        ("&name_contains=east&deleted=true", 0, [1, 0, 0]),
        ("&tier=5", 0, [0, 0, 0]),
    ] {
        let answer = api.get(&format!("/api/v1/buyer_groups?summary=true{query}")).await;
        let metadata = answer.json()["metadata"].clone();
        let states = &metadata["states"];
        let counts =
            [&states["all"], &states["paused"], &states["deleted"]].map(|count| count.as_u64().unwrap());
        assert_eq!(
            (metadata["total_count"].as_u64(), counts),
            (Some(total), [all, of_paused, deleted]),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_deleted_buyer_leaves_its_groups_and_does_not_come_back_to_them() {
    let api = Api::new();
    let buyer = api.buyer("one").await;
    let group = api.group(&format!(r#"{{"name": "West", "buyer_ids": [{buyer}]}}"#)).await;
    let path = format!("/api/v1/buyer_groups/{group}?columns=buyer_ids,revision&root=false");
    api.delete(&format!("/api/v1/buyers/{buyer}")).await;
    assert_eq!(api.get(&path).await.text, r#"{"buyer_ids":[],"revision":2}"#);
    api.post(&format!("/api/v1/buyers/{buyer}/restore"), "").await;
    assert_eq!(api.get(&path).await.text, r#"{"buyer_ids":[],"revision":2}"#);
}
