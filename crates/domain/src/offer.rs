//! The field table of offers.

use std::sync::LazyLock;

use crate::field::{Blank, Field, Key, Order, Param, Section};
use crate::filter::{Filter, FilterBy};
use crate::kind::Kind;
use crate::record;
use crate::resource::Resource;

pub(crate) const FILTERS: &[Filter] =
    &[Filter::new(FilterBy::Member(Resource::BuyerGroup), "buyer_group_id", "Buyer group", Kind::Id)];

pub(crate) static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| [&record::HEAD, OWN].concat());

const OWN: &[Field] = {
    use Section::{Details, Groups};
    &[
        record::EXTERNAL_RECORD_ID,
        record::COMPANY_ID,
        record::NAME,
        Field::new(Key::UserOfferId, Kind::Text(255), Details, "Own id")
            .help("Your own id for this offer; no two offers share one.")
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears)
            .order(Order::Standard),
        Field::new(Key::ExpectedRevenue, Kind::Money, Details, "Expected revenue")
            .help("What a conversion is expected to bring; a group with less than this left under a revenue cap is passed over.")
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears)
            .order(Order::Standard),
        Field::new(Key::BuyerGroupIds, Kind::Ids(Resource::BuyerGroup), Groups, "Buyer groups")
            .help("The groups that serve this offer.")
            .writable(Param::CreateAndUpdate)
            .blank(Blank::Clears),
        Field::new(Key::BuyerGroupsCount, Kind::Count, Groups, "Number of groups").order(Order::Extension),
        record::DELETED_BY,
        record::REVISION,
    ]
};
