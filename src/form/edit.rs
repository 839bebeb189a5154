//! [`Edit`]: the page of one record: what it is, its fields by section, and what can be done with it.
//!
//! What is the same for every kind of record stands here; what is not, a [`Blueprint`] says. What becomes of what is
//! typed stands in `saving` (sent, merged, undone) and `keeping` (the draft), how it looks in `drawing`.

mod drawing;
mod keeping;
mod saving;
mod sections;

use std::rc::Rc;

use domain::{Input, Key};
use web_sys::{FocusEvent, InputEvent, SubmitEvent};
use yew::prelude::*;

use super::FormState;
use super::draft::Draft;
use super::input;
use super::keeper::Keeper;
use super::merge::Side;
use super::notes;
use super::scene::{Blueprint, Tools};
use super::zones::BrowserZones;
use crate::api::{self, Answer, Stale};
use crate::browser::{self, Listener, Pulse, Timeout};
use crate::components::cap_matrix::Pasted;
use crate::keyboard::Keys;
use crate::record::Record;
use crate::route::Route;

/// What the page is told.
pub enum Message {
    /// A field is to hold that.
    Set(Key, Input),
    /// Cells of a spreadsheet were pasted.
    Pasted(Pasted),
    /// A field was left.
    Leave(Key),
    /// Send what changed.
    Save,
    /// Send once more what could not be sent.
    SendAgain,
    /// The server's answer to that.
    Saved(Answer<Rc<Record>>),
    /// Take back what was typed.
    Discard,
    /// Take back what was typed into one field.
    Revert(Key),
    /// Show what would change, or no longer.
    Review(bool),
    /// Let one side's value stand where two changed it.
    Choose(Key, Side),
    /// The record was changed past the form.
    Changed,
    /// The record is not there any more.
    Gone,
    /// The record was read anew, for something.
    Read(Next, Answer<Rc<Record>>),
    /// It is time to look what others did.
    Look,
    /// Something has moved, or nothing has for long.
    Beat,
    /// Keep what was typed as a draft, now.
    Keep,
    /// Type again what was left here.
    Restore,
    /// What was left here is not wanted.
    Dismiss,
    /// There are new names of records.
    Named,
    /// A section is in view.
    See(&'static str),
}

/// Why a record was read anew.
#[derive(Clone)]
pub enum Next {
    /// Somebody was faster than a save, which goes on when nothing is left to ask.
    GoOn(Rc<Stale>),
    /// It was changed here, past the form.
    Ours,
    /// To see what others did.
    Theirs,
    /// To see what it has counted.
    Counts,
}

/// See [`Edit`].
#[derive(Properties)]
pub struct EditProps {
    /// What the page has.
    pub blueprint: &'static Blueprint,
    /// The record as it was read; `None` for a new one.
    pub record: Option<Rc<Record>>,
    /// What a new one is filled in from.
    pub copied: Option<Rc<Record>>,
    /// The frame.
    pub tools: Tools,
}

impl PartialEq for EditProps {
    fn eq(&self, other: &Self) -> bool {
        // A record is taken once, as the start of the form: it is read anew under another key.
        std::ptr::eq(self.blueprint, other.blueprint) && self.tools == other.tools
    }
}

/// The page of one record. Mount it with a key, so that another record gets a form of its own.
pub struct Edit {
    form: FormState,
    /// The form as it stood when typing rested: what stands beside the fields follows that, not each key.
    rested: FormState,
    record: Option<Rc<Record>>,
    /// The form as it was sent, while the answer is awaited.
    sent: Option<FormState>,
    /// The name of that save for the server, so that one sent twice is done once.
    save_key: String,
    /// Why it could not be sent: it goes on by itself.
    waits: Option<saving::Wait>,
    /// How often somebody was faster than the save that is under way.
    races: u8,
    /// What came in from others while it was.
    news: Vec<String>,
    /// Who changed what, as far as it is known.
    changes: Vec<api::Entry>,
    /// Sentences that belong to no field.
    problems: Vec<AttrValue>,
    /// Whether the summary is to be drawn: since a save failed, until one succeeds.
    is_refused: bool,
    reviews: bool,
    keeper: Keeper,
    /// A draft that was left here, until it is wanted or not.
    left: Option<Draft>,
    /// Typing rests, and the draft is kept.
    rest: Option<Timeout>,
    /// Whether something was typed since that is awaited.
    is_typing: bool,
    /// When it was last looked at what others did, in milliseconds.
    looked: f64,
    /// Where to go once nothing is unsaved any more.
    go: Option<Go>,
    focus: Option<String>,
    section: &'static str,
    /// What the leave guard knows.
    guarded: (usize, bool),
    hears: Hears,
    _keys: Keys,
    _listeners: [Option<Listener>; 3],
    _start: Option<Timeout>,
    _pulse: Pulse,
}

/// What the page hears from its parts: made once, so that a part is equal to what it was when nothing else changed.
struct Hears {
    set: Callback<(Key, Input)>,
    pasted: Callback<Pasted>,
    changed: Callback<()>,
    deleted: Callback<Rc<Record>>,
    named: Callback<()>,
    tell: Callback<Message>,
    input: Callback<InputEvent>,
    leave: Callback<FocusEvent>,
    submit: Callback<SubmitEvent>,
}

impl Hears {
    fn new(ctx: &Context<Edit>) -> Self {
        let (link, resource) = (ctx.link(), ctx.props().blueprint.resource);
        let (tools, page) = (ctx.props().tools.clone(), link.clone());
        Self {
            set: link.callback(|(key, input)| Message::Set(key, input)),
            pasted: link.callback(Message::Pasted),
            changed: link.callback(|()| Message::Changed),
            deleted: Callback::from(move |record| saving::look_again(tools.clone(), page.clone(), record)),
            named: link.callback(|()| Message::Named),
            tell: link.callback(|message| message),
            input: link.batch_callback(move |event: InputEvent| {
                let (name, input) = input::typed(event.target())?;
                Some(Message::Set(resource.field_named(&name)?.key, input))
            }),
            leave: link.batch_callback(move |event: FocusEvent| {
                let (name, _) = input::typed(event.target())?;
                Some(Message::Leave(resource.field_named(&name)?.key))
            }),
            submit: link.callback(|event: SubmitEvent| {
                event.prevent_default();
                Message::Save
            }),
        }
    }
}

enum Go {
    Push(Route),
    Replace(Route),
}

impl Component for Edit {
    type Message = Message;
    type Properties = EditProps;

    fn create(ctx: &Context<Self>) -> Self {
        let EditProps { blueprint, record, .. } = ctx.props();
        let link = ctx.link();
        let save = link.callback(|()| Message::Save);
        let see = link.callback(Message::See);
        let sections = blueprint.sections;
        let (look, beat) = (link.callback(|()| Message::Look), link.callback(|()| Message::Beat));
        let (keeper, left) = Keeper::new(keeping::name(ctx.props()));
        let (hide, close) = (keeper.clone(), keeper.clone());
        let form = keeping::start(ctx.props());
        let mut edit = Self {
            rested: form.clone(),
            form,
            record: record.clone(),
            sent: None,
            save_key: String::new(),
            waits: None,
            races: 0,
            news: Vec::new(),
            changes: Vec::new(),
            problems: Vec::new(),
            is_refused: false,
            reviews: false,
            keeper,
            left,
            rest: None,
            is_typing: false,
            looked: js_sys::Date::now(),
            go: None,
            focus: None,
            section: blueprint.sections.first().map_or("", |section| section.anchor()),
            guarded: (0, true),
            hears: Hears::new(ctx),
            _keys: Keys::new("On this page", &[("Ctrl s", "Save")], move |_| {
                save.emit(());
                true
            }),
            _listeners: [
                Listener::new(browser::window(), "scroll", move |_| see.emit(sections::in_view(sections))),
                Listener::new(browser::document(), "visibilitychange", move |_| {
                    if browser::document().is_some_and(|document| document.hidden()) {
                        hide.flush();
                    } else {
                        look.emit(());
                    }
                }),
                Listener::new(browser::window(), "pagehide", move |_| close.flush()),
            ],
            _start: sections::go_to_anchor(),
            _pulse: Pulse::new(move || beat.emit(())),
        };
        edit.drop_idle_draft();
        edit
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        let is_typed = matches!(message, Message::Set(_, Input::Text(_)));
        let is_drawn = self.take(ctx, message);
        if !is_typed && is_drawn {
            self.rested = self.form.clone();
        }
        is_drawn
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &Self::Properties) -> bool {
        // Another session has another client.
        if ctx.props().tools.api != before.tools.api && matches!(self.waits, Some(saving::Wait::Session)) {
            self.send_again(ctx);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.draw(ctx)
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if let Some(id) = self.focus.take() {
            browser::focus(&id);
        }
        let navigator = &ctx.props().tools.navigator;
        let now = (self.form.changed().count(), self.keeper.holds());
        if std::mem::replace(&mut self.guarded, now) != now {
            navigator.guard(notes::loss(now.0, now.1));
        }
        match self.go.take() {
            Some(Go::Push(route)) => navigator.push(route),
            Some(Go::Replace(route)) => navigator.replace(route),
            None => {}
        }
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        self.keeper.flush();
        ctx.props().tools.navigator.guard(None);
    }
}

impl Edit {
    /// Does what a message says; tells whether anything looks different then.
    fn take(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Set(key, input) => {
                // A list is right or wrong with each item; there is nothing to be left.
                let is_list = matches!(input, Input::List(_));
                self.form.set(key, input, &BrowserZones);
                if is_list {
                    self.form.leave(key);
                }
                self.keep_soon(ctx);
            }
            Message::Pasted((cells, left)) => self.paste(ctx, cells, left),
            Message::Leave(key) => self.form.leave(key),
            Message::Save => return self.save(ctx),
            Message::SendAgain => {
                self.send_again(ctx);
                return false;
            }
            Message::Saved(answer) => self.saved(ctx, answer),
            Message::Discard => self.discard(ctx),
            Message::Revert(key) => self.revert(ctx, key),
            Message::Review(whether) => self.reviews = whether,
            Message::Choose(key, side) => {
                self.form.choose(key, side, &BrowserZones);
                self.keep_soon(ctx);
            }
            Message::Read(next, answer) => return self.read(ctx, next, answer),
            Message::Changed => self.read_again(ctx, Next::Ours),
            Message::Look => {
                self.looked = 0.0;
                self.beat(ctx);
                return false;
            }
            Message::Beat => {
                self.beat(ctx);
                return false;
            }
            Message::Gone => {
                self.form.discard(&BrowserZones);
                (self.left, self.is_refused) = (None, false);
                self.stop_waiting();
                self.keep();
                self.go = Some(Go::Push(Route::list(ctx.props().blueprint.resource)));
            }
            Message::Keep if self.waits_on(ctx) => return false,
            Message::Keep => {
                let held = self.keeper.holds();
                self.keeper.flush();
                return self.keeper.holds() != held || self.rested != self.form;
            }
            Message::Restore => self.restore(ctx),
            Message::Dismiss => self.dismiss(ctx),
            // Only what is asked or reviewed says names that the pickers do not.
            Message::Named => return self.reviews || self.form.clashes().next().is_some(),
            Message::See(section) => return std::mem::replace(&mut self.section, section) != section,
        }
        true
    }

    /// Puts pasted cells into their fields. What is wrong with one shows at once; no text is lost.
    fn paste(&mut self, ctx: &Context<Self>, cells: Vec<(Key, Input)>, left: usize) {
        let count = cells.len();
        for (key, input) in cells {
            self.form.set(key, input, &BrowserZones);
            self.form.leave(key);
        }
        let toasts = &ctx.props().tools.toasts;
        let filled = if count == 1 { "1 cell filled.".to_owned() } else { format!("{count} cells filled.") };
        match left {
            0 => toasts.say(filled),
            1 => toasts.show(format!("{filled} 1 more had no place in the table.")),
            _ => toasts.show(format!("{filled} {left} more had no place in the table.")),
        }
        self.keep_soon(ctx);
    }

    fn discard(&mut self, ctx: &Context<Self>) {
        self.stop_waiting();
        self.form.discard(&BrowserZones);
        self.forget();
        self.keep();
        ctx.props().tools.toasts.say("Changes discarded");
        if self.record.is_none() {
            self.go = Some(Go::Push(Route::list(ctx.props().blueprint.resource)));
        }
    }

    /// Takes back one field, from the review: the focus goes to the next one there.
    fn revert(&mut self, ctx: &Context<Self>, key: Key) {
        let at = self.form.changed().position(|entry| entry.field.key == key).unwrap_or_default();
        self.form.revert(key, &BrowserZones);
        let rest: Vec<_> = self.form.changed().map(|entry| entry.field).collect();
        match rest.get(at).or(rest.last()) {
            Some(next) => self.focus = Some(notes::undo_id(next)),
            None => (self.reviews, self.focus) = (false, Some("main".to_owned())),
        }
        ctx.props().tools.toasts.say(super::words::left_of(rest.len()));
        self.keep_soon(ctx);
    }
}
