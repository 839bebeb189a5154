//! Points 4, 10, 14, 15, 16 and 21: lists.

use super::support::Api;

const LIST: &str = "/api/v1/buyer_groups";

/// Three groups, "A" to "C", of tiers 3, 1, 2.
async fn three() -> (Api, [i64; 3]) {
    let api = Api::new();
    let mut ids = [0; 3];
    for (id, (name, tier)) in ids.iter_mut().zip([("A", 3), ("B", 1), ("C", 2)]) {
        *id = api.group(&format!(r#"{{"name": "{name}", "tier": {tier}}}"#)).await;
    }
    (api, ids)
}

async fn fault(api: &Api, query: &str) -> String {
    let answer = api.get(&format!("{LIST}?{query}")).await;
    assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    answer.error()
}

#[tokio::test]
async fn a_page_has_its_root_and_metadata() {
    let (api, [a, b, _]) = three().await;
    let answer = api.get(&format!("{LIST}?per_page=2&columns=id,name")).await;
    assert_eq!(
        answer.text,
        format!(
            r#"{{"status":200,"buyer_groups":[{{"id":{a},"name":"A"}},{{"id":{b},"name":"B"}}],"metadata":{{"total_count":3,"page":1,"per_page":2,"total_pages":2,"next_page":2}}}}"#
        )
    );
    let last = api.get(&format!("{LIST}?per_page=2&page=2")).await.json();
    assert_eq!(last["metadata"]["next_page"], serde_json::Value::Null);
    let beyond = api.get(&format!("{LIST}?page=9")).await;
    assert_eq!((beyond.status, beyond.ids().len()), (200, 0));
    assert_eq!(api.get(LIST).await.json()["metadata"]["per_page"], 25);
}

#[tokio::test]
async fn root_false_is_the_bare_array_with_links() {
    let (api, [a, ..]) = three().await;
    let path = format!("{LIST}?root=false&per_page=1&columns=id&auth_token={}", api.private);
    let answer = api.call("GET", &path, &[("host", "localhost:8080")], "").await;
    assert_eq!(answer.text, format!(r#"[{{"id":{a}}}]"#));
    assert_eq!(answer.header("x-total-count"), "3");
    let page = "http://localhost:8080/api/v1/buyer_groups?root=false&per_page=1&columns=id&page=";
    assert_eq!(
        answer.header("link"),
        format!(r#"<{page}1>; rel="first", <{page}2>; rel="next", <{page}3>; rel="last""#)
    );
}

#[tokio::test]
async fn pages_are_never_clamped() {
    let api = Api::new();
    assert_eq!(fault(&api, "per_page=1001").await, "Per page must be from 1 to 1000.");
    assert_eq!(fault(&api, "page=0").await, "Page must be 1 or more.");
    assert_eq!(fault(&api, "page=x&per_page=").await, "Page must be a number.");
    assert_eq!(api.get(&format!("{LIST}?per_page=1000")).await.status, 200);
    assert_eq!(api.get(&format!("{LIST}?page=4294967295&per_page=1000")).await.status, 200);
}

#[tokio::test]
async fn orders_break_ties_by_id_in_their_own_direction() {
    let (api, [a, b, c]) = three().await;
    let d = api.group(r#"{"name": "B", "tier": 1}"#).await;
    for (query, expected) in [
        ("", [a, b, c, d]),
        ("order_dir=desc", [d, c, b, a]),
        ("order=tier", [b, d, c, a]),
        ("order=tier&order_dir=desc", [a, c, d, b]),
        ("order=name", [a, b, d, c]),
        ("order=cap_reset_at&order_dir=desc", [d, c, b, a]),
    ] {
        assert_eq!(api.get(&format!("{LIST}?{query}")).await.ids(), expected, "{query}");
    }
    assert!(fault(&api, "order=revenue_daily_used").await.starts_with("Order must be one of: "));
    assert_eq!(fault(&api, "order_dir=up").await, "Order direction must be one of: desc, asc.");
}

#[tokio::test]
async fn null_sorts_last_in_both_directions() {
    let api = Api::new();
    let inherits = api.group(r#"{"name": "A"}"#).await;
    let own = api.group(r#"{"name": "B", "time_zone": "UTC"}"#).await;
    for direction in ["asc", "desc"] {
        let ids = api.get(&format!("{LIST}?order=time_zone&order_dir={direction}")).await.ids();
        assert_eq!(ids, [own, inherits], "{direction}");
    }
}

#[tokio::test]
async fn the_cursor_walks_through_everything() {
    let (api, ids) = three().await;
    let (mut cursor, mut seen) = (-1, Vec::new());
    while cursor != 0 {
        let answer = api.get(&format!("{LIST}?cursor={cursor}&per_page=2")).await;
        seen.extend(answer.ids());
        cursor = answer.json()["metadata"]["next_cursor"].as_i64().unwrap();
        assert!(seen.len() <= 3);
    }
    assert_eq!(seen, ids);
    for direction in ["asc", "desc"] {
        let after_the_end = api.get(&format!("{LIST}?cursor=0&order_dir={direction}")).await;
        assert_eq!(after_the_end.ids(), Vec::<i64>::new(), "{direction}");
        assert_eq!(after_the_end.json()["metadata"]["next_cursor"], 0);
    }
    let rule = "Cursor must not come together with page or order.";
    assert_eq!(fault(&api, "cursor=-1&page=1").await, rule);
    assert_eq!(fault(&api, "cursor=-1&order=name").await, rule);
}

#[tokio::test]
async fn columns_come_in_the_order_asked_and_unknown_ones_are_named() {
    let (api, _) = three().await;
    let first =
        api.get(&format!("{LIST}?columns=tier,%20id%20,name,id")).await.json()["buyer_groups"][0].clone();
    assert_eq!(first.as_object().unwrap().keys().collect::<Vec<_>>(), ["tier", "id", "name"]);
    assert_eq!(
        fault(&api, "columns=uuid,number,created_at").await,
        "Columns must be columns of buyer groups: “number” is not one; the nearest is name."
    );
    let all = api.get(LIST).await.json()["buyer_groups"][0].as_object().unwrap().len();
    assert_eq!(all, 66);
}

#[tokio::test]
async fn a_list_of_nothing_is_as_good_as_none() {
    let (api, ids) = three().await;
    for query in ["state=,", "tier=,", "buyer_id=,", "offer_id=%20,", "dial_buyers_type=,", "columns=,"] {
        let answer = api.get(&format!("{LIST}?{query}")).await;
        assert_eq!((answer.status, answer.ids()), (200, ids.to_vec()), "{query}");
    }
}

#[tokio::test]
async fn unknown_parameters_are_ignored_and_named() {
    let (api, ids) = three().await;
    let answer = api.get(&format!("{LIST}?colour=red&traffic_source_id=1")).await;
    assert_eq!(answer.ids(), ids);
    assert_eq!(answer.header("x-ignored-parameters"), "colour, traffic_source_id");
    let strict = api.call("GET", &format!("{LIST}?colour=red"), &[("prefer", "handling=strict")], "").await;
    assert_eq!(strict.json()["errors"]["colour"][0], "is not a parameter of this request");
}

#[tokio::test]
async fn dates_are_read_in_the_zone_that_was_named() {
    let (api, ids) = three().await;
    // Every record was made at 14:32 UTC, which is 09:32 in New York, the company's zone.
    for (query, found) in [
        ("created_at_from=2026-11-24 09:32:00", true),
        ("created_at_from=2026-11-24 09:32:00.001", false),
        ("created_at_from=2026-11-24 09:32:01", false),
        ("created_at_to=2026-11-24T09:32", true),
        ("created_at_to=2026-11-24 09:31", false),
        ("created_at_from=2026-11-24&created_at_to=2026-11-24", true),
        ("created_at_to=2026-11-23", false),
        ("created_at_from=2026-11-24 14:32:00 -0000", true),
        ("created_at_from=2026-11-24 15:32:00 +0100", true),
        ("created_at_from=2026-11-24 15:32:01 +01:00", false),
        ("created_at_from=2026-11-24 14:32:01Z", false),
        ("created_at_from=2026-11-24 06:32:00&time_zone=Pacific Time (US & Canada)", true),
        ("created_at_from=2026-11-24 06:32:01&time_zone=Pacific Time (US & Canada)", false),
        ("created_at_from=2026-11-24 06:32:00&time_zone=(UTC-08:00) Pacific Time (US %26 Canada)", true),
        ("created_at_from=2026-11-24 06:32:01&time_zone=PST", false),
        ("created_at_from=2026-11-24 09:32:01&time_zone=EST", false),
    ] {
        // A plus that is not escaped arrives as a blank, as clients send it.
        let answer = api.get(&format!("{LIST}?{}", query.replace(' ', "%20").replace("%20+", "+"))).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        assert_eq!(answer.ids(), if found { ids.to_vec() } else { Vec::new() }, "{query}");
    }
    assert_eq!(
        fault(&api, "created_at_from=yesterday").await,
        "Created from must be a date formatted like 2016-01-01 12:25:15 -0500."
    );
    assert!(fault(&api, "time_zone=Mars").await.starts_with("Time zone must be a time zone"));
}

#[tokio::test]
async fn fulltext_finds_parts_of_names_ids_and_buyers() {
    let api = Api::new();
    let buyer = api.made("/api/v1/buyers", r#"{"name": "Harborline", "user_buyer_id": "Loan_22-EN"}"#).await;
    let body =
        format!(r#"{{"name": "Große 100% West", "external_record_id": "X-9", "buyer_ids": [{buyer}]}}"#);
    let west = api.group(&body).await;
    let east = api.group(r#"{"name": "East"}"#).await;
    let uuid = api.get(&format!("{LIST}/{west}")).await.column("uuid");
    let uuid = uuid.as_str().unwrap().to_owned();
    for (text, expected) in [
        ("GROSSE", vec![]),
        ("große", vec![west]),
        ("WEST", vec![west]),
        ("st", vec![west, east]),
        ("x-9", vec![west]),
        ("harbor", vec![west]),
        ("loan_22", vec![west]),
        ("loanx22", vec![]),
        ("0%25 w", vec![west]),
        ("_", vec![west]),
        ("%25%25", vec![]),
        (&uuid[2..20], vec![west]),
        (&west.to_string(), vec![west]),
        ("", vec![west, east]),
        (" ", vec![west, east]),
        ("zzz", vec![]),
        ("\"", vec![]),
    ] {
        let path = format!(
            "{LIST}?fulltext={}",
            text.replace(' ', "%20").replace('ß', "%C3%9F").replace('"', "%22")
        );
        let answer = api.get(&path).await;
        assert_eq!(answer.ids(), expected, "{text}");
        assert_eq!(answer.json()["metadata"]["total_count"], expected.len(), "{text}");
    }
}

#[tokio::test]
async fn filters_are_combined() {
    let (api, [a, b, c]) = three().await;
    let buyer = api.buyer("one").await;
    api.put(&format!("{LIST}/{a}"), &format!(r#"{{"buyer_ids": [{buyer}], "paused": true}}"#)).await;
    let offer =
        api.made("/api/v1/offers", &format!(r#"{{"name": "Auto", "buyer_group_ids": [{a}, {b}]}}"#)).await;
    for (query, expected) in [
        ("state=paused".to_owned(), vec![a]),
        ("state=paused,taking_calls&tier=1,3".to_owned(), vec![a, b]),
        ("tier=2".to_owned(), vec![c]),
        (format!("buyer_id={buyer}"), vec![a]),
        (format!("offer_id={offer}"), vec![a, b]),
        (format!("offer_id={offer}&state=taking_calls"), vec![b]),
        ("dial_buyers_type=simultaneously".to_owned(), vec![]),
        ("dial_buyers_type=sequentially".to_owned(), vec![a, b, c]),
        ("paused=false&tier_from=1.5".to_owned(), vec![c]),
        ("name_contains=a&paused_at_blank=true&created_at_from=2020-01-01".to_owned(), vec![]),
        (format!("id={a},{c}&updated_at_from=2026-11-24&attempt_daily_limit_blank=yes"), vec![a, c]),
        ("updated_at_to=2026-11-23".to_owned(), vec![]),
    ] {
        assert_eq!(api.get(&format!("{LIST}?{query}")).await.ids(), expected, "{query}");
    }
    assert!(fault(&api, "state=asleep").await.starts_with("Status must be one of: taking_calls"));
    assert_eq!(fault(&api, "weight_to=much").await, "Weight must be a decimal number.");
}

#[tokio::test]
async fn columns_beyond_the_document_come_when_asked_for() {
    let api = Api::new();
    let buyer = api.buyer("one").await;
    let with_buyer = format!(r#"{{"name": "A", "weight": 3, "buyer_ids": [{buyer}]}}"#);
    let a = api.group(&with_buyer).await;
    let b =
        api.group(&with_buyer.replace(r#""weight": 3"#, r#""weight": 1"#).replace("\"A\"", "\"B\"")).await;
    let c = api.group(r#"{"name": "C"}"#).await;
    let path =
        format!("{LIST}?columns=id,share,state,eligibility,revision,offer_ids,daily_resets_at&order=routing");
    let answer = api.get(&path).await;
    assert_eq!(answer.ids(), [a, b, c]);
    let groups = answer.json()["buyer_groups"].clone();
    assert_eq!(
        (&groups[0]["share"], &groups[1]["share"], &groups[2]["share"]),
        (&0.75.into(), &0.25.into(), &0.into())
    );
    assert_eq!(groups[0]["state"], "taking_calls");
    assert_eq!(groups[0]["eligibility"], serde_json::json!({"can_take_calls": true, "reasons": []}));
    assert_eq!(groups[2]["eligibility"]["reasons"][0]["code"], "no_buyer");
    assert_eq!(groups[0]["revision"], 1);
    // Midnight in New York.
    assert_eq!(groups[0]["daily_resets_at"], "2026-11-25T05:00:00.000+00:00");
    let metadata = api.get(&format!("{LIST}?summary=true&per_page=1")).await.json()["metadata"].clone();
    assert_eq!(
        metadata["states"],
        serde_json::json!({"all": 3, "taking_calls": 3, "near_cap": 0, "maxed_out": 0, "paused": 0, "deleted": 0})
    );
    assert_eq!(metadata["tiers"], serde_json::json!([{"tier": 1, "groups": 3, "can_take_calls": 2}]));
}
