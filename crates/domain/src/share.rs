//! The share of its tier's calls that each group gets.

use crate::decimal::Decimal;

/// A group among the others of its tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Competitor {
    /// Its part of the tier's calls, against the sum of all weights.
    pub weight: Decimal,
    /// Whether it can take a call now.
    pub eligible: bool,
}

/// The share that each group of one tier would get of its calls now, from 0 to 1 (DOMAIN.md, "Share").
///
/// ```
/// use domain::{Competitor, Decimal, shares};
/// let group = |weight, eligible| Competitor { weight: Decimal::whole(weight), eligible };
/// let shares = shares(&[group(3, true), group(1, true), group(9, false)]);
/// assert_eq!(format!("{} {} {}", shares[0], shares[1], shares[2]), "0.75 0.25 0");
/// ```
#[must_use]
pub fn shares(tier: &[Competitor]) -> Vec<Decimal> {
    let eligible = tier.iter().filter(|group| group.eligible);
    let count = eligible.clone().count();
    let sum: i64 = eligible.map(|group| group.weight.units()).fold(0, i64::saturating_add);
    tier.iter().map(|group| share(*group, count, sum)).collect()
}

/// One group's share, from the number of eligible groups in its tier and the sum of their weights in units.
///
/// A weight of 0 gets nothing, unless all have 0: then all get alike.
#[must_use]
pub fn share(group: Competitor, eligible: usize, sum_of_weights: i64) -> Decimal {
    if !group.eligible {
        return Decimal::ZERO;
    }
    if sum_of_weights == 0 {
        return Decimal::ONE.part_of(Decimal::whole(i32::try_from(eligible).unwrap_or(i32::MAX)));
    }
    part(group.weight.units(), sum_of_weights)
}

/// `part / whole` to 4 places, half up, for a sum that may be larger than a [`Decimal`].
fn part(part: i64, whole: i64) -> Decimal {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let units = (part * 20_000 + whole) / (whole * 2);
    Decimal::from_units_saturating(i64::try_from(units).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(groups: &[(i32, bool)]) -> Vec<String> {
        let tier: Vec<Competitor> = groups
            .iter()
            .map(|&(weight, eligible)| Competitor { weight: Decimal::whole(weight), eligible })
            .collect();
        shares(&tier).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn shares_follow_the_weights_of_those_that_can_take_calls() {
        assert_eq!(of(&[(3, true), (2, true), (1, true), (4, false)]), ["0.5", "0.3333", "0.1667", "0"]);
        assert_eq!(of(&[(0, true), (5, true)]), ["0", "1"]);
        assert_eq!(of(&[(0, true), (0, true), (7, false)]), ["0.5", "0.5", "0"]);
        assert_eq!(of(&[(0, true)]), ["1"]);
        assert_eq!(of(&[(1, false)]), ["0"]);
    }
}
