//! `/api/openapi.json`: OpenAPI 3.1, made from the field tables, so it cannot say anything that does not hold.

mod alerts;
mod caps;
mod schema;

use axum::http::StatusCode;
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
    /// Of calls: who would take one.
    Preview,
}

impl Act {
    /// Whether something may be changed by it.
    const fn writes(self) -> bool {
        !matches!(self, Self::List | Self::Get | Self::Preview)
    }

    /// Whether it is about a record that is there.
    fn has_id(self, resource: Resource) -> bool {
        !matches!(self, Self::List | Self::Create | Self::Preview) && resource != Resource::Company
    }
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
    let call = Resource::Call;
    paths.insert(
        "/api/v1/calls".to_owned(),
        json!({"get": operation(call, Act::List, "list"), "post": operation(call, Act::Create, "create")}),
    );
    paths.insert(
        "/api/v1/calls/preview".to_owned(),
        json!({"post": operation(call, Act::Preview, "preview")}),
    );
    paths.insert(
        "/api/v1/calls/{id}".to_owned(),
        json!({
            "get": operation(call, Act::Get, "get"),
            "put": operation(call, Act::Update, "update"),
            "patch": operation(call, Act::Update, "patch"),
            "post": operation(call, Act::Update, "update_by_post"),
        }),
    );
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
    alerts::add_paths(&mut paths);
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
    alerts::add_schemas(&mut schemas);
    caps::add_schemas(&mut schemas);
    for (name, schema) in [
        ("Call", schema::record(Resource::Call)),
        ("NewCall", schema::change(Resource::Call, true)),
        ("CallPreview", schema::preview()),
        ("CallEvent", schema::event()),
        ("CallDecided", schema::call_decided()),
        ("CallTraced", schema::call_traced()),
        ("CallDecision", schema::decision()),
    ] {
        schemas.insert(name.to_owned(), schema);
    }
    schemas.insert("Metadata".to_owned(), schema::metadata());
    schemas.insert("Problem".to_owned(), schema::problem());
    schemas
}

fn operation(resource: Resource, act: Act, verb: &str) -> Value {
    let (noun, plural) = (resource.noun(), resource.plural());
    let summary = match (act, resource) {
        (Act::List, _) => format!("List {}", resource.heading().to_lowercase()),
        (Act::Get, Resource::Call) => "Get one call with its trace: every candidate, and why".to_owned(),
        (Act::Get, _) => format!("Get one {noun}"),
        (Act::Create, Resource::Call) => "Ask who takes a call, and reserve it for them".to_owned(),
        (Act::Create, _) => format!("Make {}", resource.with_article()),
        (Act::Update, Resource::Call) => "Report what happened in a call".to_owned(),
        (Act::Update, Resource::Alert) => "Say whether an alert was read".to_owned(),
        (Act::Update, _) => format!("Change one {noun}"),
        (Act::Delete, _) => format!("Delete one {noun}; it can be restored for 30 days"),
        (Act::Restore, _) => format!("Bring back a deleted {noun}"),
        (Act::Preview, _) => "Ask who would take a call; nothing is reserved".to_owned(),
    };
    let target = if act == Act::List { plural } else { resource.singular() };
    let mut operation = json!({
        "operationId": format!("{verb}_{target}"),
        "tags": [resource.heading()],
        "summary": summary,
        "parameters": parameters(resource, act),
        "responses": responses(resource, act),
    });
    let schema = match (act, resource) {
        (Act::Create, _) => format!("New{}", resource.type_name()),
        (Act::Update, Resource::Call) => "CallEvent".to_owned(),
        (Act::Update, _) => format!("{}Change", resource.type_name()),
        (Act::Preview, _) => "CallPreview".to_owned(),
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
    if act.has_id(resource) {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "description": "The id or the uuid of the record.",
            "schema": {"type": "string", "examples": ["123456"]},
        }));
    }
    if act == Act::List {
        parameters.extend(list_parameters(resource));
    } else {
        let is_taken = |name: &str| ONE_PARAMS.contains(&name) && (act != Act::Preview || name == "root");
        let one = list::PARAMS.iter().filter(|(name, _)| is_taken(name));
        parameters.extend(one.map(|&(name, rule)| query(name, rule, list_schema(resource, name))));
    }
    parameters.push(query(
        FORMAT_PARAM.0,
        FORMAT_PARAM.1,
        json!({"type": "string", "enum": ["json", "csv"]}),
    ));
    if act.writes() {
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
    let record = match (resource, act) {
        (Resource::Call, Act::Create | Act::Update) => "CallDecided",
        (Resource::Call, Act::Get) => "CallTraced",
        _ => resource.type_name(),
    };
    let record = json!({"$ref": format!("#/components/schemas/{record}")});
    let one = |status: StatusCode| {
        rooted(json!({"status": {"const": status.as_u16()}, resource.singular(): record}), &record)
    };
    let list = json!({"type": "array", "items": record});
    let successes = match act {
        Act::List => {
            let members = json!({
                "status": {"const": OK.as_u16()},
                resource.plural(): list,
                "metadata": {"$ref": "#/components/schemas/Metadata"},
            });
            vec![(OK, "The page; with root=false the bare list.", rooted(members, &list))]
        }
        Act::Create if resource == Resource::Call => vec![
            (CREATED, "The call, and whom to dial.", one(CREATED)),
            (OK, "The call that nobody can take, and why.", one(OK)),
        ],
        Act::Create => vec![(CREATED, "The record; with root=false the bare record.", one(CREATED))],
        Act::Preview => {
            let decision = json!({"$ref": "#/components/schemas/CallDecision"});
            vec![(OK, "Whom to dial, or nobody, and why.", decision)]
        }
        _ => vec![(OK, "The record; with root=false the bare record.", one(OK))],
    };
    let mut responses = Map::new();
    for (status, description, body) in successes {
        let mut content = json!({"application/json": {"schema": body}});
        if act == Act::List {
            content["text/csv"] = json!({"schema": {"type": "string"}});
        }
        let headers = json!({
            "X-Ignored-Parameters": {"description": "Names of parameters that were ignored.", "schema": {"type": "string"}},
        });
        let mut success = json!({"description": description, "headers": headers, "content": content});
        if act == Act::Create {
            success["links"] = links(resource);
        }
        responses.insert(status.as_str().to_owned(), success);
    }
    responses.extend(refusals(act, resource));
    responses
}

/// An object with all of these members, or with root=false what is in it.
fn rooted(members: Value, bare: &Value) -> Value {
    let required: Vec<&String> = members.as_object().into_iter().flat_map(Map::keys).collect();
    json!({"anyOf": [{"type": "object", "required": required, "properties": members}, bare]})
}

/// What can be done with a record that was just made.
fn links(resource: Resource) -> Value {
    let one = resource.singular();
    let id = format!("$response.body#/{one}/id");
    let link = |verb: &str| json!({"operationId": format!("{verb}_{one}"), "parameters": {"id": id}});
    let verbs = ["get", "update", "patch", "update_by_post", "delete", "restore"];
    // Calls are never deleted.
    let verbs = if resource == Resource::Call { &verbs[..4] } else { &verbs };
    verbs.iter().map(|verb| ((*verb).to_owned(), link(verb))).collect::<Map<_, _>>().into()
}

/// The refusals that an operation can come to.
fn refusals(act: Act, resource: Resource) -> impl Iterator<Item = (String, Value)> {
    let (has_id, writes, reads_body) =
        (act.has_id(resource), act.writes(), !matches!(act, Act::List | Act::Get));
    let can_come = move |status: u16| match status {
        404 => has_id,
        406 => act != Act::List,
        409 | 412 | 507 => writes,
        403 | 408 | 413 | 415 => reads_body,
        429 => false,
        _ => true,
    };
    REFUSALS
        .iter()
        .filter(move |(status, _)| can_come(status.as_u16()))
        .map(|(status, when)| refusal(*status, when))
}

fn refusal(status: StatusCode, when: &str) -> (String, Value) {
    let body = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    (status.as_str().to_owned(), json!({"description": when, "content": body}))
}

fn session() -> Value {
    let body = json!({"application/json": {"schema": schema::session()}});
    let with_refusals = |status: StatusCode, description: &str, content: Option<&Value>, others: &[u16]| {
        let mut first = json!({"description": description});
        if let Some(content) = content {
            first["content"] = content.clone();
        }
        let others = REFUSALS.iter().filter(|(status, _)| others.contains(&status.as_u16()));
        let mut responses: Map<String, Value> = others.map(|(status, when)| refusal(*status, when)).collect();
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
