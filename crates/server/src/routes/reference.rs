//! What the server says about its own API, to programs and to people.

use std::sync::LazyLock;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use domain::Resource;

use crate::error::Refusal;
use crate::state::App;
use crate::{docs, openapi};

/// GET /api/openapi.json
pub(crate) async fn show_openapi() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi::document().to_string());
    with_type("application/json", TEXT.as_str())
}

/// GET /api/docs/1.0
pub(crate) async fn show_index() -> Html<String> {
    Html(docs::index())
}

/// GET /api/docs/1.0/{resource}
pub(crate) async fn show_reference(
    State(app): State<App>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Html<String>, Refusal> {
    if name.as_ref().is_ok_and(|name| name.0 == docs::CAPS_PAGE) {
        return Ok(Html(docs::caps(app.origins.of(&headers))));
    }
    let is_named = |resource: &Resource| name.as_ref().is_ok_and(|name| name.0 == resource.plural());
    let resource = Resource::WITH_LIST.into_iter().find(is_named);
    let resource =
        resource.ok_or_else(|| Refusal::NotFound("There is no reference at this address.".to_owned()))?;
    Ok(Html(docs::reference(resource, app.origins.of(&headers))))
}

/// GET /api/docs/reference.css
pub(crate) async fn show_stylesheet() -> Response {
    with_type("text/css; charset=utf-8", docs::STYLESHEET)
}

/// GET /api/docs/icon.svg
pub(crate) async fn show_icon() -> Response {
    with_type("image/svg+xml", docs::ICON)
}

fn with_type(media_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], text).into_response()
}
