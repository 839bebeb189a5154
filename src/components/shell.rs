//! [`Shell`]: what stands around every page: the skip link, the main navigation, the visitor.

use std::rc::Rc;

use domain::{Key, Resource};
use yew::prelude::*;

use crate::components::icon::{Icon, IconSheet};
use crate::format;
use crate::navigation::{Link, use_location};
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
            <IconSheet />
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
                        <Icon name={if *is_open { "x" } else { "menu" }} />
                        { "Menu" }
                    </button>
                    <span>{ &company }</span>
                </header>
                <nav id="side" class={classes!("side", is_open.then_some("open"))} aria-label="Main">
                    <Brand name={company} />
                    <ul>
                        { for Resource::LISTED.map(|resource| html! {
                            <li><ListLink {resource} current={is_within(&location.route, resource)} /></li>
                        }) }
                    </ul>
                    <ul>
                        <li>
                            <Link to={Route::Company} current={location.route == Route::Company}>
                                <Icon name="settings" />
                                { "Settings" }
                            </Link>
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

/// See [`Brand`].
#[derive(Properties, PartialEq)]
pub struct BrandProps {
    /// Whose page it is.
    pub name: AttrValue,
}

/// The sign of the product and a name.
#[component]
pub fn Brand(props: &BrandProps) -> Html {
    html! {
        <div class="brand">
            <svg aria-hidden="true">
                <rect width="20" height="20" rx="5" />
                <path d="M5 6h10M5 10h7M5 14h4" />
            </svg>
            { &props.name }
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
    let icon = match resource {
        Resource::BuyerGroup => "groups",
        Resource::Buyer => "buyers",
        Resource::Offer | Resource::Company => "offers",
    };
    html! {
        <Link to={Route::list(resource)} current={props.current}>
            <Icon name={icon} />
            { resource.heading() }
            <span class="num">{ for count.load.data().map(|count: &Rc<u64>| format::count(**count)) }</span>
        </Link>
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
