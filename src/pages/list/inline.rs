//! [`Inline`]: one value of a row, edited where it stands. Enter saves, Esc leaves, Tab saves and goes on to the next.

use std::rc::Rc;

use domain::{Field, Input, Key, Kind, check};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::cursor::{cells, name_of};
use super::live::{CELL, ROW, Turn, place};
use super::save::Writer;
use crate::browser;
use crate::components::icon::icon;
use crate::form::input::input_mode;
use crate::form::zones::BrowserZones;
use crate::record::Record;

/// See [`Inline`].
#[derive(Properties, Clone, PartialEq)]
pub struct InlineProps {
    /// The record, as it is shown.
    pub record: Rc<Record>,
    /// What is written.
    pub key: Key,
    /// Hears what is saved, and when it is left.
    pub tell: Callback<Turn>,
}

/// What the editor is told.
pub enum Message {
    /// The text is another one.
    Typed(String),
    /// Save and leave.
    Save,
    /// Leave.
    Leave,
    /// Save and go on to the next cell, or to the one before.
    Go(isize),
    /// The focus went elsewhere.
    Blurred,
}

/// An input over the cell; for one of a few words, a choice.
pub struct Inline {
    writer: Writer,
    input: NodeRef,
    /// The value as it stood when it was begun, which it goes back to.
    original: Rc<Record>,
    typed: String,
    violation: Option<String>,
    is_done: bool,
}

impl Component for Inline {
    type Message = Message;
    type Properties = InlineProps;

    fn create(ctx: &Context<Self>) -> Self {
        let InlineProps { record, key, tell } = ctx.props();
        Self {
            writer: Writer::new(ctx, tell.clone()),
            input: NodeRef::default(),
            original: record.clone(),
            typed: text(record, *key),
            violation: None,
            is_done: false,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        // What leaves the editor takes the focus with it, which is no news.
        if self.is_done {
            return false;
        }
        match message {
            Message::Typed(typed) => (self.typed, self.violation) = (typed, None),
            Message::Save => {
                if self.save(ctx) {
                    self.leave(ctx, None);
                }
            }
            Message::Leave => self.leave(ctx, None),
            Message::Go(step) => {
                if self.save(ctx) {
                    self.leave(ctx, self.neighbour(step));
                }
            }
            Message::Blurred => {
                // Another window has it; the input gets it back.
                let active = browser::document().and_then(|document| document.active_element());
                if active.zip(self.element()).is_none_or(|(active, own)| active != *own) && self.save(ctx) {
                    self.is_done = true;
                    ctx.props().tell.emit(Turn::Edit(None));
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Some(field) = self.field(ctx) else { return Html::default() };
        let link = ctx.link();
        let onkeydown = link.batch_callback(|event: KeyboardEvent| {
            let message = match &*event.key() {
                _ if event.is_composing() => return None,
                "Enter" => Message::Save,
                "Escape" => Message::Leave,
                "Tab" => Message::Go(if event.shift_key() { -1 } else { 1 }),
                _ => return None,
            };
            event.prevent_default();
            event.stop_propagation();
            Some(message)
        });
        // A button that is pressed does not take the focus, which would save.
        let onmousedown = |event: MouseEvent| event.prevent_default();
        let button = |label: &'static str, drawing, message: fn() -> Message| {
            html! {
                <button
                    type="button"
                    class="btn icon"
                    tabindex="-1"
                    aria-label={label}
                    title={label}
                    onclick={link.callback(move |_| message())}
                >
                    { icon(drawing) }
                </button>
            }
        };
        let label = format!("{} of {}", field.label, self.original.name());
        let onblur = link.callback(|_| Message::Blurred);
        let control = match field.kind {
            Kind::Choice(choices) => html! {
                <select
                    ref={self.input.clone()}
                    class="input"
                    aria-label={label}
                    onchange={link.callback(|event: Event| {
                        Message::Typed(event.target_unchecked_into::<HtmlSelectElement>().value())
                    })}
                    {onblur}
                    {onkeydown}
                >
                    { for choices.iter().map(|choice| html! {
                        <option value={choice.name} selected={self.typed == choice.name}>{ choice.label }</option>
                    }) }
                </select>
            },
            _ => html! {
                <input
                    ref={self.input.clone()}
                    class={classes!("input", field.kind.is_number().then_some("num"))}
                    value={self.typed.clone()}
                    placeholder={matches!(field.key, Key::Limit(..) | Key::ConcurrencyCapLimit).then_some("No limit")}
                    inputmode={input_mode(field.kind)}
                    autocomplete="off"
                    spellcheck="false"
                    aria-label={label}
                    aria-invalid={self.violation.is_some().then_some("true")}
                    aria-describedby={self.violation.is_some().then_some("inline-error")}
                    oninput={link.callback(|event: InputEvent| {
                        Message::Typed(event.target_unchecked_into::<HtmlInputElement>().value())
                    })}
                    {onblur}
                    {onkeydown}
                />
            },
        };
        html! {
            <>
                { control }
                <div class="hint" {onmousedown}>
                    if let Some(violation) = &self.violation {
                        <p class="err" id="inline-error" role="alert">{ violation }</p>
                    }
                    <div class="mini">
                        { button("Save", "ok", || Message::Save) }
                        { button("Leave", "x", || Message::Leave) }
                        { button("Save and go on", "next", || Message::Go(1)) }
                    </div>
                </div>
            </>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, is_first: bool) {
        if is_first && let Some(input) = self.element() {
            // An input takes the focus.
            let _ = input.focus();
            if let Some(input) = input.dyn_ref::<HtmlInputElement>() {
                input.select();
            }
        }
    }
}

impl Inline {
    fn element(&self) -> Option<HtmlElement> {
        self.input.cast()
    }

    fn field(&self, ctx: &Context<Self>) -> Option<&'static Field> {
        self.original.resource().field(ctx.props().key)
    }

    /// Sends what was typed if it is something new; `false` when it breaks a rule.
    fn save(&mut self, ctx: &Context<Self>) -> bool {
        let Some(field) = self.field(ctx) else { return true };
        if self.typed.trim() == text(&self.original, field.key) {
            return true;
        }
        match check(field, &Input::Text(self.typed.clone()), &BrowserZones) {
            Ok(None) => true,
            Ok(Some(value)) => {
                if value != *self.original.get(field.key) {
                    self.writer.write(ctx.props().record.clone(), field, value);
                }
                true
            }
            Err(message) => {
                self.violation = Some(format!("{} {message}.", field.label));
                false
            }
        }
    }

    /// Ends here, and begins in another cell or goes back to the name of the row.
    fn leave(&mut self, ctx: &Context<Self>, to: Option<Element>) {
        self.is_done = true;
        let next = to.and_then(|cell| place(self.original.resource(), &cell));
        let row = self.element().and_then(|input| input.closest(ROW).ok()?);
        if next.is_none()
            && let Some(name) = row.as_ref().and_then(name_of)
        {
            // A link takes the focus.
            let _ = name.focus();
        }
        ctx.props().tell.emit(Turn::Edit(next));
    }

    /// The cell that is edited so many cells further on.
    fn neighbour(&self, step: isize) -> Option<Element> {
        let input = self.element()?;
        let own = input.closest(CELL).ok()??;
        let cells = cells(&input.closest("table").ok()??);
        let at = cells.iter().position(|cell| *cell == own)?;
        cells.into_iter().nth(at.checked_add_signed(step)?)
    }
}

/// A value as it is typed.
fn text(record: &Record, key: Key) -> String {
    record.get(key).to_string()
}
