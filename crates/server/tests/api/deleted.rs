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

        let restore = format!("{path}/restore");
        let stale = api.call("POST", &restore, &[("if-match", "\"1\"")], "").await;
        assert_eq!((stale.status, stale.column("deleted_at")), (412, NOW.into()), "{resource}");
        let answer = api.call("POST", &restore, &[("if-match", "\"2\"")], "").await;
        assert_eq!((answer.status, answer.column("deleted_at")), (200, Value::Null), "{resource}");
        assert_eq!(api.get(&list).await.ids(), [id]);
        assert_eq!(api.post(&format!("{path}/restore"), "").await.status, 404);
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
