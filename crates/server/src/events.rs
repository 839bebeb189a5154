//! [`Streams`]: who wants to be told of a company's changes, and the one look at the database that tells all of them.
//!
//! Changes are found by looking, twice a second, at the companies that somebody listens to: so those of other processes
//! are seen as soon as those of this one, and whatever a company changes, its listeners are told at most twice a second.

mod stream;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Id;
use store::{Missed, Store};
use tokio::sync::{broadcast, watch};

use crate::error::Refusal;
use crate::state::{App, WeakApp};

pub(crate) use stream::respond;

/// How often the database is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// Streams of one company, at most.
pub(crate) const MOST_STREAMS: usize = 200;
/// Ids in one event, at most: who has missed more loads anew.
const MOST_IDS: usize = 1_000;
/// Batches that a slow stream may be behind before it looks for itself.
const BEHIND: usize = 16;

/// What has changed between two numbers of a company's sequence, as the streams send it.
#[derive(Clone, Debug)]
struct Batch {
    from: i64,
    to: i64,
    /// Whether everything is to be looked at anew.
    is_reset: bool,
    /// The event, ready to be sent; nothing, when no record has changed.
    text: String,
}

impl Batch {
    /// What was missed since a number, up to the present one.
    fn of(from: i64, to: i64, missed: Option<Missed>) -> Self {
        let missed =
            missed.filter(|missed| missed.iter().map(|(_, ids)| ids.len()).sum::<usize>() <= MOST_IDS);
        let is_reset = missed.is_none();
        let text = match missed {
            None => event(to, "reset", "{}"),
            Some(missed) if missed.is_empty() => String::new(),
            Some(missed) => {
                let by_resource: serde_json::Map<String, serde_json::Value> = missed
                    .into_iter()
                    .map(|(resource, ids)| (resource.singular().to_owned(), serde_json::json!(ids)))
                    .collect();
                event(to, "changed", &serde_json::Value::Object(by_resource).to_string())
            }
        };
        Self { from, to, is_reset, text }
    }
}

/// An event as it is sent. Neither part has a line break in it.
fn event(id: i64, name: &str, data: &str) -> String {
    format!("id: {id}\nevent: {name}\ndata: {data}\n\n")
}

/// The open streams of this process.
pub(crate) struct Streams {
    open: Mutex<Open>,
    closing: watch::Sender<bool>,
}

#[derive(Default)]
struct Open {
    companies: HashMap<Id, Listeners>,
    /// Whether somebody looks at the database.
    is_watched: bool,
}

/// Those of one company.
struct Listeners {
    count: usize,
    /// The last number that all of them know of; `None` until one says what it begins with.
    seen: Option<i64>,
    sender: broadcast::Sender<Arc<Batch>>,
}

/// A place among a company's streams; it is free again when this is dropped.
struct Place {
    app: App,
    company: Id,
    receiver: broadcast::Receiver<Arc<Batch>>,
    closing: watch::Receiver<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self { open: Mutex::default(), closing: watch::Sender::new(false) }
    }
}

impl Streams {
    /// Ends every stream, and those that come later as soon as they have begun.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// No panic of ours can leave the table half changed.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says with which number a stream begins: it is told of what comes after.
    fn begin(&self, company: Id, seq: i64) {
        if let Some(listeners) = self.open().companies.get_mut(&company) {
            listeners.seen = Some(listeners.seen.map_or(seq, |seen| seen.min(seq)));
        }
    }

    /// Looks for changes, and hands them on. Says whether anybody is left to look for.
    fn look(&self, store: &Store) -> bool {
        let mut open = self.open();
        open.is_watched = !open.companies.is_empty();
        if !open.is_watched {
            return false;
        }
        let wanted: Vec<(Id, i64)> =
            open.companies.iter().filter_map(|(company, of)| Some((*company, of.seen?))).collect();
        drop(open);
        let found = store.read(|reader| {
            let mut found = Vec::new();
            for (company, seen) in wanted {
                let (seq, missed) = reader.events_since(company, seen)?;
                if seq != seen {
                    found.push((company, Batch::of(seen, seq, missed)));
                }
            }
            Ok(found)
        });
        match found {
            Ok(found) => {
                let mut open = self.open();
                for (company, batch) in found {
                    if let Some(listeners) = open.companies.get_mut(&company) {
                        listeners.seen = Some(batch.to);
                        // Nobody listens any more: then nobody misses it.
                        let _ = listeners.sender.send(Arc::new(batch));
                    }
                }
            }
            // The streams go on where they are once the database is back.
            Err(error) => tracing::debug!(%error, "changes could not be looked for"),
        }
        true
    }
}

impl Place {
    /// Takes a place, if there is one, and sees to it that somebody looks at the database.
    fn take(app: &App, company: Id) -> Result<Self, Refusal> {
        let streams = app.streams();
        let mut open = streams.open();
        let listeners = open.companies.entry(company).or_insert_with(|| Listeners {
            count: 0,
            seen: None,
            sender: broadcast::Sender::new(BEHIND),
        });
        if listeners.count >= MOST_STREAMS {
            return Err(Refusal::TooMany("The company has 200 streams open. Close one of them first."));
        }
        listeners.count += 1;
        let receiver = listeners.sender.subscribe();
        if !std::mem::replace(&mut open.is_watched, true) {
            tokio::spawn(watch(app.downgrade()));
        }
        Ok(Self { app: app.clone(), company, receiver, closing: streams.closing.subscribe() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.app.streams().open();
        if let Some(listeners) = open.companies.get_mut(&self.company) {
            listeners.count -= 1;
            if listeners.count == 0 {
                open.companies.remove(&self.company);
            }
        }
    }
}

/// Looks at the database for as long as there are streams. It keeps nothing alive by that, neither server nor database.
async fn watch(app: WeakApp) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let app = app.clone();
        let look = move || app.upgrade().is_some_and(|app| app.streams().look(&app.store));
        match tokio::task::spawn_blocking(look).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::error!(%error, "looking for changes broke off"),
        }
    }
}
