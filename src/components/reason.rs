//! Why a group takes no call, as a sentence with the time at which that ends.

use domain::Reason;

use crate::form::zones;

/// "The cap on attempts today is full until 00:00", without a full stop; the time is by the clocks of `zone`.
#[must_use]
pub fn sentence(reason: &Reason, zone: &str) -> String {
    let message = reason.message();
    let message = message.trim_end_matches('.');
    match (reason, reason.ends_at()) {
        (Reason::TooLittleLeft { .. }, Some(at)) => {
            format!("{message} for this call, until {}", zones::clock(at, zone))
        }
        (Reason::TooLittleLeft { .. }, None) => format!("{message} for this call"),
        (_, Some(at)) => format!("{message} until {}", zones::clock(at, zone)),
        (_, None) => message.to_owned(),
    }
}
