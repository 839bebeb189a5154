//! The page of an address that is none.

use domain::Resource;
use yew::prelude::*;

use crate::components::page::PageHead;
use crate::route::Route;

/// Says so, and leads on.
pub fn not_found() -> Html {
    html! {
        <>
            <PageHead title="Page not found" />
            <div class="empty">
                <p>{ "There is nothing at this address." }</p>
                <a class="btn" href={Route::list(Resource::BuyerGroup).to_string()}>{ "Go to the buyer groups" }</a>
            </div>
        </>
    }
}
