//! Every route of the server.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use axum::{Extension, Router};
use domain::Resource;
use tower::util::MapRequest;

use crate::finish::finish;
use crate::negotiate::{with_single_slashes, without_suffix};
use crate::routes::alerts::{read_alerts, update_alert};
use crate::routes::calls::{create_call, get_call, preview_call, report_event};
use crate::routes::caps::{list_caps, show_usage};
use crate::routes::events::stream_events;
use crate::routes::records::{
    create_record, delete_record, get_record, list_records, restore_record, update_record,
};
use crate::routes::{company::update_company, health, pages, reference, session, webhook};
use crate::state::App;

/// Answers requests; what the suffix of a path says is taken off it first.
pub type Service = MapRequest<Router, fn(Request) -> Request>;

/// The whole server.
pub fn app(state: App) -> Service {
    let mut router = Router::new()
        .merge(records(Resource::BuyerGroup))
        .merge(records(Resource::Buyer))
        .merge(records(Resource::Offer))
        .merge(calls())
        .merge(alerts())
        .merge(company())
        .merge(caps())
        .route(
            "/api/v1/session",
            get(session::show_session).post(session::create_session).delete(session::destroy_session),
        )
        .route("/api/openapi.json", get(reference::show_openapi))
        .route("/api/docs/1.0", get(reference::show_index))
        .route("/api/docs/1.0/{resource}", get(reference::show_reference))
        .route("/api/docs/reference.css", get(reference::show_stylesheet))
        .route("/api/docs/icon.svg", get(reference::show_icon))
        .route("/healthz", get(health::show_health))
        .route("/readyz", get(health::show_readiness));
    for page in pages::addresses() {
        router = router.route(&page, get(pages::show_page));
    }
    let router = router
        .fallback(pages::show_file)
        .method_not_allowed_fallback(pages::refuse_method)
        .layer(from_fn(finish))
        .with_state(state);
    MapRequest::new(router, take_suffix)
}

/// The routes of a resource that has a list.
fn records(resource: Resource) -> Router<App> {
    let collection = format!("/api/v1/{}", resource.plural());
    let update = post(update_record).put(update_record).patch(update_record);
    Router::new()
        .route(&collection, get(list_records).post(create_record))
        .route(&format!("{collection}/{{id}}"), update.get(get_record).delete(delete_record))
        .route(&format!("{collection}/{{id}}/restore"), post(restore_record))
        .layer(Extension(resource))
}

/// Calls are never deleted, and changed only by what is reported of them.
fn calls() -> Router<App> {
    let report = post(report_event).put(report_event).patch(report_event);
    Router::new()
        .route("/api/v1/calls", get(list_records).post(create_call))
        .route("/api/v1/calls/preview", post(preview_call))
        .route("/api/v1/calls/{id}", report.get(get_call))
        .layer(Extension(Resource::Call))
}

/// Alerts are raised by counting, and never deleted; they are only read.
fn alerts() -> Router<App> {
    let update = post(update_alert).put(update_alert).patch(update_alert);
    Router::new()
        .route("/api/v1/alerts", get(list_records))
        .route("/api/v1/alerts/read", post(read_alerts))
        .route("/api/v1/alerts/{id}", update.get(get_record))
        .layer(Extension(Resource::Alert))
}

fn company() -> Router<App> {
    let update = post(update_company).put(update_company).patch(update_company);
    Router::new()
        .route("/api/v1/company", update.get(get_record))
        .route("/api/v1/company/webhook", get(webhook::show_webhook))
        .route("/api/v1/company/webhook_secret", post(webhook::create_secret))
        .route("/api/v1/company/webhook_test", post(webhook::send_test))
        .layer(Extension(Resource::Company))
}

/// How full the caps of groups are, and what changes.
fn caps() -> Router<App> {
    Router::new()
        .route("/api/v1/caps", get(list_caps))
        .route("/api/v1/buyer_groups/{id}/usage", get(show_usage))
        .route("/api/v1/events", get(stream_events))
        .layer(Extension(Resource::BuyerGroup))
}

/// Takes `.json`, `.csv` and slashes off the end of the path, and doubled slashes out of it; remembers the suffix.
fn take_suffix(mut request: Request) -> Request {
    let path = with_single_slashes(request.uri().path());
    let (path, suffix) = without_suffix(&path);
    if path != request.uri().path() {
        let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
        let shorter = PathAndQuery::try_from(format!("{path}{query}"));
        let mut parts = request.uri().clone().into_parts();
        if let Ok(shorter) = shorter {
            parts.path_and_query = Some(shorter);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    if let Some(suffix) = suffix {
        request.extensions_mut().insert(suffix);
    }
    request
}
