//! What the answers of the server hold besides records: pages, history, who is signed in.

use std::rc::Rc;

use domain::api::{Metadata, States, TierSummary};
use domain::{Decimal, Input, Instant, Key, Resource, Value};

use super::{Answer, ApiError};
use crate::json::{count, items, member, members, text, whole};
use crate::record::Record;

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its records, in order.
    pub records: Vec<Rc<Record>>,
    /// How many there are, and where the page stands.
    pub metadata: Metadata,
    /// When the answer came, by the clock of this browser.
    pub at: Instant,
}

/// One change of the history of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub at: Option<Instant>,
    /// By whom: a name for people.
    pub by: String,
    /// The revision that it made.
    pub revision: i64,
    /// What: field, value before, value after.
    pub fields: Vec<(Key, Value, Value)>,
}

/// Who is signed in, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The person.
    pub user: User,
    /// The tenant.
    pub company: Company,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// An e-mail address.
    pub email: String,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// The zone in which its windows start anew.
    pub time_zone: String,
    /// ISO 4217; how money is shown.
    pub currency: String,
}

/// Reads a change of the history of a record.
pub(super) fn entry(resource: Resource, change: &Input) -> Entry {
    let fields = members(member(change, "fields")).iter().filter_map(|(name, change)| {
        let field = resource.field_named(name)?;
        let side = |name| field.kind.read(member(change, name));
        Some((field.key, side("before"), side("after")))
    });
    Entry {
        at: Instant::parse(&text(change, "at")),
        by: text(change, "by"),
        revision: whole(change, "revision").unwrap_or_default(),
        fields: fields.collect(),
    }
}

/// Reads who is signed in. An answer without anybody in it is none: then nobody is signed in.
pub(super) fn session(body: Input) -> Answer<Rc<Session>> {
    let session = member(&body, "session");
    let (user, company) = (member(session, "user"), member(session, "company"));
    if *company == Input::Null {
        return Err(ApiError::SignedOut);
    }
    Ok(Rc::new(Session {
        user: User { id: text(user, "id"), name: text(user, "name"), email: text(user, "email") },
        company: Company {
            id: text(company, "id"),
            name: text(company, "name"),
            time_zone: text(company, "time_zone"),
            currency: text(company, "currency"),
        },
    }))
}

/// Reads how many there are.
pub(super) fn metadata(input: &Input) -> Metadata {
    let number = |name| whole(input, name).and_then(|number| u32::try_from(number).ok());
    let states = member(input, "states");
    let tiers = member(input, "tiers");
    let tier = |tier: &Input| TierSummary {
        tier: text(tier, "tier").parse().unwrap_or(Decimal::ZERO),
        groups: count(tier, "groups"),
        can_take_calls: count(tier, "can_take_calls"),
    };
    Metadata {
        total_count: count(input, "total_count"),
        page: number("page"),
        per_page: number("per_page").unwrap_or_default(),
        total_pages: count(input, "total_pages"),
        next_page: number("next_page"),
        next_cursor: whole(input, "next_cursor"),
        states: (*states != Input::Null).then(|| States {
            all: count(states, "all"),
            taking_calls: count(states, "taking_calls"),
            near_cap: count(states, "near_cap"),
            maxed_out: count(states, "maxed_out"),
            paused: count(states, "paused"),
            deleted: count(states, "deleted"),
        }),
        tiers: (*tiers != Input::Null).then(|| items(tiers).iter().map(tier).collect()),
    }
}
