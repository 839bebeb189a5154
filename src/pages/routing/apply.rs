//! What was tried is written, a request for each group, with its progress, its failures and its way back.

use std::cell::RefCell;
use std::rc::Rc;

use domain::{Id, Resource};
use yew::prelude::*;

use super::edits::Edits;
use super::{Message, RoutingPage};
use crate::browser::Timeout;
use crate::bulk::job::Job;
use crate::bulk::plan::Plan;
use crate::bulk::run::start;
use crate::bulk::words::{counted, outcome, progress};
use crate::components::leave::Loss;
use crate::form::words::changes;
use crate::panel::Panel;

/// How often what is being written is shown anew, in milliseconds.
const TICK_MS: i32 = 150;
const GROUPS: Resource = Resource::BuyerGroup;

impl RoutingPage {
    /// Writes what was typed, each group on the revision that is shown.
    pub(super) fn apply(&mut self, ctx: &Context<Self>) {
        let can_apply = self.edits.counts().0 > 0 && !self.edits.have_problems() && !self.is_running();
        let Some(board) = self.board.clone().filter(|_| can_apply) else { return };
        let tasks = self.edits.tasks(&board.groups);
        self.go_on(ctx, Job::new(Some(Plan::Edit(Rc::from([]))), tasks));
    }

    /// Writes what failed once more, on what is there now.
    pub(super) fn again(&mut self, ctx: &Context<Self>) {
        let (Some(board), Some(job)) = (self.board.clone(), self.job.take()) else { return };
        let tasks = self.edits.tasks(&board.groups);
        // Nobody else has it: what was being sent has ended.
        if let Some(job) = Rc::into_inner(job) {
            self.go_on(ctx, job.into_inner().again(tasks));
        }
    }

    /// Writes the values from before.
    pub(super) fn undo(&mut self, ctx: &Context<Self>) {
        if let Some(job) = self.job.take() {
            let undone = job.borrow().undone();
            self.go_on(ctx, undone);
        }
    }

    fn go_on(&mut self, ctx: &Context<Self>, job: Job) {
        let job = Rc::new(RefCell::new(job));
        self.job = Some(job.clone());
        let panel = Panel::of(ctx);
        let text = "Groups are being changed. What is done stays done, the rest is left as it is.";
        panel.navigator.guard(Some(Loss::Running(text.into())));
        start(&job, &panel.api, GROUPS, &ctx.link().callback(|()| Message::Ended));
        self.look_again(ctx);
    }

    pub(super) fn is_running(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.borrow().is_running())
    }

    pub(super) fn look_again(&mut self, ctx: &Context<Self>) {
        if self.is_running() {
            let link = ctx.link().clone();
            self.tick = Some(Timeout::new(TICK_MS, move || link.send_message(Message::Tick)));
        }
    }

    /// Nothing more is written: what is done is no edit any more.
    pub(super) fn end(&mut self, ctx: &Context<Self>) {
        self.tick = None;
        if let Some(job) = &self.job {
            let job = job.borrow();
            if job.plan.is_some() {
                let done: Vec<Id> = job.done().collect();
                done.iter().for_each(|id| self.edits.forget(*id));
                self.added.retain(|(id, _)| !done.contains(id));
            }
            Panel::of(ctx).toasts.say(outcome(&job, GROUPS));
        }
        self.ask(ctx);
    }

    /// The bar that counts what is not applied, and tells how applying it goes.
    pub(super) fn apply_bar(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let button = |text: &'static str, class: &'static str, message: fn() -> Message| {
            let onclick = link.callback(move |_| message());
            html! {
                <button type="button" class={classes!("btn", class)} {onclick}>
                    { text }
                    if class == "primary" {
                        { " " }<kbd>{ "Ctrl S" }</kbd>
                    }
                </button>
            }
        };
        let content = match &self.job {
            Some(job) if job.borrow().is_running() => {
                let job = job.borrow();
                let counts = job.counts();
                html! {
                    <>
                        <p><b>{ progress(&job) }</b></p>
                        <progress max={counts.all.to_string()} value={(counts.done + counts.failed).to_string()} aria-label="Progress" />
                    </>
                }
            }
            Some(job) => {
                let job = job.borrow();
                let failures = job
                    .failures()
                    .map(|(name, reason)| html! { <li><b>{ name.to_owned() }</b>{ ": " }{ reason }</li> });
                let has_failed = job.counts().failed > 0;
                html! {
                    <>
                        <div class="came">
                            <p><b>{ outcome(&job, GROUPS) }</b></p>
                            if has_failed {
                                <ul class="fails">{ for failures }</ul>
                            }
                        </div>
                        if has_failed {
                            { button("Try again", "", || Message::Again) }
                        }
                        if job.can_undo() {
                            { button("Undo", "", || Message::Undo) }
                        }
                        { button("Close", "quiet", || Message::Close) }
                    </>
                }
            }
            None if self.edits.counts().0 > 0 => self.offer_to_apply(&self.edits, button),
            None => return Html::default(),
        };
        html! { <div class="save" role="region" aria-label="What if">{ content }</div> }
    }

    fn offer_to_apply(
        &self,
        edits: &Edits,
        button: impl Fn(&'static str, &'static str, fn() -> Message) -> Html,
    ) -> Html {
        let (fields, groups) = edits.counts();
        html! {
            <>
                <p>
                    <b>{ format!("{} in {}", changes(fields), counted(groups, GROUPS)) }</b>
                    { " " }
                    if edits.have_problems() {
                        <span class="err">{ "Something that was typed is no number." }</span>
                    } else {
                        <span class="muted">{ "What if: nothing is changed yet." }</span>
                    }
                </p>
                { button("Discard", "quiet", || Message::Discard) }
                { button("Apply all", "primary", || Message::Apply) }
            </>
        }
    }
}
