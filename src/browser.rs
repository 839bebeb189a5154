//! The few things of the browser that several parts need: timers and listeners that end with their owner.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Date;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Event, EventTarget, HtmlElement, Storage, Window};

use crate::stream;

/// The window; `None` outside of one.
#[must_use]
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document of the window.
#[must_use]
pub fn document() -> Option<Document> {
    window()?.document()
}

/// What this browser keeps for this page; `None` where that is forbidden.
#[must_use]
pub fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// The element with that id.
#[must_use]
pub fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element with that id, if it is there.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        // It fails only for elements that cannot have the focus.
        let _ = element.focus();
    }
}

/// Tells whoever listens on the window.
pub fn tell(event: &str) {
    if let (Some(window), Ok(event)) = (window(), Event::new(event)) {
        // It fails only for an event that is under way already.
        let _ = window.dispatch_event(&event);
    }
}

/// Runs something once after a while; dropping it takes that back.
pub struct Timeout {
    handle: i32,
    _action: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Runs `action` after so many milliseconds.
    #[must_use]
    pub fn new(ms: i32, action: impl FnOnce() + 'static) -> Self {
        let action = Closure::once(action);
        let function = action.as_ref().unchecked_ref();
        let handle = window()
            .and_then(|window| {
                window.set_timeout_with_callback_and_timeout_and_arguments_0(function, ms).ok()
            })
            .unwrap_or_default();
        Self { handle, _action: action }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = window() {
            window.clear_timeout_with_handle(self.handle);
        }
    }
}

/// Runs something once what the page is about to do is done: drawing, and the effects of what was drawn.
pub fn soon(action: impl FnOnce() + 'static) {
    /// Nobody notices it, and a slow page is drawn by then.
    const SOON_MS: i32 = 40;
    let function = Closure::once_into_js(action);
    if let Some(window) = window() {
        // It fails only where there are no timers at all.
        let _ =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(function.unchecked_ref(), SOON_MS);
    }
}

/// How often what is looked at is asked for anew, in milliseconds.
const BEAT_MS: f64 = 15_000.0;
/// How often a [`Pulse`] looks whether it is time, in milliseconds.
const LOOK_MS: i32 = 1_000;

/// How soon after a beat the server's news make another one, in milliseconds.
const SOON_MS: f64 = 1_500.0;

/// Runs something when the server says that records have moved (`stream`), every 15 seconds anyway, and at once when the
/// page is seen again after longer than that; never while the page is not seen.
pub struct Pulse {
    handle: i32,
    _look: Closure<dyn FnMut()>,
    _seen: Option<Listener>,
    _moved: Option<Listener>,
}

impl Pulse {
    /// Runs `beat`, the first time after 15 seconds if there are no news before.
    #[must_use]
    pub fn new(beat: impl Fn() + 'static) -> Self {
        stream::listen();
        let last = Cell::new(Date::now());
        let has_moved = Rc::new(Cell::new(false));
        let moved = has_moved.clone();
        let look = Rc::new(move || {
            let now = Date::now();
            let due = if has_moved.get() { SOON_MS } else { BEAT_MS };
            if now - last.get() >= due && document().is_some_and(|document| !document.hidden()) {
                last.set(now);
                has_moved.set(false);
                beat();
            }
        });
        let seen = look.clone();
        let soon = look.clone();
        let moved = Listener::new(window(), stream::MOVED, move |_| {
            moved.set(true);
            soon();
        });
        let seen = Listener::new(document(), "visibilitychange", move |_| seen());
        let look: Closure<dyn FnMut()> = Closure::new(move || look());
        let function = look.as_ref().unchecked_ref();
        let handle = window()
            .and_then(|window| {
                window.set_interval_with_callback_and_timeout_and_arguments_0(function, LOOK_MS).ok()
            })
            .unwrap_or_default();
        Self { handle, _look: look, _seen: seen, _moved: moved }
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        if let Some(window) = window() {
            window.clear_interval_with_handle(self.handle);
        }
    }
}

/// Hears an event of the window, the document or an element until it is dropped.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    action: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Runs `action` at each event; `None` when there is no target.
    pub fn new(
        target: Option<impl Into<EventTarget>>,
        event: &'static str,
        action: impl FnMut(Event) + 'static,
    ) -> Option<Self> {
        let target = target?.into();
        let action: Closure<dyn FnMut(Event)> = Closure::new(action);
        target.add_event_listener_with_callback(event, action.as_ref().unchecked_ref()).ok()?;
        Some(Self { target, event, action })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.action.as_ref().unchecked_ref();
        // Nothing is left to be taken away when this fails.
        let _ = self.target.remove_event_listener_with_callback(self.event, function);
    }
}
