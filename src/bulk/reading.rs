//! Reading what is selected, as the server keeps it now, and which records match a list.

use std::rc::Rc;

use domain::{Id, Key, Resource};

use crate::api::{Answer, Api, ApiError};
use crate::record::Record;
use crate::route::Query;

/// Records in one answer: few enough to be read between two frames.
const PER_PAGE: u64 = 250;
/// So many single reads cost about as much as one page.
const SINGLES: u64 = 12;

/// What was read of what is selected.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Those that are there, in the order of their ids.
    pub records: Vec<Rc<Record>>,
    /// Those that are not.
    pub missing: Vec<Id>,
}

/// Reads records, in the order of the ids, with id, name, revision and `columns`: few one by one, many by walking through
/// the list. `deleted`: they are looked for among the deleted ones.
///
/// # Errors
/// When the server does not answer.
pub async fn records(
    api: Api,
    resource: Resource,
    ids: Vec<Id>,
    columns: Vec<Key>,
    deleted: bool,
) -> Answer<Read> {
    let columns = [&[Key::Id, Key::Name, Key::Revision], columns.as_slice()].concat();
    let mut walk = walk(&columns, PER_PAGE);
    if deleted {
        walk.set("deleted", "true");
    }
    let (mut read, mut missing, mut pages_left) = (Vec::new(), ids, 1);
    // The list cannot be asked for single records that are deleted.
    while deleted || missing.len() as u64 > SINGLES * pages_left {
        let page = api.list(resource, &walk).await?;
        for record in &page.records {
            if let Some(at) = missing.iter().position(|id| record.id() == Some(*id)) {
                missing.swap_remove(at);
                read.push(record.clone());
            }
        }
        match page.metadata.next_cursor {
            Some(cursor) if cursor != 0 && !missing.is_empty() => {
                walk.set("cursor", &cursor.to_string());
                let rest = page.metadata.total_count.saturating_sub(PER_PAGE);
                pages_left = rest.div_ceil(PER_PAGE).max(1);
            }
            _ => {
                let records = sorted(read);
                return Ok(Read { records, missing });
            }
        }
    }
    let mut gone = Vec::new();
    for id in missing {
        match api.get(resource, &id.to_string(), &columns).await {
            Ok(record) => read.push(Rc::new(record)),
            Err(ApiError::NotFound) => gone.push(id),
            Err(error) => return Err(error),
        }
    }
    Ok(Read { records: sorted(read), missing: gone })
}

fn sorted(mut records: Vec<Rc<Record>>) -> Vec<Rc<Record>> {
    records.sort_by_key(|record| record.id());
    records
}

/// The ids of all records that match a list, on whatever page they stand.
///
/// # Errors
/// When the server does not answer.
pub async fn matching(api: Api, resource: Resource, query: Query) -> Answer<Vec<Id>> {
    /// Ids are short.
    const PER_PAGE: u64 = 1_000;
    let walk = walk(&[Key::Id], PER_PAGE);
    let mut query = walk.iter().fold(query, |query, (name, text)| query.with(name, text));
    for name in ["page", "order", "order_dir"] {
        query.set(name, "");
    }
    let mut ids = Vec::new();
    loop {
        let page = api.list(resource, &query).await?;
        ids.extend(page.records.iter().filter_map(|record| record.id()));
        match page.metadata.next_cursor {
            Some(cursor) if cursor != 0 => query.set("cursor", &cursor.to_string()),
            _ => return Ok(ids),
        }
    }
}

/// The first request of a walk through a list: by its cursor, which misses nothing that moves meanwhile.
fn walk(columns: &[Key], per_page: u64) -> Query {
    let names: Vec<_> = columns.iter().map(|key| key.name()).collect();
    Query::default()
        .with("columns", &names.join(","))
        .with("per_page", &per_page.to_string())
        .with("cursor", "-1")
}
