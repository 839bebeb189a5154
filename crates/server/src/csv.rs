//! CSV of a list: the ids in one short read, then the records in chunks, each when the reader has taken the one
//! before. A slow reader holds no transaction, no thread and little memory.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::{Id, Instant, Key, ListQuery, Value};
use futures_util::stream;
use store::Company;

use crate::call::blocking;
use crate::error::Refusal;
use crate::render;
use crate::state::App;

/// How many records are read at once.
const CHUNK: usize = 500;

/// A list under way.
struct Walk {
    app: App,
    company: Company,
    query: ListQuery,
    ids: std::vec::IntoIter<Id>,
    now: Instant,
}

/// The header, then chunk by chunk the records with these ids.
pub(crate) fn stream(app: App, company: Company, query: ListQuery, ids: Vec<Id>, now: Instant) -> Response {
    let header = Bytes::from(render::csv_header(&query.columns));
    let query_name = query.resource.plural();
    let walk = Walk { app, company, query, ids: ids.into_iter(), now };
    let start = (Some(header), walk);
    let body = stream::try_unfold(start, |(header, mut walk)| async move {
        if let Some(header) = header {
            return Ok(Some((header, (None, walk))));
        }
        let ids: Vec<Id> = walk.ids.by_ref().take(CHUNK).collect();
        if ids.is_empty() {
            return Ok::<_, std::io::Error>(None);
        }
        let (lines, walk) = blocking(move || walk.lines(&ids)).await.map_err(broken)?;
        Ok(Some((lines, (None, walk))))
    });
    file(query_name, Body::from_stream(body))
}

/// An answer that browsers save as a file of that name.
pub(crate) fn file(name: &str, body: Body) -> Response {
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    headers.insert(header::CONTENT_TYPE, media_type);
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

impl Walk {
    fn lines(self, ids: &[Id]) -> Result<(Bytes, Self), Refusal> {
        let Self { company, query, now, .. } = &self;
        let rows = if query.columns == [Key::Id] {
            // All that was asked for is known.
            ids.iter().map(|id| vec![Value::Int(id.get())]).collect()
        } else {
            self.app.store.read(|reader| reader.rows_for(company, query, ids, *now))?
        };
        Ok((render::csv_lines(&rows).into(), self))
    }
}

/// The answer has begun, so all that is left is to break it off: the reader sees that it is not whole.
fn broken(refusal: Refusal) -> std::io::Error {
    tracing::error!(cause = refusal.cause(), "a CSV file broke off");
    std::io::Error::other("the list broke off")
}
