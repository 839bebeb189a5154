//! [`Desk`]: keeps a list true while it is looked at, and hears its keys. Fetched when the first of both is due.

use std::any::Any;
use std::rc::Rc;

use domain::{Decimal, Id, Key, Resource, State, Value};
use js_sys::Date;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::cursor::Cursor;
use super::frame::clock;
use super::live::{Order, Orders, Turn};
use super::news::{News, renewed};
use super::selection::Selection;
use super::view::{View, noun};
use crate::actions::set_paused;
use crate::api::{Answer, Api, ApiError, Page};
use crate::browser::{self, Listener, Pulse};
use crate::components::icon::icon;
use crate::panel::Panel;
use crate::record::Record;

/// Where the reader is at work: there nothing moves by itself.
const AT_WORK: &str =
    ".wrap:is(:hover, :focus-within), .list :checked, .bulk, :popover-open, details[open], dialog[open]";

/// So long, in milliseconds for each row, a list is left alone after it was asked for: at most until the next pulse.
const MS_A_ROW: f64 = 14.0;

/// See [`Desk`].
#[derive(Properties, Clone)]
pub struct DeskProps {
    /// The list.
    pub view: View,
    /// The page that was asked for: its rows stand where they stood then.
    pub asked: Rc<Page>,
    /// The same rows as they are shown.
    pub page: Rc<Page>,
    /// The zone whose clock is read.
    pub zone: AttrValue,
    /// Which records are selected.
    pub selection: Selection,
    /// How often there was a reason to ask anew.
    pub due: u32,
    /// Whether another page is awaited, or something is being saved: then no answer would be the last word.
    pub is_busy: bool,
    /// How often something was asked for.
    pub ordered: u32,
    /// What is to be done.
    pub orders: Orders,
    /// The cell that is being edited.
    pub editing: Option<(Id, Key)>,
    /// Hears what happens.
    pub tell: Callback<Turn>,
    /// Takes a page as the one that was asked for.
    pub take: Callback<Rc<dyn Any>>,
}

impl PartialEq for DeskProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.asked, &other.asked)
            && Rc::ptr_eq(&self.page, &other.page)
            && (self.due, self.is_busy, self.ordered) == (other.due, other.is_busy, other.ordered)
            && self.editing == other.editing
            && self.view == other.view
            && self.zone == other.zone
    }
}

/// What the desk is told.
pub enum Message {
    /// Ask anew.
    Beat,
    /// The answer to the request of that number.
    Came(u32, Answer<Page>),
    /// The rows are to stand as they do now.
    Apply,
}

/// Asks every 15 seconds and shows new values in place; where rows would move, come or go, a button does that.
pub struct Desk {
    /// The number of the latest request.
    latest: u32,
    /// When that was sent.
    asked_at: f64,
    /// The rows as they would stand, where that is not as they do.
    waiting: Option<(Rc<Page>, AttrValue)>,
    /// Whether the last request was in vain.
    is_behind: bool,
    /// The client of a session that has ended.
    ended: Option<Api>,
    cursor: Cursor,
    _pulse: Pulse,
    _online: Option<Listener>,
}

impl Component for Desk {
    type Message = Message;
    type Properties = DeskProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        let (beat, online) = (link.callback(|()| Message::Beat), link.callback(|_| Message::Beat));
        let mut desk = Self {
            latest: 0,
            asked_at: 0.0,
            waiting: None,
            is_behind: false,
            ended: None,
            cursor: Cursor::default(),
            _pulse: Pulse::new(move || beat.emit(())),
            _online: Listener::new(browser::window(), "online", move |event| online.emit(event)),
        };
        if let Some(place) = ctx.props().editing {
            desk.cursor.at(place);
        }
        if ctx.props().due > 0 {
            desk.ask(ctx);
        }
        desk.obey(ctx);
        desk
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &DeskProps) -> bool {
        let props = ctx.props();
        if !Rc::ptr_eq(&props.asked, &before.asked) {
            // What is under way was asked for another page.
            self.latest += 1;
            (self.waiting, self.is_behind) = (None, false);
        }
        if props.due != before.due {
            self.ask(ctx);
        }
        if let Some(place) = props.editing {
            self.cursor.at(place);
        }
        self.obey(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Beat => {
                // A long list takes a while to draw: while much is moving, it is asked for less often.
                let rows = ctx.props().page.records.len() as f64;
                if self.is_behind || Date::now() - self.asked_at >= rows * MS_A_ROW {
                    self.ask(ctx);
                }
            }
            Message::Came(number, answer) if number == self.latest && !ctx.props().is_busy => match answer {
                Ok(page) => self.came(ctx, page),
                Err(error) => {
                    // That is said at the top of the page, and ends with another session.
                    let panel = Panel::of(ctx);
                    let is_over = error == ApiError::SignedOut;
                    if !self.is_behind && !is_over {
                        panel.toasts.say(behind(ctx.props()));
                    }
                    self.ended = is_over.then(|| panel.api.clone());
                    self.is_behind = !is_over;
                }
            },
            Message::Came(..) => return false,
            Message::Apply => {
                if let Some((page, _)) = self.waiting.take() {
                    ctx.props().take.emit(page);
                    // The button that had the focus is gone.
                    self.cursor.focus_soon();
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <>
                if self.is_behind {
                    <p class="pill near" key="behind">{ behind(ctx.props()) }</p>
                }
                if let Some((_, text)) = &self.waiting {
                    <button type="button" class="btn" key="apply" onclick={ctx.link().callback(|_| Message::Apply)}>
                        { icon("refresh") }
                        { text }
                    </button>
                }
            </>
        }
    }
}

impl Desk {
    fn obey(&mut self, ctx: &Context<Self>) {
        let next = || ctx.props().orders.borrow_mut().pop_front();
        while let Some(order) = next() {
            match order {
                Order::Key(key) => self.cursor.press(key, ctx.props()),
                Order::Pause(record) => pause(ctx, record),
            }
        }
    }

    fn ask(&mut self, ctx: &Context<Self>) {
        let DeskProps { view, is_busy, .. } = ctx.props();
        let api = Panel::of(ctx).api.clone();
        if *is_busy || self.ended.as_ref() == Some(&api) {
            return;
        }
        self.latest += 1;
        self.asked_at = Date::now();
        let number = self.latest;
        let (resource, query) = (view.resource, view.request());
        let came = ctx.link().callback(move |answer| Message::Came(number, answer));
        spawn_local(async move { came.emit(api.list(resource, &query).await) });
    }

    fn came(&mut self, ctx: &Context<Self>, page: Page) {
        let DeskProps { view, asked, page: shown, tell, take, .. } = ctx.props();
        self.is_behind = false;
        let (in_place, page) = renewed(shown, page);
        let news = News::of(asked, &page, view.is_by_tier()).sentence(noun(view.resource));
        tell.emit(Turn::Came(asked.clone(), Rc::new(in_place)));
        match news {
            None => self.waiting = None,
            Some(_) if !is_at_work() => take.emit(Rc::new(page)),
            Some(text) => {
                if self.waiting.as_ref().is_none_or(|(_, before)| *before != text) {
                    Panel::of(ctx).toasts.say(text.clone());
                }
                self.waiting = Some((Rc::new(page), text.into()));
            }
        }
    }
}

/// Pauses a record that is on and resumes one that is paused: shown at once, with a way back.
fn pause(ctx: &Context<Desk>, record: Rc<Record>) {
    let (panel, tell) = (Panel::of(ctx), ctx.props().tell.clone());
    tell.emit(Turn::Ahead((record.clone(), switched(&record))));
    let is_paused = record.get(Key::Paused).as_bool().unwrap_or_default();
    set_paused(panel.api.clone(), panel.toasts.clone(), tell.reform(Turn::Settled), record, !is_paused, true);
}

/// What a record that is paused or resumed shows before the server says what that does to it and the others.
fn switched(record: &Record) -> Vec<(Key, Value)> {
    let is_paused = !record.get(Key::Paused).as_bool().unwrap_or_default();
    let mut values = vec![(Key::Paused, Value::Bool(is_paused))];
    if record.resource() == Resource::BuyerGroup {
        let state = if is_paused { State::Paused } else { State::TakingCalls };
        values.push((Key::State, Value::Text(state.name().to_owned())));
        values.push((Key::Share, if is_paused { Value::Decimal(Decimal::ZERO) } else { Value::Null }));
    }
    values
}

/// "Not refreshed since 14:32. Trying again."
fn behind(props: &DeskProps) -> String {
    let clock = clock(props.page.at, &props.zone);
    // Where that clock is, the foot says.
    let time = clock.split(',').next().unwrap_or_default();
    format!("Not refreshed since {time}. Trying again.")
}

fn is_at_work() -> bool {
    let is_there = |selector| {
        browser::document()
            .is_some_and(|document| document.query_selector(selector).is_ok_and(|one| one.is_some()))
    };
    let is_scrolled = browser::window().is_some_and(|window| window.scroll_y().is_ok_and(|down| down > 0.0));
    is_scrolled || is_there(AT_WORK)
}
