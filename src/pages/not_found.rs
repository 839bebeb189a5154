//! The page of an address that is none.

use domain::Resource;
use yew::prelude::*;

use crate::components::page::Page;
use crate::navigation::Link;
use crate::route::Route;

/// Says so, and leads on.
#[component]
pub fn NotFoundPage() -> Html {
    html! {
        <Page title="Page not found">
            <div class="empty">
                <p>{ "There is nothing at this address." }</p>
                <Link class="btn" to={Route::list(Resource::BuyerGroup)}>{ "Go to the buyer groups" }</Link>
            </div>
        </Page>
    }
}
