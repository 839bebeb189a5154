//! How a value is shown in a list: one place for all kinds.

use domain::{Id, Key, Kind, Resource, Value};
use yew::prelude::*;

use crate::components::meter::{cap_of, meter, usage};
use crate::components::pill::pill;
use crate::format;
use crate::lazy::{Lazy, Scene};
use crate::record::Record;
use crate::route::{Query, Route};

/// So many members of a list are shown; the others are counted.
const MOST_MEMBERS: usize = 3;

/// What stands in a column of a record. `currency`: how its money is shown.
pub fn cell(record: &Record, key: Key, kind: Kind, currency: &str) -> Html {
    if let Some(cap) = cap_of(record, key) {
        return usage(cap, currency);
    }
    let value = record.get(key);
    match (key, value) {
        (Key::State | Key::Status | Key::AlertKind, _) => pill(record),
        (Key::Read, Value::Bool(false)) => html! { <span class="pill near">{ "Unread" }</span> },
        (Key::Paused, _) if record.resource() == Resource::Buyer => pill(record),
        (Key::Limit(..) | Key::ConcurrencyCapLimit, Value::Null) => faint("no limit"),
        (Key::TimeZone, Value::Null) => faint("company’s"),
        (Key::BuyerGroupsCount, Value::Int(count)) => groups_of(record, *count),
        (_, Value::Null) => faint("–"),
        (_, Value::Bool(truth)) => html! { <>{ if *truth { "Yes" } else { "No" } }</> },
        (Key::OfferId | Key::BuyerGroupId | Key::BuyerId, Value::Int(id)) => named(key, *id),
        (Key::Duration, Value::Int(seconds)) => html! { duration(*seconds) },
        // Numbers of records are names: they have no thousands.
        (_, Value::Int(number)) if kind == Kind::Id => html! { number },
        (_, Value::Int(number)) => html! { format::count(number.unsigned_abs()) },
        (_, Value::Decimal(part)) if kind == Kind::Share => html! {
            <div class="share">
                <span class="num">{ format::share(*part) }</span>
                { meter(part.to_f64(), None) }
            </div>
        },
        (_, Value::Decimal(amount)) if kind == Kind::Money || key == Key::EarnedRevenue => {
            html! { format::money(*amount, currency) }
        }
        (_, Value::Decimal(number)) => html! { format::decimal(*number) },
        (_, Value::Instant(at)) => html! {
            <time datetime={at.to_string()} title={format::date_time(*at)}>{ format::relative(*at) }</time>
        },
        (_, Value::Text(text)) => match kind {
            Kind::Choice(choices) => {
                let choice = choices.iter().find(|choice| choice.name == text);
                html! { choice.map_or(text.as_str(), |choice| choice.label) }
            }
            _ => html! { <span class="clip" title={text.clone()}>{ text }</span> },
        },
        (_, Value::Ids(ids)) => members(ids.iter().map(ToString::to_string)),
        (_, Value::Texts(texts)) => members(texts.iter().cloned()),
        (_, Value::Eligibility(eligibility)) => match eligibility.reasons.as_slice() {
            [] => html! { "Yes" },
            [reason] => html! { reason.message() },
            [reason, more @ ..] => html! { format!("{} And {} more.", reason.message(), more.len()) },
        },
    }
}

/// The name of the record whose id stands in a column, once it is known.
fn named(key: Key, id: i64) -> Html {
    let named = key.member().zip(Id::new(id));
    let named = named.map(|(resource, id)| html! { <Lazy scene={Scene::Named(resource, id)} /> });
    named.unwrap_or_default()
}

/// Seconds as minutes and seconds: 2:05.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    [minutes.to_string(), [if seconds < 10 { "0" } else { "" }, &seconds.to_string()].concat()].join(":")
}

fn faint(text: &'static str) -> Html {
    html! { <span class="faint">{ text }</span> }
}

/// "100101, 100123, 100124 +5".
fn members(mut members: impl ExactSizeIterator<Item = String>) -> Html {
    if members.len() == 0 {
        return faint("none");
    }
    let first: Vec<String> = members.by_ref().take(MOST_MEMBERS).collect();
    let more = members.len();
    let text = first.join(", ");
    html! { if more > 0 { { text }<span class="faint">{ format!(" +{more}") }</span> } else { { text } } }
}

/// The number of groups of a buyer or an offer, which leads to them.
fn groups_of(record: &Record, count: i64) -> Html {
    let (Some(id), number) = (record.id(), format::count(count.unsigned_abs())) else {
        return Html::default();
    };
    let filter = match record.resource() {
        Resource::Buyer => "buyer_id",
        _ => "offer_id",
    };
    if count == 0 {
        return faint("0");
    }
    let to = Route::List(Resource::BuyerGroup, Query::default().with(filter, &id.to_string()));
    html! { <a class="link" href={to.to_string()} aria-label={format!("{number} groups of {}", record.name())}>{ number }</a> }
}
