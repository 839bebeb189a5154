//! Who gets the next call: the groups of an offer, tier by tier, as they are and as they might be.

pub mod apply;
pub mod board;
pub mod day;
pub mod drawing;
pub mod edits;
pub mod test_call;

use std::rc::Rc;

use domain::{Id, Key, Resource};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::api::{Answer, ApiError};
use crate::browser::{self, Pulse, Timeout};
use crate::bulk::run::Shared;
use crate::components::icon::icon;
use crate::components::leave::Loss;
use crate::components::page::PageHead;
use crate::form::reading::all;
use crate::form::words::changes;
use crate::format;
use crate::keyboard::Keys;
use crate::panel::Panel;
use crate::record::Record;
use crate::route::{Query, Route};
use board::Board;
use day::Day;
use edits::Edits;
use test_call::TestCall;

/// See [`RoutingPage`].
#[derive(Properties, PartialEq)]
pub struct RoutingProps {
    /// The offer, and the time, as the address says them.
    pub query: Query,
}

/// What the page is told.
pub enum Message {
    /// The offers came, or did not.
    Offers(Answer<Vec<Rc<Record>>>),
    /// The answer to the request of that number.
    Came(u32, Answer<Board>),
    /// Ask anew.
    Beat,
    /// That was typed for a field of a group.
    Type(Rc<Record>, Key, String),
    /// Show a limit that a group does not have yet.
    Add(Id, Key),
    /// Take back what was typed.
    Discard,
    /// Write it.
    Apply,
    /// Write what could not be written once more.
    Again,
    /// Take back what was written.
    Undo,
    /// Show how far writing is.
    Tick,
    /// Nothing more is written.
    Ended,
    /// What came of writing was read.
    Close,
}

/// The next call of an offer.
pub struct RoutingPage {
    offers: Option<Rc<[Rc<Record>]>>,
    board: Option<Rc<Board>>,
    error: Option<ApiError>,
    /// The number of the latest request.
    latest: u32,
    edits: Edits,
    /// Limits that are shown though they are blank.
    added: Vec<(Id, Key)>,
    /// What is being written, and what came of it.
    job: Option<Shared>,
    tick: Option<Timeout>,
    /// What takes the focus once it is drawn.
    focus: Option<String>,
    _pulse: Pulse,
    _keys: Keys,
}

impl Component for RoutingPage {
    type Message = Message;
    type Properties = RoutingProps;

    fn create(ctx: &Context<Self>) -> Self {
        let beat = ctx.link().callback(|()| Message::Beat);
        let apply = ctx.link().callback(|()| Message::Apply);
        let keys = Keys::new("In routing", &[("Ctrl s", "Apply all changes")], move |_| {
            apply.emit(());
            true
        });
        let mut page = Self {
            offers: None,
            board: None,
            error: None,
            latest: 0,
            edits: Edits::default(),
            added: Vec::new(),
            job: None,
            tick: None,
            focus: None,
            _pulse: Pulse::new(move || beat.emit(())),
            _keys: keys,
        };
        page.ask_offers(ctx);
        page
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &RoutingProps) -> bool {
        if ctx.props().query != before.query {
            if ctx.props().query.get(OFFER) != before.query.get(OFFER) {
                (self.board, self.edits, self.job) = (None, Edits::default(), None);
            }
            self.ask(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Offers(Ok(offers)) => {
                self.offers = Some(offers.into());
                self.error = None;
                match self.offers.as_ref().and_then(|offers| offers.first()) {
                    Some(first) if ctx.props().query.get(OFFER).is_empty() => {
                        let query = ctx.props().query.clone().with(OFFER, &id_of(first));
                        Panel::of(ctx).navigator.replace(Route::Routing(query));
                    }
                    _ => self.ask(ctx),
                }
            }
            Message::Offers(Err(error)) => self.error = Some(error),
            Message::Came(number, _) if number != self.latest => return false,
            Message::Came(_, Ok(board)) => {
                self.error = None;
                self.board = Some(Rc::new(board));
            }
            Message::Came(_, Err(error)) => self.error = Some(error),
            Message::Beat if self.offers.is_none() => self.ask_offers(ctx),
            Message::Beat => self.ask(ctx),
            Message::Type(group, key, text) => {
                self.edits.put(&group, key, text);
                if key == Key::Tier {
                    // Its row may stand elsewhere now.
                    self.focus = group.id().map(|id| drawing::input_id(id, key));
                }
            }
            Message::Add(id, key) => {
                self.added.push((id, key));
                self.focus = Some(drawing::input_id(id, key));
            }
            Message::Discard => {
                (self.edits, self.added) = (Edits::default(), Vec::new());
                Panel::of(ctx).toasts.say("Discarded");
            }
            Message::Apply => self.apply(ctx),
            Message::Again => self.again(ctx),
            Message::Undo => self.undo(ctx),
            Message::Tick => self.look_again(ctx),
            Message::Ended => self.end(ctx),
            Message::Close => self.job = None,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let panel = Panel::of(ctx);
        let Some(session) = panel.session.as_ref() else { return Html::default() };
        let company = &session.session.company;
        let (zone, currency) = (company.time_zone.as_str(), company.currency.as_str());
        let again = ctx.link().callback(|_: MouseEvent| Message::Beat);
        html! {
            <>
                <PageHead title="Routing" badge={html! { <p class="muted">{ "Who gets the next call?" }</p> }} />
                if let Some(error) = &self.error {
                    <div class="note" role="alert">
                        { icon("warn") }
                        <p>{ error.sentence() }</p>
                        <button type="button" class="btn" onclick={again}>{ "Try again" }</button>
                    </div>
                }
                { self.asked(ctx, zone) }
                { self.content(ctx, zone, currency) }
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if let Some(id) = self.focus.take() {
            browser::focus(&id);
        }
        let (fields, _) = self.edits.counts();
        let is_running = self.job.as_ref().is_some_and(|job| job.borrow().is_running());
        if !is_running {
            let loss = (fields > 0).then(|| Loss::Typed(format!("{} not applied.", are(fields)).into()));
            Panel::of(ctx).navigator.guard(loss);
        }
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        Panel::of(ctx).navigator.guard(None);
    }
}

/// The names in the address.
const OFFER: &str = "offer_id";
const AT: &str = "at";

/// "1 change is", "4 changes are".
fn are(count: usize) -> String {
    format!("{} {}", changes(count), if count == 1 { "is" } else { "are" })
}

impl RoutingPage {
    fn ask_offers(&mut self, ctx: &Context<Self>) {
        let api = Panel::of(ctx).api.clone();
        ctx.link().send_future(async move {
            let query = Query::default().with("order", &Key::Name.name());
            let columns = [Key::Id, Key::Name, Key::ExpectedRevenue];
            Message::Offers(all(&api, Resource::Offer, query, &columns).await)
        });
    }

    /// Reads the groups of the offer, and what a call would find among them.
    fn ask(&mut self, ctx: &Context<Self>) {
        let Some(offer) = self.offer(ctx).cloned() else { return };
        self.latest += 1;
        let (number, api) = (self.latest, Panel::of(ctx).api.clone());
        let (at, link) = (ctx.props().query.get(AT).to_owned(), ctx.link().clone());
        spawn_local(async move {
            let board = Board::read(&api, &offer, &at).await;
            link.send_message(Message::Came(number, board));
        });
    }

    /// The offer of the address.
    fn offer(&self, ctx: &Context<Self>) -> Option<&Rc<Record>> {
        let id = ctx.props().query.get(OFFER);
        self.offers.as_ref()?.iter().find(|offer| id_of(offer) == id)
    }

    /// The offer and the time that are asked for.
    fn asked(&self, ctx: &Context<Self>, zone: &str) -> Html {
        let Some(offers) = self.offers.as_ref().filter(|offers| !offers.is_empty()) else {
            return Html::default();
        };
        let query = &ctx.props().query;
        let go = {
            let (navigator, query) = (Panel::of(ctx).navigator.clone(), query.clone());
            move |name: &str, text: &str| navigator.replace(Route::Routing(query.clone().with(name, text)))
        };
        let onoffer = {
            let go = go.clone();
            move |event: Event| go(OFFER, &event.target_unchecked_into::<HtmlSelectElement>().value())
        };
        let ontime = {
            let go = go.clone();
            move |event: Event| {
                let time = event.target_unchecked_into::<HtmlInputElement>().value();
                go(AT, &time.replace('T', " "));
            }
        };
        let option = |offer: &Rc<Record>| {
            let id = id_of(offer);
            let selected = id == query.get(OFFER);
            html! { <option {selected} value={id}>{ offer.name() }</option> }
        };
        // What was typed is about the groups of this offer.
        let is_edited = self.edits.counts().0 > 0;
        let at = query.get(AT);
        html! {
            <div class="bar asked">
                <label class="field">
                    <span>{ "Offer" }</span>
                    <select
                        class="input"
                        disabled={is_edited}
                        title={is_edited.then_some("Apply or discard the changes first.")}
                        onchange={onoffer}
                    >
                        { for offers.iter().map(option) }
                    </select>
                </label>
                <label class="field">
                    <span>{ format!("When, in {}", format::place(zone)) }</span>
                    <input class="input" type="datetime-local" value={at.replace(' ', "T")} onchange={ontime} />
                </label>
                if at.is_empty() {
                    <p class="help">{ "Now, kept true while you look." }</p>
                } else {
                    <button type="button" class="btn" onclick={move |_| go(AT, "")}>{ "Back to now" }</button>
                    <p class="help">{ "With the counters as they are now; what has reset by then counts from 0." }</p>
                }
            </div>
        }
    }

    fn content(&self, ctx: &Context<Self>, zone: &str, currency: &str) -> Html {
        let empty = |title: &'static str, text: &'static str, action: Html| {
            html! { <div class="empty"><h2>{ title }</h2><p>{ text }</p>{ action }</div> }
        };
        let Some(offers) = &self.offers else {
            return html! {
                if self.error.is_none() {
                    <p class="state late" role="status">{ "Loading…" }</p>
                }
            };
        };
        if offers.is_empty() {
            let new = html! { <a class="btn primary" href={Route::New(Resource::Offer).to_string()}>{ "New offer" }</a> };
            return empty(
                "No offers yet.",
                "Calls come for an offer; the groups that serve it compete for them.",
                new,
            );
        }
        let Some(offer) = self.offer(ctx) else {
            return empty("There is no such offer.", "Choose another one.", Html::default());
        };
        let Some(board) = &self.board else {
            return html! {
                if self.error.is_none() {
                    <p class="state late" role="status">{ "Loading…" }</p>
                }
            };
        };
        if board.groups.is_empty() {
            let to = Route::Record(Resource::Offer, id_of(offer).into());
            let open = html! { <a class="btn primary" href={to.to_string()}>{ "Choose its groups" }</a> };
            return empty("No group serves this offer.", "A call of it has nobody to go to.", open);
        }
        let rows = board.rows(&self.edits);
        html! {
            <>
                <div class="cols">
                    <div>
                        { self.tiers(ctx, &rows, zone, currency) }
                        <Day
                            board={board.clone()}
                            edits={self.edits.clone()}
                            zone={zone.to_owned()}
                            currency={currency.to_owned()}
                        />
                    </div>
                    <div class="rail">
                        <TestCall
                            key={id_of(offer)}
                            by={(Key::OfferId, offer.get(Key::Id).clone())}
                            at={ctx.props().query.get(AT).to_owned()}
                            is_edited={self.edits.counts().0 > 0}
                            onchange={ctx.link().callback(|()| Message::Beat)}
                        />
                    </div>
                </div>
                { self.apply_bar(ctx) }
            </>
        }
    }
}

/// The id of a record, as an address names it.
fn id_of(record: &Record) -> String {
    record.id().map(|id| id.to_string()).unwrap_or_default()
}
