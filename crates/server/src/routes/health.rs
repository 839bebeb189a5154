//! For those who watch over the server.

use axum::extract::State;

use crate::call::blocking;
use crate::error::Refusal;
use crate::state::App;

/// GET /healthz: the process is alive.
pub(crate) async fn show_health() -> &'static str {
    "ok\n"
}

/// GET /readyz: the database answers.
pub(crate) async fn show_readiness(State(app): State<App>) -> Result<&'static str, Refusal> {
    blocking(move || Ok(app.store.ping()?)).await?;
    Ok("ok\n")
}
