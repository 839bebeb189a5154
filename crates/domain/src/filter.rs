//! [`Filter`]: what a list can be narrowed to; several are combined with AND, the values of one with OR.

use crate::field::Key;
use crate::kind::Kind;
use crate::resource::Resource;

/// A filter of a list. Its parameter takes one value or several with commas between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// What is compared.
    pub by: FilterBy,
    /// The name of the parameter.
    pub name: &'static str,
    /// What people call it.
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
