//! [`Random`]: draws that can be repeated from their seed.

/// A source of numbers that all follow from a seed (SplitMix64, Steele et al. 2014): the domain has no randomness of its
/// own, and a test that fails can be run again.
///
/// For choices between groups; nothing secret may depend on it.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The draws that follow from a seed.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any as likely as the others.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to `end`, which is left out; 0 if that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The part of an even spread that falls on each number differs by less than end / 2^64.
        ((u128::from(self.draw()) * u128::from(end)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_from_the_seed_and_spread_evenly() {
        let (mut one, mut other) = (Random::seeded(7), Random::seeded(7));
        assert!((0..100).all(|_| one.draw() == other.draw()));
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[usize::try_from(one.below(6)).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
        assert_eq!(one.below(0), 0);
        assert_eq!(one.below(1), 0);
    }
}
