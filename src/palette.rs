//! [`Palette`]: pages, records and deeds by a few letters (Ctrl K).

pub mod commands;
mod found;
pub mod recent;

use std::rc::Rc;

use domain::Resource;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    HtmlDialogElement, HtmlInputElement, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition,
};
use yew::prelude::*;

use crate::actions::set_paused;
use crate::api::{Answer, ApiError, Page};
use crate::browser::{self, Timeout};
use crate::keyboard;
use crate::panel::Panel;
use crate::query;
use crate::record::Record;
use commands::{Deed, Item, Wish};

/// How long after the last letter the server is asked, in milliseconds.
const TYPING_MS: i32 = 60;

/// See [`Palette`].
#[derive(Properties, Clone, PartialEq)]
pub struct PaletteProps {
    /// It was closed.
    pub onclose: Callback<()>,
}

/// What the palette is told.
pub enum Message {
    /// That stands in the input.
    Typed(String),
    /// Ask the server for it.
    Ask,
    /// What the server has of a resource, for the question of that number.
    Found(u32, Resource, Answer<Page>),
    /// So many items further.
    Point(i32),
    /// Do what is pointed at.
    Enter,
    /// Do what the item of that place stands for.
    Choose(usize),
}

/// A dialog with one input and what it finds; the focus stays in the input.
pub struct Palette {
    dialog: NodeRef,
    input: NodeRef,
    typed: String,
    /// The records that were found last, by resource.
    hits: Vec<(Resource, Rc<Record>)>,
    /// What came of the question so far that is under way.
    coming: Vec<(Resource, Rc<Record>)>,
    items: Vec<Item>,
    pointed: usize,
    /// The number of the latest question, and how many of its answers are awaited.
    question: u32,
    awaited: usize,
    /// Enter was pressed before the answer was there.
    is_eager: bool,
    trouble: Option<AttrValue>,
    typing: Option<Timeout>,
}

impl Component for Palette {
    type Message = Message;
    type Properties = PaletteProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut palette = Self {
            dialog: NodeRef::default(),
            input: NodeRef::default(),
            typed: String::new(),
            hits: Vec::new(),
            coming: Vec::new(),
            items: Vec::new(),
            pointed: 0,
            question: 0,
            awaited: 0,
            is_eager: false,
            trouble: None,
            typing: None,
        };
        palette.look(ctx);
        palette
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Typed(typed) => {
                self.typed = typed;
                self.is_eager = false;
                self.pointed = 0;
                // Also while the answer is awaited, nothing stands here that does not match.
                self.question += 1;
                self.awaited = 0;
                let ask = ctx.link().callback(|()| Message::Ask);
                self.typing = Some(Timeout::new(TYPING_MS, move || ask.emit(())));
                self.look(ctx);
            }
            Message::Ask => self.ask(ctx),
            Message::Found(question, resource, answer) => {
                if question != self.question {
                    return false;
                }
                self.found(ctx, resource, answer);
            }
            Message::Point(by) => {
                let count = self.items.len().max(1) as i64;
                self.pointed = (self.pointed as i64 + i64::from(by)).rem_euclid(count) as usize;
            }
            Message::Enter => {
                let is_record = self.items.get(self.pointed).is_none_or(|item| item.record.is_some());
                if is_record && self.is_looking() {
                    self.is_eager = true;
                } else {
                    self.choose(ctx, self.pointed);
                }
            }
            Message::Choose(at) => self.choose(ctx, at),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let onclick = {
            let dialog = self.dialog.clone();
            move |event: MouseEvent| {
                // What is beside the dialog's content is its backdrop.
                if let Some(dialog) = dialog.cast::<HtmlDialogElement>()
                    && event.target().is_some_and(|target| target == ****dialog)
                {
                    dialog.close();
                }
            }
        };
        let onkeydown = link.batch_callback(|event: KeyboardEvent| {
            let message = match event.key().as_str() {
                "ArrowDown" => Some(Message::Point(1)),
                "ArrowUp" => Some(Message::Point(-1)),
                "Enter" if !event.is_composing() => Some(Message::Enter),
                // The browser has a use of its own for it.
                "k" if event.ctrl_key() || event.meta_key() => None,
                _ => return None,
            };
            event.prevent_default();
            message
        });
        let oninput = link.callback(|event: InputEvent| {
            let input: Option<HtmlInputElement> = event.target_dyn_into();
            Message::Typed(input.map(|input| input.value()).unwrap_or_default())
        });
        html! {
            <dialog
                ref={self.dialog.clone()}
                class="palette"
                aria-label="Search or run a command"
                onclose={ctx.props().onclose.reform(|_| ())}
                {onclick}
            >
                <div>
                    { found::search_box(&self.input, &self.typed, self.active(), oninput, onkeydown) }
                    { found::list(&self.items, self.pointed, &link.callback(Message::Choose)) }
                    { found::news(&self.items, self.is_looking(), self.trouble.as_ref()) }
                </div>
            </dialog>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, is_first: bool) {
        if is_first {
            if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>() {
                // It fails only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
            let typed = keyboard::typed_ahead();
            if let Some(input) = self.input.cast::<HtmlInputElement>()
                && !typed.is_empty()
            {
                // At once, so that the next key goes on after it.
                input.set_value(&typed);
                ctx.link().send_message(Message::Typed(typed));
            }
            return;
        }
        if let Some(option) = self.active().and_then(|id| browser::element(&id)) {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    }
}

impl Palette {
    /// Whether an answer is still awaited for what stands in the input.
    fn is_looking(&self) -> bool {
        self.typing.is_some() || self.awaited > 0
    }

    /// The id of the item that is pointed at.
    fn active(&self) -> Option<String> {
        (self.pointed < self.items.len()).then(|| found::id(self.pointed))
    }

    /// Makes the items of what was typed and of the records that are here.
    fn look(&mut self, ctx: &Context<Self>) {
        self.items = if self.typed.trim().is_empty() {
            commands::at_rest(recent::read(Panel::of(ctx).session.as_ref()))
        } else {
            commands::matching(&Wish::read(&self.typed), &self.hits)
        };
    }

    fn ask(&mut self, ctx: &Context<Self>) {
        self.typing = None;
        let wish = Wish::read(&self.typed);
        let panel = Panel::of(ctx);
        self.coming.clear();
        for (resource, query) in wish.questions() {
            self.awaited += 1;
            let (api, question) = (panel.api.clone(), self.question);
            let found = ctx.link().callback(move |answer| Message::Found(question, resource, answer));
            spawn_local(async move { found.emit(api.list(resource, &query).await) });
        }
        if self.awaited == 0 {
            self.settle(ctx);
        }
    }

    fn found(&mut self, ctx: &Context<Self>, resource: Resource, answer: Answer<Page>) {
        self.awaited -= 1;
        match answer {
            Ok(page) => {
                self.trouble = None;
                self.coming.extend(page.records.into_iter().map(|record| (resource, record)));
            }
            Err(ApiError::Offline) => {
                self.trouble = Some("No connection to the server. Pages and commands still work.".into());
            }
            Err(error) => self.trouble = Some(error.sentence()),
        }
        // All at once, so that nothing moves under the pointer.
        if self.awaited == 0 {
            self.settle(ctx);
        }
    }

    fn settle(&mut self, ctx: &Context<Self>) {
        self.hits = std::mem::take(&mut self.coming);
        self.look(ctx);
        self.pointed = self.pointed.min(self.items.len().saturating_sub(1));
        if std::mem::take(&mut self.is_eager) {
            self.choose(ctx, self.pointed);
        }
    }

    fn choose(&mut self, ctx: &Context<Self>, at: usize) {
        let Some(item) = self.items.get(at) else { return };
        if let Deed::Type(text) = item.deed {
            ctx.link().send_message(Message::Typed(text.to_owned()));
            browser::focus(found::INPUT);
            return;
        }
        // Closed first, it gives the focus back; the page that is gone to then takes it.
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>() {
            dialog.close();
        }
        let panel = Panel::of(ctx);
        match item.deed.clone() {
            Deed::Go(route) => panel.navigator.push(route),
            Deed::Pause(record, is_paused) => {
                let changed = Callback::from(|_| query::ask_again());
                set_paused(panel.api.clone(), panel.toasts.clone(), changed, record, is_paused, true);
            }
            Deed::Key(name) => {
                // The key is heard once this dialog is gone.
                browser::soon(move || keyboard::press(name));
            }
            Deed::SignOut => {
                if let Some(session) = &panel.session {
                    session.sign_out.emit(());
                }
            }
            Deed::Type(_) => {}
        }
    }
}
