//! Where each field is kept or how it is computed: the one step from the domain's field tables to columns.
//!
//! In every expression `t` is the record's own row and `c` its row of counters; [`NOW`](crate::sql::NOW) is the instant.

use std::fmt::Write as _;
use std::sync::LazyLock;

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
        Key::LegacyId
        | Key::Type
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
pub(crate) static MAXED_OUT: LazyLock<String> = LazyLock::new(|| {
    let mut text = format!("(CASE WHEN c.{LIVE} >= c.concurrency_cap_limit");
    for (metric, window) in cells() {
        let room = if metric.is_money() { "" } else { " + 10000" };
        let (used, limit) = (used(metric, window), Key::Limit(metric, window).name());
        // Writing to a String cannot fail.
        let _ = write!(text, " OR {used}{room} >{} c.{limit}", if metric.is_money() { "=" } else { "" });
    }
    text + " THEN 1 ELSE 0 END)"
});

/// An expression: the state as its place in `domain::State::ALL`, which is the order from free to closed.
pub(crate) static STATE: LazyLock<String> = LazyLock::new(|| {
    let mut near = format!("c.{LIVE} * 5 >= c.concurrency_cap_limit * 4");
    for (metric, window) in cells() {
        let (used, limit) = (used(metric, window), Key::Limit(metric, window).name());
        let _ = write!(near, " OR {used} * 5 >= c.{limit} * 4");
    }
    let maxed_out = &*MAXED_OUT;
    format!("(CASE WHEN t.paused = 1 THEN 3 WHEN {maxed_out} = 1 THEN 2 WHEN {near} THEN 1 ELSE 0 END)")
});

/// An expression: 1 when a group can take a call now, else 0; as `domain::Eligibility::can_take_calls`. A deleted
/// group cannot.
pub(crate) static ELIGIBLE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "(CASE WHEN t.paused = 0 AND t.active_buyers_count > 0 AND t.deleted_at IS NULL AND {} = 0 \
         THEN 1 ELSE 0 END)",
        *MAXED_OUT
    )
});

/// The table of a resource.
pub(crate) const fn table(resource: Resource) -> &'static str {
    resource.plural()
}

/// Whether reading that field needs the row of counters.
pub(crate) fn needs_limits(resource: Resource, key: Key) -> bool {
    match key {
        Key::MaxedOut
        | Key::State
        | Key::Share
        | Key::Eligibility
        | Key::Used(..)
        | Key::CapResetAt
        | Key::InProgressCount
        | Key::InProgressUsed
        | Key::Routing
        | Key::ConcurrencyCapUsed => true,
        _ => place(resource, key) == Place::Limits,
    }
}
