//! The caps screen, the usage of one group, and the stream of changes, in the description of the API.

use domain::usage::{CAPS_PARAMS, USAGE_FIELDS};
use domain::{Kind, list};
use serde_json::{Map, Value, json};

use super::{header, query, refusal};
use crate::call::FORMAT_PARAM;
use crate::error::{OK, REFUSALS};
use crate::routes::events::SINCE_PARAM;

/// Adds the paths.
pub(super) fn add_paths(paths: &mut Map<String, Value>) {
    paths.insert("/api/v1/caps".to_owned(), json!({"get": caps()}));
    paths.insert("/api/v1/buyer_groups/{id}/usage".to_owned(), json!({"get": usage()}));
    paths.insert("/api/v1/events".to_owned(), json!({"get": events()}));
}

/// Adds the schemas.
pub(super) fn add_schemas(schemas: &mut Map<String, Value>) {
    schemas.insert("Usage".to_owned(), row());
}

/// A row of the screen.
fn row() -> Value {
    let property = |field: &domain::UsageField| {
        let mut schema = match field.kind {
            Kind::Id => json!({"type": "integer"}),
            Kind::Boolean => json!({"type": "boolean"}),
            Kind::Choice(choices) => {
                let mut names: Vec<Value> = choices.iter().map(|choice| choice.name.into()).collect();
                if field.is_nullable {
                    names.push(Value::Null);
                }
                json!({"enum": names})
            }
            Kind::Instant => json!({"type": "string", "format": "date-time"}),
            Kind::Decimal | Kind::Positive | Kind::Share => json!({"type": "number"}),
            _ => json!({"type": "string"}),
        };
        if let Some(Value::String(plain)) = schema.get("type").cloned().filter(|_| field.is_nullable) {
            schema["type"] = json!([plain, "null"]);
        }
        schema["description"] = format!("{}. {}", field.label, field.help).into();
        (field.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = USAGE_FIELDS.iter().map(property).collect();
    let names: Vec<&str> = USAGE_FIELDS.iter().map(|field| field.name).collect();
    json!({"type": "object", "properties": properties, "required": names})
}

fn caps() -> Value {
    let number = |most: Option<u32>, default: u32| {
        let mut schema = json!({"type": "integer", "minimum": 1, "default": default});
        if let Some(most) = most {
            schema["maximum"] = most.into();
        }
        schema
    };
    let mut parameters: Vec<Value> = CAPS_PARAMS
        .iter()
        .map(|(name, rule)| {
            let schema = match *name {
                "page" => number(None, 1),
                "per_page" => number(Some(list::MOST_IN_CSV), list::PER_PAGE),
                _ => json!({"type": "string"}),
            };
            query(name, rule, schema)
        })
        .collect();
    parameters.push(format());
    parameters.push(prefer());
    let count = json!({"type": "integer"});
    let states = ["all", "uncapped", "open", "near", "full"].map(|state| (state.to_owned(), count.clone()));
    let body = json!({
        "type": "object",
        "required": ["status", "caps", "metadata"],
        "properties": {
            "status": {"const": OK.as_u16()},
            "caps": rows(),
            "metadata": {
                "type": "object",
                "required": ["total_count", "page", "per_page", "total_pages", "next_page", "states"],
                "properties": {
                    "total_count": count, "page": count, "per_page": count, "total_pages": count,
                    "next_page": {"type": ["integer", "null"], "description": "Null on the last page."},
                    "states": {
                        "type": "object",
                        "description": "How many rows there are in each state, whichever states are asked for.",
                        "properties": states.into_iter().collect::<Map<_, _>>(),
                    },
                },
            },
        },
    });
    let content = json!({"application/json": {"schema": body}, "text/csv": {"schema": {"type": "string"}}});
    json!({
        "operationId": "list_caps",
        "tags": ["Caps"],
        "summary": "List every cap of every group, the fullest first; a group without any limit is one row",
        "parameters": parameters,
        "responses": responses("The page.", &content, &[400, 401, 405, 422, 503]),
    })
}

fn usage() -> Value {
    let body = json!({
        "type": "object",
        "required": ["status", "usage"],
        "properties": {"status": {"const": OK.as_u16()}, "usage": rows()},
    });
    let id = json!({
        "name": "id", "in": "path", "required": true, "description": "The id or the uuid of the group.",
        "schema": {"type": "string", "examples": ["123456"]},
    });
    let content = json!({"application/json": {"schema": body}});
    json!({
        "operationId": "get_usage",
        "tags": ["Caps"],
        "summary": "How full every cap of one group is, those without a limit among them, and its live calls",
        "parameters": [id, format(), prefer()],
        "responses": responses("Every metric and window, then the live calls.", &content, &[400, 401, 404, 405, 406, 422, 503]),
    })
}

fn events() -> Value {
    let since = query(SINCE_PARAM.0, SINCE_PARAM.1, json!({"type": "integer", "minimum": 0}));
    let last = header(
        "Last-Event-ID",
        "The id of the last event that the client has; browsers send it by themselves.",
    );
    let content = json!({"text/event-stream": {"schema": {"type": "string"}}});
    json!({
        "operationId": "stream_events",
        "tags": ["Events"],
        "summary": "Be told which records of the company change, as server-sent events",
        "parameters": [since, last, format(), prefer()],
        "responses": responses("A stream that does not end by itself.", &content, &[400, 401, 405, 406, 422, 429, 503]),
    })
}

fn rows() -> Value {
    json!({"type": "array", "items": {"$ref": "#/components/schemas/Usage"}})
}

fn format() -> Value {
    query(FORMAT_PARAM.0, FORMAT_PARAM.1, json!({"type": "string", "enum": ["json", "csv"]}))
}

fn prefer() -> Value {
    header("Prefer", "handling=strict refuses parameters that would be ignored.")
}

/// The answer, and the refusals that can come instead.
pub(super) fn responses(description: &str, content: &Value, refusals: &[u16]) -> Map<String, Value> {
    let can_come = |status: &u16| refusals.contains(status);
    let mut responses: Map<String, Value> = REFUSALS
        .iter()
        .filter(|(status, _)| can_come(&status.as_u16()))
        .map(|(status, when)| refusal(*status, when))
        .collect();
    responses.insert(OK.as_str().to_owned(), json!({"description": description, "content": content}));
    responses
}
