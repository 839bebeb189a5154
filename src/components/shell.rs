//! [`Shell`]: what stands around every page: the skip link, the main navigation, the visitor.

use std::rc::Rc;

use domain::{Key, Resource};
use yew::prelude::*;

use crate::components::icon::{icon, icon_sheet};
use crate::format;
use crate::navigation::use_location;
use crate::query::use_query;
use crate::route::{Query, Route};
use crate::session::use_session;

/// See [`Shell`].
#[derive(Properties, PartialEq)]
pub struct ShellProps {
    /// The page.
    pub children: Html,
}

/// The side bar and the page. On a narrow window the side bar is a menu behind a button.
#[component]
pub fn Shell(props: &ShellProps) -> Html {
    let location = use_location();
    let is_open = use_state(|| false);
    {
        // A menu that led somewhere has done its work.
        let close = is_open.setter();
        use_effect_with(location.visit, move |_| close.set(false));
    }
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_| is_open.set(!*is_open))
    };
    let Some(session) = use_session() else { return props.children.clone() };
    let company = AttrValue::from(session.session.company.name.clone());
    html! {
        <>
            { icon_sheet() }
            <a class="skip" href="#main">{ "Skip to content" }</a>
            <div class="shell">
                <header class="strip">
                    <button
                        type="button"
                        class="btn quiet"
                        aria-expanded={if *is_open { "true" } else { "false" }}
                        aria-controls="side"
                        onclick={toggle}
                    >
                        { icon(if *is_open { "x" } else { "menu" }) }
                        { "Menu" }
                    </button>
                    <span>{ &company }</span>
                </header>
                <nav id="side" class={classes!("side", is_open.then_some("open"))} aria-label="Main">
                    { brand(&company) }
                    <ul>
                        { for Resource::LISTED.map(|resource| html! {
                            <li><ListLink {resource} current={is_within(&location.route, resource)} /></li>
                        }) }
                    </ul>
                    <ul>
                        <li>
                            <a href={Route::Company.to_string()} aria-current={(location.route == Route::Company).then_some("page")}>
                                { icon("settings") }
                                { "Settings" }
                            </a>
                        </li>
                    </ul>
                    <div class="who">
                        <span class="face" aria-hidden="true">{ initials(&session.session.user.name) }</span>
                        <span>
                            { &session.session.user.name }
                            <br />
                            <button type="button" class="link" onclick={session.sign_out.reform(|_| ())}>
                                { "Sign out" }
                            </button>
                        </span>
                    </div>
                </nav>
                <main id="main" tabindex="-1">{ props.children.clone() }</main>
            </div>
        </>
    }
}

/// The sign of the product and a name.
pub fn brand(name: &AttrValue) -> Html {
    html! {
        <div class="brand">
            <svg aria-hidden="true">
                <rect width="20" height="20" rx="5" />
                <path d="M5 6h10M5 10h7M5 14h4" />
            </svg>
            { name }
        </div>
    }
}

fn is_within(route: &Route, resource: Resource) -> bool {
    matches!(route, Route::List(own, _) | Route::New(own) | Route::Record(own, _) if *own == resource)
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).map(|letter| letter.to_ascii_uppercase()).collect()
}

#[derive(Properties, PartialEq)]
struct ListLinkProps {
    resource: Resource,
    current: bool,
}

/// A link to a list with the number of its records, read anew at each page change.
#[component]
fn ListLink(props: &ListLinkProps) -> Html {
    let resource = props.resource;
    let location = use_location();
    let count = use_query((resource, location.visit), |api, &(resource, _)| {
        Box::pin(async move {
            let query = Query::default().with("columns", &Key::Id.name()).with("per_page", "1");
            api.list(resource, &query).await.map(|page| page.metadata.total_count)
        })
    });
    let drawing = match resource {
        Resource::BuyerGroup => "groups",
        Resource::Buyer => "buyers",
        Resource::Offer | Resource::Company => "offers",
    };
    html! {
        <a href={Route::list(resource).to_string()} aria-current={props.current.then_some("page")}>
            { icon(drawing) }
            { resource.heading() }
            <span class="num">{ for count.load.data().map(|count: &Rc<u64>| format::count(**count)) }</span>
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        for (name, expected) in [("Dana Kerr", "DK"), ("jo van der berg", "JB"), ("Ops", "O"), ("", "")] {
            assert_eq!(initials(name), expected);
        }
    }
}
