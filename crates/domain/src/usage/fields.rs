//! The field table of the caps screen: one row for a cap, in JSON, in CSV, on the reference page and in the panel.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{METERS, USAGE_STATES, Usage, UsageState, WINDOWS};
use crate::cap::Window;
use crate::decimal::Decimal;
use crate::id::Id;
use crate::kind::Kind;
use crate::value::Value;

/// A column of the caps screen. They are no fields of a record: nobody writes them, and lists are not sorted by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after its API name; its meaning stands in the field table")]
pub enum UsageKey {
    BuyerGroupId,
    Name,
    Tier,
    Paused,
    Metric,
    Window,
    Limit,
    Used,
    Reserved,
    Remaining,
    Part,
    State,
    ResetsAt,
    Pace,
    FullAt,
}

/// The one description of such a column.
#[derive(Clone, Copy, Debug)]
pub struct UsageField {
    /// What it is.
    pub key: UsageKey,
    /// Its API name.
    pub name: &'static str,
    /// What stands in it.
    pub kind: Kind,
    /// What people call it.
    pub label: &'static str,
    /// A sentence or two for the reference page.
    pub help: &'static str,
    /// Whether it may be null.
    pub is_nullable: bool,
}

/// The columns, in the order in which they are sent.
pub const USAGE_FIELDS: &[UsageField] = {
    use UsageKey as K;
    &[
        field(K::BuyerGroupId, "buyer_group_id", Kind::Id, "Buyer group", "The group that has the cap."),
        field(K::Name, "name", Kind::Text(255), "Name", "The name of the group."),
        field(K::Tier, "tier", Kind::Decimal, "Tier", "The tier of the group."),
        field(K::Paused, "paused", Kind::Boolean, "Paused", "Whether the group is switched off."),
        nullable(
            K::Metric,
            "metric",
            Kind::Choice(METERS),
            "Metric",
            "What is limited; null when nothing is.",
        ),
        nullable(
            K::Window,
            "window",
            Kind::Choice(WINDOWS),
            "Window",
            "Within which stretch of time; live calls have none.",
        ),
        nullable(K::Limit, "limit", Kind::Positive, "Limit", "At most so much; null is no limit."),
        nullable(K::Used, "used", Kind::Decimal, "Used", "What the current window has counted."),
        nullable(
            K::Reserved,
            "reserved",
            Kind::Positive,
            "Reserved",
            "What calls under way may still count.",
        ),
        nullable(
            K::Remaining,
            "remaining",
            Kind::Positive,
            "Remaining",
            "What is left of the limit when used and reserved are taken away.",
        ),
        nullable(
            K::Part,
            "part",
            Kind::Share,
            "Part",
            "Used as a part of the limit: 1 is all of it, and more when the limit was lowered below it.",
        ),
        field(
            K::State,
            "state",
            Kind::Choice(USAGE_STATES),
            "State",
            "full: no room for a call; near: 80 % or more is used; open: less; uncapped: there is no limit.",
        ),
        nullable(
            K::ResetsAt,
            "resets_at",
            Kind::Instant,
            "Resets",
            "When the window starts anew; totals and live calls do not by themselves.",
        ),
        nullable(
            K::Pace,
            "pace",
            Kind::Positive,
            "Pace",
            "How much is counted in an hour since the window began, taken over 10 minutes at least; of the total, in this month.",
        ),
        nullable(
            K::FullAt,
            "full_at",
            Kind::Instant,
            "Full at",
            "When it would be full at that pace; null when it is full, resets before, or would take more than a year.",
        ),
    ]
};

const fn field(
    key: UsageKey,
    name: &'static str,
    kind: Kind,
    label: &'static str,
    help: &'static str,
) -> UsageField {
    UsageField { key, name, kind, label, help, is_nullable: false }
}

const fn nullable(
    key: UsageKey,
    name: &'static str,
    kind: Kind,
    label: &'static str,
    help: &'static str,
) -> UsageField {
    UsageField { key, name, kind, label, help, is_nullable: true }
}

/// A row of the caps screen: a cap, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageRow {
    /// The group.
    pub group: Id,
    /// Its name.
    pub name: String,
    /// Its tier.
    pub tier: Decimal,
    /// Whether it is switched off.
    pub paused: bool,
    /// How full the cap is; `None`: the group has no limit at all.
    pub usage: Option<Usage>,
}

impl UsageRow {
    /// What stands in a column.
    #[must_use]
    pub fn value(&self, key: UsageKey) -> Value {
        let text = |text: &str| Value::Text(text.to_owned());
        match key {
            UsageKey::BuyerGroupId => return Value::Int(self.group.get()),
            UsageKey::Name => return text(&self.name),
            UsageKey::Tier => return Value::Decimal(self.tier),
            UsageKey::Paused => return Value::Bool(self.paused),
            _ => {}
        }
        let Some(usage) = &self.usage else {
            return if key == UsageKey::State { text(UsageState::Uncapped.name()) } else { Value::Null };
        };
        let decimal = |decimal: Option<Decimal>| decimal.map(Value::Decimal);
        let value = match key {
            UsageKey::BuyerGroupId | UsageKey::Name | UsageKey::Tier | UsageKey::Paused => None,
            UsageKey::Metric => Some(text(usage.meter.metric_name())),
            UsageKey::Window => usage.meter.window().map(Window::name).map(text),
            UsageKey::Limit => decimal(usage.limit),
            UsageKey::Used => decimal(Some(usage.used)),
            UsageKey::Reserved => decimal(Some(usage.reserved)),
            UsageKey::Remaining => decimal(usage.remaining),
            UsageKey::Part => decimal(usage.part),
            UsageKey::State => Some(text(usage.state.name())),
            UsageKey::ResetsAt => usage.resets_at.map(Value::Instant),
            UsageKey::Pace => decimal(usage.pace),
            UsageKey::FullAt => usage.full_at.map(Value::Instant),
        };
        value.unwrap_or(Value::Null)
    }
}

impl Serialize for UsageRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(USAGE_FIELDS.len()))?;
        for field in USAGE_FIELDS {
            map.serialize_entry(field.name, &self.value(field.key))?;
        }
        map.end()
    }
}
