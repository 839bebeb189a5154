//! [`Toasts`]: short news at the edge of the page, and the one live region that reads news out.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::{self, Timeout};
use crate::components::icon::icon;
use crate::keyboard;
use crate::navigation::{Location, Navigator};
use crate::panel::use_panel;
use crate::session::Doorman;

/// How long news stay, in milliseconds.
const NEWS_MS: i32 = 8_000;
/// How long news with a way back stay.
const UNDO_MS: i32 = 30_000;
/// No more than so many are shown at once; the oldest goes.
const MOST: usize = 3;

/// News of one thing.
#[derive(Clone)]
pub struct Toast {
    text: AttrValue,
    undo: Option<Callback<()>>,
    is_failure: bool,
    /// What the way back is for; a later one for the same takes its place.
    about: AttrValue,
}

/// Tells news. Cheap to clone; always the same for the whole page.
#[derive(Clone, PartialEq)]
pub struct Toasts(Callback<Message>);

impl Toasts {
    /// Reads a sentence out without showing it.
    pub fn say(&self, text: impl Into<AttrValue>) {
        self.0.emit(Message::Say(text.into()));
    }

    /// Shows what was done.
    pub fn show(&self, text: impl Into<AttrValue>) {
        self.add(text.into(), None, false, AttrValue::default());
    }

    /// Shows what was done, with a way back for 30 seconds.
    pub fn undo(&self, text: impl Into<AttrValue>, undo: Callback<()>) {
        self.add(text.into(), Some(undo), false, AttrValue::default());
    }

    /// The same, in place of earlier news of the same thing, whose way back has ended by that.
    pub fn undo_last(&self, about: AttrValue, text: impl Into<AttrValue>, undo: Callback<()>) {
        self.add(text.into(), Some(undo), false, about);
    }

    /// Shows what could not be done; it stays until it is closed.
    pub fn fail(&self, text: impl Into<AttrValue>) {
        self.add(text.into(), None, true, AttrValue::default());
    }

    fn add(&self, text: AttrValue, undo: Option<Callback<()>>, is_failure: bool, about: AttrValue) {
        self.0.emit(Message::Add(Toast { text, undo, is_failure, about }));
    }
}

impl Default for Toasts {
    /// Tells nobody.
    fn default() -> Self {
        Self(Callback::noop())
    }
}

/// The way back of the newest news that have one.
const LAST_UNDO: &str = ".toast:not(:has(~ * .link)) .link";

/// Undoes what the newest news tell of that can be undone; `false` when there are none.
pub fn undo_last() -> bool {
    let undo = browser::document().and_then(|document| document.query_selector(LAST_UNDO).ok()?);
    undo.and_then(|undo| undo.dyn_into::<HtmlElement>().ok()).map(|undo| undo.click()).is_some()
}

/// Tells news.
#[hook]
pub fn use_toasts() -> Toasts {
    use_panel().toasts.clone()
}

/// What the area is told.
pub enum Message {
    /// Show news.
    Add(Toast),
    /// Take the news with that number away.
    Close(u32),
    /// Undo what the news with that number tell of.
    Undo(u32),
    /// Read a sentence out.
    Say(AttrValue),
}

struct Shown {
    number: u32,
    toast: Toast,
    _end: Option<Timeout>,
}

/// See [`ToastArea`].
#[derive(Properties, Clone, PartialEq)]
pub struct ToastAreaProps {
    /// Where the visitor is.
    pub location: Location,
    /// Goes to other addresses.
    pub navigator: Navigator,
}

/// The page, and over it the news that it tells.
pub struct ToastArea {
    toasts: Toasts,
    shown: Vec<Shown>,
    count: u32,
    said: AttrValue,
}

impl Component for ToastArea {
    type Message = Message;
    type Properties = ToastAreaProps;

    fn create(ctx: &Context<Self>) -> Self {
        let toasts = Toasts(ctx.link().callback(|message| message));
        Self { toasts, shown: Vec::new(), count: 0, said: AttrValue::default() }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Say(text) => self.said = text,
            Message::Close(number) => self.shown.retain(|shown| shown.number != number),
            Message::Undo(number) => {
                if let Some(at) = self.shown.iter().position(|shown| shown.number == number) {
                    let undo = self.shown.remove(at).toast.undo;
                    undo.unwrap_or_default().emit(());
                }
            }
            Message::Add(toast) => {
                self.count += 1;
                let number = self.count;
                let close = ctx.link().callback(move |()| Message::Close(number));
                let ms = if toast.undo.is_some() { UNDO_MS } else { NEWS_MS };
                let end = (!toast.is_failure).then(|| Timeout::new(ms, move || close.emit(())));
                let hint = if toast.undo.is_some() && keyboard::are_on() { " U undoes it." } else { "" };
                self.said = [&toast.text, hint].concat().into();
                self.shown.retain(|shown| toast.about.is_empty() || shown.toast.about != toast.about);
                self.shown.push(Shown { number, toast, _end: end });
                if self.shown.len() > MOST {
                    self.shown.remove(0);
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let ToastAreaProps { location, navigator } = ctx.props().clone();
        let toast = |shown: &Shown| {
            let (number, toast) = (shown.number, &shown.toast);
            html! {
                <li key={number} class={classes!("toast", toast.is_failure.then_some("failure"))}>
                    <p>{ &toast.text }</p>
                    if toast.undo.is_some() {
                        <button
                            type="button"
                            class="link"
                            title="U"
                            aria-keyshortcuts="u"
                            onclick={link.callback(move |_| Message::Undo(number))}
                        >
                            { "Undo" }
                        </button>
                    }
                    <button
                        type="button"
                        class="btn quiet icon"
                        aria-label="Close"
                        onclick={link.callback(move |_| Message::Close(number))}
                    >
                        { icon("x") }
                    </button>
                </li>
            }
        };
        html! {
            <>
                <Doorman {location} {navigator} toasts={self.toasts.clone()} />
                <section class="toasts" aria-label="News">
                    <p class="sr" role="status">{ &self.said }</p>
                    <ul>{ for self.shown.iter().map(toast) }</ul>
                </section>
            </>
        }
    }
}
