//! The draft of what is typed: kept while typing rests, offered when the form is opened again.

use std::rc::Rc;

use domain::Instant;
use yew::prelude::*;

use super::saving::form_of;
use super::{Edit, EditProps, Message};
use crate::browser::Timeout;
use crate::form::FormState;
use crate::form::draft::Draft;
use crate::form::zones::BrowserZones;
use crate::record::Record;

/// How long typing rests, in milliseconds, before it is kept; up to twice as long.
const REST_MS: i32 = 150;

/// The name of a form's draft: by company, person, and record.
pub(super) fn name(props: &EditProps) -> String {
    let session = &props.tools.session.session;
    let id = |record: &Option<Rc<Record>>| Some(record.as_ref()?.id()?.to_string());
    let which = match (id(&props.record), id(&props.copied)) {
        (Some(id), _) => id,
        (None, Some(id)) => ["copy ", &id].concat(),
        (None, None) => "new".to_owned(),
    };
    ["draft", &session.company.id, &session.user.id, props.blueprint.resource.plural(), &which].join(" ")
}

/// The form before anything is typed.
pub(super) fn start(props: &EditProps) -> FormState {
    let resource = props.blueprint.resource;
    match &props.copied {
        Some(other) => FormState::copied(resource, |key| other.get(key).clone(), &BrowserZones),
        None => form_of(resource, props.record.as_ref()),
    }
}

impl Edit {
    /// Keeps what is typed once typing rests.
    pub(super) fn keep_soon(&mut self, ctx: &Context<Self>) {
        self.keeper.plan(self.unsaved());
        self.is_typing = self.rest.is_some();
        if !self.is_typing {
            self.wait(ctx);
        }
    }

    fn wait(&mut self, ctx: &Context<Self>) {
        let keep = ctx.link().callback(|()| Message::Keep);
        self.rest = Some(Timeout::new(REST_MS, move || keep.emit(())));
    }

    /// Waits once more when typing went on meanwhile: so a key need not set the timer anew.
    pub(super) fn waits_on(&mut self, ctx: &Context<Self>) -> bool {
        self.rest = None;
        let is_typing = std::mem::take(&mut self.is_typing);
        if is_typing {
            self.wait(ctx);
        }
        is_typing
    }

    /// Keeps what is typed, now.
    pub(super) fn keep(&mut self) {
        self.rest = None;
        self.keeper.plan(self.unsaved());
        self.keeper.flush();
    }

    /// What is typed, and with it what was left here as long as that is offered.
    fn unsaved(&self) -> Draft {
        let typed = self.form.draft(Instant::from_ms(js_sys::Date::now() as i64));
        match &self.left {
            Some(left) if typed.fields.is_empty() => left.clone(),
            Some(left) => typed.with(left),
            None => typed,
        }
    }

    /// A draft that would change nothing was saved, whatever became of the page then.
    pub(super) fn drop_idle_draft(&mut self) {
        if self.left.as_ref().is_some_and(|left| self.form.would_change(left, &BrowserZones) == 0) {
            self.left = None;
            self.keep();
        }
    }

    /// What was just saved is not offered any more, whatever was left of it.
    pub(super) fn leave_out(&mut self, saved: &FormState) {
        if let Some(left) = &mut self.left {
            left.fields.retain(|field| saved.changed().all(|entry| entry.field.name != field.name));
        }
        self.left.take_if(|left| left.fields.is_empty());
    }

    pub(super) fn restore(&mut self, ctx: &Context<Self>) {
        if let Some(left) = self.left.take() {
            match &ctx.props().copied {
                // The draft has what was filled in, too: only what is typed by now goes over it.
                Some(_) => {
                    let (now, start) = (self.form.clone(), start(ctx.props()));
                    self.form.discard(&BrowserZones);
                    self.form.restore(&left, &BrowserZones);
                    self.form.type_again(&now, &start, &BrowserZones);
                }
                None => self.form.restore(&left, &BrowserZones),
            }
            ctx.props().tools.toasts.say("Restored");
            self.focus = Some(self.first_to_look_at());
            self.keep();
        }
    }

    pub(super) fn dismiss(&mut self, ctx: &Context<Self>) {
        self.left = None;
        ctx.props().tools.toasts.say("Changes discarded");
        self.focus = Some("main".to_owned());
        self.keep();
    }
}
