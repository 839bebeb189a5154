//! [`Bulk`]: the bar of what can be done to what is selected, what is being done, and what came of it. What it does stands
//! in `doing`, how it looks in `drawing`, where the focus goes in `focus`.

mod doing;
mod drawing;
mod focus;

use std::rc::Rc;

use domain::Id;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::job::{Halt, Job};
use super::plan::{Plan, can_pause};
use super::reading::{Read, matching};
use super::run::Shared;
use crate::api::Answer;
use crate::browser::{self, Timeout};
use crate::keyboard::Keys;
use crate::pages::list::selection::{Selection, Watch};
use crate::pages::list::view::View;
use crate::panel::Panel;
use doing::{guard, not_read, tasks};
use focus::{focus_row, has_focus, is_focus_lost};

/// The id of the bar.
const BAR: &str = "bulk";

/// See [`Bulk`].
#[derive(Properties, Clone, PartialEq)]
pub struct BulkProps {
    /// What is selected.
    pub selection: Selection,
    /// In which list.
    pub view: View,
    /// How many records match it.
    pub total: u64,
    /// How money is shown.
    pub currency: AttrValue,
    /// What is shown is to be read anew.
    pub reload: Callback<()>,
}

/// What the bar is told.
pub enum Message {
    /// Something else is selected.
    Selected,
    /// Nothing is to be selected.
    Clear,
    /// All that match are to be selected.
    All,
    /// These match.
    Matched(Answer<Vec<Id>>),
    /// Fields are to be edited.
    Edit,
    /// That is to be done to what is selected; `None`: pause it, or resume it when all of it is paused.
    Ask(Option<Plan>),
    /// What is selected was read for that, or not.
    Read(Option<Plan>, Answer<Read>),
    /// The dialog is not wanted.
    Dismiss,
    /// It is to be done.
    Run(Plan, Rc<Read>),
    /// Time went by.
    Tick,
    /// Nothing more is sent.
    Ended,
    /// Nothing more is to be sent.
    Cancel,
    /// What is open is to be tried again.
    Again,
    /// It was read for that, or not.
    ReadAgain(Answer<Read>),
    /// What was done is to be taken back.
    Undo,
    /// What came of it is read.
    Close,
}

/// The dialog that stands.
enum Dialog {
    Edit(Rc<[Id]>),
    Question(Plan, Rc<Read>),
}

/// The bar. It stands while something is selected, or done.
pub struct Bulk {
    job: Option<Shared>,
    dialog: Option<Dialog>,
    is_reading: bool,
    /// How many were selected when that was last read out.
    said: usize,
    said_at: f64,
    tick: Option<Timeout>,
    /// What had the focus may be gone.
    has_turned: bool,
    _watch: Watch,
    _keys: Keys,
}

impl Component for Bulk {
    type Message = Message;
    type Properties = BulkProps;

    fn create(ctx: &Context<Self>) -> Self {
        let (link, selection) = (ctx.link(), ctx.props().selection.clone());
        let watch = selection.watch(link.callback(|()| Message::Selected));
        let keys = {
            let (link, can_pause) = (link.clone(), can_pause(ctx.props().view.resource));
            let shortcuts = &[
                ("Escape", "Clear the selection"),
                ("p", "Pause or resume what is selected"),
                ("a", "Go to what can be done to it"),
            ];
            Keys::new("With rows selected", shortcuts, move |key| {
                let is_empty = selection.counts().0 == 0;
                match key {
                    _ if is_empty => return false,
                    "Escape" => link.send_message(Message::Clear),
                    "p" if can_pause => link.send_message(Message::Ask(None)),
                    "a" => browser::focus(BAR),
                    _ => return false,
                }
                true
            })
        };
        let bar = Self {
            job: None,
            dialog: None,
            is_reading: false,
            said: 0,
            said_at: 0.0,
            tick: None,
            has_turned: false,
            _watch: watch,
            _keys: keys,
        };
        link.send_message(Message::Selected);
        bar
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &BulkProps) -> bool {
        // Deleted records and the others have different things done to them.
        if ctx.props().view.is_deleted() != old.view.is_deleted() {
            ctx.props().selection.clear();
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        let props = ctx.props();
        let resource = props.view.resource;
        match message {
            Message::Selected => self.say_selected(ctx),
            Message::Clear => {
                let was_here = has_focus();
                props.selection.clear();
                if was_here {
                    focus_row(&props.selection);
                }
            }
            Message::All if self.is_reading => return false,
            Message::All => {
                let (api, query, link) =
                    (Panel::of(ctx).api.clone(), props.view.query.clone(), ctx.link().clone());
                self.is_reading = true;
                spawn_local(async move {
                    link.send_message(Message::Matched(matching(api, resource, query).await));
                });
            }
            Message::Matched(answer) => {
                self.is_reading = false;
                match answer {
                    Ok(ids) => props.selection.add(ids),
                    Err(error) => not_read(ctx, &error),
                }
            }
            Message::Edit => self.dialog = Some(Dialog::Edit(props.selection.ids().into())),
            Message::Ask(plan) => self.read(ctx, plan),
            Message::Read(plan, answer) => {
                self.is_reading = false;
                match answer {
                    Ok(read) => self.decide(ctx, plan, read),
                    Err(error) => not_read(ctx, &error),
                }
            }
            Message::Dismiss => self.dialog = None,
            Message::Run(plan, read) => {
                self.dialog = None;
                self.run(ctx, plan, &read);
            }
            Message::Tick => self.look_again(ctx),
            Message::Ended => self.end(ctx),
            Message::Cancel => {
                if let Some(job) = &self.job {
                    job.borrow_mut().halt = Some(Halt::Cancelled);
                }
            }
            Message::Again => self.again(ctx),
            Message::ReadAgain(answer) => {
                self.is_reading = false;
                match (answer, self.job.take()) {
                    (Ok(read), Some(job)) => {
                        let plan = job.borrow().plan.clone();
                        let tasks = plan.map(|plan| tasks(&plan, &read, ctx)).unwrap_or_default();
                        self.go_on(ctx, job.replace(Job::new(None, Vec::new())).again(tasks));
                    }
                    (Err(error), job) => {
                        self.job = job;
                        not_read(ctx, &error);
                    }
                    (Ok(_), None) => {}
                }
            }
            Message::Undo => {
                let back = self.job.as_ref().map(|job| job.borrow().undone());
                if let Some(back) = back {
                    self.go_on(ctx, back);
                }
            }
            Message::Close => {
                self.job = None;
                focus_row(&props.selection);
            }
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if std::mem::take(&mut self.has_turned) && is_focus_lost() {
            browser::focus(BAR);
        }
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        if let Some(job) = &self.job {
            job.borrow_mut().halt = Some(Halt::Cancelled);
        }
        guard(ctx, None);
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let job = self.job.as_ref().map(|job| job.borrow());
        let is_running = job.as_ref().is_some_and(|job| job.is_running());
        let has_selected = props.selection.counts().0 > 0;
        if !has_selected && job.is_none() {
            return Html::default();
        }
        let dialog = self.dialog.as_ref().map(|dialog| self.dialog(ctx, dialog));
        html! {
            <>
                <section id={BAR} class="bulk" tabindex="-1" aria-label="Bulk actions">
                    if let Some(job) = job {
                        { self.job(ctx, &job) }
                    }
                    if has_selected && !is_running {
                        { self.actions(ctx) }
                    }
                </section>
                if let Some(dialog) = dialog {
                    { dialog }
                }
            </>
        }
    }
}
