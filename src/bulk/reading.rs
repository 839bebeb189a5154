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
    /// Those that are there, in the order in which they were asked for.
    pub records: Vec<Rc<Record>>,
    /// Those that are not.
    pub missing: Vec<Id>,
}

/// The records that were asked for, as they come.
struct Places {
    ids: Vec<Id>,
    records: Vec<Option<Rc<Record>>>,
    /// Where each id stands, in the order of the ids.
    index: Vec<(Id, usize)>,
    left: u64,
}

impl Places {
    fn new(ids: Vec<Id>) -> Self {
        let mut index: Vec<_> = ids.iter().copied().enumerate().map(|(place, id)| (id, place)).collect();
        index.sort_unstable();
        Self { records: vec![None; ids.len()], left: ids.len() as u64, ids, index }
    }

    fn put(&mut self, record: &Rc<Record>) {
        let Some(id) = record.id() else { return };
        let place = self.index.binary_search_by_key(&id, |(own, _)| *own);
        let Some((_, place)) = place.ok().and_then(|at| self.index.get(at)) else { return };
        if let Some(own @ None) = self.records.get_mut(*place) {
            *own = Some(record.clone());
            self.left -= 1;
        }
    }

    fn missing(&self) -> Vec<Id> {
        let own = self.ids.iter().zip(&self.records);
        own.filter(|(_, record)| record.is_none()).map(|(id, _)| *id).collect()
    }

    fn read(self) -> Read {
        Read { missing: self.missing(), records: self.records.into_iter().flatten().collect() }
    }
}

/// Reads records with id, name, revision and `columns`: few one by one, many by walking through the list. `deleted`: they
/// are looked for among the deleted ones.
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
    let (mut places, mut pages_left, mut seen) = (Places::new(ids), 1, 0);
    // The list cannot be asked for single records that are deleted.
    while deleted || places.left > SINGLES * pages_left {
        let page = api.list(resource, &walk).await?;
        page.records.iter().for_each(|record| places.put(record));
        seen += page.records.len() as u64;
        match page.metadata.next_cursor {
            Some(cursor) if cursor != 0 && places.left > 0 => walk.set("cursor", &cursor.to_string()),
            _ => return Ok(places.read()),
        }
        pages_left = page.metadata.total_count.saturating_sub(seen).div_ceil(PER_PAGE).max(1);
    }
    for id in places.missing() {
        match api.get(resource, &id.to_string(), &columns).await {
            Ok(record) => places.put(&Rc::new(record)),
            Err(ApiError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(places.read())
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

#[cfg(test)]
mod tests {
    use domain::{Input, Value};

    use super::*;

    #[test]
    fn records_stand_as_they_were_asked_for_whatever_the_order_in_which_they_come() {
        let id = |number| Id::new(number).expect("an id");
        let record = |number| {
            let record = Record::read(Resource::Offer, &Input::Null);
            Rc::new(record.with(Key::Id, Value::Int(number)))
        };
        let mut places = Places::new([9, 4, 7].map(id).to_vec());
        for number in [7, 1, 9, 7] {
            places.put(&record(number));
        }
        assert_eq!((places.left, places.missing()), (1, vec![id(4)]));
        let read = places.read();
        assert_eq!(read.records.iter().filter_map(|record| record.id()).collect::<Vec<_>>(), [9, 7].map(id));
    }
}
