//! What stands over a list: search, filters, sorting, columns, the file.

use domain::api::TierSummary;
use domain::filter::{Filter, FilterBy};
use domain::{Field, Key, Kind, Resource};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::view::{View, member_of, orders};
use crate::browser::Timeout;
use crate::components::icon::icon;
use crate::format;
use crate::keyboard::Keys;
use crate::query::use_query;
use crate::route::Query;

/// How long after the last letter the list is searched, in milliseconds: a burst of keys is one search, but nobody waits.
const TYPING_MS: i32 = 20;

/// See [`SearchBox`].
#[derive(Properties, PartialEq)]
pub struct SearchProps {
    /// What is searched for now, as the address says it.
    pub value: AttrValue,
    /// What is looked through, as a hint.
    pub hint: AttrValue,
    /// Its name for those who do not see it.
    pub label: AttrValue,
    /// Something else is to be searched for.
    pub onsearch: Callback<String>,
}

/// Searches as one types; `/` comes here from anywhere.
#[component]
pub fn SearchBox(props: &SearchProps) -> Html {
    let input = use_node_ref();
    let typing = use_mut_ref(|| None::<Timeout>);
    // What this box has asked for: when the address says something else, Back or a link has changed it.
    let asked = use_mut_ref(AttrValue::default);
    use_effect_with((input.clone(), props.value.clone()), {
        let (asked, typing) = (asked.clone(), typing.clone());
        move |(input, value): &(NodeRef, AttrValue)| {
            if let Some(input) = input.cast::<HtmlInputElement>()
                && *asked.borrow() != *value
            {
                typing.take();
                input.set_value(value);
                asked.replace(value.clone());
            }
        }
    });
    use_effect_with(input.clone(), |input| {
        let input = input.clone();
        let keys = Keys::new("In a list", &[("/", "Go to the search box")], move |_| {
            let Some(input) = input.cast::<HtmlInputElement>() else { return false };
            input.select();
            // A visible input takes the focus.
            input.focus().is_ok()
        });
        move || drop(keys)
    });
    let oninput = {
        let onsearch = props.onsearch.clone();
        move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            let (onsearch, asked) = (onsearch.clone(), asked.clone());
            *typing.borrow_mut() = Some(Timeout::new(TYPING_MS, move || {
                asked.replace(AttrValue::from(text.clone()));
                onsearch.emit(text);
            }));
        }
    };
    html! {
        <div class="search">
            { icon("search") }
            <input
                ref={input}
                class="input"
                type="search"
                placeholder={&props.hint}
                aria-label={&props.label}
                aria-keyshortcuts="/"
                autocomplete="off"
                spellcheck="false"
                {oninput}
            />
        </div>
    }
}

/// Sorts by any field that can be sorted by, also by those that are not shown. `go` shows another address.
pub fn sort_box(view: &View, go: &Callback<Query>) -> Html {
    let (by, descending) = view.order();
    let resource = view.resource;
    let onchange = {
        let (view, go) = (view.clone(), go.clone());
        move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some(field) = orders(resource).find(|field| field.name == chosen) {
                go.emit(view.sorted_by(field.key, false));
            }
        }
    };
    let turn = {
        let (view, go, key) = (view.clone(), go.clone(), by.key);
        move |_| go.emit(view.sorted_by(key, !descending))
    };
    let option = |field: &'static Field| {
        html! {
            <option value={field.name} selected={field.key == by.key}>{ field.label }</option>
        }
    };
    html! {
        <div class="sort">
            <label class="sr" for="sort">{ "Sort by" }</label>
            <select id="sort" class="input" {onchange}>{ for orders(resource).map(option) }</select>
            <button
                type="button"
                class="btn quiet icon"
                aria-label={if descending { "Descending: turn round" } else { "Ascending: turn round" }}
                title={if descending { "Descending" } else { "Ascending" }}
                onclick={turn}
            >
                { icon(if descending { "descending" } else { "ascending" }) }
            </button>
        </div>
    }
}

/// Narrows a list: a button that opens the filters, and a chip for each that is set. `tiers` are those that there are;
/// those that the address names are offered too. `go` shows another address.
pub fn filter_box(view: &View, tiers: &[TierSummary], go: &Callback<Query>) -> Html {
    // A single state has its tab.
    let has_tab =
        |filter: &Filter, value: &str| filter.by == FilterBy::Field(Key::State) && !value.contains(',');
    let chips = view.resource.filters().iter().filter(|filter| {
        let value = view.query.get(filter.name);
        !value.is_empty() && !has_tab(filter, value)
    });
    let chip = |filter: &'static Filter| {
        let (narrowed, go) = (view.clone(), go.clone());
        let onremove = Callback::from(move |()| go.emit(narrowed.narrowed_by(filter.name, "")));
        let value = AttrValue::from(view.query.get(filter.name).to_owned());
        html! { <Chip key={filter.name} {filter} {value} {onremove} /> }
    };
    let groups =
        view.resource.main_filters().iter().filter_map(|filter| {
            let choices = choices(filter, tiers, view.query.get(filter.name));
            (!choices.is_empty()).then(|| html! {
            <fieldset key={filter.name}>
                <legend>{ filter.label }</legend>
                { for choices.into_iter().map(|(value, label)| checkbox(view, filter, value, label, go)) }
            </fieldset>
        })
        });
    let groups: Vec<Html> = groups.collect();
    html! {
        <>
            if !groups.is_empty() {
                <button type="button" class="btn quiet" popovertarget="filters">
                    { icon("plus") }
                    { "Filter" }
                </button>
                <div id="filters" class="pop" popover="auto" role="group" aria-label="Filters">{ for groups }</div>
            }
            // A list of its own: a chip that comes or goes must not draw the filters anew, which would close them.
            <>{ for chips.map(chip) }</>
        </>
    }
}

/// The values that a filter offers: in the API, and for people. Filters that name records offer none: links set them.
fn choices(filter: &Filter, tiers: &[TierSummary], set: &str) -> Vec<(String, String)> {
    match filter.kind {
        Kind::Choice(choices) => {
            choices.iter().map(|choice| (choice.name.to_owned(), choice.label.to_owned())).collect()
        }
        Kind::Boolean => vec![("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())],
        Kind::Decimal => {
            let mut values: Vec<domain::Decimal> = tiers.iter().map(|tier| tier.tier).collect();
            for tier in set.split(',').filter_map(|text| text.parse::<domain::Decimal>().ok()) {
                if !values.contains(&tier) {
                    let place = values.iter().position(|other| *other > tier).unwrap_or(values.len());
                    values.insert(place, tier);
                }
            }
            values.into_iter().map(|tier| (tier.to_string(), format::with_minus(&tier.to_string()))).collect()
        }
        _ => Vec::new(),
    }
}

fn checkbox(
    view: &View,
    filter: &'static Filter,
    value: String,
    label: String,
    go: &Callback<Query>,
) -> Html {
    let set: Vec<&str> = view.query.list(filter.name).collect();
    let checked = set.contains(&value.as_str());
    let toggled: Vec<&str> = match checked {
        true => set.into_iter().filter(|own| *own != value).collect(),
        false => set.into_iter().chain([value.as_str()]).collect(),
    };
    let query = view.narrowed_by(filter.name, &toggled.join(","));
    let onchange = go.reform(move |_: Event| query.clone());
    html! { <label class="check"><input type="checkbox" {checked} {onchange} />{ label }</label> }
}

#[derive(Properties, PartialEq)]
struct ChipProps {
    filter: &'static Filter,
    value: AttrValue,
    onremove: Callback<()>,
}

/// A filter that is set: "Dialing is All at once", with a button that takes it away.
#[component]
fn Chip(props: &ChipProps) -> Html {
    let filter = props.filter;
    let member = member_of(filter.by);
    let names = use_query((member, props.value.clone()), |api, (member, ids)| {
        let (member, ids) = (*member, ids.clone());
        Box::pin(async move {
            let mut names = Vec::new();
            if let Some(resource) = member {
                for id in ids.split(',') {
                    names.push(api.get(resource, id, &[domain::Key::Name]).await?.name().to_owned());
                }
            }
            Ok(names)
        })
    });
    let names = names.load.data().filter(|names| !names.is_empty());
    let value = match (filter.kind, names) {
        (_, Some(names)) => names.join(", "),
        (Kind::Choice(all), None) => {
            let label = |name: &str| all.iter().find(|choice| choice.name == name).map(|choice| choice.label);
            let labels: Vec<&str> = props.value.split(',').map(|name| label(name).unwrap_or(name)).collect();
            labels.join(" or ")
        }
        (Kind::Boolean, None) => if &*props.value == "true" { "Yes" } else { "No" }.to_owned(),
        _ => props.value.replace(',', " or "),
    };
    html! {
        <span class="chip">
            { filter.label }{ " " }{ filter.test.verb() }{ " " }<b>{ value }</b>
            <button
                type="button"
                aria-label={format!("Remove filter {}", filter.label)}
                onclick={props.onremove.reform(|_| ())}
            >
                { icon("x") }
            </button>
        </span>
    }
}

/// What the search of a list looks through.
#[must_use]
pub fn search_hint(resource: Resource) -> &'static str {
    if resource == Resource::BuyerGroup { "Name, id or buyer" } else { "Name, id or own id" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_offered_in_their_order_with_those_of_the_address() {
        let tier = Resource::BuyerGroup.main_filters().iter().find(|filter| filter.name == "tier");
        let summary =
            |tier: &str| TierSummary { tier: tier.parse().expect("a number"), groups: 1, can_take_calls: 1 };
        let offered = choices(tier.expect("groups have it"), &[summary("-1"), summary("2")], "1.5, 2");
        assert_eq!(offered.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>(), ["-1", "1.5", "2"]);
    }
}
