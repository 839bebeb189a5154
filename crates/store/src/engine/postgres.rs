//! PostgreSQL, behind r2d2, each connection with its own cache of prepared statements.

use std::collections::HashMap;
use std::error::Error as _;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, Statement};
use r2d2::{ManageConnection, Pool, PooledConnection};
use r2d2_postgres::PostgresConnectionManager;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{self, Trust};
use super::{Connection, Engine, Opener, Param, Readers, Row};
use crate::error::{Error, Failure};
use crate::store::Settings;

/// Statements that each connection keeps prepared; when there are more, it starts anew.
const STATEMENTS: usize = 512;

/// A server, and how to reach it.
#[derive(Clone)]
pub(crate) struct Postgres {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Postgres {
    /// Reads `postgres://…`. Beyond what the driver knows, `sslmode` may be `verify-ca` or `verify-full`, and
    /// `sslrootcert` names a file of PEM.
    pub(crate) fn new(url: &str, settings: &Settings) -> Result<Self, String> {
        let (url, trust) = without_trust(url);
        let mut config: Config = url.parse().map_err(|error: postgres::Error| chain(&error))?;
        // No statement and no wait for a lock may take longer than a caller is willing to wait.
        let limit = settings.patience.as_millis();
        let own = config.get_options().unwrap_or_default();
        let options = format!("{own} -c statement_timeout={} -c lock_timeout={limit}", limit * 10);
        config
            .options(options.trim())
            .connect_timeout(settings.patience)
            .tcp_user_timeout(settings.patience)
            .keepalives_idle(Duration::from_secs(30))
            .application_name("buyer-groups");
        Ok(Self { config, tls: MakeRustlsConnect::new(tls::client(&trust)?) })
    }

    /// A plain connection.
    pub(crate) fn connect(&self) -> Result<Client, postgres::Error> {
        self.config.connect(self.tls.clone())
    }

    /// The pool of readers.
    pub(crate) fn readers(&self, settings: &Settings) -> PostgresReaders {
        let manager = Manager(PostgresConnectionManager::new(self.config.clone(), self.tls.clone()));
        let pool = Pool::builder()
            .max_size(settings.readers)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(settings.patience)
            .build_unchecked(manager);
        PostgresReaders(pool)
    }
}

impl Opener for Postgres {
    fn open(&self) -> Result<Box<dyn Connection>, Error> {
        let client = self.connect().map_err(|error| Error::Unavailable(chain(&error)))?;
        Ok(Box::new(PostgresConnection { prepared: Box::new(Prepared::new(client)), failure: None }))
    }
}

/// Takes `sslmode=verify-…` and `sslrootcert` out of an address, since the driver does not know them.
fn without_trust(url: &str) -> (String, Trust) {
    let Some((base, query)) = url.split_once('?') else { return (url.to_owned(), Trust::Anyone) };
    let mut verify = false;
    let mut root = None;
    let mut rest = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", "verify-ca" | "verify-full")) => {
                verify = true;
                rest.push("sslmode=require");
            }
            Some(("sslrootcert", file)) => root = Some(file.to_owned()),
            _ => rest.push(pair),
        }
    }
    let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    (url, if verify { Trust::Roots(root) } else { Trust::Anyone })
}

/// A client with the statements that it has prepared.
struct Prepared {
    client: Client,
    statements: HashMap<String, Statement>,
    in_transaction: bool,
    /// The server has said good-bye; the client itself notices a moment later.
    lost: bool,
}

impl Prepared {
    fn new(client: Client) -> Self {
        Self { client, statements: HashMap::new(), in_transaction: false, lost: false }
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

struct Manager(PostgresConnectionManager<MakeRustlsConnect>);

impl ManageConnection for Manager {
    type Connection = Prepared;
    type Error = postgres::Error;

    fn connect(&self) -> Result<Prepared, postgres::Error> {
        self.0.connect().map(Prepared::new)
    }

    fn is_valid(&self, prepared: &mut Prepared) -> Result<(), postgres::Error> {
        self.0.is_valid(&mut prepared.client)
    }

    fn has_broken(&self, prepared: &mut Prepared) -> bool {
        // One that comes back in the middle of a transaction is of no use to the next either.
        prepared.in_transaction || prepared.lost || self.0.has_broken(&mut prepared.client)
    }
}

/// The pool of readers.
pub(crate) struct PostgresReaders(Pool<Manager>);

impl Readers for PostgresReaders {
    fn get(&self) -> Result<Box<dyn Connection + '_>, Error> {
        let prepared: PooledConnection<Manager> =
            self.0.get().map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Box::new(PostgresConnection { prepared, failure: None }))
    }
}

struct PostgresConnection<P> {
    prepared: P,
    failure: Option<Failure>,
}

impl<P: DerefMut<Target = Prepared>> PostgresConnection<P> {
    fn judged<T>(&mut self, outcome: Result<T, postgres::Error>) -> Result<T, Error> {
        outcome.map_err(|error| {
            let (error, failure) = meaning(&error, self.prepared.client.is_closed());
            self.failure = Some(failure);
            self.prepared.lost |= failure == Failure::Lost;
            error
        })
    }

    /// Transactions are told apart by their first word, so that the driver need not be asked for the state.
    fn transaction(&mut self, sql: &str) -> Option<Result<(), postgres::Error>> {
        let begins = sql.starts_with("BEGIN");
        let ends = sql == "COMMIT" || sql == "ROLLBACK";
        if !begins && !ends {
            return None;
        }
        let outcome = self.prepared.client.batch_execute(sql);
        if outcome.is_ok() {
            self.prepared.in_transaction = begins;
        }
        Some(outcome)
    }
}

impl<P> Connection for PostgresConnection<P>
where
    P: Deref<Target = Prepared> + DerefMut + Send,
{
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[Param],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let prepared = &mut *self.prepared;
        let references: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        let outcome =
            prepared.statement(sql).and_then(|statement| prepared.client.query(&statement, &references));
        for row in self.judged(outcome)? {
            each(&PostgresRow(row))?;
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, Error> {
        if let Some(outcome) = self.transaction(sql) {
            return self.judged(outcome).map(|()| 0);
        }
        let prepared = &mut *self.prepared;
        let references: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        let outcome =
            prepared.statement(sql).and_then(|statement| prepared.client.execute(&statement, &references));
        self.judged(outcome)
    }

    fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    fn in_transaction(&self) -> bool {
        self.prepared.in_transaction
    }

    fn is_lost(&self) -> bool {
        self.prepared.lost || self.prepared.client.is_closed()
    }
}

impl ToSql for Param {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Self::Int(number) if *ty == Type::INT8 => number.to_sql(ty, out),
            // PostgreSQL keeps no NUL, so none is ever found; nothing that is written has one.
            Self::Text(text) if *ty == Type::TEXT && text.contains('\0') => {
                text.replace('\0', "\u{fffd}").to_sql(ty, out)
            }
            Self::Text(text) if *ty == Type::TEXT => text.to_sql(ty, out),
            other => Err(format!("{other:?} does not fit {ty}").into()),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT4 | Type::INT8 | Type::TEXT)
    }

    to_sql_checked!();
}

/// A whole number of either width: literals of a CASE are INTEGER here.
struct Whole(i64);

impl<'a> FromSql<'a> for Whole {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        if *ty == Type::INT4 {
            i32::from_sql(ty, raw).map(|n| Self(n.into()))
        } else {
            i64::from_sql(ty, raw).map(Self)
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT4 | Type::INT8)
    }
}

struct PostgresRow(postgres::Row);

impl Row for PostgresRow {
    fn maybe_int(&self, column: usize) -> Result<Option<i64>, Error> {
        let whole: Option<Whole> = self.0.try_get(column).map_err(|error| Error::Internal(chain(&error)))?;
        Ok(whole.map(|Whole(number)| number))
    }

    fn maybe_text(&self, column: usize) -> Result<Option<&str>, Error> {
        self.0.try_get(column).map_err(|error| Error::Internal(chain(&error)))
    }
}

/// What PostgreSQL's codes mean.
fn meaning(error: &postgres::Error, closed: bool) -> (Error, Failure) {
    let text = chain(error);
    let Some(state) = error.code() else {
        return if closed || error.is_closed() {
            (Error::Unavailable(text), Failure::Lost)
        } else {
            (Error::Internal(text), Failure::Other)
        };
    };
    let class = &state.code()[..2];
    match state {
        state if *state == SqlState::UNIQUE_VIOLATION => (Error::Conflict(text), Failure::Duplicate),
        state
            if *state == SqlState::T_R_SERIALIZATION_FAILURE || *state == SqlState::T_R_DEADLOCK_DETECTED =>
        {
            (Error::Unavailable(text), Failure::Retry)
        }
        state if *state == SqlState::LOCK_NOT_AVAILABLE || *state == SqlState::QUERY_CANCELED => {
            (Error::Unavailable(text), Failure::Other)
        }
        state if *state == SqlState::DISK_FULL => (Error::Full(text), Failure::Other),
        state if *state == SqlState::READ_ONLY_SQL_TRANSACTION => (Error::Unavailable(text), Failure::Lost),
        // Connection exceptions, too few resources, and an operator who stops the server.
        _ if class == "08" || class == "57" => (Error::Unavailable(text), Failure::Lost),
        _ if class == "53" => (Error::Unavailable(text), Failure::Other),
        _ => (Error::Internal(text), Failure::Other),
    }
}

/// The error with what caused it: the driver's own text alone is just "db error".
pub(crate) fn chain(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

/// Runs something until it succeeds or `patience` ends: another process may be in the middle of the same thing.
pub(crate) fn keep_trying<T, E>(
    patience: Duration,
    mut attempt: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    let start = Instant::now();
    loop {
        match attempt() {
            Err(_) if start.elapsed() < patience => std::thread::sleep(Duration::from_millis(50)),
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_taken_out_of_the_address() {
        let parts = |url| {
            let (url, trust) = without_trust(url);
            let root = match trust {
                Trust::Anyone => None,
                Trust::Roots(file) => Some(file.unwrap_or_else(|| "browsers".to_owned())),
            };
            (url, root)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parts("postgres://h/d"), ("postgres://h/d".to_owned(), None));
        assert_eq!(
            parts("postgres://h/d?sslmode=require"),
            ("postgres://h/d?sslmode=require".to_owned(), None)
        );
        assert_eq!(
            parts("postgres://h/d?sslmode=verify-full&a=b"),
            ("postgres://h/d?sslmode=require&a=b".to_owned(), some("browsers"))
        );
        assert_eq!(
            parts("postgres://h/d?sslrootcert=/x.pem&sslmode=verify-ca"),
            ("postgres://h/d?sslmode=require".to_owned(), some("/x.pem"))
        );
    }

    #[test]
    fn an_address_with_a_missing_root_is_refused() {
        let url = "postgres://h/d?sslmode=verify-full&sslrootcert=/nowhere.pem";
        let refused = Postgres::new(url, &Settings::default()).err();
        assert!(refused.is_some_and(|text| text.contains("/nowhere.pem")));
    }
}
