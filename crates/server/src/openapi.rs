//! `/api/openapi.json`: OpenAPI 3.1, made from the field tables, so it cannot say anything that does not hold.

mod caps;
mod schema;

use domain::{Field, Resource, list};
use serde_json::{Map, Value, json};

use crate::call::{DRY_RUN_PARAM, FORMAT_PARAM, ONE_PARAMS};
use crate::error::{CREATED, NO_CONTENT, OK, REFUSALS};

/// What an operation does, which says what can come of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    List,
    Get,
    Create,
    Update,
    Delete,
    Restore,
}

/// The description of the whole API.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for resource in Resource::LISTED {
        let collection = format!("/api/v1/{}", resource.plural());
        paths.insert(
            collection.clone(),
            json!({"get": operation(resource, Act::List, "list"), "post": operation(resource, Act::Create, "create")}),
        );
        paths.insert(
            format!("{collection}/{{id}}"),
            json!({
                "get": operation(resource, Act::Get, "get"),
                "put": operation(resource, Act::Update, "update"),
                "patch": operation(resource, Act::Update, "patch"),
                "post": operation(resource, Act::Update, "update_by_post"),
                "delete": operation(resource, Act::Delete, "delete"),
            }),
        );
        paths.insert(
            format!("{collection}/{{id}}/restore"),
            json!({"post": operation(resource, Act::Restore, "restore")}),
        );
    }
    let company = Resource::Company;
    paths.insert(
        "/api/v1/company".to_owned(),
        json!({
            "get": operation(company, Act::Get, "get"),
            "put": operation(company, Act::Update, "update"),
            "patch": operation(company, Act::Update, "patch"),
            "post": operation(company, Act::Update, "update_by_post"),
        }),
    );
    caps::add_paths(&mut paths);
    paths.insert("/api/v1/session".to_owned(), session());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Buyer groups",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Buyers share priority and caps in groups; this is the API for them. \
                People read it at /api/docs/1.0/buyer_groups."
        },
        "servers": [{"url": "/"}],
        "security": [{"keys": []}, {"auth_token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "keys": {"type": "http", "scheme": "basic", "description": "The public key as name, the private key as password."},
                "auth_token": {"type": "apiKey", "in": "query", "name": "auth_token", "description": "The private key."},
                "session": {"type": "apiKey", "in": "cookie", "name": "buyer_groups_session", "description": "The admin page."},
            },
            "schemas": schemas(),
        },
    })
}

fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    for resource in [Resource::BuyerGroup, Resource::Buyer, Resource::Offer, Resource::Company] {
        schemas.insert(resource.type_name().to_owned(), schema::record(resource));
        schemas.insert(format!("{}Change", resource.type_name()), schema::change(resource, false));
        if resource != Resource::Company {
            schemas.insert(format!("New{}", resource.type_name()), schema::change(resource, true));
        }
    }
    caps::add_schemas(&mut schemas);
    schemas.insert("Metadata".to_owned(), schema::metadata());
    schemas.insert("Problem".to_owned(), schema::problem());
    schemas
}

fn operation(resource: Resource, act: Act, verb: &str) -> Value {
    let (noun, plural) = (resource.noun(), resource.plural());
    let summary = match act {
        Act::List => format!("List {}", resource.heading().to_lowercase()),
        Act::Get => format!("Get one {noun}"),
        Act::Create => format!("Make {}", resource.with_article()),
        Act::Update => format!("Change one {noun}"),
        Act::Delete => format!("Delete one {noun}; it can be restored for 30 days"),
        Act::Restore => format!("Bring back a deleted {noun}"),
    };
    let target = if act == Act::List { plural } else { resource.singular() };
    let mut operation = json!({
        "operationId": format!("{verb}_{target}"),
        "tags": [resource.heading()],
        "summary": summary,
        "parameters": parameters(resource, act),
        "responses": responses(resource, act),
    });
    let schema = match act {
        Act::Create => format!("New{}", resource.type_name()),
        Act::Update => format!("{}Change", resource.type_name()),
        _ => return operation,
    };
    let schema = json!({"schema": {"$ref": format!("#/components/schemas/{schema}")}});
    operation["requestBody"] = json!({
        "description": "Parameters may also come in the query, under the resource's own name, or as a list of objects.",
        "content": {
            "application/json": schema,
            "application/x-www-form-urlencoded": schema,
            "multipart/form-data": schema,
        },
    });
    operation
}

fn parameters(resource: Resource, act: Act) -> Vec<Value> {
    let mut parameters = Vec::new();
    if act != Act::List && act != Act::Create && resource != Resource::Company {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "description": "The id or the uuid of the record.",
            "schema": {"type": "string", "examples": ["123456"]},
        }));
    }
    if act == Act::List {
        parameters.extend(list_parameters(resource));
    } else {
        let one = list::PARAMS.iter().filter(|(name, _)| ONE_PARAMS.contains(name));
        parameters.extend(one.map(|&(name, rule)| query(name, rule, list_schema(resource, name))));
    }
    parameters.push(query(
        FORMAT_PARAM.0,
        FORMAT_PARAM.1,
        json!({"type": "string", "enum": ["json", "csv"]}),
    ));
    if !matches!(act, Act::List | Act::Get) {
        parameters.push(query(DRY_RUN_PARAM.0, DRY_RUN_PARAM.1, schema::boolean()));
        parameters
            .push(header("If-Match", "The ETag of the record as the caller read it: 412 if it has changed."));
        parameters.push(header(
            "Idempotency-Key",
            "The first answer to a request with this key is given again for 24 hours.",
        ));
    }
    parameters.push(header("Prefer", "handling=strict refuses parameters that would be ignored."));
    parameters
}

fn list_parameters(resource: Resource) -> impl Iterator<Item = Value> {
    let summary = [list::SUMMARY_PARAM];
    let summary = if resource == Resource::BuyerGroup { &summary[..] } else { &[] };
    let own: Vec<Value> = list::PARAMS
        .iter()
        .chain(list::EXTENSION_PARAMS)
        .chain(summary)
        .map(|&(name, rule)| query(name, rule, list_schema(resource, name)))
        .collect();
    let filters = resource.filters().iter().map(|filter| {
        let rule = format!("{}. {} {}", filter.label, filter.test.rule(), filter.rule());
        query(filter.name, &rule, json!({"type": "string"}))
    });
    own.into_iter().chain(filters)
}

/// What stands in a parameter of a list.
fn list_schema(resource: Resource, name: &str) -> Value {
    let names = |names: Vec<String>| json!({"type": "string", "enum": names});
    match name {
        "page" => json!({"type": "integer", "minimum": 1, "default": 1}),
        "per_page" => {
            json!({"type": "integer", "minimum": 1, "maximum": list::MOST_IN_CSV, "default": list::PER_PAGE})
        }
        "cursor" => json!({"type": "integer", "minimum": -1}),
        "root" | "deleted" | "summary" => schema::boolean(),
        "order" => names(list::sortable(resource).map(|field| field.key.order_name().into_owned()).collect()),
        "order_dir" => names(vec!["desc".to_owned(), "asc".to_owned()]),
        "columns" => {
            let columns: Vec<&str> = columns(resource).map(|field| field.name).collect();
            json!({
                "type": "string",
                "description": format!("Any of: {}.", columns.join(", ")),
                "examples": [columns.iter().take(3).copied().collect::<Vec<_>>().join(",")],
            })
        }
        _ => json!({"type": "string"}),
    }
}

/// Every column that a resource has.
pub(crate) fn columns(resource: Resource) -> impl Iterator<Item = &'static Field> {
    resource.fields().iter().filter(|field| field.is_column())
}

fn query(name: &str, rule: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "description": rule, "schema": schema})
}

fn header(name: &str, rule: &str) -> Value {
    json!({"name": name, "in": "header", "description": rule, "schema": {"type": "string"}})
}

fn responses(resource: Resource, act: Act) -> Map<String, Value> {
    let mut responses = Map::new();
    let record = json!({"$ref": format!("#/components/schemas/{}", resource.type_name())});
    let (status, description, content) = match act {
        Act::List => {
            let list = json!({"type": "array", "items": record});
            let body = json!({
                "anyOf": [
                    {
                        "type": "object",
                        "required": ["status", resource.plural(), "metadata"],
                        "properties": {
                            "status": {"const": OK.as_u16()},
                            resource.plural(): list,
                            "metadata": {"$ref": "#/components/schemas/Metadata"},
                        },
                    },
                    list,
                ],
            });
            (
                OK,
                "The page; with root=false the bare list.",
                json!({
                    "application/json": {"schema": body},
                    "text/csv": {"schema": {"type": "string"}},
                }),
            )
        }
        _ => {
            let status = if act == Act::Create { CREATED } else { OK };
            let body = json!({
                "anyOf": [
                    {
                        "type": "object",
                        "required": ["status", resource.singular()],
                        "properties": {"status": {"const": status.as_u16()}, resource.singular(): record},
                    },
                    record,
                ],
            });
            (
                status,
                "The record; with root=false the bare record.",
                json!({"application/json": {"schema": body}}),
            )
        }
    };
    let headers = json!({
        "X-Ignored-Parameters": {"description": "Names of parameters that were ignored.", "schema": {"type": "string"}},
    });
    let mut success = json!({"description": description, "headers": headers, "content": content});
    if act == Act::Create {
        success["links"] = links(resource);
    }
    responses.insert(status.as_str().to_owned(), success);
    responses.extend(refusals(act, resource));
    responses
}

/// What can be done with a record that was just made.
fn links(resource: Resource) -> Value {
    let one = resource.singular();
    let id = format!("$response.body#/{one}/id");
    let link = |verb: &str| json!({"operationId": format!("{verb}_{one}"), "parameters": {"id": id}});
    let verbs = ["get", "update", "patch", "update_by_post", "delete", "restore"];
    verbs.iter().map(|verb| ((*verb).to_owned(), link(verb))).collect::<Map<_, _>>().into()
}

/// The refusals that an operation can come to.
fn refusals(act: Act, resource: Resource) -> impl Iterator<Item = (String, Value)> {
    let has_id = !matches!(act, Act::List | Act::Create) && resource != Resource::Company;
    let writes = !matches!(act, Act::List | Act::Get);
    let can_come = move |status: u16| match status {
        404 => has_id,
        406 => act != Act::List,
        403 | 408 | 409 | 412 | 413 | 415 | 507 => writes,
        _ => true,
    };
    REFUSALS
        .iter()
        .filter(move |(status, _)| can_come(status.as_u16()))
        .map(|(status, when)| refusal(*status, when))
}

fn refusal(status: axum::http::StatusCode, when: &str) -> (String, Value) {
    let body = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    (status.as_str().to_owned(), json!({"description": when, "content": body}))
}

fn session() -> Value {
    let body = json!({"application/json": {"schema": schema::session()}});
    let with_refusals =
        |status: axum::http::StatusCode, description: &str, content: Option<&Value>, others: &[u16]| {
            let mut first = json!({"description": description});
            if let Some(content) = content {
                first["content"] = content.clone();
            }
            let others = REFUSALS.iter().filter(|(status, _)| others.contains(&status.as_u16()));
            let mut responses: Map<String, Value> =
                others.map(|(status, when)| refusal(*status, when)).collect();
            responses.insert(status.as_str().to_owned(), first);
            responses
        };
    json!({
        "get": {
            "operationId": "get_session", "tags": ["Session"], "summary": "Who is signed in at the admin page",
            "responses": with_refusals(OK, "The user and the company.", Some(&body), &[401, 405, 503]),
        },
        "post": {
            "operationId": "create_session", "tags": ["Session"], "summary": "Sign in with the token of a sign-in address",
            "security": [],
            "requestBody": {"content": {"application/json": {"schema": {
                "type": "object", "required": ["token"], "properties": {"token": {"type": "string"}},
            }}}},
            "responses": with_refusals(
                CREATED, "Signed in; the cookie lasts 30 days.", Some(&body),
                &[400, 401, 403, 405, 408, 413, 415, 422, 503, 507],
            ),
        },
        "delete": {
            "operationId": "delete_session", "tags": ["Session"], "summary": "Sign out",
            "security": [],
            "responses": with_refusals(NO_CONTENT, "Signed out.", None, &[403, 405, 503, 507]),
        },
    })
}
