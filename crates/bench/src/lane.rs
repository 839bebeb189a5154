//! The writer lane against one commit an update: the same durable updates by the same number of clients.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use domain::{Change, Id, Input, Intent, Resource};
use server::{BundledZones, system_clock};
use store::{Actor, Name, Writer};

use crate::seed::Seeded;

/// For how long each side works in each round.
pub(crate) const ROUND: Duration = Duration::from_millis(700);

/// Durable updates a second.
#[derive(Clone, Copy)]
pub(crate) struct Rates {
    /// By the lane.
    pub(crate) lane: f64,
    /// With one commit an update.
    pub(crate) single: f64,
}

/// Measures both, turn by turn.
///
/// # Errors
/// When an update fails.
pub(crate) fn rates(seeded: &Seeded, clients: usize, rounds: usize) -> Result<Vec<Rates>> {
    let user = seeded.store.read(|reader| reader.owner(seeded.company))?.id;
    let actor = Actor { company: seeded.company, user, key: None };
    let turn = Mutex::new(());
    let update = |number: usize| {
        let group = seeded.groups[number * 7 % seeded.groups.len()];
        let change = weight(number)?;
        Ok(seeded.store.write_now(move |writer| run(writer, &actor, group, &change))?)
    };
    let one_by_one = |number: usize| {
        // Whoever waits for a turn has nothing queued, so each commit holds one update.
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        update(number)
    };
    let mut rates = Vec::new();
    for _ in 0..rounds {
        rates.push(Rates { lane: rate(clients, &update)?, single: rate(clients, &one_by_one)? });
    }
    Ok(rates)
}

fn run(writer: &mut Writer<'_>, actor: &Actor, group: Id, change: &Change) -> Result<(), store::Error> {
    writer.update(actor, &Name::Id(group), change, None, system_clock()).map(|_| ())
}

fn weight(number: usize) -> Result<Change> {
    let params = [("weight", Input::Number((number % 997 + 1).to_string()))].into_iter().collect();
    let parsed = Change::parse(Resource::BuyerGroup, Intent::Update, &params, &[], &BundledZones::default());
    Ok(parsed.map_err(|violations| anyhow::anyhow!("{violations:?}"))?.change)
}

/// How often a second `work` is done by so many threads.
pub(crate) fn rate(clients: usize, work: &(impl Fn(usize) -> Result<()> + Sync)) -> Result<f64> {
    let began = Instant::now();
    let done = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let mut done = 0;
                    while began.elapsed() < ROUND {
                        work(client + done * clients)?;
                        done += 1;
                    }
                    Ok::<_, anyhow::Error>(done)
                })
            })
            .collect();
        let mut sum = 0;
        for thread in threads {
            sum += thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))??;
        }
        Ok::<_, anyhow::Error>(sum)
    })?;
    Ok(done as f64 / began.elapsed().as_secs_f64())
}
