//! Moving between addresses without loading the page anew: the router, which follows links, and the leave guard.

use std::cell::RefCell;
use std::rc::Rc;

use domain::Resource;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, History, MouseEvent};
use yew::prelude::*;

use crate::browser::{self, Listener};
use crate::components::leave::{LeaveProps, Loss};
use crate::components::toasts::ToastArea;
use crate::lazy::{Lazy, Part, Scene};
use crate::panel::use_panel;
use crate::route::Route;

/// Where the visitor is.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The address.
    pub route: Route,
    /// Rises when another page is gone to; 0 on the page that was loaded.
    pub visit: u32,
}

/// Goes to other addresses. Cheap to clone; always the same for the whole page.
#[derive(Clone)]
pub struct Navigator {
    go: Callback<(Route, Step)>,
    guard: Guard,
}

impl Default for Location {
    /// Nowhere.
    fn default() -> Self {
        Self { route: Route::NotFound, visit: 0 }
    }
}

impl Default for Navigator {
    /// Goes nowhere.
    fn default() -> Self {
        Self { go: Callback::noop(), guard: Guard::default() }
    }
}

impl PartialEq for Navigator {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.guard, &other.guard)
    }
}

impl Navigator {
    /// Goes there; Back leads here again.
    pub fn push(&self, route: Route) {
        self.go.emit((route, Step::Push));
    }

    /// Goes there in place of this address.
    pub fn replace(&self, route: Route) {
        self.go.emit((route, Step::Replace));
    }

    /// While there is something to lose ("4 changes are not saved."), links, Back and closing the tab ask first.
    ///
    /// Only one guard stands at a time: the one of the page that was rendered last.
    pub fn guard(&self, loss: Option<Loss>) {
        self.guard.replace(loss);
    }
}

/// What would be lost by leaving.
type Guard = Rc<RefCell<Option<Loss>>>;

/// How an address is entered into the browser's history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// After this one.
    Push,
    /// In place of this one.
    Replace,
}

/// Where the visitor is now.
#[hook]
pub fn use_location() -> Location {
    use_panel().location.clone()
}

/// Goes to other addresses.
#[hook]
pub fn use_navigator() -> Navigator {
    use_panel().navigator.clone()
}

/// What the router is told.
pub enum Message {
    /// Go there.
    Go(Route, Step),
    /// The browser went to another entry of its history.
    Popped,
    /// The visitor leaves all the same.
    Leave,
    /// The visitor stays.
    Stay,
}

/// A move that waits for the visitor's word.
enum Held {
    Go(Route, Step),
    History(i32),
}

/// The admin page: follows the address bar, and tells what stands in it where the visitor is.
pub struct Router {
    location: Location,
    navigator: Navigator,
    /// The place of this entry in the history, kept in the entry itself; so a move back can be undone.
    index: i32,
    /// What the visitor is asked about now, and what would be lost.
    held: Option<(Held, Loss)>,
    /// Our own return to the guarded entry is under way.
    returning: bool,
    _listeners: [Option<Listener>; 5],
}

impl Component for Router {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let guard = Guard::default();
        let go = ctx.link().callback(|(route, step)| Message::Go(route, step));
        let popped = ctx.link().callback(|_| Message::Popped);
        let (closing, follow) = (guard.clone(), go.clone());
        let index = entry_index().unwrap_or_default();
        let route = match current() {
            // The start is the list of groups, and its address says so.
            Route::Home => Route::list(Resource::BuyerGroup),
            route => route,
        };
        let is_elsewhere = route != current();
        enter(index, is_elsewhere.then(|| route.to_string()).as_deref(), Step::Replace);
        Self {
            location: Location { route, visit: 0 },
            navigator: Navigator { go, guard },
            index,
            held: None,
            returning: false,
            _listeners: [
                // What was typed just before must have set the guard.
                Listener::new(browser::window(), "popstate", move |_| {
                    let popped = popped.clone();
                    browser::soon(move || popped.emit(()));
                }),
                // Links are plain ones, followed here in place.
                Listener::new(browser::window(), "click", move |event| {
                    if let Some(route) = event.dyn_ref().and_then(followed) {
                        event.prevent_default();
                        follow.emit((route, Step::Push));
                    }
                }),
                // Who points at a record is about to open it.
                Listener::new(browser::window(), "pointerover", |event| foresee(&event)),
                Listener::new(browser::window(), "focusin", |event| foresee(&event)),
                Listener::new(browser::window(), "beforeunload", move |event| {
                    if closing.borrow().is_some() {
                        event.prevent_default();
                    }
                }),
            ],
        }
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        let guard = self.navigator.guard.borrow().clone();
        match message {
            Message::Go(route, step) => match guard {
                Some(loss) if !route.same_page(&self.location.route) => {
                    self.held = Some((Held::Go(route, step), loss));
                    true
                }
                _ => self.go(route, step),
            },
            Message::Popped => self.popped(guard),
            Message::Stay => self.held.take().is_some(),
            Message::Leave => {
                self.navigator.guard.take();
                match self.held.take() {
                    Some((Held::Go(route, step), _)) => self.go(route, step),
                    Some((Held::History(by), _)) => {
                        travel(by);
                        true
                    }
                    None => false,
                }
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        html! {
            <>
                <ToastArea location={self.location.clone()} navigator={self.navigator.clone()} />
                if let Some((_, loss)) = &self.held {
                    <Lazy
                        scene={Scene::Leave(LeaveProps {
                            loss: loss.clone(),
                            answer: link.callback(|leaves| if leaves { Message::Leave } else { Message::Stay }),
                        })}
                    />
                }
            </>
        }
    }
}

impl Router {
    fn go(&mut self, route: Route, step: Step) -> bool {
        if step == Step::Push {
            self.index += 1;
        }
        enter(self.index, Some(&route.to_string()), step);
        self.arrive(route)
    }

    fn arrive(&mut self, route: Route) -> bool {
        if !route.same_page(&self.location.route) {
            self.location.visit += 1;
        }
        let moved = route != self.location.route;
        self.location.route = route;
        moved
    }

    fn popped(&mut self, guard: Option<Loss>) -> bool {
        if std::mem::take(&mut self.returning) {
            return false;
        }
        // An entry without an index was made by a link to an anchor.
        let index = entry_index().unwrap_or_else(|| {
            enter(self.index + 1, None, Step::Replace);
            self.index + 1
        });
        let route = current();
        let by = index - self.index;
        match guard {
            Some(loss) if !route.same_page(&self.location.route) && by != 0 => {
                self.returning = true;
                travel(-by);
                self.held = Some((Held::History(by), loss));
                true
            }
            _ => {
                self.index = index;
                self.arrive(route)
            }
        }
    }
}

fn history() -> Option<History> {
    browser::window()?.history().ok()
}

/// The route of the address bar.
fn current() -> Route {
    let Some(location) = browser::window().map(|window| window.location()) else { return Route::NotFound };
    Route::parse(&location.pathname().unwrap_or_default(), &location.search().unwrap_or_default())
}

/// What stands after the # of the address bar.
#[must_use]
pub fn anchor() -> String {
    let hash = browser::window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

fn entry_index() -> Option<i32> {
    // Ours to begin with: a small whole number.
    history()?.state().ok()?.as_f64().map(|index| index as i32)
}

/// Writes an entry of the history; without an address it keeps its own.
fn enter(index: i32, address: Option<&str>, step: Step) {
    let Some(history) = history() else { return };
    let state = JsValue::from(index);
    // The browser refuses only floods of entries; the page is right all the same.
    let _ = match step {
        Step::Push => history.push_state_with_url(&state, "", address),
        Step::Replace => history.replace_state_with_url(&state, "", address),
    };
}

fn travel(by: i32) {
    if let Some(history) = history() {
        // As in `enter`.
        let _ = history.go_with_delta(by);
    }
}

/// Fetches what the page of a link needs as soon as the link is pointed at.
fn foresee(event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    match target.as_ref().and_then(linked) {
        Some(Route::Record(Resource::Call, _) | Route::Routing(_)) => Part::Traffic.expect(),
        Some(Route::Record(..) | Route::New(_) | Route::Company) => Part::Record.expect(),
        _ => {}
    }
}

/// Where a click leads, if it is one on a link to a page of ours that the browser would open in this place: not with a
/// modifier key, not a download, not for another tab.
fn followed(event: &MouseEvent) -> Option<Route> {
    let plain = event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    if !plain || event.default_prevented() {
        return None;
    }
    linked(&event.target()?.dyn_into().ok()?)
}

/// Where the link leads that an element stands in, if that is a page of ours to be shown in this place.
fn linked(element: &Element) -> Option<Route> {
    let link = element.closest("a[href^='/']:not([target], [download])").ok()??;
    let address = link.get_attribute("href")?;
    let (path, search) = address.split_once('?').unwrap_or((&address, ""));
    Some(Route::parse(path, search)).filter(|route| *route != Route::NotFound)
}
