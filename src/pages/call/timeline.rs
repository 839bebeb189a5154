//! The trace of a call as a timeline: who was dialed and why, what was reported and what that counted.

use domain::buyer_group::DIAL_BUYERS_TYPES;
use domain::call::OUTCOMES;
use domain::{CallEventKind, CallStatus, Counted, Decimal, Held, Instant, Metric, Need, Resource, Verdict};
use yew::prelude::*;

use crate::api::{Buyer, CallStory, Event, Step};
use crate::components::decision::decision;
use crate::components::meter::amount;
use crate::format;
use crate::route::Route;

/// What stands in a timeline.
enum Entry<'a> {
    Step(&'a Step),
    Event(&'a Event),
}

impl Entry<'_> {
    /// When it was; of two at the same moment, a step comes before what was reported of it.
    fn order(&self) -> (i64, i64, bool) {
        let ms = |at: Option<Instant>| at.map(Instant::ms).unwrap_or_default();
        match self {
            Self::Step(step) => (ms(step.decided_at), step.number, false),
            Self::Event(event) => (ms(event.at), event.step.unwrap_or_default(), true),
        }
    }
}

/// Every step and every event of a call, in the order in which they came; times by the clocks of `zone`.
pub fn timeline(story: &CallStory, currency: &str, zone: &str) -> Html {
    let steps = story.steps.iter().map(Entry::Step);
    let mut entries: Vec<Entry<'_>> = steps.chain(story.events.iter().map(Entry::Event)).collect();
    entries.sort_by_key(Entry::order);
    let entry = |entry: &Entry<'_>| match entry {
        Entry::Step(step) => html! {
            <li class="step">
                { when(step.decided_at, zone) }
                <div>{ self::step(step, currency, zone) }</div>
            </li>
        },
        Entry::Event(event) => html! {
            <li>
                { when(event.at, zone) }
                <div>{ self::event(event, story, currency) }</div>
            </li>
        },
    };
    html! { <ol class="trace">{ for entries.iter().map(entry) }</ol> }
}

fn when(at: Option<Instant>, zone: &str) -> Html {
    let time = at
        .map(|at| html! { <time class="num" datetime={at.to_string()}>{ format::moment(at, zone) }</time> });
    time.unwrap_or_else(|| html! { <span /> })
}

fn step(step: &Step, currency: &str, zone: &str) -> Html {
    let outcome = OUTCOMES.iter().find(|outcome| outcome.name == step.outcome);
    let others = step.candidates.iter().filter(|line| line.traced.verdict != Verdict::Chosen).count();
    let summary = match (others, step.group) {
        (_, None) => "Why nobody: every group that was asked".to_owned(),
        (0, _) => "Why: it was the only group".to_owned(),
        (1, _) => "Why: this group, and the other one".to_owned(),
        (others, _) => format!("Why: this group, and the {others} others"),
    };
    html! {
        <>
            <h3>
                { format!("Step {}: ", step.number) }
                if let Some(group) = step.group {
                    <a class="link" href={Route::record(Resource::BuyerGroup, group).to_string()}>{ &step.group_name }</a>
                } else {
                    { CallStatus::NoTaker.label() }
                }
            </h3>
            if step.group.is_some() {
                <p>{ dials(step) }{ for step.buyers.iter().enumerate().map(buyer) }</p>
                <p class="help">
                    { held(step, currency) }
                    if let Some(outcome) = outcome {
                        { " " }<b>{ outcome.label }{ "." }</b>
                    }
                </p>
            }
            <details open={step.group.is_none()}>
                <summary>{ summary }</summary>
                { decision(&step.candidates, zone) }
            </details>
        </>
    }
}

/// "Dials all at once: ".
fn dials(step: &Step) -> String {
    let dialing = DIAL_BUYERS_TYPES.iter().find(|choice| choice.name == step.dialing);
    match dialing {
        Some(dialing) => format!("Dials {}: ", dialing.label.to_ascii_lowercase()),
        None => "Dials ".to_owned(),
    }
}

fn buyer((at, buyer): (usize, &Buyer)) -> Html {
    let name = if buyer.name.is_empty() { format!("Buyer {}", buyer.id) } else { buyer.name.clone() };
    html! {
        <>
            { if at > 0 { ", " } else { "" } }
            <a class="link" href={Route::record(Resource::Buyer, buyer.id).to_string()}>{ name }</a>
            if !buyer.phone.is_empty() {
                { " " }<span class="faint">{ &buyer.phone }</span>
            }
        </>
    }
}

/// "Reserved: 2 attempts, 1 connection, 1 conversion, $25."
fn held(step: &Step, currency: &str) -> String {
    let held = Held::of(Need {
        attempts: i64::try_from(step.buyers.len()).unwrap_or(i64::MAX),
        revenue: step.expected,
    });
    format!("Reserved: {}.", amounts(|metric| held.metric(metric), currency))
}

/// "Counted: 1 attempt, 1 connection."
#[must_use]
pub fn counted(counted: Counted, currency: &str) -> String {
    if counted.is_nothing() {
        return "Counted nothing.".to_owned();
    }
    format!("Counted: {}.", amounts(|metric| counted.metric(metric), currency))
}

/// The amounts that are not 0: "2 attempts, 1 connection, $25 revenue, $25 earned revenue".
fn amounts(of: impl Fn(Metric) -> Decimal, currency: &str) -> String {
    let one = |metric: Metric| {
        let number = of(metric);
        let label = metric.label().to_ascii_lowercase();
        let label = if number == Decimal::ONE { label.trim_end_matches('s') } else { &label };
        (number != Decimal::ZERO).then(|| [&amount(metric, number, currency), label].join(" "))
    };
    Metric::ALL.into_iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

fn event(event: &Event, story: &CallStory, currency: &str) -> Html {
    let known = story.steps.iter().flat_map(|step| &step.buyers);
    let of_step = story.steps.iter().find(|step| Some(step.number) == event.step);
    // Where one is dialed alone, nobody else can have answered.
    let only = of_step.and_then(|step| if let [only] = &step.buyers[..] { Some(only.id) } else { None });
    let only = only.filter(|_| event.kind == Some(CallEventKind::Connected));
    let whom = event.buyer.or(only).map(|id| match known.clone().find(|buyer| buyer.id == id) {
        Some(buyer) if !buyer.name.is_empty() => buyer.name.clone(),
        _ => format!("Buyer {id}"),
    });
    let label = event.kind.map_or_else(|| event.name.clone(), |kind| kind.label().to_owned());
    html! {
        <>
            <p>
                <b>{ label }</b>
                if let Some(whom) = whom {
                    { ": " }{ whom }
                }
                if let Some(revenue) = event.revenue {
                    { ", " }{ format::money(revenue, currency) }
                }
            </p>
            <p class="help">{ counted(event.counted, currency) }</p>
        </>
    }
}
