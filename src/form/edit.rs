//! [`Edit`]: the page of one record: what it is, its fields by section, and what can be done with it.
//!
//! What is the same for every kind of record stands here; what is not, a [`Blueprint`] says.

use std::rc::Rc;

use domain::{Change, Input, Key, Resource, Section, Value};
use wasm_bindgen_futures::spawn_local;
use web_sys::{FocusEvent, InputEvent, SubmitEvent};
use yew::html::Scope;
use yew::prelude::*;

use super::FormState;
use super::acts::Acts;
use super::input;
use super::notes;
use super::reading::read;
use super::scene::{self, Blueprint, Part, Scene, Tools};
use super::zones::BrowserZones;
use crate::api::{Answer, Api, ApiError, Stale};
use crate::browser::{self, Listener, Timeout};
use crate::components::page::Page;
use crate::components::pill::pill;
use crate::keyboard::Keys;
use crate::navigation;
use crate::record::Record;
use crate::route::{Query, Route};

/// What the page is told.
pub enum Message {
    /// A field is to hold that.
    Set(Key, Input),
    /// A field was left.
    Leave(Key),
    /// Send what changed.
    Save,
    /// The server's answer to that, with the record as it keeps it.
    Saved(Answer<Rc<Record>>),
    /// Take back what was typed.
    Discard,
    /// Take what others made of the record.
    Reload,
    /// Send what was typed all the same.
    Overwrite,
    /// The record was changed past the form.
    Changed,
    /// The record is not there any more.
    Gone,
    /// The record was read anew, for something.
    Read(Next, Answer<Rc<Record>>),
    /// A section is in view.
    See(&'static str),
}

/// What becomes of a record that was read anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// It takes the place of what was typed.
    Take,
    /// It stands under what was typed.
    Under,
    /// What was typed is saved over it, if it is still of this revision.
    Overwrite(Option<i64>),
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
    record: Option<Rc<Record>>,
    /// The form as it was sent, while the answer is awaited.
    sent: Option<FormState>,
    /// Sentences that belong to no field.
    problems: Vec<AttrValue>,
    /// Whether the summary is to be drawn: since a save failed, until one succeeds.
    is_refused: bool,
    stale: Option<Rc<Stale>>,
    /// Where to go once nothing is unsaved any more.
    go: Option<Go>,
    focus: Option<&'static str>,
    section: &'static str,
    /// How many unsaved changes the leave guard knows of.
    unsaved: usize,
    set: Callback<(Key, Input)>,
    changed: Callback<()>,
    _keys: Keys,
    _scroll: Option<Listener>,
    _start: Option<Timeout>,
}

enum Go {
    Push(Route),
    Replace(Route),
}

impl Component for Edit {
    type Message = Message;
    type Properties = EditProps;

    fn create(ctx: &Context<Self>) -> Self {
        let EditProps { blueprint, record, copied, .. } = ctx.props();
        let save = ctx.link().callback(|()| Message::Save);
        let keys = Keys::new("On this page", &[("Ctrl s", "Save")], move |_| {
            save.emit(());
            true
        });
        let see = ctx.link().callback(Message::See);
        let sections = blueprint.sections;
        let on_scroll = move |_| see.emit(in_view(sections));
        // The browser looked for the anchor before there was one.
        let start = Some(navigation::anchor()).filter(|anchor| !anchor.is_empty()).map(|anchor| {
            Timeout::new(0, move || {
                if let Some(section) = browser::element(&anchor) {
                    section.scroll_into_view();
                }
            })
        });
        let form = match copied {
            Some(other) => FormState::copied(blueprint.resource, |key| other.get(key).clone(), &BrowserZones),
            None => form_of(blueprint.resource, record.as_ref()),
        };
        Self {
            form,
            record: record.clone(),
            sent: None,
            problems: Vec::new(),
            is_refused: false,
            stale: None,
            go: None,
            focus: None,
            section: blueprint.sections.first().map_or("", |section| section.anchor()),
            unsaved: 0,
            set: ctx.link().callback(|(key, input)| Message::Set(key, input)),
            changed: ctx.link().callback(|()| Message::Changed),
            _keys: keys,
            _scroll: Listener::new(browser::window(), "scroll", on_scroll),
            _start: start,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Set(key, input) => {
                // A list is right or wrong with each item; there is nothing to be left.
                let is_list = matches!(input, Input::List(_));
                self.form.set(key, input, &BrowserZones);
                if is_list {
                    self.form.leave(key);
                }
            }
            Message::Leave(key) => self.form.leave(key),
            Message::Save => return self.save(ctx),
            Message::Saved(answer) => self.saved(ctx, answer),
            Message::Discard => {
                self.form.discard(&BrowserZones);
                self.forget();
                ctx.props().tools.toasts.say("Changes discarded");
                if self.record.is_none() {
                    self.go = Some(Go::Push(Route::list(ctx.props().blueprint.resource)));
                }
            }
            Message::Reload => self.read_again(ctx, Next::Take),
            Message::Overwrite => {
                let current = self.stale.as_ref().and_then(|stale| stale.current.revision());
                self.read_again(ctx, Next::Overwrite(current));
            }
            Message::Read(next, answer) => return self.read(ctx, next, answer),
            Message::Changed => self.read_again(ctx, Next::Under),
            Message::Gone => {
                self.form.discard(&BrowserZones);
                self.forget();
                self.go = Some(Go::Push(Route::list(ctx.props().blueprint.resource)));
            }
            Message::See(section) => return std::mem::replace(&mut self.section, section) != section,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let EditProps { blueprint, tools, .. } = ctx.props();
        let (resource, link) = (blueprint.resource, ctx.link());
        let record = self.record.as_ref();
        let title = match record {
            Some(record) => record.name().to_owned(),
            None => {
                format!("New {}", if resource == Resource::BuyerGroup { "group" } else { resource.noun() })
            }
        };
        let title = if resource == Resource::Company { "Company".to_owned() } else { title };
        let parent = (resource != Resource::Company)
            .then(|| (Route::list(resource), AttrValue::Static(resource.heading())));
        let scene = Scene { form: &self.form, record, tools, set: &self.set, changed: &self.changed };
        let parts: Vec<(Section, Part)> =
            sections(blueprint, record).map(|section| (section, scene.part(blueprint, section))).collect();
        let badge = record.map(|record| pill(record)).unwrap_or_default();
        let actions = record.map(|record| {
            let (tools, link, kept) = (tools.clone(), link.clone(), record.clone());
            let deleted = Callback::from(move |()| look_again(tools.clone(), link.clone(), kept.clone()));
            html! { <Acts record={record.clone()} changed={self.changed.clone()} {deleted} /> }
        });
        html! {
            <Page {title} {parent} {badge} actions={actions.unwrap_or_default()}>
                if parts.len() > 2 {
                    <nav class="tabs" aria-label="Sections">
                        { for parts.iter().map(|(section, part)| self.tab(*section, part.count)) }
                    </nav>
                }
                if self.is_refused {
                    { notes::summary(&self.form, &self.problems) }
                }
                if let Some(stale) = &self.stale {
                    { notes::lost_race(
                        resource,
                        stale,
                        link.callback(|()| Message::Reload),
                        link.callback(|()| Message::Overwrite),
                    ) }
                }
                <div class={classes!("cols", blueprint.rail.is_none().then_some("one"))}>
                    <form
                        novalidate=true
                        autocomplete="off"
                        oninput={link.batch_callback(move |event: InputEvent| {
                            let (name, input) = input::typed(event.target())?;
                            Some(Message::Set(resource.field_named(&name)?.key, input))
                        })}
                        onfocusout={link.batch_callback(move |event: FocusEvent| {
                            let (name, _) = input::typed(event.target())?;
                            Some(Message::Leave(resource.field_named(&name)?.key))
                        })}
                        onsubmit={link.callback(|event: SubmitEvent| {
                            event.prevent_default();
                            Message::Save
                        })}
                    >
                        { for parts.into_iter().map(|(section, part)| scene::section(section, part)) }
                        // Enter in a field saves only where there is a button to submit with.
                        <button type="submit" hidden=true></button>
                    </form>
                    if let Some(rail) = blueprint.rail {
                        <aside class="rail" aria-label="Effect of your changes">{ rail(&scene) }</aside>
                    }
                </div>
                { notes::save_bar(
                    self.form.changed().count(),
                    record.is_none(),
                    self.sent.is_some(),
                    link.callback(|_| Message::Save),
                    link.callback(|_| Message::Discard),
                ) }
            </Page>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if let Some(id) = self.focus.take() {
            browser::focus(id);
        }
        let navigator = &ctx.props().tools.navigator;
        let unsaved = self.form.changed().count();
        if std::mem::replace(&mut self.unsaved, unsaved) != unsaved {
            navigator.guard(notes::loss(unsaved));
        }
        match self.go.take() {
            Some(Go::Push(route)) => navigator.push(route),
            Some(Go::Replace(route)) => navigator.replace(route),
            None => {}
        }
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        ctx.props().tools.navigator.guard(None);
    }
}

impl Edit {
    fn save(&mut self, ctx: &Context<Self>) -> bool {
        if self.sent.is_some() {
            return false;
        }
        let is_new = self.record.is_none();
        if !is_new && self.form.changed().next().is_none() {
            return false;
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
        let EditProps { blueprint, tools, .. } = ctx.props();
        let (api, resource) = (tools.api.clone(), blueprint.resource);
        let id = self.record.as_ref().map(|record| address(record));
        let revision = self.form.revision;
        let saved = ctx.link().callback(Message::Saved);
        spawn_local(async move { saved.emit(send(&api, resource, id, &change, revision).await) });
        true
    }

    fn saved(&mut self, ctx: &Context<Self>, answer: Answer<Rc<Record>>) {
        let sent = self.sent.take();
        let tools = &ctx.props().tools;
        match answer {
            Ok(record) => {
                self.forget();
                tools.toasts.show("Saved.");
                if ctx.props().blueprint.resource == Resource::Company {
                    tools.session.refresh.emit(());
                }
                let is_new = self.record.is_none();
                if let Some(id) = record.id().filter(|_| is_new) {
                    self.go = Some(Go::Replace(Route::record(record.resource(), id)));
                }
                let now = self.form.clone();
                self.take(ctx, record);
                if let Some(sent) = sent.filter(|_| !is_new) {
                    self.form.type_again(&now, &sent, &BrowserZones);
                }
            }
            Err(ApiError::Stale(stale)) => {
                self.stale = Some(stale);
                self.focus = Some(notes::LOST_RACE);
            }
            Err(ApiError::Refused(refused)) => {
                self.problems = self.form.refuse(&refused.errors).into_iter().map(AttrValue::from).collect();
                self.refuse();
            }
            Err(ApiError::Offline) => {
                let count = self.form.changed().count();
                let are = if count == 1 { "change is" } else { "changes are" };
                self.problems = vec![
                    format!("No connection. Your {count} {are} kept here; save again when it is back.")
                        .into(),
                ];
                self.refuse();
            }
            Err(error) => {
                self.problems = vec![error.sentence()];
                self.refuse();
            }
        }
    }

    /// Shows the summary of what is wrong and takes the focus there.
    fn refuse(&mut self) {
        self.is_refused = true;
        self.focus = Some(notes::SUMMARY);
    }

    fn forget(&mut self) {
        self.problems.clear();
        self.is_refused = false;
        self.stale = None;
    }

    /// Takes a record as the server keeps it, in place of what was typed.
    fn take(&mut self, ctx: &Context<Self>, record: Rc<Record>) {
        self.form = form_of(ctx.props().blueprint.resource, Some(&record));
        self.record = Some(record);
    }

    /// Takes a record under what was typed, after a change that was made here.
    ///
    /// When others changed it too, the form keeps its revision: then saving tells of them instead of overwriting.
    fn take_under(&mut self, record: Rc<Record>) {
        let (mine, now) = (self.form.revision, record.revision());
        let is_ours_only = now == mine || now == mine.map(|mine| mine + 1);
        let revision = if is_ours_only || self.form.changed().next().is_none() { now } else { mine };
        self.form.rebase(revision, |key| record.get(key).clone(), &BrowserZones);
        self.record = Some(record);
    }

    fn read_again(&self, ctx: &Context<Self>, next: Next) {
        let Some(id) = self.record.as_ref().map(|record| address(record)) else { return };
        let EditProps { blueprint, tools, .. } = ctx.props();
        let (api, resource) = (tools.api.clone(), blueprint.resource);
        let answered = ctx.link().callback(move |answer| Message::Read(next, answer));
        spawn_local(async move { answered.emit(read(&api, resource, &id).await.map(Rc::new)) });
    }

    fn read(&mut self, ctx: &Context<Self>, next: Next, answer: Answer<Rc<Record>>) -> bool {
        match (next, answer) {
            // Whoever changed the record has told of it.
            (Next::Under, Err(_)) => return false,
            (_, Err(error)) => ctx.props().tools.toasts.fail(error.sentence()),
            (Next::Under, Ok(record)) => self.take_under(record),
            (Next::Take, Ok(record)) => {
                self.forget();
                self.take(ctx, record);
                ctx.props().tools.toasts.say("Reloaded");
            }
            (Next::Overwrite(revision), Ok(record)) => {
                self.forget();
                self.form.rebase(revision, |key| record.get(key).clone(), &BrowserZones);
                self.record = Some(record);
                self.save(ctx);
            }
        }
        true
    }

    fn tab(&self, section: Section, count: Option<usize>) -> Html {
        let anchor = section.anchor();
        html! {
            <a href={format!("#{anchor}")} aria-current={(self.section == anchor).then_some("true")}>
                { section.label() }
                if let Some(count) = count.filter(|count| *count > 0) {
                    <span class="num">{ count }</span>
                }
            </a>
        }
    }
}

/// After a record was deleted, brought back, or neither: leads to where it is. It may be brought back when this page
/// is long gone.
fn look_again(tools: Tools, page: Scope<Edit>, record: Rc<Record>) {
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

/// The section that is being read: the last one whose heading has passed the top of the window.
fn in_view(sections: &[Section]) -> &'static str {
    /// So far below the top a heading still counts, in pixels: where a click on its tab leaves it.
    const TOP: f64 = 96.0;
    let top = |section: &Section| {
        browser::element(section.anchor())
            .map_or(f64::MAX, |element| element.get_bounding_client_rect().top())
    };
    let passed = sections.iter().rev().find(|section| top(section) < TOP);
    passed.or(sections.first()).map_or("", |section| section.anchor())
}

/// The sections of the page; the system keeps nothing yet of a new record.
fn sections<'a>(
    blueprint: &'a Blueprint,
    record: Option<&'a Rc<Record>>,
) -> impl Iterator<Item = Section> + 'a {
    let is_there = move |section: &Section| record.is_some() || *section != Section::Record;
    blueprint.sections.iter().copied().filter(is_there)
}

/// The form of a record, or of a new one.
fn form_of(resource: Resource, record: Option<&Rc<Record>>) -> FormState {
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

/// Sends a change of a record, or a new one, and reads what the server made of it.
async fn send(
    api: &Api,
    resource: Resource,
    id: Option<String>,
    change: &Change,
    revision: Option<i64>,
) -> Answer<Rc<Record>> {
    let values: Vec<(Key, Value)> = change.iter().map(|(key, value)| (key, value.clone())).collect();
    let written = match &id {
        Some(id) => api.update(resource, id, &values, revision).await?,
        None => api.create(resource, &values).await?,
    };
    // The answer has the standard columns only. The write is done, whatever comes of reading the others.
    let id = id.unwrap_or_else(|| address(&written));
    Ok(Rc::new(read(api, resource, &id).await.unwrap_or(written)))
}
