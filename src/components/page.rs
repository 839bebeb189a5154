//! [`PageHead`]: the head of every page: where it stands, its heading, what can be done on it.

use web_sys::{FocusOptions, HtmlElement};
use yew::prelude::*;

use crate::browser;
use crate::components::icon::icon;
use crate::keyboard;
use crate::lazy::Part;
use crate::navigation::use_location;
use crate::route::Route;

/// See [`PageHead`].
#[derive(Properties, PartialEq)]
pub struct PageHeadProps {
    /// Its heading and the title of the window; announced when it is gone to.
    pub title: AttrValue,
    /// The page above it and that page's name.
    #[prop_or_default]
    pub parent: Option<(Route, AttrValue)>,
    /// What stands beside the heading.
    #[prop_or_default]
    pub badge: Html,
    /// What can be done on the page as a whole.
    #[prop_or_default]
    pub actions: Html,
}

/// A page's top line and heading; what is on the page follows it. On arrival it takes the focus to the heading, and it
/// names the window.
#[component]
pub fn PageHead(props: &PageHeadProps) -> Html {
    let visit = use_location().visit;
    let heading = use_node_ref();
    use_effect_with((visit, heading.clone()), |(visit, heading)| {
        // The page that was loaded starts as every page does, at its top.
        if let Some(heading) = heading.cast::<HtmlElement>()
            && *visit > 0
        {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            // A heading with a tabindex takes the focus.
            let _ = heading.focus_with_options(&options);
        }
    });
    let window_title = match &props.parent {
        Some((_, parent)) => AttrValue::from(format!("{} · {parent}", props.title)),
        None => props.title.clone(),
    };
    use_effect_with(window_title, |title| {
        if let Some(document) = browser::document() {
            document.set_title(title);
        }
    });
    html! {
        <>
            <div class="top">
                <nav aria-label="Breadcrumb">
                    <ol>
                        if let Some((route, name)) = &props.parent {
                            <li><a href={route.to_string()}>{ name }</a></li>
                        }
                        <li aria-current="page">{ &props.title }</li>
                    </ol>
                </nav>
                <button
                    type="button"
                    class="btn jump"
                    aria-keyshortcuts="Control+K"
                    onmouseenter={|_| Part::Commands.expect()}
                    onfocus={|_| Part::Commands.expect()}
                    onclick={|_| keyboard::press("Ctrl k")}
                >
                    { icon("search") }
                    <span>{ "Search or run a command" }</span>
                    <kbd>{ "Ctrl K" }</kbd>
                </button>
            </div>
            <div class="head">
                <h1 ref={heading} tabindex="-1">{ &props.title }</h1>
                { props.badge.clone() }
                <div class="acts">{ props.actions.clone() }</div>
            </div>
        </>
    }
}
