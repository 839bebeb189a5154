//! Every cap of every group on one screen: how full, how fast, until when; what is full first, what is uncapped said so.

pub mod row;

use domain::kind::Choice;
use domain::usage::{METERS, WINDOWS};
use domain::{Id, Input, Instant, Key, Resource, TimeZone, UsageState};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use self::row::CapRow;
use crate::api::{Answer, ApiError};
use crate::browser::Pulse;
use crate::components::icon::icon;
use crate::components::meter::usage;
use crate::components::page::PageHead;
use crate::form::zones::BrowserZones;
use crate::format;
use crate::json;
use crate::lazy::{Lazy, Scene};
use crate::pages::list::frame::clock;
use crate::pages::list::inline::InlineProps;
use crate::pages::list::live::Turn;
use crate::panel::Panel;
use crate::query::Retry;
use crate::route::{Query, Route};

/// See [`CapsPage`].
#[derive(Properties, Clone, PartialEq)]
pub struct CapsProps {
    /// What the rows are narrowed by, under the API's names.
    pub query: Query,
}

/// An answer to what the screen asks for.
#[derive(PartialEq)]
struct Caps {
    rows: Vec<CapRow>,
    metadata: Input,
    at: Instant,
}

/// What the page is told.
pub enum Message {
    /// Ask anew.
    Beat,
    /// The answer to the request of that number.
    Came(u32, Answer<Input>),
    /// The limit of a group is to be edited.
    Edit(Id, Key),
    /// Something happened to the limit that is edited.
    Turn(Turn),
}

/// The caps screen.
pub struct CapsPage {
    /// The number of the latest request.
    latest: u32,
    caps: Option<Caps>,
    error: Option<ApiError>,
    editing: Option<(Id, Key)>,
    /// Asks again when the server could not be reached.
    again: Option<Retry>,
    _pulse: Pulse,
}

impl Component for CapsPage {
    type Message = Message;
    type Properties = CapsProps;

    fn create(ctx: &Context<Self>) -> Self {
        let beat = ctx.link().callback(|()| Message::Beat);
        let pulse = Pulse::new(move || beat.emit(()));
        let mut page = Self { latest: 0, caps: None, error: None, editing: None, again: None, _pulse: pulse };
        page.ask(ctx);
        page
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &CapsProps) -> bool {
        if ctx.props().query != before.query {
            self.editing = None;
            self.ask(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            // Rows stand still under what is being edited.
            Message::Beat if self.editing.is_some() => return false,
            Message::Beat => {
                self.ask(ctx);
                return false;
            }
            Message::Came(number, _) if number != self.latest => return false,
            Message::Came(_, Ok(body)) => {
                let rows = json::items(json::member(&body, "caps"));
                self.caps = Some(Caps {
                    rows: rows.iter().map(CapRow::read).collect(),
                    metadata: json::member(&body, "metadata").clone(),
                    at: Instant::from_ms(js_sys::Date::now() as i64),
                });
                (self.error, self.again) = (None, None);
            }
            Message::Came(_, Err(error)) => {
                let beat = ctx.link().callback(|()| Message::Beat);
                self.again = (error == ApiError::Offline).then(|| Retry::new(beat));
                self.error = Some(error);
            }
            Message::Edit(group, key) => self.editing = Some((group, key)),
            Message::Turn(Turn::Edit(_)) => self.editing = None,
            Message::Turn(Turn::Settled(_)) => self.ask(ctx),
            Message::Turn(_) => return false,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let query = &ctx.props().query;
        let csv = query.clone().with("page", "").with("per_page", "");
        let csv = format!("/api/v1/caps.csv?{}", csv.with("per_page", "100000"));
        html! {
            <>
                <PageHead title="Caps" />
                { self.tabs(query) }
                <div class="bar">
                    { choice(ctx, "metric", "Metric", METERS) }
                    { choice(ctx, "window", "Window", WINDOWS) }
                    <div class="end">
                        <a class="btn quiet" href={csv} download="caps.csv">
                            { icon("download") }
                            <span>{ "CSV" }</span>
                        </a>
                    </div>
                </div>
                if let Some(error) = self.error.as_ref().filter(|error| **error != ApiError::SignedOut) {
                    <div class="note" role="alert">
                        { icon("warn") }
                        <p>{ error.sentence() }</p>
                        if *error != ApiError::Offline {
                            <button type="button" class="btn" onclick={ctx.link().callback(|_| Message::Beat)}>
                                { "Try again" }
                            </button>
                        }
                    </div>
                }
                { self.rows(ctx) }
            </>
        }
    }
}

impl CapsPage {
    fn ask(&mut self, ctx: &Context<Self>) {
        self.latest += 1;
        let number = self.latest;
        let api = Panel::of(ctx).api.clone();
        let query = ctx.props().query.clone();
        let per_page = if query.get("per_page").is_empty() { PER_PAGE } else { query.get("per_page") };
        let address = format!("/api/v1/caps?{}", query.clone().with("per_page", per_page));
        let came = ctx.link().callback(move |answer| Message::Came(number, answer));
        spawn_local(async move { came.emit(api.read(&address).await) });
    }

    /// All, what is full, near, has room, and what is uncapped, each with its number.
    fn tabs(&self, query: &Query) -> Html {
        let states = self.caps.as_ref().map(|caps| json::member(&caps.metadata, "states"));
        let count = |name: &str| states.map(|states| json::count(states, name));
        let all = UsageState::ALL.map(|state| count(state.name()).unwrap_or_default()).iter().sum();
        let tab = |name: &'static str, label: &'static str, count: Option<u64>| {
            let is_current = query.get("state") == name;
            let query = query.clone().with("page", "").with("state", name);
            html! {
                <a href={Route::Caps(query).to_string()} aria-current={is_current.then_some("page")}>
                    { label }
                    <span class="num">{ count.map(format::count).unwrap_or_default() }</span>
                </a>
            }
        };
        html! {
            <nav class="tabs" aria-label="Views">
                { tab("", "All", states.map(|_| all)) }
                { for UsageState::ALL.into_iter().rev().map(|state| tab(state.name(), state.label(), count(state.name()))) }
            </nav>
        }
    }

    fn rows(&self, ctx: &Context<Self>) -> Html {
        let Some(caps) = &self.caps else {
            return html! { <p class="state late" role="status">{ "Loading…" }</p> };
        };
        if caps.rows.is_empty() {
            return nothing(&ctx.props().query);
        }
        let panel = Panel::of(ctx);
        let company = panel.session.as_ref().map(|session| session.session.company.clone());
        let (given, currency) =
            company.map(|company| (company.time_zone, company.currency)).unwrap_or_default();
        let zone = TimeZone::parse(&given, &BrowserZones).map_or(given, |zone| zone.iana().to_owned());
        html! {
            <>
                <div class="wrap" tabindex="0" role="region" aria-label="Caps, table">
                    <table class="list caps-list">
                        <caption class="sr">{ "Caps, the fullest first" }</caption>
                        <thead>
                            <tr>
                                <th scope="col" class="name">{ "Buyer group" }</th>
                                <th scope="col" class="sm">{ "Cap" }</th>
                                <th scope="col">{ "Used" }</th>
                                <th scope="col" class="sm">{ "Forecast" }</th>
                                <th scope="col" class="num lo">{ "Left" }</th>
                                <th scope="col" class="num lo">{ "Pace" }</th>
                                <th scope="col" class="mid">{ "Resets" }</th>
                                <th scope="col"><span class="sr">{ "Actions" }</span></th>
                            </tr>
                        </thead>
                        <tbody>{ for caps.rows.iter().map(|row| self.row(ctx, row, &zone, &currency)) }</tbody>
                    </table>
                </div>
                { foot(&ctx.props().query, caps, &zone) }
            </>
        }
    }

    fn row(&self, ctx: &Context<Self>, row: &CapRow, zone: &str, currency: &str) -> Html {
        let (Some(group), key) = (row.group(), row.limit_key()) else { return Html::default() };
        let field = key.and_then(|key| Resource::BuyerGroup.field(key));
        let is_edited = key.is_some_and(|key| self.editing == Some((group, key)));
        let editor = is_edited.then(|| row.record().zip(key)).flatten().map(|(record, key)| {
            let tell = ctx.link().callback(Message::Turn);
            html! { <div class="inline"><Lazy scene={Scene::Inline(InlineProps { record, key, tell })} /></div> }
        });
        let page = format!("{}#caps", Route::record(Resource::BuyerGroup, group));
        let (what, forecast) = (row.what(), row.forecast(zone));
        html! {
            <tr key={format!("{group} {what}")} data-id={group.to_string()}>
                <th scope="row" class="name">
                    <a href={page.clone()}>{ row.name() }</a>
                    <small>
                        <span>{ &what }</span>
                        <span>{ &forecast }</span>
                    </small>
                </th>
                <td class="sm">{ &what }<span class="faint">{ place(row) }</span></td>
                <td data-edit={field.map(|field| field.name)}>
                    if let Some(cap) = row.cap() {
                        { usage(cap, currency) }
                    }
                    { for editor }
                </td>
                <td class="sm"><span class={classes!("pill", mark(row.state()))}>{ &forecast }</span></td>
                <td class="num lo">{ row.left(currency) }</td>
                <td class="num lo muted">{ row.pace(currency) }</td>
                <td class="mid muted">{ row.resets_at().map(format::relative) }</td>
                <td>
                    <div class="mini">
                        if let Some(key) = key {
                            <button
                                type="button"
                                class="btn quiet icon"
                                aria-label={format!("Change the limit of {}, {what}", row.name())}
                                title="Change the limit"
                                onclick={ctx.link().callback(move |_| Message::Edit(group, key))}
                            >
                                { icon("pencil") }
                            </button>
                        } else {
                            <a class="btn quiet" href={page}>{ "Set a limit" }</a>
                        }
                    </div>
                </td>
            </tr>
        }
    }
}

/// So many rows a page, unless the address says otherwise.
const PER_PAGE: &str = "100";

/// ", tier 2", ", tier 2, paused".
fn place(row: &CapRow) -> String {
    let tier = format!(", tier {}", row.tier());
    if row.is_paused() { [&tier, ", paused"].concat() } else { tier }
}

/// The mark of a state in the sheet.
const fn mark(state: UsageState) -> &'static str {
    match state {
        UsageState::Uncapped => "off",
        UsageState::Open => "on",
        UsageState::Near => "near",
        UsageState::Full => "full",
    }
}

/// A choice that narrows the rows.
fn choice(
    ctx: &Context<CapsPage>,
    name: &'static str,
    label: &'static str,
    choices: &'static [Choice],
) -> Html {
    let query = ctx.props().query.clone();
    let current = query.get(name).to_owned();
    let navigator = Panel::of(ctx).navigator.clone();
    let onchange = move |event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        navigator.push(Route::Caps(query.clone().with("page", "").with(name, &value)));
    };
    let option = |value: &'static str, label: String| {
        html! { <option {value} selected={value == current}>{ label }</option> }
    };
    html! {
        <select class="input" aria-label={label} {onchange}>
            { option("", format!("Any {}", label.to_ascii_lowercase())) }
            { for choices.iter().map(|choice| option(choice.name, choice.label.to_owned())) }
        </select>
    }
}

/// What a screen without rows says.
fn nothing(query: &Query) -> Html {
    let is_narrowed = ["metric", "window", "buyer_group_id", "offer_id", "tier"]
        .iter()
        .any(|name| !query.get(name).is_empty());
    let (title, text) = match query.get("state") {
        _ if is_narrowed => ("No caps match.", "Choose another metric or window, or look at all caps."),
        "full" => ("No cap is full.", "Every group has room in each of its caps."),
        "near" => ("No cap is near.", "No cap is at 80% or more."),
        "uncapped" => ("Every group has a cap.", "A group without any limit would stand here."),
        _ => ("No caps yet.", "Caps stand with their groups: open a group and set a limit."),
    };
    html! {
        <div class="empty">
            <h2>{ title }</h2>
            <p>{ text }</p>
            <a class="btn" href={Route::Caps(Query::default()).to_string()}>{ "Show all caps" }</a>
        </div>
    }
}

/// Which part of the caps this is, and the way to the others.
fn foot(query: &Query, caps: &Caps, zone: &str) -> Html {
    let number = |name| json::count(&caps.metadata, name);
    let (page, size, total) = (number("page").max(1), number("per_page"), number("total_count"));
    let first = (page - 1) * size + 1;
    let last = first + caps.rows.len() as u64 - 1;
    let step = |text: &'static str, to: u64, is_there: bool| {
        let query = query.clone().with("page", &to.to_string());
        html! {
            if is_there {
                <a class="btn" href={Route::Caps(query).to_string()}>{ text }</a>
            }
        }
    };
    let count = format::count;
    html! {
        <div class="foot">
            <span class="num">{ format!("{}–{} of {} caps", count(first), count(last), count(total)) }</span>
            <span class="faint sm">{ ["Counts from ", &clock(caps.at, zone)].concat() }</span>
            <div class="acts">
                { step("Previous", page.saturating_sub(1), page > 1) }
                { step("Next", page + 1, last < total) }
            </div>
        </div>
    }
}
