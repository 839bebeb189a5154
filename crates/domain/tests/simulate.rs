//! A simulated day against the same day played step by step: each call by `CallProgress`, each decision by
//! `Decision::among`, each group judged anew from all that was counted and is held.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use domain::{
    ANSWERS_AFTER_MS, CallEvent, CallEventKind, CallProgress, CallStatus, CallStep, Candidate, Cap, Caps,
    Contender, Counted, Decimal, Decision, Effect, Eligibility, Filled, FixedOffset, GIVES_UP_AFTER_MS, Held,
    Id, Instant, Metric, Need, Opening, Pattern, Played, Random, Reason, Simulated, Standing, Window,
    simulate,
};
use proptest::prelude::*;

const HOUR_MS: i64 = 3_600_000;

/// A day played slowly.
struct Slow<'a> {
    contenders: &'a [Contender],
    pattern: &'a Pattern,
    calls: Vec<(CallProgress, Random)>,
    /// What happens next, to which call, and when.
    pending: BTreeMap<(Instant, usize), Vec<CallEventKind>>,
    /// What each group counted, and when.
    counted: Vec<Vec<(Instant, Counted)>>,
    filled: Vec<Vec<Filled>>,
    most_live: Vec<i64>,
    reservations: i64,
}

impl<'a> Slow<'a> {
    fn play(contenders: &'a [Contender], calls: u32, pattern: &'a Pattern, seed: u64) -> Simulated {
        let mut random = Random::seeded(seed);
        let mut arrivals: Vec<Instant> = (0..calls).map(|_| arrival(pattern, &mut random)).collect();
        arrivals.sort();
        let mut day = Slow {
            contenders,
            pattern,
            calls: Vec::new(),
            pending: BTreeMap::new(),
            counted: vec![Vec::new(); contenders.len()],
            filled: vec![Vec::new(); contenders.len()],
            most_live: vec![0; contenders.len()],
            reservations: 0,
        };
        for group in 0..contenders.len() {
            day.filled[group] = day.full(group, pattern.from);
        }
        for (call, at) in arrivals.into_iter().enumerate() {
            day.pending.insert((at, call), Vec::new());
            day.calls.push((CallProgress::new(), Random::seeded(random.draw())));
        }
        while let Some(((now, call), events)) = day.pending.pop_first() {
            if events.is_empty() {
                day.decide(call, now);
            }
            events.into_iter().for_each(|event| day.report(call, event, now));
        }
        day.simulated()
    }

    fn report(&mut self, call: usize, kind: CallEventKind, now: Instant) {
        let progress = &mut self.calls[call].0;
        let buyer = progress.steps.last().map(|step| step.buyers[0]);
        let names = matches!(kind, CallEventKind::Connected | CallEventKind::Converted);
        let event = CallEvent { kind, buyer: buyer.filter(|_| names), revenue: None, reservation: None };
        let before = self.full_of(call, now);
        let effect: Effect = self.calls[call].0.apply(&event, now, 1_000 * HOUR_MS).unwrap();
        let group = self.group_of(call).unwrap();
        if !effect.counted.is_nothing() {
            self.counted[group].push((now, effect.counted));
            let new: Vec<Filled> =
                self.full(group, now).into_iter().filter(|cap| !before.contains(cap)).collect();
            self.filled[group].extend(new);
        }
        if effect.reroute {
            self.decide(call, now);
        }
    }

    fn decide(&mut self, call: usize, now: Instant) {
        let candidates: Vec<Candidate> =
            (0..self.contenders.len()).map(|group| self.candidate(call, group, now)).collect();
        let stays = self.group_of(call).filter(|group| {
            candidates[*group].eligibility.can_take_calls() && !self.contenders[*group].at_once
        });
        let decision = match stays {
            Some(group) => Decision::staying(candidates, self.contenders[group].group),
            None => Decision::among(candidates, &mut self.calls[call].1),
        };
        let Some(chosen) = decision.chosen() else { return self.calls[call].0.give_up(now) };
        let group = self.contenders.iter().position(|one| one.group == chosen).unwrap();
        self.reservations += 1;
        let reservation = Id::new(self.reservations).unwrap();
        let left = self.left(call, group);
        let buyers = if self.contenders[group].at_once { left } else { left.into_iter().take(1).collect() };
        let (progress, random) = &mut self.calls[call];
        let mut happens = |often: Decimal| (random.below(10_000) as i64) < often.units();
        let mut answered = false;
        for _ in &buyers {
            answered = answered || happens(self.pattern.answered);
        }
        progress.start(CallStep::reserved(reservation, chosen, buyers, self.pattern.revenue), now);
        if answered {
            let lasts = random.below(2_000 * u64::from(self.pattern.duration_s) + 1) as i64;
            let converts = (random.below(10_000) as i64) < self.pattern.converted.units();
            let connects = now.plus_ms(ANSWERS_AFTER_MS);
            let end: &[CallEventKind] = if converts {
                &[CallEventKind::Converted, CallEventKind::Ended]
            } else {
                &[CallEventKind::Ended]
            };
            // Both wait at once here; a call that ends as it is answered is answered first.
            match lasts {
                0 => {
                    let all = [&[CallEventKind::Connected], end].concat();
                    self.pending.insert((connects, call), all);
                }
                _ => {
                    self.pending.insert((connects, call), vec![CallEventKind::Connected]);
                    self.pending.insert((connects.plus_ms(lasts), call), end.to_vec());
                }
            }
        } else {
            self.pending.insert((now.plus_ms(GIVES_UP_AFTER_MS), call), vec![CallEventKind::Failed]);
        }
        self.report(call, CallEventKind::Dialed, now);
        self.most_live[group] = self.most_live[group].max(self.caps(group, now).live);
    }

    fn candidate(&self, call: usize, group: usize, now: Instant) -> Candidate {
        let contender = &self.contenders[group];
        let zone = FixedOffset(contender.offset);
        let caps = self.caps(group, now);
        let standing = Standing {
            paused: contender.paused,
            opening: Opening::at(contender.hours.as_ref(), now, "", &zone),
            caps: &caps,
            buyers: contender.buyers,
            buyers_on: contender.buyers,
        };
        let attempts = if contender.at_once { contender.buyers as i64 } else { 1 };
        let need = Need { attempts, revenue: self.pattern.revenue };
        let mut eligibility = Eligibility::of(standing, need, |window| window.next_reset(now, "", &zone));
        if contender.buyers > 0 && self.left(call, group).is_empty() {
            eligibility.reasons.push(Reason::Tried);
        }
        Candidate { group: contender.group, tier: contender.tier, weight: contender.weight, eligibility }
    }

    /// The buyers of a group that were not dialed for a call.
    fn left(&self, call: usize, group: usize) -> Vec<Id> {
        let all = (1..=self.contenders[group].buyers).map(|at| (group * 1_000 + at) as i64);
        let tried: Vec<Id> = self.calls[call].0.tried().collect();
        all.map(|id| Id::new(id).unwrap()).filter(|id| !tried.contains(id)).collect()
    }

    fn group_of(&self, call: usize) -> Option<usize> {
        let step = self.calls[call].0.steps.last()?;
        self.contenders.iter().position(|one| one.group == step.group)
    }

    fn held(&self, group: usize) -> Vec<Held> {
        let steps = self.calls.iter().flat_map(|(progress, _)| &progress.steps);
        steps.filter(|step| step.group == self.contenders[group].group).map(|step| step.held).collect()
    }

    fn caps(&self, group: usize, now: Instant) -> Caps {
        let contender = &self.contenders[group];
        let held = self.held(group);
        let window_of =
            |window: Window, at: Instant| window.next_reset(at, "", &FixedOffset(contender.offset));
        let cell = |cap: &Cap| {
            let counts_now = |at: Instant| window_of(cap.window, at) == window_of(cap.window, now);
            let begins = if counts_now(self.pattern.from) { cap.used.units() } else { 0 };
            let since = self.counted[group].iter().filter(|(at, _)| counts_now(*at));
            let used: i64 =
                begins + since.map(|(_, counted)| counted.metric(cap.metric).units()).sum::<i64>();
            let reserved: i64 = held.iter().map(|held| held.metric(cap.metric).units()).sum();
            let [used, reserved] = [used, reserved].map(|units| Decimal::from_units(units).unwrap());
            Cap { used, reserved, ..*cap }
        };
        let cells = contender.caps.cells.iter().map(cell).collect();
        let live = held.iter().map(|held| held.slots).sum();
        Caps { cells, live_limit: contender.caps.live_limit, live }
    }

    /// The caps that are full by what was counted.
    fn full(&self, group: usize, now: Instant) -> Vec<Filled> {
        let counted = |cap: Cap| Cap { reserved: Decimal::ZERO, ..cap };
        let caps = self.caps(group, now);
        let full = caps.cells.iter().copied().map(counted).filter(|cap| cap.is_full());
        full.map(|cap| Filled { metric: cap.metric, window: cap.window, at: now }).collect()
    }

    fn full_of(&self, call: usize, now: Instant) -> Vec<Filled> {
        self.group_of(call).map_or_else(Vec::new, |group| self.full(group, now))
    }

    fn simulated(self) -> Simulated {
        let played = |group: usize| {
            let all = || self.counted[group].iter().map(|(_, counted)| counted);
            Played {
                group: self.contenders[group].group,
                attempts: all().map(|counted| counted.attempts).sum(),
                connections: all().map(|counted| counted.connections).sum(),
                conversions: all().map(|counted| counted.conversions).sum(),
                revenue: Decimal::from_units(all().map(|counted| counted.revenue.units()).sum()).unwrap(),
                most_live: self.most_live[group],
                filled: self.filled[group].clone(),
            }
        };
        let groups = (0..self.contenders.len()).map(played).collect();
        assert!((0..self.contenders.len()).all(|group| self.held(group).into_iter().all(Held::is_nothing)));
        let of = |status| self.calls.iter().filter(|(progress, _)| progress.status == status).count() as u32;
        let (taken, unanswered, no_taker) =
            (of(CallStatus::Ended), of(CallStatus::Unanswered), of(CallStatus::NoTaker));
        Simulated { groups, taken, unanswered, no_taker }
    }
}

/// When a call comes: an hour by its weight, and any millisecond of it.
fn arrival(pattern: &Pattern, random: &mut Random) -> Instant {
    let even = pattern.calls_by_hour.iter().all(|weight| *weight == 0);
    let hours: Vec<i64> = (0..24_u8)
        .flat_map(|hour| {
            let weight = if even { 1 } else { pattern.calls_by_hour[usize::from(hour)] };
            vec![i64::from(hour); weight as usize]
        })
        .collect();
    let hour = hours[random.below(hours.len() as u64) as usize];
    let clock = hour * HOUR_MS + random.below(HOUR_MS as u64) as i64;
    let first = pattern.from.civil(pattern.offset);
    let today = domain::Civil { date: first.date, ms_of_day: clock }.at_offset(pattern.offset);
    if today < pattern.from { today.plus_ms(24 * HOUR_MS) } else { today }
}

/// A hundredth of up to so many.
fn hundredths(most: i64) -> impl Strategy<Value = Decimal> {
    (0..=most).prop_map(|hundredth| Decimal::from_units(hundredth * 100).unwrap())
}

fn caps() -> impl Strategy<Value = Caps> {
    let cell = (0..5_usize, 0..4_usize, 0..=12_i64, 0..=6_i64, any::<bool>()).prop_map(
        |(metric, window, limit, used, reserved)| Cap {
            metric: Metric::ALL[metric],
            window: Window::ALL[window],
            limit: Some(Decimal::from_units(limit * 15_000).unwrap()),
            used: Decimal::from_units(used * 10_000).unwrap(),
            reserved: if reserved { Decimal::ONE } else { Decimal::ZERO },
        },
    );
    let live = prop::option::weighted(0.4, 0..4_i64);
    (prop::collection::vec(cell, 0..4), live).prop_map(|(cells, live_limit)| {
        let mut once: Vec<Cap> = Vec::new();
        for cell in cells {
            if !once.iter().any(|one| (one.metric, one.window) == (cell.metric, cell.window)) {
                // What calls under way hold is left out by the simulation, and so here.
                once.push(Cap { reserved: Decimal::ZERO, ..cell });
            }
        }
        once.sort_by_key(|cap| (cap.metric, cap.window));
        Caps { cells: once, live_limit, live: 0 }
    })
}

fn contender() -> impl Strategy<Value = Contender> {
    let hours = prop::option::weighted(
        0.3,
        prop::sample::select(vec!["daily 9-12, 13-18", "mon-fri 8:30-20", "wed 10-10", "daily 22-11"]),
    );
    let offset = prop::sample::select(vec![0, -5 * 3600, 12 * 3600 + 2700, 5 * 3600 + 1800]);
    let competing = (1..=3_i32, 0..=3_i32, prop::bool::weighted(0.1));
    (competing, hours, offset, caps(), 0..=4_usize, any::<bool>()).prop_map(
        |((tier, weight, paused), hours, offset, caps, buyers, at_once)| Contender {
            group: Id::new(1).unwrap(),
            tier: Decimal::whole(tier),
            weight: Decimal::whole(weight),
            paused,
            hours: hours.map(|text: &str| text.parse().unwrap()),
            offset,
            caps,
            buyers,
            at_once,
        },
    )
}

fn contenders() -> impl Strategy<Value = Vec<Contender>> {
    prop::collection::vec(contender(), 0..7).prop_map(|mut all| {
        for (at, one) in all.iter_mut().enumerate() {
            one.group = Id::new(100_001 + at as i64).unwrap();
        }
        all
    })
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let by_hour = prop_oneof![
        Just([0; 24]),
        prop::collection::vec(0..4_u32, 24).prop_map(|all| all.try_into().unwrap()),
        (0..24_usize).prop_map(|busy| std::array::from_fn(|hour| u32::from(hour == busy))),
    ];
    let from = 1_795_000_000_000_i64..1_795_700_000_000;
    (from, by_hour, hundredths(100), hundredths(100), 0..3_000_u32, hundredths(400)).prop_map(
        |(from, calls_by_hour, answered, converted, duration_s, revenue)| Pattern {
            from: Instant::from_ms(from),
            offset: -8 * 3600,
            calls_by_hour,
            answered,
            converted,
            duration_s,
            revenue,
        },
    )
}

proptest! {
    #[test]
    fn a_simulated_day_is_the_day_played_step_by_step(
        contenders in contenders(), calls in 0..120_u32, pattern in pattern(), seed: u64
    ) {
        let simulated = simulate(&contenders, calls, &pattern, seed);
        prop_assert_eq!(simulated.taken + simulated.unanswered + simulated.no_taker, calls);
        prop_assert_eq!(simulated, Slow::play(&contenders, calls, &pattern, seed));
    }
}
