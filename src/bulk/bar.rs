//! [`Bulk`]: the bar of what can be done to what is selected, what is being done, and what came of it.

use std::cell::RefCell;
use std::rc::Rc;

use domain::{Id, Key};
use js_sys::Date;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::fields::EditFields;
use super::job::{Halt, Job, Task};
use super::plan::{Plan, can_pause, can_reset};
use super::questions::question;
use super::reading::{Read, matching, records};
use super::run::{Shared, start};
use super::words::{counted, outcome, progress};
use crate::api::{Answer, ApiError};
use crate::browser::{self, Timeout};
use crate::components::icon::icon;
use crate::form::zones::BrowserZones;
use crate::format;
use crate::keyboard::Keys;
use crate::pages::list::selection::{Selection, Watch};
use crate::pages::list::view::{View, noun};
use crate::panel::Panel;

/// How often what is being done is shown anew, in milliseconds; its answers draw nothing.
const TICK_MS: i32 = 150;
/// How often it is read out, in milliseconds.
const SAY_MS: f64 = 5_000.0;
/// So many failures are shown; the others are counted.
const MOST_FAILURES: usize = 50;
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

impl Bulk {
    fn say_selected(&mut self, ctx: &Context<Self>) {
        let (count, _) = ctx.props().selection.counts();
        if count != self.said {
            self.said = count;
            let text = if count == 0 { "Nothing".to_owned() } else { format::count(count as u64) };
            Panel::of(ctx).toasts.say(text + " selected");
        }
    }

    /// Reads what is selected, for a plan.
    fn read(&mut self, ctx: &Context<Self>, plan: Option<Plan>) {
        if self.is_reading || self.is_running() {
            return;
        }
        self.is_reading = true;
        let (props, link, api) = (ctx.props(), ctx.link().clone(), Panel::of(ctx).api.clone());
        let (resource, ids, deleted) = (props.view.resource, props.selection.ids(), props.view.is_deleted());
        let columns = plan.as_ref().map_or_else(|| vec![Key::Paused], |plan| plan.columns(resource));
        spawn_local(async move {
            let read = records(api, resource, ids, columns, deleted).await;
            link.send_message(Message::Read(plan, read));
        });
    }

    /// What is to be done to what was read: at once, or after a question.
    fn decide(&mut self, ctx: &Context<Self>, plan: Option<Plan>, read: Read) {
        let is_on = |record: &Rc<crate::record::Record>| record.get(Key::Paused).as_bool() == Some(false);
        let plan = plan.unwrap_or_else(|| Plan::Pause(read.records.iter().any(is_on)));
        if matches!(plan, Plan::Reset | Plan::Delete) && !read.records.is_empty() {
            self.dialog = Some(Dialog::Question(plan, Rc::new(read)));
        } else {
            self.run(ctx, plan, &read);
        }
    }

    fn run(&mut self, ctx: &Context<Self>, plan: Plan, read: &Read) {
        let tasks = tasks(&plan, read, ctx);
        self.go_on(ctx, Job::new(Some(plan), tasks));
    }

    fn go_on(&mut self, ctx: &Context<Self>, job: Job) {
        let all = job.counts().all;
        let job = Rc::new(RefCell::new(job));
        self.job = Some(job.clone());
        self.said_at = Date::now();
        self.has_turned = true;
        let resource = ctx.props().view.resource;
        guard(
            ctx,
            Some(
                format!("{} are being changed. What is done by then stays done.", counted(all, resource))
                    .into(),
            ),
        );
        start(&job, &Panel::of(ctx).api, resource, &ctx.link().callback(|()| Message::Ended));
        self.look_again(ctx);
    }

    fn is_running(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.borrow().is_running())
    }

    /// Shows how far it is, and says so now and then.
    fn look_again(&mut self, ctx: &Context<Self>) {
        if let Some(job) = self.job.as_ref().filter(|job| job.borrow().is_running()) {
            let now = Date::now();
            if now - self.said_at > SAY_MS {
                self.said_at = now;
                Panel::of(ctx).toasts.say(progress(&job.borrow()));
            }
            let link = ctx.link().clone();
            self.tick = Some(Timeout::new(TICK_MS, move || link.send_message(Message::Tick)));
        }
    }

    fn end(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        guard(ctx, None);
        self.tick = None;
        self.has_turned = true;
        if let Some(job) = &self.job {
            let job = job.borrow();
            Panel::of(ctx).toasts.say(outcome(&job, props.view.resource));
            if matches!(job.plan, Some(Plan::Delete | Plan::Restore)) {
                // They stand in this list no more.
                props.selection.remove(&job.done().collect::<Vec<_>>());
            }
        }
        props.reload.emit(());
    }

    /// Tries again what is open: as it is now read, or, when it was to be taken back, as it was.
    fn again(&mut self, ctx: &Context<Self>) {
        let Some(job) = &self.job else { return };
        let (plan, ids) = (job.borrow().plan.clone(), job.borrow().open().collect());
        let link = ctx.link().clone();
        let Some(plan) = plan else {
            link.send_message(Message::ReadAgain(Ok(Read::default())));
            return;
        };
        self.is_reading = true;
        let (api, resource) = (Panel::of(ctx).api.clone(), ctx.props().view.resource);
        spawn_local(async move {
            let deleted = plan == Plan::Restore;
            let read = records(api, resource, ids, plan.columns(resource), deleted).await;
            link.send_message(Message::ReadAgain(read));
        });
    }

    /// What is being done, or what came of it.
    fn job(&self, ctx: &Context<Self>, job: &Job) -> Html {
        let counts = job.counts();
        if job.is_running() {
            let (settled, all) = (counts.done + counts.failed, counts.all);
            return html! {
                <div key="job" class="line going">
                    <p class="num">{ progress(job) }</p>
                    <progress max={all.to_string()} value={settled.to_string()} aria-label="Progress" />
                    { button(ctx, "Cancel", None, || Message::Cancel) }
                </div>
            };
        }
        let failures = job.failures().take(MOST_FAILURES).map(|(name, reason)| {
            html! { <li><b>{ name }</b>{ " " }{ reason }</li> }
        });
        let more = counts.failed.saturating_sub(MOST_FAILURES);
        let is_reset = job.plan == Some(Plan::Reset) && counts.done > 0;
        html! {
            <div key="outcome" class="out">
                if counts.failed > 0 {
                    <ul class="fails" tabindex="0" aria-label="What failed, and why">
                        { for failures }
                        if more > 0 {
                            <li>{ format!("and {more} more") }</li>
                        }
                    </ul>
                }
                <div class="line">
                    <p>
                        { outcome(job, ctx.props().view.resource) }
                        if is_reset {
                            { " It cannot be undone." }
                        }
                    </p>
                    if job.halt.is_some() && counts.done + counts.failed < counts.all {
                        { button(ctx, "Go on", None, || Message::Again) }
                    } else if counts.failed > 0 {
                        { button(ctx, "Retry failed", None, || Message::Again) }
                    }
                    if job.can_undo() {
                        { button(ctx, "Undo all", None, || Message::Undo) }
                    }
                    { close(ctx, "Close", || Message::Close) }
                </div>
            </div>
        }
    }

    /// What can be done to what is selected.
    fn actions(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let (resource, total) = (props.view.resource, props.total);
        let (count, on_page) = props.selection.counts();
        let elsewhere = count - on_page;
        let every = format!("Select all {} that match", format::count(total));
        let every_class = classes!("btn", "quiet", "every", (!props.selection.has_page()).then_some("part"));
        let ask = |plan: Plan| move || Message::Ask(Some(plan.clone()));
        html! {
            <div key="actions" class="line">
                <p>
                    { format!("{} selected", format::count(count as u64)) }
                    if elsewhere > 0 {
                        <span class="faint">{ format!(", {} not on this page", format::count(elsewhere as u64)) }</span>
                    }
                </p>
                if total > on_page as u64 && (count as u64) < total {
                    <button
                        type="button"
                        class={every_class}
                        onclick={ctx.link().callback(|_| Message::All)}
                    >
                        { every }
                    </button>
                }
                <hr />
                if props.view.is_deleted() {
                    { button(ctx, "Restore", None, ask(Plan::Restore)) }
                } else {
                    if can_pause(resource) {
                        { button(ctx, "Pause", Some("pause"), ask(Plan::Pause(true))) }
                        { button(ctx, "Resume", Some("play"), ask(Plan::Pause(false))) }
                    }
                    { button(ctx, "Edit fields…", None, || Message::Edit) }
                    if can_reset(resource) {
                        { button(ctx, "Reset totals…", None, ask(Plan::Reset)) }
                    }
                    { button(ctx, "Delete…", None, ask(Plan::Delete)) }
                }
                <hr />
                { close(ctx, "Clear selection", || Message::Clear) }
            </div>
        }
    }

    fn dialog(&self, ctx: &Context<Self>, dialog: &Dialog) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let (resource, currency) = (props.view.resource, props.currency.clone());
        let oncancel = link.callback(|()| Message::Dismiss);
        match dialog {
            Dialog::Edit(ids) => {
                let onrun = link.callback(|(plan, read)| Message::Run(plan, read));
                html! { <EditFields {resource} ids={ids.clone()} {currency} {onrun} {oncancel} /> }
            }
            Dialog::Question(plan, read) => {
                let (plan, read) = (plan.clone(), read.clone());
                let onconfirm = {
                    let (plan, read) = (plan.clone(), read.clone());
                    link.callback(move |()| Message::Run(plan.clone(), read.clone()))
                };
                question(&plan, &read, resource, &currency, onconfirm, oncancel)
            }
        }
    }
}

/// The tasks of a plan on what was read; what is not there any more has failed already.
fn tasks(plan: &Plan, read: &Read, ctx: &Context<Bulk>) -> Vec<Task> {
    let noun = noun(ctx.props().view.resource);
    let tasks = read.records.iter().filter_map(|record| plan.task(record, &BrowserZones));
    tasks.chain(read.missing.iter().map(|id| Task::missing(*id, noun))).collect()
}

fn button(
    ctx: &Context<Bulk>,
    text: &'static str,
    drawing: Option<&'static str>,
    message: impl Fn() -> Message + 'static,
) -> Html {
    let class = classes!("btn", "quiet", (text == "Delete…").then_some("danger"));
    html! {
        <button type="button" {class} onclick={ctx.link().callback(move |_| message())}>
            { for drawing.map(icon) }
            { text }
        </button>
    }
}

fn close(ctx: &Context<Bulk>, label: &'static str, message: fn() -> Message) -> Html {
    let onclick = ctx.link().callback(move |_| message());
    html! {
        <button type="button" class="btn quiet icon" aria-label={label} title={label} {onclick}>{ icon("x") }</button>
    }
}

fn not_read(ctx: &Context<Bulk>, error: &ApiError) {
    // That is said at the top of the page.
    if *error != ApiError::SignedOut {
        Panel::of(ctx).toasts.fail(format!("Nothing was done. {}", error.sentence()));
    }
}

/// While something is being done, leaving asks first.
fn guard(ctx: &Context<Bulk>, loss: Option<AttrValue>) {
    Panel::of(ctx).navigator.guard(loss);
}

/// Whether the bar has the focus.
fn has_focus() -> bool {
    let active = browser::document().and_then(|document| document.active_element());
    active.is_some_and(|active| active.closest(&["#", BAR].concat()).is_ok_and(|bar| bar.is_some()))
}

/// Whether what had the focus is gone, so that the page itself has it.
fn is_focus_lost() -> bool {
    let active = browser::document().and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY")
}

/// Moves the focus to the row that was selected last, or to the page where it does not stand.
fn focus_row(selection: &Selection) {
    let row = selection.anchor().map(|id| format!("input[name=selected][value=\"{id}\"]"));
    let boxes = row.into_iter().chain(["input[name=page]".to_owned(), "#main".to_owned()]);
    let Some(document) = browser::document() else { return };
    let element = boxes.filter_map(|selector| document.query_selector(&selector).ok()?).next();
    if let Some(element) =
        element.and_then(|element| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element).ok())
    {
        // A visible box takes the focus.
        let _ = element.focus();
    }
}
