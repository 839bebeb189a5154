//! Reading what a form shows: all columns of a record, all records of a list.

use std::rc::Rc;

use domain::{Key, Resource};

use crate::api::{Answer, Api};
use crate::record::Record;
use crate::route::Query;

/// Every column of a record.
#[must_use]
pub fn columns(resource: Resource) -> Vec<Key> {
    resource.fields().iter().filter(|field| field.is_column()).map(|field| field.key).collect()
}

/// Reads every column of a record.
///
/// # Errors
/// When the server does not send it.
pub async fn read(api: &Api, resource: Resource, id: &str) -> Answer<Record> {
    api.get(resource, id, &columns(resource)).await
}

/// The records of a list, from all of its pages.
///
/// # Errors
/// When one of the pages is not sent.
pub async fn all(api: &Api, resource: Resource, query: Query, columns: &[Key]) -> Answer<Vec<Rc<Record>>> {
    let names: Vec<_> = columns.iter().map(|key| key.name()).collect();
    let mut query = query.with("columns", &names.join(",")).with("per_page", "1000");
    let mut records = Vec::new();
    loop {
        let page = api.list(resource, &query).await?;
        records.extend(page.records);
        match page.metadata.next_page {
            Some(next) => query.set("page", &next.to_string()),
            None => return Ok(records),
        }
    }
}
