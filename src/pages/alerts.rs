//! [`ReadAlerts`]: what can be done with all alerts at once.

use domain::{Id, Key, Resource, Value};
use yew::prelude::*;

use crate::browser::{self, Listener};
use crate::components::toasts::use_toasts;
use crate::query::{ask_again, use_mutation, use_query};
use crate::route::Query;
use crate::stream;

/// The button that marks all alerts as read, as long as some are not.
#[component]
pub fn ReadAlerts() -> Html {
    let toasts = use_toasts();
    // Those that come while the button is pressed were not seen: the newest that is known says up to which it goes.
    let unread = use_query((), |api, ()| {
        let query = Query::default()
            .with(&Key::Read.name(), "false")
            .with("columns", &Key::Id.name())
            .with("order", &Key::Id.name())
            .with("order_dir", "desc")
            .with("per_page", "1");
        Box::pin(async move {
            let page = api.list(Resource::Alert, &query).await?;
            Ok(page.records.first().and_then(|alert| alert.id()))
        })
    });
    {
        let reload = unread.reload.clone();
        use_effect_with((), move |()| {
            let alerted = Listener::new(browser::window(), stream::ALERTED, move |_| reload.emit(()));
            move || drop(alerted)
        });
    }
    let read = use_mutation(
        |api, newest: Option<Id>| {
            let up_to = newest.map_or(Value::Null, |newest| Value::Int(newest.get()));
            Box::pin(async move { api.post("/api/v1/alerts/read", &[("up_to".into(), &up_to)]).await })
        },
        move |answer| match answer {
            Ok(_) => {
                toasts.show("All alerts are marked as read.");
                ask_again();
                // The number in the side bar, where the server's own news do not come.
                browser::tell(stream::ALERTED);
            }
            Err(error) => toasts.fail(format!("The alerts were not marked. {}", error.sentence())),
        },
    );
    let newest = unread.load.data().and_then(|newest| **newest);
    let onclick = read.run.reform(move |_| newest);
    html! {
        if newest.is_some() {
            <button type="button" class="btn" disabled={read.is_running} {onclick}>{ "Mark all as read" }</button>
        }
    }
}
