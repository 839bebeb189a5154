//! What holds of every decision: shares, frequencies, who may be chosen, and what is kept of it.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{
    Candidate, Decimal, Decision, Eligibility, Id, Instant, Metric, Random, Reason, Verdict, Window, draw,
};
use proptest::prelude::*;

const PICKS: u32 = 100_000;

fn decimal(units: std::ops::Range<i64>) -> impl Strategy<Value = Decimal> {
    units.prop_map(|units| Decimal::from_units(units).unwrap())
}

fn reason() -> impl Strategy<Value = Reason> {
    let at = prop::option::of((-1_000_000_000_000..=4_000_000_000_000_i64).prop_map(Instant::from_ms));
    let metric = prop::sample::select(Metric::ALL.to_vec());
    let window = prop::sample::select(Window::ALL.to_vec());
    (0..9_u8, metric, window, at, decimal(0..999_999_999_999_999)).prop_map(
        |(kind, metric, window, at, left)| match kind {
            0 => Reason::Paused,
            1 => Reason::CapFull { metric, window, resets_at: at },
            2 => Reason::TooLittleLeft { metric, window, left, resets_at: at },
            3 => Reason::NoLiveSlot,
            4 => Reason::OutsideHours { opens_at: at },
            5 => Reason::NoBuyer,
            6 => Reason::BuyersPaused,
            7 => Reason::BuyersBusy,
            _ => Reason::Tried,
        },
    )
}

/// Groups of a few tiers, every other of which can take a call, in any order.
fn candidates(most: usize) -> impl Strategy<Value = Vec<Candidate>> {
    let reasons = prop_oneof![Just(Vec::new()), prop::collection::vec(reason(), 1..4)];
    let tier = prop::sample::select(vec!["-2", "0.5", "1", "3"]).prop_map(|text| text.parse().unwrap());
    let weight = prop_oneof![
        1 => Just(Decimal::ZERO),
        3 => (1..=9_i32).prop_map(Decimal::whole),
        1 => decimal(0..999_999_999_999_999),
    ];
    let one = (tier, weight, reasons, any::<u16>());
    prop::collection::vec(one, 0..most).prop_map(|mut all| {
        all.sort_by_key(|(.., order)| *order);
        let candidate =
            |(at, (tier, weight, reasons, order)): (usize, (Decimal, Decimal, Vec<Reason>, u16))| {
                let group = Id::new(100_001 + i64::from(order ^ 0x2A5A) * 100 + at as i64).unwrap();
                Candidate { group, tier, weight, eligibility: Eligibility { reasons } }
            };
        all.into_iter().enumerate().map(candidate).collect()
    })
}

/// The lowest tier of those that can take a call.
fn first_tier(candidates: &[Candidate]) -> Option<Decimal> {
    candidates.iter().filter(|one| one.eligibility.can_take_calls()).map(|one| one.tier).min()
}

proptest! {
    #[test]
    fn the_shares_of_a_tier_sum_to_1(candidates in candidates(24), seed: u64) {
        let decision = Decision::among(candidates, &mut Random::seeded(seed));
        for tier in decision.traced.chunk_by(|one, other| one.candidate.tier == other.candidate.tier) {
            let able = tier.iter().filter(|one| one.candidate.eligibility.can_take_calls()).count() as i64;
            let sum: i64 = tier.iter().map(|one| one.share.units()).sum();
            // Each is rounded to 4 places, by at most half of the last.
            prop_assert!((sum - 10_000 * able.min(1)).abs() * 2 <= able, "{sum} of {able}");
            prop_assert!(tier.iter().all(|one| one.share >= Decimal::ZERO));
        }
    }

    #[test]
    fn nobody_is_chosen_that_cannot_take_the_call(candidates in candidates(24), seed: u64) {
        let decision = Decision::among(candidates.clone(), &mut Random::seeded(seed));
        prop_assert_eq!(decision.traced.len(), candidates.len());
        let first = first_tier(&candidates);
        let chosen: Vec<_> = decision.traced.iter().filter(|one| one.verdict == Verdict::Chosen).collect();
        prop_assert_eq!(chosen.len(), usize::from(first.is_some()), "one, if anybody can");
        for one in chosen {
            prop_assert!(one.candidate.eligibility.can_take_calls());
            prop_assert_eq!(Some(one.candidate.tier), first);
            prop_assert_eq!(Some(one.candidate.group), decision.chosen());
            let weighs = |one: &&Candidate| Some(one.tier) == first && one.eligibility.can_take_calls();
            let all_weigh_nothing = candidates.iter().filter(weighs).all(|one| one.weight == Decimal::ZERO);
            prop_assert!(one.candidate.weight > Decimal::ZERO || all_weigh_nothing);
        }
        for one in &decision.traced {
            let able = one.candidate.eligibility.can_take_calls();
            prop_assert_eq!(one.verdict == Verdict::Cannot, !able);
            prop_assert_eq!(one.verdict == Verdict::UpperTier, able && Some(one.candidate.tier) > first);
        }
    }

    #[test]
    fn a_decision_is_read_as_it_was_kept(candidates in candidates(24), seed: u64, stays in any::<prop::sample::Index>()) {
        let decision = Decision::among(candidates.clone(), &mut Random::seeded(seed));
        prop_assert_eq!(&Decision::read(&decision.kept()), &decision);
        if !candidates.is_empty() {
            let group = stays.get(&candidates).group;
            let decision = Decision::staying(candidates, group);
            prop_assert_eq!(Decision::read(&decision.kept()), decision);
        }
    }
}

proptest! {
    // Each case takes 100,000 picks.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// How often a group is picked lies as near to its weight as chance allows: within 6 standard deviations of the
    /// binomial distribution, which it leaves once in 500 million times, and a few picks for where it is not normal.
    #[test]
    fn picks_are_as_frequent_as_the_weights_say(candidates in candidates(12), seed: u64) {
        let mut random = Random::seeded(seed);
        let mut picked = vec![0_u32; candidates.len()];
        for _ in 0..PICKS {
            match draw(&candidates, &mut random) {
                Some(at) => picked[at] += 1,
                None => break,
            }
        }
        let first = first_tier(&candidates);
        let competes = |one: &Candidate| Some(one.tier) == first && one.eligibility.can_take_calls();
        let sum: f64 = candidates.iter().filter(|one| competes(one)).map(|one| one.weight.to_f64()).sum();
        let able = candidates.iter().filter(|one| competes(one)).count() as f64;
        for (one, picked) in candidates.iter().zip(picked) {
            let share = match () {
                () if !competes(one) => 0.0,
                () if sum == 0.0 => 1.0 / able,
                () => one.weight.to_f64() / sum,
            };
            let expected = f64::from(PICKS) * share;
            let deviation = (expected * (1.0 - share)).sqrt();
            let far = (f64::from(picked) - expected).abs();
            prop_assert!(far <= 6.0 * deviation + 10.0 * f64::from(u8::from(share > 0.0)), "{picked} of {expected}");
        }
    }
}
