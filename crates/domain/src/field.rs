//! [`Field`]: the one description of a field, from which parsing, the form, the table, CSV, `columns`, `order`,
//! OpenAPI and the reference page come. The tables stand in `buyer_group.rs`, `buyer.rs`, `offer.rs`, `company.rs`.

use std::borrow::Cow;

use crate::cap::{Metric, Window};
use crate::kind::Kind;
use crate::resource::Resource;

/// What a field is, whatever the resource it belongs to. Its API name is [`Key::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    missing_docs,
    reason = "each key is named after its API name; its meaning stands in the field tables"
)]
pub enum Key {
    Id,
    LegacyId,
    Type,
    Uuid,
    CreatedAt,
    UpdatedAt,
    DeletedAt,
    DeletedBy,
    UserUpdatedAt,
    RoutesShowPath,
    RoutesEditPath,
    ExternalRecordId,
    CompanyId,
    Revision,
    Name,
    TimeZone,
    Paused,
    PausedAt,
    PausedByUserId,
    UnpausedAt,
    ConcurrencyCapLimit,
    ConcurrencyCapUsed,
    Tier,
    Weight,
    DialBuyersType,
    BuyerIds,
    BuyersCount,
    AddBuyerIds,
    RemoveBuyerIds,
    AddUserBuyerIds,
    RemoveUserBuyerIds,
    MaxedOut,
    State,
    Share,
    Eligibility,
    Used(Metric, Window),
    Limit(Metric, Window),
    ResetsAt(Window),
    CapResetAt,
    InProgressCount,
    InProgressUsed,
    ResetTotalCaps,
    Routing,
    GenerateTeam,
    TeamUsersEmails,
    TeamOfferIds,
    OfferIds,
    UserBuyerId,
    PhoneNumber,
    BuyerGroupIds,
    BuyerGroupsCount,
    UserOfferId,
    ExpectedRevenue,
    Currency,
    QueryAuth,
    AlertShare,
    MaxCallMinutes,
    Hours,
    CallerNumber,
    OfferId,
    BuyerGroupId,
    BuyerId,
    Status,
    StepsCount,
    ConnectedAt,
    EndedAt,
    Duration,
    Converted,
    Revenue,
    EarnedRevenue,
    PastLimit,
    ReservationId,
    ExpiresAt,
    EventId,
    Event,
    At,
    AlertKind,
    BuyerGroupName,
    Metric,
    Window,
    CapLimit,
    CapUsed,
    CapResetsAt,
    Open,
    Read,
    Message,
    WebhookUrl,
}

impl Key {
    /// The name in the API: of the parameter and of the column.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Used(metric, window) => Cow::Owned(format!("{}_{}_used", metric.name(), window.name())),
            Self::Limit(metric, window) => Cow::Owned(format!("{}_{}_limit", metric.name(), window.name())),
            Self::ResetsAt(window) => Cow::Owned(format!("{}_resets_at", window.name())),
            plain => Cow::Borrowed(plain.plain_name()),
        }
    }

    /// The name of a key that is no part of the cap matrix.
    const fn plain_name(self) -> &'static str {
        match self {
            Self::Used(..) | Self::Limit(..) | Self::ResetsAt(_) => "",
            Self::Id => "id",
            Self::LegacyId => "legacy_id",
            Self::Type => "type",
            Self::Uuid => "uuid",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::DeletedAt => "deleted_at",
            Self::DeletedBy => "deleted_by",
            Self::UserUpdatedAt => "user_updated_at",
            Self::RoutesShowPath => "routes_show_path",
            Self::RoutesEditPath => "routes_edit_path",
            Self::ExternalRecordId => "external_record_id",
            Self::CompanyId => "company_id",
            Self::Revision => "revision",
            Self::Name => "name",
            Self::TimeZone => "time_zone",
            Self::Paused => "paused",
            Self::PausedAt => "paused_at",
            Self::PausedByUserId => "paused_by_user_id",
            Self::UnpausedAt => "unpaused_at",
            Self::ConcurrencyCapLimit => "concurrency_cap_limit",
            Self::ConcurrencyCapUsed => "concurrency_cap_used",
            Self::Tier => "tier",
            Self::Weight => "weight",
            Self::DialBuyersType => "dial_buyers_type",
            Self::BuyerIds => "buyer_ids",
            Self::BuyersCount => "buyers_count",
            Self::AddBuyerIds => "add_buyer_ids",
            Self::RemoveBuyerIds => "remove_buyer_ids",
            Self::AddUserBuyerIds => "add_user_buyer_ids",
            Self::RemoveUserBuyerIds => "remove_user_buyer_ids",
            Self::MaxedOut => "maxed_out",
            Self::State => "state",
            Self::Share => "share",
            Self::Eligibility => "eligibility",
            Self::CapResetAt => "cap_reset_at",
            Self::InProgressCount => "call_limits.in_progress_count",
            Self::InProgressUsed => "call_limits.in_progress_used",
            Self::ResetTotalCaps => "reset_total_caps",
            Self::Routing => "routing",
            Self::GenerateTeam => "generate_team",
            Self::TeamUsersEmails => "team_users_emails",
            Self::TeamOfferIds => "team_offer_ids",
            Self::OfferIds => "offer_ids",
            Self::UserBuyerId => "user_buyer_id",
            Self::PhoneNumber => "phone_number",
            Self::BuyerGroupIds => "buyer_group_ids",
            Self::BuyerGroupsCount => "buyer_groups_count",
            Self::UserOfferId => "user_offer_id",
            Self::ExpectedRevenue => "expected_revenue",
            Self::Currency => "currency",
            Self::QueryAuth => "query_auth",
            Self::CallerNumber => "caller_number",
            Self::OfferId => "offer_id",
            Self::BuyerGroupId => "buyer_group_id",
            Self::BuyerId => "buyer_id",
            Self::Status => "status",
            Self::StepsCount => "steps_count",
            Self::ConnectedAt => "connected_at",
            Self::EndedAt => "ended_at",
            Self::Duration => "duration",
            Self::Converted => "converted",
            Self::Revenue => "revenue",
            Self::EarnedRevenue => "earned_revenue",
            Self::PastLimit => "past_limit",
            Self::ReservationId => "reservation_id",
            Self::ExpiresAt => "expires_at",
            Self::EventId => "event_id",
            Self::Event => "event",
            Self::At => "at",
            Self::AlertKind => "kind",
            Self::BuyerGroupName => "buyer_group_name",
            Self::Metric => "metric",
            Self::Window => "window",
            Self::CapLimit => "limit",
            Self::CapUsed => "used",
            Self::CapResetsAt => "resets_at",
            Self::Open => "open",
            Self::Read => "read",
            Self::Message => "message",
            Self::WebhookUrl => "webhook_url",
            Self::Hours => "hours",
            Self::AlertShare => "alert_share",
            Self::MaxCallMinutes => "max_call_minutes",
        }
    }

    /// The kind of record whose id stands in it, where that is one that people know by its name.
    #[must_use]
    pub const fn member(self) -> Option<Resource> {
        match self {
            Self::OfferId => Some(Resource::Offer),
            Self::BuyerGroupId => Some(Resource::BuyerGroup),
            Self::BuyerId => Some(Resource::Buyer),
            _ => None,
        }
    }

    /// The name in `order`: counters stand there under `call_limits.`.
    #[must_use]
    pub fn order_name(self) -> Cow<'static, str> {
        match self {
            Self::Used(..) => Cow::Owned(format!("call_limits.{}", self.name())),
            _ => self.name(),
        }
    }
}

/// The part of the page where a field stands; also its anchor (PANEL.md, "One group").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What the record is.
    Details,
    /// The buyers of a group.
    Buyers,
    /// Tier, weight, dialing.
    Priority,
    /// Limits and what is used of them.
    Caps,
    /// Who may manage the group.
    Team,
    /// The groups that serve an offer.
    Groups,
    /// When alerts are raised, and where they are sent.
    Alerts,
    /// What the system keeps: ids, times, paths.
    Record,
}

impl Section {
    /// The anchor in the page's address.
    #[must_use]
    pub const fn anchor(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Buyers => "buyers",
            Self::Priority => "priority",
            Self::Caps => "caps",
            Self::Team => "team",
            Self::Groups => "groups",
            Self::Alerts => "alerts",
            Self::Record => "record",
        }
    }

    /// The heading.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Details => "Details",
            Self::Buyers => "Buyers",
            Self::Priority => "Priority",
            Self::Caps => "Caps",
            Self::Team => "Team",
            Self::Groups => "Buyer groups",
            Self::Alerts => "Alerts",
            Self::Record => "Record",
        }
    }
}

/// Whether, and to whom, a field is shown as a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// It is no column.
    No,
    /// The API document has it; sent when `columns` is not given.
    Standard,
    /// Beyond the document: sent only when `columns` names it.
    OnRequest,
}

/// Whether a field can be written, and what the API document knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// It cannot be written.
    No,
    /// The document has it on create and update.
    CreateAndUpdate,
    /// The document has it on update; taken on create too.
    Update,
    /// Beyond the document.
    Extension,
}

/// What a blank value does to a writable field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// It is refused.
    Refused,
    /// It clears the field: no limit, no members, not set.
    Clears,
    /// It changes nothing.
    ChangesNothing,
}

/// Whether lists can be sorted by a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// They cannot.
    No,
    /// The API document has it in `order`.
    Standard,
    /// Beyond the document.
    Extension,
}

/// The one description of a field. The tables are constants, so that they are data in the browser, not code.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// What it is.
    pub key: Key,
    /// Its API name.
    pub name: &'static str,
    /// What may stand in it.
    pub kind: Kind,
    /// Where it stands on the page.
    pub section: Section,
    /// What people call it; starts each sentence about it.
    pub label: &'static str,
    /// A sentence or two for the form and the reference page; may be empty.
    pub help: &'static str,
    /// Whether it is a column.
    pub column: Column,
    /// Whether it can be written.
    pub param: Param,
    /// What a blank does.
    pub blank: Blank,
    /// What a new record has when nothing is sent, as a person would write it. `None` and not blank: it must be sent.
    pub default: Option<&'static str>,
    /// Whether lists can be sorted by it.
    pub order: Order,
}

impl Field {
    /// A field that is shown as a standard column and nothing else; the methods below say more.
    pub(crate) const fn new(key: Key, kind: Kind, section: Section, label: &'static str) -> Self {
        Self::named(key.plain_name(), key, kind, section, label)
    }

    /// A field of the cap matrix, whose name and label are put together once a process.
    pub(crate) fn of_cap(key: Key, kind: Kind, label: String) -> Self {
        let name = key.name().into_owned().leak();
        Self::named(name, key, kind, Section::Caps, label.leak())
    }

    const fn named(name: &'static str, key: Key, kind: Kind, section: Section, label: &'static str) -> Self {
        Self {
            key,
            name,
            kind,
            section,
            label,
            help: "",
            column: Column::Standard,
            param: Param::No,
            blank: Blank::Refused,
            default: None,
            order: Order::No,
        }
    }

    pub(crate) const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// A sentence for the reference page alone: no form has the field. The browser module goes without it.
    pub(crate) const fn told(self, help: &'static str) -> Self {
        if cfg!(target_arch = "wasm32") { self } else { self.help(help) }
    }

    pub(crate) const fn column(self, column: Column) -> Self {
        Self { column, ..self }
    }

    /// Writable; blank is refused.
    pub(crate) const fn writable(self, param: Param) -> Self {
        Self { param, ..self }
    }

    pub(crate) const fn blank(self, blank: Blank) -> Self {
        Self { blank, ..self }
    }

    pub(crate) const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    pub(crate) const fn order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Whether it can be written.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.param != Param::No
    }

    /// Whether it is a column at all.
    #[must_use]
    pub fn is_column(&self) -> bool {
        self.column != Column::No
    }

    /// Whether a new record must bring it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.is_writable() && self.blank == Blank::Refused && self.default.is_none() && self.is_column()
    }
}
