//! The field table of buyer groups: the 66 columns, 36 orders and 26 parameters of the API document, and ours.

use std::sync::LazyLock;

use crate::cap::{Metric, Window};
use crate::field::{Blank, Column, Field, Key, Order, Param, Section};
use crate::filter::{Filter, FilterBy};
use crate::kind::{Choice, Kind};
use crate::record;
use crate::resource::Resource;

/// How a group calls its buyers.
pub const DIAL_BUYERS_TYPES: &[Choice] = &[
    Choice { name: "sequentially", label: "One at a time" },
    Choice { name: "simultaneously", label: "All at once" },
];

/// The way of dialing that calls all buyers of a group at once.
pub const SIMULTANEOUSLY: &str = DIAL_BUYERS_TYPES[1].name;

/// How full a group is; the names of [`State`](crate::State).
pub const STATES: &[Choice] = &[
    Choice { name: "taking_calls", label: "Taking calls" },
    Choice { name: "near_cap", label: "Near a cap" },
    Choice { name: "maxed_out", label: "Maxed out" },
    Choice { name: "paused", label: "Paused" },
];

pub(crate) const FILTERS: &[Filter] = &[
    Filter::new(FilterBy::Field(Key::State), "state", "Status", Kind::Choice(STATES)),
    Filter::new(FilterBy::Field(Key::Tier), "tier", "Tier", Kind::Decimal),
    Filter::new(
        FilterBy::Field(Key::DialBuyersType),
        "dial_buyers_type",
        "Dialing",
        Kind::Choice(DIAL_BUYERS_TYPES),
    ),
    Filter::new(FilterBy::Member(Resource::Buyer), "buyer_id", "Buyer", Kind::Id),
    Filter::new(FilterBy::Member(Resource::Offer), "offer_id", "Offer", Kind::Id),
];

pub(crate) static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let parts: [&[Field]; 9] =
        [&record::HEAD, OWN, &record::PAUSE, DIALING, &used(), &limits(), ON_REQUEST, &resets(), NO_COLUMNS];
    parts.concat()
});

const OWN: &[Field] = {
    use Section::{Buyers, Caps, Priority};
    &[
        record::EXTERNAL_RECORD_ID,
        Field::new(Key::ConcurrencyCapLimit, Kind::Count, Caps, "Live calls at once")
            .help("Blank means no limit, 0 means closed.")
            .writable(Param::Extension)
            .blank(Blank::Clears),
        Field::new(Key::ConcurrencyCapUsed, Kind::Count, Caps, "Live calls")
            .told("Calls that are under way now."),
        Field::new(Key::BuyerIds, Kind::Ids(Resource::Buyer), Buyers, "Buyers")
            .help("The buyers that are dialed, in this order.")
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears),
        Field::new(Key::BuyersCount, Kind::Count, Buyers, "Number of buyers").order(Order::Extension),
        record::COMPANY_ID,
        record::NAME,
        Field::new(Key::MaxedOut, Kind::Boolean, Caps, "Maxed out")
            .told("Some cap, or the number of live calls, leaves no room for a call.")
            .order(Order::Standard),
        Field::new(Key::Weight, Kind::Positive, Priority, "Weight")
            .told("Its part of the calls of the tier: its weight over the weights of all groups of the tier that can take calls.")
            .writable(Param::CreateAndUpdate)
            .default("1")
            .order(Order::Standard),
        Field::new(Key::Tier, Kind::Decimal, Priority, "Tier")
            .help("Lower tiers are tried first; may be negative or 1.5.")
            .writable(Param::CreateAndUpdate)
            .default("1")
            .order(Order::Standard),
        record::time_zone("Hourly, daily and monthly caps start anew by its clocks. Blank: the company's."),
    ]
};

const DIALING: &[Field] =
    &[Field::new(Key::DialBuyersType, Kind::Choice(DIAL_BUYERS_TYPES), Section::Priority, "Dialing")
        .help("One at a time: in the order of the buyers. All at once: the first to answer takes the call.")
        .writable(Param::CreateAndUpdate)
        .default("sequentially")
        .order(Order::Standard)];

/// What each cap has counted.
fn used() -> Vec<Field> {
    cells(|metric, window| {
        let label = format!("{} {}", metric.label(), window.when());
        Field::of_cap(Key::Used(metric, window), amount(metric), label).order(Order::Standard)
    })
}

/// The limit of each cap. Those that the document does not take are an extension.
fn limits() -> Vec<Field> {
    cells(|metric, window| {
        let label = format!("{} {} limit", adjective(window), noun(metric));
        let documented = window != Window::Hourly && metric != Metric::EarnedRevenue;
        Field::of_cap(Key::Limit(metric, window), amount(metric), label)
            .help("Blank means no limit, 0 means closed.")
            .writable(if documented { Param::CreateAndUpdate } else { Param::Extension })
            .blank(Blank::Clears)
    })
}

/// Beyond the document (COMPATIBILITY.md 21).
const ON_REQUEST: &[Field] = {
    use Section::{Buyers, Priority, Team};
    &[
        Field::new(Key::Hours, Kind::Hours, Priority, "Hours")
            .help("When it takes calls, by the clocks of its time zone: Mon-Fri 09:00-17:00, Sat 10:00-14:00. Blank: always.")
            .column(Column::OnRequest)
            .writable(Param::Extension)
            .blank(Blank::Clears),
        Field::new(Key::Share, Kind::Share, Priority, "Share of tier")
            .told("The part of its tier's calls that it would get now.")
            .column(Column::OnRequest)
            .order(Order::Extension),
        Field::new(Key::State, Kind::Choice(STATES), Priority, "Status")
            .column(Column::OnRequest)
            .order(Order::Extension),
        Field::new(Key::Eligibility, Kind::Eligibility, Priority, "Takes calls now")
            .column(Column::OnRequest),
        record::DELETED_BY,
        record::REVISION,
        Field::new(Key::GenerateTeam, Kind::Boolean, Team, "Team")
            .help("Give people access to this group, its buyers, and the calls that it paid for.")
            .column(Column::OnRequest)
            .writable(Param::CreateAndUpdate)
            .default("false"),
        Field::new(Key::TeamUsersEmails, Kind::Emails, Team, "Team e-mails")
            .help("Exactly these people are in the team.")
            .column(Column::OnRequest)
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears),
        Field::new(Key::TeamOfferIds, Kind::Ids(Resource::Offer), Team, "Offers the team sees calls of")
            .help("Blank: all calls that the group paid for.")
            .column(Column::OnRequest)
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears),
        Field::new(Key::OfferIds, Kind::Ids(Resource::Offer), Buyers, "Offers")
            .help("The offers that the group serves.")
            .column(Column::OnRequest),
    ]
};

/// What is written or sorted by, but never shown.
const NO_COLUMNS: &[Field] = {
    use Section::{Caps, Priority};
    &[
        Field::new(Key::ResetTotalCaps, Kind::Boolean, Caps, "Reset total caps")
            .help("Send true to set what the total caps have counted back to 0.")
            .column(Column::No)
            .writable(Param::CreateAndUpdate),
        change_of_members(Key::AddBuyerIds, Kind::Ids(Resource::Buyer), "Buyers to add")
            .help("Appended to the buyers. Any number of requests may add and remove at the same time."),
        change_of_members(Key::RemoveBuyerIds, Kind::Ids(Resource::Buyer), "Buyers to remove"),
        change_of_members(Key::AddUserBuyerIds, Kind::Texts, "Buyers to add by own id")
            .help("Appended to the buyers, each by its user_buyer_id."),
        change_of_members(Key::RemoveUserBuyerIds, Kind::Texts, "Buyers to remove by own id")
            .help("Each by its user_buyer_id."),
        order_only(Key::CapResetAt, Kind::Instant, Caps, "Next reset", Order::Standard),
        order_only(Key::InProgressCount, Kind::Count, Caps, "Live calls", Order::Standard),
        order_only(Key::InProgressUsed, Kind::Count, Caps, "Live calls", Order::Standard),
        order_only(Key::Routing, Kind::Decimal, Priority, "Routing order", Order::Extension)
            .told("Tier, then share from the largest, then id."),
    ]
};

/// When each window starts anew.
fn resets() -> [Field; 3] {
    Window::RESETTING.map(|window| {
        let label = format!("Next {} reset", window.name());
        Field::of_cap(Key::ResetsAt(window), Kind::Instant, label).column(Column::OnRequest)
    })
}

/// Metric × window, in the order of their names, as the document lists them.
fn cells(of: impl Fn(Metric, Window) -> Field) -> Vec<Field> {
    use Metric::{Attempt, BuyerConversion, Connection, EarnedRevenue, Revenue};
    use Window::{Daily, Hourly, Monthly, Total};
    let mut cells = Vec::with_capacity(20);
    for metric in [Attempt, BuyerConversion, Connection, EarnedRevenue, Revenue] {
        for window in [Daily, Hourly, Monthly, Total] {
            cells.push(of(metric, window));
        }
    }
    cells
}

const fn change_of_members(key: Key, kind: Kind, label: &'static str) -> Field {
    Field::new(key, kind, Section::Buyers, label)
        .column(Column::No)
        .writable(Param::Update)
        .blank(Blank::ChangesNothing)
}

const fn order_only(key: Key, kind: Kind, section: Section, label: &'static str, order: Order) -> Field {
    Field::new(key, kind, section, label).column(Column::No).order(order)
}

fn amount(metric: Metric) -> Kind {
    if metric.is_money() { Kind::Money } else { Kind::Positive }
}

fn adjective(window: Window) -> &'static str {
    match window {
        Window::Hourly => "Hourly",
        Window::Daily => "Daily",
        Window::Monthly => "Monthly",
        Window::Total => "Total",
    }
}

fn noun(metric: Metric) -> &'static str {
    match metric {
        Metric::Attempt => "attempt",
        Metric::Connection => "connection",
        Metric::BuyerConversion => "conversion",
        Metric::Revenue => "revenue",
        Metric::EarnedRevenue => "earned revenue",
    }
}
