//! Alerts and webhooks in the description of the API.

use axum::http::StatusCode;
use domain::Resource;
use serde_json::{Map, Value, json};

use super::{Act, header, operation, query, refusal, schema};
use crate::call::{DRY_RUN_PARAM, FORMAT_PARAM};
use crate::error::{CREATED, OK, REFUSALS};
use crate::routes::alerts::UP_TO_PARAM;
use crate::routes::webhook::END_OLDER_PARAM;

/// Adds the paths.
pub(super) fn add_paths(paths: &mut Map<String, Value>) {
    let alert = Resource::Alert;
    paths.insert("/api/v1/alerts".to_owned(), json!({"get": operation(alert, Act::List, "list")}));
    paths.insert(
        "/api/v1/alerts/{id}".to_owned(),
        json!({
            "get": operation(alert, Act::Get, "get"),
            "put": operation(alert, Act::Update, "update"),
            "patch": operation(alert, Act::Update, "patch"),
            "post": operation(alert, Act::Update, "update_by_post"),
        }),
    );
    let (date, text) = (json!({"type": ["string", "null"], "format": "date-time"}), nullable("string"));
    let id = json!({"type": "integer", "minimum": 1});
    let read = Plain {
        id: "read_alerts",
        tag: alert.heading(),
        summary: "Mark all alerts up to one as read",
        takes: Some((UP_TO_PARAM, id)),
        status: OK,
        answers: ("read", json!({"type": "integer", "description": "How many were not read before."})),
        writes: true,
    };
    let secret = Plain {
        id: "create_webhook_secret",
        tag: Resource::Company.heading(),
        summary: "Make a new secret for webhooks, shown this once; the one before it signs for another day",
        takes: Some((END_OLDER_PARAM, schema::boolean())),
        status: CREATED,
        answers: ("webhook_secret", json!({"type": "string"})),
        writes: true,
    };
    let test = Plain {
        id: "test_webhook",
        tag: Resource::Company.heading(),
        summary: "Post a test to the webhook at once, and say what came of it",
        takes: None,
        status: OK,
        answers: (
            "webhook_test",
            json!({"type": "object", "properties": {
                "delivered": {"type": "boolean"},
                "answer": {"type": ["integer", "null"], "description": "The status of a receiver that took it."},
                "failure": text,
            }}),
        ),
        writes: false,
    };
    let state = Plain {
        id: "get_webhook",
        tag: Resource::Company.heading(),
        summary: "How the webhook stands",
        takes: None,
        status: OK,
        answers: (
            "webhook",
            json!({"type": "object", "properties": {
                "url": text,
                "secrets": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"created_at": {"type": "string", "format": "date-time"}, "ends_at": date},
                }},
                "pending": {"type": "integer", "description": "Alerts on their way."},
                "delivered_at": date,
                "failure": text,
            }}),
        ),
        writes: false,
    };
    paths.insert("/api/v1/alerts/read".to_owned(), json!({"post": read.describe()}));
    paths.insert("/api/v1/company/webhook".to_owned(), json!({"get": state.describe()}));
    paths.insert("/api/v1/company/webhook_secret".to_owned(), json!({"post": secret.describe()}));
    paths.insert("/api/v1/company/webhook_test".to_owned(), json!({"post": test.describe()}));
}

/// Adds the schemas.
pub(super) fn add_schemas(schemas: &mut Map<String, Value>) {
    schemas.insert("Alert".to_owned(), schema::record(Resource::Alert));
    schemas.insert("AlertChange".to_owned(), schema::change(Resource::Alert, false));
}

fn nullable(name: &str) -> Value {
    json!({"type": [name, "null"]})
}

/// An operation that is about no record.
struct Plain {
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    /// Its one parameter.
    takes: Option<((&'static str, &'static str), Value)>,
    status: StatusCode,
    /// The member of the answer beside `status`.
    answers: (&'static str, Value),
    /// Whether it goes through the writer, with all that may be asked of a write.
    writes: bool,
}

impl Plain {
    fn describe(self) -> Value {
        let mut parameters =
            vec![query(FORMAT_PARAM.0, FORMAT_PARAM.1, json!({"type": "string", "enum": ["json", "csv"]}))];
        if self.writes {
            parameters.push(query(DRY_RUN_PARAM.0, DRY_RUN_PARAM.1, schema::boolean()));
            parameters.push(header(
                "Idempotency-Key",
                "The first answer to a request with this key is given again for 24 hours.",
            ));
            parameters.push(header("Prefer", "handling=strict refuses parameters that would be ignored."));
        }
        let (name, member) = self.answers;
        let body = json!({
            "type": "object",
            "required": ["status", name],
            "properties": {"status": {"const": self.status.as_u16()}, name: member},
        });
        let writes = self.writes;
        let can_come = |status: u16| match status {
            404 | 412 => false,
            409 | 507 => writes,
            _ => true,
        };
        let refusals = REFUSALS.iter().filter(|(status, _)| can_come(status.as_u16()));
        let mut responses: Map<String, Value> =
            refusals.map(|(status, when)| refusal(*status, when)).collect();
        let success = json!({"description": self.summary, "content": {"application/json": {"schema": body}}});
        responses.insert(self.status.as_str().to_owned(), success);
        let mut described = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "parameters": parameters,
            "responses": responses,
        });
        if let Some(((name, rule), mut schema)) = self.takes {
            schema["description"] = rule.into();
            let schema = json!({"schema": {"type": "object", "properties": {name: schema}}});
            described["requestBody"] = json!({"content": {
                "application/json": schema,
                "application/x-www-form-urlencoded": schema,
            }});
        }
        described
    }
}
