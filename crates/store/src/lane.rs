//! [`Lane`]: the one thread through which all changes of this process go, many in one transaction.
//!
//! A commit costs a flush of the disk, or a round trip, whatever is in it. So the thread takes what has queued up while
//! the last commit ran, up to 64 changes, runs them in one transaction and answers each only after the commit.
//!
//! - On SQLite each change stands in a savepoint, so that one that fails takes nothing else with it.
//! - On PostgreSQL a savepoint costs a round trip: there, one that fails after it has written has the transaction rolled
//!   back and every change of it run again, alone. One that fails before it has written anything costs nothing.
//! - Alone, a change is run again when somebody else was in the way (busy, 40001, 40P01), when another process has taken
//!   the same unique value (it then says so itself), or when the connection broke before the commit.
//! - A commit whose answer is lost may have happened: its changes fail and are not run again.
//! - Changes are run in the order of companies and records, as far as they say which they are about, so that the batches of
//!   several processes seldom deadlock: each holds the sequence of its company until the commit.
//! - A full disk ends the whole transaction on SQLite; then, too, each runs again alone, and those that fit succeed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::Id;

use crate::engine::{Connection, Engine, Opener};
use crate::error::{Error, Failure};
use crate::ids::Leases;
use crate::store::Shared;
use crate::writer::{Watched, Writer};

/// Changes in one transaction, at most.
const MOST: usize = 64;
/// How often a change is run again because somebody else was in the way.
const TRIES: u32 = 10;

/// The queue and the thread that drains it.
pub(crate) struct Lane {
    sender: Mutex<Option<Sender<Queued>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Queued {
    job: Box<dyn Job>,
    since: Instant,
    place: Place,
}

/// The company and record that a change is about, as far as it is known.
pub(crate) type Place = (Option<Id>, Option<Id>);

/// A change, with its type hidden.
trait Job: Send {
    /// Runs it and keeps the value; says whether its writes are to be kept.
    fn run(&mut self, writer: &mut Writer<'_>) -> Result<(), Error>;
    /// Hands out the kept value, or the error.
    fn finish(self: Box<Self>, outcome: Result<(), Error>);
}

struct Typed<T, J, D> {
    job: J,
    done: D,
    value: Option<T>,
}

impl<T, J, D> Job for Typed<T, J, D>
where
    T: Send,
    J: FnMut(&mut Writer<'_>) -> Result<T, Error> + Send,
    D: FnOnce(Result<T, Error>) + Send,
{
    fn run(&mut self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.value = Some((self.job)(writer)?);
        writer.finish()
    }

    fn finish(self: Box<Self>, outcome: Result<(), Error>) {
        let Self { done, value, .. } = *self;
        let missing = || Error::Internal("a change was not run".to_owned());
        let outcome = outcome.and_then(|()| value.ok_or_else(missing));
        // A panic of the caller's must not end the lane.
        let _ = catch_unwind(AssertUnwindSafe(|| done(outcome)));
    }
}

impl Lane {
    pub(crate) fn start(opener: Box<dyn Opener>, shared: Arc<Shared>, patience: Duration) -> Self {
        let (sender, receiver) = channel();
        let worker = Worker { opener, shared, patience, connection: None, leases: Leases::default() };
        let thread =
            std::thread::Builder::new().name("writer lane".to_owned()).spawn(|| worker.drain(receiver));
        // Without its thread the sender is dead, and every change fails.
        Self { sender: Mutex::new(Some(sender)), thread: Mutex::new(thread.ok()) }
    }

    pub(crate) fn queue<T: Send + 'static>(
        &self,
        place: Place,
        job: impl FnMut(&mut Writer<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let queued = Queued { job: Box::new(Typed { job, done, value: None }), since: Instant::now(), place };
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match &*sender {
            Some(sender) => sender.send(queued).err().map(|refused| refused.0),
            None => Some(queued),
        };
        drop(sender);
        if let Some(queued) = refused {
            queued.job.finish(Err(Error::Unavailable("the writer lane has ended".to_owned())));
        }
    }

    /// Finishes what is queued and ends the thread.
    pub(crate) fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last handle may be dropped on the lane's own thread, which then ends by itself.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.close();
    }
}

/// What the thread holds.
struct Worker {
    opener: Box<dyn Opener>,
    shared: Arc<Shared>,
    patience: Duration,
    connection: Option<Box<dyn Connection>>,
    leases: Leases,
}

/// How a job went inside its transaction.
enum Ran {
    /// It is part of the transaction, or wrote nothing; this is its outcome if the commit succeeds.
    Settled(Result<(), Error>),
    /// It failed or was only tried, and the transaction is as it was before.
    Undone(Result<(), Error>),
    /// It failed, and the transaction is of no more use.
    Spoilt(Error, Option<Failure>),
}

impl Worker {
    fn drain(mut self, receiver: Receiver<Queued>) {
        while let Ok(first) = receiver.recv() {
            let mut batch = vec![first];
            batch.extend(receiver.try_iter().take(MOST - 1));
            // The batches of two processes that take the same rows in the same order wait for each other; in different
            // orders they deadlock.
            batch.sort_by_key(|queued| queued.place);
            self.work(batch);
        }
    }

    fn work(&mut self, mut batch: Vec<Queued>) {
        if batch.len() > 1
            && let Some(outcomes) = self.together(&mut batch)
        {
            for (queued, outcome) in batch.into_iter().zip(outcomes) {
                queued.job.finish(outcome);
            }
            return;
        }
        for mut queued in batch {
            let outcome = self.alone(&mut queued);
            queued.job.finish(outcome);
        }
    }

    /// Runs every change in one transaction; `None` when they must be run alone.
    fn together(&mut self, batch: &mut [Queued]) -> Option<Vec<Result<(), Error>>> {
        let deadline = batch.iter().map(|queued| queued.since).min()? + self.patience;
        if let Err(error) = self.begin(deadline) {
            return Some(batch.iter().map(|_| Err(error.clone())).collect());
        }
        let before = self.leases;
        let mut outcomes = Vec::with_capacity(batch.len());
        for queued in batch.iter_mut() {
            match self.run(queued, Scope::Part) {
                Ran::Settled(outcome) | Ran::Undone(outcome) => outcomes.push(outcome),
                Ran::Spoilt(..) => {
                    self.roll_back();
                    self.leases = before;
                    return None;
                }
            }
        }
        match self.commit() {
            Ok(()) => Some(outcomes),
            Err((error, Failure::Lost)) => {
                Some(outcomes.into_iter().map(|outcome| outcome.and(Err(error.clone()))).collect())
            }
            Err(_) => {
                self.leases = before;
                None
            }
        }
    }

    /// Runs one change in a transaction of its own, again while somebody else is in the way.
    fn alone(&mut self, queued: &mut Queued) -> Result<(), Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.begin((queued.since + self.patience).max(Instant::now() + self.patience / 8))?;
            let before = self.leases;
            let (error, failure) = match self.run(queued, Scope::Whole) {
                Ran::Settled(outcome) => match self.commit() {
                    Ok(()) => return outcome,
                    Err((error, Failure::Retry)) => (error, Some(Failure::Retry)),
                    Err((error, _)) => {
                        self.leases = before;
                        return Err(error);
                    }
                },
                Ran::Undone(outcome) => {
                    self.roll_back();
                    self.leases = before;
                    return outcome;
                }
                Ran::Spoilt(error, failure) => {
                    self.roll_back();
                    (error, failure)
                }
            };
            self.leases = before;
            let most = match failure {
                Some(Failure::Retry | Failure::Lost) => TRIES,
                // Who took the value has committed: the next try sees it, or will never do better.
                Some(Failure::Duplicate) => 2,
                Some(Failure::Other) | None => 1,
            };
            if tries >= most {
                return Err(error);
            }
            if failure == Some(Failure::Retry) {
                // The lanes of other processes wait for other lengths of time.
                let jitter = u64::from(std::process::id() % 7) + 1;
                std::thread::sleep(Duration::from_millis(u64::from(tries) * jitter));
            }
        }
    }

    /// Starts a transaction, waiting for a database that is away or locked until `deadline`.
    fn begin(&mut self, deadline: Instant) -> Result<(), Error> {
        loop {
            let error = match self.try_begin() {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if Instant::now() >= deadline {
                return Err(match error {
                    Error::Full(_) | Error::Unavailable(_) => error,
                    other => Error::Unavailable(other.to_string()),
                });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn try_begin(&mut self) -> Result<(), Error> {
        let connection = match &mut self.connection {
            Some(connection) if !connection.is_lost() => connection,
            other => other.insert(self.opener.open()?),
        };
        let begin = connection.engine().begin_write();
        let outcome = connection.execute(begin, &[]).map(|_| ());
        // How it failed is of no matter here, and must not be taken for how the change failed.
        connection.take_failure();
        outcome
    }

    fn run(&mut self, queued: &mut Queued, scope: Scope) -> Ran {
        let Some(connection) = &mut self.connection else {
            return Ran::Spoilt(Error::Unavailable("no connection".to_owned()), Some(Failure::Lost));
        };
        let savepoints = scope == Scope::Part && connection.engine() == Engine::Sqlite;
        if savepoints && let Err(error) = connection.execute("SAVEPOINT change", &[]) {
            return Ran::Spoilt(error, None);
        }
        let before = self.leases;
        let mut watched = Watched::new(&mut **connection);
        let mut writer = Writer::new(&mut watched, &self.shared, &mut self.leases);
        let outcome = catch_unwind(AssertUnwindSafe(|| queued.job.run(&mut writer)));
        let outcome = outcome.unwrap_or_else(|_| Err(Error::Internal("a change panicked".to_owned())));
        let keep = outcome.is_ok() && !writer.is_discarded();
        let wrote = watched.wrote();
        let failure = connection.take_failure();
        if savepoints {
            let undone = keep || !wrote || connection.execute("ROLLBACK TO change", &[]).is_ok();
            let released = undone && connection.execute("RELEASE change", &[]).is_ok();
            if !released || !connection.in_transaction() {
                let error =
                    outcome.err().unwrap_or_else(|| Error::Internal("the transaction ended".to_owned()));
                return Ran::Spoilt(error, failure);
            }
            if keep {
                return Ran::Settled(outcome);
            }
            self.leases = before;
            return Ran::Undone(outcome);
        }
        match outcome {
            Ok(()) if keep => Ran::Settled(Ok(())),
            Ok(()) if !wrote || scope == Scope::Whole => Ran::Undone(Ok(())),
            Ok(()) => Ran::Spoilt(Error::Internal("only tried".to_owned()), None),
            Err(error) if failure.is_none() && (!wrote || scope == Scope::Whole) => Ran::Undone(Err(error)),
            Err(error) => Ran::Spoilt(error, failure),
        }
    }

    /// Commits; an error is told with what it means for the changes.
    fn commit(&mut self) -> Result<(), (Error, Failure)> {
        let Some(connection) = &mut self.connection else { return Ok(()) };
        let Err(error) = connection.execute("COMMIT", &[]) else { return Ok(()) };
        let failure = connection.take_failure().unwrap_or(Failure::Other);
        self.roll_back();
        Err((error, failure))
    }

    /// Ends the transaction without a trace; a connection that cannot do so is left.
    fn roll_back(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        if !connection.in_transaction() {
            return;
        }
        if connection.execute("ROLLBACK", &[]).is_err() {
            self.connection = None;
        }
    }
}

/// Whether a change shares its transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Part,
    Whole,
}
