//! What the bar does: it reads what is selected, starts what is to be done to it, tells how far it is and what came of it.

use std::cell::RefCell;
use std::rc::Rc;

use domain::Key;
use js_sys::Date;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::super::job::{Job, Task};
use super::super::plan::Plan;
use super::super::reading::{Read, records};
use super::super::run::start;
use super::super::words::{counted, outcome, progress};
use super::{Bulk, Dialog, Message};
use crate::api::ApiError;
use crate::browser::Timeout;
use crate::components::leave::Loss;
use crate::form::zones::BrowserZones;
use crate::format;
use crate::pages::list::view::noun;
use crate::panel::Panel;
use crate::record::Record;

/// How often what is being done is shown anew, in milliseconds; its answers draw nothing.
const TICK_MS: i32 = 150;
/// How often it is read out, in milliseconds.
const SAY_MS: f64 = 5_000.0;

impl Bulk {
    pub(super) fn say_selected(&mut self, ctx: &Context<Self>) {
        let (count, _) = ctx.props().selection.counts();
        if count != self.said {
            self.said = count;
            let text = if count == 0 { "Nothing".to_owned() } else { format::count(count as u64) };
            Panel::of(ctx).toasts.say(text + " selected");
        }
    }

    /// Reads what is selected, for a plan.
    pub(super) fn read(&mut self, ctx: &Context<Self>, plan: Option<Plan>) {
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
    pub(super) fn decide(&mut self, ctx: &Context<Self>, plan: Option<Plan>, read: Read) {
        let is_on = |record: &Rc<Record>| record.get(Key::Paused).as_bool() == Some(false);
        let plan = plan.unwrap_or_else(|| Plan::Pause(read.records.iter().any(is_on)));
        if matches!(plan, Plan::Reset | Plan::Delete) && !read.records.is_empty() {
            self.dialog = Some(Dialog::Question(plan, Rc::new(read)));
        } else {
            self.run(ctx, plan, &read);
        }
    }

    pub(super) fn run(&mut self, ctx: &Context<Self>, plan: Plan, read: &Read) {
        let tasks = tasks(&plan, read, ctx);
        self.go_on(ctx, Job::new(Some(plan), tasks));
    }

    pub(super) fn go_on(&mut self, ctx: &Context<Self>, job: Job) {
        let all = job.counts().all;
        let job = Rc::new(RefCell::new(job));
        self.job = Some(job.clone());
        self.said_at = Date::now();
        self.has_turned = true;
        let resource = ctx.props().view.resource;
        let (being, rest) = if all == 1 { ("is", "") } else { ("are", ", the rest is left as it is") };
        let text =
            format!("{} {being} being changed. What is done stays done{rest}.", counted(all, resource));
        guard(ctx, Some(Loss::Running(text.into())));
        start(&job, &Panel::of(ctx).api, resource, &ctx.link().callback(|()| Message::Ended));
        self.look_again(ctx);
    }

    fn is_running(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.borrow().is_running())
    }

    /// Shows how far it is, and says so now and then.
    pub(super) fn look_again(&mut self, ctx: &Context<Self>) {
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

    pub(super) fn end(&mut self, ctx: &Context<Self>) {
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
    pub(super) fn again(&mut self, ctx: &Context<Self>) {
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
}

/// The tasks of a plan on what was read; what is not there any more has failed already.
pub(super) fn tasks(plan: &Plan, read: &Read, ctx: &Context<Bulk>) -> Vec<Task> {
    let noun = noun(ctx.props().view.resource);
    let tasks = read.records.iter().filter_map(|record| plan.task(record, &BrowserZones));
    tasks.chain(read.missing.iter().map(|id| Task::missing(*id, noun))).collect()
}

/// Says that nothing was done, and why.
pub(super) fn not_read(ctx: &Context<Bulk>, error: &ApiError) {
    // That is said at the top of the page.
    if *error != ApiError::SignedOut {
        Panel::of(ctx).toasts.fail(format!("Nothing was done. {}", error.sentence()));
    }
}

/// While something is being done, leaving asks first.
pub(super) fn guard(ctx: &Context<Bulk>, loss: Option<Loss>) {
    Panel::of(ctx).navigator.guard(loss);
}
