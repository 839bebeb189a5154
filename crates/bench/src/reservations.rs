//! Reservations: how many calls a second find somebody to dial, with the room for it taken durably. On one group that all
//! want, and over many; beside the same with a transaction of its own for each, and beside the bare conditional update.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Result, anyhow};
use domain::{Change, Id, Input, Intent, Resource};
use server::accounts;
use server::{BundledZones, system_clock};
use store::{Actor, NewCall, Settings, Store};

use crate::lane::rate;
use crate::table::{Aim, Table, median};

/// Callers at once.
const CLIENTS: usize = 16;
/// Groups that calls are spread over, where they are.
const MANY: usize = 100;
const ROUNDS: usize = 5;

/// A company whose groups take any number of calls.
struct World {
    store: Store,
    actor: Actor,
    groups: Vec<Id>,
}

/// Measures SQLite, and PostgreSQL where a server is given.
///
/// # Errors
/// When a database refuses.
pub(crate) fn measure(table: &mut Table, folder: &Path, postgres: Option<&str>) -> Result<()> {
    println!("— reservations, {CLIENTS} callers at once");
    let sqlite = World::new(format!("sqlite://{}", folder.join("calls.db").display()))?;
    let turn = Mutex::new(());
    let alone = |number: usize| {
        // Whoever waits for a turn has nothing queued, so each commit holds one reservation.
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        sqlite.reserve(&sqlite.store, sqlite.groups[0], number)
    };
    sqlite.compare(table, "SQLite", "one commit each", Aim::Least(4.0), &alone)?;
    bare_sqlite(table, folder, &sqlite)?;
    if let Some(url) = postgres {
        let world = World::new(url.to_owned())?;
        // A store has one connection for writing: so many are a pool, whose transactions hold one reservation each.
        let pool = (0..CLIENTS).map(|_| open(url)).collect::<Result<Vec<_>>>()?;
        let alone = |number: usize| world.reserve(&pool[number % CLIENTS], world.groups[0], number);
        world.compare(table, "PostgreSQL", "a pool of transactions", Aim::Least(10.0), &alone)?;
    }
    Ok(())
}

fn open(url: &str) -> Result<Store> {
    Ok(Store::open(url, Arc::new(BundledZones::default()), Settings::default())?)
}

impl World {
    fn new(url: String) -> Result<Self> {
        let (store, zones, now) = (open(&url)?, BundledZones::default(), system_clock());
        let company = accounts::create_company(&store, &zones, "Bench", None, None, now)
            .map_err(|error| anyhow!(error))?;
        let user = store.read(|reader| reader.owner(company))?.id;
        let actor = Actor { company, user, key: None };
        let create = |resource: Resource, fields: Vec<(&'static str, Input)>| -> Result<Id> {
            let params = fields.into_iter().collect();
            let parsed = Change::parse(resource, Intent::Create, &params, &[], &zones);
            let change = parsed.map_err(|violations| anyhow!("{violations:?}"))?.change;
            Ok(store.write_now(move |writer| writer.create(&actor, &change, now))?)
        };
        let buyer = create(Resource::Buyer, vec![("name", Input::from("Desk"))])?;
        let groups = (0..MANY)
            .map(|number| {
                let name = format!("Group {number}");
                let buyers = Input::Number(buyer.to_string());
                // A limit is looked at even where nobody will reach it.
                let limit = || Input::Number("90000000".to_owned());
                create(
                    Resource::BuyerGroup,
                    vec![
                        ("name", Input::from(name.as_str())),
                        ("buyer_ids", buyers),
                        ("attempt_daily_limit", limit()),
                        ("buyer_conversion_monthly_limit", limit()),
                    ],
                )
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self { store, actor, groups })
    }

    /// A call that a group takes.
    fn reserve(&self, store: &Store, group: Id, number: usize) -> Result<()> {
        let actor = self.actor;
        let new = NewCall { offer: None, group: Some(group), caller_number: None };
        store.write_now(move |writer| writer.take_call(&actor, &new, number as u64, system_clock()))?;
        Ok(())
    }

    /// The lane on one group beside `alone`, turn by turn; then the lane over many groups.
    fn compare(
        &self,
        table: &mut Table,
        engine: &str,
        other: &str,
        aim: Aim,
        alone: &(impl Fn(usize) -> Result<()> + Sync),
    ) -> Result<()> {
        let hot = |number: usize| self.reserve(&self.store, self.groups[0], number);
        let spread = |number: usize| self.reserve(&self.store, self.groups[number % MANY], number);
        let mut rates = Vec::new();
        for _ in 0..ROUNDS {
            rates.push([rate(CLIENTS, &hot)?, rate(CLIENTS, alone)?, rate(CLIENTS, &spread)?]);
        }
        let of = |side: usize| median(rates.iter().map(|round| round[side]).collect());
        let over = |side: usize| median(rates.iter().map(|round| round[0] / round[side]).collect());
        let per_second = |rate: f64| format!("{rate:.0}/s");
        let what = format!("{engine}: lane on one group, over {other}");
        table.line(&what, &per_second(of(0)), &per_second(of(1)), over(1), aim);
        let what = format!("{engine}: lane on one group, over {MANY} groups");
        table.line(&what, &per_second(of(0)), &per_second(of(2)), over(2), Aim::None);
        Ok(())
    }
}

/// The bare conditional update of one row, each in a durable transaction of its own: what a hand-made counter costs.
fn bare_sqlite(table: &mut Table, folder: &Path, world: &World) -> Result<()> {
    let path = folder.join("bare.db");
    let connection = rusqlite::Connection::open(&path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE counters (id INTEGER PRIMARY KEY, used INTEGER NOT NULL, most INTEGER NOT NULL);
         INSERT INTO counters VALUES (1, 0, 1000000000);",
    )?;
    let bare = |rounds: std::time::Duration| -> Result<f64> {
        let (began, mut done) = (Instant::now(), 0_u32);
        while began.elapsed() < rounds {
            connection
                .execute("UPDATE counters SET used = used + 1 WHERE id = 1 AND used + 1 <= most", [])?;
            done += 1;
        }
        Ok(f64::from(done) / began.elapsed().as_secs_f64())
    };
    let hot = |number: usize| world.reserve(&world.store, world.groups[0], number);
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        rates.push((rate(CLIENTS, &hot)?, bare(crate::lane::ROUND)?));
    }
    let (ours, bare): (Vec<f64>, Vec<f64>) = rates.iter().copied().unzip();
    let over = median(rates.iter().map(|(ours, bare)| ours / bare).collect());
    let what = "SQLite: lane on one group, over the bare update";
    table.line(what, &format!("{:.0}/s", median(ours)), &format!("{:.0}/s", median(bare)), over, Aim::None);
    Ok(())
}
