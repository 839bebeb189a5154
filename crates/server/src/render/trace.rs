//! How a call went, as JSON: its steps, the candidates of each with every reason, and its events. What the members of
//! these objects mean stands in `members.rs`.

use std::collections::HashMap;

use domain::{
    CallStatus, CallStep, Counted, Decimal, Decision, Id, Instant, Key, Reason, Resource, StepOutcome,
    Traced, Value,
};
use serde::Serialize;
use store::{CallTrace, Company, Reader, TracedEvent, TracedStep};

/// The columns of a call that its trace is told with.
pub(crate) const STATE: [Key; 4] = [Key::Status, Key::ConnectedAt, Key::BuyerId, Key::ExpiresAt];

/// How far a call has come.
#[derive(Clone, Copy)]
pub(crate) struct CallState {
    status: CallStatus,
    /// Who answered.
    answered: Option<Id>,
    expires_at: Option<Instant>,
}

impl CallState {
    /// Reads the values of [`STATE`].
    pub(crate) fn read(values: &[Value]) -> Self {
        let value = |at: usize| values.get(at).unwrap_or(&Value::Null);
        let instant = |at: usize| if let Value::Instant(instant) = value(at) { Some(*instant) } else { None };
        let buyer = value(2).as_int().and_then(Id::new);
        Self {
            status: value(0).as_text().and_then(CallStatus::named).unwrap_or(CallStatus::NoTaker),
            answered: buyer.filter(|_| instant(1).is_some()),
            expires_at: instant(3),
        }
    }
}

/// The columns of groups and of buyers that a trace shows.
const OF_GROUPS: [Key; 3] = [Key::Id, Key::Name, Key::DialBuyersType];
const OF_BUYERS: [Key; 4] = [Key::Id, Key::Name, Key::UserBuyerId, Key::PhoneNumber];

/// What groups and buyers of a trace are called now. Deleted ones have their names for as long as they are kept.
#[derive(Default)]
pub(crate) struct Names {
    groups: HashMap<Id, Vec<Value>>,
    buyers: HashMap<Id, Vec<Value>>,
}

impl Names {
    /// Reads the names of all that these decisions and steps speak of.
    pub(crate) fn read<'a>(
        reader: &mut Reader<'_>,
        company: &Company,
        decided: impl IntoIterator<Item = (&'a Decision, Option<&'a CallStep>)>,
        now: Instant,
    ) -> Result<Self, store::Error> {
        let (mut groups, mut buyers) = (Vec::new(), Vec::new());
        for (decision, step) in decided {
            groups.extend(decision.traced.iter().map(|traced| traced.candidate.group));
            groups.extend(step.map(|step| step.group));
            buyers.extend(step.into_iter().flat_map(|step| step.buyers.iter().copied()));
        }
        let mut read = |resource, mut ids: Vec<Id>, columns: &[Key]| {
            ids.sort_unstable();
            ids.dedup();
            let rows = reader.rows(company, resource, &ids, columns, now)?;
            let named =
                rows.into_iter().filter_map(|row| Some((row.first()?.as_int().and_then(Id::new)?, row)));
            Ok::<_, store::Error>(named.collect())
        };
        Ok(Self {
            groups: read(Resource::BuyerGroup, groups, &OF_GROUPS)?,
            buyers: read(Resource::Buyer, buyers, &OF_BUYERS)?,
        })
    }

    fn group(&self, id: Id, at: usize) -> &Value {
        self.groups.get(&id).and_then(|row| row.get(at)).unwrap_or(&Value::Null)
    }

    fn buyer(&self, id: Id) -> Buyer<'_> {
        let value = |at: usize| self.buyers.get(&id).and_then(|row| row.get(at)).unwrap_or(&Value::Null);
        Buyer { id, name: value(1), user_buyer_id: value(2), phone_number: value(3) }
    }

    fn candidates<'a>(&'a self, decision: &'a Decision) -> Vec<Candidate<'a>> {
        let candidate = |traced: &'a Traced| {
            let Traced { candidate, share, verdict } = traced;
            Candidate {
                buyer_group_id: candidate.group,
                name: self.group(candidate.group, 1),
                tier: candidate.tier,
                weight: candidate.weight,
                share: *share,
                verdict: verdict.name(),
                message: verdict.message(),
                reasons: &candidate.eligibility.reasons,
            }
        };
        decision.traced.iter().map(candidate).collect()
    }

    fn step(&self, number: usize, step: Option<&CallStep>, expires_at: Option<Instant>) -> Step<'_> {
        let buyers: Vec<Buyer<'_>> =
            step.iter().flat_map(|step| step.buyers.iter()).map(|buyer| self.buyer(*buyer)).collect();
        // The group may be set to the other by now.
        let dial_buyers_type = match (step, &buyers[..]) {
            (None, _) => None,
            (Some(_), [_, _, ..]) => Some("simultaneously"),
            (Some(step), _) => self.group(step.group, 2).as_text(),
        };
        Step {
            reservation_id: step.map(|step| step.reservation),
            step: number,
            buyer_group_id: step.map(|step| step.group),
            buyer_group_name: step.map_or(&Value::Null, |step| self.group(step.group, 1)),
            dial_buyers_type,
            buyers,
            expected_revenue: step.map_or(Decimal::ZERO, |step| step.expected),
            expires_at,
        }
    }
}

/// A member of an answer: its name, and its JSON.
pub(crate) type Rendered = (&'static str, String);

/// What the answer to a write holds beside the columns: the step under way, and the candidates of the last decision.
pub(crate) fn decision(state: CallState, trace: &CallTrace, names: &Names) -> [Rendered; 2] {
    let last = trace.steps.last();
    let under_way = last.and_then(|last| last.step.as_ref()).filter(|_| state.status.is_live());
    let step = under_way.map(|step| names.step(trace.steps.len(), Some(step), state.expires_at));
    let candidates = last.map_or_else(Vec::new, |last| names.candidates(&last.decision));
    [("step", json(&step)), ("candidates", json(&candidates))]
}

/// The same of a call that is not taken: its step has no reservation.
pub(crate) fn preview(decision: &Decision, step: Option<&CallStep>, names: &Names) -> [Rendered; 2] {
    let step = step.map(|step| Step { reservation_id: None, ..names.step(1, Some(step), None) });
    [("step", json(&step)), ("candidates", json(&names.candidates(decision)))]
}

/// What one call holds beside its columns: every step, every event.
pub(crate) fn trace(state: CallState, trace: &CallTrace, names: &Names) -> [Rendered; 2] {
    let last = trace.steps.len().saturating_sub(1);
    let steps = trace.steps.iter().enumerate().map(|(at, traced)| {
        let TracedStep { decided_at, decision, step } = traced;
        let is_last = at == last && state.status.is_live();
        Decided {
            step: names.step(at + 1, step.as_ref(), state.expires_at.filter(|_| is_last)),
            decided_at: *decided_at,
            outcome: StepOutcome::of(step.as_ref(), state.status, state.answered).name(),
            candidates: names.candidates(decision),
        }
    });
    let events: Vec<Event<'_>> = trace.events.iter().map(Event::from).collect();
    [("steps", json(&steps.collect::<Vec<_>>())), ("events", json(&events))]
}

/// None of these objects has a key that is no text, so this cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[derive(Serialize)]
struct Step<'a> {
    reservation_id: Option<Id>,
    step: usize,
    buyer_group_id: Option<Id>,
    buyer_group_name: &'a Value,
    dial_buyers_type: Option<&'a str>,
    buyers: Vec<Buyer<'a>>,
    expected_revenue: Decimal,
    expires_at: Option<Instant>,
}

#[derive(Serialize)]
struct Buyer<'a> {
    id: Id,
    name: &'a Value,
    user_buyer_id: &'a Value,
    phone_number: &'a Value,
}

#[derive(Serialize)]
struct Candidate<'a> {
    buyer_group_id: Id,
    name: &'a Value,
    tier: Decimal,
    weight: Decimal,
    share: Decimal,
    verdict: &'static str,
    message: &'static str,
    reasons: &'a [Reason],
}

#[derive(Serialize)]
struct Decided<'a> {
    #[serde(flatten)]
    step: Step<'a>,
    decided_at: Instant,
    outcome: &'static str,
    candidates: Vec<Candidate<'a>>,
}

#[derive(Serialize)]
struct Event<'a> {
    event_id: &'a str,
    event: &'static str,
    at: Instant,
    step: i64,
    buyer_id: Option<Id>,
    revenue: Option<Decimal>,
    counted: Amounts,
}

impl<'a> From<&'a TracedEvent> for Event<'a> {
    fn from(event: &'a TracedEvent) -> Self {
        Self {
            event_id: &event.event_id,
            event: event.kind.name(),
            at: event.at,
            step: event.step,
            buyer_id: event.buyer,
            revenue: event.revenue,
            counted: event.counted.into(),
        }
    }
}

#[derive(Serialize)]
struct Amounts {
    attempts: i64,
    connections: i64,
    conversions: i64,
    revenue: Decimal,
    earned_revenue: Decimal,
}

impl From<Counted> for Amounts {
    fn from(counted: Counted) -> Self {
        let Counted { attempts, connections, conversions, revenue, earned } = counted;
        Self { attempts, connections, conversions, revenue, earned_revenue: earned }
    }
}
