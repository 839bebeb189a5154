//! The field table of the company.

use crate::field::{Blank, Field, Key, Param, Section};
use crate::kind::Kind;
use crate::record;

pub(crate) const FIELDS: &[Field] = {
    use Section::{Alerts, Details, Record};
    &[
        Field::new(Key::Id, Kind::Id, Record, "Id"),
        Field::new(Key::CreatedAt, Kind::Instant, Record, "Created"),
        Field::new(Key::UpdatedAt, Kind::Instant, Record, "Updated"),
        Field::new(Key::Name, Kind::Text(255), Details, "Name").writable(Param::Extension),
        Field::new(Key::TimeZone, Kind::TimeZone, Details, "Time zone")
            .help("Caps start anew by its clocks, for every group that has no time zone of its own.")
            .writable(Param::Extension)
            .default("UTC"),
        Field::new(Key::Currency, Kind::Currency, Details, "Currency")
            .help("How money is shown; amounts are not converted.")
            .writable(Param::Extension)
            .default("USD"),
        Field::new(Key::QueryAuth, Kind::Boolean, Details, "Keys in addresses")
            .help("Whether a key may come as ?auth_token=, for clients that cannot set a header. Addresses end up in logs: off, keys come in the header Authorization only.")
            .writable(Param::Extension)
            .default("true"),
        Field::new(Key::MaxCallMinutes, Kind::Count, Details, "Longest call")
            .help("In minutes. A call whose end is not reported gives its live slot and all that it holds back after that.")
            .writable(Param::Extension)
            .default("240"),
        Field::new(Key::AlertShare, Kind::Percent, Alerts, "Alert at")
            .help("The part of a cap, in percent, at which an alert is raised; another one is when it is full.")
            .writable(Param::Extension)
            .default("80"),
        Field::new(Key::WebhookUrl, Kind::Address, Alerts, "Webhook")
            .help("Alerts are posted to this address too.")
            .writable(Param::Extension)
            .blank(Blank::Clears),
        record::REVISION,
    ]
};
