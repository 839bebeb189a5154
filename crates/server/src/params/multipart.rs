//! Multipart forms, as HTML forms and some clients send them.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;

use crate::error::Refusal;

/// The parts of a form by name.
pub(super) async fn pairs(content_type: &str, body: Bytes) -> Result<Vec<(String, String)>, Refusal> {
    let boundary = multer::parse_boundary(content_type).map_err(unreadable)?;
    let whole = stream::iter([Ok::<_, Infallible>(body)]);
    let mut form = multer::Multipart::new(whole, boundary);
    let mut pairs = Vec::new();
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let value = part.bytes().await.map_err(unreadable)?;
        if !name.is_empty() {
            pairs.push((name, String::from_utf8_lossy(&value).into_owned()));
        }
    }
    Ok(pairs)
}

fn unreadable(error: multer::Error) -> Refusal {
    Refusal::Unreadable(format!("The form cannot be read: {error}."))
}
