//! [`pill`]: the state of a record as a mark and a word.

use domain::alert::KINDS;
use domain::{CallStatus, Key, State};
use yew::prelude::*;

use crate::record::Record;

/// How full a group is, whether a buyer is switched on, how far a call has come; nothing for a record that has no such
/// state.
pub fn pill(record: &Record) -> Html {
    if let Some(status) = record.get(Key::Status).as_text().and_then(CallStatus::named) {
        return status_pill(status);
    }
    if let Some(kind) = record.get(Key::AlertKind).as_text() {
        return alert_pill(kind);
    }
    let state = record.get(Key::State).as_text();
    let state = State::ALL.into_iter().find(|own| Some(own.name()) == state);
    let (class, label) = match (state, record.get(Key::Paused).as_bool()) {
        (Some(State::TakingCalls), _) => ("on", State::TakingCalls.label()),
        (Some(State::NearCap), _) => ("near", State::NearCap.label()),
        (Some(State::MaxedOut), _) => ("full", State::MaxedOut.label()),
        (Some(State::Paused), _) | (None, Some(true)) => ("off", State::Paused.label()),
        (None, Some(false)) => ("on", "Active"),
        (None, None) => return Html::default(),
    };
    html! { <span class={classes!("pill", class)}>{ label }</span> }
}

/// What an alert says of a cap.
fn alert_pill(kind: &str) -> Html {
    let class = match kind {
        "near" | "full" => kind.to_owned(),
        "released" => "on".to_owned(),
        _ => "off".to_owned(),
    };
    let label = KINDS.iter().find(|choice| choice.name == kind).map(|choice| choice.label);
    html! { <span class={classes!("pill", class)}>{ label.unwrap_or_default() }</span> }
}

/// How far a call has come.
pub fn status_pill(status: CallStatus) -> Html {
    let class = match status {
        CallStatus::Dialing | CallStatus::Ended => None,
        CallStatus::Connected => Some("on"),
        CallStatus::Unanswered => Some("off"),
        CallStatus::Expired => Some("near"),
        CallStatus::NoTaker => Some("full"),
    };
    html! { <span class={classes!("pill", class)}>{ status.label() }</span> }
}
