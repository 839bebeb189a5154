//! What the server does by itself from time to time.

use std::time::Duration;

use store::{Error, Store};

use crate::state::system_clock;

/// How often records are looked for that can no longer be restored.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// How many go in one change, so that others get their turn in between.
const AT_ONCE: u32 = 200;

/// Lets deleted records go for good once they cannot be restored any more; runs until it is aborted.
pub(crate) async fn keep(store: Store) {
    loop {
        let store = store.clone();
        match tokio::task::spawn_blocking(move || purge(&store)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "deleted records could not be let go; trying again later")
            }
            Err(error) => tracing::error!(%error, "letting deleted records go broke off"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn purge(store: &Store) -> Result<(), Error> {
    for company in store.read(|reader| reader.companies())? {
        let now = system_clock();
        while store.write_now(move |writer| writer.purge(company.id, AT_ONCE, now))? == AT_ONCE {}
    }
    Ok(())
}
