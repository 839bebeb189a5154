//! [`CallEvent`]: what is reported about a call.

use crate::change::check;
use crate::decimal::Decimal;
use crate::field::{Blank, Column, Field, Key, Param, Section};
use crate::id::Id;
use crate::kind::{Choice, Kind};
use crate::params::Params;
use crate::time_zone::ZoneNames;
use crate::value::Value;
use crate::violation::Violation;

/// What can be reported; the names of [`CallEventKind`].
pub const EVENTS: &[Choice] = &[
    Choice { name: "dialed", label: "Dialed" },
    Choice { name: "connected", label: "Connected" },
    Choice { name: "converted", label: "Converted" },
    Choice { name: "reversed", label: "Reversed" },
    Choice { name: "failed", label: "Failed" },
    Choice { name: "ended", label: "Ended" },
];

/// What happened in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallEventKind {
    /// A buyer's number was dialed: an attempt.
    Dialed,
    /// A buyer answered.
    Connected,
    /// The call was worth money.
    Converted,
    /// Some or all of that money was given back.
    Reversed,
    /// Nobody of the step answered: the next step is decided.
    Failed,
    /// The caller or the buyer hung up.
    Ended,
}

impl CallEventKind {
    /// Every kind, in the order in which a call meets them.
    pub const ALL: [Self; 6] =
        [Self::Dialed, Self::Connected, Self::Converted, Self::Reversed, Self::Failed, Self::Ended];

    /// As in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        EVENTS[self as usize].name
    }

    /// As in the panel.
    #[must_use]
    pub const fn label(self) -> &'static str {
        EVENTS[self as usize].label
    }

    /// The kind with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A report about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEvent {
    /// What happened.
    pub kind: CallEventKind,
    /// Whom it is about, where several are dialed at once.
    pub buyer: Option<Id>,
    /// How much, for `converted` and `reversed`.
    pub revenue: Option<Decimal>,
    /// The step that it is about; `None`: the one that is under way.
    pub reservation: Option<Id>,
}

/// The parameters of a report.
pub const EVENT_FIELDS: &[Field] = {
    use Section::Details;
    &[
        Field::new(Key::EventId, Kind::Text(255), Details, "Event id")
            .help("Your own id of this report; the same one sent again changes nothing.")
            .column(Column::No)
            .writable(Param::Extension),
        Field::new(Key::Event, Kind::Choice(EVENTS), Details, "Event")
            .help("What happened.")
            .column(Column::No)
            .writable(Param::Extension),
        Field::new(Key::Revenue, Kind::Money, Details, "Revenue")
            .help("Of converted and reversed. Blank: the offer's expected revenue (nothing, once the call has converted), or all that is left of what was earned.")
            .column(Column::No)
            .writable(Param::Extension)
            .blank(Blank::Clears),
        Field::new(Key::BuyerId, Kind::Id, Details, "Buyer")
            .help("Whom it is about, where several buyers are dialed at once.")
            .column(Column::No)
            .writable(Param::Extension)
            .blank(Blank::Clears),
        Field::new(Key::ReservationId, Kind::Id, Details, "Reservation")
            .help("The step that it is about; blank: the one that is under way. Send it with failed, so that a late report fails no later step.")
            .column(Column::No)
            .writable(Param::Extension)
            .blank(Blank::Clears),
    ]
};

impl CallEvent {
    /// Reads a report: the caller's own id for it, and what it says.
    ///
    /// # Errors
    /// Every broken rule at once.
    pub fn parse(params: &Params, zones: &dyn ZoneNames) -> Result<(String, Self), Vec<Violation>> {
        let mut violations = Vec::new();
        let mut value = |key: Key| -> Option<Value> {
            let field = EVENT_FIELDS.iter().find(|field| field.key == key)?;
            let input = params.get(field.name);
            if input.is_none() && field.blank == Blank::Clears {
                return None;
            }
            match check(field, input.unwrap_or(&crate::value::Input::Null), zones) {
                Ok(value) => value,
                Err(message) => {
                    violations.push(Violation::new(field.name, field.label, message));
                    None
                }
            }
        };
        let id = |value: Option<Value>| value.as_ref().and_then(Value::as_int).and_then(Id::new);
        let event_id = value(Key::EventId);
        let event = value(Key::Event);
        let revenue = value(Key::Revenue).as_ref().and_then(Value::as_decimal);
        let buyer = id(value(Key::BuyerId));
        let reservation = id(value(Key::ReservationId));
        let kind = event.as_ref().and_then(Value::as_text).and_then(CallEventKind::named);
        let event_id = event_id.as_ref().and_then(Value::as_text);
        match (event_id, kind) {
            (Some(event_id), Some(kind)) if violations.is_empty() => {
                Ok((event_id.to_owned(), Self { kind, buyer, revenue, reservation }))
            }
            _ => Err(violations),
        }
    }
}
