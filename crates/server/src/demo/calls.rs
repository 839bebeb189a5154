//! Calls of the made-up company, taken and reported by the same code as real ones: three days of them, or a stream that
//! goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{
    CallEvent, CallEventKind, CallStep, Decimal, Id, Input, Instant, Key, ListQuery, Metric, Params, Random,
    Resource, Value, Window, Zones as _,
};
use store::{Actor, Error, NewCall, Reader, Store, Writer};

use crate::accounts;
use crate::secret;
use crate::state::system_clock;
use crate::zones::BundledZones;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// How many days of calls a new company has.
const DAYS: i64 = 3;
/// How many calls those are.
const CALLS: u32 = 240;
/// Callers come between these hours of the day.
const OPEN: std::ops::Range<i64> = 8..21;
/// The hour at which the groups above all others have had all calls that were promised to them.
const FULL_AT: i64 = 10;
/// The last of the past calls came so long ago that it is over.
const LAST_MS: i64 = 30 * MINUTE_MS;

/// Something that happens at its time.
#[derive(Clone, Debug)]
enum Act {
    /// Somebody calls.
    Arrive,
    /// Something is reported about a call.
    Report { call: Id, event: CallEvent },
    /// The groups of the upper tiers have had the calls of the day.
    Fill,
}

/// An offer, and the groups that serve it.
#[derive(Clone, Debug)]
struct Offer {
    id: Id,
    groups: Vec<Id>,
}

/// What is played: who may be called, and what is still to happen. The same seed gives the same play.
#[derive(Clone)]
pub(super) struct Stage {
    actor: Actor,
    offers: Vec<Offer>,
    random: Random,
    /// What is still to happen, by its time; the number keeps apart what happens at once.
    due: BTreeMap<(Instant, u64), Act>,
    count: u64,
}

impl Stage {
    /// The company as it is, with nothing to happen yet.
    pub(super) fn new(reader: &mut Reader<'_>, actor: Actor, seed: u64, now: Instant) -> Result<Self, Error> {
        let company = reader.company(actor.company)?;
        let params: Params = [("columns", "id,buyer_group_ids"), ("per_page", "1000")]
            .into_iter()
            .map(|(name, text)| (name, Input::from(text)))
            .collect();
        let zones = BundledZones::default();
        let query = ListQuery::parse(Resource::Offer, &params, domain::Format::Json, &company.iana, &zones)
            .map_err(Error::Violations)?;
        let offer = |row: Vec<Value>| match &row[..] {
            [Value::Int(id), Value::Ids(groups)] => {
                Id::new(*id).map(|id| Offer { id, groups: groups.clone() })
            }
            _ => None,
        };
        let offers = reader.list(&company, &query, now)?.rows.into_iter().filter_map(offer).collect();
        Ok(Self { actor, offers, random: Random::seeded(seed), due: BTreeMap::new(), count: 0 })
    }

    /// Plans three days of calls that end before `now`.
    pub(super) fn plan_the_past(&mut self, zones: &BundledZones, zone: &str, now: Instant) {
        let start = now.plus_ms(-DAYS * DAY_MS);
        let local = |at: Instant| at.civil(zones.offset_at(zone, at)).ms_of_day;
        for _ in 0..CALLS {
            let span = u64::try_from(DAYS * DAY_MS - LAST_MS).unwrap_or_default();
            let mut any = || start.plus_ms(i64::try_from(self.random.below(span)).unwrap_or_default());
            let mut at = any();
            // Hardly anybody calls at night.
            for _ in 0..3 {
                if !OPEN.contains(&(local(at) / HOUR_MS)) {
                    at = any();
                }
            }
            self.at(at, Act::Arrive);
        }
        for day in 0..=DAYS {
            let at = start.plus_ms(day * DAY_MS);
            let at = at.plus_ms(FULL_AT * HOUR_MS - local(at));
            if (start..now.plus_ms(-LAST_MS)).contains(&at) {
                self.at(at, Act::Fill);
            }
        }
    }

    fn at(&mut self, at: Instant, act: Act) {
        self.count += 1;
        self.due.insert((at, self.count), act);
    }

    /// Lets happen what is to happen until then.
    pub(super) fn play(&mut self, writer: &mut Writer<'_>, until: Instant) -> Result<(), Error> {
        while let Some(next) = self.due.first_entry().filter(|next| next.key().0 <= until) {
            let ((at, _), act) = next.remove_entry();
            match act {
                Act::Arrive => self.arrive(writer, at)?,
                Act::Report { call, event } => {
                    self.count += 1;
                    let id = format!("demo-{}", self.count);
                    writer.report(&self.actor, &call.into(), &id, &event, self.random.draw(), at)?;
                    if event.kind == CallEventKind::Failed {
                        self.dial(writer, call, at)?;
                    }
                }
                Act::Fill => self.fill(writer, at)?,
            }
        }
        Ok(())
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.random.below(100) < percent
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.random.below((to - from).unsigned_abs())).unwrap_or_default()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let at = usize::try_from(self.random.below(of.len() as u64)).ok()?;
        of.get(at).copied()
    }

    fn arrive(&mut self, writer: &mut Writer<'_>, at: Instant) -> Result<(), Error> {
        let places: Vec<usize> = (0..self.offers.len()).collect();
        let Some(place) = self.one(&places) else { return Ok(()) };
        let Offer { id, groups } = self.offers[place].clone();
        // Some clients know which group they want.
        let group = if self.chance(15) { self.one(&groups) } else { None };
        // Numbers that are set aside for stories.
        let caller = format!("+1{}55501{:02}", self.between(202, 902), self.between(0, 100));
        let offer = if group.is_none() { Some(id) } else { None };
        let new = NewCall { offer, group, caller_number: Some(caller) };
        let call = writer.take_call(&self.actor, &new, self.random.draw(), at)?;
        self.dial(writer, call, at)
    }

    /// Plans what comes of the step that is under way, if one is.
    fn dial(&mut self, writer: &mut Writer<'_>, call: Id, at: Instant) -> Result<(), Error> {
        let trace = writer.call_trace(self.actor.company, call)?;
        let Some(step) = trace.steps.last().and_then(|last| last.step.as_ref()) else { return Ok(()) };
        // Now and then a client is never heard of again.
        if self.chance(3) {
            return Ok(());
        }
        self.report(call, step, CallEventKind::Dialed, None, None, at.plus_ms(SECOND_MS));
        if self.chance(6) {
            let hung_up = at.plus_ms(self.between(4 * SECOND_MS, 20 * SECOND_MS));
            self.report(call, step, CallEventKind::Ended, None, None, hung_up);
            return Ok(());
        }
        if !self.chance(72) {
            let given_up = at.plus_ms(self.between(20 * SECOND_MS, 40 * SECOND_MS));
            self.report(call, step, CallEventKind::Failed, None, None, given_up);
            return Ok(());
        }
        let answered = at.plus_ms(self.between(4 * SECOND_MS, 18 * SECOND_MS));
        let buyer = self.one(&step.buyers);
        self.report(call, step, CallEventKind::Connected, buyer, None, answered);
        let talked = self.between(40 * SECOND_MS, 6 * MINUTE_MS);
        if self.chance(48) {
            let paid = answered.plus_ms(talked / 2);
            self.report(call, step, CallEventKind::Converted, None, None, paid);
            if self.chance(8) {
                // All of it, or half.
                let half = Decimal::from_units(step.expected.units() / 2);
                let back = if self.chance(50) { half } else { None };
                let back_at = paid.plus_ms(self.between(10 * MINUTE_MS, 5 * HOUR_MS));
                self.report(call, step, CallEventKind::Reversed, None, back, back_at);
            }
        }
        self.report(call, step, CallEventKind::Ended, None, None, answered.plus_ms(talked));
        Ok(())
    }

    fn report(
        &mut self,
        call: Id,
        step: &CallStep,
        kind: CallEventKind,
        buyer: Option<Id>,
        revenue: Option<Decimal>,
        at: Instant,
    ) {
        let event = CallEvent { kind, buyer, revenue, reservation: Some(step.reservation) };
        self.at(at, Act::Report { call, event });
    }

    /// Counts as many attempts as the groups of the tiers below 0 may have in a day: others have called them too.
    fn fill(&mut self, writer: &mut Writer<'_>, at: Instant) -> Result<(), Error> {
        let company = writer.company(self.actor.company)?;
        let limit = Key::Limit(Metric::Attempt, Window::Daily);
        let columns = [Key::Tier, limit, Key::ConcurrencyCapUsed];
        let groups: Vec<Id> = self.offers.iter().flat_map(|offer| offer.groups.iter().copied()).collect();
        for group in groups {
            let found = writer.get(&company, Resource::BuyerGroup, &group.into(), &columns, at)?;
            let [tier, limit, live] = &found.values[..] else { continue };
            if let (Some(tier), Some(limit), Some(live)) =
                (tier.as_decimal(), limit.as_decimal(), live.as_int())
                && tier < Decimal::ZERO
            {
                let used = [(Metric::Attempt, Window::Daily, limit)];
                writer.set_usage(company.id, group, &used, live, at)?;
            }
        }
        Ok(())
    }
}

/// Keeps calls coming, so many a minute, for as long as it is waited for.
pub(crate) async fn stream(store: Store, company: Id, per_minute: u32) {
    let mut stage = None;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (store, before) = (store.clone(), stage.take());
        let played = tokio::task::spawn_blocking(move || second(&store, company, before, per_minute)).await;
        match played {
            Ok(Ok(after)) => stage = Some(after),
            // Whatever it was about may have been deleted meanwhile: the company is looked at anew.
            Ok(Err(error)) => tracing::debug!(%error, "a made-up call broke off"),
            Err(error) => tracing::error!(%error, "made-up calls broke off"),
        }
    }
}

/// Plays what is due, with the callers of one more second.
fn second(store: &Store, company: Id, stage: Option<Stage>, per_minute: u32) -> Result<Stage, Error> {
    let now = system_clock();
    let mut stage = match stage {
        Some(stage) => stage,
        None => {
            let seed = secret::seed().map_err(|error| Error::Internal(error.to_string()))?;
            store.read(|reader| {
                let actor = accounts::owner(reader, company)?;
                Stage::new(reader, actor, seed, now)
            })?
        }
    };
    let (whole, rest) = (per_minute / 60, u64::from(per_minute % 60));
    let more = u32::from(stage.random.below(60) < rest);
    (0..whole + more).for_each(|_| stage.at(now, Act::Arrive));
    // A change may run more than once, and then does the same.
    store.write_now(move |writer| {
        let mut stage = stage.clone();
        stage.play(writer, now)?;
        Ok(stage)
    })
}
