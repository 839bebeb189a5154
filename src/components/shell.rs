//! [`Shell`]: what stands around every page: the skip link, the main navigation, the visitor.

use domain::{Key, Resource};
use yew::prelude::*;

use crate::components::icon::{icon, icon_sheet};
use crate::components::key_list::KeyListProps;
use crate::components::toasts::undo_last;
use crate::format;
use crate::keyboard::{self, Keys, Shortcut};
use crate::lazy::{Lazy, Scene};
use crate::navigation::{use_location, use_navigator};
use crate::palette::PaletteProps;
use crate::query::use_query;
use crate::route::{Query, Route};
use crate::session::use_session;

/// What keys do on every page.
const KEYS: &[Shortcut] = &[
    ("Ctrl k", "Search or run a command"),
    ("n", "New group"),
    ("g g", "Go to groups"),
    ("g b", "Go to buyers"),
    ("g o", "Go to offers"),
    ("g r", "Go to routing"),
    ("g c", "Go to calls"),
    ("g l", "Go to caps"),
    ("g a", "Go to alerts"),
    ("g s", "Go to settings"),
    ("u", "Undo what was done last"),
    ("Escape", "Close, or leave a field"),
    ("?", "Show these keys"),
];

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
    let overlay = use_state(|| None::<Overlay>);
    {
        let (navigator, overlay) = (use_navigator(), overlay.setter());
        use_effect_with((), move |()| {
            let keys = Keys::new("Everywhere", KEYS, move |key| {
                let route = match key {
                    "Ctrl k" => {
                        return show(&overlay, |onclose| Scene::Palette(PaletteProps { onclose }));
                    }
                    "?" => {
                        return show(&overlay, |onclose| Scene::Keys(KeyListProps { onclose }));
                    }
                    "Escape" => return keyboard::leave_field(),
                    "u" => return undo_last(),
                    "n" => Route::New(Resource::BuyerGroup),
                    "g g" => Route::list(Resource::BuyerGroup),
                    "g b" => Route::list(Resource::Buyer),
                    "g o" => Route::list(Resource::Offer),
                    "g r" => Route::Routing(Query::default()),
                    "g c" => Route::list(Resource::Call),
                    "g l" => Route::Caps(Query::default()),
                    "g a" => Route::list(Resource::Alert),
                    _ => Route::Company,
                };
                navigator.push(route);
                true
            });
            move || drop(keys)
        });
    }
    let visit = location.visit;
    let [first, second, third] = Resource::LISTED;
    let counts = [use_count(first, visit), use_count(second, visit), use_count(third, visit)];
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_| is_open.set(!*is_open))
    };
    let Some(session) = use_session() else { return props.children.clone() };
    let company = AttrValue::from(session.session.company.name.clone());
    let list = |(resource, count): (Resource, Html)| {
        let is_current = is_within(&location.route, resource);
        side_link(&Route::list(resource), resource.heading(), drawing(resource), is_current, count)
    };
    let is_routing = matches!(location.route, Route::Routing(_));
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
                    <button
                        type="button"
                        class="btn quiet icon"
                        aria-label="Search or run a command"
                        onclick={|_| keyboard::press("Ctrl k")}
                    >
                        { icon("search") }
                    </button>
                </header>
                <nav id="side" class={classes!("side", is_open.then_some("open"))} aria-label="Main">
                    { brand(&company) }
                    <ul>{ for Resource::LISTED.into_iter().zip(counts.map(number)).map(list) }</ul>
                    <ul>
                        { side_link(&Route::Routing(Query::default()), "Routing", "routing", is_routing, Html::default()) }
                        { list((Resource::Call, Html::default())) }
                        { side_link(&Route::Caps(Query::default()), "Caps", "caps", matches!(location.route, Route::Caps(_)), Html::default()) }
                        { list((Resource::Alert, html! { <Lazy scene={Scene::Bell(visit)} /> })) }
                    </ul>
                    <ul>{ side_link(&Route::Company, "Settings", "settings", location.route == Route::Company, Html::default()) }</ul>
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
            if let Some(scene) = &*overlay {
                <Lazy scene={scene({
                    let close = overlay.setter();
                    Callback::from(move |()| close.set(None))
                })} />
            }
        </>
    }
}

/// What stands over the page, as it is made of the way to close it.
type Overlay = fn(Callback<()>) -> Scene;

fn show(overlay: &UseStateSetter<Option<Overlay>>, scene: Overlay) -> bool {
    keyboard::keep_for_dialog();
    overlay.set(Some(scene));
    true
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
    matches!(route, Route::List(own, _) | Route::New(own) | Route::Copy(own, _) | Route::Record(own, _) if *own == resource)
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// A link of the side bar, with the number of what stands there.
fn side_link(to: &Route, label: &'static str, drawing: &'static str, is_current: bool, count: Html) -> Html {
    html! {
        <li>
            <a href={to.to_string()} aria-current={is_current.then_some("page")}>
                { icon(drawing) }
                { label }
                <span class="num">{ count }</span>
            </a>
        </li>
    }
}

fn number(count: Option<u64>) -> Html {
    html! { { for count.map(format::count) } }
}

/// The drawing that stands for a kind of record.
#[must_use]
pub const fn drawing(resource: Resource) -> &'static str {
    match resource {
        Resource::BuyerGroup => "groups",
        Resource::Buyer => "buyers",
        Resource::Offer | Resource::Company => "offers",
        Resource::Call => "calls",
        Resource::Alert => "warn",
    }
}

/// How many records a list has, read anew at each page change.
#[hook]
fn use_count(resource: Resource, visit: u32) -> Option<u64> {
    let count = use_query((resource, visit), |api, &(resource, _)| {
        Box::pin(async move {
            let query = Query::default().with("columns", &Key::Id.name()).with("per_page", "1");
            api.list(resource, &query).await.map(|page| page.metadata.total_count)
        })
    });
    count.load.data().map(|count| **count)
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
