//! The reference of one resource, made from its field table, at the addresses that the API document names.

use domain::call::PREVIEW_FIELDS;
use domain::field::{Blank, Column, Order, Param};
use domain::filter::Test;
use domain::{EVENT_FIELDS, Field, Intent, Kind, Resource, list};

use super::caps;
use super::html::{Html, page};
use crate::call::{AUTH_TOKEN_PARAM, DRY_RUN_PARAM, FORMAT_PARAM, ONE_PARAMS};
use crate::error::REFUSALS;
use crate::openapi::columns;
use crate::render::members::{DECISION, Holds, Member, TRACE};
use crate::routes::alerts::UP_TO_PARAM;

/// How examples sign in.
pub(super) const SIGN_IN: &str = "-H \"Authorization: Basic BASE64_ENCODED_PUBLIC_KEY_AND_PRIVATE_KEY\"";
const SEND_JSON: &str = "-H \"Content-Type: application/json\"";

/// One operation: how it is called and what it does.
struct Operation {
    method: &'static str,
    path: String,
    does: String,
    example: String,
    takes: Takes,
}

/// The parameters of an operation.
#[derive(Clone, Copy)]
enum Takes {
    List,
    One,
    Fields(Intent),
    Event,
    Preview,
    /// One parameter of its own.
    Own(&'static str, &'static str),
    Nothing,
}

/// The reference of one resource; `origin` is the address at which the reader sees the server.
pub(crate) fn reference(resource: Resource, origin: &str) -> String {
    let mut body = Html::default();
    header(&mut body, Some(resource.plural()));
    body.raw("<main><h1>").text(resource.heading()).raw("</h1>");
    if matches!(resource, Resource::Call | Resource::Alert) {
        body.raw("<p>All of this goes beyond TrackDrive's API document. ");
    } else {
        body.raw(
            "<p>What goes beyond TrackDrive's API document is marked <em class=\"ext\">extension</em>; ",
        );
        body.raw("clients that do not ask for it do not notice it. ");
    }
    body.raw("For programs: <a href=\"/api/openapi.json\">openapi.json</a>.</p>");
    signing_in(&mut body, origin, resource);
    for operation in operations(resource, origin) {
        section(&mut body, &operation);
        match operation.takes {
            Takes::List => list_parameters(&mut body, resource),
            Takes::One => one_parameters(&mut body, &[]),
            Takes::Fields(intent) => {
                let is_required = |field: &Field| intent == Intent::Create && field.is_required();
                fields(&mut body, resource.writable(), is_required, intent, &[DRY_RUN_PARAM]);
            }
            Takes::Event => {
                let is_required = |field: &Field| field.blank == Blank::Refused;
                fields(&mut body, EVENT_FIELDS.iter(), is_required, Intent::Update, &[DRY_RUN_PARAM]);
            }
            Takes::Preview => {
                let all = resource.writable().chain(PREVIEW_FIELDS);
                fields(&mut body, all, |_| false, Intent::Create, &[]);
            }
            Takes::Own(name, rule) => table(&mut body, "Parameter", |body| {
                row(body, name, &[], &[rule]);
                row(body, DRY_RUN_PARAM.0, &[], &[DRY_RUN_PARAM.1]);
            }),
            Takes::Nothing => one_parameters(&mut body, &[DRY_RUN_PARAM]),
        }
        body.raw("</section>");
    }
    all_columns(&mut body, resource);
    if resource == Resource::Call {
        beside_columns(&mut body);
    }
    errors(&mut body);
    body.raw("</main>");
    page(&format!("{} · API reference", resource.heading()), &body)
}

/// The references: where each stands, and what it is called.
fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    let resources = Resource::WITH_LIST.into_iter().map(|resource| (resource.plural(), resource.heading()));
    resources.chain([(caps::PAGE, caps::HEADING)])
}

/// The list of references.
pub(crate) fn index() -> String {
    let mut body = Html::default();
    header(&mut body, None);
    body.raw("<main><h1>API reference</h1><ul>");
    for (name, heading) in pages() {
        body.raw("<li><a href=\"/api/docs/1.0/").text(name).raw("\">").text(heading).raw("</a></li>");
    }
    body.raw("</ul><p>For programs: <a href=\"/api/openapi.json\">openapi.json</a>.</p></main>");
    page("API reference", &body)
}

pub(super) fn header(body: &mut Html, current: Option<&str>) {
    body.raw("<header><a class=\"home\" href=\"/\">Admin page</a><nav aria-label=\"Reference\">");
    for (name, heading) in pages() {
        body.raw("<a href=\"/api/docs/1.0/").text(name).raw("\"");
        if current == Some(name) {
            body.raw(" aria-current=\"page\"");
        }
        body.raw(">").text(heading).raw("</a>");
    }
    body.raw("</nav></header>");
}

fn signing_in(body: &mut Html, origin: &str, resource: Resource) {
    body.raw(
        "<section id=\"sign-in\"><h2>Signing in</h2><p>Send the public and the private key with a colon ",
    );
    body.raw("between them, in base64, as <code>Authorization: Basic</code>. With curl:</p>");
    let url = format!("{origin}/api/v1/{}", resource.plural());
    code(body, &format!("curl -u PUBLIC_KEY:PRIVATE_KEY \"{url}\""));
    body.raw("<p>Clients that cannot send headers pass <code>").text(AUTH_TOKEN_PARAM.0);
    body.raw("</code>: ").text(AUTH_TOKEN_PARAM.1).raw("</p></section>");
}

fn operations(resource: Resource, origin: &str) -> Vec<Operation> {
    let (noun, singular) = (resource.noun(), resource.with_article());
    let collection = format!("/api/v1/{}", resource.plural());
    let one = format!("{collection}/:id");
    let (new, changed) = examples(resource);
    let url = format!("{origin}{collection}");
    let operation = |method, path: &str, takes, does: String, example: String| Operation {
        method,
        path: path.to_owned(),
        does,
        example,
        takes,
    };
    let read = [
        operation(
            "GET",
            &collection,
            Takes::List,
            format!("Get {}.", resource.heading().to_lowercase()),
            format!("curl {SIGN_IN} \"{url}?page=1&order=created_at&\""),
        ),
        operation(
            "GET",
            &one,
            Takes::One,
            format!("Get an individual {noun} by id."),
            format!("curl {SIGN_IN} {url}/123456"),
        ),
    ];
    let post = |url: &str, body: &str| format!("curl {SIGN_IN} {SEND_JSON} -X POST -d '{body}' {url}");
    let put = |body: &str| format!("curl {SIGN_IN} {SEND_JSON} -X PUT -d '{body}' {url}/123456");
    let written = if resource == Resource::Alert {
        vec![
            operation(
                "PUT",
                &one,
                Takes::Fields(Intent::Update),
                "Say whether an alert was read. PATCH and POST do the same.".to_owned(),
                put(changed),
            ),
            operation(
                "POST",
                &format!("{collection}/read"),
                Takes::Own(UP_TO_PARAM.0, UP_TO_PARAM.1),
                "Mark all alerts up to one as read.".to_owned(),
                post(&format!("{url}/read"), r#"{"up_to": 17}"#),
            ),
        ]
    } else if resource == Resource::Call {
        vec![
            operation(
                "POST",
                &collection,
                Takes::Fields(Intent::Create),
                CALL_TAKEN.to_owned(),
                post(&url, new),
            ),
            operation("PUT", &one, Takes::Event, CALL_REPORTED.to_owned(), put(changed)),
            operation(
                "POST",
                &format!("{collection}/preview"),
                Takes::Preview,
                "Answer as POST would, and reserve nothing.".to_owned(),
                post(&format!("{url}/preview"), new),
            ),
        ]
    } else {
        vec![
            operation(
                "POST",
                &collection,
                Takes::Fields(Intent::Create),
                format!("Make {singular}. POST on {one} updates, like PUT."),
                post(&url, new),
            ),
            operation(
                "PUT",
                &one,
                Takes::Fields(Intent::Update),
                format!("Update an individual {noun}. PATCH does the same."),
                put(changed),
            ),
            operation(
                "DELETE",
                &one,
                Takes::Nothing,
                format!("Destroy an individual {noun}. It can be restored for 30 days."),
                format!("curl {SIGN_IN} {SEND_JSON} -X DELETE {url}/123456"),
            ),
            operation(
                "POST",
                &format!("{one}/restore"),
                Takes::Nothing,
                format!("Bring back a deleted {noun}. An extension."),
                format!("curl {SIGN_IN} -X POST {url}/123456/restore"),
            ),
        ]
    };
    read.into_iter().chain(written).collect()
}

/// What POST does with a call.
const CALL_TAKEN: &str = "Ask who takes a call: one of the groups that serve an offer, or one group. 201 with the step \
    to dial, its attempts, one connection, one conversion, the expected revenue and a live slot reserved; 200 without a \
    step, and with the reasons, when nobody can take it.";
/// What PUT does with a call.
const CALL_REPORTED: &str = "Report what happened in a call. Reports may come twice, late and in any order: the event_id \
    tells them apart. After failed, the answer has the next step to dial. PATCH and POST do the same.";

/// Bodies of the examples: for a new record, and for a change.
fn examples(resource: Resource) -> (&'static str, &'static str) {
    match resource {
        Resource::BuyerGroup => (
            r#"{"name ":"Great Group Of Buyers", "buyer_ids": [100123,100124]}"#,
            r#"{"name ":"Great Group Of Buyers", "add_buyer_ids": [100123,100124], "remove_buyer_ids": [100101]}"#,
        ),
        Resource::Buyer => (
            r#"{"name": "Loans, Spanish desk", "user_buyer_id": "loan-23-es", "phone_number": "+14155550134"}"#,
            r#"{"paused": true}"#,
        ),
        Resource::Call => (
            r#"{"offer_id": 123460, "caller_number": "+14155550134"}"#,
            r#"{"event_id": "7f3a-1", "event": "converted", "revenue": 28}"#,
        ),
        Resource::Alert => ("", r#"{"read": true}"#),
        Resource::Offer | Resource::Company => {
            (r#"{"name": "Auto quotes", "buyer_group_ids": [123456]}"#, r#"{"expected_revenue": 12.5}"#)
        }
    }
}

fn section(body: &mut Html, operation: &Operation) {
    body.raw("<section><h2><span class=\"method\">").text(operation.method).raw("</span> ");
    body.text(&operation.path).raw("</h2><p>").text(&operation.does).raw("</p>");
    code(body, &operation.example);
}

pub(super) fn code(body: &mut Html, text: &str) {
    body.raw("<pre tabindex=\"0\"><code>").text(text).raw("</code></pre>");
}

pub(super) fn table(body: &mut Html, caption: &'static str, rows: impl FnOnce(&mut Html)) {
    // A group and no region: several operations have a table of the same name, and landmarks must differ.
    body.raw("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"").text(caption);
    body.raw("\"><table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">").text(caption);
    body.raw("</th></tr></thead><tbody>");
    rows(body);
    body.raw("</tbody></table></div>");
}

pub(super) fn row(body: &mut Html, name: &str, marks: &[&'static str], texts: &[&str]) {
    body.raw("<tr><th scope=\"row\"><code>").text(name).raw("</code></th><td>");
    for mark in marks {
        body.raw("<em class=\"ext\">").text(mark).raw("</em> ");
    }
    body.text(&texts.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(" "));
    body.raw("</td></tr>");
}

fn list_parameters(body: &mut Html, resource: Resource) {
    table(body, "Parameter of the list", |body| {
        for (name, rule) in list::PARAMS {
            let more = match *name {
                "order" => format!("Must be one of: {}.", orders(resource, Order::Standard)),
                "columns" => "Any of the columns below.".to_owned(),
                _ => String::new(),
            };
            row(body, name, &[], &[rule, &more]);
        }
        row(body, "order", &["extension"], &["Also:", &orders(resource, Order::Extension)]);
        for (name, rule) in list::EXTENSION_PARAMS {
            row(body, name, &["extension"], &[rule]);
        }
        if resource == Resource::BuyerGroup {
            row(body, list::SUMMARY_PARAM.0, &["extension"], &[list::SUMMARY_PARAM.1]);
        }
        for filter in resource.main_filters() {
            let rule = filter.test.rule();
            row(body, filter.name, &["extension"], &["Only those with this. ", rule, &filter.rule()]);
        }
        row(body, FORMAT_PARAM.0, &["extension"], &[FORMAT_PARAM.1]);
    });
    column_filters(body, resource);
}

/// The filters that follow from the columns, a row for each column.
fn column_filters(body: &mut Html, resource: Resource) {
    body.raw("<p>Every column below narrows the list too, under its own name and ");
    for (index, test) in [Test::From, Test::To, Test::Contains, Test::Blank].into_iter().enumerate() {
        body.raw(if index > 0 { ", <code>" } else { "<code>" }).text(test.suffix()).raw("</code> (");
        body.text(test.rule().trim_end_matches('.')).raw(")");
    }
    body.raw(". Several filters are combined with AND; what is blank passes <code>_blank</code> only.</p>");
    table(body, "Filter by a column", |body| {
        let more = resource.filters().get(resource.main_filters().len()..).unwrap_or_default();
        for of_column in more.chunk_by(|one, next| one.by == next.by) {
            let names: Vec<&str> = of_column.iter().map(|filter| filter.name).collect();
            let rule = of_column.first().map_or(String::new(), |filter| filter.rule());
            row(body, &names.join(", "), &["extension"], &[&rule]);
        }
    });
}

fn orders(resource: Resource, which: Order) -> String {
    let names: Vec<_> = list::sortable(resource)
        .filter(|field| field.order == which)
        .map(|field| field.key.order_name())
        .collect();
    names.join(", ")
}

fn one_parameters(body: &mut Html, more: &[(&str, &str)]) {
    let own = list::PARAMS.iter().filter(|(name, _)| ONE_PARAMS.contains(name));
    table(body, "Parameter of one record", |body| {
        for (name, rule) in own.chain(more) {
            row(body, name, &["extension"], &[rule]);
        }
    });
}

fn fields(
    body: &mut Html,
    fields: impl Iterator<Item = &'static Field>,
    is_required: impl Fn(&Field) -> bool,
    intent: Intent,
    more: &[(&str, &str)],
) {
    let is_new = intent == Intent::Create;
    table(body, "Parameter of a write", |body| {
        for field in fields {
            let mut marks = Vec::new();
            if is_required(field) {
                marks.push("required");
            }
            if field.param == Param::Extension || (is_new && field.param == Param::Update) {
                marks.push("extension");
            }
            if field.blank != Blank::Refused {
                marks.push("blank value allowed");
            }
            let default = field.default.filter(|_| is_new).map(|default| format!("By default {default}."));
            let label = format!("{}.", field.label);
            row(
                body,
                field.name,
                &marks,
                &[&label, field.help, &field.kind.rule(), default.as_deref().unwrap_or_default()],
            );
        }
        for (name, rule) in more {
            row(body, name, &["extension"], &[rule]);
        }
    });
}

fn all_columns(body: &mut Html, resource: Resource) {
    body.raw("<section id=\"columns\"><h2>Columns</h2>");
    table(body, "Column", |body| {
        for field in columns(resource) {
            let is_extra = field.column == Column::OnRequest;
            let marks: &[&str] =
                if is_extra { &["extension", "sent only when columns names it"] } else { &[] };
            row(body, field.name, marks, &[&format!("{}.", field.label), field.help]);
        }
    });
    body.raw("</section>");
}

/// What answers about calls hold beside the columns.
fn beside_columns(body: &mut Html) {
    body.raw("<section id=\"trace\"><h2>Beside the columns</h2><p>POST, PUT and preview answer with whom to dial now, and why:</p>");
    table(body, "Member of a decision", |body| members(body, "", &[DECISION]));
    body.raw("<p>GET on one call answers with its trace, every step with its candidates:</p>");
    table(body, "Member of a trace", |body| members(body, "", &[TRACE]));
    body.raw("</section>");
}

/// A row for each member, and for those of the objects in it.
fn members(body: &mut Html, before: &str, tables: &[&[Member]]) {
    for member in tables.iter().copied().flatten() {
        let name = format!("{before}{}", member.name);
        let (rule, inner) = match member.holds {
            Holds::One(kind) | Holds::Maybe(kind) => (words(kind), None),
            Holds::Object(tables) | Holds::MaybeObject(tables) => (String::new(), Some((".", tables))),
            Holds::Objects(tables) => (String::new(), Some(("[].", tables))),
        };
        row(body, &name, &[], &[member.help, &rule]);
        if let Some((step, tables)) = inner {
            members(body, &format!("{name}{step}"), tables);
        }
    }
}

/// The words that may stand in a member.
fn words(kind: Kind) -> String {
    let Kind::Choice(choices) = kind else { return String::new() };
    let words: Vec<String> = choices
        .iter()
        .map(|choice| format!("{} ({})", choice.name, choice.label.trim_end_matches('.')))
        .collect();
    format!("One of: {}.", words.join(", "))
}

pub(super) fn errors(body: &mut Html) {
    body.raw("<section id=\"errors\"><h2>Errors</h2><p>Every refusal has one shape, and names all faults at once:</p>");
    code(
        body,
        "{\"success\": false, \"status\": 422, \"error\": \"Tier must be a decimal number.\",\n \
         \"errors\": {\"tier\": [\"must be a decimal number\"]}, \"request_id\": \"…\"}",
    );
    body.raw("<dl>");
    for (status, when) in REFUSALS {
        body.raw("<dt>").text(status.as_str()).raw("</dt><dd>").text(when).raw("</dd>");
    }
    body.raw("</dl></section>");
}
