//! [`FilterEditor`]: chooses what a list is narrowed by, how, and to what.

use std::rc::Rc;

use domain::api::TierSummary;
use domain::filter::{FilterBy, Test};
use domain::{Decimal, Key, Kind};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::chooser::SECTIONS;
use super::filters::{Subject, id_of, name_of, named, subjects};
use super::toolbar::Tool;
use super::tools::close;
use super::view::View;
use crate::browser::{self, Timeout};
use crate::components::icon::icon;
use crate::format;
use crate::panel::Panel;
use crate::route::Query;

/// How long after the last letter records are looked for, in milliseconds.
const TYPING_MS: i32 = 150;
/// So many records are offered at once.
const OFFERED: &str = "8";
const SEARCH: &str = "filter-search";
const HOW: &str = "filter-how";
const VALUE: &str = "filter-value";

/// See [`FilterEditor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The list.
    pub view: View,
    /// The tiers that there are.
    pub tiers: Vec<TierSummary>,
    /// The filter by that is to be changed; without one, the first thing is to choose.
    pub by: Option<FilterBy>,
    /// Another address is to be shown.
    pub go: Callback<Query>,
}

/// A way to compare, as it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// One of several values.
    Is,
    /// From one value to another; either may be left out.
    Between,
    /// A part of a text.
    Contains,
    /// Nothing stands there.
    Blank,
    /// Something does.
    Filled,
}

impl How {
    const ALL: [Self; 5] = [Self::Is, Self::Between, Self::Contains, Self::Blank, Self::Filled];

    fn test(self) -> Test {
        match self {
            Self::Is => Test::AnyOf,
            Self::Between => Test::From,
            Self::Contains => Test::Contains,
            Self::Blank | Self::Filled => Test::Blank,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::Between => "is between",
            Self::Contains => "contains",
            Self::Blank => "is blank",
            Self::Filled => "is not blank",
        }
    }
}

/// What the editor is told.
pub enum Message {
    /// Look for something to compare by that name.
    Find(String),
    /// Compare that.
    Choose(Subject),
    /// Choose something else to compare.
    Back,
    /// Compare so.
    Compare(How),
    /// The first or the second value is that.
    Type(usize, String),
    /// One of the offered values is wanted, or no longer.
    Toggle(String),
    /// Look for records by that text.
    Search(String),
    /// These were found: id and name.
    Found(Vec<(String, String)>),
    /// Those that are wanted already are called so.
    Named(Vec<(String, String)>),
    /// Narrow the list.
    Apply,
}

/// Chooses a filter.
pub struct FilterEditor {
    subjects: Vec<Subject>,
    wanted: String,
    subject: Option<Subject>,
    how: How,
    texts: [String; 2],
    chosen: Vec<String>,
    /// Records by id and name: those that are chosen, and those that were found.
    named: Vec<(String, String)>,
    found: Vec<(String, String)>,
    typing: Option<Timeout>,
    problem: Option<String>,
    focus: Option<&'static str>,
}

impl Component for FilterEditor {
    type Message = Message;
    type Properties = EditorProps;

    fn create(ctx: &Context<Self>) -> Self {
        let subjects = subjects(ctx.props().view.resource);
        let subject = ctx.props().by.and_then(|by| subjects.iter().find(|subject| subject.by == by).cloned());
        let mut editor = Self {
            subjects,
            wanted: String::new(),
            subject: None,
            how: How::Is,
            texts: Default::default(),
            chosen: Vec::new(),
            named: Vec::new(),
            found: Vec::new(),
            typing: None,
            problem: None,
            focus: Some(SEARCH),
        };
        if let Some(subject) = subject {
            editor.choose(ctx, subject);
        }
        editor
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Find(text) => self.wanted = text.trim().to_ascii_lowercase(),
            Message::Choose(subject) => self.choose(ctx, subject),
            Message::Back => {
                self.subject = None;
                self.focus = Some(SEARCH);
            }
            Message::Compare(how) => {
                self.how = how;
                self.problem = None;
            }
            Message::Type(at, text) => self.texts[at] = text,
            Message::Toggle(value) => match self.chosen.iter().position(|own| *own == value) {
                Some(at) => drop(self.chosen.remove(at)),
                None => {
                    let found = self.found.iter().find(|(id, _)| *id == value);
                    self.named.extend(found.cloned());
                    self.chosen.push(value);
                }
            },
            Message::Search(text) => {
                let link = ctx.link().clone();
                let member = self.subject.as_ref().and_then(member);
                self.typing = Some(Timeout::new(TYPING_MS, move || look_for(&link, member, text)));
            }
            Message::Found(found) => self.found = found,
            Message::Named(named) => self.named.extend(named),
            Message::Apply => match self.query(&ctx.props().view.query) {
                Ok(query) => {
                    close(Tool::Filter(None));
                    ctx.props().go.emit(query);
                }
                Err(problem) => {
                    self.problem = Some(problem);
                    self.focus = Some(VALUE);
                }
            },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match &self.subject {
            None => self.subject_list(ctx),
            Some(subject) => self.form(ctx, subject),
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        // What stands in a tool before it opens has `autofocus`; what comes later has to be given the focus.
        if let Some(id) = self.focus.take() {
            browser::focus(id);
        }
    }
}

impl FilterEditor {
    /// Starts with what the address says of it.
    fn choose(&mut self, ctx: &Context<Self>, subject: Subject) {
        let query = &ctx.props().view.query;
        let text = |test| subject.text(query, test).to_owned();
        let is_set = |how: &How| match how {
            How::Between => !text(Test::From).is_empty() || !text(Test::To).is_empty(),
            How::Blank => text(Test::Blank) == "true",
            How::Filled => text(Test::Blank) == "false",
            how => !text(how.test()).is_empty(),
        };
        let offered = offered(&subject);
        self.how = offered.iter().copied().find(is_set).or(offered.first().copied()).unwrap_or(How::Is);
        self.texts = match self.how {
            How::Between => [text(Test::From), text(Test::To)],
            how => [text(how.test()), String::new()],
        };
        self.chosen = query
            .list(subject.filter(Test::AnyOf).map_or("", |filter| filter.name))
            .map(str::to_owned)
            .collect();
        (self.named, self.found, self.problem) = (Vec::new(), Vec::new(), None);
        self.focus = Some(if offered.len() > 1 { HOW } else { VALUE });
        if let Some(resource) = member(&subject) {
            look_for(ctx.link(), Some(resource), String::new());
            let (panel, ids) = (Panel::of(ctx), self.chosen.join(","));
            ctx.link().send_future(async move {
                Message::Named(named(&panel.api, resource, &ids).await.unwrap_or_default())
            });
        }
        self.subject = Some(subject);
    }

    /// The address narrowed by what was chosen.
    fn query(&self, query: &Query) -> Result<Query, String> {
        let Some(subject) = &self.subject else { return Ok(query.clone()) };
        let mut narrowed = subject.out_of(query);
        let mut set = |test: Test, text: &str| {
            if let Some(filter) = subject.filter(test) {
                narrowed.set(filter.name, text);
            }
        };
        let kind = subject.filter(self.how.test()).map_or(Kind::Boolean, |filter| filter.kind);
        let [first, second] = &self.texts;
        let first = match self.how {
            How::Blank => "true".to_owned(),
            How::Filled => "false".to_owned(),
            How::Is if is_ticked(subject) => self.chosen.join(","),
            How::Is => each(first, |word| read(kind, word))?.join(","),
            How::Between | How::Contains => read(kind, first.trim())?,
        };
        set(self.how.test(), &first);
        if self.how == How::Between {
            let second = read(kind, second.trim())?;
            set(Test::To, &second);
            return if first.is_empty() && second.is_empty() {
                Err(NOTHING.to_owned())
            } else {
                Ok(narrowed)
            };
        }
        if first.is_empty() { Err(NOTHING.to_owned()) } else { Ok(narrowed) }
    }

    fn subject_list(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let oninput = link.callback(|event: InputEvent| {
            Message::Find(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let is_found = |subject: &&Subject| {
            subject.label.to_ascii_lowercase().contains(&self.wanted)
                || name_of(subject.by).contains(&self.wanted)
        };
        let found: Vec<&Subject> = self.subjects.iter().filter(is_found).collect();
        let choice = |subject: &&Subject| {
            let own = Subject::clone(subject);
            html! {
                <button
                    key={name_of(subject.by)}
                    type="button"
                    class="btn quiet"
                    onclick={link.callback(move |_| Message::Choose(own.clone()))}
                >
                    { subject.label }
                </button>
            }
        };
        let sections = [None].into_iter().chain(SECTIONS.map(Some)).filter_map(|section| {
            let own: Vec<Html> = found.iter().filter(|subject| subject.section == section).map(choice).collect();
            let heading = section.map(|section| section.label());
            (!own.is_empty()).then(|| {
                html! {
                    <div key={heading.unwrap_or_default()} role="group" class="picks" aria-label={heading.unwrap_or("Most used")}>
                        if let Some(heading) = heading {
                            <p class="cap">{ heading }</p>
                        }
                        { for own }
                    </div>
                }
            })
        });
        html! {
            <>
                <div class="search">
                    { icon("search") }
                    <input
                        id={SEARCH}
                        autofocus=true
                        class="input"
                        type="search"
                        placeholder="Filter by"
                        aria-label="Filter by"
                        {oninput}
                    />
                </div>
                <>{ for sections }</>
                if found.is_empty() {
                    <p class="muted">{ "Nothing is called so." }</p>
                }
            </>
        }
    }

    fn form(&self, ctx: &Context<Self>, subject: &Subject) -> Html {
        let link = ctx.link();
        let offered = offered(subject);
        let onhow = link.batch_callback(|event: Event| {
            let label = event.target_unchecked_into::<HtmlSelectElement>().value();
            How::ALL.into_iter().find(|how| how.label() == label).map(Message::Compare)
        });
        let option = |how: &How| {
            html! { <option value={how.label()} selected={*how == self.how}>{ how.label() }</option> }
        };
        let onsubmit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Message::Apply
        });
        html! {
            <form class="filter" novalidate=true autocomplete="off" {onsubmit}>
                <header>
                    <h2>{ subject.label }</h2>
                    <button type="button" class="link" onclick={link.callback(|_| Message::Back)}>
                        { "Filter by something else" }
                    </button>
                </header>
                if offered.len() > 1 {
                    <select id={HOW} class="input" autofocus=true aria-label="How it is compared" onchange={onhow}>
                        { for offered.iter().map(option) }
                    </select>
                }
                { self.values(ctx, subject) }
                if let Some(problem) = &self.problem {
                    <p class="err" role="alert">{ problem }</p>
                }
                <button type="submit" class="btn primary">{ "Apply" }</button>
            </form>
        }
    }

    fn values(&self, ctx: &Context<Self>, subject: &Subject) -> Html {
        let Some(filter) = subject.filter(self.how.test()) else { return Html::default() };
        let kind = filter.kind;
        match self.how {
            How::Blank | How::Filled => Html::default(),
            How::Contains => self.text(ctx, 0, "Text", kind),
            How::Between => html! {
                <div class="row2">
                    { self.text(ctx, 0, if subject.is_time() { "Since" } else { "From" }, kind) }
                    { self.text(ctx, 1, if subject.is_time() { "Until" } else { "To" }, kind) }
                </div>
            },
            How::Is if member(subject).is_some() => self.members(ctx),
            How::Is => {
                let choices = choices(subject, &ctx.props().tiers, &self.chosen);
                if !is_ticked(subject) {
                    return html! {
                        <>
                            { self.text(ctx, 0, "Value", kind) }
                            <p class="help">{ "Several with commas between them." }</p>
                        </>
                    };
                }
                html! { <div role="group" aria-label={subject.label}>{ for choices.into_iter().enumerate().map(|(at, choice)| self.check(ctx, at, choice)) }</div> }
            }
        }
    }

    fn text(&self, ctx: &Context<Self>, at: usize, label: &'static str, kind: Kind) -> Html {
        let id = if at == 0 { VALUE } else { "filter-value-2" };
        let oninput = ctx.link().callback(move |event: InputEvent| {
            Message::Type(at, event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let is_time = kind == Kind::Instant;
        let value = match self.texts[at].get(..DAY) {
            Some(day) if is_time => day.to_owned(),
            _ => self.texts[at].clone(),
        };
        html! {
            <div class="field">
                <label for={id}>{ label }</label>
                <input
                    {id}
                    autofocus={at == 0}
                    class={classes!("input", kind.is_number().then_some("num"))}
                    type={if is_time { "date" } else { "text" }}
                    inputmode={kind.is_number().then_some("decimal")}
                    aria-invalid={self.problem.is_some().then_some("true")}
                    {value}
                    {oninput}
                />
            </div>
        }
    }

    fn check(&self, ctx: &Context<Self>, at: usize, (value, label): (String, String)) -> Html {
        let checked = self.chosen.contains(&value);
        let onchange = {
            let value = value.clone();
            ctx.link().callback(move |_: Event| Message::Toggle(value.clone()))
        };
        html! {
            <label key={value} class="check">
                <input id={(at == 0).then_some(VALUE)} type="checkbox" {checked} {onchange} />
                { label }
            </label>
        }
    }

    fn members(&self, ctx: &Context<Self>) -> Html {
        let oninput = ctx.link().callback(|event: InputEvent| {
            Message::Search(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let name = |id: &String| {
            let known = self.named.iter().find(|(own, _)| own == id);
            (id.clone(), known.map_or(id, |(_, name)| name).clone())
        };
        let others = self.found.iter().filter(|(id, _)| !self.chosen.contains(id)).cloned();
        let offered = self.chosen.iter().map(name).chain(others);
        // The search box is where one starts.
        let offered = offered.map(|choice| self.check(ctx, usize::MAX, choice));
        html! {
            <>
                <div class="search">
                    { icon("search") }
                    <input
                        id={VALUE}
                        class="input"
                        type="search"
                        placeholder="Name, id or own id"
                        aria-label="Find by name, id or own id"
                        {oninput}
                    />
                </div>
                <div role="group" aria-label="Found">{ for offered }</div>
            </>
        }
    }
}

/// What is said when there is nothing to compare with.
const NOTHING: &str = "Choose or enter a value.";
/// The length of 2026-01-31.
const DAY: usize = 10;

/// The ways in which it can be compared.
fn offered(subject: &Subject) -> Vec<How> {
    How::ALL.into_iter().filter(|how| subject.filter(how.test()).is_some()).collect()
}

/// The resource whose records are named by their ids.
fn member(subject: &Subject) -> Option<domain::Resource> {
    if let FilterBy::Member(resource) = subject.by { Some(resource) } else { None }
}

/// Whether its values are ticked in a list instead of typed.
fn is_ticked(subject: &Subject) -> bool {
    let is_tier = subject.by == FilterBy::Field(Key::Tier);
    is_tier || member(subject).is_some() || !choices(subject, &[], &[]).is_empty()
}

/// The values that are offered: in the API, and for people; none where one is typed.
fn choices(subject: &Subject, tiers: &[TierSummary], chosen: &[String]) -> Vec<(String, String)> {
    let kind = subject.filter(Test::AnyOf).map_or(Kind::Id, |filter| filter.kind);
    match kind {
        Kind::Choice(choices) => {
            choices.iter().map(|choice| (choice.name.to_owned(), choice.label.to_owned())).collect()
        }
        Kind::Boolean => vec![("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())],
        _ if subject.by == FilterBy::Field(Key::Tier) => {
            let own = chosen.iter().filter_map(|text| text.parse::<Decimal>().ok());
            let mut values: Vec<Decimal> = tiers.iter().map(|tier| tier.tier).chain(own).collect();
            values.sort();
            values.dedup();
            let tier = |tier: Decimal| (tier.to_string(), format::with_minus(&tier.to_string()));
            values.into_iter().map(tier).collect()
        }
        _ => Vec::new(),
    }
}

/// A value as the API takes it: numbers may be typed as `$1,500`.
fn read(kind: Kind, text: &str) -> Result<String, String> {
    if !kind.is_number() || text.is_empty() {
        return Ok(text.to_owned());
    }
    let number: String = text.chars().filter(|letter| !matches!(letter, ',' | ' ' | '$')).collect();
    match number.parse::<Decimal>() {
        Ok(_) => Ok(number),
        Err(_) => Err(format!("“{text}” is not a number. Use digits and a point: 1.5.")),
    }
}

/// Several values with commas between them.
fn each(text: &str, read: impl Fn(&str) -> Result<String, String>) -> Result<Vec<String>, String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(read).collect()
}

/// Looks for records of a resource; what was found is told.
fn look_for(link: &yew::html::Scope<FilterEditor>, resource: Option<domain::Resource>, text: String) {
    let (Some(resource), Some((panel, _))) = (resource, link.context::<Rc<Panel>>(Callback::noop())) else {
        return;
    };
    let link = link.clone();
    spawn_local(async move {
        let query = Query::default()
            .with("fulltext", &text)
            .with("columns", "id,name")
            .with("order", "name")
            .with("per_page", OFFERED);
        // Without an answer there is nothing to offer; the page itself says that the server is away.
        if let Ok(page) = panel.api.list(resource, &query).await {
            let found = page.records.iter().map(|record| (id_of(record), record.name().to_owned()));
            link.send_message(Message::Found(found.collect()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Resource;

    fn subject(label: &str) -> Subject {
        let mut subjects = subjects(Resource::BuyerGroup).into_iter();
        subjects.find(|subject| subject.label == label).expect("groups have it")
    }

    fn editor(label: &str, how: How, texts: [&str; 2]) -> FilterEditor {
        FilterEditor {
            subjects: Vec::new(),
            wanted: String::new(),
            subject: Some(subject(label)),
            how,
            texts: texts.map(str::to_owned),
            chosen: Vec::new(),
            named: Vec::new(),
            found: Vec::new(),
            typing: None,
            problem: None,
            focus: None,
        }
    }

    fn narrowed(label: &str, how: How, texts: [&str; 2]) -> Result<String, String> {
        editor(label, how, texts).query(&Query::parse("weight=9&page=2")).map(|query| query.to_string())
    }

    #[test]
    fn what_is_chosen_takes_the_place_of_what_stood_there() {
        assert_eq!(narrowed("Weight", How::Is, ["2, 3.5", ""]).as_deref(), Ok("weight=2,3.5"));
        assert_eq!(narrowed("Weight", How::Between, ["$1,500", ""]).as_deref(), Ok("weight_from=1500"));
        assert_eq!(narrowed("Weight", How::Between, ["1", "2"]).as_deref(), Ok("weight_from=1&weight_to=2"));
        assert_eq!(
            narrowed("Name", How::Contains, [" west ", ""]).as_deref(),
            Ok("weight=9&name_contains=west")
        );
        assert_eq!(
            narrowed("External id", How::Filled, ["", ""]).as_deref(),
            Ok("weight=9&external_record_id_blank=false")
        );
    }

    #[test]
    fn what_is_no_value_is_said() {
        assert_eq!(narrowed("Weight", How::Is, ["", ""]), Err(NOTHING.to_owned()));
        assert_eq!(narrowed("Status", How::Is, ["", ""]), Err(NOTHING.to_owned()));
        let problem = "“1x” is not a number. Use digits and a point: 1.5.";
        assert_eq!(narrowed("Weight", How::Between, ["1x", ""]), Err(problem.to_owned()));
    }

    #[test]
    fn columns_are_compared_by_what_they_hold() {
        assert_eq!(offered(&subject("Weight")), [How::Is, How::Between]);
        assert_eq!(offered(&subject("Buyer")), [How::Is]);
        assert_eq!(offered(&subject("Created")), [How::Between]);
        assert!(offered(&subject("Daily attempt limit")).contains(&How::Blank));
    }

    #[test]
    fn tiers_are_offered_in_their_order_with_those_of_the_address() {
        let summary =
            |tier: &str| TierSummary { tier: tier.parse().expect("a number"), groups: 1, can_take_calls: 1 };
        let tiers = [summary("-1"), summary("2")];
        let offered = choices(&subject("Tier"), &tiers, &["1.5".to_owned(), "2".to_owned()]);
        assert_eq!(offered.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>(), ["-1", "1.5", "2"]);
    }
}
