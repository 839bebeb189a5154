//! [`empty`]: what a list says when it has no rows.

use domain::Resource;
use yew::prelude::*;

use super::view::View;
use crate::route::{Query, Route};

/// See [`empty`].
#[derive(Properties, Clone, PartialEq)]
pub struct EmptyProps {
    /// The list.
    pub view: View,
    /// How many records it has on all of its pages.
    pub total: u64,
    /// What makes a new record.
    pub new: Html,
    /// Another address is to be shown.
    pub go: Callback<Query>,
}

/// Why there are no rows, and what to do.
pub fn empty(props: &EmptyProps) -> Html {
    let EmptyProps { view, total, new, go } = props;
    let button = |text: &'static str, query: Query| {
        let onclick = go.reform(move |_: MouseEvent| query.clone());
        html! { <button type="button" class="btn" {onclick}>{ text }</button> }
    };
    let (title, text, action) = if *total > 0 {
        let first = view.query.clone().with("page", "");
        ("This page is past the end.", "", button("Go to the first page", first))
    } else if view.is_narrowed() {
        ("Nothing matches these filters.", "", button("Clear filters", view.widened()))
    } else if view.is_deleted() {
        (
            "Nothing is deleted.",
            "What is deleted stands here for 30 days and can be restored.",
            Html::default(),
        )
    } else {
        let (title, text) = match view.resource {
            Resource::BuyerGroup => {
                ("No groups yet.", "A group lets several buyers share priority and caps.")
            }
            Resource::Buyer => {
                ("No buyers yet.", "A buyer is a phone number that takes calls and pays for them.")
            }
            Resource::Offer | Resource::Company => {
                ("No offers yet.", "An offer is what is advertised; groups of buyers serve its calls.")
            }
            Resource::Alert => (
                "No alerts yet.",
                "One is raised when a cap comes near its limit, when it reaches it, and when it has room again.",
            ),
            Resource::Call => (
                "No calls yet.",
                "A call comes when somebody asks the API who should take it. Routing sends one to try.",
            ),
        };
        let action = match view.resource {
            Resource::Call => html! {
                <a class="btn" href={Route::Routing(Query::default()).to_string()}>{ "Go to routing" }</a>
            },
            Resource::Alert => html! {
                <a class="btn" href={Route::Caps(Query::default()).to_string()}>{ "See how full the caps are" }</a>
            },
            _ => new.clone(),
        };
        (title, text, action)
    };
    html! { <div class="empty"><h2>{ title }</h2><p>{ text }</p>{ action }</div> }
}
