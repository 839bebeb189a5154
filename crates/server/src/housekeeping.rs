//! What the server does by itself from time to time.

use std::time::Duration;

use domain::Instant;
use store::{Error, Store};
use tokio::task::JoinSet;

use crate::counters;
use crate::state::system_clock;

/// How often records are looked for that can no longer be restored.
const PURGED_EVERY: Duration = Duration::from_secs(60 * 60);
/// How many records or calls go in one change, so that others get their turn in between.
const AT_ONCE: u32 = 200;
/// How often calls are looked for of which nothing more was heard.
const SWEPT_EVERY: Duration = Duration::from_secs(2);
/// How often caps are looked for whose window has ended while an alert was open.
const RELEASED_EVERY: Duration = Duration::from_secs(10);
/// When counters are counted again, in milliseconds after midnight in UTC: at 3.
const COUNTED_AT_MS: i64 = 3 * 60 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Keeps the database in order; ends when what it gives is dropped.
pub(crate) fn keep(store: &Store) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(every(store.clone(), PURGED_EVERY, "letting deleted records go", purge));
    tasks.spawn(every(store.clone(), SWEPT_EVERY, "ending calls that were lost", sweep));
    tasks.spawn(every(store.clone(), RELEASED_EVERY, "releasing caps whose window has ended", release));
    tasks.spawn(recount(store.clone()));
    tasks
}

/// Does a piece of work over and over, with so much time in between.
async fn every(store: Store, pause: Duration, what: &'static str, work: fn(&Store) -> Result<(), Error>) {
    loop {
        attempt(store.clone(), what, work).await;
        tokio::time::sleep(pause).await;
    }
}

/// What fails now is done the next time.
async fn attempt(store: Store, what: &'static str, work: fn(&Store) -> Result<(), Error>) {
    match tokio::task::spawn_blocking(move || work(&store)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "{what} failed; trying again later"),
        Err(error) => tracing::error!(%error, "{what} broke off"),
    }
}

/// Lets deleted records go for good once they cannot be restored any more, and old alerts.
fn purge(store: &Store) -> Result<(), Error> {
    for company in store.read(|reader| reader.companies())? {
        let now = system_clock();
        while store.write_now(move |writer| writer.purge(company.id, AT_ONCE, now))? == AT_ONCE {}
        while store.write_now(move |writer| writer.purge_alerts(company.id, AT_ONCE, now))? == AT_ONCE {}
    }
    Ok(())
}

/// Ends the calls of which nothing more was heard, so that what they hold comes back.
fn sweep(store: &Store) -> Result<(), Error> {
    let now = system_clock();
    while store.write_now(move |writer| writer.expire_calls(now, AT_ONCE as usize))? > 0 {}
    Ok(())
}

/// Says of caps that they have room again whose window has ended.
fn release(store: &Store) -> Result<(), Error> {
    let now = system_clock();
    for company in store.read(|reader| reader.companies_with_ended_alerts(now))? {
        while store.write_now(move |writer| writer.release_ended(company, AT_ONCE, now))? == AT_ONCE {}
    }
    Ok(())
}

/// Counts every counter again each night.
async fn recount(store: Store) {
    loop {
        tokio::time::sleep(until_counted(system_clock())).await;
        attempt(store.clone(), "counting counters again", |store| {
            for company in store.read(|reader| reader.companies())? {
                for mismatch in counters::verify(store, &company)? {
                    tracing::error!(company = company.id.get(), "{mismatch}");
                }
            }
            Ok(())
        })
        .await;
    }
}

/// How long it is from now to the next time at which counters are counted.
fn until_counted(now: Instant) -> Duration {
    let ms = (COUNTED_AT_MS - now.ms()).rem_euclid(DAY_MS);
    // At that very moment, it was just done.
    Duration::from_millis(u64::try_from(if ms == 0 { DAY_MS } else { ms }).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_counted_at_3_in_the_night() {
        let hours = |time: &str| until_counted(Instant::parse(time).unwrap()).as_secs_f64() / 3600.0;
        assert_eq!(hours("2026-11-25T02:30:00.000+00:00"), 0.5);
        assert_eq!(hours("2026-11-25T03:00:00.000+00:00"), 24.0);
        assert_eq!(hours("2026-11-25T21:00:00.000+00:00"), 6.0);
    }
}
