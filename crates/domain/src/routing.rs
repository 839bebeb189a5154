//! Which group gets the next call: tier by tier, by weight within a tier.
//!
//! A decision looks at every group that may take the call ([`Candidate`]), judges each ([`Eligibility`]), draws one
//! among those of the lowest tier that has any, and keeps why it went as it did ([`Decision`]).

use crate::cap::{Metric, Window};
use crate::decimal::Decimal;
use crate::eligibility::{Eligibility, Reason};
use crate::id::Id;
use crate::instant::Instant;
use crate::random::Random;
use crate::share::{Competitor, shares};

/// A group that may take a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub group: Id,
    /// Lower tiers are tried first.
    pub tier: Decimal,
    /// Its part of the calls of its tier.
    pub weight: Decimal,
    /// Whether it can take this call.
    pub eligibility: Eligibility,
}

/// What became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It gets the call.
    Chosen,
    /// It could have had the call, but the draw fell on another of its tier.
    NotDrawn,
    /// It could have had the call, but one of an upper tier takes it: one whose tier is lower.
    UpperTier,
    /// It could have had the call, but was not asked: the call stays with a group that has buyers left to dial.
    NotAsked,
    /// It cannot take the call.
    Cannot,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [Self::Chosen, Self::NotDrawn, Self::UpperTier, Self::NotAsked, Self::Cannot];

    /// A word for machines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::NotDrawn => "not_drawn",
            Self::UpperTier => "upper_tier",
            Self::NotAsked => "not_asked",
            Self::Cannot => "cannot",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Chosen => "It gets the call.",
            Self::NotDrawn => "The draw by weight fell on another group of its tier.",
            Self::UpperTier => "A group of an upper tier takes the call.",
            Self::NotAsked => "The call stays with a group that dials its buyers one after another.",
            Self::Cannot => "It cannot take the call.",
        }
    }
}

/// One line of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// The group, and what spoke against it.
    pub candidate: Candidate,
    /// The share of its tier that it had in the draw.
    pub share: Decimal,
    /// What became of it.
    pub verdict: Verdict,
}

/// Who gets a call, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Every candidate, in the routing order: by tier, then by share, then by id.
    pub traced: Vec<Traced>,
}

impl Decision {
    /// Decides among groups, in whatever order they come. Each is drawn with the probability that is its share.
    #[must_use]
    pub fn among(candidates: Vec<Candidate>, random: &mut Random) -> Self {
        let chosen = draw(&candidates, random).map(|at| &candidates[at]);
        let chosen = chosen.map(|chosen| (chosen.group, chosen.tier));
        Self::traced(candidates, |candidate| match chosen {
            Some((group, _)) if group == candidate.group => Verdict::Chosen,
            Some((_, tier)) if tier < candidate.tier => Verdict::UpperTier,
            _ => Verdict::NotDrawn,
        })
    }

    /// The call stays with a group that dials its buyers one after another and can dial the next: nothing is drawn.
    #[must_use]
    pub fn staying(candidates: Vec<Candidate>, group: Id) -> Self {
        Self::traced(
            candidates,
            |candidate| {
                if candidate.group == group { Verdict::Chosen } else { Verdict::NotAsked }
            },
        )
    }

    /// The candidates with their shares, before anybody is drawn.
    #[must_use]
    pub fn undrawn(candidates: Vec<Candidate>) -> Self {
        Self::traced(candidates, |_| Verdict::NotDrawn)
    }

    /// A decision that was made; `verdict` tells what became of those that can take the call.
    fn traced(candidates: Vec<Candidate>, verdict: impl Fn(&Candidate) -> Verdict) -> Self {
        let mut shares = vec![Decimal::ZERO; candidates.len()];
        let mut places: Vec<usize> = (0..candidates.len()).collect();
        places.sort_by_key(|at| candidates[*at].tier);
        for tier in places.chunk_by(|one, other| candidates[*one].tier == candidates[*other].tier) {
            for (at, share) in tier.iter().zip(tier_shares(tier.iter().map(|at| &candidates[*at]))) {
                shares[*at] = share;
            }
        }
        let mut traced: Vec<Traced> = candidates
            .into_iter()
            .zip(shares)
            .map(|(candidate, share)| {
                let able = candidate.eligibility.can_take_calls();
                let verdict = if able { verdict(&candidate) } else { Verdict::Cannot };
                Traced { candidate, share, verdict }
            })
            .collect();
        traced.sort_by_key(|one| (one.candidate.tier, -one.share.units(), one.candidate.group));
        Self { traced }
    }

    /// The group that gets the call; `None`: nobody can take it.
    #[must_use]
    pub fn chosen(&self) -> Option<Id> {
        let chosen = self.traced.iter().find(|one| one.verdict == Verdict::Chosen);
        chosen.map(|one| one.candidate.group)
    }
}

fn tier_shares<'a>(tier: impl Iterator<Item = &'a Candidate>) -> Vec<Decimal> {
    let competitor =
        |one: &Candidate| Competitor { weight: one.weight, eligible: one.eligibility.can_take_calls() };
    shares(&tier.map(competitor).collect::<Vec<_>>())
}

/// The place of the group that gets the call: drawn by weight among the eligible groups of the lowest tier that has any.
/// Groups of weight 0 are drawn only where all have 0, and then alike.
#[must_use]
pub fn draw(candidates: &[Candidate], random: &mut Random) -> Option<usize> {
    let eligible = || candidates.iter().enumerate().filter(|(_, one)| one.eligibility.can_take_calls());
    let tier = eligible().map(|(_, one)| one.tier).min()?;
    let in_tier = || eligible().filter(|(_, one)| one.tier == tier);
    let weight = |one: &Candidate| u64::try_from(one.weight.units()).unwrap_or_default();
    let sum = in_tier().fold(0_u64, |sum, (_, one)| sum.saturating_add(weight(one)));
    if sum == 0 {
        let count = u64::try_from(in_tier().count()).unwrap_or(u64::MAX);
        let drawn = usize::try_from(random.below(count)).unwrap_or_default();
        return in_tier().nth(drawn).map(|(at, _)| at);
    }
    let mut drawn = random.below(sum);
    let mut within = in_tier().skip_while(|(_, one)| match drawn.checked_sub(weight(one)) {
        Some(rest) => {
            drawn = rest;
            true
        }
        None => false,
    });
    within.next().or_else(|| in_tier().next_back()).map(|(at, _)| at)
}

impl Decision {
    /// As it is kept: a line for each candidate, `GROUP TIER WEIGHT SHARE VERDICT REASONS`.
    #[must_use]
    pub fn kept(&self) -> String {
        let mut text = String::new();
        for Traced { candidate, share, verdict } in &self.traced {
            let reasons: Vec<String> = candidate.eligibility.reasons.iter().map(kept_reason).collect();
            text.push_str(&format!(
                "{} {} {} {share} {} {}\n",
                candidate.group,
                candidate.tier,
                candidate.weight,
                verdict.name(),
                reasons.join(",")
            ));
        }
        text
    }

    /// Reads what [`Decision::kept`] wrote; a line that this version does not know is left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self { traced: text.lines().filter_map(read_line).collect() }
    }
}

fn read_line(line: &str) -> Option<Traced> {
    let mut words = line.split(' ');
    let mut word = || words.next();
    let (group, tier, weight) = (Id::parse(word()?)?, word()?.parse().ok()?, word()?.parse().ok()?);
    let share = word()?.parse().ok()?;
    let name = word()?;
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)?;
    let reasons = word().unwrap_or_default().split(',').filter_map(read_reason).collect();
    let candidate = Candidate { group, tier, weight, eligibility: Eligibility { reasons } };
    Some(Traced { candidate, share, verdict })
}

/// `paused`, `cap_full:attempt:daily:1700000000000`.
fn kept_reason(reason: &Reason) -> String {
    let code = reason.code();
    let at = reason.ends_at().map_or(String::new(), |at| at.ms().to_string());
    match reason {
        Reason::CapFull { metric, window, .. } => format!("{code}:{}:{}:{at}", metric.name(), window.name()),
        Reason::TooLittleLeft { metric, window, left, .. } => {
            format!("{code}:{}:{}:{at}:{left}", metric.name(), window.name())
        }
        Reason::OutsideHours { .. } => format!("{code}:{at}"),
        _ => code.to_owned(),
    }
}

fn read_reason(text: &str) -> Option<Reason> {
    let mut parts = text.split(':');
    let code = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let instant = |at: usize| rest.get(at).and_then(|text| text.parse().ok()).map(Instant::from_ms);
    let metric = || Metric::ALL.into_iter().find(|metric| rest.first() == Some(&metric.name()));
    let window = || Window::ALL.into_iter().find(|window| rest.get(1) == Some(&window.name()));
    Some(match code {
        "cap_full" => Reason::CapFull { metric: metric()?, window: window()?, resets_at: instant(2) },
        "too_little_left" => Reason::TooLittleLeft {
            metric: metric()?,
            window: window()?,
            left: rest.get(3)?.parse().ok()?,
            resets_at: instant(2),
        },
        "outside_hours" => Reason::OutsideHours { opens_at: instant(0) },
        code => {
            const PLAIN: [Reason; 6] = [
                Reason::Paused,
                Reason::NoLiveSlot,
                Reason::NoBuyer,
                Reason::BuyersPaused,
                Reason::BuyersBusy,
                Reason::Tried,
            ];
            return PLAIN.into_iter().find(|reason| reason.code() == code);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: i64) -> Id {
        Id::parse(&(100_000 + number).to_string()).unwrap()
    }

    fn candidate(group: i64, tier: i32, weight: i32, reasons: &[Reason]) -> Candidate {
        Candidate {
            group: id(group),
            tier: Decimal::whole(tier),
            weight: Decimal::whole(weight),
            eligibility: Eligibility { reasons: reasons.to_vec() },
        }
    }

    #[test]
    fn the_lowest_tier_that_can_takes_the_call() {
        let groups = vec![
            candidate(1, 2, 9, &[]),
            candidate(2, 1, 1, &[Reason::Paused]),
            candidate(3, 1, 1, &[]),
            candidate(4, 1, 0, &[]),
        ];
        let decision = Decision::among(groups, &mut Random::seeded(1));
        assert_eq!(decision.chosen(), Some(id(3)));
        let told: Vec<(i64, &str)> = decision
            .traced
            .iter()
            .map(|one| (one.candidate.group.get() - 100_000, one.verdict.name()))
            .collect();
        assert_eq!(told, [(3, "chosen"), (2, "cannot"), (4, "not_drawn"), (1, "upper_tier")]);
    }

    #[test]
    fn nobody_can_take_it() {
        let decision = Decision::among(vec![candidate(1, 1, 1, &[Reason::NoBuyer])], &mut Random::seeded(1));
        assert_eq!(decision.chosen(), None);
        assert_eq!(Decision::among(Vec::new(), &mut Random::seeded(1)).chosen(), None);
    }

    #[test]
    fn draws_follow_the_weights() {
        let groups = [candidate(1, 1, 3, &[]), candidate(2, 1, 0, &[]), candidate(3, 1, 1, &[])];
        let mut random = Random::seeded(42);
        let mut counts = [0_u32; 3];
        for _ in 0..40_000 {
            counts[draw(&groups, &mut random).unwrap()] += 1;
        }
        assert!((29_500..30_500).contains(&counts[0]) && counts[1] == 0, "{counts:?}");
    }

    #[test]
    fn a_decision_reads_what_it_kept() {
        let resets_at = Some(Instant::from_ms(1_700_000_000_000));
        let (metric, window) = (Metric::BuyerConversion, Window::Monthly);
        let left = "0.5".parse().unwrap();
        let decision = Decision::among(
            vec![
                candidate(1, -1, 3, &[Reason::Paused, Reason::CapFull { metric, window, resets_at }]),
                candidate(2, 1, 3, &[]),
                candidate(3, 2, 3, &[Reason::TooLittleLeft { metric, window, left, resets_at: None }]),
                candidate(4, 2, 3, &[Reason::OutsideHours { opens_at: resets_at }, Reason::Tried]),
            ],
            &mut Random::seeded(1),
        );
        assert_eq!(Decision::read(&decision.kept()), decision);
    }
}
