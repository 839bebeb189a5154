//! [`How`]: the ways to compare, and the values that are compared with.

use domain::api::TierSummary;
use domain::filter::{FilterBy, Test};
use domain::{Decimal, Key, Kind};

use super::super::filters::Subject;
use crate::format;

/// What is said when there is nothing to compare with.
pub(super) const NOTHING: &str = "Choose or enter a value.";

/// A way to compare, as it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// One of several values.
    Is,
    /// From one value to another; either may be left out.
    Between,
    /// A part of a text.
    Contains,
    /// Nothing stands there.
    Blank,
    /// Something does.
    Filled,
}

impl How {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Is, Self::Between, Self::Contains, Self::Blank, Self::Filled];

    /// The filter that compares so; the first of a range.
    #[must_use]
    pub fn test(self) -> Test {
        match self {
            Self::Is => Test::AnyOf,
            Self::Between => Test::From,
            Self::Contains => Test::Contains,
            Self::Blank | Self::Filled => Test::Blank,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::Between => "is between",
            Self::Contains => "contains",
            Self::Blank => "is blank",
            Self::Filled => "is not blank",
        }
    }
}

/// The ways in which it can be compared.
pub(super) fn offered(subject: &Subject) -> Vec<How> {
    How::ALL.into_iter().filter(|how| subject.filter(how.test()).is_some()).collect()
}

/// Whether its values are ticked in a list instead of typed.
pub(super) fn is_ticked(subject: &Subject) -> bool {
    let is_tier = subject.by == FilterBy::Field(Key::Tier);
    is_tier || subject.by.member().is_some() || !choices(subject, &[], &[]).is_empty()
}

/// The values that are offered: in the API, and for people; none where one is typed.
pub(super) fn choices(subject: &Subject, tiers: &[TierSummary], chosen: &[String]) -> Vec<(String, String)> {
    let kind = subject.filter(Test::AnyOf).map_or(Kind::Id, |filter| filter.kind);
    match kind {
        Kind::Choice(choices) => {
            choices.iter().map(|choice| (choice.name.to_owned(), choice.label.to_owned())).collect()
        }
        Kind::Boolean => vec![("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())],
        _ if subject.by == FilterBy::Field(Key::Tier) => {
            let own = chosen.iter().filter_map(|text| text.parse::<Decimal>().ok());
            let mut values: Vec<Decimal> = tiers.iter().map(|tier| tier.tier).chain(own).collect();
            values.sort();
            values.dedup();
            let tier = |tier: Decimal| (tier.to_string(), format::with_minus(&tier.to_string()));
            values.into_iter().map(tier).collect()
        }
        _ => Vec::new(),
    }
}

/// A value as the API takes it: numbers may be typed as `$1,500`.
pub(super) fn read(kind: Kind, text: &str) -> Result<String, String> {
    if !kind.is_number() || text.is_empty() {
        return Ok(text.to_owned());
    }
    let number: String = text.chars().filter(|letter| !matches!(letter, ',' | ' ' | '$')).collect();
    match number.parse::<Decimal>() {
        Ok(_) => Ok(number),
        Err(_) => Err(format!("“{text}” is not a number. Use digits and a point: 1.5.")),
    }
}

/// Several values with commas between them.
pub(super) fn each(text: &str, read: impl Fn(&str) -> Result<String, String>) -> Result<Vec<String>, String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(read).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::super::filters::subjects;
    use domain::Resource;

    use super::*;

    pub(in super::super) fn subject(label: &str) -> Subject {
        let mut subjects = subjects(Resource::BuyerGroup).into_iter();
        subjects.find(|subject| subject.label == label).expect("groups have it")
    }

    #[test]
    fn columns_are_compared_by_what_they_hold() {
        assert_eq!(offered(&subject("Weight")), [How::Is, How::Between]);
        assert_eq!(offered(&subject("Buyer")), [How::Is]);
        assert_eq!(offered(&subject("Created")), [How::Between]);
        assert!(offered(&subject("Daily attempt limit")).contains(&How::Blank));
    }

    #[test]
    fn tiers_are_offered_in_their_order_with_those_of_the_address() {
        let summary =
            |tier: &str| TierSummary { tier: tier.parse().expect("a number"), groups: 1, can_take_calls: 1 };
        let tiers = [summary("-1"), summary("2")];
        let offered = choices(&subject("Tier"), &tiers, &["1.5".to_owned(), "2".to_owned()]);
        assert_eq!(offered.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>(), ["-1", "1.5", "2"]);
    }
}
