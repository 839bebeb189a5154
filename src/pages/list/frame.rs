//! What stands around the table of a list: the views by state above it, its pages below, and what is said when there are
//! no rows.

use domain::api::States;
use domain::{Instant, Resource, State};
use yew::prelude::*;

use super::view::{SIZES, View, noun};
use crate::api::{self, ApiError};
use crate::components::icon::icon;
use crate::format;
use crate::route::{Query, Route};

/// The views: all, the groups by state, what is deleted; each with its number as far as it is known. `total`: how many
/// records stand in the one that is shown.
pub fn tabs(view: &View, states: Option<States>, total: Option<u64>) -> Html {
    let (resource, is_deleted) = (view.resource, view.is_deleted());
    let tab = |label: &'static str, query: Query, is_current: bool, count: Option<u64>| {
        let count = count.or(total.filter(|_| is_current));
        html! {
            <a href={Route::List(resource, query).to_string()} aria-current={is_current.then_some("page")}>
                { label }
                <span class="num">{ count.map(format::count).unwrap_or_default() }</span>
            </a>
        }
    };
    // How it is filtered and sorted goes along from view to view, but not to what is deleted and back.
    let kept = if is_deleted { View { resource, query: Query::default() } } else { view.clone() };
    let current = view.query.get("state");
    let by_state = |name: &'static str, label, count: fn(&States) -> u64| {
        let is_current = current == name && !is_deleted;
        tab(label, kept.narrowed_by("state", name), is_current, states.as_ref().map(count))
    };
    let of = |state: State| {
        let count: fn(&States) -> u64 = match state {
            State::TakingCalls => |states| states.taking_calls,
            State::NearCap => |states| states.near_cap,
            State::MaxedOut => |states| states.maxed_out,
            State::Paused => |states| states.paused,
        };
        by_state(state.name(), state.label(), count)
    };
    let has_states = resource == Resource::BuyerGroup;
    html! {
        <nav class="tabs" aria-label="Views">
            { by_state("", "All", |states| states.all) }
            { for State::ALL.into_iter().filter(|_| has_states).map(of) }
            if resource.is_edited() {
                { tab("Deleted", Query::default().with("deleted", "true"), is_deleted, states.map(|states| states.deleted)) }
            }
        </nav>
    }
}

/// A line over the table; the rows that were there stay.
pub fn failure(error: &ApiError, reload: &Callback<()>, view: &View) -> Html {
    let button = |text: &'static str, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="btn" {onclick}>{ text }</button> }
    };
    let action = match error {
        // That is said at the top of the page.
        ApiError::SignedOut => return Html::default(),
        // It comes back by itself.
        ApiError::Offline => Html::default(),
        ApiError::Refused(_) => html! {
            <a class="btn" href={Route::list(view.resource).to_string()}>{ "Show the plain list" }</a>
        },
        _ => button("Try again", reload.reform(|_| ())),
    };
    html! { <div class="note" role="alert">{ icon("warn") }<p>{ error.sentence() }</p>{ action }</div> }
}

/// Which part of the list this is, and the way to the others.
pub fn foot(view: &View, page: &api::Page, zone: &str, go: &Callback<Query>) -> Html {
    let (total, number, size) = (page.metadata.total_count, view.page(), u64::from(view.per_page()));
    if page.records.is_empty() {
        return Html::default();
    }
    let first = (number - 1) * size + 1;
    let last = first + page.records.len() as u64 - 1;
    let step = |text: &'static str, to: u64, disabled: bool| {
        let text_of_page = if to > 1 { to.to_string() } else { String::new() };
        let query = view.query.clone().with("page", &text_of_page);
        let onclick = go.reform(move |_: MouseEvent| query.clone());
        html! { <button type="button" class="btn" {disabled} {onclick}>{ text }</button> }
    };
    let onsize = {
        let (view, go) = (view.clone(), go.clone());
        move |event: Event| {
            let size = event.target_unchecked_into::<web_sys::HtmlSelectElement>().value();
            go.emit(view.narrowed_by("per_page", &size));
        }
    };
    let mut sizes = SIZES.to_vec();
    if !sizes.contains(&view.per_page()) {
        sizes.insert(0, view.per_page());
    }
    let option = |size: u32| {
        html! { <option value={size.to_string()} selected={size == view.per_page()}>{ size }</option> }
    };
    let count = format::count;
    html! {
        <div class="foot">
            <span class="num">
                { format!("{}–{} of {} {}s", count(first), count(last), count(total), noun(view.resource)) }
            </span>
            <span class="faint sm">{ ["Counts from ", &clock(page.at, zone)].concat() }</span>
            <label class="size">
                <select class="input" onchange={onsize}>{ for sizes.into_iter().map(option) }</select>
                { "a page" }
            </label>
            <div class="acts">
                { step("Previous", number.saturating_sub(1), number <= 1) }
                { step("Next", number + 1, last >= total) }
            </div>
        </div>
    }
}

/// What a clock of the company's zone shows, and where that is: "14:32, New York"; the visitor's own clock where the
/// browser does not know the zone.
#[must_use]
pub fn clock(at: Instant, zone: &str) -> String {
    match format::clock(at, Some(zone)) {
        Some(time) => [&time, ", ", &format::place(zone)].concat(),
        None => format::clock(at, None).unwrap_or_default(),
    }
}
