//! Where each field is kept or how it is computed: the one step from the domain's field tables to columns.
//!
//! In every expression `t` is the record's own row and `c` its row of counters; [`NOW`](crate::sql::NOW) is the instant.

use domain::{Key, Metric, Resource, Window};

use crate::relation::View;

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A column of the record's own table, called as the field is.
    Own,
    /// A column of `call_limits`, called as the field is.
    Limits,
    /// A list in a table of its own.
    List(View),
    /// The length of such a list.
    Count(View),
    /// Made from something else when it is read.
    Derived,
    /// Something to do, not something to keep.
    Action,
}

/// Where a field is.
pub(crate) fn place(resource: Resource, key: Key) -> Place {
    match key {
        Key::BuyerGroupsCount => View::of(resource, key).map_or(Place::Derived, Place::Count),
        Key::BuyerIds | Key::BuyerGroupIds | Key::OfferIds | Key::TeamOfferIds | Key::TeamUsersEmails => {
            View::of(resource, key).map_or(Place::Derived, Place::List)
        }
        Key::Limit(..) => Place::Limits,
        Key::ConcurrencyCapLimit if resource == Resource::BuyerGroup => Place::Limits,
        Key::ConcurrencyCapUsed if resource == Resource::Buyer => Place::Own,
        Key::LegacyId
        | Key::Type
        | Key::DeletedBy
        | Key::RoutesShowPath
        | Key::RoutesEditPath
        | Key::ConcurrencyCapUsed
        | Key::MaxedOut
        | Key::State
        | Key::Share
        | Key::Eligibility
        | Key::Used(..)
        | Key::ResetsAt(_)
        | Key::CapResetAt
        | Key::InProgressCount
        | Key::InProgressUsed
        | Key::Window
        | Key::CapLimit
        | Key::Routing => Place::Derived,
        Key::AddBuyerIds
        | Key::RemoveBuyerIds
        | Key::AddUserBuyerIds
        | Key::RemoveUserBuyerIds
        | Key::ResetTotalCaps => Place::Action,
        _ => Place::Own,
    }
}

/// The column in which live calls are counted.
pub(crate) const LIVE: &str = "concurrency_cap_used";

/// The column of what calls under way hold of a metric, in every window alike.
pub(crate) fn reserved(metric: Metric) -> String {
    format!("{}_reserved", metric.name())
}

/// The column of the number, in the company's sequence, of the change with which the window began.
pub(crate) fn began(window: Window) -> String {
    format!("{}_began", window.name())
}

/// An expression: what the current window has counted. One whose end has passed has counted nothing yet.
pub(crate) fn used(metric: Metric, window: Window) -> String {
    let used = Key::Used(metric, window).name();
    if window == Window::Total {
        return format!("c.{used}");
    }
    format!("(CASE WHEN c.{} > {{now}} THEN c.{used} ELSE 0 END)", Key::ResetsAt(window).name())
}

/// Every cap.
pub(crate) fn cells() -> impl Iterator<Item = (Metric, Window)> {
    Metric::ALL.into_iter().flat_map(|metric| Window::ALL.map(|window| (metric, window)))
}

/// An expression: 1 when some cap leaves no room for a call, else 0; as `domain::Caps::maxed_out`.
///
/// This and the next two read what `judge.rs` has made of the counters, and so nothing but the group's own row, or the
/// index that carries the same.
pub(crate) const MAXED_OUT: &str = "(CASE WHEN t.full_until > {now} THEN 1 ELSE 0 END)";

/// An expression: the state as its place in `domain::State::ALL`, which is the order from free to closed.
pub(crate) const STATE: &str = "(CASE WHEN t.paused = 1 THEN 3 WHEN t.full_until > {now} THEN 2 \
     WHEN t.near_until > {now} THEN 1 ELSE 0 END)";

/// A condition: a group can take a call now, unless its hours are closed (`able.rs`); as
/// `domain::Eligibility::can_take_calls`. A deleted group cannot.
pub(crate) const ELIGIBLE: &str =
    "t.paused = 0 AND t.active_buyers_count > 0 AND t.deleted_at IS NULL AND t.full_until <= {now}";

/// The table of a resource.
pub(crate) const fn table(resource: Resource) -> &'static str {
    resource.plural()
}

/// Whether the expression of that field needs the row of counters.
pub(crate) fn is_in_limits(resource: Resource, key: Key) -> bool {
    match key {
        Key::Used(..) | Key::CapResetAt | Key::InProgressCount | Key::InProgressUsed => true,
        Key::ConcurrencyCapUsed => resource == Resource::BuyerGroup,
        _ => place(resource, key) == Place::Limits,
    }
}

/// Whether showing that field needs the row of counters: those that are judged by the domain do too.
pub(crate) fn needs_limits(resource: Resource, key: Key) -> bool {
    matches!(key, Key::MaxedOut | Key::State | Key::Share | Key::Eligibility) || is_in_limits(resource, key)
}
