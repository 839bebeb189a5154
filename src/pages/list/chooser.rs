//! [`ColumnChooser`]: which columns a list shows, and in which order.

use domain::{Field, Key, Section};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::usual::Usual;
use super::view::{View, all_columns};
use crate::browser;
use crate::components::drag::{Drag, Pull, grip};
use crate::components::icon::icon;
use crate::components::toasts::use_toasts;
use crate::route::Query;
use crate::session::use_session;

/// See [`ColumnChooser`].
#[derive(Properties, Clone, PartialEq)]
pub struct ChooserProps {
    /// The list.
    pub view: View,
    /// Another address is to be shown.
    pub onchange: Callback<Query>,
}

/// The sections of the page, in which the columns stand to be chosen from.
pub(super) const SECTIONS: [Section; 7] = [
    Section::Details,
    Section::Priority,
    Section::Buyers,
    Section::Groups,
    Section::Caps,
    Section::Team,
    Section::Record,
];

/// First the columns that are shown, to be moved; then all, to be chosen from.
#[component]
pub fn ColumnChooser(props: &ChooserProps) -> Html {
    let search = use_state(String::new);
    let toasts = use_toasts();
    // A row that moves loses the focus; the button that moved it gets it back.
    let to_focus = use_state(|| None::<String>);
    {
        let to_focus = to_focus.clone();
        use_effect(move || {
            if let Some(id) = &*to_focus {
                browser::focus(id);
                to_focus.set(None);
            }
        });
    }
    let shown: Vec<&'static Field> = props.view.columns().iter().map(|column| column.field).collect();
    let keys: Vec<Key> = shown.iter().map(|field| field.key).collect();
    let usual = use_session().map(|session| Usual::of(props.view.resource, &session));
    let onchange = {
        let (usual, view) = (usual.clone(), props.view.clone());
        let keep = move |query: Query| {
            // What is deleted has columns of its own, which nobody gets used to.
            if let Some(usual) = usual.as_ref().filter(|_| !view.is_deleted()) {
                usual.keep(query.get("columns"));
            }
            query
        };
        props.onchange.reform(keep)
    };
    let onchange = &onchange;
    let last = shown.len() - 1;
    // The column that is dragged, by its place.
    let (drag, redraw) = (use_mut_ref(|| None::<(usize, Drag)>), use_force_update());
    let own = shown.iter().enumerate().map(|(at, &field)| {
        let place = {
            let (keys, view, onchange, toasts) =
                (keys.clone(), props.view.clone(), onchange.clone(), toasts.clone());
            Callback::from(move |to: usize| {
                // The name stays first, and the ends stay where they are.
                let (to, mut keys) = (to.clamp(1, last.max(1)), keys.clone());
                let key = keys.remove(at);
                keys.insert(to, key);
                onchange.emit(view.with_columns(&keys));
                toasts.say(format!("{}, now {} of {}", field.label, to + 1, last + 1));
            })
        };
        let moved = |to: usize, button: String| {
            let (place, to_focus) = (place.clone(), to_focus.clone());
            Callback::from(move |_: MouseEvent| {
                place.emit(to);
                to_focus.set(Some(button.clone()));
            })
        };
        let pull = {
            let (place, drag, redraw) = (place.clone(), drag.clone(), redraw.clone());
            Callback::from(move |pull: Pull| {
                match pull {
                    Pull::Take(event) => *drag.borrow_mut() = Drag::start(at, &event).map(|drag| (at, drag)),
                    Pull::Move(event) => {
                        if !drag.borrow_mut().as_mut().is_some_and(|(_, drag)| drag.follow(&event)) {
                            return;
                        }
                    }
                    Pull::Drop => {
                        let dropped = drag.take().map(|(_, drag)| drag.to).filter(|to| *to != at);
                        if let Some(to) = dropped {
                            place.emit(to);
                        }
                    }
                    Pull::LetGo => drop(drag.take()),
                }
                redraw.force_update();
            })
        };
        let class = drag.borrow().as_ref().and_then(|(from, drag)| drag.class(at, *from));
        let (up, down) = (format!("up-{}", field.name), format!("down-{}", field.name));
        html! {
            <li key={field.name} {class}>
                if at > 0 {
                    { grip(&pull) }
                }
                <span class="nm">{ field.label }</span>
                if at > 0 {
                    <span class="mini">
                        { small("up", up.clone(), format!("Move up: {}", field.label), moved(at - 1, up)) }
                        { small("down", down.clone(), format!("Move down: {}", field.label), moved(at + 1, down)) }
                    </span>
                }
            </li>
        }
    });
    let wanted = search.trim().to_ascii_lowercase();
    let is_found = |field: &&'static Field| {
        field.key != Key::Name
            && (field.label.to_ascii_lowercase().contains(&wanted) || field.name.contains(&wanted))
    };
    let found: Vec<&'static Field> = all_columns(props.view.resource).filter(is_found).collect();
    let checkbox = |field: &&'static Field| {
        let (key, checked) = (field.key, keys.contains(&field.key));
        let mut keys = keys.clone();
        if checked {
            keys.retain(|own| *own != key);
        } else {
            keys.push(key);
        }
        let query = props.view.with_columns(&keys);
        html! {
            <label key={field.name} class="check">
                <input type="checkbox" {checked} onchange={onchange.reform(move |_: Event| query.clone())} />
                { field.label }
            </label>
        }
    };
    let sections = SECTIONS.into_iter().filter_map(|section| {
        let boxes: Vec<Html> = found.iter().filter(|field| field.section == section).map(checkbox).collect();
        (!boxes.is_empty()).then(|| {
            html! {
                <fieldset key={section.anchor()}>
                    <legend>{ section.label() }</legend>
                    { for boxes }
                </fieldset>
            }
        })
    });
    let oninput = {
        let search = search.clone();
        move |event: InputEvent| search.set(event.target_unchecked_into::<HtmlInputElement>().value())
    };
    let named = props.view.query.get("columns").to_owned();
    let standard = props.view.query.clone().with("columns", "");
    let onstandard = props.onchange.reform(move |_: MouseEvent| {
        // From the columns of a link back to one's own, and from these to those of the panel.
        if let Some(usual) = usual.as_ref().filter(|usual| usual.read() == named) {
            usual.keep("");
        }
        browser::focus("column-search");
        standard.clone()
    });
    html! {
        <div class="chooser">
                <header>
                    <h2>{ "Columns" }</h2>
                    if props.view.is_chosen() {
                        <button type="button" class="link" onclick={onstandard}>{ "Show the usual ones" }</button>
                    }
                </header>
                <ol class="shown" aria-label="Shown, in this order">{ for own }</ol>
                <div class="search">
                    { icon("search") }
                    <input
                        id="column-search"
                        class="input"
                        type="search"
                        placeholder="Find a column"
                        aria-label="Find a column"
                        {oninput}
                    />
                </div>
                // In a box of their own: as neighbours of the input, sections that come and go would renew it.
                <div class="sections">
                    { for sections }
                    if found.is_empty() {
                        <p class="muted">{ "No column is called so." }</p>
                    }
                </div>
        </div>
    }
}

fn small(drawing: &'static str, id: String, label: String, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="btn quiet icon" {id} aria-label={label} {onclick}>{ icon(drawing) }</button>
    }
}
