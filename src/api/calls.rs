//! What the API says of calls: who would take one, who takes it, what is reported about it, how it went.

use std::rc::Rc;

use domain::{
    CallEventKind, Candidate, Counted, Decimal, Eligibility, Id, Input, Instant, Key, Resource, Traced,
    Value, Verdict,
};
use gloo_net::http::Method;

use super::{Answer, Api, body};
use crate::json::{items, member, text, whole};
use crate::record::Record;

const CALLS: &str = "/api/v1/calls";

/// How a call went.
#[derive(Clone, Debug, PartialEq)]
pub struct CallStory {
    /// Its columns.
    pub call: Rc<Record>,
    /// Who was dialed, one after another; the last decision may be for nobody.
    pub steps: Vec<Step>,
    /// What was reported, in its order.
    pub events: Vec<Event>,
}

/// An answer to who takes a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The call; `None` when it was only asked what would be.
    pub call: Option<Rc<Record>>,
    /// Who is dialed now, or would be; `None`: nobody.
    pub step: Option<Step>,
    /// Every group that was looked at, in the routing order.
    pub candidates: Vec<Line>,
}

/// What is dialed at once, and how that was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// From 1.
    pub number: i64,
    /// The reservation; `None` where nobody could take the call.
    pub reservation: Option<Id>,
    /// The group that is dialed.
    pub group: Option<Id>,
    /// What it is called.
    pub group_name: String,
    /// How it dials, by the name in the API.
    pub dialing: String,
    /// Who is dialed.
    pub buyers: Vec<Buyer>,
    /// What is held of its revenue caps.
    pub expected: Decimal,
    /// When the reservation ends by itself.
    pub expires_at: Option<Instant>,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// What came of it, by the name in the API; blank while that is not told.
    pub outcome: String,
    /// Every group that was looked at.
    pub candidates: Vec<Line>,
}

/// A buyer that is dialed.
#[derive(Clone, Debug, PartialEq)]
pub struct Buyer {
    /// Which.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Its number.
    pub phone: String,
}

/// A group that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// What was decided about it, and why.
    pub traced: Traced,
}

/// What was reported about a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What happened; `None` for what this version does not know.
    pub kind: Option<CallEventKind>,
    /// Its name in the API.
    pub name: String,
    /// When the server heard of it.
    pub at: Option<Instant>,
    /// The step that it is about.
    pub step: Option<i64>,
    /// Whom it is about.
    pub buyer: Option<Id>,
    /// How much.
    pub revenue: Option<Decimal>,
    /// What the group counted for it.
    pub counted: Counted,
}

impl Api {
    /// One call, by id or uuid, and how it went.
    pub async fn call_story(&self, id: &str) -> Answer<CallStory> {
        let body = self.call(Method::GET, &format!("{CALLS}/{id}"), None, None).await?;
        let call = member(&body, Resource::Call.singular());
        Ok(CallStory {
            call: Rc::new(Record::read(Resource::Call, call)),
            steps: items(member(call, "steps")).iter().map(step).collect(),
            events: items(member(call, "events")).iter().map(event).collect(),
        })
    }

    /// Who would take a call as `values` say it; nothing is reserved.
    pub async fn preview_call(&self, values: &[(Key, Value)], at: &str) -> Answer<Decided> {
        let at = Value::Text(at.to_owned());
        let mut named: Vec<_> = values.iter().map(|(key, value)| (key.name(), value)).collect();
        if !at.is_blank() {
            named.push(("at".into(), &at));
        }
        let body = crate::json::object(&named);
        let body = self.call(Method::POST, &format!("{CALLS}/preview"), Some(body), None).await?;
        Ok(decided(&body, None))
    }

    /// Makes a call, once however often it is sent with the same `key`: it is decided who takes it, and reserved.
    pub async fn take_call(&self, values: &[(Key, Value)], key: &str) -> Answer<Decided> {
        let header = ("Idempotency-Key", key.to_owned());
        let body = self.call(Method::POST, CALLS, Some(body(values)), Some(header)).await?;
        Ok(of_call(&body))
    }

    /// Reports what happened in a call.
    pub async fn report_call(&self, id: Id, values: &[(Key, Value)]) -> Answer<Decided> {
        let body = self.call(Method::PUT, &format!("{CALLS}/{id}"), Some(body(values)), None).await?;
        Ok(of_call(&body))
    }
}

fn of_call(body: &Input) -> Decided {
    let call = member(body, Resource::Call.singular());
    decided(call, Some(Rc::new(Record::read(Resource::Call, call))))
}

fn decided(input: &Input, call: Option<Rc<Record>>) -> Decided {
    let under_way = member(input, "step");
    Decided { call, step: (*under_way != Input::Null).then(|| step(under_way)), candidates: lines(input) }
}

fn lines(input: &Input) -> Vec<Line> {
    items(member(input, "candidates")).iter().filter_map(line).collect()
}

fn line(input: &Input) -> Option<Line> {
    let verdict = text(input, "verdict");
    let candidate = Candidate {
        group: id(input, "buyer_group_id")?,
        tier: decimal(input, "tier").unwrap_or_default(),
        weight: decimal(input, "weight").unwrap_or_default(),
        eligibility: Eligibility::read(input),
    };
    let traced = Traced {
        candidate,
        share: decimal(input, "share").unwrap_or_default(),
        verdict: Verdict::ALL.into_iter().find(|own| own.name() == verdict)?,
    };
    Some(Line { name: text(input, "name"), traced })
}

fn step(input: &Input) -> Step {
    let buyer = |input: &Input| {
        Some(Buyer { id: id(input, "id")?, name: text(input, "name"), phone: text(input, "phone_number") })
    };
    Step {
        number: whole(input, "step").unwrap_or(1),
        reservation: id(input, "reservation_id"),
        group: id(input, "buyer_group_id"),
        group_name: text(input, "buyer_group_name"),
        dialing: text(input, "dial_buyers_type"),
        buyers: items(member(input, "buyers")).iter().filter_map(buyer).collect(),
        expected: decimal(input, "expected_revenue").unwrap_or_default(),
        expires_at: instant(input, "expires_at"),
        decided_at: instant(input, "decided_at"),
        outcome: text(input, "outcome"),
        candidates: lines(input),
    }
}

fn event(input: &Input) -> Event {
    let name = text(input, "event");
    let counted = member(input, "counted");
    let count = |name| whole(counted, name).unwrap_or_default();
    let amount = |name| decimal(counted, name).unwrap_or_default();
    Event {
        kind: CallEventKind::named(&name),
        name,
        at: instant(input, "at"),
        step: whole(input, "step"),
        buyer: id(input, "buyer_id"),
        revenue: decimal(input, "revenue"),
        counted: Counted {
            attempts: count("attempts"),
            connections: count("connections"),
            conversions: count("conversions"),
            revenue: amount("revenue"),
            earned: amount("earned_revenue"),
        },
    }
}

fn id(input: &Input, name: &str) -> Option<Id> {
    Id::new(whole(input, name)?)
}

fn decimal(input: &Input, name: &str) -> Option<Decimal> {
    member(input, name).as_text()?.parse().ok()
}

fn instant(input: &Input, name: &str) -> Option<Instant> {
    Instant::parse(member(input, name).as_text()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(members: &[(&str, Input)]) -> Input {
        Input::Map(members.iter().map(|(name, input)| ((*name).to_owned(), input.clone())).collect())
    }

    fn number(text: &str) -> Input {
        Input::Number(text.to_owned())
    }

    #[test]
    fn candidates_are_read_with_their_reasons() {
        let reason = object(&[
            ("code", "cap_full".into()),
            ("metric", "attempt".into()),
            ("window", "daily".into()),
            ("resets_at", "2026-03-11T04:00:00.000+00:00".into()),
        ]);
        let full = object(&[
            ("buyer_group_id", number("100123")),
            ("name", "West".into()),
            ("tier", number("1.5")),
            ("weight", number("3")),
            ("share", number("0")),
            ("verdict", "cannot".into()),
            ("reasons", Input::List(vec![reason])),
        ]);
        let body = object(&[("step", Input::Null), ("candidates", Input::List(vec![full]))]);
        let decided = decided(&body, None);
        assert_eq!(decided.step, None);
        let [line] = &decided.candidates[..] else { panic!("one candidate") };
        assert_eq!((line.name.as_str(), line.traced.verdict), ("West", Verdict::Cannot));
        assert_eq!(line.traced.candidate.tier, "1.5".parse().expect("a number"));
        assert_eq!(
            line.traced.candidate.eligibility.reasons[0].message(),
            "The cap on attempts today is full."
        );
        assert!(line.traced.candidate.eligibility.reasons[0].ends_at().is_some());
    }

    #[test]
    fn what_an_event_counted_is_read() {
        let counted = object(&[("attempts", number("1")), ("earned_revenue", number("-2.5"))]);
        let event = event(&object(&[("event", "reversed".into()), ("counted", counted)]));
        assert_eq!(event.kind, Some(CallEventKind::Reversed));
        assert_eq!((event.counted.attempts, event.counted.earned.to_string().as_str()), (1, "-2.5"));
    }
}
