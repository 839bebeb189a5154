//! [`App`]: the contexts that every page stands in, and which page an address shows.

use domain::Resource;
use yew::prelude::*;

use crate::components::shell::Shell;
use crate::components::toasts::ToastArea;
use crate::navigation::{Router, use_location, use_navigator};
use crate::pages::list::ListPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::record::RecordPage;
use crate::route::Route;
use crate::session::Doorman;

/// The admin page.
#[component]
pub fn App() -> Html {
    html! { <Router><ToastArea><Rooms /></ToastArea></Router> }
}

#[component]
fn Rooms() -> Html {
    let location = use_location();
    let navigator = use_navigator();
    use_effect_with(location.route.clone(), move |route| {
        if *route == Route::Home {
            navigator.replace(Route::list(Resource::BuyerGroup));
        }
    });
    html! { <Doorman route={location.route.clone()}><Shell>{ page(&location.route) }</Shell></Doorman> }
}

/// The page of an address. Pages of different records have different keys: each starts from nothing.
fn page(route: &Route) -> Html {
    match route.clone() {
        // Home leads on to the list, and the sign-in page stands before the door.
        Route::Home | Route::SignIn => Html::default(),
        Route::List(resource, query) => html! { <ListPage key={resource.plural()} {resource} {query} /> },
        Route::New(resource) => {
            html! { <RecordPage key={format!("new {}", resource.plural())} {resource} /> }
        }
        Route::Record(resource, id) => {
            let key = format!("{} {id}", resource.plural());
            html! { <RecordPage {key} {resource} {id} /> }
        }
        Route::Company => html! { <RecordPage key="company" resource={Resource::Company} /> },
        Route::NotFound => html! { <NotFoundPage /> },
    }
}
