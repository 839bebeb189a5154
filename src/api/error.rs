//! [`ApiError`]: why a request did not do what it was to do, and where that follows from its answer.

use std::rc::Rc;

use domain::{Input, Resource};
use yew::AttrValue;

use super::answer::{Entry, entry};
use crate::json::{items, member, members, text};
use crate::record::Record;

/// Why a request did not do what it was to do.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// The server could not be reached.
    Offline,
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// Rules are broken; each under the name of its field.
    Refused(Refused),
    /// Somebody else changed the record since it was read.
    Stale(Rc<Stale>),
    /// There is no such record, or not any more.
    NotFound,
    /// Anything else, as a sentence.
    Failed(AttrValue),
}

impl ApiError {
    /// What to tell the visitor.
    #[must_use]
    pub fn sentence(&self) -> AttrValue {
        match self {
            Self::Offline => "No connection to the server. Trying again.".into(),
            Self::SignedOut => "You were signed out. Sign in and your changes will still be here.".into(),
            Self::Refused(refused) => refused.sentence.clone(),
            Self::Stale(_) => "Somebody else changed this in the meantime.".into(),
            Self::NotFound => "This is not there any more.".into(),
            Self::Failed(sentence) => sentence.clone(),
        }
    }
}

/// What came instead of a write, or of a list, that breaks rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong and what to do next.
    pub sentence: AttrValue,
    /// For each parameter at fault its broken rules, as the rest of a sentence.
    pub errors: Vec<(String, Vec<String>)>,
}

/// What came instead of a write that was based on an older revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale {
    /// The record as it is now.
    pub current: Record,
    /// What happened since, the oldest first.
    pub changes: Vec<Entry>,
}

/// Any answer but the one that was hoped for. [`Refusal::on`] is the one place that gives it a meaning.
pub(super) struct Refusal {
    /// 0: there was no answer.
    pub(super) status: u16,
    /// What the server says.
    pub(super) body: Input,
}

impl Refusal {
    /// No answer came.
    pub(super) fn unreachable() -> Self {
        Self { status: 0, body: Input::Null }
    }

    /// What it means for a request about a record of that kind.
    pub(super) fn on(self, resource: Resource) -> ApiError {
        match self.status {
            0 => ApiError::Offline,
            401 => ApiError::SignedOut,
            404 => ApiError::NotFound,
            412 => {
                let current = Record::read(resource, member(&self.body, resource.singular()));
                let changes = items(member(&self.body, "changes"));
                let changes = changes.iter().map(|change| entry(resource, change)).collect();
                ApiError::Stale(Rc::new(Stale { current, changes }))
            }
            status => {
                let (sentence, errors) = (text(&self.body, "error"), errors(&self.body));
                if sentence.is_empty() {
                    let sentence = format!("The server answered with status {status}. Try again.");
                    return ApiError::Failed(sentence.into());
                }
                let sentence = AttrValue::from(sentence);
                if errors.is_empty() {
                    ApiError::Failed(sentence)
                } else {
                    ApiError::Refused(Refused { sentence, errors })
                }
            }
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        refusal.on(Resource::Company)
    }
}

/// The broken rules of a refusal.
fn errors(body: &Input) -> Vec<(String, Vec<String>)> {
    let errors = members(member(body, "errors")).iter().map(|(name, messages)| {
        let messages = items(messages).iter().filter_map(|message| message.as_text().map(str::to_owned));
        (name.clone(), messages.collect())
    });
    errors.collect()
}
