//! [`MemberPicker`]: the records that belong to another one: found by typing, added, removed, put in order.

use std::collections::HashMap;
use std::rc::Rc;

use domain::{Id, Input, Key, Resource};
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::api::Api;
use crate::browser::{self, Timeout};
use crate::components::icon::Icon;
use crate::components::pill::pill;
use crate::components::toasts::Toasts;
use crate::form::Entry;
use crate::form::input::{element_id, invalid};
use crate::navigation::Link;
use crate::record::Record;
use crate::route::{Query, Route};

/// How long typing must rest, in milliseconds, before it is searched for.
const REST_MS: i32 = 150;
/// No more than so many are suggested.
const SUGGESTIONS: &str = "8";

/// See [`MemberPicker`].
#[derive(Properties, PartialEq)]
pub struct MemberPickerProps {
    /// The field that lists the members by id.
    pub entry: Entry,
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
}

/// Members as rows; offers as chips. A member that is removed stays in its place, struck through, until it is saved.
pub struct MemberPicker {
    known: HashMap<Id, Rc<Record>>,
    typed: String,
    found: Option<Vec<Rc<Record>>>,
    pointed: usize,
    searches: u32,
    rest: Option<Timeout>,
    /// What is to have the focus once it is drawn where it belongs.
    refocus: Option<String>,
}

impl Component for MemberPicker {
    type Message = Message;
    type Properties = MemberPickerProps;

    fn create(ctx: &Context<Self>) -> Self {
        let picker = Self {
            known: HashMap::new(),
            typed: String::new(),
            found: None,
            pointed: 0,
            searches: 0,
            rest: None,
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
                let with_id = records.into_iter().filter_map(|record| Some((record.id()?, record)));
                self.known.extend(with_id);
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
            if is_plain { self.chip(ctx, id, position) } else { self.row(ctx, id, position, now.len()) }
        };
        html! {
            <>
                if !rows.is_empty() {
                    <ol {class} aria-label={props.entry.field.label.clone()}>{ for rows.iter().map(row) }</ol>
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
    /// Reads what is kept: names and states for the ids of the record.
    fn read_members(&self, ctx: &Context<Self>) {
        let props = ctx.props();
        let (api, resource) = (props.api.clone(), props.resource);
        let known = ctx.link().callback(Message::Known);
        let missing = props.entry.original.as_ids().iter().any(|id| !self.known.contains_key(id));
        if !missing {
            return;
        }
        match props.members.clone() {
            Some(members) => spawn_local(async move {
                let mut query = members.with("columns", &column_names(resource)).with("per_page", "1000");
                // What cannot be read now is shown by its id.
                while let Ok(page) = api.list(resource, &query).await {
                    known.emit(page.records);
                    match page.metadata.next_page {
                        Some(next) => query.set("page", &next.to_string()),
                        None => break,
                    }
                }
            }),
            None => {
                for id in props.entry.original.as_ids().iter().filter(|id| !self.known.contains_key(id)) {
                    let (api, known, id) = (api.clone(), known.clone(), id.to_string());
                    spawn_local(async move {
                        if let Ok(record) = api.get(resource, &id, columns(resource)).await {
                            known.emit(vec![Rc::new(record)]);
                        }
                    });
                }
            }
        }
    }

    fn search(&self, ctx: &Context<Self>) {
        let (api, resource, number) = (ctx.props().api.clone(), ctx.props().resource, self.searches);
        let query = Query::default()
            .with("fulltext", &self.typed)
            .with("columns", &column_names(resource))
            .with("order", &Key::Name.name())
            .with("per_page", SUGGESTIONS);
        let found = ctx.link().callback(move |records| Message::Found(number, records));
        spawn_local(async move {
            if let Ok(page) = api.list(resource, &query).await {
                found.emit(page.records);
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
        if let Some(record) = self.found.iter().flatten().find(|record| record.id() == Some(id)) {
            self.known.insert(id, record.clone());
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
        let mut now = ids(&ctx.props().entry);
        let Some(at) = now.iter().position(|own| *own == id) else { return };
        let Some(to) = at.checked_add_signed(by as isize).filter(|to| *to < now.len()) else { return };
        now.swap(at, to);
        ctx.props().toasts.say(format!("{}, now {} of {}", self.name(id), to + 1, now.len()));
        // Moving a row takes the focus from it.
        let document = browser::document().and_then(|document| document.active_element());
        self.refocus = document.map(|element| element.id()).filter(|id| !id.is_empty());
        send(ctx, &now);
    }

    fn name(&self, id: Id) -> String {
        self.known.get(&id).map_or_else(|| id.to_string(), |record| record.name().to_owned())
    }

    fn row(&self, ctx: &Context<Self>, id: Id, position: Option<usize>, count: usize) -> Html {
        let (link, resource) = (ctx.link(), ctx.props().resource);
        let name = self.name(id);
        let known = self.known.get(&id);
        let is_ordered = resource == Resource::Buyer;
        let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowUp" if event.alt_key() => -1,
                "ArrowDown" if event.alt_key() => 1,
                _ => return None,
            };
            event.prevent_default();
            is_ordered.then_some(Message::Move(id, by))
        });
        let arrow = |icon: &'static str, label: &str, by: i32, is_end: bool| {
            html! {
                <button
                    type="button"
                    class="btn quiet icon"
                    id={button_id(id, icon)}
                    aria-label={format!("{label}: {name}")}
                    aria-disabled={is_end.then_some("true")}
                    onclick={link.callback(move |_| Message::Move(id, by))}
                >
                    <Icon name={icon} />
                </button>
            }
        };
        html! {
            <li key={id.to_string()} class={position.is_none().then_some("gone")} {onkeydown}>
                if is_ordered {
                    <span class="num faint">{ for position.map(|position| position + 1) }</span>
                }
                <span class="nm">
                    <Link to={Route::record(resource, id)}>{ &name }</Link>
                    { " " }
                    <span class="faint">{ id.to_string() }</span>
                </span>
                { for known.map(|record| pill(record)) }
                <span class="mini">
                    if let Some(position) = position.filter(|_| is_ordered) {
                        { arrow("up", "Move up", -1, position == 0) }
                        { arrow("down", "Move down", 1, position + 1 == count) }
                    }
                    { self.toggler(ctx, id, position.is_some(), "btn quiet icon") }
                </span>
            </li>
        }
    }

    fn chip(&self, ctx: &Context<Self>, id: Id, position: Option<usize>) -> Html {
        html! {
            <li key={id.to_string()} class={classes!("chip", position.is_none().then_some("gone"))}>
                <span class="nm">{ self.name(id) }</span>
                { self.toggler(ctx, id, position.is_some(), "") }
            </li>
        }
    }

    fn toggler(&self, ctx: &Context<Self>, id: Id, is_in: bool, class: &'static str) -> Html {
        let onclick = ctx.link().callback(move |_| Message::Toggle(id));
        let element = button_id(id, "toggle");
        if !is_in {
            let label = format!("Put back: {}", self.name(id));
            return html! {
                <button type="button" class="link" id={element} aria-label={label} {onclick}>{ "Put back" }</button>
            };
        }
        html! {
            <button
                type="button"
                {class}
                id={element}
                aria-label={format!("Remove: {}", self.name(id))}
                {onclick}
            >
                <Icon name="x" />
            </button>
        }
    }

    fn search_box(&self, ctx: &Context<Self>, now: &[Id]) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let id = element_id(props.entry.field);
        let list = format!("{id}-found");
        let is_open = self.found.is_some();
        let option_id = |index: usize| format!("{list}-{index}");
        let onkeydown = {
            let has_pointed = self.found.as_ref().is_some_and(|found| !found.is_empty());
            link.batch_callback(move |event: KeyboardEvent| {
                let message = match event.key().as_str() {
                    "ArrowDown" => Message::Point(1),
                    "ArrowUp" => Message::Point(-1),
                    "Escape" if is_open => Message::Close,
                    "Enter" if has_pointed => Message::AddPointed,
                    // Enter in a form saves it; here it only chooses.
                    "Enter" => Message::Search,
                    _ => return None,
                };
                event.prevent_default();
                Some(message)
            })
        };
        let oninput = link.callback(|event: InputEvent| {
            let input: Option<web_sys::HtmlInputElement> = event.target_dyn_into();
            Message::Typed(input.map(|input| input.value()).unwrap_or_default())
        });
        let suggestion = |(index, record): (usize, &Rc<Record>)| {
            let is_in = record.id().is_some_and(|id| now.contains(&id));
            let add = record.id().map(|id| link.callback(move |_: MouseEvent| Message::Add(id)));
            html! {
                <li
                    role="option"
                    id={option_id(index)}
                    aria-selected={if index == self.pointed { "true" } else { "false" }}
                    onclick={add}
                >
                    <span class="nm">{ record.name() }{ " " }<span class="faint">{ for record.id().map(|id| id.to_string()) }</span></span>
                    if is_in {
                        <span class="faint">{ "Added" }</span>
                    } else {
                        { pill(record) }
                    }
                </li>
            }
        };
        let noun = props.resource.noun();
        let found = self.found.as_deref().unwrap_or_default();
        html! {
            <div class="add">
                <div class="search">
                    <Icon name="search" />
                    <input
                        class="input"
                        {id}
                        type="text"
                        role="combobox"
                        autocomplete="off"
                        spellcheck="false"
                        aria-autocomplete="list"
                        aria-expanded={if is_open { "true" } else { "false" }}
                        aria-controls={list.clone()}
                        aria-activedescendant={(!found.is_empty()).then(|| option_id(self.pointed))}
                        aria-label={(!props.is_labelled).then(|| format!("Add {}", props.resource.with_article()))}
                        aria-invalid={invalid(&props.entry)}
                        aria-describedby={props.described.clone()}
                        placeholder={format!("Add {} by name, id or own id", props.resource.with_article())}
                        value={self.typed.clone()}
                        {oninput}
                        {onkeydown}
                        onblur={link.callback(|_| Message::Close)}
                    />
                </div>
                // The focus stays in the input while a suggestion is clicked.
                <div class="found" hidden={!is_open} onmousedown={|event: MouseEvent| event.prevent_default()}>
                    <ul id={list.clone()} role="listbox" aria-label={props.resource.heading()}>
                        { for found.iter().enumerate().map(suggestion) }
                    </ul>
                    if is_open && found.is_empty() {
                        <p class="help">{ format!("No {noun} matches.") }</p>
                    }
                </div>
            </div>
        }
    }
}

fn send(ctx: &Context<MemberPicker>, ids: &[Id]) {
    let items = ids.iter().map(|id| Input::Text(id.to_string())).collect();
    ctx.props().set.emit((ctx.props().entry.field.key, Input::List(items)));
}

fn ids(entry: &Entry) -> Vec<Id> {
    entry.items().into_iter().filter_map(Id::parse).collect()
}

fn button_id(id: Id, what: &str) -> String {
    format!("member-{id}-{what}")
}

/// What is shown of a member.
fn columns(resource: Resource) -> &'static [Key] {
    match resource {
        Resource::BuyerGroup => &[Key::Id, Key::Name, Key::State],
        Resource::Buyer => &[Key::Id, Key::Name, Key::Paused],
        Resource::Offer | Resource::Company => &[Key::Id, Key::Name],
    }
}

fn column_names(resource: Resource) -> String {
    let names: Vec<_> = columns(resource).iter().map(|key| key.name()).collect();
    names.join(",")
}

/// So many places further among `count`, around both ends.
fn shifted(at: usize, by: i32, count: usize) -> usize {
    let count = count.max(1) as i64;
    (at as i64 + i64::from(by)).rem_euclid(count) as usize
}

/// The members in their new order, each with its position, and among them those that were removed, each after the one
/// that stood before it.
fn rows(original: &[Id], now: &[Id]) -> Vec<(Id, Option<usize>)> {
    let mut rows: Vec<(Id, Option<usize>)> =
        now.iter().enumerate().map(|(position, id)| (*id, Some(position))).collect();
    let mut before = None;
    for id in original {
        if !now.contains(id) {
            let at = before.and_then(|before| rows.iter().position(|(own, _)| *own == before));
            rows.insert(at.map_or(0, |at| at + 1), (*id, None));
        }
        before = Some(*id);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[i64]) -> Vec<Id> {
        numbers.iter().filter_map(|number| Id::new(*number)).collect()
    }

    fn shown(original: &[i64], now: &[i64]) -> String {
        let row = |(id, position): (Id, Option<usize>)| match position {
            Some(position) => format!("{}.{id}", position + 1),
            None => format!("-{id}"),
        };
        rows(&ids(original), &ids(now)).into_iter().map(row).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn removed_members_stay_where_they_stood() {
        assert_eq!(shown(&[1, 2, 3], &[1, 2, 3]), "1.1 2.2 3.3");
        assert_eq!(shown(&[1, 2, 3], &[1, 3]), "1.1 -2 2.3");
        assert_eq!(shown(&[1, 2, 3], &[3, 4]), "-1 -2 1.3 2.4");
        assert_eq!(shown(&[1, 2, 3], &[3, 2]), "-1 1.3 2.2");
        assert_eq!(shown(&[1, 2, 3], &[]), "-1 -2 -3");
        assert_eq!(shown(&[], &[5]), "1.5");
    }

    #[test]
    fn suggestions_go_around() {
        assert_eq!((shifted(0, -1, 3), shifted(2, 1, 3), shifted(1, 1, 3), shifted(0, 1, 0)), (2, 0, 2, 0));
    }
}
