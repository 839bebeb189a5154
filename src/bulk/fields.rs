//! [`EditFields`]: which fields of what is selected are changed and how, and what comes of it, before anything is sent.

use std::rc::Rc;

use domain::{Field, Id, Input, Key, Kind, Resource, Section};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlDialogElement, HtmlSelectElement};
use yew::prelude::*;

use super::edit::{Edit, Way, editable};
use super::plan::{Plan, columns_of};
use super::preview::Preview;
use super::reading::{Read, records};
use super::words::counted;
use crate::api::{Answer, ApiError};
use crate::browser::{self, Timeout};
use crate::components::icon::icon;
use crate::components::member_picker::MemberPicker;
use crate::find;
use crate::form::FormState;
use crate::form::input::{Manner, element_id, field, typed};
use crate::form::names;
use crate::form::zones::BrowserZones;
use crate::panel::Panel;
use crate::record::Record;

/// How long typing must rest, in milliseconds, before the preview follows.
const REST_MS: i32 = 120;

/// The id of what the next field is chosen in.
const PICK: &str = "edit-pick";

/// See [`EditFields`].
#[derive(Properties, Clone, PartialEq)]
pub struct FieldsProps {
    /// Of which records.
    pub resource: Resource,
    /// Those that are selected.
    pub ids: Rc<[Id]>,
    /// How money is shown.
    pub currency: AttrValue,
    /// It is to be done, to what was read.
    pub onrun: Callback<(Plan, Rc<Read>)>,
    /// It is not to be done.
    pub oncancel: Callback<()>,
}

/// What the dialog is told.
pub enum Message {
    /// The field of that name is to be changed too.
    Pick(String),
    /// The field is to be changed in that way, by its place among the ways of the field.
    Way(Key, usize),
    /// That was typed for the field.
    Typed(Key, Input),
    /// The field is to stay as it is.
    Leave(Key),
    /// Typing rests.
    Look,
    /// Read what is selected.
    Read,
    /// The reading with that number came, or failed.
    Came(u32, Answer<Read>),
    /// It is known what these are called.
    Named(Vec<Rc<Record>>),
    /// It is to be done.
    Run,
}

/// The dialog. Render it to ask.
pub struct EditFields {
    dialog: NodeRef,
    /// What was typed, by field.
    form: FormState,
    picked: Vec<(&'static Field, Way)>,
    /// What was read with which columns.
    read: Option<(Rc<Read>, Vec<Key>)>,
    readings: u32,
    error: Option<ApiError>,
    preview: Option<Preview>,
    rest: Option<Timeout>,
}

impl Component for EditFields {
    type Message = Message;
    type Properties = FieldsProps;

    fn create(ctx: &Context<Self>) -> Self {
        Self {
            dialog: NodeRef::default(),
            form: FormState::blank(ctx.props().resource, &BrowserZones),
            picked: Vec::new(),
            read: None,
            readings: 0,
            error: None,
            preview: None,
            rest: None,
        }
    }

    fn rendered(&mut self, _: &Context<Self>, is_first: bool) {
        if let (true, Some(dialog)) = (is_first, self.dialog.cast::<HtmlDialogElement>()) {
            // It fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        // Closing it, and not only taking it away, gives the focus back to what had it.
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>() {
            dialog.close();
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        let props = ctx.props();
        match message {
            Message::Pick(name) => {
                let Some(field) = editable(props.resource).find(|field| field.name == name) else {
                    return false;
                };
                // A switch and a choice always say something; a number is never proposed.
                if !matches!(field.kind, Kind::Boolean | Kind::Choice(_)) {
                    self.form.set(field.key, Input::from(""), &BrowserZones);
                }
                self.picked.extend(Way::of(field).first().map(|way| (field, *way)));
                browser::soon(move || browser::focus(&element_id(field)));
                self.look(ctx);
            }
            Message::Way(key, place) => {
                for (field, way) in self.picked.iter_mut().filter(|(field, _)| field.key == key) {
                    *way = Way::of(field).get(place).copied().unwrap_or(*way);
                }
                self.look(ctx);
            }
            Message::Typed(key, input) => {
                self.form.set(key, input, &BrowserZones);
                let look = ctx.link().callback(|()| Message::Look);
                self.rest = Some(Timeout::new(REST_MS, move || look.emit(())));
            }
            Message::Leave(key) => {
                self.picked.retain(|(field, _)| field.key != key);
                browser::focus(PICK);
                self.look(ctx);
            }
            Message::Look => self.look(ctx),
            Message::Read => self.read(ctx),
            Message::Came(number, _) if number != self.readings => return false,
            Message::Came(_, Ok(read)) => {
                self.error = None;
                self.read = Some((Rc::new(read), columns_of(&self.edits())));
                self.look(ctx);
            }
            Message::Came(_, Err(error)) => self.error = Some(error),
            Message::Named(records) => records.iter().for_each(|record| names::learn(record)),
            Message::Run => {
                self.look(ctx);
                if let (Some(preview), Some((read, _))) = (&self.preview, &self.read) {
                    props.onrun.emit((Plan::Edit(preview.edits.clone()), read.clone()));
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let oncancel = props.oncancel.reform(|event: Event| event.prevent_default());
        let resource = props.resource;
        let oninput = link.batch_callback(move |event: InputEvent| {
            let (name, input) = typed(event.target())?;
            Some(Message::Typed(resource.field_named(&name)?.key, input))
        });
        let count = counted(props.ids.len(), resource);
        let ready = self.preview.as_ref().filter(|preview| preview.changed > 0);
        let verb = match ready {
            Some(preview) => ["Change ", &counted(preview.changed, resource)].concat(),
            None => "Change".to_owned(),
        };
        html! {
            <dialog ref={&self.dialog} class="ask edit" aria-labelledby="edit-title" {oncancel}>
                <h2 id="edit-title">{ format!("Edit fields of {count}") }</h2>
                <div class="edits" {oninput}>
                    { for self.picked.iter().map(|(field, way)| self.edit(ctx, field, *way)) }
                </div>
                { self.picker(ctx) }
                if let Some(error) = &self.error {
                    <p class="err" role="alert">
                        { error.sentence() }
                        { " " }
                        <button type="button" class="link" onclick={link.callback(|_| Message::Read)}>{ "Try again" }</button>
                    </p>
                } else if self.read.is_none() && !self.picked.is_empty() {
                    <p class="help late">{ "Reading…" }</p>
                }
                if let Some(preview) = &self.preview {
                    { preview.table(&props.currency) }
                }
                <div class="acts">
                    <p role="status">{ self.summary(resource) }</p>
                    <button type="button" class="btn" onclick={props.oncancel.reform(|_| ())}>{ "Cancel" }</button>
                    <button
                        type="button"
                        class="btn primary"
                        disabled={ready.is_none()}
                        onclick={link.callback(|_| Message::Run)}
                    >
                        { verb }
                    </button>
                </div>
            </dialog>
        }
    }
}

impl EditFields {
    fn edits(&self) -> Vec<Edit> {
        let edit = |&(field, way): &(&'static Field, Way)| {
            let input = self.form.entry(field.key).map_or(Input::Null, |entry| entry.input.clone());
            Edit { field, way, input }
        };
        self.picked.iter().map(edit).collect()
    }

    /// Looks again at what the edits make of the records; reads them anew when a field was not read.
    fn look(&mut self, ctx: &Context<Self>) {
        let edits = self.edits();
        let is_said = |edit: &Edit| edit.is_complete() && edit.fault(&BrowserZones).is_none();
        self.preview = None;
        let is_ready = !edits.is_empty() && edits.iter().all(is_said);
        match &self.read {
            Some((read, columns)) if columns_of(&edits).iter().all(|key| columns.contains(key)) => {
                self.preview = is_ready.then(|| Preview::of(edits, &read.records, &BrowserZones));
                self.name(ctx);
            }
            _ if !edits.is_empty() => self.read(ctx),
            _ => {}
        }
    }

    /// Asks what the records are called that the preview names. What cannot be read now stands there by its id.
    fn name(&self, ctx: &Context<Self>) {
        for (resource, ids) in self.preview.iter().flat_map(Preview::nameless) {
            let (api, link) = (Panel::of(ctx).api.clone(), ctx.link().clone());
            spawn_local(async move {
                if let Ok(records) = find::by_ids(&api, resource, &ids).await {
                    link.send_message(Message::Named(records));
                }
            });
        }
    }

    fn read(&mut self, ctx: &Context<Self>) {
        self.readings += 1;
        (self.read, self.error) = (None, None);
        let (number, link, props) = (self.readings, ctx.link().clone(), ctx.props());
        let (resource, ids, columns) = (props.resource, props.ids.to_vec(), columns_of(&self.edits()));
        let api = Panel::of(ctx).api.clone();
        spawn_local(async move {
            let read = records(api, resource, ids, columns, false).await;
            link.send_message(Message::Came(number, read));
        });
    }

    /// What changes, what stays, what is left out.
    fn summary(&self, resource: Resource) -> String {
        let Some(preview) = &self.preview else { return String::new() };
        let mut parts = vec![[counted(preview.changed, resource), " to change".to_owned()].concat()];
        if preview.faulty > 0 {
            parts.push(format!("{} would break a rule and stay as they are", preview.faulty));
        }
        if preview.same > 0 {
            parts.push(format!("{} are so already", preview.same));
        }
        parts.join(", ") + "."
    }

    /// One field, how it is changed, and with what.
    fn edit(&self, ctx: &Context<Self>, own: &'static Field, way: Way) -> Html {
        let link = ctx.link();
        let key = own.key;
        let option = |(place, other): (usize, &Way)| {
            html! { <option value={place.to_string()} selected={*other == way}>{ other.label() }</option> }
        };
        let onway = link.batch_callback(move |event: Event| {
            let select: HtmlSelectElement = event.target_dyn_into()?;
            Some(Message::Way(key, select.value().parse().ok()?))
        });
        let set = link.callback(|(key, input)| Message::Typed(key, input));
        let entry = self.form.entry(key).filter(|_| way != Way::Clear);
        let control = entry.map(|entry| match own.kind {
            Kind::Ids(resource) => html! {
                <div class="field">
                    <label for={element_id(own)}>{ own.label }</label>
                    <MemberPicker
                        entry={entry.clone()}
                        {resource}
                        is_labelled=true
                        members={None}
                        described={None::<String>}
                        {set}
                        api={Panel::of(ctx).api.clone()}
                        toasts={Panel::of(ctx).toasts.clone()}
                    />
                </div>
            },
            _ => field(entry, &Manner { help: Some("".into()), ..Manner::default() }, &set),
        });
        let edit = self.edits().into_iter().find(|edit| edit.field.key == key);
        let fault = edit.filter(Edit::is_complete).and_then(|edit| edit.fault(&BrowserZones));
        html! {
            <div class="edit-row" key={own.name} role="group" aria-label={own.label}>
                <b>{ own.label }</b>
                <select class="input" aria-label={format!("How to change {}", own.label)} onchange={onway}>
                    { for Way::of(own).iter().enumerate().map(option) }
                </select>
                <div>
                    if let Some(control) = control {
                        { control }
                    }
                    if let Some(fault) = fault {
                        <p class="err" role="alert">{ domain::sentence(own.label, &fault) }</p>
                    }
                </div>
                <button
                    type="button"
                    class="btn quiet icon"
                    aria-label={format!("Do not change {}", own.label)}
                    onclick={link.callback(move |_| Message::Leave(key))}
                >
                    { icon("x") }
                </button>
            </div>
        }
    }

    /// Every field that is not picked yet, by section.
    fn picker(&self, ctx: &Context<Self>) -> Html {
        let resource = ctx.props().resource;
        let rest: Vec<&'static Field> = editable(resource)
            .filter(|field| !self.picked.iter().any(|(own, _)| own.key == field.key))
            .collect();
        let mut sections: Vec<Section> = rest.iter().map(|field| field.section).collect();
        sections.sort_unstable();
        sections.dedup();
        let group = |section: Section| {
            let own = rest.iter().filter(|field| field.section == section);
            let option =
                |field: &&'static Field| html! { <option value={field.name}>{ field.label }</option> };
            html! { <optgroup label={section.label()}>{ for own.map(option) }</optgroup> }
        };
        // Not by choosing alone: the arrow keys choose on their way to another field.
        let pick = || {
            let select: HtmlSelectElement = browser::element(PICK)?.dyn_into().ok()?;
            let name = select.value();
            select.set_value("");
            (!name.is_empty()).then_some(Message::Pick(name))
        };
        let onkeydown = ctx.link().batch_callback(
            move |event: KeyboardEvent| {
                if event.key() == "Enter" { pick() } else { None }
            },
        );
        html! {
            <div class="line">
                <select id={PICK} class="input" aria-label="Field to change" {onkeydown}>
                    <option value="" selected=true>{ "Choose a field…" }</option>
                    { for sections.into_iter().map(group) }
                </select>
                <button type="button" class="btn" onclick={ctx.link().batch_callback(move |_| pick())}>
                    { icon("plus") }
                    { "Add field" }
                </button>
            </div>
        }
    }
}
