//! What is said about a job.

use domain::{Field, Key, Kind, Resource, Value};

use super::job::{Halt, Job};
use super::plan::Plan;
use crate::form::{grouped, names};
use crate::format;
use crate::pages::list::view::noun;

/// "1 group", "1,000 groups".
#[must_use]
pub fn counted(number: usize, resource: Resource) -> String {
    let (count, noun) = (format::count(number as u64), noun(resource));
    if number == 1 { [&count, " ", noun].concat() } else { [&count, " ", noun, "s"].concat() }
}

/// What a plan does, while it does it and afterwards; without one, what it did is taken back.
const fn verbs(plan: Option<&Plan>) -> (&'static str, &'static str) {
    match plan {
        Some(Plan::Pause(true)) => ("Pausing", "paused"),
        Some(Plan::Pause(false)) => ("Resuming", "resumed"),
        Some(Plan::Edit(_)) => ("Changing", "changed"),
        Some(Plan::Reset) => ("Resetting totals", "reset"),
        Some(Plan::Delete) => ("Deleting", "deleted"),
        Some(Plan::Restore) => ("Bringing back", "brought back"),
        None => ("Undoing", "set back"),
    }
}

/// "Pausing: 412 of 1,000".
#[must_use]
pub fn progress(job: &Job) -> String {
    let counts = job.counts();
    let (done, all) = ((counts.done + counts.failed) as u64, counts.all as u64);
    let so_far = format!("{}: {} of {}", verbs(job.plan.as_ref()).0, format::count(done), format::count(all));
    if job.is_offline { so_far + ". No connection: it goes on when it is back." } else { so_far }
}

/// What came of a job: "988 of 1,000 groups paused, 12 failed."
#[must_use]
pub fn outcome(job: &Job, resource: Resource) -> String {
    let (counts, done) = (job.counts(), verbs(job.plan.as_ref()).1);
    if counts.all == 0 {
        return "Nothing had to be changed.".to_owned();
    }
    let mut text = match job.halt {
        Some(Halt::Cancelled) => "Cancelled: ".to_owned(),
        Some(Halt::SignedOut) => "You were signed out: ".to_owned(),
        None => String::new(),
    };
    if counts.done < counts.all {
        text += &[&format::count(counts.done as u64), " of "].concat();
    }
    text += &[&counted(counts.all, resource), " ", done].concat();
    if counts.failed > 0 {
        text += &[", ", &format::count(counts.failed as u64), " failed"].concat();
    }
    text + "."
}

/// How a value stands in a sentence or a preview. `currency`: how its money is shown.
#[must_use]
pub fn shown(field: &Field, value: &Value, currency: &str) -> String {
    match (field.key, value) {
        (Key::Limit(..) | Key::ConcurrencyCapLimit, Value::Null) => "no limit".to_owned(),
        (Key::TimeZone, Value::Null) => "company’s".to_owned(),
        (_, Value::Bool(truth)) => (if *truth { "yes" } else { "no" }).to_owned(),
        (_, Value::Decimal(amount)) if field.kind == Kind::Money => format::money(*amount, currency),
        (_, Value::Decimal(_) | Value::Int(_)) => format::with_minus(&grouped(&value.to_string())),
        (_, Value::Ids(ids)) => match field.kind {
            Kind::Ids(resource) => list(ids.iter().map(|id| names::name(resource, *id))),
            _ => list(ids.iter().map(ToString::to_string)),
        },
        (_, Value::Texts(texts)) => list(texts.iter().cloned()),
        (_, Value::Text(text)) => match field.kind {
            Kind::Choice(choices) => {
                let choice = choices.iter().find(|choice| choice.name == text);
                choice.map_or(text.as_str(), |choice| choice.label).to_owned()
            }
            _ => text.clone(),
        },
        (_, value) if value.is_blank() => "nothing".to_owned(),
        (_, value) => value.to_string(),
    }
}

/// So many items of a list are named; the others are counted.
pub const NAMED: usize = 3;

/// "Coastal Cover, Harbor Mutual, Lakeshore and 5 more"; "none".
fn list(mut items: impl ExactSizeIterator<Item = String>) -> String {
    let first: Vec<String> = items.by_ref().take(NAMED).collect();
    match items.len() {
        0 if first.is_empty() => "none".to_owned(),
        0 => first.join(", "),
        more => [&first.join(", "), " and ", &more.to_string(), " more"].concat(),
    }
}
