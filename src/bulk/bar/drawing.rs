//! How the bar looks: what can be done, how far it is, what came of it, and the dialogs that ask first.

use yew::prelude::*;

use super::super::fields::EditFields;
use super::super::job::Job;
use super::super::plan::{Plan, can_pause, can_reset};
use super::super::questions::question;
use super::super::words::{outcome, progress};
use super::{Bulk, Dialog, Message};
use crate::components::icon::icon;
use crate::format;

/// So many failures are shown; the others are counted.
const MOST_FAILURES: usize = 50;

impl Bulk {
    /// What is being done, or what came of it.
    pub(super) fn job(&self, ctx: &Context<Self>, job: &Job) -> Html {
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
    pub(super) fn actions(&self, ctx: &Context<Self>) -> Html {
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

    pub(super) fn dialog(&self, ctx: &Context<Self>, dialog: &Dialog) -> Html {
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
