//! The pages that the server writes itself: the reference of the API for people, and refusals outside the API.

mod caps;
mod html;
mod reference;

pub(crate) use caps::{PAGE as CAPS_PAGE, caps};
pub(crate) use reference::{index, reference};

use crate::error::Refusal;
use html::{Html, page};

/// The sheet of these pages.
pub(crate) const STYLESHEET: &str = include_str!("docs/reference.css");
/// The sign of the product, for the tabs of browsers; the admin page has the same.
pub(crate) const ICON: &str = include_str!("../../../static/favicon.svg");

/// What a person sees where there is no page.
pub(crate) fn refusal_page(refusal: &Refusal, request_id: &str) -> String {
    let message = refusal.message();
    let mut body = Html::default();
    body.raw("<main class=\"narrow\"><h1>").text(&message).raw("</h1><p><a href=\"/\">Buyer groups</a></p>");
    body.raw("<p class=\"small\">Request ").text(request_id).raw("</p></main>");
    page(&message, &body)
}
