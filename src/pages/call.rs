//! One call: what became of it, and its trace as a timeline.

pub mod timeline;

use domain::{CallStatus, Key, Resource};
use yew::prelude::*;

use crate::api::{ApiError, CallStory};
use crate::components::cell::{cell, duration};
use crate::components::icon::icon;
use crate::components::page::PageHead;
use crate::components::pill::status_pill;
use crate::format;
use crate::query::{use_pulse, use_query};
use crate::route::Route;
use crate::session::use_session;
use timeline::timeline;

/// See [`CallPage`].
#[derive(Properties, PartialEq)]
pub struct CallPageProps {
    /// Which, by id or uuid.
    pub id: AttrValue,
}

/// What the page tells of a call beside its trace, in this order.
const FACTS: [Key; 10] = [
    Key::OfferId,
    Key::BuyerGroupId,
    Key::BuyerId,
    Key::CreatedAt,
    Key::ConnectedAt,
    Key::EndedAt,
    Key::Duration,
    Key::Revenue,
    Key::EarnedRevenue,
    Key::Id,
];

/// One call, kept true while it is looked at.
#[component]
pub fn CallPage(props: &CallPageProps) -> Html {
    let session = use_session();
    let story = use_query(props.id.clone(), |api, id| {
        let id = id.clone();
        Box::pin(async move { api.call_story(&id).await })
    });
    use_pulse(&story.reload);
    let Some(session) = session else { return Html::default() };
    let company = &session.session.company;
    let parent = (Route::list(Resource::Call), AttrValue::Static(Resource::Call.heading()));
    match (story.load.data(), story.load.error()) {
        (Some(story), error) => {
            let status = story.call.get(Key::Status).as_text().and_then(CallStatus::named);
            html! {
                <>
                    <PageHead
                        title={story.call.name().to_owned()}
                        {parent}
                        badge={html! { <>{ for status.map(status_pill) }</> }}
                    />
                    if let Some(error) = error {
                        <div class="note" role="alert">{ icon("warn") }<p>{ error.sentence() }</p></div>
                    }
                    <div class="cols one">{ content(story, &company.currency, &company.time_zone) }</div>
                </>
            }
        }
        (None, Some(error)) => {
            let is_gone = *error == ApiError::NotFound;
            let title = if is_gone { "Call not found" } else { Resource::Call.heading() };
            html! {
                <>
                    <PageHead {title} {parent} />
                    <div class="state">
                        <p role="alert">
                            { if is_gone { "There is no such call.".into() } else { error.sentence() } }
                        </p>
                        if is_gone {
                            <a class="btn" href={Route::list(Resource::Call).to_string()}>{ "Calls" }</a>
                        } else {
                            <button type="button" class="btn" onclick={story.reload.reform(|_| ())}>{ "Try again" }</button>
                        }
                    </div>
                </>
            }
        }
        (None, None) => html! {
            <>
                <PageHead title={Resource::Call.heading()} {parent} />
                <p class="state late" role="status">{ "Loading…" }</p>
            </>
        },
    }
}

fn content(story: &CallStory, currency: &str, zone: &str) -> Html {
    let call = &story.call;
    let fact = |key: &Key| {
        let value = call.get(*key);
        let field = Resource::Call.field(*key).filter(|_| !value.is_blank())?;
        let shown = match value.as_instant() {
            Some(at) => html! { <time datetime={at.to_string()}>{ format::moment(at, zone) }</time> },
            None => match (*key, value.as_int()) {
                (Key::Duration, Some(seconds)) => html! { duration(seconds) },
                _ => cell(call, *key, field.kind, currency),
            },
        };
        Some(html! { <div><dt>{ field.label }</dt><dd>{ shown }</dd></div> })
    };
    let past_limit = Resource::Call.field(Key::PastLimit);
    let past_limit = past_limit.filter(|_| call.get(Key::PastLimit).as_bool() == Some(true));
    let expires = call.get(Key::ExpiresAt).as_instant();
    html! {
        <>
            <section class="sec" aria-labelledby="facts">
                <header><h2 id="facts">{ "What became of it" }</h2></header>
                if let Some(field) = past_limit {
                    <p class="warns">{ icon("warn") }{ field.label }{ ". " }{ field.help }</p>
                }
                <dl class="facts">{ for FACTS.iter().filter_map(fact) }</dl>
                if let Some(at) = expires {
                    <p class="help">
                        { format!("It holds room in the caps of its group until it ends, at the latest until {}.", format::moment(at, zone)) }
                    </p>
                }
            </section>
            <section class="sec" aria-labelledby="trace">
                <header>
                    <h2 id="trace">{ "How it went" }</h2>
                    <p>{ format!("By the clocks of {}", format::place(zone)) }</p>
                </header>
                { timeline(story, currency, zone) }
            </section>
        </>
    }
}
