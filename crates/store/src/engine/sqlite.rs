//! SQLite: WAL, synchronous=FULL and the rest, set and asserted on every connection.

use std::path::{Path, PathBuf};
use std::time::Duration;

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ToSql, ffi};

use super::{Connection, Engine, Opener, Param, Readers, Row};
use crate::error::{Error, Failure};
use crate::store::Settings;

/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 128;

/// A file, and how to open it.
pub(crate) struct Sqlite {
    path: PathBuf,
    busy: Duration,
    most_pages: Option<u32>,
}

impl Sqlite {
    pub(crate) fn new(path: &Path, settings: &Settings) -> Self {
        Self { path: path.to_owned(), busy: settings.patience, most_pages: settings.most_pages }
    }

    /// A plain connection that may write; makes the file if it is not there.
    pub(crate) fn connect(&self) -> rusqlite::Result<rusqlite::Connection> {
        let mut connection = rusqlite::Connection::open(&self.path)?;
        prepare_connection(&mut connection, self.busy)?;
        Ok(connection)
    }

    /// The pool of readers.
    pub(crate) fn readers(&self, settings: &Settings) -> SqliteReaders {
        let busy = self.busy;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let manager =
            SqliteConnectionManager::file(&self.path).with_flags(flags).with_init(move |connection| {
                prepare_connection(connection, busy)?;
                connection.pragma_update(None, "query_only", true)
            });
        let pool = Pool::builder()
            .max_size(settings.readers.min(useful_readers()))
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(settings.patience)
            .build_unchecked(manager);
        SqliteReaders(pool)
    }
}

/// How many readers can do any good. Each keeps pages of its own, so that more of them than the processors can serve
/// read the same pages from the file again and again: four take 8 % less processor time than eight on two processors,
/// and a quarter less memory.
fn useful_readers() -> u32 {
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u32::try_from(processors * 2).unwrap_or(u32::MAX).max(4)
}

impl Opener for Sqlite {
    fn open(&self) -> Result<Box<dyn Connection>, Error> {
        let connection = self.connect().map_err(|error| meaning(&error).0)?;
        // The lane decides by itself how long it waits for another process.
        connection.busy_timeout(Duration::from_millis(50)).map_err(|error| meaning(&error).0)?;
        if let Some(most) = self.most_pages {
            // Like many pragmas, it answers with what it has become.
            connection
                .pragma_update_and_check(None, "max_page_count", most, |_| Ok(()))
                .map_err(|error| meaning(&error).0)?;
        }
        Ok(Box::new(SqliteConnection { connection: Box::new(connection), failure: None }))
    }
}

/// Sets what a connection keeps to, and asserts what durability and readers rest on.
fn prepare_connection(connection: &mut rusqlite::Connection, busy: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(busy)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    let foreign_keys: bool = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    if mode != "wal" || synchronous != 2 || !foreign_keys {
        let text = format!(
            "journal_mode={mode}, synchronous={synchronous}, foreign_keys={foreign_keys}: wal, 2 and true are needed"
        );
        return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_MISUSE), Some(text)));
    }
    Ok(())
}

/// The pool of readers.
pub(crate) struct SqliteReaders(Pool<SqliteConnectionManager>);

impl Readers for SqliteReaders {
    fn get(&self) -> Result<Box<dyn Connection + '_>, Error> {
        let connection = self.0.get().map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Box::new(SqliteConnection { connection, failure: None }))
    }
}

struct SqliteConnection<C> {
    connection: C,
    failure: Option<Failure>,
}

impl<C: std::ops::Deref<Target = rusqlite::Connection>> SqliteConnection<C> {
    fn run(
        &self,
        sql: &str,
        params: &[Param],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<Result<u64, Error>, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        if let Err(text) = check_placeholders(&statement, params.len()) {
            return Ok(Err(Error::Internal(format!("{text}: {sql}"))));
        }
        for (index, param) in params.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, param)?;
        }
        if statement.column_count() == 0 {
            return statement.raw_execute().map(|changed| Ok(changed as u64));
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if let Err(error) = each(&SqliteRow(row)) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(0))
    }

    fn judged(&mut self, outcome: Result<Result<u64, Error>, rusqlite::Error>) -> Result<u64, Error> {
        outcome.unwrap_or_else(|error| {
            let (error, failure) = meaning(&error);
            self.failure = Some(failure);
            Err(error)
        })
    }
}

/// SQLite binds by the order in which names first appear, and says nothing when that is not `$1`, `$2`, ….
fn check_placeholders(statement: &rusqlite::Statement<'_>, given: usize) -> Result<(), String> {
    let count = statement.parameter_count();
    if count != given {
        return Err(format!("{count} placeholders for {given} values"));
    }
    for index in 1..=count {
        let named = statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse().ok());
        if named != Some(index) {
            return Err(format!("placeholder {index} does not come in order"));
        }
    }
    Ok(())
}

impl<C> Connection for SqliteConnection<C>
where
    C: std::ops::Deref<Target = rusqlite::Connection> + Send,
{
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[Param],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let outcome = self.run(sql, params, each);
        self.judged(outcome).map(|_| ())
    }

    fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, Error> {
        let outcome = self.run(sql, params, &mut |_| Ok(()));
        self.judged(outcome)
    }

    fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    fn is_lost(&self) -> bool {
        false
    }
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

struct SqliteRow<'a>(&'a rusqlite::Row<'a>);

impl SqliteRow<'_> {
    fn value(&self, column: usize) -> Result<ValueRef<'_>, Error> {
        self.0.get_ref(column).map_err(|error| Error::Internal(error.to_string()))
    }
}

impl Row for SqliteRow<'_> {
    fn maybe_int(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number)),
            other => Err(wrong_type(column, other)),
        }
    }

    fn maybe_text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                .map(Some)
                .map_err(|error| Error::Internal(format!("column {column} is not UTF-8: {error}"))),
            other => Err(wrong_type(column, other)),
        }
    }
}

fn wrong_type(column: usize, value: ValueRef<'_>) -> Error {
    Error::Internal(format!("column {column} unexpectedly is {}", value.data_type()))
}

/// What SQLite's codes mean.
fn meaning(error: &rusqlite::Error) -> (Error, Failure) {
    let text = error.to_string();
    let rusqlite::Error::SqliteFailure(code, _) = error else {
        return (Error::Internal(text), Failure::Other);
    };
    match (code.code, code.extended_code) {
        (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            (Error::Conflict(text), Failure::Duplicate)
        }
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => {
            (Error::Unavailable(text), Failure::Retry)
        }
        (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => (Error::Full(text), Failure::Other),
        (ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly, _) => {
            (Error::Unavailable(text), Failure::Other)
        }
        _ => (Error::Internal(text), Failure::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> SqliteConnection<Box<rusqlite::Connection>> {
        SqliteConnection {
            connection: Box::new(rusqlite::Connection::open_in_memory().unwrap()),
            failure: None,
        }
    }

    fn run(sql: &str, params: &[Param]) -> Result<Option<i64>, Error> {
        let connection: &mut dyn Connection = &mut connection();
        connection.first(sql, params, |row| row.int(0))
    }

    #[test]
    fn placeholders_must_come_in_order_and_be_given() {
        assert_eq!(run("SELECT $1 - $2", &[5.into(), 2.into()]), Ok(Some(3)));
        assert_eq!(run("SELECT $1 - $2 + $1", &[5.into(), 2.into()]), Ok(Some(8)));
        for (sql, params) in [
            ("SELECT $2 - $1", vec![5.into(), 2.into()]),
            ("SELECT ?1", vec![5.into()]),
            ("SELECT $a", vec![5.into()]),
            ("SELECT $1", vec![]),
            ("SELECT $1", vec![5.into(), 2.into()]),
        ] {
            assert!(matches!(run(sql, &params), Err(Error::Internal(_))), "{sql}");
        }
    }

    #[test]
    fn every_connection_keeps_to_wal_and_full_synchronization() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::default();
        let sqlite = Sqlite::new(&folder.path().join("test.db"), &settings);
        let writer = sqlite.connect().unwrap();
        let readers = sqlite.readers(&settings);
        let reader = readers.0.get().unwrap();
        for connection in [&writer, &*reader] {
            let text = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, String>(0));
            let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
            assert_eq!(text("journal_mode").as_deref(), Ok("wal"));
            assert_eq!((number("synchronous"), number("foreign_keys")), (Ok(2), Ok(1)));
        }
        assert!(reader.execute_batch("CREATE TABLE t (x)").is_err(), "readers cannot write");
    }

    #[test]
    fn a_database_that_cannot_have_a_wal_is_refused() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        let outcome = prepare_connection(&mut connection, Duration::ZERO);
        assert!(outcome.unwrap_err().to_string().contains("journal_mode=memory"));
    }
}
