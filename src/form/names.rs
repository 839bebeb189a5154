//! What the records are called that were read on a page: lists know members by their ids only.

use std::cell::RefCell;

use domain::{Id, Resource};

use crate::record::Record;

thread_local! {
    static KNOWN: RefCell<Vec<((Resource, Id), String)>> = const { RefCell::new(Vec::new()) };
}

/// Remembers what a record is called.
pub fn learn(record: &Record) {
    let Some(id) = record.id() else { return };
    let (key, name) = ((record.resource(), id), record.name().to_owned());
    KNOWN.with_borrow_mut(|known| match known.iter_mut().find(|(own, _)| *own == key) {
        Some((_, own)) => *own = name,
        None => known.push((key, name)),
    });
}

/// Whether it is known what a record is called.
#[must_use]
pub fn is_known(resource: Resource, id: Id) -> bool {
    KNOWN.with_borrow(|known| known.iter().any(|(own, _)| *own == (resource, id)))
}

/// What a record is called; its id while that is not known.
#[must_use]
pub fn name(resource: Resource, id: Id) -> String {
    let find = |known: &[((Resource, Id), String)]| {
        known.iter().find(|(own, _)| *own == (resource, id)).map(|(_, name)| name.clone())
    };
    KNOWN.with_borrow(|known| find(known)).unwrap_or_else(|| id.to_string())
}
