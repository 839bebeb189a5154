//! [`Writer`]: one change, inside a transaction of the writer lane.

use std::ops::{Deref, DerefMut};

use domain::Id;

use crate::engine::{Connection, Engine, Param, Row};
use crate::error::{Error, Failure};
use crate::ids::{Leases, Sequence};
use crate::reader::Reader;
use crate::sequence::{Change, TAKE, Touched};
use crate::store::Shared;

/// One change, inside a transaction of the writer lane. It reads what it has written so far.
///
/// Its methods stand in `create.rs`, `update.rs` and `delete.rs` (records), `calls.rs`, `accounts.rs` (companies, users,
/// keys, sessions), `idempotency.rs` and `seed.rs`.
pub struct Writer<'a> {
    reader: Reader<'a>,
    leases: &'a mut Leases,
    discarded: bool,
    /// The company whose number was taken last, and that number.
    pub(crate) change: Option<Change>,
    /// What is written when the change ends.
    pub(crate) touched: Touched,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(tx: &'a mut (dyn Connection + 'a), shared: &'a Shared, leases: &'a mut Leases) -> Self {
        let reader = Reader { tx, shared };
        Self { reader, leases, discarded: false, change: None, touched: Touched::new() }
    }

    /// Lets the job answer, but keeps nothing of what it has written: for `dry_run`.
    pub fn discard(&mut self) {
        self.discarded = true;
    }

    pub(crate) fn is_discarded(&self) -> bool {
        self.discarded
    }

    /// The next number of a sequence.
    pub(crate) fn next(&mut self, sequence: Sequence) -> Result<Id, Error> {
        self.leases.next(sequence, self.reader.tx)
    }

    /// Keeps an id that was chosen by hand from being given out.
    pub(crate) fn pass(&mut self, id: Id) -> Result<(), Error> {
        self.leases.pass(id, self.reader.tx)
    }
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl DerefMut for Writer<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}

/// A connection that notices whether anything was written: a change that fails before it has written need not be
/// undone.
pub(crate) struct Watched<'a> {
    inner: &'a mut (dyn Connection + 'a),
    wrote: bool,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(inner: &'a mut (dyn Connection + 'a)) -> Self {
        Self { inner, wrote: false }
    }

    pub(crate) fn wrote(&self) -> bool {
        self.wrote
    }
}

impl Connection for Watched<'_> {
    fn engine(&self) -> Engine {
        self.inner.engine()
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[Param],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.wrote |= !sql.starts_with("SELECT") && !sql.starts_with(TAKE);
        self.inner.query(sql, params, each)
    }

    fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, Error> {
        self.wrote = true;
        self.inner.execute(sql, params)
    }

    fn take_failure(&mut self) -> Option<Failure> {
        self.inner.take_failure()
    }

    fn in_transaction(&self) -> bool {
        self.inner.in_transaction()
    }

    fn is_lost(&self) -> bool {
        self.inner.is_lost()
    }
}
