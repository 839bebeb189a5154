//! A company with many groups, made through the store.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use domain::{Change, Decimal, Id, Input, Instant, Intent, Metric, Params, Resource, Window};
use server::accounts::{self, KeyOptions};
use server::{BundledZones, system_clock};
use store::{Actor, Settings, Store, Writer};

/// A word that stands in the names of exactly [`MARKED`] groups, whatever their number, and looks like no other.
pub(crate) const WORD: &str = "zephyr";
/// Another such word, whose trigrams stand in every third name: the index has far more to read for it.
pub(crate) const COMMON_WORD: &str = "meridian";
/// In how many names.
pub(crate) const MARKED: usize = 20;

const BUYERS: usize = 200;
const IN_ONE_JOB: usize = 1_000;
const TRADES: [&str; 6] = ["Solar", "Roofing", "Auto insurance", "Medicare", "Debt relief", "Home warranty"];
/// Two of them share trigrams with [`COMMON_WORD`].
const REGIONS: [&str; 7] =
    ["north", "south", "east", "west", "american midwest", "meridional coast", "nationwide"];

/// A company, ready to be asked.
pub(crate) struct Seeded {
    /// The database, open.
    pub(crate) store: Store,
    /// The company.
    pub(crate) company: Id,
    /// Its groups, in their order.
    pub(crate) groups: Vec<Id>,
    /// The header Authorization of a key that may write.
    pub(crate) authorization: String,
}

/// Opens a database as the server does.
pub(crate) fn open(database: &Path) -> Result<(Store, Arc<BundledZones>)> {
    let zones = Arc::new(BundledZones::default());
    let url = format!("sqlite://{}", database.display());
    Ok((Store::open(&url, zones.clone(), Settings::default())?, zones))
}

/// Makes a new database with so many groups.
///
/// # Errors
/// When the database refuses.
pub(crate) fn seed(database: &Path, count: usize) -> Result<Seeded> {
    let (store, zones) = open(database)?;
    let now = system_clock();
    let company = accounts::create_company(&store, &zones, "Bench", Some("America/New_York"), None, now)
        .map_err(|error| anyhow!(error))?;
    let user = store.read(|reader| reader.owner(company))?.id;
    let actor = Actor { company, user, key: None };

    let buyers = in_jobs(&store, BUYERS, &zones, move |writer, number, zones| {
        let params = [("name", format!("Buyer {number}")), ("user_buyer_id", format!("b-{number}"))];
        create(writer, &actor, Resource::Buyer, texts(&params), zones, now)
    })?;
    let groups = in_jobs(&store, count, &zones, move |writer, number, zones| {
        let at = now.plus_ms((number as i64 - count as i64) * 60_000);
        let params = group(number, count, &buyers);
        let id = create(writer, &actor, Resource::BuyerGroup, params, zones, at)?;
        writer.set_usage(company, id, &used(number), (number % 5) as i64, now)?;
        Ok(id)
    })?;
    store.write_now(move |writer| writer.reopen_windows(company, now))?;

    let key =
        accounts::create_key(&store, company, &KeyOptions::default(), now).map_err(|error| anyhow!(error))?;
    let pair = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("{}:{}", key.public, key.private),
    );
    Ok(Seeded { store, company, groups, authorization: format!("Basic {pair}") })
}

/// Makes `count` records, many in one transaction.
fn in_jobs(
    store: &Store,
    count: usize,
    zones: &Arc<BundledZones>,
    make: impl Fn(&mut Writer<'_>, usize, &BundledZones) -> Result<Id, store::Error> + Clone + Send + 'static,
) -> Result<Vec<Id>> {
    let mut ids = Vec::with_capacity(count);
    for start in (0..count).step_by(IN_ONE_JOB) {
        let (make, zones) = (make.clone(), Arc::clone(zones));
        let numbers = start..count.min(start + IN_ONE_JOB);
        ids.extend(store.write_now(move |writer| {
            numbers.clone().map(|number| make(writer, number, &zones)).collect::<Result<Vec<_>, _>>()
        })?);
    }
    Ok(ids)
}

fn create(
    writer: &mut Writer<'_>,
    actor: &Actor,
    resource: Resource,
    params: Params,
    zones: &BundledZones,
    at: Instant,
) -> Result<Id, store::Error> {
    let parsed = Change::parse(resource, Intent::Create, &params, &[], zones);
    writer.create(actor, &parsed.map_err(store::Error::Violations)?.change, at)
}

fn texts(params: &[(&'static str, String)]) -> Params {
    params.iter().map(|(name, text)| (*name, Input::from(text.as_str()))).collect()
}

/// A group as its number decides: a third has caps by the day, some by the month, a few are paused.
fn group(number: usize, count: usize, buyers: &[Id]) -> Params {
    let is_marked = number.is_multiple_of(count / MARKED);
    let (trade, region) = (TRADES[number % TRADES.len()], REGIONS[number % REGIONS.len()]);
    let name = if is_marked {
        format!("{trade}, Zephyr Meridian {number}")
    } else {
        format!("{trade}, {region} {number}")
    };
    let limit = 200 + number % 17 * 50;
    let mut params = vec![
        ("name", Input::from(name.as_str())),
        ("tier", number_input(number % 5 + 1)),
        ("weight", Input::Number(format!("{}.5", number % 90))),
        ("paused", Input::Bool(number % 20 == 7)),
    ];
    if number.is_multiple_of(3) {
        params.push(("attempt_daily_limit", number_input(limit)));
        params.push(("revenue_daily_limit", number_input(limit * 12)));
    }
    if number.is_multiple_of(4) {
        params.push(("attempt_monthly_limit", number_input(limit * 25)));
        params.push(("concurrency_cap_limit", number_input(5 + number % 7)));
    }
    let members = (0..1 + number % 4).map(|step| &buyers[(number * 7 + step) % buyers.len()]);
    params.push(("buyer_ids", Input::List(members.map(|id| Input::Number(id.to_string())).collect())));
    params.into_iter().collect()
}

fn number_input(number: usize) -> Input {
    Input::Number(number.to_string())
}

fn used(number: usize) -> Vec<(Metric, Window, Decimal)> {
    let attempts = (number * 31 % 190) as i32;
    let windows = [(Window::Hourly, 1), (Window::Daily, 8), (Window::Monthly, 160), (Window::Total, 1_900)];
    let mut used = Vec::new();
    for (window, hours) in windows {
        let so_far = attempts * hours / 8;
        used.push((Metric::Attempt, window, Decimal::whole(so_far)));
        used.push((Metric::Connection, window, Decimal::whole(so_far * 2 / 3)));
        used.push((Metric::BuyerConversion, window, Decimal::whole(so_far / 4)));
        let revenue = Decimal::from_units_saturating(i64::from(so_far) * 95_250);
        used.push((Metric::Revenue, window, revenue));
        used.push((Metric::EarnedRevenue, window, revenue));
    }
    used
}
