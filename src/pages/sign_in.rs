//! Where a sign-in address leads. Its one-time token stands in the fragment, which no server sees, and is used only
//! by a click: programs that follow links before people do would use it up.

use std::rc::Rc;

use domain::Resource;
use yew::prelude::*;

use crate::api::{Api, ApiError, Session};
use crate::browser;
use crate::components::shell::brand;
use crate::navigation::{anchor, use_navigator};
use crate::query::use_mutation;
use crate::route::Route;

/// See [`SignInPage`].
#[derive(Properties, Clone, PartialEq)]
pub struct SignInProps {
    /// Somebody has signed in.
    pub onsignin: Callback<Rc<Session>>,
}

/// Signs in by the token of the address, or says how to get one.
#[component]
pub fn SignInPage(props: &SignInProps) -> Html {
    let navigator = use_navigator();
    let token = use_state(anchor);
    let error = use_state(|| None::<ApiError>);
    use_effect_with((), |()| {
        if let Some(document) = browser::document() {
            document.set_title("Sign in · Buyer groups");
        }
    });
    let sign_in = {
        let (token, error, onsignin) = (token.clone(), error.clone(), props.onsignin.clone());
        let request = |api: Api, token: String| -> crate::query::Request<Rc<Session>> {
            Box::pin(async move { api.sign_in(&token).await })
        };
        use_mutation(request, move |answer| match answer {
            Ok(session) => {
                onsignin.emit(session);
                navigator.replace(Route::list(Resource::BuyerGroup));
            }
            // Nothing was used up: the same address works when the server is back.
            Err(offline @ ApiError::Offline) => error.set(Some(offline)),
            Err(other) => {
                token.set(String::new());
                error.set(Some(other));
            }
        })
    };
    let onclick = {
        let (run, token) = (sign_in.run.clone(), token.clone());
        move |_| run.emit((*token).clone())
    };
    html! {
        <main class="alone">
            { brand(&AttrValue::Static("Buyer groups")) }
            <h1>{ "Sign in" }</h1>
            if let Some(error) = &*error {
                <p role="alert" class="err">{ match error {
                    ApiError::Offline => "The server cannot be reached. Try again in a moment.".into(),
                    ApiError::SignedOut | ApiError::NotFound => {
                        "This sign-in address was used already, or is older than 15 minutes.".into()
                    }
                    other => other.sentence(),
                } }</p>
            }
            if token.is_empty() {
                <p>{ "You sign in with an address that works once. Print a fresh one on the server:" }</p>
                <p><code>{ "buyer-groups sign-in --company NAME" }</code></p>
            } else {
                <p>{ "This address works once. The browser then stays signed in for 30 days." }</p>
                <button type="button" class="btn primary" disabled={sign_in.is_running} {onclick}>{ "Sign in" }</button>
            }
        </main>
    }
}
