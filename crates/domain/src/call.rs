//! The field table of calls, beyond the API document.

use std::sync::LazyLock;

use crate::change::Change;
use crate::field::{Blank, Column, Field, Key, Order, Param, Section};
use crate::filter::{Filter, FilterBy};
use crate::kind::{Choice, Kind};
use crate::record;
use crate::resource::Resource;
use crate::violation::Violation;

/// How far a call has come; the names of [`CallStatus`](crate::CallStatus).
pub const STATUSES: &[Choice] = &[
    Choice { name: "no_taker", label: "Nobody could take it" },
    Choice { name: "dialing", label: "Dialing" },
    Choice { name: "connected", label: "Connected" },
    Choice { name: "ended", label: "Ended" },
    Choice { name: "unanswered", label: "Unanswered" },
    Choice { name: "expired", label: "End not reported" },
];

/// What came of a step of a call; the names of [`StepOutcome`](crate::StepOutcome).
pub const OUTCOMES: &[Choice] = &[
    Choice { name: "no_taker", label: "Nobody could take it" },
    Choice { name: "dialing", label: "Dialing" },
    Choice { name: "connected", label: "Answered" },
    Choice { name: "failed", label: "Nobody answered" },
    Choice { name: "ended", label: "Ended before anybody answered" },
    Choice { name: "expired", label: "Nothing more was heard of it" },
];

/// What a preview of a call is asked for beside what a new call is.
pub const PREVIEW_FIELDS: &[Field] = &[Field::new(Key::At, Kind::Instant, Section::Details, "At")
    .told("Answers as at this time, with the counters as they are now; a window that has ended by then counts from 0. Now unless it is sent. A date formatted like 2016-01-01 12:25:15 -0500.")
    .column(Column::No)
    .writable(Param::Extension)
    .blank(Blank::Clears)];

pub(crate) const FILTERS: &[Filter] = &[
    Filter::new(FilterBy::Field(Key::Status), "status", "Status", Kind::Choice(STATUSES)),
    Filter::new(FilterBy::Field(Key::OfferId), "offer_id", "Offer", Kind::Id),
    Filter::new(FilterBy::Field(Key::BuyerGroupId), "buyer_group_id", "Buyer group", Kind::Id),
    Filter::new(FilterBy::Field(Key::BuyerId), "buyer_id", "Buyer", Kind::Id),
    Filter::new(FilterBy::Field(Key::Converted), "converted", "Converted", Kind::Boolean),
];

pub(crate) static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let mut fields = record::HEAD.to_vec();
    // Nobody deletes a call, or opens it to change it.
    fields.retain(|field| {
        !matches!(field.key, Key::LegacyId | Key::DeletedAt | Key::UserUpdatedAt | Key::RoutesEditPath)
    });
    fields.extend(OWN);
    fields
});

const OWN: &[Field] = {
    use Section::{Details, Record};
    &[
        record::COMPANY_ID,
        Field::new(Key::CallerNumber, Kind::Phone, Details, "Caller number")
            .told("Who calls, with the country code.")
            .writable(Param::Extension)
            .blank(Blank::Clears)
            .order(Order::Extension),
        Field::new(Key::OfferId, Kind::Id, Details, "Offer")
            .told("What the call is about: the groups that serve it compete for the call.")
            .writable(Param::Extension)
            .blank(Blank::Clears),
        Field::new(Key::BuyerGroupId, Kind::Id, Details, "Buyer group")
            .told("The group that has the call, or had it last. Sent instead of an offer, only this group is asked.")
            .writable(Param::Extension)
            .blank(Blank::Clears),
        Field::new(Key::BuyerId, Kind::Id, Details, "Buyer")
            .told("The buyer that answered, or is being dialed."),
        Field::new(Key::Status, Kind::Choice(STATUSES), Details, "Status")
            .told("How far the call has come.")
            .order(Order::Extension),
        Field::new(Key::StepsCount, Kind::Count, Details, "Steps")
            .told("How often somebody was dialed.")
            .order(Order::Extension),
        Field::new(Key::ConnectedAt, Kind::Instant, Details, "Connected")
            .told("When a buyer answered.")
            .order(Order::Extension),
        Field::new(Key::EndedAt, Kind::Instant, Details, "Ended").order(Order::Extension),
        Field::new(Key::Duration, Kind::Count, Details, "Duration")
            .told("Seconds from the answer to the end.")
            .order(Order::Extension),
        Field::new(Key::Converted, Kind::Boolean, Details, "Converted").order(Order::Extension),
        Field::new(Key::Revenue, Kind::Money, Details, "Revenue")
            .told("What its conversions brought, gross.")
            .order(Order::Extension),
        Field::new(Key::EarnedRevenue, Kind::Decimal, Details, "Earned revenue")
            .told("What is left of its revenue after reversals.")
            .order(Order::Extension),
        Field::new(Key::PastLimit, Kind::Boolean, Details, "Past a limit")
            .help("Whether it took a counter past a limit: by more revenue than was reserved, or by an event after its reservation had ended."),
        Field::new(Key::ReservationId, Kind::Id, Details, "Reservation")
            .told("Names the step that is being dialed."),
        Field::new(Key::ExpiresAt, Kind::Instant, Details, "Expires")
            .told("When its reservation ends if nothing more is heard of the call."),
        Field::new(Key::Revision, Kind::Count, Record, "Revision")
            .told("Rises by 1 with every event.")
            .column(Column::OnRequest),
    ]
};

/// The rule that ties the parameters of a new call together: it is about an offer or a group, not both.
#[must_use]
pub fn who_is_asked(change: &Change) -> Option<Violation> {
    let given = |key: Key| change.get(key).is_some_and(|value| !value.is_blank());
    let message = match (given(Key::OfferId), given(Key::BuyerGroupId)) {
        (false, false) => "must be given, or else a buyer_group_id",
        (true, true) => "must not come together with buyer_group_id",
        _ => return None,
    };
    Resource::Call.field(Key::OfferId).map(|field| Violation::new(field.name, field.label, message))
}
