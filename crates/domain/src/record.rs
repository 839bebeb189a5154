//! The fields that records of several resources share.

use crate::field::{Blank, Column, Field, Key, Order, Param, Section};
use crate::kind::Kind;

/// Ids, times and paths, in the document's order.
pub(crate) const HEAD: [Field; 10] = {
    use Section::Record;
    [
        Field::new(Key::Id, Kind::Id, Record, "Id").order(Order::Extension),
        Field::new(Key::LegacyId, Kind::Id, Record, "Legacy id").told("The same as id."),
        Field::new(Key::Type, Kind::Text(64), Record, "Type"),
        Field::new(Key::Uuid, Kind::Text(36), Record, "UUID")
            .told("Names the record too, wherever its id does."),
        Field::new(Key::CreatedAt, Kind::Instant, Record, "Created").order(Order::Standard),
        Field::new(Key::UpdatedAt, Kind::Instant, Record, "Updated")
            .told("The last change of a setting; counters do not move it.")
            .order(Order::Standard),
        Field::new(Key::DeletedAt, Kind::Instant, Record, "Deleted").order(Order::Extension),
        Field::new(Key::UserUpdatedAt, Kind::Instant, Record, "Updated by a user")
            .told("The last change that a person or a key made.")
            .order(Order::Standard),
        Field::new(Key::RoutesShowPath, Kind::Text(255), Record, "Page"),
        Field::new(Key::RoutesEditPath, Kind::Text(255), Record, "Edit page"),
    ]
};

pub(crate) const EXTERNAL_RECORD_ID: Field =
    Field::new(Key::ExternalRecordId, Kind::Text(255), Section::Details, "External id")
        .help("Your own id for this record, for your reports.")
        .writable(Param::Extension)
        .blank(Blank::Clears);

pub(crate) const NAME: Field = Field::new(Key::Name, Kind::Text(255), Section::Details, "Name")
    .writable(Param::CreateAndUpdate)
    .order(Order::Standard);

pub(crate) const COMPANY_ID: Field = Field::new(Key::CompanyId, Kind::Id, Section::Record, "Company");

pub(crate) const REVISION: Field = Field::new(Key::Revision, Kind::Count, Section::Record, "Revision")
    .told("Rises by 1 with every change of a setting; its ETag.")
    .column(Column::OnRequest);

pub(crate) const DELETED_BY: Field =
    Field::new(Key::DeletedBy, Kind::Text(255), Section::Record, "Deleted by")
        .told("The name of who deleted it, or made the key that did.")
        .column(Column::OnRequest);

pub(crate) const fn time_zone(help: &'static str) -> Field {
    Field::new(Key::TimeZone, Kind::TimeZone, Section::Details, "Time zone")
        .help(help)
        .writable(Param::Extension)
        .blank(Blank::Clears)
        .order(Order::Standard)
}

/// The switch, and when and by whom it was last thrown.
pub(crate) const PAUSE: [Field; 4] = {
    use Section::Record;
    [
        Field::new(Key::Paused, Kind::Boolean, Section::Priority, "Paused")
            .help("A paused record takes no calls.")
            .writable(Param::CreateAndUpdate)
            .default("false")
            .order(Order::Standard),
        Field::new(Key::PausedAt, Kind::Instant, Record, "Paused at").order(Order::Standard),
        Field::new(Key::PausedByUserId, Kind::Id, Record, "Paused by").order(Order::Standard),
        Field::new(Key::UnpausedAt, Kind::Instant, Record, "Resumed at").order(Order::Standard),
    ]
};
