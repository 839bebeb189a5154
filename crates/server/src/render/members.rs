//! What stands in the objects of answers that are no records and so have no columns: the steps, candidates and events of
//! a call. For the description of the API; a test holds answers to it.

use domain::buyer_group::DIAL_BUYERS_TYPES;
use domain::call::OUTCOMES;
use domain::kind::{Choice, Kind};
use domain::{EVENTS, Verdict};

/// A member of an object: its name, what stands in it, and what that means.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) holds: Holds,
    pub(crate) help: &'static str,
}

/// What stands in a member.
#[derive(Clone, Copy)]
pub(crate) enum Holds {
    /// A value of that kind.
    One(Kind),
    /// The same, or null.
    Maybe(Kind),
    /// An object with the members of these tables.
    Object(&'static [&'static [Member]]),
    /// The same, or null.
    MaybeObject(&'static [&'static [Member]]),
    /// A list of such objects.
    Objects(&'static [&'static [Member]]),
}

const fn member(name: &'static str, holds: Holds, help: &'static str) -> Member {
    Member { name, holds, help }
}

const TEXT: Kind = Kind::Text(255);
const VERDICTS: &[Choice] = &{
    let mut choices = [choice(Verdict::Chosen); Verdict::ALL.len()];
    let mut at = 0;
    // Constants have no iterators.
    while at < choices.len() {
        choices[at] = choice(Verdict::ALL[at]);
        at += 1;
    }
    choices
};

const fn choice(verdict: Verdict) -> Choice {
    Choice { name: verdict.name(), label: verdict.message() }
}

/// What is dialed at once.
pub(crate) const STEP: &[Member] = {
    use Holds::{Maybe, Objects, One};
    &[
        member(
            "reservation_id",
            Maybe(Kind::Id),
            "Names the step; send it with what you report. Null when nobody could take the call, and in a preview.",
        ),
        member("step", One(Kind::Count), "The place of the step in the call, from 1."),
        member("buyer_group_id", Maybe(Kind::Id), "The group that has the call."),
        member("buyer_group_name", Maybe(TEXT), "Its name now."),
        member(
            "dial_buyers_type",
            Maybe(Kind::Choice(DIAL_BUYERS_TYPES)),
            "Whether its buyers are dialed one after another, or all at once.",
        ),
        member("buyers", Objects(&[BUYER]), "Who is dialed at once, in the group's order."),
        member(
            "expected_revenue",
            One(Kind::Money),
            "What a conversion is expected to bring, and what is reserved for it.",
        ),
        member(
            "expires_at",
            Maybe(Kind::Instant),
            "When the reservation ends if nothing more is heard of the call; null once the step is over.",
        ),
    ]
};

/// Whom to dial.
pub(crate) const BUYER: &[Member] = {
    use Holds::{Maybe, One};
    &[
        member("id", One(Kind::Id), "The buyer."),
        member("name", Maybe(TEXT), "The buyer's name now."),
        member("user_buyer_id", Maybe(TEXT), "Your own id for the buyer."),
        member("phone_number", Maybe(Kind::Phone), "The number to dial."),
    ]
};

/// A group that might have taken the call.
pub(crate) const CANDIDATE: &[Member] = {
    use Holds::{Maybe, Objects, One};
    &[
        member("buyer_group_id", One(Kind::Id), "The group."),
        member("name", Maybe(TEXT), "Its name now."),
        member("tier", One(Kind::Decimal), "Its tier at the decision."),
        member("weight", One(Kind::Decimal), "Its weight at the decision."),
        member("share", One(Kind::Share), "The part of its tier's calls that it stood for in the draw."),
        member("verdict", One(Kind::Choice(VERDICTS)), "What became of it."),
        member("message", One(TEXT), "The same as a sentence."),
        member(
            "reasons",
            Objects(&[REASON]),
            "Every reason why it could not take the call; empty when it could.",
        ),
    ]
};

/// Why a group cannot take a call.
pub(crate) const REASON: &[Member] = {
    use Holds::{Maybe, One};
    &[
        member("code", One(TEXT), "The reason as a word."),
        member("message", One(TEXT), "The reason as a sentence."),
        member("metric", One(TEXT), "Of a cap: what it counts."),
        member("window", One(TEXT), "Of a cap: within which stretch of time."),
        member("left", One(Kind::Decimal), "Of a cap that has too little left for this call: how much."),
        member(
            "resets_at",
            Maybe(Kind::Instant),
            "Of a cap: when it starts anew; null when it does not by itself.",
        ),
        member("opens_at", Maybe(Kind::Instant), "Outside of the group's hours: when they begin."),
    ]
};

/// What a step of the trace has beyond [`STEP`].
pub(crate) const DECIDED: &[Member] = {
    use Holds::{Objects, One};
    &[
        member("decided_at", One(Kind::Instant), "When it was decided."),
        member("outcome", One(Kind::Choice(OUTCOMES)), "What came of it."),
        member("candidates", Objects(&[CANDIDATE]), "Every group that was looked at, in the routing order."),
    ]
};

/// What was reported of a call.
pub(crate) const EVENT: &[Member] = {
    use Holds::{Maybe, Object, One};
    &[
        member("event_id", One(TEXT), "The id that the report came with."),
        member("event", One(Kind::Choice(EVENTS)), "What happened."),
        member(
            "at",
            One(Kind::Instant),
            "When the report came in, which decides the window that it counts in.",
        ),
        member("step", One(Kind::Count), "The step that it was about."),
        member("buyer_id", Maybe(Kind::Id), "Whom it was about, if it said so."),
        member("revenue", Maybe(Kind::Money), "How much, if it said so."),
        member(
            "counted",
            Object(&[COUNTED]),
            "What it added to the counters of the step's group, in every window alike.",
        ),
    ]
};

/// What an event added to counters.
pub(crate) const COUNTED: &[Member] = {
    use Holds::One;
    &[
        member("attempts", One(Kind::Count), "Dials."),
        member("connections", One(Kind::Count), "Answers."),
        member("conversions", One(Kind::Count), "Conversions."),
        member("revenue", One(Kind::Decimal), "Money, gross."),
        member("earned_revenue", One(Kind::Decimal), "Money after reversals; below 0 for a reversal."),
    ]
};

/// What the answer to a write, or to a preview, holds beside the columns.
pub(crate) const DECISION: &[Member] = {
    use Holds::{MaybeObject, Objects};
    &[
        member(
            "step",
            MaybeObject(&[STEP]),
            "Whom to dial now; null when there is nobody, or the call is over.",
        ),
        member(
            "candidates",
            Objects(&[CANDIDATE]),
            "Every group that the last decision looked at, in the routing order.",
        ),
    ]
};

/// What one call holds beside its columns.
pub(crate) const TRACE: &[Member] = {
    use Holds::Objects;
    &[
        member(
            "steps",
            Objects(&[STEP, DECIDED]),
            "Every decision, one after another; the last one may have found nobody.",
        ),
        member("events", Objects(&[EVENT]), "Every report, in the order in which they came in."),
    ]
};
