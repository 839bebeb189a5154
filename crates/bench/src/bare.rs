//! What the server is measured beside: the same statements on the same file, in axum and rusqlite alone.
//!
//! No sign-in, no choice of columns, no rules, no log: a struct for the one resource, prepared statements, a pool of
//! readers, one writer behind a mutex. A query is answered with the same bytes as by the server, which the benchmark
//! checks before it measures.

mod row;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::{Json, Path as FromPath, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use row::{BuyerGroup, COLUMNS, Ids};

/// Connections for reading, as many as the server has.
const READERS: u32 = 8;
/// Numbers of history entries that the server will not come to.
const FIRST_ENTRY: i64 = 1 << 50;

struct Bare {
    company: i64,
    readers: Pool<SqliteConnectionManager>,
    writer: Mutex<Connection>,
    next_entry: AtomicI64,
    sql: Statements,
}

/// The texts of the statements, made once.
struct Statements {
    page: String,
    search: String,
    one: String,
}

const COUNT: &str = "SELECT live FROM company_counters WHERE company_id = ?1 AND resource = 'buyer_group'";

const HITS: &str = "(SELECT s.record_id AS id FROM search_index CROSS JOIN search_texts s
    WHERE search_index MATCH ?3 AND s.record_id = search_index.rowid AND s.company_id = ?2 AND s.resource = 'buyer_group'
    UNION SELECT m.buyer_group_id FROM search_index CROSS JOIN search_texts s CROSS JOIN buyer_group_buyers m
    WHERE search_index MATCH 'names : ' || ?3 AND s.record_id = search_index.rowid AND s.company_id = ?2
    AND s.resource = 'buyer' AND m.company_id = s.company_id AND m.buyer_id = s.record_id)";

impl Statements {
    fn new() -> Self {
        let joined = "c.company_id = t.company_id AND c.buyer_group_id = t.id AND t.deleted_at IS NULL";
        let of_company = format!("WHERE t.company_id = ?2 AND {joined}");
        let from = "FROM buyer_groups t CROSS JOIN call_limits c";
        Self {
            page: format!("SELECT {COLUMNS} {from} {of_company} ORDER BY t.id LIMIT ?3 OFFSET ?4"),
            search: format!(
                "SELECT {COLUMNS} FROM {HITS} h CROSS JOIN buyer_groups t CROSS JOIN call_limits c
                 {of_company} AND t.id = h.id ORDER BY t.id LIMIT ?4 OFFSET ?5"
            ),
            one: format!("SELECT {COLUMNS} {from} {of_company} AND t.id = ?3"),
        }
    }
}

/// How many groups a text is found in.
fn count_hits() -> String {
    format!(
        "SELECT count(*) FROM {} h CROSS JOIN buyer_groups t
         WHERE t.company_id = ?1 AND t.id = h.id AND t.deleted_at IS NULL",
        HITS.replace("?2", "?1").replace("?3", "?2")
    )
}

/// Serves the groups of one company until the process is killed.
pub(crate) async fn serve(address: SocketAddr, database: &Path, company: i64) -> Result<()> {
    let manager = SqliteConnectionManager::file(database).with_init(|connection| prepare(connection));
    let writer = Connection::open(database)?;
    prepare(&writer)?;
    let bare = Bare {
        company,
        readers: Pool::builder().max_size(READERS).test_on_check_out(false).build(manager)?,
        next_entry: AtomicI64::new(first_entry(&writer)?),
        writer: Mutex::new(writer),
        sql: Statements::new(),
    };
    let router = Router::new()
        .route("/api/v1/buyer_groups", get(list))
        .route("/api/v1/buyer_groups.csv", get(csv))
        .route("/api/v1/buyer_groups/{id}", get(show).put(update))
        .route("/readyz", get(async || "ready"))
        .with_state(Arc::new(bare));
    axum::serve(TcpListener::bind(address).await?, router).await.context("the bare handler ended")
}

/// The settings that the server asserts, too.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(2))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)
}

fn first_entry(connection: &Connection) -> rusqlite::Result<i64> {
    let last: Option<i64> = connection.query_row("SELECT max(id) FROM changes", [], |row| row.get(0))?;
    Ok(last.unwrap_or_default().max(FIRST_ENTRY) + 1)
}

#[derive(Deserialize)]
struct ListParams {
    page: Option<u32>,
    per_page: Option<u32>,
    fulltext: Option<String>,
}

#[derive(Serialize)]
struct List {
    status: u16,
    buyer_groups: Vec<BuyerGroup<Ids>>,
    metadata: Metadata,
}

#[derive(Serialize)]
struct Metadata {
    total_count: u32,
    page: u32,
    per_page: u32,
    total_pages: u32,
    next_page: Option<u32>,
}

#[derive(Serialize)]
struct One {
    status: u16,
    buyer_group: BuyerGroup<Ids>,
}

#[derive(Deserialize)]
struct Update {
    weight: f64,
}

async fn list(State(bare): State<Arc<Bare>>, Query(asked): Query<ListParams>) -> Result<Response, Failure> {
    blocking(move || {
        let connection = bare.readers.get()?;
        let (page, per_page) = (asked.page.unwrap_or(1), asked.per_page.unwrap_or(25));
        let offset = i64::from(page - 1) * i64::from(per_page);
        let (total_count, buyer_groups) = match asked.fulltext {
            None => {
                let total = connection.prepare_cached(COUNT)?.query_row([bare.company], |row| row.get(0))?;
                let mut rows = connection.prepare_cached(&bare.sql.page)?;
                let rows =
                    rows.query_map(params![now(), bare.company, per_page, offset], BuyerGroup::read)?;
                (total, rows.collect::<Result<Vec<_>, _>>()?)
            }
            Some(text) => {
                let phrase = format!("\"{}\"", text.to_lowercase().replace('"', "\"\""));
                let mut total = connection.prepare_cached(&count_hits())?;
                let total = total.query_row(params![bare.company, phrase], |row| row.get(0))?;
                let mut rows = connection.prepare_cached(&bare.sql.search)?;
                let values = params![now(), bare.company, phrase, per_page, offset];
                let rows = rows.query_map(values, BuyerGroup::read)?;
                (total, rows.collect::<Result<Vec<_>, _>>()?)
            }
        };
        let total_pages = u32::div_ceil(total_count, per_page);
        let next_page = (page < total_pages).then_some(page + 1);
        let metadata = Metadata { total_count, page, per_page, total_pages, next_page };
        json(&List { status: 200, buyer_groups, metadata })
    })
    .await
}

async fn show(State(bare): State<Arc<Bare>>, FromPath(id): FromPath<i64>) -> Result<Response, Failure> {
    blocking(move || {
        let connection = bare.readers.get()?;
        let mut row = connection.prepare_cached(&bare.sql.one)?;
        let found = row.query_row(params![now(), bare.company, id], BuyerGroup::read).optional()?;
        match found {
            Some(buyer_group) => json(&One { status: 200, buyer_group }),
            None => Ok(StatusCode::NOT_FOUND.into_response()),
        }
    })
    .await
}

async fn update(
    State(bare): State<Arc<Bare>>,
    FromPath(id): FromPath<i64>,
    Json(change): Json<Update>,
) -> Result<Response, Failure> {
    blocking(move || {
        let weight = (change.weight * 10_000.0).round() as i64;
        let now = now();
        let mut writer = bare.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before: i64 = transaction
            .prepare_cached("SELECT weight FROM buyer_groups WHERE company_id = ?1 AND id = ?2")?
            .query_row(params![bare.company, id], |row| row.get(0))?;
        let revision: i64 = transaction
            .prepare_cached(
                "UPDATE buyer_groups SET weight = ?1, revision = revision + 1, updated_at = ?2, user_updated_at = ?2
                 WHERE company_id = ?3 AND id = ?4 AND deleted_at IS NULL RETURNING revision",
            )?
            .query_row(params![weight, now, bare.company, id], |row| row.get(0))?;
        let entry = bare.next_entry.fetch_add(1, Ordering::Relaxed);
        let weights = |units: i64| format!("{{\"weight\":{}}}", units as f64 / 10_000.0);
        transaction
            .prepare_cached(
                "INSERT INTO changes (company_id, record_id, id, resource, revision, at, user_id, key_id, before, after)
                 VALUES (?1, ?2, ?3, 'buyer_group', ?4, ?5, ?1, NULL, ?6, ?7)",
            )?
            .execute(params![bare.company, id, entry, revision, now, weights(before), weights(weight)])?;
        let buyer_group = transaction
            .prepare_cached(&bare.sql.one)?
            .query_row(params![now, bare.company, id], BuyerGroup::read)?;
        transaction.commit()?;
        drop(writer);
        json(&One { status: 200, buyer_group })
    })
    .await
}

async fn csv(State(bare): State<Arc<Bare>>, Query(asked): Query<ListParams>) -> Result<Response, Failure> {
    blocking(move || {
        let connection = bare.readers.get()?;
        let mut rows = connection.prepare_cached(&bare.sql.page)?;
        let values = params![now(), bare.company, asked.per_page.unwrap_or(25), 0];
        let mut file =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
        for group in rows.query_map(values, BuyerGroup::<Option<String>>::read)? {
            file.serialize(group?)?;
        }
        let body = file.into_inner().map_err(|error| error.into_error())?;
        Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], body).into_response())
    })
    .await
}

fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

fn json(body: &impl Serialize) -> Result<Response, Failure> {
    Ok(([(header::CONTENT_TYPE, "application/json")], serde_json::to_vec(body)?).into_response())
}

/// Any error is a 500: nothing here is meant to fail.
struct Failure(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

async fn blocking(
    work: impl FnOnce() -> Result<Response, Failure> + Send + 'static,
) -> Result<Response, Failure> {
    tokio::task::spawn_blocking(work).await?
}
