//! A believable company to look at, from a fixed seed: 40 buyers, 6 offers, 60 groups, three days of calls.

mod calls;
mod names;
mod plan;
mod random;

use domain::{Change, Id, Input, Instant, Intent, Resource};
use store::{Actor, Store, Writer};

use crate::accounts::{self, Failure, KeyOptions};
use crate::secret::KeyPair;
use crate::zones::BundledZones;
use calls::Stage;
use plan::Params;

pub(crate) use calls::stream;

const COMPANY: &str = "Northline Media";
const TIME_ZONE: &str = "America/New_York";
const OWNER: (&str, &str) = ("Dana Kerr", "dana.kerr@northline.example");
const RECORDS: i64 = 106;
const DAY_MS: i64 = 86_400_000;
/// The last record was made so long ago, before the first call.
const LAST_MADE_MS: i64 = 4 * DAY_MS;
/// How many calls are ended at once.
const CALLS_AT_ONCE: usize = 100;
/// Where the draws of its calls start.
const SEED: u64 = 3;
/// Names the one key that each start makes anew, since nobody knows the private half of the one before.
const KEY: &str = "Demonstration";

/// The company, and the key of this start.
pub struct Demo {
    /// The company.
    pub company: Id,
    /// The key of this start.
    pub key: KeyPair,
}

/// Fills a database that has no company yet, and makes the counters of the last visit count today. A company that
/// somebody made is left alone.
///
/// # Errors
/// A sentence when the database holds other companies, or refuses.
pub fn fill(store: &Store, zones: &BundledZones, now: Instant) -> Result<Demo, Failure> {
    let known = store.read(|reader| reader.company_named(COMPANY)).map_err(|error| error.to_string())?;
    let company = match known {
        Some(company) => company.id,
        None => {
            let others = store.read(|reader| reader.companies()).map_err(|error| error.to_string())?;
            if !others.is_empty() {
                return Err("--demo fills a new database, and this one has a company already.".to_owned());
            }
            made(store, zones, now)?
        }
    };
    let renewed = store.write_now(move |writer| {
        writer.reopen_windows(company, now)?;
        for key in writer.keys(company)? {
            if key.name == KEY && key.revoked_at.is_none() {
                accounts::revoke(writer, &key, now)?;
            }
        }
        Ok(())
    });
    renewed.map_err(|error| error.to_string())?;
    let options = KeyOptions { name: KEY.to_owned(), ..KeyOptions::default() };
    Ok(Demo { company, key: accounts::create_key(store, company, &options, now)? })
}

fn made(store: &Store, zones: &BundledZones, now: Instant) -> Result<Id, Failure> {
    let company = accounts::create_company(store, zones, COMPANY, Some(TIME_ZONE), Some(OWNER), now)?;
    let zones = zones.clone();
    let filled = store.write_now(move |writer| {
        let actor = accounts::owner(writer, company)?;
        Filling { writer, actor, zones: &zones, now, made: 0 }.fill()
    });
    filled.map_err(|error| error.to_string())?;
    Ok(company)
}

/// The company while it is being filled.
struct Filling<'a, 'w> {
    writer: &'a mut Writer<'w>,
    actor: Actor,
    zones: &'a BundledZones,
    now: Instant,
    /// Records so far.
    made: i64,
}

impl Filling<'_, '_> {
    fn fill(mut self) -> Result<(), store::Error> {
        let buyers = plan::buyers();
        let mut buyer_ids = Vec::new();
        for buyer in &buyers {
            buyer_ids.push(self.create(Resource::Buyer, buyer.id, &buyer.params, &[])?);
        }
        let mut groups_of_trades = vec![Vec::new(); plan::offers().len()];
        let mut counted = Vec::new();
        for group in plan::groups(&buyers) {
            let members: Vec<Id> =
                group.buyers.iter().filter_map(|index| buyer_ids.get(*index).copied()).collect();
            let lists = [("buyer_ids", members)];
            let id = self.create(Resource::BuyerGroup, group.id, &group.params, &lists)?;
            counted.push((id, group.used, group.live));
            if let Some(groups) = groups_of_trades.get_mut(group.trade) {
                groups.push(id);
            }
        }
        for (offer, groups) in plan::offers().iter().zip(groups_of_trades) {
            self.create(Resource::Offer, None, offer, &[("buyer_group_ids", groups)])?;
        }
        let mut stage = Stage::new(self.writer, self.actor, SEED, self.now)?;
        stage.plan_the_past(self.zones, TIME_ZONE, self.now);
        stage.play(self.writer, self.now)?;
        while self.writer.expire_calls(self.now, CALLS_AT_ONCE)? > 0 {}
        // There were more calls than those that are shown.
        for (group, used, live) in counted {
            self.writer.set_usage(self.actor.company, group, &used, live, self.now)?;
        }
        Ok(())
    }

    /// Makes a record as a client would, by its parameters.
    fn create(
        &mut self,
        resource: Resource,
        id: Option<i64>,
        params: &Params,
        lists: &[(&str, Vec<Id>)],
    ) -> Result<Id, store::Error> {
        let texts = params.iter().map(|(name, text)| (*name, Input::from(text.as_str())));
        let lists = lists.iter().map(|(name, ids)| {
            (*name, Input::List(ids.iter().map(|id| Input::Number(id.to_string())).collect()))
        });
        let params = texts.chain(lists).collect();
        let parsed = Change::parse(resource, Intent::Create, &params, &[], self.zones);
        let change = parsed.map_err(store::Error::Violations)?.change;
        // One after the other over the last months, not all at the same moment.
        self.made += 1;
        let at = self.now.plus_ms(-LAST_MADE_MS - (RECORDS - self.made) * DAY_MS / 2);
        match id.and_then(Id::new) {
            Some(id) => self.writer.create_as(&self.actor, id, &change, at),
            None => self.writer.create(&self.actor, &change, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Violation;

    use super::*;

    /// Every record of the plan, as a change or as the rules that it breaks.
    fn judged(resource: Resource, params: &Params) -> Result<(), Vec<Violation>> {
        let params = params.iter().map(|(name, text)| (*name, Input::from(text.as_str()))).collect();
        let parsed = Change::parse(resource, Intent::Create, &params, &[], &BundledZones::default())?;
        assert_eq!(parsed.ignored, Vec::<String>::new());
        Ok(())
    }

    #[test]
    fn the_company_keeps_every_rule() {
        let buyers = plan::buyers();
        let groups = plan::groups(&buyers);
        assert_eq!((buyers.len(), plan::offers().len(), groups.len()), (40, 6, 60));
        for buyer in &buyers {
            assert_eq!(judged(Resource::Buyer, &buyer.params), Ok(()));
        }
        for group in &groups {
            assert_eq!(judged(Resource::BuyerGroup, &group.params), Ok(()));
            assert!(!group.buyers.is_empty());
        }
        for offer in plan::offers() {
            assert_eq!(judged(Resource::Offer, &offer), Ok(()));
        }
    }

    #[test]
    fn it_has_the_records_of_the_documents_examples() {
        let buyers = plan::buyers();
        let ids: Vec<i64> = buyers.iter().filter_map(|buyer| buyer.id).collect();
        assert_eq!(ids, [100_101, 100_123, 100_124]);
        let groups: Vec<i64> = plan::groups(&buyers).iter().filter_map(|group| group.id).collect();
        assert_eq!(groups, [123_456]);
    }
}
