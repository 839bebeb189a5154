//! Empties the outbox: claims what is due, posts it, and notes what came of it.

use std::time::Duration;

use domain::{Id, Instant, Random};
use store::{Delivery, Due, Error, Store};
use tokio::task::JoinSet;

use super::{MOST_AT_ONCE, Post};
use crate::secret;
use crate::state::App;

/// How often the outbox is looked at while nothing arrives.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a claim holds: longer than a post can take. Who claimed it and is gone has it sent again after that.
const CLAIM_MS: i64 = 60_000;
/// Posts to one company at the same time, at most: one that does not answer must not take the room of others.
const MOST_OF_ONE: usize = 4;
/// How long after the first failure the second attempt comes, at most; each further one after twice the time.
const FIRST_RETRY_MS: i64 = 5_000;
/// The longest time between two attempts.
const LAST_RETRY_MS: i64 = 3_600_000;
/// For how long a post is tried.
const TRIED_MS: i64 = 86_400_000;

/// Posts what is in the outbox, for as long as it runs.
pub(crate) async fn deliver(app: App) {
    let mut under_way: JoinSet<Id> = JoinSet::new();
    let mut busy: Vec<Id> = Vec::new();
    loop {
        let (store, now, taken) = (app.store.clone(), app.now(), busy.clone());
        match tokio::task::spawn_blocking(move || claim(&store, &taken, now)).await {
            Ok(Ok(claimed)) => {
                for delivery in claimed {
                    busy.push(delivery.claim.company);
                    under_way.spawn(send(app.clone(), delivery));
                }
            }
            Ok(Err(error)) => tracing::warn!(%error, "webhooks cannot be sent; trying again later"),
            Err(error) => tracing::error!(%error, "claiming webhooks broke off"),
        }
        tokio::time::sleep(PAUSE).await;
        while let Some(ended) = under_way.try_join_next() {
            match ended {
                Ok(company) => {
                    busy.iter().position(|own| *own == company).map(|at| busy.swap_remove(at));
                }
                Err(error) => tracing::error!(%error, "sending a webhook broke off"),
            }
        }
        if under_way.is_empty() {
            busy.clear();
        }
    }
}

/// Claims what is due and for which there is room beside what is under way to these companies.
fn claim(store: &Store, busy: &[Id], now: Instant) -> Result<Vec<Delivery>, Error> {
    let most = u32::try_from(MOST_AT_ONCE - busy.len().min(MOST_AT_ONCE)).unwrap_or_default();
    if most == 0 {
        return Ok(Vec::new());
    }
    let of_one = u32::try_from(MOST_OF_ONE).unwrap_or_default();
    let due = store.read(|reader| reader.due_deliveries(most, of_one, now))?;
    let mut taken = busy.to_vec();
    let mut claimed: Vec<Due> = Vec::new();
    for due in due {
        if taken.iter().filter(|company| **company == due.company).count() < MOST_OF_ONE {
            taken.push(due.company);
            claimed.push(due);
        }
    }
    if claimed.is_empty() {
        return Ok(Vec::new());
    }
    claimed.sort_by_key(|due| (due.company, due.alert));
    store.write_now(move |writer| writer.claim_deliveries(&claimed, now.plus_ms(CLAIM_MS), now))
}

/// Posts, and notes what came of it; the company that it was for.
async fn send(app: App, delivery: Delivery) -> Id {
    let Delivery { claim, id, body, url, secrets, attempts, created_at } = delivery;
    let post = Post { url: &url, id: &id, body: &body, secrets: &secrets, now: app.now() };
    let outcome = app.webhooks.post(&post).await;
    let (store, now) = (app.store.clone(), app.now());
    let jitter = secret::seed().unwrap_or_default();
    let noted = tokio::task::spawn_blocking(move || match outcome {
        Ok(_) => store.write_now(move |writer| writer.delivered(&claim, now)),
        Err(failure) => {
            let company = claim.company.get();
            tracing::info!(company, alert = claim.alert.get(), attempts, failure, "a webhook failed");
            let next = next_attempt(attempts, jitter, created_at, now);
            store.write_now(move |writer| writer.undelivered(&claim, &failure, next, now))
        }
    });
    match noted.await {
        Ok(Ok(())) => {}
        // It is sent again once the claim has ended.
        Ok(Err(error)) => tracing::warn!(%error, "what came of a webhook could not be noted"),
        Err(error) => tracing::error!(%error, "noting what came of a webhook broke off"),
    }
    claim.company
}

/// When the next attempt comes after so many: later each time, and never at the same time as others. `None`: it was
/// tried for long enough.
fn next_attempt(attempts: i64, jitter: u64, created_at: Instant, now: Instant) -> Option<Instant> {
    let doubled = u32::try_from((attempts - 1).clamp(0, 20)).unwrap_or_default();
    let longest = (FIRST_RETRY_MS << doubled).min(LAST_RETRY_MS);
    let half = longest / 2;
    let part = Random::seeded(jitter).below(half.unsigned_abs() + 1);
    let part = i64::try_from(part).unwrap_or_default();
    let next = now.plus_ms(half + part);
    (next <= created_at.plus_ms(TRIED_MS)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_come_later_and_later_and_end_after_a_day() {
        let created_at = Instant::from_ms(1_000_000);
        for jitter in 0..50 {
            let (mut now, mut attempts, mut waited) = (created_at, 1, Vec::new());
            while let Some(next) = next_attempt(attempts, jitter, created_at, now) {
                waited.push(next.ms() - now.ms());
                (now, attempts) = (next, attempts + 1);
            }
            assert!((FIRST_RETRY_MS / 2..=FIRST_RETRY_MS).contains(&waited[0]), "{}", waited[0]);
            let longest = |attempt: usize| (FIRST_RETRY_MS << attempt.min(20)).min(LAST_RETRY_MS);
            let is_later =
                |(attempt, ms): (usize, &i64)| (longest(attempt) / 2..=longest(attempt)).contains(ms);
            assert!(waited.iter().enumerate().all(is_later), "{waited:?}");
            assert!(waited.iter().all(|ms| *ms <= LAST_RETRY_MS));
            let tried = now.ms() - created_at.ms();
            assert!((TRIED_MS - LAST_RETRY_MS..=TRIED_MS).contains(&tried), "{tried}");
            assert!((30..70).contains(&attempts), "{attempts}");
        }
    }
}
