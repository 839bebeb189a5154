//! Point 17: CSV.

use http_body_util::BodyExt as _;

use super::support::Api;

#[tokio::test]
async fn csv_is_a_table_that_a_spreadsheet_takes() {
    let api = Api::new();
    let (one, two) = (api.buyer("one").await, api.buyer("two").await);
    let body =
        format!(r#"{{"name": "=cmd, \"west\"", "tier": -1, "buyer_ids": [{two}, {one}], "paused": true}}"#);
    let id = api.group(&body).await;
    let answer =
        api.get("/api/v1/buyer_groups.csv?columns=tier,name,buyer_ids,id,time_zone,paused,paused_at").await;
    assert_eq!(
        answer.text,
        format!(
            "tier,name,buyer_ids,id,time_zone,paused,paused_at\r\n\
             -1,\"'=cmd, \"\"west\"\"\",\"{two},{one}\",{id},,true,2026-11-24T14:32:00.000+00:00\r\n"
        )
    );
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"buyer_groups.csv\"");
}

#[tokio::test]
async fn csv_has_the_same_pages_orders_and_filters() {
    let api = Api::new();
    for name in ["B", "A", "Zebra"] {
        api.group(&format!(r#"{{"name": "{name}"}}"#)).await;
    }
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let answer = api.get("/api/v1/buyer_groups.csv?columns=name&order=name&per_page=2&page=1").await;
    assert_eq!(lines(answer.text), ["name", "A", "B"]);
    let answer = api.get("/api/v1/buyer_groups.csv?columns=name&fulltext=zeb").await;
    assert_eq!(lines(answer.text), ["name", "Zebra"]);
    let by_name = api.get("/api/v1/buyer_groups?columns=id&order=name&name_contains=B").await.ids();
    let answer =
        api.get("/api/v1/buyer_groups.csv?columns=id&order=name&name_contains=b&per_page=100000").await;
    assert_eq!(lines(answer.text), ["id".to_owned(), by_name[0].to_string(), by_name[1].to_string()]);
    let answer = api.get("/api/v1/buyer_groups.csv?page=9").await;
    assert_eq!(lines(answer.text).len(), 1);
    let all = api.get("/api/v1/offers.csv").await;
    assert!(all.text.starts_with("id,legacy_id,type,uuid,"), "{}", all.text);
}

#[tokio::test]
async fn a_slow_reader_holds_no_transaction() {
    let api = Api::new();
    for n in 0..1_200 {
        api.made("/api/v1/offers", &format!(r#"{{"name": "Offer {n}"}}"#)).await;
    }
    let request = axum::http::Request::get("/api/v1/offers.csv?columns=name&per_page=100000")
        .header("authorization", api.basic())
        .body(axum::body::Body::empty());
    let mut body = api.raw(request.unwrap()).await.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(&first[..], b"name\r\n");
    let second = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(second.iter().filter(|byte| **byte == b'\n').count(), 500);

    // While the reader waits, one record goes and one changes: the first is left out, the second is read as it is now.
    let last = api.get("/api/v1/offers?order=id&order_dir=desc&per_page=2&columns=id").await.ids();
    api.delete(&format!("/api/v1/offers/{}", last[0])).await;
    api.put(&format!("/api/v1/offers/{}", last[1]), r#"{"name": "Changed"}"#).await;
    let rest = body.collect().await.unwrap().to_bytes();
    let rest = String::from_utf8(rest.to_vec()).unwrap();
    assert!(rest.lines().any(|line| line == "Changed"), "read as it is now");
}
