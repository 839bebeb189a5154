//! [`MemberPicker`]: the records that belong to another one: found by typing, added, removed, put in order.

mod rows;
mod search;

use std::rc::Rc;

use domain::{Id, Input, Key, Resource};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::Api;
use crate::browser::{self, Timeout};
use crate::components::drag::{Drag, Pull};
use crate::components::toasts::Toasts;
use crate::find;
use crate::form::Entry;
use crate::form::input::element_id;
use crate::form::names;
use crate::form::reading::all;
use crate::record::Record;
use crate::route::Query;
use rows::{button_id, rows};
use search::shifted;

/// How long typing must rest, in milliseconds, before it is searched for.
const REST_MS: i32 = 150;

/// See [`MemberPicker`].
#[derive(Properties, PartialEq)]
pub struct MemberPickerProps {
    /// The field that lists the members by id.
    pub entry: Rc<Entry>,
    /// What they are.
    pub resource: Resource,
    /// Whether a label stands over it.
    pub is_labelled: bool,
    /// The list that has the members of the record as it is kept; without it each is read on its own.
    pub members: Option<Query>,
    /// The ids of the sentences about the field.
    pub described: Option<String>,
    /// Takes the ids as they are to be.
    pub set: Callback<(Key, Input)>,
    /// Where they are found.
    pub api: Api,
    /// Where a new position is read out.
    pub toasts: Toasts,
    /// Hears when there are new [`names`].
    #[prop_or_default]
    pub named: Callback<()>,
}

/// What the picker is told.
pub enum Message {
    /// These records were read.
    Known(Vec<Rc<Record>>),
    /// That was typed.
    Typed(String),
    /// Typing rests.
    Search,
    /// The search with that number found these.
    Found(u32, Vec<Rc<Record>>),
    /// The suggestion so many places further is meant.
    Point(i32),
    /// The suggestions are not wanted.
    Close,
    /// Add it.
    Add(Id),
    /// Add what is meant.
    AddPointed,
    /// Remove it, or put it back.
    Toggle(Id),
    /// Move it so many places down.
    Move(Id, i32),
    /// Something is done with its grip.
    Pull(Id, Pull),
}

/// Members as rows; offers as chips. A member that is removed stays in its place, struck through, until it is saved.
pub struct MemberPicker {
    /// What was read of members and suggestions, by id.
    known: Vec<(Id, Rc<Record>)>,
    typed: String,
    found: Option<Vec<Rc<Record>>>,
    pointed: usize,
    searches: u32,
    rest: Option<Timeout>,
    /// The member that is being dragged.
    drag: Option<(Id, Drag)>,
    /// What is to have the focus once it is drawn where it belongs.
    refocus: Option<String>,
}

impl Component for MemberPicker {
    type Message = Message;
    type Properties = MemberPickerProps;

    fn create(ctx: &Context<Self>) -> Self {
        let picker = Self {
            known: Vec::new(),
            typed: String::new(),
            found: None,
            pointed: 0,
            searches: 0,
            rest: None,
            drag: None,
            refocus: None,
        };
        picker.read_members(ctx);
        picker
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Self::Properties) -> bool {
        if ctx.props().entry.original != old.entry.original {
            self.read_members(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Known(records) => {
                for record in records {
                    self.remember(record);
                }
                ctx.props().named.emit(());
            }
            Message::Typed(text) => {
                self.typed = text;
                self.searches += 1;
                if self.typed.trim().is_empty() {
                    (self.found, self.rest) = (None, None);
                } else {
                    let search = ctx.link().callback(|()| Message::Search);
                    self.rest = Some(Timeout::new(REST_MS, move || search.emit(())));
                }
            }
            Message::Search => {
                self.search(ctx);
                return false;
            }
            Message::Found(number, records) => {
                if number != self.searches {
                    return false;
                }
                (self.found, self.pointed) = (Some(records), 0);
                ctx.props().toasts.say(self.summary(ctx.props().resource));
            }
            Message::Point(by) => {
                let count = self.found.as_ref().map_or(0, Vec::len);
                if count == 0 {
                    self.search(ctx);
                    return false;
                }
                self.pointed = shifted(self.pointed, by, count);
            }
            Message::Close => {
                self.found = None;
                self.searches += 1;
            }
            Message::AddPointed => {
                let pointed = self.found.as_ref().and_then(|found| found.get(self.pointed));
                if let Some(id) = pointed.and_then(|record| record.id()) {
                    self.add(ctx, id);
                }
            }
            Message::Add(id) => self.add(ctx, id),
            Message::Toggle(id) => self.toggle(ctx, id),
            Message::Move(id, by) => self.shift(ctx, id, by),
            Message::Pull(id, Pull::Take(event)) => {
                let at = ids(&ctx.props().entry).iter().position(|own| *own == id);
                self.drag = at.and_then(|at| Some((id, Drag::start(at, &event)?)));
            }
            Message::Pull(_, Pull::Move(event)) => {
                return self.drag.as_mut().is_some_and(|(_, drag)| drag.follow(&event));
            }
            Message::Pull(_, Pull::Drop) => {
                if let Some((id, drag)) = self.drag.take() {
                    self.place(ctx, id, drag.to);
                }
            }
            Message::Pull(_, Pull::LetGo) => self.drag = None,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let now = ids(&props.entry);
        let rows = rows(props.entry.original.as_ids(), &now);
        let is_plain = props.resource == Resource::Offer;
        let class = if is_plain { "tags" } else { "members" };
        let row = |&(id, position): &(Id, Option<usize>)| {
            if is_plain { self.chip(ctx, id, position) } else { self.row(ctx, id, position, &now) }
        };
        html! {
            <>
                if !rows.is_empty() {
                    <ol {class} aria-label={props.entry.field.label}>{ for rows.iter().map(row) }</ol>
                }
                { self.search_box(ctx, &now) }
            </>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if let Some(id) = self.refocus.take() {
            browser::focus(&id);
        }
    }
}

impl MemberPicker {
    /// Reads names and states for the ids of the record as it is kept, and for those that a new one is filled in with.
    fn read_members(&self, ctx: &Context<Self>) {
        let props = ctx.props();
        let (api, resource) = (props.api.clone(), props.resource);
        let now = ids(&props.entry);
        let shown = props.entry.original.as_ids().iter().chain(&now);
        let missing: Vec<Id> = shown.filter(|id| self.known(**id).is_none()).copied().collect();
        if missing.is_empty() {
            return;
        }
        let members = props.members.clone();
        let known = ctx.link().callback(Message::Known);
        spawn_local(async move {
            let columns: Vec<Key> = find::columns(resource).collect();
            let read = match members {
                Some(members) => all(&api, resource, members, &columns).await,
                None => find::by_ids(&api, resource, &missing).await,
            };
            // What cannot be read now is shown by its id.
            if let Ok(records) = read {
                known.emit(records);
            }
        });
    }

    fn search(&self, ctx: &Context<Self>) {
        let (api, resource, number) = (ctx.props().api.clone(), ctx.props().resource, self.searches);
        let (text, found) =
            (self.typed.clone(), ctx.link().callback(move |found| Message::Found(number, found)));
        spawn_local(async move {
            if let Ok(records) = find::by_text(&api, resource, &text).await {
                found.emit(records);
            }
        });
    }

    fn summary(&self, resource: Resource) -> String {
        match self.found.as_ref().map_or(0, Vec::len) {
            0 => format!("No {} matches.", resource.noun()),
            1 => "1 suggestion.".to_owned(),
            count => format!("{count} suggestions."),
        }
    }

    fn add(&mut self, ctx: &Context<Self>, id: Id) {
        let mut now = ids(&ctx.props().entry);
        if !now.contains(&id) {
            now.push(id);
        }
        if let Some(record) = self.found.iter().flatten().find(|record| record.id() == Some(id)).cloned() {
            self.remember(record);
        }
        let place = format!("{}, now {} of {}", self.name(id), now.len(), now.len());
        (self.found, self.typed) = (None, String::new());
        self.searches += 1;
        ctx.props().toasts.say(place);
        self.refocus = Some(element_id(ctx.props().entry.field));
        send(ctx, &now);
    }

    /// Takes a member out, or puts it back where it stood.
    fn toggle(&mut self, ctx: &Context<Self>, id: Id) {
        let entry = &ctx.props().entry;
        let now = ids(entry);
        let rows = rows(entry.original.as_ids(), &now);
        let was_in = now.contains(&id);
        let next: Vec<Id> = rows
            .into_iter()
            .filter(|&(own, position)| if own == id { !was_in } else { position.is_some() })
            .map(|(own, _)| own)
            .collect();
        let deed = if was_in { "removed" } else { "put back" };
        ctx.props().toasts.say(format!("{}, {deed}", self.name(id)));
        let stays = !was_in || entry.original.as_ids().contains(&id);
        self.refocus = Some(if stays { button_id(id, "toggle") } else { element_id(entry.field) });
        send(ctx, &next);
    }

    fn shift(&mut self, ctx: &Context<Self>, id: Id, by: i32) {
        let now = ids(&ctx.props().entry);
        let Some(at) = now.iter().position(|own| *own == id) else { return };
        let Some(to) = at.checked_add_signed(by as isize).filter(|to| *to < now.len()) else { return };
        self.place(ctx, id, to);
        // Moving a row takes the focus from it.
        let document = browser::document().and_then(|document| document.active_element());
        self.refocus = document.map(|element| element.id()).filter(|id| !id.is_empty());
    }

    /// Puts a member at a place and reads that out.
    fn place(&self, ctx: &Context<Self>, id: Id, to: usize) {
        let mut now = ids(&ctx.props().entry);
        let Some(at) = now.iter().position(|own| *own == id).filter(|at| *at != to) else { return };
        let moved = now.remove(at);
        now.insert(to.min(now.len()), moved);
        ctx.props().toasts.say(format!("{}, now {} of {}", self.name(id), to + 1, now.len()));
        send(ctx, &now);
    }

    fn remember(&mut self, record: Rc<Record>) {
        let Some(id) = record.id() else { return };
        names::learn(&record);
        match self.known.binary_search_by_key(&id, |(own, _)| *own) {
            Ok(at) => self.known[at].1 = record,
            Err(at) => self.known.insert(at, (id, record)),
        }
    }

    fn known(&self, id: Id) -> Option<&Rc<Record>> {
        let at = self.known.binary_search_by_key(&id, |(own, _)| *own).ok()?;
        self.known.get(at).map(|(_, record)| record)
    }

    fn name(&self, id: Id) -> String {
        self.known(id).map_or_else(|| id.to_string(), |record| record.name().to_owned())
    }
}

fn send(ctx: &Context<MemberPicker>, ids: &[Id]) {
    let items = ids.iter().map(|id| Input::Text(id.to_string())).collect();
    ctx.props().set.emit((ctx.props().entry.field.key, Input::List(items)));
}

fn ids(entry: &Entry) -> Vec<Id> {
    entry.items().into_iter().filter_map(Id::parse).collect()
}
