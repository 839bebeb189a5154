//! What the two databases have in common: the one [`Connection`] trait that every statement goes through.
//!
//! A statement is written once. What that takes (each point tried on both):
//! - Placeholders are `$1`, `$2`, … and first appear in ascending order, since SQLite binds by first appearance;
//!   [`Sql`](crate::sql::Sql) numbers them, and each preparation on SQLite checks them.
//! - Values are NULL, BIGINT or TEXT. A bare parameter whose type nothing tells is `CAST($n AS BIGINT)`.
//! - `CAST(sum(x) AS BIGINT)`, since PostgreSQL's sum of BIGINT is NUMERIC; CASE instead of greatest and max of two.
//! - Texts are lower-cased in Rust; the two databases disagree outside ASCII.
//! - `UPDATE … SET revision = revision + 1 … RETURNING` takes the row's lock, where others would say FOR UPDATE.
//! - `string_agg(CAST(x AS TEXT), ',' ORDER BY position)` is understood by both.

pub(crate) mod postgres;
pub(crate) mod sqlite;
mod tls;

use crate::error::{Error, Failure};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Starts a snapshot that nothing written meanwhile disturbs.
    pub(crate) const fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Starts a change; on SQLite it takes the write lock at once, so that no later statement can find it taken.
    pub(crate) const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }
}

/// A value on its way into a statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Param {
    Null,
    Int(i64),
    Text(String),
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<domain::Id> for Param {
    fn from(id: domain::Id) -> Self {
        Self::Int(id.get())
    }
}

impl From<domain::Instant> for Param {
    fn from(at: domain::Instant) -> Self {
        Self::Int(at.ms())
    }
}

impl From<bool> for Param {
    fn from(truth: bool) -> Self {
        Self::Int(i64::from(truth))
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row that a statement gave; columns count from 0.
pub(crate) trait Row {
    /// A BIGINT, or NULL.
    fn maybe_int(&self, column: usize) -> Result<Option<i64>, Error>;
    /// A TEXT, or NULL.
    fn maybe_text(&self, column: usize) -> Result<Option<&str>, Error>;

    /// A BIGINT that is never NULL.
    fn int(&self, column: usize) -> Result<i64, Error> {
        self.maybe_int(column)?.ok_or_else(|| null(column))
    }

    /// A TEXT that is never NULL.
    fn text(&self, column: usize) -> Result<&str, Error> {
        self.maybe_text(column)?.ok_or_else(|| null(column))
    }

    /// The id of a record.
    fn id(&self, column: usize) -> Result<domain::Id, Error> {
        let number = self.int(column)?;
        domain::Id::new(number).ok_or_else(|| Error::Internal(format!("{number} is not an id")))
    }

    /// A point in time.
    fn instant(&self, column: usize) -> Result<domain::Instant, Error> {
        Ok(domain::Instant::from_ms(self.int(column)?))
    }
}

fn null(column: usize) -> Error {
    Error::Internal(format!("column {column} of a statement is unexpectedly null"))
}

/// A connection to either database. Transactions are begun and ended by [`Connection::execute`].
pub(crate) trait Connection: Send {
    /// Which database it is.
    fn engine(&self) -> Engine;

    /// Runs a statement and hands each of its rows to `each`, which ends the statement when it fails.
    fn query(
        &mut self,
        sql: &str,
        params: &[Param],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Runs a statement without rows, and says how many it changed.
    fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, Error>;

    /// What the last failed statement failed of, once.
    fn take_failure(&mut self) -> Option<Failure>;

    /// Whether a transaction is still open; a full disk may have ended it.
    fn in_transaction(&self) -> bool;

    /// Whether the connection is of no more use.
    fn is_lost(&self) -> bool;
}

impl dyn Connection + '_ {
    /// The first row, if there is one.
    pub(crate) fn first<T>(
        &mut self,
        sql: &str,
        params: &[Param],
        mut read: impl FnMut(&dyn Row) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut first = None;
        self.query(sql, params, &mut |row| {
            if first.is_none() {
                first = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// Every row.
    pub(crate) fn all<T>(
        &mut self,
        sql: &str,
        params: &[Param],
        mut read: impl FnMut(&dyn Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        self.query(sql, params, &mut |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }
}

/// Connections for reading.
pub(crate) trait Readers: Send + Sync {
    /// One of them, once it is free.
    fn get(&self) -> Result<Box<dyn Connection + '_>, Error>;
}

/// Makes the writer's connections, and brings the tables up to date.
pub(crate) trait Opener: Send + Sync {
    /// A connection that may write.
    fn open(&self) -> Result<Box<dyn Connection>, Error>;
}
