//! [`simulate`]: a day of calls, played through the routing and the caps.
//!
//! It answers "what if": the same calls, drawn from the same seed, played among the groups as they are and as they might
//! be. Nothing is judged twice: a group is judged when it has changed, and each tier keeps how many of its groups can
//! take a call and what they weigh together (`simulate/tiers.rs`).
//!
//! What is left out: buyers have no live slots of their own, a buyer in two groups is two buyers, nothing is reversed or
//! reported late, and calls that are under way when the day begins are not there. The clocks of a zone do not jump on
//! that day.

mod group;
mod tiers;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::cap::{Caps, Metric, Window};
use crate::decimal::Decimal;
use crate::eligibility::Need;
use crate::hours::Hours;
use crate::id::Id;
use crate::instant::Instant;
use crate::random::Random;

use group::Group;
use tiers::Tiers;

/// How long it rings before a buyer answers: 10 seconds.
pub const ANSWERS_AFTER_MS: i64 = 10_000;
/// How long it rings before a step is given up: 30 seconds.
pub const GIVES_UP_AFTER_MS: i64 = 30_000;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A group as it goes into the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contender {
    /// Which.
    pub group: Id,
    /// Lower tiers are tried first.
    pub tier: Decimal,
    /// Its part of the calls of its tier.
    pub weight: Decimal,
    /// Whether a person switched it off.
    pub paused: bool,
    /// When it takes calls; `None`: always.
    pub hours: Option<Hours>,
    /// Seconds that the clocks of its zone are ahead of UTC.
    pub offset: i32,
    /// Its caps, with what their windows have counted when the day begins. What calls under way hold is left out.
    pub caps: Caps,
    /// How many buyers it has that can be dialed.
    pub buyers: usize,
    /// Whether all of them are dialed at once.
    pub at_once: bool,
}

impl Contender {
    /// What a step of it may take.
    fn need(&self, revenue: Decimal) -> Need {
        let attempts = if self.at_once { i64::try_from(self.buyers).unwrap_or(i64::MAX) } else { 1 };
        Need { attempts, revenue }
    }

    /// How many buyers a step of it dials.
    fn dials(&self) -> usize {
        if self.at_once { self.buyers } else { 1 }
    }
}

/// How calls come, and what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// When the day begins; it lasts 24 hours, and until the last of its calls is over.
    pub from: Instant,
    /// Seconds ahead of UTC of the clock that `calls_by_hour` goes by.
    pub offset: i32,
    /// How the calls spread over the hours of the day, from midnight, as weights; all 0: evenly.
    pub calls_by_hour: [u32; 24],
    /// The part of the dials that are answered, from 0 to 1.
    pub answered: Decimal,
    /// The part of the answered calls that convert, from 0 to 1; they do so at their end.
    pub converted: Decimal,
    /// How long an answered call lasts on average, in seconds: any time up to twice that is as likely.
    pub duration_s: u32,
    /// What a conversion brings; as much is expected, and held, of each call.
    pub revenue: Decimal,
}

/// What a day brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// What each group got, in the order in which they were given.
    pub groups: Vec<Played>,
    /// Calls that a buyer answered.
    pub taken: u32,
    /// Calls for which somebody was dialed, and nobody answered.
    pub unanswered: u32,
    /// Calls that no group could take.
    pub no_taker: u32,
}

/// What a group got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Which.
    pub group: Id,
    /// Dials.
    pub attempts: i64,
    /// Answers.
    pub connections: i64,
    /// Conversions.
    pub conversions: i64,
    /// What they brought.
    pub revenue: Decimal,
    /// The most calls that were live at once.
    pub most_live: i64,
    /// Each time that a cap filled, one after another: an hourly one may do so every hour. A cap that is full when the
    /// day begins fills then.
    pub filled: Vec<Filled>,
}

/// A cap that filled: what it counted reached its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// What it counts.
    pub metric: Metric,
    /// Within which stretch.
    pub window: Window,
    /// When.
    pub at: Instant,
}

/// Plays a day of calls. The same arguments give the same day; so does each call's luck when only groups differ, as far
/// as its way is the same.
///
/// Of the seed are drawn, in this order: for each call the hour and the millisecond at which it comes; then, in the order
/// in which they come, a seed of its own. Of that one: at each step the draw among groups, if there is one; for each
/// buyer dialed whether he answers, until one does; then how long the call lasts, and whether it converts.
#[must_use]
pub fn simulate(groups: &[Contender], calls: u32, pattern: &Pattern, seed: u64) -> Simulated {
    let mut random = Random::seeded(seed);
    let mut day = Day::begin(groups, pattern);
    let mut arrivals: Vec<i64> = (0..calls).map(|_| arrival(pattern, &mut random)).collect();
    arrivals.sort_unstable();
    for at in arrivals {
        day.pending.push(Reverse((at, day.calls.len())));
        day.calls.push(Call {
            random: Random::seeded(random.draw()),
            dialed: Vec::new(),
            stage: Stage::Arriving,
        });
    }
    day.play();
    Simulated { groups: day.groups.into_iter().map(Group::played).collect(), ..day.simulated }
}

/// When a call comes.
fn arrival(pattern: &Pattern, random: &mut Random) -> i64 {
    let sum = pattern.calls_by_hour.iter().map(|weight| u64::from(*weight)).sum();
    let weight = |hour: usize| if sum == 0 { 1 } else { u64::from(pattern.calls_by_hour[hour]) };
    let mut drawn = random.below(if sum == 0 { 24 } else { sum });
    let mut hour = 0;
    while hour < 23 && drawn >= weight(hour) {
        drawn -= weight(hour);
        hour += 1;
    }
    let within = i64::try_from(random.below(HOUR_MS.unsigned_abs())).unwrap_or_default();
    let clock = i64::try_from(hour).unwrap_or_default() * HOUR_MS + within;
    let from = pattern.from.civil(pattern.offset).ms_of_day;
    pattern.from.ms() + (clock - from).rem_euclid(DAY_MS)
}

/// A call that is under way.
struct Call {
    random: Random,
    /// How many buyers of each group were dialed.
    dialed: Vec<(usize, usize)>,
    stage: Stage,
}

impl Call {
    fn dialed_of(&self, group: usize) -> usize {
        self.dialed.iter().find(|(at, _)| *at == group).map_or(0, |(_, count)| *count)
    }

    fn dial(&mut self, group: usize, count: usize) {
        match self.dialed.iter_mut().find(|(at, _)| *at == group) {
            Some((_, dialed)) => *dialed += count,
            None => self.dialed.push((group, count)),
        }
    }

    /// Whether it happens that often, in ten-thousandths.
    fn happens(&mut self, often: Decimal) -> bool {
        i64::try_from(self.random.below(10_000)).is_ok_and(|drawn| drawn < often.units())
    }
}

/// What happens next to a call.
#[derive(Clone, Copy)]
enum Stage {
    /// It comes.
    Arriving,
    /// Nobody of the group answers.
    Failing { group: usize },
    /// A buyer of the group answers; the call will last so long, and convert or not.
    Answering { group: usize, lasts_ms: i64, converts: bool },
    /// It ends.
    Ending { group: usize, converts: bool },
}

/// A day under way.
struct Day<'a> {
    pattern: &'a Pattern,
    groups: Vec<Group<'a>>,
    tiers: Tiers,
    calls: Vec<Call>,
    /// When what happens next to which call. Each call waits for one thing, so no two are alike.
    pending: BinaryHeap<Reverse<(i64, usize)>>,
    /// When which group's windows end or hours begin or end.
    changes: BinaryHeap<Reverse<(i64, usize)>>,
    simulated: Simulated,
}

impl<'a> Day<'a> {
    fn begin(contenders: &'a [Contender], pattern: &'a Pattern) -> Self {
        let groups: Vec<Group<'_>> =
            contenders.iter().map(|one| Group::new(one, one.need(pattern.revenue), pattern.from)).collect();
        let tiers = Tiers::new(contenders);
        let mut day = Self {
            pattern,
            groups,
            tiers,
            calls: Vec::new(),
            pending: BinaryHeap::new(),
            changes: BinaryHeap::new(),
            simulated: Simulated::default(),
        };
        for at in 0..day.groups.len() {
            day.wake(at, pattern.from);
        }
        day
    }

    fn play(&mut self) {
        while let Some(Reverse((at, call))) = self.pending.pop() {
            while let Some(Reverse((changes, group))) =
                self.changes.peek().copied().filter(|next| next.0.0 <= at)
            {
                self.changes.pop();
                self.wake(group, Instant::from_ms(changes));
            }
            self.go_on(call, Instant::from_ms(at));
        }
    }

    /// A group's windows have ended, or its hours have begun or ended.
    fn wake(&mut self, group: usize, now: Instant) {
        if let Some(next) = self.groups[group].wake(now) {
            self.changes.push(Reverse((next.ms(), group)));
        }
        self.judge(group);
    }

    /// A group has changed.
    fn judge(&mut self, group: usize) {
        self.tiers.set(group, self.groups[group].can_take_a_call());
    }

    /// What was to happen next to a call happens.
    fn go_on(&mut self, call: usize, now: Instant) {
        match self.calls[call].stage {
            Stage::Arriving => self.dial(call, None, now),
            Stage::Failing { group } => {
                self.groups[group].fail();
                self.judge(group);
                self.dial(call, Some(group), now);
            }
            Stage::Answering { group, lasts_ms, converts } => {
                self.groups[group].connect(now);
                self.judge(group);
                self.simulated.taken += 1;
                self.wait(call, now.plus_ms(lasts_ms), Stage::Ending { group, converts });
            }
            Stage::Ending { group, converts } => {
                self.groups[group].end(converts, now);
                self.judge(group);
            }
        }
    }

    fn wait(&mut self, call: usize, until: Instant, stage: Stage) {
        self.calls[call].stage = stage;
        self.pending.push(Reverse((until.ms(), call)));
    }

    /// Decides the next step of a call, and dials: the group that has it, while it can and has somebody left to dial,
    /// else one that is drawn.
    fn dial(&mut self, call: usize, with: Option<usize>, now: Instant) {
        let under_way = &mut self.calls[call];
        let groups = &self.groups;
        let left = |call: &Call, at: usize| call.dialed_of(at) < groups[at].contender.buyers;
        let stays = with.filter(|at| groups[*at].can_take_a_call() && left(under_way, *at));
        let chosen = stays.or_else(|| {
            let tried: Vec<usize> =
                under_way.dialed.iter().map(|(at, _)| *at).filter(|at| !left(under_way, *at)).collect();
            self.tiers.draw(&tried, &mut under_way.random)
        });
        let Some(group) = chosen else {
            let nobody_dialed = under_way.dialed.is_empty();
            let simulated = &mut self.simulated;
            *(if nobody_dialed { &mut simulated.no_taker } else { &mut simulated.unanswered }) += 1;
            return;
        };
        let dials = groups[group].contender.dials();
        under_way.dial(group, dials);
        let stage = if (0..dials).any(|_| under_way.happens(self.pattern.answered)) {
            let most_ms = 2_000 * u64::from(self.pattern.duration_s);
            let lasts_ms = i64::try_from(under_way.random.below(most_ms + 1)).unwrap_or_default();
            Stage::Answering { group, lasts_ms, converts: under_way.happens(self.pattern.converted) }
        } else {
            Stage::Failing { group }
        };
        self.groups[group].dial(now);
        self.judge(group);
        let answers = matches!(stage, Stage::Answering { .. });
        let rings_ms = if answers { ANSWERS_AFTER_MS } else { GIVES_UP_AFTER_MS };
        self.wait(call, now.plus_ms(rings_ms), stage);
    }
}
