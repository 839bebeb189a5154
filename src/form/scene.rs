//! [`Blueprint`]: what the page of one kind of record has that others have not; [`Scene`]: what it is drawn from.

use std::rc::Rc;

use domain::field::Blank;
use domain::filter::{Filter, FilterBy};
use domain::{Field, Input, Key, Kind, Resource, Section};
use yew::prelude::*;

use super::input::{self, Manner, element_id};
use super::{Entry, FormState};
use crate::api::Api;
use crate::components::cap_matrix::Pasted;
use crate::components::member_picker::MemberPicker;
use crate::components::toasts::Toasts;
use crate::format;
use crate::navigation::Navigator;
use crate::record::Record;
use crate::route::Query;
use crate::session::UseSession;

/// What the page of one kind of record has that others have not.
pub struct Blueprint {
    /// The kind.
    pub resource: Resource,
    /// Its sections, in order.
    pub sections: &'static [Section],
    /// The fields of other sections that a section looks at.
    pub seen: &'static [(Section, Key)],
    /// How many things are in a section, for its tab.
    pub count: fn(Section, &FormState, Option<&Record>) -> Option<usize>,
    /// A section that is more than its fields one after another.
    pub part: fn(Section, &Scene) -> Option<Part>,
    /// What stands beside the form.
    pub rail: Option<fn(&Scene) -> Html>,
}

impl PartialEq for Blueprint {
    fn eq(&self, other: &Self) -> bool {
        self.resource == other.resource
    }
}

/// What a section consists of besides its heading.
#[derive(Default)]
pub struct Part {
    /// A sentence beside the heading.
    pub note: AttrValue,
    /// What can be done with the section as a whole.
    pub action: Html,
    /// What is in it.
    pub body: Html,
    /// Whether its one field, which has no label of its own, was changed.
    pub is_changed: bool,
}

/// What every page is given by the frame around it. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Tools {
    /// The API client.
    pub api: Api,
    /// Tells news.
    pub toasts: Toasts,
    /// Goes to other pages.
    pub navigator: Navigator,
    /// Who is signed in, and where.
    pub session: UseSession,
}

/// What a [`Blueprint`] draws a part of the page from. As long as it is equal the part is not drawn anew: so it has the
/// fields that the part looks at, and no others.
#[derive(Clone)]
pub struct Scene {
    /// The fields as they stand.
    pub form: FormState,
    /// The record as it is kept; `None` for a new one.
    pub record: Option<Rc<Record>>,
    /// The frame.
    pub tools: Tools,
    /// Takes what a field is to hold.
    pub set: Callback<(Key, Input)>,
    /// Takes pasted cells.
    pub pasted: Callback<Pasted>,
    /// Hears when the record was changed past the form.
    pub changed: Callback<()>,
    /// Hears when there are new names of records.
    pub named: Callback<()>,
}

impl PartialEq for Scene {
    fn eq(&self, other: &Self) -> bool {
        // A record that was read anew tells the time anew: when a cap resets.
        let records = [self, other].map(|own| own.record.as_ref().map(Rc::as_ptr));
        records[0] == records[1]
            && self.form == other.form
            && self.tools == other.tools
            && self.set == other.set
            && self.pasted == other.pasted
            && self.changed == other.changed
            && self.named == other.named
    }
}

impl Scene {
    /// The record as it is kept; `None` for a new one.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.record.as_deref()
    }

    /// The same for a section alone, with what it looks at.
    #[must_use]
    pub fn of_section(&self, blueprint: &Blueprint, section: Section) -> Self {
        let is_seen =
            |field: &Field| field.section == section || blueprint.seen.contains(&(section, field.key));
        let Self { form, record, tools, set, pasted, changed, named } = self;
        Self {
            form: form.only(is_seen),
            record: record.clone(),
            tools: tools.clone(),
            set: set.clone(),
            pasted: pasted.clone(),
            changed: changed.clone(),
            named: named.clone(),
        }
    }

    /// The fields of a section, those first that name the record and say most about it.
    #[must_use]
    pub fn fields(&self, section: Section) -> Vec<&Rc<Entry>> {
        let rank = |entry: &Entry| match entry.field.key {
            Key::Name | Key::DialBuyersType => 0,
            Key::Tier => 1,
            Key::ExternalRecordId => 3,
            _ => 2,
        };
        let of_rank = |own: u8| self.form.in_section(section).filter(move |entry| rank(entry) == own);
        (0..4).flat_map(of_rank).collect()
    }

    /// The field with that key.
    pub fn field(&self, key: Key, manner: &Manner) -> Html {
        self.form.entry(key).map(|entry| self.draw(entry, manner)).unwrap_or_default()
    }

    /// A section that is one list of members.
    #[must_use]
    pub fn members_part(&self, key: Key, note: &'static str) -> Part {
        let is_changed = self.form.entry(key).is_some_and(|entry| entry.is_changed());
        let body = self.field(key, &Manner { quiet: true, ..Manner::default() });
        Part { note: note.into(), body, is_changed, ..Part::default() }
    }

    /// A field as its kind has it.
    pub fn draw(&self, entry: &Rc<Entry>, manner: &Manner) -> Html {
        let placeholder = match entry.field.kind {
            Kind::Ids(resource) => return self.members(entry, resource, manner),
            Kind::TimeZone if entry.field.blank == Blank::Clears => {
                Some(self.tools.session.session.company.time_zone.clone().into())
            }
            _ => manner.placeholder.clone(),
        };
        let manner = Manner { placeholder, ..manner.clone() };
        html! { <LoneField entry={entry.clone()} {manner} set={self.set.clone()} /> }
    }

    fn members(&self, entry: &Rc<Entry>, resource: Resource, manner: &Manner) -> Html {
        let help = manner.help(entry);
        html! {
            <div class={classes!("field", entry.is_changed().then_some("changed"))}>
                if !manner.quiet {
                    <label for={element_id(entry.field)}>{ input::label(entry) }</label>
                }
                <MemberPicker
                    entry={entry.clone()}
                    {resource}
                    is_labelled={!manner.quiet}
                    members={self.members_list(entry, resource)}
                    described={input::described_by(entry, !help.is_empty())}
                    set={self.set.clone()}
                    api={self.tools.api.clone()}
                    toasts={self.tools.toasts.clone()}
                    named={self.named.clone()}
                />
                { input::below(entry, manner) }
            </div>
        }
    }

    /// The list that has the members of the record as it is kept, when a filter gives it.
    fn members_list(&self, entry: &Entry, resource: Resource) -> Option<Query> {
        // The offers of its team are not those that a group serves.
        let record = self.record().filter(|_| entry.field.key != Key::TeamOfferIds)?;
        let is_of_it = |filter: &&Filter| filter.by == FilterBy::Member(record.resource());
        let filter = resource.main_filters().iter().find(is_of_it)?;
        Some(Query::default().with(filter.name, &record.id()?.to_string()))
    }

    /// The content of a section: its own, or its fields one after another.
    pub fn part(&self, blueprint: &Blueprint, section: Section) -> Part {
        if let Some(part) = (blueprint.part)(section, self) {
            return part;
        }
        let body = match (section, self.record()) {
            (Section::Record, Some(record)) => facts(record),
            _ => {
                let fields = self.fields(section);
                html! {
                    <div class="row2">{ for fields.iter().map(|entry| self.draw(entry, &Manner::default())) }</div>
                }
            }
        };
        Part { body, ..Part::default() }
    }
}

#[derive(Properties, PartialEq)]
struct LoneFieldProps {
    entry: Rc<Entry>,
    manner: Manner,
    set: Callback<(Key, Input)>,
}

/// A field that is drawn anew alone.
#[component]
fn LoneField(props: &LoneFieldProps) -> Html {
    input::field(&props.entry, &props.manner, &props.set)
}

/// See [`PartOfPage`].
#[derive(Properties, PartialEq)]
pub struct PartProps {
    /// What it is drawn from.
    pub scene: Scene,
    /// How.
    pub draw: Draw,
}

/// How a part of the page is drawn.
#[derive(Clone, Copy, PartialEq)]
pub enum Draw {
    /// As a section of the form.
    Section(&'static Blueprint, Section),
    /// As what stands beside the form.
    Rail(&'static Blueprint),
}

/// A part of the page, which is drawn anew only when what it is drawn from is another: a key pressed in one field must
/// not draw sixty.
#[component]
pub fn PartOfPage(props: &PartProps) -> Html {
    match props.draw {
        Draw::Section(blueprint, own) => section(own, props.scene.part(blueprint, own)),
        Draw::Rail(blueprint) => blueprint.rail.map(|rail| rail(&props.scene)).unwrap_or_default(),
    }
}

/// A section with its heading.
fn section(section: Section, part: Part) -> Html {
    let id = section.anchor();
    let heading = format!("{id}-heading");
    html! {
        <section class="sec" {id} aria-labelledby={heading.clone()}>
            <header class={part.is_changed.then_some("changed")}>
                <h2 id={heading}>{ section.label() }</h2>
                if !part.note.is_empty() {
                    <p>{ part.note }</p>
                }
                { part.action }
            </header>
            { part.body }
        </section>
    }
}

/// What the system keeps of a record, for those who look it up elsewhere.
fn facts(record: &Record) -> Html {
    const FACTS: [Key; 5] = [Key::Id, Key::Uuid, Key::CreatedAt, Key::UpdatedAt, Key::Revision];
    let fact = |key: &Key| {
        let value = record.get(*key);
        let field = record.resource().field(*key).filter(|_| !value.is_blank())?;
        let text = value.as_instant().map_or_else(|| value.to_string(), format::date_time);
        Some(html! { <div><dt>{ field.label.to_string() }</dt><dd>{ text }</dd></div> })
    };
    html! { <dl class="facts">{ for FACTS.iter().filter_map(fact) }</dl> }
}
