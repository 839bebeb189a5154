//! What becomes of what was typed: it is sent, merged with what others did, undone.

use std::rc::Rc;

use domain::{Change, Key, Resource, Value};
use wasm_bindgen_futures::spawn_local;
use yew::html::Scope;
use yew::prelude::*;

use super::{Edit, EditProps, Go, Message, Next};
use crate::api::{self, Answer, ApiError};
use crate::browser;
use crate::form::reading::{columns, read};
use crate::form::scene::Tools;
use crate::form::words::{changes, sentences};
use crate::form::zones::BrowserZones;
use crate::form::{FormState, input, notes};
use crate::query::Retry;
use crate::record::Record;
use crate::route::{Query, Route};

/// How often others may be faster, one after the other, before the visitor is told instead.
const MOST_RACES: u8 = 4;
/// How long after one look at what others did the next one is due, in milliseconds.
const LOOK_MS: f64 = 15_000.0;

/// What a save waits for that could not be sent.
pub(super) enum Wait {
    /// The server, which is tried again every few seconds.
    Server { _retry: Retry },
    /// Its answer to another try.
    Answer,
    /// Somebody who signs in.
    Session,
}

impl Edit {
    pub(super) fn save(&mut self, ctx: &Context<Self>) -> bool {
        // What waits is sent anew, as it stands now.
        self.stop_waiting();
        if self.sent.is_some() {
            return false;
        }
        self.reviews = false;
        if self.form.open_clashes() > 0 {
            self.focus = Some(notes::CLASHES.to_owned());
            return true;
        }
        if self.record.is_some() && self.form.changed().next().is_none() {
            // Theirs was chosen everywhere: there is nothing to send.
            self.form.discard(&BrowserZones);
            self.forget();
            self.keep();
            return true;
        }
        self.problems.clear();
        let change = match self.form.submit(&BrowserZones) {
            Ok(change) => change,
            Err(_) => {
                self.refuse();
                return true;
            }
        };
        self.sent = Some(self.form.clone());
        self.save_key = format!("{}-{}", js_sys::Date::now() as i64, (js_sys::Math::random() * 1e9) as i64);
        self.send(ctx, &change);
        true
    }

    fn send(&self, ctx: &Context<Self>, change: &Change) {
        let EditProps { blueprint, tools, .. } = ctx.props();
        let (api, resource) = (tools.api.clone(), blueprint.resource);
        let id = self.record.as_ref().map(|record| address(record));
        let (key, revision) = (self.save_key.clone(), self.form.revision);
        let values: Vec<(Key, Value)> = change.iter().map(|(key, value)| (key, value.clone())).collect();
        let saved = ctx.link().callback(Message::Saved);
        spawn_local(async move {
            let answer = api.save(resource, id.as_deref(), &values, revision, &key, &columns(resource)).await;
            saved.emit(answer.map(Rc::new));
        });
    }

    /// Sends what could not be sent, as it was to be sent: what was typed since is not asked for.
    pub(super) fn send_again(&mut self, ctx: &Context<Self>) {
        self.waits = Some(Wait::Answer);
        if let Some(Ok(change)) = self.sent.clone().map(|mut sent| sent.submit(&BrowserZones)) {
            self.send(ctx, &change);
        }
    }

    /// What could not be sent is not to be sent by itself any more.
    pub(super) fn stop_waiting(&mut self) {
        if self.waits.take().is_some() {
            self.sent = None;
        }
    }

    pub(super) fn saved(&mut self, ctx: &Context<Self>, answer: Answer<Rc<Record>>) {
        let record = match answer {
            Ok(record) => record,
            Err(ApiError::Stale(stale)) if self.races < MOST_RACES => {
                // It stays under way until what they made of the record is read.
                self.races += 1;
                return self.read_again(ctx, Next::GoOn(stale));
            }
            Err(error) => return self.fail(ctx, error),
        };
        self.waits = None;
        let tools = &ctx.props().tools;
        let sent = self.sent.take();
        self.forget();
        let news = std::mem::take(&mut self.news);
        let text = [vec!["Saved.".to_owned()], news].concat().join(" ");
        let is_new = self.record.is_none();
        let about = [record.resource().plural(), &address(&record)].concat();
        let undo = undo(ctx, &record, sent.as_ref().filter(|_| !is_new));
        tools.toasts.undo_last(about.into(), text, undo);
        if ctx.props().blueprint.resource == Resource::Company {
            tools.session.refresh.emit(());
        }
        if let Some(id) = record.id().filter(|_| is_new) {
            self.go = Some(Go::Replace(Route::record(record.resource(), id)));
        }
        let now = std::mem::replace(&mut self.form, form_of(record.resource(), Some(&record)));
        self.record = Some(record);
        if let Some(sent) = sent.filter(|_| !is_new) {
            self.leave_out(&sent);
            self.form.type_again(&now, &sent, &BrowserZones);
        }
        self.keep();
    }

    /// Says why nothing was saved.
    fn fail(&mut self, ctx: &Context<Self>, error: ApiError) {
        self.races = 0;
        let wait = match error {
            ApiError::Offline => {
                Some(Wait::Server { _retry: Retry::new(ctx.link().callback(|()| Message::SendAgain)) })
            }
            ApiError::SignedOut => Some(Wait::Session),
            _ => None,
        };
        if wait.is_none() {
            self.sent = None;
        }
        let has_waited = std::mem::replace(&mut self.waits, wait).is_some();
        self.problems = match error {
            ApiError::Refused(refused) => {
                self.form.refuse(&refused.errors).into_iter().map(AttrValue::from).collect()
            }
            ApiError::Offline => {
                let count = self.form.changed().count();
                let are = if count == 1 { "is" } else { "are" };
                let kept =
                    format!("Your {} {are} kept here; saving goes on when it is back.", changes(count));
                vec![["No connection. ", &kept].concat().into()]
            }
            error => vec![error.sentence()],
        };
        let focus = self.focus.clone();
        self.refuse();
        if has_waited && self.waits.is_some() {
            // It is known; whoever types on is not disturbed.
            self.focus = focus;
        }
    }

    /// Shows the summary of what is wrong and takes the focus there.
    fn refuse(&mut self) {
        self.is_refused = true;
        self.reviews = false;
        self.focus = Some(notes::SUMMARY.to_owned());
    }

    pub(super) fn forget(&mut self) {
        self.problems.clear();
        self.changes.clear();
        (self.is_refused, self.reviews, self.races) = (false, false, 0);
    }

    /// The element that is to be looked at after fields were changed at once.
    pub(super) fn first_to_look_at(&self) -> String {
        if self.form.clashes().next().is_some() {
            return notes::CLASHES.to_owned();
        }
        let first = self.form.faulty().next().or(self.form.changed().next());
        first.map_or_else(|| "main".to_owned(), |entry| input::element_id(entry.field))
    }

    /// Reads the record anew: for what others did once that is due, else for what it has counted since.
    pub(super) fn beat(&mut self, ctx: &Context<Self>) {
        let now = js_sys::Date::now();
        let is_due = now - self.looked >= LOOK_MS;
        if is_due {
            self.looked = now;
        }
        if self.sent.is_none() {
            self.read_again(ctx, if is_due { Next::Theirs } else { Next::Counts });
        }
    }

    pub(super) fn read_again(&self, ctx: &Context<Self>, next: Next) {
        let Some(id) = self.record.as_ref().map(|record| address(record)) else { return };
        let EditProps { blueprint, tools, .. } = ctx.props();
        let (api, resource) = (tools.api.clone(), blueprint.resource);
        let answered = ctx.link().callback(move |answer| Message::Read(next.clone(), answer));
        spawn_local(async move { answered.emit(read(&api, resource, &id).await.map(Rc::new)) });
    }

    pub(super) fn read(&mut self, ctx: &Context<Self>, next: Next, answer: Answer<Rc<Record>>) -> bool {
        let goes_on = matches!(next, Next::GoOn(_));
        let record = match answer {
            Ok(record) => record,
            Err(error) if goes_on => {
                self.fail(ctx, error);
                return true;
            }
            // Whoever changed the record has told of it; a look is taken again.
            Err(_) => return false,
        };
        if !goes_on && (self.sent.is_some() || record.revision() < self.form.revision) {
            // A save is under way, or was since this was asked for.
            return false;
        }
        if matches!(next, Next::Counts) {
            // What others changed waits for the next look: it is told, and not with each call that comes.
            let is_news = record.revision() == self.form.revision && self.record.as_ref() != Some(&record);
            if is_news {
                self.record = Some(record);
            }
            return is_news;
        }
        let theirs = match &next {
            Next::GoOn(stale) => stale.changes.clone(),
            Next::Ours | Next::Theirs | Next::Counts => somebody_changed(&self.form, &record),
        };
        let news = self.merge(record, theirs);
        match next {
            Next::GoOn(_) => {
                self.sent = None;
                self.news.extend(news);
                self.save(ctx);
            }
            Next::Theirs if !news.is_empty() => ctx.props().tools.toasts.show(news.join(" ")),
            Next::Ours | Next::Theirs | Next::Counts => {}
        }
        true
    }

    /// Takes over a record under what was typed. Gives what came in by itself, as sentences.
    fn merge(&mut self, record: Rc<Record>, theirs: Vec<api::Entry>) -> Vec<String> {
        let came_in = self.form.merge(record.revision(), |key| record.get(key).clone(), &BrowserZones);
        let news = sentences(record.resource(), &theirs, &came_in);
        self.changes.extend(theirs);
        self.record = Some(record);
        if self.form.clashes().next().is_none() {
            self.changes.clear();
        }
        news
    }
}

/// What is different about a record, where it is not known who made it so.
fn somebody_changed(form: &FormState, record: &Record) -> Vec<api::Entry> {
    let is_other = |key: Key, kept: &Value| {
        let now = record.get(key);
        now != kept && !(now.is_blank() && kept.is_blank())
    };
    let fields = form.entries().filter(|entry| is_other(entry.field.key, &entry.original)).map(|entry| {
        let key = entry.field.key;
        (key, entry.original.clone(), record.get(key).clone())
    });
    let revision = record.revision().unwrap_or_default();
    vec![api::Entry { at: None, by: "Somebody else".to_owned(), revision, fields: fields.collect() }]
}

/// The way back from a save: the old values, if the record is still as it was saved. A new record is deleted.
fn undo(ctx: &Context<Edit>, record: &Rc<Record>, sent: Option<&FormState>) -> Callback<()> {
    let (tools, page) = (ctx.props().tools.clone(), ctx.link().clone());
    let record = record.clone();
    let before: Option<Vec<(Key, Value)>> =
        sent.map(|sent| sent.changed().map(|entry| (entry.field.key, entry.original.clone())).collect());
    Callback::from(move |()| {
        let (tools, page, record, before) = (tools.clone(), page.clone(), record.clone(), before.clone());
        spawn_local(async move {
            let resource = record.resource();
            let answer = match (&before, record.id()) {
                (Some(before), _) => {
                    tools.api.update(resource, &address(&record), before, record.revision()).await
                }
                (None, Some(id)) => tools.api.delete(resource, id).await,
                (None, None) => return,
            };
            let name = record.name();
            match answer {
                Ok(_) if before.is_none() => {
                    tools.toasts.show(format!("{name} is deleted."));
                    leave(&tools, &record);
                }
                Ok(_) => tools.toasts.show(format!("{name} is as it was before.")),
                Err(ApiError::Stale(_)) => {
                    tools.toasts.fail(format!("Not undone: somebody else has changed {name} since."));
                }
                Err(error) => tools.toasts.fail(format!("Not undone. {}", error.sentence())),
            }
            if resource == Resource::Company {
                tools.session.refresh.emit(());
            }
            page.send_message(Message::Changed);
        });
    })
}

/// Leads away from a record that is gone, if its page is still the one that is shown.
fn leave(tools: &Tools, record: &Record) {
    let Some(id) = record.id() else { return };
    let path = browser::window().and_then(|window| window.location().pathname().ok());
    if path == Some(Route::record(record.resource(), id).to_string()) {
        tools.navigator.push(Route::list(record.resource()));
    }
}

/// After a record was deleted, brought back, or neither: leads to where it is. It may be brought back when this page
/// is long gone.
pub(super) fn look_again(tools: Tools, page: Scope<Edit>, record: Rc<Record>) {
    spawn_local(async move {
        let (resource, Some(id)) = (record.resource(), record.id()) else { return };
        // A list without it is an answer; a record that is not there would be a failure.
        let query = Query::default()
            .with("fulltext", &record.get(Key::Uuid).to_string())
            .with("columns", &Key::Id.name())
            .with("per_page", "1");
        match tools.api.list(resource, &query).await {
            Ok(found) if found.records.is_empty() => page.send_message(Message::Gone),
            Ok(_) => tools.navigator.replace(Route::record(resource, id)),
            Err(_) => {}
        }
    });
}

/// The form of a record, or of a new one.
pub(super) fn form_of(resource: Resource, record: Option<&Rc<Record>>) -> FormState {
    match record {
        Some(record) => {
            FormState::of_record(resource, record.revision(), |key| record.get(key).clone(), &BrowserZones)
        }
        None => FormState::blank(resource, &BrowserZones),
    }
}

/// What names the record in its address.
fn address(record: &Record) -> String {
    record.id().map(|id| id.to_string()).unwrap_or_default()
}
