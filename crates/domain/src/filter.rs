//! [`Filter`]: what a list can be narrowed to; several are combined with AND, the values of one with OR.
//!
//! Each resource names its main ones by hand: those that connect it with others, and those that people narrow lists by
//! most. The rest follows from the field table: every column that the database can compare has filters by its kind.

use crate::field::{Blank, Field, Key};
use crate::kind::Kind;
use crate::list;
use crate::resource::Resource;

/// A filter of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// What is compared.
    pub by: FilterBy,
    /// How.
    pub test: Test,
    /// The name of the parameter.
    pub name: &'static str,
    /// What people call that which is compared.
    pub label: &'static str,
    /// What each value is.
    pub kind: Kind,
}

/// What a filter compares its values with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterBy {
    /// A field of the record itself.
    Field(Key),
    /// The records of another resource that it is connected with: the buyers of a group, the groups of an offer.
    Member(Resource),
}

impl FilterBy {
    /// The kind of record that its values name by their ids.
    #[must_use]
    pub const fn member(self) -> Option<Resource> {
        match self {
            Self::Field(key) => key.member(),
            Self::Member(resource) => Some(resource),
        }
    }
}

/// How a filter compares. What is blank passes [`Test::Blank`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is the value, or one of several with commas between them.
    AnyOf,
    /// It is the value or more; of a time, then or later.
    From,
    /// It is the value or less; of a time, then or earlier.
    To,
    /// The value is a part of it; small and capital letters from a to z are alike.
    Contains,
    /// It is blank, or it is not.
    Blank,
}

impl Test {
    /// What is appended to the name of the field.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::AnyOf => "",
            Self::From => "_from",
            Self::To => "_to",
            Self::Contains => "_contains",
            Self::Blank => "_blank",
        }
    }

    /// Stands between the label and the value: "Weight is at least 5".
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::AnyOf => "is",
            Self::From => "is at least",
            Self::To => "is at most",
            Self::Contains => "contains",
            Self::Blank => "is blank:",
        }
    }

    /// What the reference says of a filter with this test, before the rule of its value.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::AnyOf => "One value, or several with commas between them.",
            Self::From => "This or more.",
            Self::To => "This or less.",
            Self::Contains => "A part of it; a–z and A–Z are alike.",
            Self::Blank => "true: only those without; false: only those with one.",
        }
    }
}

impl Filter {
    /// A filter by one of several values.
    pub(crate) const fn new(by: FilterBy, name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { by, test: Test::AnyOf, name, label, kind }
    }

    /// The rule of its value, as the reference page states it.
    #[must_use]
    pub fn rule(&self) -> String {
        if matches!(self.kind, Kind::Instant) { list::DATE_RULE.to_owned() } else { self.kind.rule() }
    }
}

/// Those that were named by hand, and those that follow from a field table.
pub(crate) fn all(main: &[Filter], fields: &[Field]) -> Vec<Filter> {
    let mut filters = main.to_vec();
    for field in fields {
        for test in tests_of(field) {
            let name = format!("{}{}", field.name, test.suffix());
            let is_taken = list::is_own_param(&name) || filters.iter().any(|filter| filter.name == name);
            if !is_taken {
                let kind = match test {
                    Test::Contains => Kind::Text(255),
                    Test::Blank => Kind::Boolean,
                    _ => field.kind,
                };
                let by = FilterBy::Field(field.key);
                // Once a process, as the names of the cap matrix.
                filters.push(Filter { by, test, name: name.leak(), label: field.label, kind });
            }
        }
    }
    filters
}

/// How a column can be compared.
fn tests_of(field: &Field) -> Vec<Test> {
    use Test::{AnyOf, Blank as IsBlank, Contains, From, To};
    let is_constant = matches!(
        field.key,
        Key::LegacyId | Key::Type | Key::CompanyId | Key::RoutesShowPath | Key::RoutesEditPath
    );
    // Depends on more than the record and its counters.
    let is_relative = matches!(field.key, Key::Share | Key::Eligibility | Key::ResetsAt(_));
    if !field.is_column() || is_constant || is_relative {
        return Vec::new();
    }
    let mut tests = match field.kind {
        Kind::Id | Kind::Boolean | Kind::Choice(_) => vec![AnyOf],
        Kind::Count | Kind::Percent | Kind::Decimal | Kind::Positive | Kind::Money => vec![AnyOf, From, To],
        Kind::Text(_) | Kind::Phone | Kind::Address => vec![AnyOf, Contains],
        Kind::TimeZone | Kind::Hours => vec![Contains],
        Kind::Instant => vec![From, To],
        // Lists have filters by member.
        _ => return Vec::new(),
    };
    let is_often_blank = matches!(field.key, Key::PausedAt | Key::PausedByUserId | Key::UnpausedAt);
    if field.blank == Blank::Clears || is_often_blank {
        tests.push(IsBlank);
    }
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_can_be_compared_has_its_filters() {
        let names = |key: Key| -> Vec<&str> {
            let filters = Resource::BuyerGroup.filters().iter();
            filters.filter(|filter| filter.by == FilterBy::Field(key)).map(|filter| filter.name).collect()
        };
        assert_eq!(names(Key::Weight), ["weight", "weight_from", "weight_to"]);
        assert_eq!(names(Key::Tier), ["tier", "tier_from", "tier_to"]);
        assert_eq!(names(Key::Name), ["name", "name_contains"]);
        assert_eq!(names(Key::Paused), ["paused"]);
        assert_eq!(names(Key::PausedAt), ["paused_at_from", "paused_at_to", "paused_at_blank"]);
        // `time_zone` is a parameter of the list itself, as are `created_at_from` and `created_at_to`.
        assert_eq!(names(Key::TimeZone), ["time_zone_contains", "time_zone_blank"]);
        assert_eq!(names(Key::CreatedAt), Vec::<&str>::new());
        for field in Resource::BuyerGroup.fields() {
            if matches!(field.key, Key::Used(..) | Key::Limit(..)) {
                assert!(names(field.key).len() >= 3, "{}", field.name);
            }
        }
    }

    #[test]
    fn no_two_filters_of_a_list_have_one_name() {
        for resource in Resource::LISTED {
            let mut names: Vec<&str> = resource.filters().iter().map(|filter| filter.name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count);
            assert!(names.iter().all(|name| !list::is_own_param(name)));
        }
    }
}
