//! [`TestCall`]: who would take a call, or takes one, with every reason; and what is reported about it.

use std::rc::Rc;

use domain::{CallEventKind, CallStatus, Id, Key, Resource, Value};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::api::{Answer, ApiError, Decided, Step};
use crate::components::decision::decision;
use crate::components::pill::status_pill;
use crate::form::words::listed;
use crate::panel::Panel;
use crate::record::Record;
use crate::route::Route;

/// See [`TestCall`].
#[derive(Properties, PartialEq)]
pub struct TestCallProps {
    /// What the call is about: an offer or a group.
    pub by: (Key, Value),
    /// At what time it is asked who would take it; blank: now.
    pub at: String,
    /// Whether something is tried that a call does not know of.
    pub is_edited: bool,
    /// Counters have moved.
    pub onchange: Callback<()>,
}

/// What it is told.
pub enum Message {
    /// The number that calls is that.
    Number(String),
    /// The buyer that events are about is that.
    Buyer(String),
    /// Ask who would take it.
    Preview,
    /// Make the call.
    Send,
    /// Report that.
    Report(CallEventKind),
    /// It was answered.
    Came(Answer<Box<Decided>>),
}

/// A call to try.
pub struct TestCall {
    number: String,
    /// Which of several buyers the next event is about.
    buyer: String,
    decided: Option<Decided>,
    error: Option<ApiError>,
    is_busy: bool,
    /// Makes the ids of requests and events.
    count: u32,
}

/// What can be reported, in the order in which a call meets it.
const EVENTS: [CallEventKind; 5] = [
    CallEventKind::Dialed,
    CallEventKind::Connected,
    CallEventKind::Converted,
    CallEventKind::Failed,
    CallEventKind::Ended,
];
/// The number that a test call comes from unless another is typed.
const NUMBER: &str = "+12025550100";

impl Component for TestCall {
    type Message = Message;
    type Properties = TestCallProps;

    fn create(_: &Context<Self>) -> Self {
        Self {
            number: NUMBER.to_owned(),
            buyer: String::new(),
            decided: None,
            error: None,
            is_busy: false,
            count: 0,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Number(number) => self.number = number,
            Message::Buyer(buyer) => self.buyer = buyer,
            Message::Preview | Message::Send | Message::Report(_) if self.is_busy => return false,
            Message::Preview => {
                let (values, at) = (self.asked(ctx), ctx.props().at.clone());
                let api = Panel::of(ctx).api.clone();
                self.send(ctx, async move { api.preview_call(&values, &at).await });
            }
            Message::Send => {
                let (values, key) = (self.asked(ctx), self.own_id());
                let api = Panel::of(ctx).api.clone();
                self.send(ctx, async move { api.take_call(&values, &key).await });
            }
            Message::Report(kind) => {
                let Some(id) = self.call().and_then(|call| call.id()) else { return false };
                let values = self.report(kind);
                let api = Panel::of(ctx).api.clone();
                self.send(ctx, async move { api.report_call(id, &values).await });
            }
            Message::Came(Ok(decided)) => {
                self.is_busy = false;
                if decided.call.is_some() {
                    ctx.props().onchange.emit(());
                }
                self.buyer.clear();
                self.decided = Some(*decided);
                Panel::of(ctx).toasts.say(self.sentence());
            }
            Message::Came(Err(error)) => {
                self.is_busy = false;
                self.error = Some(error);
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let zone = Panel::of(ctx).session.as_ref().map(|own| own.session.company.time_zone.clone());
        let zone = zone.unwrap_or_default();
        let oninput = link.callback(|event: InputEvent| {
            Message::Number(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let onsubmit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Message::Preview
        });
        let busy = self.is_busy.then_some("true");
        html! {
            <section aria-labelledby="test-call">
                <h2 id="test-call">{ "Send a test call" }</h2>
                <form class="test" autocomplete="off" novalidate=true {onsubmit}>
                    <label class="field">
                        <span>{ "Caller number" }</span>
                        <input class="input" type="tel" value={self.number.clone()} {oninput} />
                    </label>
                    <div class="acts">
                        <button type="submit" class="btn" aria-disabled={busy}>{ "Preview" }</button>
                        <button type="button" class="btn" aria-disabled={busy} onclick={link.callback(|_| Message::Send)}>
                            { "Send for real" }
                        </button>
                    </div>
                    <p class="help">
                        if ctx.props().is_edited {
                            { "It goes by the groups as they are, without your changes. " }
                        }
                        { "A preview counts nothing. A call for real is kept, and what you report of it counts." }
                    </p>
                </form>
                if let Some(error) = &self.error {
                    <p class="err" role="alert">{ error.sentence() }</p>
                }
                if let Some(decided) = &self.decided {
                    { self.came(ctx, decided, &zone) }
                }
            </section>
        }
    }
}

impl TestCall {
    fn call(&self) -> Option<&Rc<Record>> {
        self.decided.as_ref()?.call.as_ref()
    }

    /// The values of a new call.
    fn asked(&self, ctx: &Context<Self>) -> Vec<(Key, Value)> {
        let mut values = vec![ctx.props().by.clone()];
        let number = self.number.trim();
        if !number.is_empty() {
            values.push((Key::CallerNumber, Value::Text(number.to_owned())));
        }
        values
    }

    /// An id that nobody gave before.
    fn own_id(&mut self) -> String {
        self.count += 1;
        format!("panel-{}-{}", js_sys::Date::now() as i64, self.count)
    }

    /// The values of a report, about the step that is shown.
    fn report(&mut self, kind: CallEventKind) -> Vec<(Key, Value)> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut values = vec![(Key::EventId, text(&self.own_id())), (Key::Event, text(kind.name()))];
        let step = self.decided.as_ref().and_then(|decided| decided.step.as_ref());
        if let Some(reservation) = step.and_then(|step| step.reservation) {
            values.push((Key::ReservationId, Value::Int(reservation.get())));
        }
        let is_of_one = matches!(kind, CallEventKind::Connected | CallEventKind::Converted);
        let first = step.and_then(|step| step.buyers.first()).map(|buyer| buyer.id);
        let buyer = Id::parse(&self.buyer).or_else(|| first.filter(|_| is_of_one));
        if let Some(buyer) = buyer.filter(|_| kind != CallEventKind::Ended) {
            values.push((Key::BuyerId, Value::Int(buyer.get())));
        }
        values
    }

    fn send(&mut self, ctx: &Context<Self>, request: impl Future<Output = Answer<Decided>> + 'static) {
        (self.is_busy, self.error) = (true, None);
        ctx.link().send_future(async move { Message::Came(request.await.map(Box::new)) });
    }

    /// Who is dialed, or would be.
    fn sentence(&self) -> String {
        let Some(decided) = &self.decided else { return String::new() };
        let is_real = decided.call.is_some();
        match &decided.step {
            Some(step) => {
                let names: Vec<String> = step.buyers.iter().map(|buyer| buyer.name.clone()).collect();
                let dials = if is_real { "dials" } else { "would dial" };
                format!("{} {dials} {}", step.group_name, listed(&names))
            }
            None if is_real => self.status().map_or("Nobody is dialed", CallStatus::label).to_owned(),
            None => "Nobody could take it".to_owned(),
        }
    }

    fn status(&self) -> Option<CallStatus> {
        self.call()?.get(Key::Status).as_text().and_then(CallStatus::named)
    }

    fn came(&self, ctx: &Context<Self>, decided: &Decided, zone: &str) -> Html {
        let call = decided.call.as_ref().and_then(|call| Some((call.id()?, self.status()?)));
        html! {
            <div class="went">
                <p><b>{ self.sentence() }{ "." }</b></p>
                if let Some((id, status)) = call {
                    <p>
                        { status_pill(status) }
                        { " " }
                        <a class="link" href={Route::record(Resource::Call, id).to_string()}>{ format!("Call {id}") }</a>
                    </p>
                    { for decided.step.as_ref().map(|step| self.events(ctx, step)) }
                } else {
                    <p class="help">{ "One draw by the weights: another preview may fall on another group of the tier." }</p>
                }
                { decision(&decided.candidates, zone) }
            </div>
        }
    }

    /// What can be reported about a step.
    fn events(&self, ctx: &Context<Self>, step: &Step) -> Html {
        let link = ctx.link();
        let onbuyer = link.callback(|event: Event| {
            Message::Buyer(event.target_unchecked_into::<HtmlSelectElement>().value())
        });
        let button = |kind: CallEventKind| {
            let onclick = link.callback(move |_: MouseEvent| Message::Report(kind));
            html! { <button type="button" class="btn" aria-disabled={self.is_busy.then_some("true")} {onclick}>{ kind.label() }</button> }
        };
        html! {
            <div class="events" role="group" aria-label="Report what happens">
                if step.buyers.len() > 1 {
                    <select class="input" aria-label="About which buyer" onchange={onbuyer}>
                        <option value="" selected={self.buyer.is_empty()}>{ "All of them, or the first" }</option>
                        { for step.buyers.iter().map(|buyer| html! {
                            <option value={buyer.id.to_string()} selected={buyer.id.to_string() == self.buyer}>{ &buyer.name }</option>
                        }) }
                    </select>
                }
                { for EVENTS.map(button) }
            </div>
        }
    }
}
