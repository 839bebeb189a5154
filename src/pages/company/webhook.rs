//! [`Webhook`]: how the company's webhook stands, its secret, and a test of it.

use domain::{Input, Instant, Value};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::actions::copy;
use crate::api::{Answer, ApiError};
use crate::components::confirm::Confirm;
use crate::components::icon::icon;
use crate::components::toasts::Toasts;
use crate::format;
use crate::json;
use crate::query::{use_mutation, use_pulse, use_query};

const WEBHOOK: &str = "/api/v1/company/webhook";

/// See [`Webhook`].
#[derive(Properties, PartialEq)]
pub struct WebhookProps {
    /// Where alerts are posted to, as it is kept; blank: nowhere.
    pub url: AttrValue,
    /// Whether another address is typed.
    pub is_changed: bool,
    /// Tells news.
    pub toasts: Toasts,
}

/// What is known of the webhook.
#[derive(Debug, Default, PartialEq)]
struct State {
    /// When the secret that signs was made.
    signed_since: Option<Instant>,
    /// Until when the one before it signs, too.
    older_until: Option<Instant>,
    pending: u64,
    delivered_at: Option<Instant>,
    failure: String,
}

impl State {
    fn read(body: &Input) -> Self {
        let webhook = json::member(body, "webhook");
        let secrets = json::items(json::member(webhook, "secrets"));
        let at = |input: &Input, name: &str| Instant::parse(&json::text(input, name));
        Self {
            signed_since: secrets.first().and_then(|secret| at(secret, "created_at")),
            older_until: secrets.iter().skip(1).filter_map(|secret| at(secret, "ends_at")).max(),
            pending: json::count(webhook, "pending"),
            delivered_at: at(webhook, "delivered_at"),
            failure: json::text(webhook, "failure"),
        }
    }

    /// What there is to say, and whether all is well with it.
    fn lines(&self) -> Vec<(bool, String)> {
        let mut lines = Vec::new();
        match (self.signed_since, self.older_until) {
            (None, _) => lines.push((false, "Not signed: there is no secret yet.".to_owned())),
            (Some(since), None) => {
                lines.push((true, format!("Signed with the secret of {}.", format::date_time(since))));
            }
            (Some(since), Some(until)) => lines.push((
                true,
                format!(
                    "Signed with the secret of {}; the one before it signs beside it until {}.",
                    format::date_time(since),
                    format::date_time(until)
                ),
            )),
        }
        if let Some(at) = self.delivered_at {
            lines.push((true, format!("The last alert arrived {}.", format::relative(at))));
        }
        if !self.failure.is_empty() {
            lines.push((false, format!("The last attempt failed: {}", self.failure)));
        }
        match self.pending {
            0 => {}
            1 => lines.push((true, "1 alert is on its way.".to_owned())),
            count => lines.push((true, format!("{} alerts are on their way.", format::count(count)))),
        }
        lines
    }
}

/// What came of a test: whether it arrived, and a sentence.
fn outcome(body: &Input) -> (bool, String) {
    let test = json::member(body, "webhook_test");
    if *json::member(test, "delivered") == Input::Bool(true) {
        let answer = json::whole(test, "answer").unwrap_or_default();
        (true, format!("The test arrived: the receiver answered {answer}."))
    } else {
        (false, format!("The test did not arrive. {}", json::text(test, "failure")))
    }
}

/// How the webhook stands; a new secret, which is shown once; a test.
#[component]
pub fn Webhook(props: &WebhookProps) -> Html {
    let WebhookProps { url, is_changed, toasts } = props;
    let state = use_query(url.clone(), |api, _| {
        Box::pin(async move { api.read(WEBHOOK).await.map(|body| State::read(&body)) })
    });
    use_pulse(&state.reload);
    let (asks, leaked) = (use_state(|| false), use_state(|| false));
    let (secret, tested) = (use_state(|| None::<AttrValue>), use_state(|| None::<(bool, String)>));
    let make = use_mutation(
        |api, end_older: bool| {
            let end_older = Value::Bool(end_older);
            Box::pin(async move {
                let values = [("end_older".into(), &end_older)];
                let body = api.post("/api/v1/company/webhook_secret", &values).await?;
                Ok(json::text(&body, "webhook_secret"))
            })
        },
        {
            let (secret, reload, toasts) = (secret.setter(), state.reload.clone(), toasts.clone());
            move |answer: Answer<String>| match answer {
                Ok(made) => {
                    secret.set(Some(made.into()));
                    reload.emit(());
                }
                Err(error) => toasts.fail(format!("No secret was made. {}", error.sentence())),
            }
        },
    );
    let test = use_mutation(
        |api, ()| Box::pin(async move { Ok(outcome(&api.post("/api/v1/company/webhook_test", &[]).await?)) }),
        {
            let tested = tested.setter();
            move |answer| {
                let failed =
                    |error: ApiError| (false, format!("The test was not sent. {}", error.sentence()));
                tested.set(Some(answer.unwrap_or_else(failed)));
            }
        },
    );
    let Some(known) = state.load.data() else { return Html::default() };
    let line = |(is_well, text): (bool, String)| {
        let (class, drawing) = if is_well { ("ok", "ok") } else { ("no", "warn") };
        html! { <li><span {class}>{ icon(drawing) }</span>{ text }</li> }
    };
    let show = |whether: bool| {
        let (asks, leaked) = (asks.setter(), leaked.setter());
        Callback::from(move |()| {
            asks.set(whether);
            leaked.set(false);
        })
    };
    let onsecret = if known.signed_since.is_some() { show(true) } else { make.run.reform(|()| false) };
    let onconfirm = {
        let (close, run, leaked) = (show(false), make.run.clone(), *leaked);
        Callback::from(move |()| {
            close.emit(());
            run.emit(leaked);
        })
    };
    let onleaked = {
        let leaked = leaked.setter();
        move |event: Event| leaked.set(event.target_unchecked_into::<HtmlInputElement>().checked())
    };
    let why_not = match () {
        () if *is_changed => "Save the address before it is tried.",
        () if url.is_empty() => "With an address, alerts are posted to it as JSON, signed with the secret.",
        () => "",
    };
    html! {
        <div class="webhook">
            if !url.is_empty() {
                <ul class="checks">{ for known.lines().into_iter().map(line) }</ul>
            }
            <div class="acts">
                <button type="button" class="btn" disabled={make.is_running} onclick={onsecret.reform(|_| ())}>
                    { if known.signed_since.is_some() { "New secret…" } else { "Make a secret" } }
                </button>
                <button
                    type="button"
                    class="btn"
                    disabled={test.is_running || !why_not.is_empty()}
                    onclick={test.run.reform(|_| ())}
                >
                    { if test.is_running { "Sending…" } else { "Send a test" } }
                </button>
                <span class="help">{ why_not }</span>
            </div>
            <div role="status">
                if let Some(tested) = &*tested {
                    <ul class="checks">{ line(tested.clone()) }</ul>
                }
            </div>
            if let Some(made) = &*secret {
                { shown_once(made, toasts) }
            }
            if *asks {
                <Confirm title="Make a new secret?" confirm="Make it" {onconfirm} oncancel={show(false)}>
                    <p>{ "Webhooks are signed with it from now on. The present one signs beside it for another day, so that receivers can change over." }</p>
                    <label class="switch">
                        <input type="checkbox" role="switch" checked={*leaked} onchange={onleaked} />
                        { "It has leaked: end it now" }
                    </label>
                </Confirm>
            }
        </div>
    }
}

/// A secret, and the one chance to copy it.
fn shown_once(secret: &AttrValue, toasts: &Toasts) -> Html {
    let (text, toasts) = (secret.clone(), toasts.clone());
    let onclick = move |_| copy(text.to_string(), toasts.clone());
    html! {
        <div class="field" role="status">
            <label for="webhook-secret">{ "New secret" }</label>
            <div class="acts">
                <input class="input" id="webhook-secret" readonly=true value={secret} aria-describedby="webhook-secret-help" />
                <button type="button" class="btn" {onclick}>{ icon("copy") }{ "Copy" }</button>
            </div>
            <p class="help" id="webhook-secret-help">{ "Keep it now: it is not shown again." }</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(members: Vec<(&str, Input)>) -> Input {
        Input::Map(members.into_iter().map(|(name, input)| (name.to_owned(), input)).collect())
    }

    #[test]
    fn a_test_says_what_came_of_it() {
        let body = |members| map(vec![("webhook_test", map(members))]);
        let arrived =
            body(vec![("delivered", Input::Bool(true)), ("answer", Input::Number("204".to_owned()))]);
        assert_eq!(outcome(&arrived), (true, "The test arrived: the receiver answered 204.".to_owned()));
        let failed = body(vec![("delivered", Input::Bool(false)), ("failure", "Nobody answers.".into())]);
        assert_eq!(outcome(&failed), (false, "The test did not arrive. Nobody answers.".to_owned()));
    }

    #[test]
    fn without_a_secret_nothing_is_signed() {
        let state = State::read(&map(vec![("webhook", map(vec![("secrets", Input::List(Vec::new()))]))]));
        assert_eq!(state.lines(), [(false, "Not signed: there is no secret yet.".to_owned())]);
    }
}
