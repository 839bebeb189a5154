//! [`tool`]: what the buttons over a list open. Nothing of it is in the first load.

use domain::Field;
use domain::api::TierSummary;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::chooser::ColumnChooser;
use super::filter_editor::FilterEditor;
use super::toolbar::Tool;
use super::view::{View, orders};
use crate::actions::copy;
use crate::browser;
use crate::components::icon::icon;
use crate::components::toasts::use_toasts;
use crate::route::{Query, Route};

/// See [`tool`].
#[derive(Properties, Clone, PartialEq)]
pub struct ToolProps {
    /// Which one.
    pub tool: Tool,
    /// The list.
    pub view: View,
    /// The tiers that there are.
    pub tiers: Vec<TierSummary>,
    /// Another address is to be shown.
    pub go: Callback<Query>,
}

/// What a button over a list opens.
pub fn tool(props: &ToolProps) -> Html {
    match props.tool {
        Tool::Filter(by) => {
            let ToolProps { view, tiers, go, .. } = props.clone();
            html! { <FilterEditor key={by.map(super::filters::name_of).unwrap_or_default()} {view} {tiers} {by} {go} /> }
        }
        Tool::Sort => sort(&props.view, &props.go),
        Tool::Columns => html! { <ColumnChooser view={props.view.clone()} onchange={props.go.clone()} /> },
        Tool::Density => html! { <Density /> },
        Tool::More => html! { <More ..props.clone() /> },
    }
}

/// Closes a tool, which gives the focus back to its button.
pub fn close(tool: Tool) {
    if let Some(popover) = browser::element(tool.face().0) {
        // It fails only for one that is closed already.
        let _ = popover.hide_popover();
    }
}

/// Sorts by any field that can be sorted by, also by those that are not shown.
fn sort(view: &View, go: &Callback<Query>) -> Html {
    let (by, descending) = view.order();
    let resource = view.resource;
    let onchange = {
        let (view, go) = (view.clone(), go.clone());
        move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some(field) = orders(resource).find(|field| field.name == chosen) {
                go.emit(view.sorted_by(field.key, descending));
            }
        }
    };
    let option = |field: &'static Field| {
        html! { <option value={field.name} selected={field.key == by.key}>{ field.label }</option> }
    };
    let direction = |label: &'static str, down: bool| {
        let query = view.sorted_by(by.key, down);
        html! {
            <label class="check">
                <input type="radio" name="direction" checked={descending == down} onchange={go.reform(move |_: Event| query.clone())} />
                { label }
            </label>
        }
    };
    html! {
        <>
            <div class="field">
                <label for="sort-by">{ "Sort by" }</label>
                <select id="sort-by" class="input" {onchange}>{ for orders(resource).map(option) }</select>
            </div>
            <div role="radiogroup" aria-label="Direction">
                { direction("Ascending", false) }
                { direction("Descending", true) }
            </div>
        </>
    }
}

/// Where the height of the rows is kept: on the page, and in this browser (static/boot.js puts it back).
const DENSITY: (&str, &str) = ("data-density", "buyer-groups-density");
/// The name of each height, blank for the usual one, and what people call it.
const DENSITIES: [(&str, &str); 3] =
    [("compact", "Compact"), ("", "Standard"), ("comfortable", "Comfortable")];

/// Chooses how high rows are, for this browser.
#[component]
fn Density() -> Html {
    let root = || browser::document()?.document_element();
    let current = use_state(|| root().and_then(|root| root.get_attribute(DENSITY.0)).unwrap_or_default());
    let choice = |(name, label): (&'static str, &'static str)| {
        let current = current.clone();
        let checked = *current == name;
        let onchange = move |_| {
            // An attribute of that name can be set, and a storage that is full or forbidden keeps nothing.
            let _ = root().map(|root| root.set_attribute(DENSITY.0, name));
            let _ = browser::storage().map(|storage| storage.set_item(DENSITY.1, name));
            current.set(name.to_owned());
        };
        html! {
            <label class="check"><input type="radio" name="density" {checked} {onchange} />{ label }</label>
        }
    };
    html! { <div role="radiogroup" aria-label="Height of rows">{ for DENSITIES.map(choice) }</div> }
}

/// The list as a link, and as a request.
#[component]
fn More(props: &ToolProps) -> Html {
    let toasts = use_toasts();
    let origin = browser::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let copies = |label: &'static str, text: String| {
        let toasts = toasts.clone();
        let onclick = move |_| {
            close(Tool::More);
            copy(text.clone(), toasts.clone());
        };
        html! { <button type="button" class="btn quiet" {onclick}>{ icon("copy") }{ label }</button> }
    };
    let view = &props.view;
    html! {
        <div class="picks">
            { copies("Copy link", format!("{origin}{}", Route::List(view.resource, view.query.clone()))) }
            { copies("Copy as curl", as_curl(&origin, view)) }
        </div>
    }
}

/// The request for what is shown, with a place for a key.
fn as_curl(origin: &str, view: &View) -> String {
    // The counts for the views are the panel's own need.
    let query = view.request().with("summary", "");
    format!("curl -u PUBLIC_KEY:PRIVATE_KEY '{origin}/api/v1/{}?{query}'", view.resource.plural())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Resource;

    #[test]
    fn a_list_is_a_request_that_a_shell_takes_as_it_is() {
        let query = Query::parse("fulltext=Bob's%20%26%20co&tier=1,2&columns=weight&page=2");
        let view = View { resource: Resource::BuyerGroup, query };
        assert_eq!(
            as_curl("https://groups.example", &view),
            "curl -u PUBLIC_KEY:PRIVATE_KEY 'https://groups.example/api/v1/buyer_groups?\
             fulltext=Bob%27s%20%26%20co&tier=1,2&columns=id,name,revision,paused,state,tier,weight&page=2&order=routing'"
        );
    }
}
