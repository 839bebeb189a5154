//! Finding records: by what is typed, or by their ids.

use std::rc::Rc;

use domain::{Id, Key, Resource};

use crate::api::{Answer, Api};
use crate::record::Record;
use crate::route::Query;

/// What is shown of a record that was found: what it is called, and how it is.
pub fn columns(resource: Resource) -> impl Iterator<Item = Key> {
    let all = [Key::Id, Key::Name, Key::State, Key::Paused];
    all.into_iter().filter(move |key| resource.field(*key).is_some())
}

/// The request for the records that have a text in them, those that fit best first; no more than so many.
#[must_use]
pub fn question(resource: Resource, text: &str, most: &str) -> Query {
    let names: Vec<_> = columns(resource).map(|key| key.name()).collect();
    Query::default().with("columns", &names.join(",")).with("fulltext", text).with("per_page", most)
}

/// The first records by name that have a text in them.
///
/// # Errors
/// When the server does not send them.
pub async fn by_text(api: &Api, resource: Resource, text: &str) -> Answer<Vec<Rc<Record>>> {
    /// No more than so many are suggested.
    const MOST: &str = "8";
    let query = question(resource, text, MOST).with("order", &Key::Name.name());
    api.list(resource, &query).await.map(|page| page.records)
}

/// The records with these ids, those that there are.
///
/// # Errors
/// When the server does not send them.
pub async fn by_ids(api: &Api, resource: Resource, ids: &[Id]) -> Answer<Vec<Rc<Record>>> {
    /// As many as the server sends at once; an address has room for their ids.
    const MOST: usize = 1_000;
    let mut records = Vec::new();
    for ids in ids.chunks(MOST) {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let query = question(resource, "", &MOST.to_string()).with("id", &ids.join(","));
        records.extend(api.list(resource, &query).await?.records);
    }
    Ok(records)
}
