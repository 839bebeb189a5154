//! The same tests as `api/`, on PostgreSQL when `TEST_POSTGRES_URL` names a server.

#[path = "api/main.rs"]
mod api;
