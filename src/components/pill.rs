//! [`pill`]: the state of a record as a mark and a word.

use domain::{Key, State};
use yew::prelude::*;

use crate::record::Record;

/// How full a group is, or whether a buyer is switched on; nothing for a record that has no such state.
pub fn pill(record: &Record) -> Html {
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
