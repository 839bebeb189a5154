//! Point 3: bodies.

use axum::body::Body;
use axum::http::Request;

use super::support::{Answer, Api, FORM, JSON, SHORT_DEADLINE};

const LIST: &str = "/api/v1/buyer_groups";

async fn create(api: &Api, headers: &[(&str, &str)], body: &str) -> Answer {
    api.call("POST", LIST, headers, body).await
}

#[tokio::test]
async fn forms_and_multipart_and_query() {
    let api = Api::new();
    let (one, two) = (api.buyer("one").await, api.buyer("two").await);
    let ids = serde_json::json!([two, one]);

    let form = format!("name=West&buyer_ids%5B%5D={two}&buyer_ids[]={one}&tier=1.5");
    let answer = create(&api, &[FORM], &form).await;
    assert_eq!((answer.status, answer.column("buyer_ids")), (201, ids.clone()), "{}", answer.text);

    let part = |name: &str, value: &str| {
        format!("--xYz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = [
        part("name", "West"),
        part("buyer_ids[]", &two.to_string()),
        part("buyer_ids[]", &one.to_string()),
        "--xYz--\r\n".to_owned(),
    ]
    .concat();
    let answer = create(&api, &[("content-type", "multipart/form-data; boundary=xYz")], &body).await;
    assert_eq!((answer.status, answer.column("buyer_ids")), (201, ids.clone()), "{}", answer.text);

    let answer = api.call("POST", &format!("{LIST}?name=West&buyer_ids={two},{one}"), &[], "").await;
    assert_eq!((answer.status, answer.column("buyer_ids")), (201, ids), "{}", answer.text);
    let answer = api.call("POST", &format!("{LIST}?name=West"), &[JSON], r#"{"name": "East"}"#).await;
    assert_eq!(answer.column("name"), "East");
}

#[tokio::test]
async fn a_list_of_one_key_objects_is_merged_in_order() {
    let api = Api::new();
    let answer = create(&api, &[JSON], r#"[{"name": "West"}, {"tier": 2}, {"name": "East"}]"#).await;
    assert_eq!((answer.column("name"), answer.column("tier")), ("East".into(), 2.into()));
}

#[tokio::test]
async fn fields_may_stand_under_the_resources_name_and_flat_ones_win() {
    let api = Api::new();
    let body = r#"{"buyer_group": {"name": "Nested", "tier": 2}, "name": "Flat"}"#;
    let answer = create(&api, &[JSON], body).await;
    assert_eq!((answer.column("name"), answer.column("tier")), ("Flat".into(), 2.into()));
    let answer = create(&api, &[FORM], "buyer_group[name]=Form&buyer_group[tier]=3").await;
    assert_eq!((answer.column("name"), answer.column("tier")), ("Form".into(), 3.into()));
}

#[tokio::test]
async fn names_are_trimmed_and_exact_ones_win() {
    let api = Api::new();
    assert_eq!(create(&api, &[JSON], r#"{"name ": "Trimmed"}"#).await.column("name"), "Trimmed");
    let body = r#"{"name": "Exact", "name ": "Trimmed"}"#;
    assert_eq!(create(&api, &[JSON], body).await.column("name"), "Exact");
}

#[tokio::test]
async fn json_that_does_not_parse_is_named_with_line_and_column() {
    let api = Api::new();
    let answer = create(&api, &[JSON], "{\"name\": \"West\",\n  \"tier\" 1}").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.error(), "The body is not JSON: expected `:` at line 2, column 10.");
    for body in ["{", "[1]", "\"West\"", "1", "{\"a\": \u{1}}", "{\"name\": NaN}"] {
        assert_eq!(create(&api, &[JSON], body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn a_missing_content_type_does_not_matter_for_json() {
    let api = Api::new();
    assert_eq!(create(&api, &[], r#" {"name": "West"}"#).await.status, 201);
    assert_eq!(create(&api, &[], "name=West").await.status, 201);
    assert_eq!(create(&api, &[FORM], r#"{"name": "West"}"#).await.status, 201);
    assert_eq!(
        create(&api, &[("content-type", "application/json; charset=utf-8")], r#"{"name": "West"}"#)
            .await
            .status,
        201
    );
    let answer = create(&api, &[("content-type", "text/xml")], "<name>West</name>").await;
    assert_eq!(answer.status, 415);
    let answer = create(&api, &[JSON, ("content-encoding", "gzip")], "x").await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn depth_and_size_have_limits() {
    let api = Api::new();
    let deep =
        |depth: usize| format!(r#"{{"name": "West", "x": {}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(create(&api, &[JSON], &deep(64)).await.status, 201);
    assert_eq!(create(&api, &[JSON], &deep(65)).await.status, 400);
    let large = |bytes: usize| format!(r#"{{"name": "West", "x": "{}"}}"#, "x".repeat(bytes));
    assert_eq!(create(&api, &[JSON], &large((1 << 20) - 100)).await.status, 201);
    assert_eq!(create(&api, &[JSON], &large(1 << 20)).await.status, 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let api = Api::new();
    let broken = futures_util::stream::iter([Ok("{\"na"), Err(std::io::Error::other("broken"))]);
    let request = Request::post(LIST).header("authorization", api.basic()).body(Body::from_stream(broken));
    assert_eq!(api.send(request.unwrap()).await.status, 400);
}

#[tokio::test]
async fn an_empty_body_changes_nothing() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    for body in ["", " ", "{}", "[]", "null"] {
        let answer = api.put(&format!("{LIST}/{id}"), body).await;
        assert_eq!((answer.status, answer.column("name")), (200, "West".into()), "{body}");
    }
}

#[tokio::test]
async fn a_body_that_stops_on_its_way_is_answered_at_the_deadline() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let api = Api::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(server::serve(listener, api.service(), 8, std::future::pending()));
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v1/buyers HTTP/1.1\r\nHost: test\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
         Content-Length: 20\r\n\r\n{{\"name\":",
        api.basic()
    );
    let started = std::time::Instant::now();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // The connection ends with the answer, since the rest of the body may still come.
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("The body took too long to arrive. Send it again."), "{answer}");
    let waited = started.elapsed();
    assert!((SHORT_DEADLINE..SHORT_DEADLINE * 10).contains(&waited), "{waited:?}");
    assert_eq!(api.get("/api/v1/buyers").await.ids(), Vec::<i64>::new());
    serving.abort();
}
