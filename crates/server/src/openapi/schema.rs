//! JSON schemas of records, of what may be sent for them, and of the other bodies.

use domain::call::PREVIEW_FIELDS;
use domain::field::{Blank, Column, Param};
use domain::{EVENT_FIELDS, Field, Key, Kind, Resource};
use serde_json::{Map, Value, json};

use super::columns;
use crate::render::members::{DECISION, Holds, Member, TRACE};

/// A record as it is answered. Every column may be left out, by `columns`.
pub(super) fn record(resource: Resource) -> Value {
    let property = |field: &Field| {
        let mut schema = answered(field);
        let on_request =
            if field.column == Column::OnRequest { " Sent only when columns asks for it." } else { "" };
        schema["description"] = format!("{}{on_request}", describe(field)).into();
        (field.name.to_string(), schema)
    };
    let properties: Map<String, Value> = columns(resource).map(property).collect();
    json!({"type": "object", "properties": properties})
}

/// What may be sent for a record: the strict forms and the lenient ones.
pub(super) fn change(resource: Resource, is_new: bool) -> Value {
    let is_required = |field: &Field| is_new && field.is_required();
    sendable(resource.writable(), is_required, is_new)
}

/// What may be sent for a preview of a call.
pub(super) fn preview() -> Value {
    sendable(Resource::Call.writable().chain(PREVIEW_FIELDS), |_| false, true)
}

/// What may be reported of a call.
pub(super) fn event() -> Value {
    sendable(EVENT_FIELDS.iter(), |field| field.blank == Blank::Refused, true)
}

fn sendable<'a>(
    fields: impl Iterator<Item = &'a Field>,
    is_required: impl Fn(&Field) -> bool,
    is_new: bool,
) -> Value {
    let mut required = Vec::new();
    let property = |field: &'a Field| {
        let mut schema = sent(field);
        let extension = if field.param == Param::Extension { " Beyond TrackDrive's document." } else { "" };
        schema["description"] = format!("{} {}{extension}", describe(field), field.kind.rule()).into();
        if let Some(default) = field.default.filter(|_| is_new) {
            schema["default"] = default.into();
        }
        if is_required(field) {
            required.push(field.name);
        }
        (field.name.to_string(), schema)
    };
    let properties: Map<String, Value> = fields.map(property).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if is_new {
        schema["required"] = required.into();
    }
    schema
}

/// A call with whom to dial now, and why.
pub(super) fn call_decided() -> Value {
    json!({"allOf": [{"$ref": "#/components/schemas/Call"}, decision()]})
}

/// A call with its trace.
pub(super) fn call_traced() -> Value {
    json!({"allOf": [{"$ref": "#/components/schemas/Call"}, object(&[TRACE])]})
}

/// Whom to dial, and why.
pub(super) fn decision() -> Value {
    object(&[DECISION])
}

fn object(tables: &[&[Member]]) -> Value {
    let members = tables.iter().copied().flatten();
    let property = |member: &Member| {
        let mut schema = match member.holds {
            Holds::One(kind) => holding(kind, false),
            Holds::Maybe(kind) => holding(kind, true),
            Holds::Object(tables) => object(tables),
            Holds::MaybeObject(tables) => json!({"anyOf": [object(tables), {"type": "null"}]}),
            Holds::Objects(tables) => json!({"type": "array", "items": object(tables)}),
        };
        schema["description"] = member.help.into();
        (member.name.to_owned(), schema)
    };
    json!({"type": "object", "properties": members.map(property).collect::<Map<_, _>>()})
}

fn describe(field: &Field) -> String {
    if field.help.is_empty() {
        format!("{}.", field.label)
    } else {
        format!("{}. {}", field.label, field.help)
    }
}

/// `1 true yes on 0 false no off`, as text, number or boolean.
pub(super) fn boolean() -> Value {
    json!({"enum": [true, false, 1, 0, "1", "true", "yes", "on", "0", "false", "no", "off"]})
}

/// A field in an answer.
fn answered(field: &Field) -> Value {
    // What a record does not say of itself is null; whether a kind can be, is the same for nearly all fields of it.
    let is_always_there = matches!(field.kind, Kind::Boolean | Kind::Choice(_));
    // An alert that is not about a cap has none of these.
    let is_of_a_cap = matches!(field.key, Key::Metric | Key::Window);
    holding(field.kind, is_of_a_cap || !is_always_there)
}

/// What stands in an answer; `or_null` adds null, but for lists, which are empty.
fn holding(kind: Kind, or_null: bool) -> Value {
    let of_type = |name: &str| json!({"type": if or_null { json!([name, "null"]) } else { name.into() }});
    match kind {
        Kind::Id | Kind::Count | Kind::Percent => of_type("integer"),
        Kind::Decimal | Kind::Positive | Kind::Money | Kind::Share => of_type("number"),
        Kind::Boolean => of_type("boolean"),
        Kind::Choice(choices) => {
            let names = choices.iter().map(|choice| Value::from(choice.name));
            json!({"enum": names.chain(or_null.then_some(Value::Null)).collect::<Vec<_>>()})
        }
        Kind::Instant => {
            let mut schema = of_type("string");
            schema["format"] = "date-time".into();
            schema
        }
        Kind::Text(_) | Kind::TimeZone | Kind::Currency | Kind::Hours | Kind::Phone | Kind::Address => {
            of_type("string")
        }
        Kind::Ids(_) => json!({"type": "array", "items": {"type": "integer"}}),
        Kind::Texts | Kind::Emails => json!({"type": "array", "items": {"type": "string"}}),
        Kind::Eligibility => json!({
            "type": "object",
            "properties": {
                "can_take_calls": {"type": "boolean"},
                "reasons": {"type": "array", "items": {"type": "object"}},
            },
        }),
    }
}

/// A field as it may be sent.
fn sent(field: &Field) -> Value {
    let list = |item: Value, bare: Value| json!({"anyOf": [{"type": "array", "items": item}, bare]});
    let digits = json!({"type": "string", "pattern": "^[0-9]+$"});
    let schema = match field.kind {
        Kind::Id => json!({"anyOf": [{"type": "integer", "minimum": 1}, digits]}),
        Kind::Count => json!({"anyOf": [{"type": "integer", "minimum": 0}, digits]}),
        Kind::Percent => json!({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 100}, digits]}),
        Kind::Decimal => {
            json!({"anyOf": [{"type": "number"}, {"type": "string", "examples": ["-1", "2.5"]}]})
        }
        Kind::Positive | Kind::Money | Kind::Share => {
            json!({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "examples": ["1000", "2.5"]}]})
        }
        Kind::Boolean => boolean(),
        Kind::Text(max) => json!({"type": "string", "maxLength": max}),
        Kind::Choice(choices) => {
            json!({"enum": choices.iter().map(|choice| choice.name).collect::<Vec<_>>()})
        }
        Kind::Instant => json!({"type": "string", "format": "date-time"}),
        Kind::TimeZone => {
            json!({"type": "string", "examples": ["America/New_York", "Pacific Time (US & Canada)"]})
        }
        Kind::Currency => json!({"type": "string", "pattern": "^[A-Za-z]{3}$"}),
        Kind::Hours => json!({"type": "string", "examples": ["Mon-Fri 09:00-17:00, Sat 10:00-14:00"]}),
        Kind::Phone => json!({"type": "string", "examples": ["+14155550134"]}),
        Kind::Address => json!({"type": "string", "examples": ["https://example.com/alerts"]}),
        Kind::Ids(_) => list(
            json!({"anyOf": [{"type": "integer", "minimum": 1}, digits]}),
            json!({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "examples": ["100123,100124"]}]}),
        ),
        Kind::Texts => list(json!({"type": "string"}), json!({"type": "string"})),
        Kind::Emails => list(json!({"type": "string", "format": "email"}), json!({"type": "string"})),
        Kind::Eligibility => json!({}),
    };
    match field.blank {
        Blank::Refused => schema,
        Blank::Clears | Blank::ChangesNothing => json!({"anyOf": [schema, {"type": "null"}, {"const": ""}]}),
    }
}

pub(super) fn metadata() -> Value {
    json!({
        "type": "object",
        "required": ["total_count", "per_page", "total_pages", "next_page"],
        "properties": {
            "total_count": {"type": "integer", "description": "Records in all, whatever the page."},
            "page": {"type": "integer"},
            "per_page": {"type": "integer"},
            "total_pages": {"type": "integer"},
            "next_page": {"type": ["integer", "null"], "description": "Null on the last page."},
            "next_cursor": {"type": "integer", "description": "Where cursor goes on; 0 at the end."},
            "states": {"type": "object", "additionalProperties": {"type": "integer"}},
            "tiers": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "tier": {"type": "number"},
                    "groups": {"type": "integer"},
                    "can_take_calls": {"type": "integer"},
                },
            }},
        },
    })
}

pub(super) fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["success", "status", "error", "errors", "request_id"],
        "properties": {
            "success": {"const": false},
            "status": {"type": "integer"},
            "error": {"type": "string", "description": "Sentences for people."},
            "errors": {
                "type": "object",
                "description": "For each parameter at fault its broken rules.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "request_id": {"type": "string", "description": "Names the request in the server's log."},
        },
    })
}

pub(super) fn session() -> Value {
    let named = |more: &[&str]| {
        let mut properties = json!({"id": {"type": "integer"}, "name": {"type": "string"}});
        for name in more {
            properties[*name] = json!({"type": "string"});
        }
        json!({"type": "object", "properties": properties})
    };
    json!({
        "type": "object",
        "properties": {
            "status": {"type": "integer"},
            "session": {
                "type": "object",
                "properties": {"user": named(&["email"]), "company": named(&["time_zone", "currency"])},
            },
        },
    })
}
