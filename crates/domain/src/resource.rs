//! [`Resource`]: the kinds of record that the API serves, each with its field table.

use std::sync::LazyLock;

use crate::field::{Column, Field, Key};
use crate::filter::{self, Filter};
use crate::{alert, buyer, buyer_group, call, company, offer};

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// Buyers sharing priority, dialing mode and caps.
    BuyerGroup,
    /// A destination of calls that pays for them.
    Buyer,
    /// What is advertised; groups serve it.
    Offer,
    /// The tenant. There is one for each caller; it has no list.
    Company,
    /// Somebody who calls, and who was dialed for them. Calls are made by asking who takes them, and never deleted.
    Call,
    /// A cap that came near its limit, reached it, or has room again. Alerts are raised by counting, and never deleted.
    Alert,
}

impl Resource {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::BuyerGroup, Self::Buyer, Self::Offer, Self::Company, Self::Call, Self::Alert];
    /// Those that people make, change and delete.
    pub const LISTED: [Self; 3] = [Self::BuyerGroup, Self::Buyer, Self::Offer];
    /// Those that have a list.
    pub const WITH_LIST: [Self; 5] = [Self::BuyerGroup, Self::Buyer, Self::Offer, Self::Call, Self::Alert];

    /// Whether people make, change and delete its records. Calls and alerts come by themselves, and stay.
    #[must_use]
    pub const fn is_edited(self) -> bool {
        !matches!(self, Self::Call | Self::Alert)
    }

    /// As in the API: the root of one record.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::BuyerGroup => "buyer_group",
            Self::Buyer => "buyer",
            Self::Offer => "offer",
            Self::Company => "company",
            Self::Call => "call",
            Self::Alert => "alert",
        }
    }

    /// As in the API: the root of a list, and the address.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::BuyerGroup => "buyer_groups",
            Self::Buyer => "buyers",
            Self::Offer => "offers",
            Self::Company => "companies",
            Self::Call => "calls",
            Self::Alert => "alerts",
        }
    }

    /// What the column `type` says.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::BuyerGroup => "BuyerGroup",
            Self::Buyer => "Buyer",
            Self::Offer => "Offer",
            Self::Company => "Company",
            Self::Call => "Call",
            Self::Alert => "Alert",
        }
    }

    /// What people call one of them, in the middle of a sentence.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::BuyerGroup => "buyer group",
            Self::Buyer => "buyer",
            Self::Offer => "offer",
            Self::Company => "company",
            Self::Call => "call",
            Self::Alert => "alert",
        }
    }

    /// "a buyer", "an offer".
    #[must_use]
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::BuyerGroup => "a buyer group",
            Self::Buyer => "a buyer",
            Self::Offer => "an offer",
            Self::Company => "a company",
            Self::Call => "a call",
            Self::Alert => "an alert",
        }
    }

    /// What people call them, as a heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::BuyerGroup => "Buyer groups",
            Self::Buyer => "Buyers",
            Self::Offer => "Offers",
            Self::Company => "Company",
            Self::Call => "Calls",
            Self::Alert => "Alerts",
        }
    }

    /// Its field table: each field once, the documented columns first and in the document's order.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::BuyerGroup => &buyer_group::FIELDS,
            Self::Buyer => &buyer::FIELDS,
            Self::Offer => &offer::FIELDS,
            Self::Company => company::FIELDS,
            Self::Call => &call::FIELDS,
            Self::Alert => alert::FIELDS,
        }
    }

    /// The filters that its list takes: the main ones, then those that follow from its field table.
    #[must_use]
    pub fn filters(self) -> &'static [Filter] {
        static GROUPS: LazyLock<Vec<Filter>> = LazyLock::new(|| all_filters(Resource::BuyerGroup));
        static BUYERS: LazyLock<Vec<Filter>> = LazyLock::new(|| all_filters(Resource::Buyer));
        static OFFERS: LazyLock<Vec<Filter>> = LazyLock::new(|| all_filters(Resource::Offer));
        static CALLS: LazyLock<Vec<Filter>> = LazyLock::new(|| all_filters(Resource::Call));
        static ALERTS: LazyLock<Vec<Filter>> = LazyLock::new(|| all_filters(Resource::Alert));
        match self {
            Self::BuyerGroup => &GROUPS,
            Self::Buyer => &BUYERS,
            Self::Offer => &OFFERS,
            Self::Call => &CALLS,
            Self::Alert => &ALERTS,
            Self::Company => &[],
        }
    }

    /// Those that people narrow its list by most.
    #[must_use]
    pub const fn main_filters(self) -> &'static [Filter] {
        match self {
            Self::BuyerGroup => buyer_group::FILTERS,
            Self::Buyer => buyer::FILTERS,
            Self::Offer => offer::FILTERS,
            Self::Call => call::FILTERS,
            Self::Alert => alert::FILTERS,
            Self::Company => &[],
        }
    }

    /// The field with that key.
    #[must_use]
    pub fn field(self, key: Key) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.key == key)
    }

    /// The field with that API name.
    #[must_use]
    pub fn field_named(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// The columns that are sent when none are asked for.
    pub fn standard_columns(self) -> impl Iterator<Item = &'static Field> {
        self.fields().iter().filter(|field| field.column == Column::Standard)
    }

    /// The fields that can be written.
    pub fn writable(self) -> impl Iterator<Item = &'static Field> {
        self.fields().iter().filter(|field| field.is_writable())
    }
}

fn all_filters(resource: Resource) -> Vec<Filter> {
    filter::all(resource.main_filters(), resource.fields())
}
