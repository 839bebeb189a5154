//! [`Store`]: the database, open.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::{Id, Zones};

use crate::engine::postgres::{Postgres, chain, keep_trying};
use crate::engine::sqlite::Sqlite;
use crate::engine::{Connection, Opener, Readers};
use crate::error::{Error, OpenError};
use crate::lane::Lane;
use crate::plans::Plans;
use crate::reader::Reader;
use crate::schema::migrate;
use crate::writer::Writer;

/// How a database is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Connections for reading, at most. SQLite has no more than two for each processor, or four.
    pub readers: u32,
    /// How long a call waits for a database that is busy, locked or away before it fails.
    pub patience: Duration,
    /// SQLite: how many pages (of 4 KiB) the file may have; `None`, as many as the disk holds.
    pub most_pages: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { readers: 8, patience: Duration::from_millis(2_000), most_pages: None }
    }
}

/// The database, open: any number of readers, and one lane that all changes go through.
///
/// A copy is another handle on the same. When the last one is dropped, or at [`Store::close`], the lane finishes
/// what is queued and ends.
#[derive(Clone)]
pub struct Store {
    readers: Arc<dyn Readers>,
    shared: Arc<Shared>,
    lane: Arc<Lane>,
}

/// What readers and the writer both need.
pub(crate) struct Shared {
    pub(crate) zones: Arc<dyn Zones + Send + Sync>,
    pub(crate) plans: Plans,
}

impl Store {
    /// Opens a database and brings its tables up to date: `sqlite://PATH` or `postgres://…`.
    ///
    /// # Errors
    /// When the address is no database's, it cannot be reached, or a newer program has moved it beyond this one.
    pub fn open(
        url: &str,
        zones: Arc<dyn Zones + Send + Sync>,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared { zones, plans: Plans::default() });
        let patience = settings.patience;
        if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            let sqlite = Sqlite::new(Path::new(path), &settings);
            let mut connection = keep_trying(patience, || sqlite.connect())
                .map_err(|error| OpenError::Unreachable(format!("{path}: {error}")))?;
            keep_trying(patience, || migrate(&mut connection))?;
            drop(connection);
            let readers = Arc::new(sqlite.readers(&settings));
            return Ok(Self::start(readers, Box::new(sqlite), shared, &settings));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let postgres = Postgres::new(url, &settings).map_err(OpenError::Address)?;
            let mut client = keep_trying(patience, || postgres.connect())
                .map_err(|error| OpenError::Unreachable(chain(&error)))?;
            keep_trying(patience, || migrate(&mut client))?;
            drop(client);
            let readers = Arc::new(postgres.readers(&settings));
            return Ok(Self::start(readers, Box::new(postgres), shared, &settings));
        }
        Err(OpenError::Address("it starts with sqlite:// or postgres://".to_owned()))
    }

    fn start(
        readers: Arc<dyn Readers>,
        opener: Box<dyn Opener>,
        shared: Arc<Shared>,
        settings: &Settings,
    ) -> Self {
        let lane = Arc::new(Lane::start(opener, Arc::clone(&shared), settings.patience));
        Self { readers, shared, lane }
    }

    /// Whether the database can be read now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] within the patience of the settings.
    pub fn ping(&self) -> Result<(), Error> {
        self.read(|reader| {
            reader.tx.first("SELECT count(*) FROM oldest_program", &[], |row| row.int(0)).map(|_| ())
        })
    }

    /// Reads, on the calling thread, in one snapshot that no change disturbs.
    ///
    /// # Errors
    /// Those of the job; [`Error::Unavailable`] when the database cannot be reached.
    pub fn read<T>(&self, job: impl FnOnce(&mut Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.begin_read()?;
        let outcome = job(&mut Reader { tx: &mut *connection, shared: &self.shared });
        // Nothing was written: how the snapshot ends makes no difference to the outcome.
        let ending = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let _ = connection.execute(ending, &[]);
        outcome
    }

    /// A connection in a snapshot. One that the server has dropped meanwhile is left, and the next one tried.
    fn begin_read(&self) -> Result<Box<dyn Connection + '_>, Error> {
        loop {
            let mut connection = self.readers.get()?;
            let begin = connection.engine().begin_read();
            match connection.execute(begin, &[]) {
                Ok(_) => return Ok(connection),
                Err(error) if !connection.is_lost() => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// Queues a change for the writer lane and returns at once.
    ///
    /// `done` is called on the lane's thread once the change is durable, or has failed: it should only hand the
    /// outcome on. `job` may run more than once and must do the same each time.
    pub fn write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Writer<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.lane.queue((None, None), job, done);
    }

    /// The same for a change of one company, and of one record of it if that is there already: with several processes on
    /// one PostgreSQL, changes that say what they are about seldom get in each other's way.
    pub fn write_about<T: Send + 'static>(
        &self,
        company: Id,
        record: Option<Id>,
        job: impl FnMut(&mut Writer<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        self.lane.queue((Some(company), record), job, done);
    }

    /// The same, waiting for the outcome on the calling thread.
    ///
    /// # Errors
    /// Those of the job; [`Error::Unavailable`] or [`Error::Full`] when it could not be made durable.
    pub fn write_now<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Writer<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.write(job, move |outcome| {
            // The caller waits below for as long as this thread lives.
            let _ = sender.send(outcome);
        });
        receiver.recv().unwrap_or_else(|_| Err(Error::Internal("the writer lane has ended".to_owned())))
    }

    /// Finishes what is queued and ends the lane; later changes fail with [`Error::Unavailable`].
    pub fn close(&self) {
        self.lane.close();
    }
}
