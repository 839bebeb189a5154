//! [`App`]: the contexts that every page stands in, and which page an address shows.

use domain::Resource;
use yew::prelude::*;

use crate::components::shell::Shell;
use crate::components::toasts::ToastArea;
use crate::navigation::Router;
use crate::pages::list::ListPage;
use crate::pages::not_found::not_found;
use crate::pages::record::RecordPage;
use crate::route::Route;
use crate::session::Doorman;

/// The admin page.
#[component]
pub fn App() -> Html {
    html! { <Router page={Callback::from(rooms)} /> }
}

fn rooms(route: Route) -> Html {
    let page = page(&route);
    html! { <ToastArea><Doorman {route}><Shell>{ page }</Shell></Doorman></ToastArea> }
}

/// The page of an address. Pages of different records have different keys: each starts from nothing.
fn page(route: &Route) -> Html {
    match route.clone() {
        // The sign-in page stands before the door.
        Route::SignIn => Html::default(),
        Route::Home => page(&Route::list(Resource::BuyerGroup)),
        Route::List(resource, query) => html! { <ListPage key={resource.plural()} {resource} {query} /> },
        Route::New(resource) => {
            html! { <RecordPage key={format!("new {}", resource.plural())} {resource} /> }
        }
        Route::Record(resource, id) => {
            let key = format!("{} {id}", resource.plural());
            html! { <RecordPage {key} {resource} {id} /> }
        }
        Route::Company => html! { <RecordPage key="company" resource={Resource::Company} /> },
        Route::NotFound => not_found(),
    }
}
