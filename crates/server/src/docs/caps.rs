//! The reference of the caps screen and of the stream of changes.

use domain::usage::{CAPS_PARAMS, USAGE_FIELDS};

use super::html::{Html, page};
use super::reference::{SIGN_IN, code, errors, header, row, table};
use crate::call::FORMAT_PARAM;
use crate::routes::events::SINCE_PARAM;

/// Where it stands among the references.
pub(crate) const PAGE: &str = "caps";
/// What it is called.
pub(crate) const HEADING: &str = "Caps and events";

/// The reference; `origin` is the address at which the reader sees the server.
pub(crate) fn caps(origin: &str) -> String {
    let mut body = Html::default();
    header(&mut body, Some(PAGE));
    body.raw("<main><h1>").text(HEADING).raw("</h1>");
    body.raw("<p>All of this is an <em class=\"ext\">extension</em> of TrackDrive's API document.</p>");
    let start = |body: &mut Html, path: &str, does: &str, example: &str| {
        body.raw("<section><h2><span class=\"method\">GET</span> ").text(path).raw("</h2><p>");
        body.text(does).raw("</p>");
        code(body, example);
    };
    start(
        &mut body,
        "/api/v1/caps",
        "Every cap of every group, the fullest first: what is full, then what is near, then the fuller; of two alike the \
         one that resets sooner. A group without any limit is one row, whose metric, window and limit are null. \
         metadata.states counts the rows in each state, whichever states are asked for.",
        &format!("curl {SIGN_IN} \"{origin}/api/v1/caps?state=near,full\""),
    );
    table(&mut body, "Parameter", |body| {
        for (name, rule) in CAPS_PARAMS.iter() {
            row(body, name, &[], &[rule]);
        }
        row(body, FORMAT_PARAM.0, &[], &[FORMAT_PARAM.1]);
    });
    body.raw("</section>");
    start(
        &mut body,
        "/api/v1/buyer_groups/:id/usage",
        "The same of one group: every metric and window, those without a limit among them, then the live calls.",
        &format!("curl {SIGN_IN} {origin}/api/v1/buyer_groups/123456/usage"),
    );
    body.raw("</section>");
    start(
        &mut body,
        "/api/v1/events",
        "Which records of the company change, as server-sent events that do not end. hello comes first, with the number \
         of the company's last change; changed names the records of each kind by their ids; after reset everything is to \
         be loaded anew: the client has missed more than is known, or more than 1,000 records.",
        &format!("curl -N {SIGN_IN} {origin}/api/v1/events"),
    );
    table(&mut body, "Parameter", |body| row(body, SINCE_PARAM.0, &[], &[SINCE_PARAM.1]));
    body.raw("</section><section id=\"columns\"><h2>Columns of caps</h2>");
    table(&mut body, "Column", |body| {
        for field in USAGE_FIELDS {
            row(body, field.name, &[], &[&format!("{}.", field.label), field.help]);
        }
    });
    body.raw("</section>");
    errors(&mut body);
    body.raw("</main>");
    page(&format!("{HEADING} · API reference"), &body)
}
