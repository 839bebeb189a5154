//! What holds of a call whatever is reported of it, in whatever order.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use domain::{
    CallEvent, CallEventKind, CallProgress, CallStatus, CallStep, Decimal, Effect, Held, Id, Instant,
};
use proptest::prelude::*;

const MOST_MS: i64 = 4 * 3_600_000;

/// What happens to a call.
#[derive(Clone, Debug)]
enum Happens {
    Reported(CallEvent),
    Expires,
}

fn id(number: usize) -> Id {
    Id::new(number as i64).unwrap()
}

/// Buyers 1 to 9 are in the steps, 10 in none; steps are named 1, 2, … as they come, and 6 never comes.
fn happens() -> impl Strategy<Value = Happens> {
    let kind = prop::sample::select(CallEventKind::ALL.to_vec());
    let buyer = prop::option::of((1..=10_usize).prop_map(id));
    let revenue =
        prop::option::of((0..500_i64).prop_map(|units| Decimal::from_units(units * 2_500).unwrap()));
    let reservation = prop::option::of((1..=6_usize).prop_map(id));
    let event = (kind, buyer, revenue, reservation)
        .prop_map(|(kind, buyer, revenue, reservation)| CallEvent { kind, buyer, revenue, reservation });
    prop_oneof![19 => event.prop_map(Happens::Reported), 1 => Just(Happens::Expires)]
}

/// A call, and the sums of what its events have meant.
struct Life {
    call: CallProgress,
    now: Instant,
    /// How many buyers the steps that are still to come dial.
    sizes: Vec<usize>,
    at_first: Vec<Held>,
    released: Vec<Held>,
    attempts: Vec<i64>,
    connections: Vec<i64>,
    conversions: Vec<i64>,
    revenue: i64,
    earned: i64,
    freed: Vec<Vec<Id>>,
    /// Whether it has lost what it held, and lives on all the same.
    lives_on: bool,
}

impl Life {
    fn begin(sizes: &[usize]) -> Self {
        let mut life = Self {
            call: CallProgress::new(),
            now: Instant::from_ms(1_795_000_000_000),
            sizes: sizes.iter().rev().copied().collect(),
            at_first: Vec::new(),
            released: Vec::new(),
            attempts: Vec::new(),
            connections: Vec::new(),
            conversions: Vec::new(),
            revenue: 0,
            earned: 0,
            freed: Vec::new(),
            lives_on: false,
        };
        life.next_step();
        life
    }

    fn next_step(&mut self) {
        let Some(size) = self.sizes.pop() else { return self.call.give_up(self.now) };
        let first = self.call.tried().count() + 1;
        let name = id(self.call.steps.len() + 1);
        let step =
            CallStep::reserved(name, name, (first..first + size).map(id).collect(), Decimal::whole(25));
        self.at_first.push(step.held);
        self.call.start(step, self.now);
        self.released.push(Held::default());
        for counts in [&mut self.attempts, &mut self.connections, &mut self.conversions] {
            counts.push(0);
        }
        self.freed.push(Vec::new());
    }

    fn take(&mut self, happens: &Happens) -> Result<(), TestCaseError> {
        self.now = self.now.plus_ms(1_000);
        let before = self.call.clone();
        let effect = match happens {
            Happens::Expires => self.call.expire(self.now),
            Happens::Reported(event) => match self.call.apply(event, self.now, MOST_MS) {
                Ok(effect) => effect,
                Err(_) => {
                    prop_assert_eq!(&self.call, &before, "what is refused changes nothing");
                    return Ok(());
                }
            },
        };
        self.lives_on |= !before.status.is_live() && self.call.status.is_live();
        // Nothing counts beside what was held, unless it comes late.
        if before.status.is_live() && effect.step + 1 == before.steps.len() && !self.lives_on {
            prop_assert!(effect.counted.attempts <= effect.released.attempts);
            prop_assert!(effect.counted.connections <= effect.released.connections);
            prop_assert!(effect.counted.conversions <= effect.released.conversions);
        }
        prop_assert!(!effect.reroute || before.status == CallStatus::Dialing);
        self.add(&effect);
        self.check()?;
        if effect.reroute {
            self.next_step();
            self.check()?;
        }
        Ok(())
    }

    fn add(&mut self, effect: &Effect) {
        let at = effect.step;
        self.attempts[at] += effect.counted.attempts;
        self.connections[at] += effect.counted.connections;
        self.conversions[at] += effect.counted.conversions;
        self.revenue += effect.counted.revenue.units();
        self.earned += effect.counted.earned.units();
        self.freed[at].extend(&effect.freed);
        self.released[at] = sum(self.released[at], effect.released);
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let call = &self.call;
        let last = call.steps.len() - 1;
        for (at, step) in call.steps.iter().enumerate() {
            let Held { attempts, connections, conversions, revenue, slots } = step.held;
            prop_assert!(attempts >= 0 && connections >= 0 && conversions >= 0 && slots >= 0);
            prop_assert!(revenue >= Decimal::ZERO);
            prop_assert_eq!(sum(step.held, self.released[at]), self.at_first[at]);
            if at < last {
                prop_assert!(step.held.is_nothing() && step.busy.is_empty(), "only the last step holds");
            }
            prop_assert!(self.attempts[at] <= step.buyers.len() as i64);
            prop_assert_eq!(self.attempts[at], step.dialed.len() as i64);
            for some in [&step.dialed, &step.failed, &[&step.busy[..], &self.freed[at]].concat()] {
                let once: BTreeSet<Id> = some.iter().copied().collect();
                prop_assert_eq!(once.len(), some.len(), "nobody stands there twice");
                prop_assert!(once.iter().all(|buyer| step.buyers.contains(buyer)));
            }
            prop_assert_eq!(step.busy.len() + self.freed[at].len(), step.buyers.len());
        }
        if !call.status.is_live() {
            let step = &call.steps[last];
            prop_assert!(step.held.is_nothing() && step.busy.is_empty(), "who is over holds nothing");
        }
        prop_assert_eq!(call.expires_at.is_some(), call.status.is_live());
        prop_assert_eq!(call.ended_at.is_some(), !call.status.is_live());
        self.check_counted()
    }

    fn check_counted(&self) -> Result<(), TestCaseError> {
        let call = &self.call;
        let counted = |counts: &[i64], is_so: bool| {
            let at = call.connected.filter(|_| is_so).map(|(at, _)| at);
            counts.iter().enumerate().all(|(step, count)| *count == i64::from(Some(step) == at))
        };
        prop_assert!(counted(&self.connections, true), "who answered is counted once");
        prop_assert!(counted(&self.conversions, call.converted), "and converts once");
        prop_assert!(!call.converted || call.connected.is_some());
        prop_assert_eq!(self.revenue, call.revenue.units());
        prop_assert_eq!(self.earned, (call.revenue.units() - call.reversed.units()).max(0));
        if let Some((at, _)) = call.connected {
            let step = &call.steps[at];
            prop_assert!(call.buyer.is_some_and(|buyer| step.dialed.contains(&buyer)));
            prop_assert!(!matches!(call.status, CallStatus::Unanswered | CallStatus::NoTaker));
        }
        Ok(())
    }
}

fn sum(one: Held, other: Held) -> Held {
    Held {
        attempts: one.attempts + other.attempts,
        connections: one.connections + other.connections,
        conversions: one.conversions + other.conversions,
        revenue: one.revenue.plus(other.revenue).unwrap(),
        slots: one.slots + other.slots,
    }
}

fn is_repeatable(event: &CallEvent) -> bool {
    match event.kind {
        CallEventKind::Converted => event.revenue.is_none(),
        CallEventKind::Reversed => false,
        // Without the name of its step it is about the next one.
        CallEventKind::Failed => event.reservation.is_some(),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_is_reported(
        sizes in prop::collection::vec(1..=3_usize, 1..=3), all in prop::collection::vec(happens(), 0..24)
    ) {
        let mut life = Life::begin(&sizes);
        life.check()?;
        for happens in &all {
            life.take(happens)?;
            let Happens::Reported(event) = happens else { continue };
            if is_repeatable(event) {
                let now = life.now.plus_ms(1_000);
                let again = life.call.clone().apply(event, now, MOST_MS);
                prop_assert!(again.is_err() || again.is_ok_and(|effect| effect.is_nothing()), "{:?}", event);
            }
        }
        // Once it is over, all that its steps reserved has come back.
        life.take(&Happens::Expires)?;
        prop_assert_eq!(life.released, life.at_first);
    }
}
