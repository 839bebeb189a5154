//! What the server says about itself, held against the API document's own lists and against itself.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use super::support::Api;

const DOCUMENT: &str = include_str!("../../../domain/tests/fixtures/document.txt");

/// The names in one list of the document.
fn documented(heading: &str) -> Vec<&'static str> {
    let (_, rest) = DOCUMENT.split_once(&format!("## {heading}\n")).unwrap();
    let lines = rest.split("\n\n").next().unwrap().lines();
    lines.map(|line| line.split_once(": ").map_or(line, |(name, _)| name)).collect()
}

async fn document() -> Value {
    let answer = Api::new().call("GET", "/api/openapi.json", &[("authorization", "")], "").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    answer.json()
}

fn parameter<'a>(operation: &'a Value, name: &str) -> Option<&'a Value> {
    operation["parameters"].as_array().unwrap().iter().find(|parameter| parameter["name"] == name)
}

#[tokio::test]
async fn every_column_order_and_parameter_of_the_document_is_described() {
    let api = document().await;
    let list = &api["paths"]["/api/v1/buyer_groups"]["get"];
    for name in documented("Parameters of the list") {
        assert!(parameter(list, name).is_some(), "{name}");
    }
    let orders = parameter(list, "order").unwrap()["schema"]["enum"].as_array().unwrap();
    for order in documented("Orders") {
        assert!(orders.contains(&order.into()), "{order}");
    }
    let columns = parameter(list, "columns").unwrap()["schema"]["description"].as_str().unwrap();
    for column in documented("Columns") {
        assert!(columns.split([' ', ',', '.']).any(|own| own == column), "{column}");
        assert!(api["components"]["schemas"]["BuyerGroup"]["properties"][column].is_object(), "{column}");
    }
    for (schema, heading) in
        [("NewBuyerGroup", "Parameters of POST"), ("BuyerGroupChange", "Parameters of PUT")]
    {
        for name in documented(heading) {
            assert!(api["components"]["schemas"][schema]["properties"][name].is_object(), "{schema} {name}");
        }
    }
    assert_eq!(api["components"]["schemas"]["NewBuyerGroup"]["required"], serde_json::json!(["name"]));
}

#[tokio::test]
async fn every_reference_in_it_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    found.push(reference.clone());
                }
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let api = document().await;
    let mut found = Vec::new();
    references(&api, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        assert!(api.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn every_operation_in_it_is_a_route() {
    let api = Api::new();
    for (path, operations) in document().await["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let address = path.replace("{id}", "999999999");
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&address);
            let request = request.header("authorization", api.basic()).body(Body::empty()).unwrap();
            // Not the body: that of a stream has no end.
            let status = api.raw(request).await.status();
            assert_ne!(status, 405, "{method} {path}");
            let status = status.as_str();
            assert!(operation["responses"][status].is_object(), "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn the_reference_for_people_names_everything_that_the_document_names() {
    let api = Api::new();
    let page = |path: &'static str| {
        let api = &api;
        async move { api.call("GET", path, &[("authorization", ""), ("host", "localhost:8080")], "").await }
    };
    let answer = page("/api/docs/1.0/buyer_groups").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    let all = ["Columns", "Orders", "Parameters of the list", "Parameters of POST", "Parameters of PUT"];
    for name in all.into_iter().flat_map(documented) {
        assert!(answer.text.contains(name), "{name}");
    }
    let example = "curl -H &quot;Authorization: Basic BASE64_ENCODED_PUBLIC_KEY_AND_PRIVATE_KEY&quot; \
                   &quot;http://localhost:8080/api/v1/buyer_groups?page=1&amp;order=created_at&amp;&quot;";
    assert!(answer.text.contains(example), "{}", answer.text);
    for policed in ["style=", "<script", "onclick"] {
        assert!(!answer.text.contains(policed), "{policed}");
    }
    for path in [
        "/api/docs/1.0/buyers",
        "/api/docs/1.0/offers",
        "/api/docs/1.0/alerts",
        "/api/docs/1.0/caps",
        "/api/docs/1.0",
        "/api/docs/reference.css",
    ] {
        assert_eq!(page(path).await.status, 200, "{path}");
    }
}
