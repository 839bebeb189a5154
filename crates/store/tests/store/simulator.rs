//! The whole life of calls, played at random: after every step each counter is what the calls come to, no reservation was
//! granted past a limit, and no window was reset before its end.
//!
//! A failure tells its seed; `STORE_TEST_SEED=… cargo test -p store simulator` plays that one again.

mod model;

use std::cell::Cell;

use domain::{CallEvent, CallEventKind, Decimal, Id, Instant, Key, Metric, Resource, Window};
use store::{Error, NewCall, TracedStep};

use crate::support::{Dice, World, alteration, now, on_both};
use model::Model;

use Resource::{Buyer, BuyerGroup, Call};

const SEEDS: std::ops::Range<u64> = 0..3;
const STEPS: usize = 200;
const ZONES: [&str; 5] =
    ["", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"];

#[test]
fn counters_are_what_calls_come_to_whatever_happens() {
    let play = |seed: u64| {
        let converted = Cell::new(0);
        on_both(|world| {
            let told = Told(seed);
            converted.set(converted.get() + Play::new(world, seed).run());
            drop(told);
        });
        converted.get()
    };
    match std::env::var("STORE_TEST_SEED") {
        Ok(seed) => drop(play(seed.parse().unwrap())),
        Err(_) => {
            let converted: i64 = SEEDS.map(play).sum();
            assert!(converted > 20, "plays in which little happens: {converted} calls converted");
        }
    }
}

/// Tells the seed of a failure.
struct Told(u64);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the seed was STORE_TEST_SEED={}", self.0);
        }
    }
}

/// A play, and all that is in it.
struct Play {
    world: World,
    dice: Dice,
    clock: Instant,
    buyers: Vec<Id>,
    groups: Vec<Id>,
    offers: Vec<Id>,
    calls: Vec<Id>,
    model: Model,
    events: u64,
}

impl Play {
    fn new(world: &World, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let buyers: Vec<Id> = (0..6)
            .map(|n| {
                let limit = ["", "1", "3"][dice.roll(3) as usize];
                world.buyer(&format!("Buyer {n}"), &[("concurrency_cap_limit", limit)])
            })
            .collect();
        let groups: Vec<Id> = (0..5)
            .map(|n| {
                let some: Vec<Id> = buyers.iter().filter(|_| dice.roll(2) == 0).copied().collect();
                let dialing = ["sequentially", "simultaneously"][dice.roll(2) as usize];
                let fields = [
                    ("dial_buyers_type", dialing),
                    ("tier", ["1", "2"][dice.roll(2) as usize]),
                    ("weight", ["0", "1", "4"][dice.roll(3) as usize]),
                    ("time_zone", ZONES[dice.roll(5) as usize]),
                    ("attempt_hourly_limit", ["", "6", "20"][dice.roll(3) as usize]),
                    ("connection_daily_limit", ["", "8"][dice.roll(2) as usize]),
                    ("revenue_daily_limit", ["", "60"][dice.roll(2) as usize]),
                    ("buyer_conversion_total_limit", ["", "9"][dice.roll(2) as usize]),
                    ("concurrency_cap_limit", ["", "2", "4"][dice.roll(3) as usize]),
                ];
                world.group(&format!("Group {n}"), &some, &fields)
            })
            .collect();
        let offers = [world.offer(&groups, &[("expected_revenue", "12.5")]), world.offer(&groups[..3], &[])];
        let model = Model::new(&groups);
        let (calls, offers) = (Vec::new(), offers.to_vec());
        Self { world: world.again(), dice, clock: now(), buyers, groups, offers, calls, model, events: 0 }
    }

    /// Plays; says how many calls have converted.
    fn run(mut self) -> i64 {
        for _ in 0..STEPS {
            self.step();
            self.check();
        }
        self.all_comes_back();
        model::assert_calls_come_to_what_was_counted(&self.world, &self.calls)
    }

    fn pick(&mut self, ids: &[Id]) -> Option<Id> {
        let at = self.dice.roll(ids.len().max(1) as u64) as usize;
        ids.get(at).copied()
    }

    fn step(&mut self) {
        match self.dice.roll(40) {
            0..=9 => self.take(),
            10..=27 => self.report(),
            28..=31 => self.move_clock(),
            32 => {
                let at = self.clock;
                self.world.store.write_now(move |writer| writer.expire_calls(at, 3)).unwrap();
            }
            33 => self.drop_connections(),
            34 => self.world = self.world.again(),
            _ => self.change_something(),
        }
    }

    fn take(&mut self) {
        let groups = self.groups.clone();
        let offers = self.offers.clone();
        let new = match self.dice.roll(5) {
            0 => NewCall { group: self.pick(&groups), ..NewCall::default() },
            _ => NewCall { offer: self.pick(&offers), ..NewCall::default() },
        };
        let (seed, at) = (self.dice.roll(1 << 32), self.clock);
        match self.world.try_call(new, seed, at) {
            Ok(call) => {
                self.calls.push(call);
                self.check_grant(call);
            }
            // A deleted group cannot be asked for.
            Err(error) => assert!(matches!(error, Error::Violations(_)), "{error}"),
        }
    }

    /// Something about a call, mostly a recent one: in order or not, told twice, about an older step, or about nobody.
    fn report(&mut self) {
        let recent = self.calls[self.calls.len().saturating_sub(8)..].to_vec();
        let Some(call) = self.pick(&recent) else { return };
        let before = self.world.trace(call);
        let kind = CallEventKind::ALL[self.dice.roll(6) as usize];
        let steps: Vec<_> = before.steps.iter().filter_map(|traced| traced.step.as_ref()).collect();
        let reservations: Vec<Id> = steps.iter().map(|step| step.reservation).collect();
        let dialed: Vec<Id> = steps.iter().flat_map(|step| step.buyers.iter().copied()).collect();
        let reservation = if self.dice.roll(3) == 0 { self.pick(&reservations) } else { None };
        let buyer = if self.dice.roll(2) == 0 { self.pick(&dialed) } else { None };
        let is_money = matches!(kind, CallEventKind::Converted | CallEventKind::Reversed);
        let revenue = if is_money && self.dice.roll(2) == 0 {
            Decimal::from_units(self.dice.roll(300_000) as i64)
        } else {
            None
        };
        let again = self.dice.roll(8) == 0 && !before.events.is_empty();
        let event_id = if again {
            before.events[0].event_id.clone()
        } else {
            self.events += 1;
            format!("event {}", self.events)
        };
        let event = CallEvent { kind, buyer, revenue, reservation };
        let outcome = self.world.try_report(call, &event_id, event, self.clock);
        let after = self.world.trace(call);
        match outcome {
            Ok(_) if again => assert_eq!(after, before, "told twice"),
            Ok(_) => {
                assert_eq!(after.events.len(), before.events.len() + 1);
                let last = after.events.last().unwrap();
                if let Some(step) = after.steps.get(last.step as usize - 1).and_then(|s| s.step.as_ref()) {
                    self.model.count(&self.world, step.group, &last.counted, self.clock);
                }
                if after.steps.len() > before.steps.len() {
                    self.check_grant(call);
                }
            }
            Err(error) => {
                assert!(matches!(error, Error::Violations(_)), "{error}");
                assert_eq!(after, before, "refused");
            }
        }
    }

    fn move_clock(&mut self) {
        let minutes = match self.dice.roll(8) {
            0..=3 => self.dice.roll(10) as i64,
            4 => 60,
            5 => self.dice.roll(24 * 60 * 3) as i64,
            6 => self.dice.roll(24 * 60 * 40) as i64,
            _ => -(self.dice.roll(180) as i64),
        };
        self.clock = self.clock.plus_ms(minutes * 60_000);
    }

    /// What a network does between two steps.
    fn drop_connections(&mut self) {
        if self.world.url.starts_with("postgres") {
            self.world.numbers(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            );
        } else {
            self.world.store.close();
            self.world = self.world.again();
        }
    }

    fn change_something(&mut self) {
        let (groups, buyers) = (self.groups.clone(), self.buyers.clone());
        let (Some(group), Some(buyer)) = (self.pick(&groups), self.pick(&buyers)) else { return };
        let (actor, at) = (self.world.actor, self.clock);
        let zone = ZONES[self.dice.roll(5) as usize];
        let write = |resource, id: Id, field: &str, value: &str| {
            let change = alteration(resource, &[(field, value)]);
            let name = store::Name::Id(id);
            self.world.store.write_now(move |w| w.update(&actor, &name, &change, None, at)).map(|_| ())
        };
        let outcome = match self.dice.roll(12) {
            0 => write(
                BuyerGroup,
                group,
                "attempt_hourly_limit",
                ["", "0", "5", "30"][self.dice.roll(4) as usize],
            ),
            1 => write(BuyerGroup, group, "paused", ["0", "0", "0", "1"][self.dice.roll(4) as usize]),
            2 => {
                self.model.reset_totals(group, &self.world);
                write(BuyerGroup, group, "reset_total_caps", "1")
            }
            3 => {
                let before = model::zone(&self.world, group);
                let outcome = write(BuyerGroup, group, "time_zone", zone);
                if model::zone(&self.world, group) != before {
                    self.model.move_ends(&self.world, group, at);
                }
                outcome
            }
            4 => {
                let zone = if zone.is_empty() { "Pacific/Apia" } else { zone };
                let is_other = self.world.company().time_zone != zone;
                let outcome = write(Resource::Company, actor.company, "time_zone", zone);
                for group in groups.iter().filter(|_| is_other) {
                    if model::zone(&self.world, *group).is_none() {
                        self.model.move_ends(&self.world, *group, at);
                    }
                }
                outcome
            }
            5 => write(Buyer, buyer, "paused", ["0", "0", "1"][self.dice.roll(3) as usize]),
            6 => write(Buyer, buyer, "concurrency_cap_limit", ["", "1", "2"][self.dice.roll(3) as usize]),
            7 => {
                let used = Decimal::whole(self.dice.roll(5) as i32);
                self.model.set(group, Metric::Attempt, Window::Daily, used);
                let used = [(Metric::Attempt, Window::Daily, used)];
                let live =
                    format!("SELECT concurrency_cap_used FROM call_limits WHERE buyer_group_id = {group}");
                let live = self.world.numbers(&live)[0][0].unwrap();
                self.world.store.write_now(move |w| w.set_usage(actor.company, group, &used, live, at))
            }
            8 => self.world.delete(BuyerGroup, group).map(|_| ()),
            _ => self.world.restore(BuyerGroup, group, now()).map(|_| ()),
        };
        // Much is done to groups that are deleted, or are not.
        assert!(matches!(outcome, Ok(()) | Err(Error::NotFound)), "{outcome:?}");
    }

    fn check(&mut self) {
        self.world.verify();
        self.model.compare(&self.world, self.clock);
        if self.dice.roll(5) == 0 {
            self.compare_reasons();
        }
    }

    /// What speaks against a group in a decision is what its own column says, but for buyers that are busy. The second
    /// offer expects nothing, so that a call for it needs no more than the least.
    fn compare_reasons(&self) {
        let new = NewCall { offer: Some(self.offers[1]), ..NewCall::default() };
        let (company, at) = (self.world.actor.company, self.clock);
        let preview = |reader: &mut store::Reader<'_>| {
            reader.preview_call(company, &new, domain::Random::seeded(1), at)
        };
        let (decision, _) = self.world.store.read(preview).unwrap();
        let company = self.world.company();
        for traced in decision.traced {
            let mut reasons = traced.candidate.eligibility;
            reasons.reasons.retain(|reason| *reason != domain::Reason::BuyersBusy);
            let keys = [Key::Eligibility, Key::DialBuyersType];
            let name = store::Name::Id(traced.candidate.group);
            let shown = self.world.store.read(|reader| reader.get(&company, BuyerGroup, &name, &keys, at));
            let shown = shown.unwrap().values;
            // Who dials all at once may need more.
            if shown[1].as_text() == Some("sequentially") {
                assert_eq!(shown[0], domain::Value::Eligibility(reasons));
            }
        }
    }

    /// Whoever was just granted a step left used and reserved within every limit, and dials nobody twice.
    fn check_grant(&self, call: Id) {
        let steps: Vec<TracedStep> = self.world.trace(call).steps;
        let Some(step) = steps.last().and_then(|traced| traced.step.as_ref()) else { return };
        model::assert_within_limits(&self.world, step.group, self.clock);
        for buyer in &step.buyers {
            let keys = [Key::ConcurrencyCapUsed, Key::ConcurrencyCapLimit];
            let shown = self.world.get(Buyer, *buyer, &keys).unwrap();
            let limit: i64 = shown[1].parse().unwrap_or(i64::MAX);
            assert!(shown[0].parse::<i64>().unwrap() <= limit, "{buyer} is on {shown:?} calls");
            let dialed =
                |traced: &&TracedStep| traced.step.as_ref().is_some_and(|s| s.buyers.contains(buyer));
            assert_eq!(steps.iter().filter(dialed).count(), 1, "{buyer} is dialed again");
        }
    }

    /// Nothing more is heard: everything that was held comes back, and what was counted stays.
    fn all_comes_back(&mut self) {
        self.clock = self.clock.plus_ms(1_000 * 3_600_000);
        let at = self.clock;
        self.world.store.write_now(move |writer| writer.expire_calls(at, 10_000)).unwrap();
        self.check();
        assert_eq!(self.world.column(Call, &[("status", "dialing,connected"), ("columns", "id")]).1, 0);
        let held: Vec<String> =
            Metric::ALL.iter().map(|metric| format!("{}_reserved <> 0", metric.name())).collect();
        let sql = format!(
            "SELECT buyer_group_id FROM call_limits WHERE concurrency_cap_used <> 0 OR {}",
            held.join(" OR ")
        );
        assert_eq!(self.world.numbers(&sql), Vec::<Vec<Option<i64>>>::new());
        assert_eq!(self.world.numbers("SELECT id FROM buyers WHERE concurrency_cap_used <> 0").len(), 0);
    }
}
