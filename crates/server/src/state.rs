//! [`App`]: what every handler can reach.

use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::Instant;
use store::Store;

use crate::assets::Assets;
use crate::events::Streams;
use crate::origin::Origins;
use crate::webhooks::Webhooks;
use crate::zones::BundledZones;

/// What every handler can reach; a clone is another handle on the same.
#[derive(Clone)]
pub struct App(Arc<Whole>);

/// A handle that keeps nothing alive.
#[derive(Clone)]
pub(crate) struct WeakApp(Weak<Whole>);

struct Whole {
    parts: Parts,
    streams: Streams,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The clocks of the world.
    pub zones: Arc<BundledZones>,
    /// The addresses at which people see this server.
    pub origins: Origins,
    /// The admin page.
    pub assets: Assets,
    /// How long the body of a request may take to arrive.
    pub body_deadline: Duration,
    /// Posts alerts to where companies want them.
    pub webhooks: Webhooks,
    /// Tells the time.
    pub clock: fn() -> Instant,
}

impl App {
    /// Brings the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Whole { parts, streams: Streams::default() }))
    }

    /// Ends the streams of changes, which do not end by themselves.
    pub fn close_streams(&self) {
        self.streams().close();
    }

    /// The open streams of changes.
    pub(crate) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    pub(crate) fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0))
    }

    /// The time.
    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl WeakApp {
    /// The app, if it is still there.
    pub(crate) fn upgrade(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

/// The time that the machine's clock shows.
#[must_use]
pub fn system_clock() -> Instant {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_ms(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}
