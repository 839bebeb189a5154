//! What every request goes through: it gets an id, a panic becomes an answer, a refusal gets its body, security
//! headers are set, and one line is logged.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::Id;
use futures_util::FutureExt as _;

use crate::docs;
use crate::error::Refusal;
use crate::secret;

/// Holds on every page: no script but our own files and the browser module, nothing from elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What is known of a request besides what it brought; the log line is made of it.
#[derive(Debug)]
pub(crate) struct Trace {
    /// Names the request in the log and in refusals.
    pub(crate) request_id: String,
    /// The tenant, once the caller is known.
    pub(crate) company: OnceLock<Id>,
}

/// Runs the handler and finishes its answer.
pub(crate) async fn finish(mut request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let trace = Arc::new(Trace { request_id: secret::request_id(), company: OnceLock::new() });
    request.extensions_mut().insert(Arc::clone(&trace));
    let method = request.method().clone();
    // The template of the route, never the address itself: a query may hold a key.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let is_for_machines = is_for_machines(request.uri().path());

    let mut response = AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
        axum::response::IntoResponse::into_response(Refusal::Internal(format!("a handler panicked: {text}")))
    });
    let refusal = response.extensions_mut().remove::<Refusal>();
    if let Some(refusal) = &refusal {
        write_body(&mut response, refusal, is_for_machines, &trace.request_id);
    }
    set_headers(response.headers_mut(), is_for_machines, &trace.request_id);

    let status = response.status();
    let company = trace.company.get().map(|id| id.get());
    let (route, ms) =
        (route.as_ref().map_or("-", MatchedPath::as_str), started.elapsed().as_secs_f64() * 1000.0);
    let request_id = &trace.request_id;
    let ms = (ms * 10.0).round() / 10.0;
    if status.is_server_error() {
        let cause = refusal.as_ref().and_then(Refusal::cause);
        tracing::error!(target: "request", %method, route, status = status.as_u16(), ms, company, request_id, cause, "failed");
    } else {
        tracing::info!(target: "request", %method, route, status = status.as_u16(), ms, company, request_id, "answered");
    }
    response
}

/// Addresses that programs read; the others are for people.
fn is_for_machines(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/") || path == "/healthz" || path == "/readyz"
}

fn write_body(response: &mut Response, refusal: &Refusal, is_for_machines: bool, request_id: &str) {
    let (media_type, body) = if is_for_machines {
        ("application/json", refusal.body(request_id))
    } else {
        ("text/html; charset=utf-8", docs::refusal_page(refusal, request_id))
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
}

fn set_headers(headers: &mut HeaderMap, is_for_machines: bool, request_id: &str) {
    const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
    const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (COOP, "same-origin"),
        (CORP, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, request_id);
    }
    if is_for_machines && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn panicking() -> &'static str {
        panic!("a fault of ours")
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_with_a_request_id() {
        let app = Router::new().route("/api/v1/broken", get(panicking)).layer(from_fn(finish));
        let request = Request::get("/api/v1/broken").body(Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        assert!(response.status().is_server_error());
        let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains(&request_id) && !text.contains("a fault of ours"), "{text}");
    }
}
