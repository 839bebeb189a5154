//! The field table of buyers.

use std::sync::LazyLock;

use crate::field::{Blank, Column, Field, Key, Order, Param, Section};
use crate::filter::{Filter, FilterBy};
use crate::kind::Kind;
use crate::record;
use crate::resource::Resource;

pub(crate) const FILTERS: &[Filter] = &[
    Filter::new(FilterBy::Field(Key::Paused), "paused", "Paused", Kind::Boolean),
    Filter::new(FilterBy::Member(Resource::BuyerGroup), "buyer_group_id", "Buyer group", Kind::Id),
];

pub(crate) static FIELDS: LazyLock<Vec<Field>> =
    LazyLock::new(|| [&record::HEAD, OWN, &record::PAUSE, TAIL].concat());

const OWN: &[Field] = {
    use Section::Details;
    &[
        record::EXTERNAL_RECORD_ID,
        record::COMPANY_ID,
        record::NAME,
        Field::new(Key::UserBuyerId, Kind::Text(255), Details, "Own id")
            .help("Your own id for this buyer, such as loan-22-en; no two buyers share one.")
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears)
            .order(Order::Standard),
        Field::new(Key::PhoneNumber, Kind::Phone, Details, "Phone number")
            .help("The number that is dialed, with its country code.")
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears)
            .order(Order::Standard),
        Field::new(Key::ConcurrencyCapLimit, Kind::Count, Details, "Live calls at once")
            .help("Blank means no limit, 0 means closed.")
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears),
        Field::new(Key::ConcurrencyCapUsed, Kind::Count, Details, "Live calls")
            .help("Calls that it is on now, or is being dialed for."),
        record::time_zone("Where the buyer answers calls. Blank: the company's."),
    ]
};

const TAIL: &[Field] = &[
    Field::new(Key::BuyerGroupsCount, Kind::Count, Section::Details, "Number of groups")
        .order(Order::Extension),
    Field::new(Key::BuyerGroupIds, Kind::Ids(Resource::BuyerGroup), Section::Groups, "Buyer groups")
        .help("The groups that it stands in.")
        .column(Column::OnRequest),
    record::DELETED_BY,
    record::REVISION,
];
