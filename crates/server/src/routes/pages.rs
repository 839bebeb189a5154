//! The admin page, at the addresses that it has, and its files.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use domain::{Id, Resource};

use crate::error::Refusal;
use crate::state::App;

/// Where the admin page has something to show; its browser module knows the same addresses.
pub(crate) fn addresses() -> Vec<String> {
    let fixed =
        ["/", "/sign-in", "/settings/company", "/routing", "/calls", "/calls/{id}", "/caps", "/alerts"]
            .map(str::to_owned);
    let of_records = Resource::LISTED.into_iter().flat_map(|resource| {
        ["", "/new", "/{id}", "/{id}/edit"].map(|rest| format!("/{}{rest}", resource.plural()))
    });
    fixed.into_iter().chain(of_records).collect()
}

/// GET on one of [`addresses`].
pub(crate) async fn show_page(
    State(app): State<App>,
    path: Result<RawPathParams, RawPathParamsRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    // What is no UTF-8 names no record.
    let path = path.map_err(|_| no_such_address())?;
    let is_name = |text: &str| Id::parse(text).is_some() || text.len() == 36;
    if path.iter().any(|(_, id)| !is_name(id)) {
        return Err(no_such_address());
    }
    app.assets.page(&headers).ok_or_else(no_such_address)
}

/// Everything that is no route: a file of the admin page, or nothing.
pub(crate) async fn show_file(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let file = method.is_safe().then(|| app.assets.file(uri.path(), &headers)).flatten();
    file.ok_or_else(no_such_address)
}

/// Other methods than those that an address has; the router adds `Allow`.
pub(crate) async fn refuse_method() -> Refusal {
    Refusal::WrongMethod
}

fn no_such_address() -> Refusal {
    Refusal::NotFound("There is nothing at this address.".to_owned())
}
