//! Points 2 and 5: addresses, methods, forms.

use super::support::{Api, JSON};

#[tokio::test]
async fn the_suffix_beats_the_parameter_beats_the_header() {
    let api = Api::new();
    api.group(r#"{"name": "West"}"#).await;
    let csv = "text/csv; charset=utf-8; header=present";
    for (path, accept, expected) in [
        ("/api/v1/buyer_groups.csv", "application/json", csv),
        ("/api/v1/buyer_groups.json?format=csv", "text/csv", "application/json"),
        ("/api/v1/buyer_groups?format=csv", "application/json", csv),
        ("/api/v1/buyer_groups?format=json", "text/csv", "application/json"),
        ("/api/v1/buyer_groups", "text/csv", csv),
        ("/api/v1/buyer_groups", "*/*", "application/json"),
        ("/api/v1/buyer_groups", "text/html", "application/json"),
    ] {
        let answer = api.call("GET", path, &[("accept", accept)], "").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, expected), "{path} {accept}");
    }
    let answer = api.get("/api/v1/buyer_groups?format=xml").await;
    assert_eq!(answer.json()["errors"]["format"][0], "must be one of: json, csv");
}

#[tokio::test]
async fn slashes_and_ampersands_at_the_end_are_fine() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    for path in [
        "/api/v1/buyer_groups/".to_owned(),
        "/api/v1/buyer_groups?page=1&order=created_at&".to_owned(),
        "/api/v1/buyer_groups/?page=1&&".to_owned(),
        "/api/v1/buyer_groups.json/".to_owned(),
        format!("/api/v1/buyer_groups/{id}/"),
        format!("/api/v1/buyer_groups/{id}.json"),
    ] {
        assert_eq!(api.get(&path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn one_record_is_never_csv() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    for (method, path) in [
        ("GET", format!("/api/v1/buyer_groups/{id}.csv")),
        ("GET", format!("/api/v1/buyer_groups/{id}?format=csv")),
        ("PUT", format!("/api/v1/buyer_groups/{id}.csv")),
        ("POST", "/api/v1/buyer_groups.csv".to_owned()),
    ] {
        let answer = api.call(method, &path, &[JSON], "").await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (406, "application/json"),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_record_goes_by_its_id_or_its_uuid() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let uuid = api.get(&format!("/api/v1/buyer_groups/{id}")).await.column("uuid");
    let uuid = uuid.as_str().unwrap();
    for uuid in [uuid.to_owned(), uuid.to_uppercase()] {
        assert_eq!(api.get(&format!("/api/v1/buyer_groups/{uuid}")).await.column("id"), id);
        assert_eq!(
            api.put(&format!("/api/v1/buyer_groups/{uuid}"), r#"{"tier": 2}"#).await.column("tier"),
            2
        );
    }
    for id in ["0", "-1", "abc", "%00", "1.5", "9007199254740993", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(api.get(&format!("/api/v1/buyer_groups/{id}")).await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn put_patch_and_post_change_one_record() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    for (method, tier) in [("PUT", 2), ("PATCH", 3), ("POST", 4)] {
        let body = format!(r#"{{"tier": {tier}}}"#);
        let answer = api.call(method, &format!("/api/v1/buyer_groups/{id}"), &[JSON], &body).await;
        assert_eq!((answer.status, answer.column("tier")), (200, tier.into()), "{method}");
        assert_eq!(answer.column("name"), "West");
    }
}

#[tokio::test]
async fn get_never_writes() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    let path = format!("/api/v1/buyer_groups/{id}?name=East&_method=delete");
    let headers = [JSON, ("x-http-method-override", "DELETE")];
    let answer = api.call("GET", &path, &headers, r#"{"name": "East"}"#).await;
    assert_eq!((answer.status, answer.column("name")), (200, "West".into()));
    assert_eq!(api.call("HEAD", &path, &[], "").await.text, "");
    assert_eq!(api.get(&path).await.column("name"), "West");
}

#[tokio::test]
async fn create_says_where_the_record_is() {
    let api = Api::new();
    let answer = api.post("/api/v1/buyer_groups", r#"{"name": "West"}"#).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["status"], 201);
    let location = format!("/api/v1/buyer_groups/{}", answer.column("id"));
    assert_eq!(answer.header("location"), location);
    assert_eq!(api.get(&location).await.column("name"), "West");
}

#[tokio::test]
async fn columns_and_root_work_on_one_record_too() {
    let api = Api::new();
    let answer = api.post("/api/v1/buyer_groups?columns=name,tier&root=false", r#"{"name": "West"}"#).await;
    assert_eq!(answer.text, r#"{"name":"West","tier":1}"#);
    let id = api.group(r#"{"name": "East"}"#).await;
    let path = format!("/api/v1/buyer_groups/{id}");
    assert_eq!(
        api.get(&format!("{path}?columns=tier, name&root=off").replace(' ', "%20")).await.text,
        r#"{"tier":1,"name":"East"}"#
    );
    assert_eq!(
        api.put(&format!("{path}?columns=name"), r#"{"name": "North"}"#).await.text,
        r#"{"status":200,"buyer_group":{"name":"North"}}"#
    );
    assert_eq!(api.delete(&format!("{path}?columns=name&root=false")).await.text, r#"{"name":"North"}"#);
}

#[tokio::test]
async fn doubled_slashes_are_one() {
    let api = Api::new();
    let id = api.group(r#"{"name": "West"}"#).await;
    assert_eq!(api.get("//api/v1//buyer_groups//?columns=id").await.ids(), [id]);
    assert_eq!(api.get(&format!("/api//v1/buyer_groups//{id}.json")).await.column("id"), id);
}

#[tokio::test]
async fn what_can_be_no_id_is_not_there() {
    let api = Api::new();
    for id in ["%ff", "%00", "x", "-1", "1.5", "99999999999999999999", "%2e%2e"] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = api.call(method, &format!("/api/v1/buyer_groups/{id}"), &[], "").await;
            assert_eq!((answer.status, answer.error().as_str()), (404, "There is no such record."), "{id}");
        }
    }
    assert_eq!(api.get("/api/docs/1.0/%ff").await.status, 404);
    assert_eq!(api.get("/buyer_groups/%ff").await.status, 404);
}
